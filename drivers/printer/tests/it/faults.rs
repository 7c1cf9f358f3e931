//! Whatever happens on the cable: a receipt is printed once and proved, or told as not proved; only a reprint is a second
//! one, and says so.

use printer::fake::{Faults, machine::Sheet};
use proptest::prelude::*;

use super::*;

fn faults() -> impl Strategy<Value = Faults> {
    let bytes_in = 0_usize..1400; // questions and a short receipt
    let bytes_out = 0_usize..40;
    (
        proptest::option::of(bytes_in.clone()),
        proptest::option::of(bytes_out.clone()),
        proptest::option::of((bytes_in, 1_u8..=255)),
        proptest::option::of((bytes_out, 1_u8..=255)),
        any::<bool>(),
        any::<bool>(),
        proptest::option::of(0_usize..1200),
    )
        .prop_map(|(cut_in, cut_out, garble_in, garble_out, power, dribble, paper)| Faults {
            cut_in,
            cut_out,
            garble_in,
            garble_out,
            power,
            dribble,
            paper,
        })
}

/// What faults swallow need not be waited for long; a printer that was only slow is in doubt then, which is told too.
fn hasty() -> Limits {
    let short = Duration::from_millis(200);
    Limits { answer: short, progress: short, mend: short, ..limits() }
}

/// Sheets, also what hangs out of the printer.
fn sheets(fake: &Fake) -> Vec<Sheet> {
    let mut sheets = fake.sheets();
    sheets.push(fake.unfinished());
    sheets
}

/// Whole receipts of an order: of the first printing, and of copies.
fn whole(fake: &Fake, order: &str) -> (usize, usize) {
    let of_it = |sheet: &&Sheet| sheet.cut && sheet.text.contains(order);
    let (copies, originals): (Vec<_>, Vec<_>) =
        sheets(fake).iter().filter(of_it).map(|sheet| sheet.text.contains("副本")).partition(|copy| *copy);
    (originals.len(), copies.len())
}

/// One receipt with faults, then the printer is mended, then it is printed again if it must be.
fn history(
    fake: &Fake,
    place: &Place,
    proof: Proof,
    faults: Faults,
    number: u32,
) -> Result<(), TestCaseError> {
    let noisy = faults.garble_in.is_some();
    let short = Receipt {
        lines: receipt().lines[..1].to_vec(),
        offers: Vec::new(),
        link: None,
        order: format!("order-{number}-"),
        ..receipt()
    };
    fake.set_faults(faults);
    let mark = Mark::numbered(number);
    let printer = |limits| Printer::new(place.clone(), limits).proving_by(proof);
    let outcome = print(&mut printer(hasty()), &job(&short, mark));
    let (originals, copies) = whole(fake, &short.order);
    prop_assert_eq!(copies, 0);
    prop_assert!(originals <= 1);
    match outcome {
        // On a noisy wire without checksums a letter may have become another; that all of it came out is still true.
        Outcome::Printed => {
            let marked = fake.sheets().iter().any(|sheet| sheet.cut && sheet.marks.contains(&mark.bytes()));
            prop_assert!(marked || noisy || proof == Proof::Status);
            prop_assert!(originals == 1 || noisy, "proved, but not on paper");
        }
        Outcome::NotBegun(_) => {
            prop_assert_eq!(originals, 0, "not begun, but on paper");
            prop_assert!(sheets(fake).iter().all(|sheet| !sheet.text.contains(&short.order)));
        }
        Outcome::Unproved(_) => {}
    }
    // Somebody mends it.
    fake.set_faults(Faults { paper: Some(50_000), ..Faults::default() });
    fake.plug(true, true);
    let mut printer = printer(limits());
    until("it is back", || printer.ask().is_ok());
    let again = match outcome {
        Outcome::Printed => return Ok(()),
        Outcome::NotBegun(_) => short.clone(),
        Outcome::Unproved(_) => Receipt { copy: true, ..short.clone() },
    };
    prop_assert_eq!(print(&mut printer, &job(&again, Mark::numbered(number + 1))), Outcome::Printed);
    let (originals, copies) = whole(fake, &short.order);
    match outcome {
        Outcome::NotBegun(_) => prop_assert_eq!((originals, copies), (1, 0)),
        _ => prop_assert!(copies == 1 && originals <= 1, "{} and {}", originals, copies),
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn over_the_network(
        proof in prop_oneof![Just(Proof::Mark), Just(Proof::Status)],
        faults in proptest::collection::vec(faults(), 1..4),
    ) {
        let (fake, _) = network(WIDE);
        fake.change(|health| health.markless = proof == Proof::Status);
        for (number, faults) in (0_u32..).step_by(2).zip(faults) {
            history(&fake, &place(&fake), proof, faults, number)?;
        }
    }

    #[test]
    fn over_a_serial_line(
        proof in prop_oneof![Just(Proof::Mark), Just(Proof::Status)],
        faults in proptest::collection::vec(faults(), 1..4),
    ) {
        let (fake, _, dir) = serial();
        fake.change(|health| health.markless = proof == Proof::Status);
        let place = Place::Device(dir.path().join("printer"), 115_200);
        for (number, faults) in (0_u32..).step_by(2).zip(faults) {
            history(&fake, &place, proof, faults, number)?;
        }
    }
}
