//! Receipts: an emulated printer on a terminal, whose paper is counted against what the driver says it printed.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use printer::fake::{Fake, Faults, Plug};
use printer::receipt::Line;
use printer::{Job, Letters, Limits, Mark, Outcome, Place, Printer, Proof, Receipt, Why, Words};

use crate::chance::Chance;
use crate::footprint::{self, Footprint};

/// Paper of 80 mm, in dots.
const WIDTH: u16 = 576;
/// Sheets after which the printer is another one: it keeps a picture of each, which is no leak of the driver's.
const SHEETS: u32 = 10;
/// One receipt in so many is for warming up.
const WARM_UP: u32 = 10;
/// One receipt in so many has its cable pulled.
const PULLED: usize = 20;
/// Longer than anything here takes on a machine under load; only a failure waits so long.
const LONG: Duration = Duration::from_secs(60);

/// So many receipts.
///
/// # Errors
/// Where paper and outcomes do not fit, or the process grew.
pub(crate) fn run(count: u32, seed: u64) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let link = folder.path().join("printer");
    let limits =
        Limits { again: Duration::from_millis(20), answer: LONG, progress: LONG, ..Limits::default() };
    let mut chance = Chance::new(seed);
    let (mut printed, mut pulled) = (0, 0);
    let mut before = None;
    for first in (0..count).step_by(SHEETS as usize) {
        if first > 0 && first >= count.div_ceil(WARM_UP) && before.is_none() {
            before = Some(Footprint::ours()?);
        }
        let fake = Fake::start(&Plug::Serial(link.clone()), WIDTH, None)?;
        let mut printer = Printer::new(Place::Device(link.clone(), 115_200), limits);
        let (mut sheets, mut unproved) = (0, 0);
        for number in first..count.min(first + SHEETS) {
            let job = Job::rows(&receipt(number).rows(), WIDTH, Letters::Own, Mark::numbered(number));
            if chance.below(PULLED) == 0 {
                let cut_in = Some(1 + chance.below(job.bytes(Proof::Mark).len() - 1));
                fake.set_faults(Faults { cut_in, power: true, ..Faults::default() });
                match printer.print(&job, &mut |_| true) {
                    Outcome::NotBegun(Why::Lost) => {}
                    Outcome::Unproved(Why::Lost) => unproved += 1,
                    other => bail!("receipt {number} cut off after {cut_in:?} bytes: {other:?}"),
                }
                fake.set_faults(Faults::default());
                fake.plug(true, false);
                until(|| printer.ask().is_ok()).with_context(|| format!("receipt {number}, plugged in"))?;
                pulled += 1;
            }
            match printer.print(&job, &mut |_| true) {
                Outcome::Printed => sheets += 1,
                other => bail!("receipt {number}: {other:?}"),
            }
        }
        ensure!(fake.failure().is_none(), "the printer met what it does not know: {:?}", fake.failure());
        let there = fake.sheets().len();
        ensure!((sheets..=sheets + unproved).contains(&there), "{there} sheets of {sheets} printed");
        printed += sheets;
    }
    println!(
        "{count} receipts: {printed} printed and proved, {pulled} with the cable pulled before, none said printed"
    );
    if let Some(before) = before {
        let after = footprint::hold("this process", before, Footprint::ours)?;
        println!("  this process: {before}\n            then {after}");
    }
    Ok(())
}

fn until(mut there: impl FnMut() -> bool) -> Result<()> {
    let end = Instant::now() + LONG;
    while !there() {
        ensure!(Instant::now() < end, "it never came");
        std::thread::yield_now();
    }
    Ok(())
}

fn receipt(number: u32) -> Receipt {
    Receipt {
        shop: Words::new("第一学生食堂", "Student Canteen No. 1"),
        pickup: Some(format!("{:03}", number % 1000)),
        lines: vec![Line {
            name: Words::new("红烧牛肉面", "Braised beef noodles"),
            quantity: 1,
            price: "¥18.00".into(),
            amount: "¥18.00".into(),
        }],
        total: "¥18.00".into(),
        paid_by: Words::new("校园卡", "Campus card"),
        time: "2026-01-31 12:00:00".into(),
        order: format!("lunch-{number}"),
        foot: Words::new("谢谢惠顾", "Thank you"),
        ..Receipt::default()
    }
}
