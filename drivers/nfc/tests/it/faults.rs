//! Whatever happens on the line at whichever byte: the right card, no card or a named error comes of it, and when it is
//! over the next card is read.

use std::time::{Duration, Instant};

use nfc::{CardKind, Reader, ReaderError, Tap};
use proptest::prelude::*;

use crate::{Bench, PATIENCE, STUDENT, card};

/// The card that is held there when all is well again.
const NEXT: &str = "04998877665544";
/// Bytes from the first poll's answer to well past the proof that a card lies there.
const BYTES_MAX: u32 = 260;
/// How long a faulty line is watched.
const WATCHED: Duration = Duration::from_millis(300);

fn mischief() -> impl Strategy<Value = String> {
    prop_oneof![
        (1_u32..20).prop_map(|count| format!("lose {count}")),
        (1_u8..=255).prop_map(|bits| format!("garble {bits:02X}")),
        (1_u32..20).prop_map(|count| format!("noise {count}")),
        (1_u32..1_500).prop_map(|ms| format!("late {ms}")),
        Just("unplug".to_owned()),
        Just("take".to_owned()),
    ]
}

#[derive(Clone, Copy, Debug)]
enum Hands {
    /// The card stays.
    Still,
    /// It is pulled away in its exchange.
    Tear,
    /// The chip's next status makes libnfc abort.
    Poison,
}

/// Everything the reader tells until `end`, or until this tap. Only the cards that were held there may be told.
fn told(reader: &mut Reader, held: &[Tap], wanted: Option<Tap>, end: Instant) -> bool {
    while Instant::now() < end {
        match reader.next(end) {
            Ok(Some(tap)) if Some(tap) == wanted => return true,
            Ok(Some(tap @ Tap::Card(_))) => assert!(held.contains(&tap), "a card that was never there"),
            // These hands swap the cards within a millisecond: where a late line lets that happen between the two looks
            // of a count, both were seen, and the next count finds one. Nothing is read until then.
            Ok(Some(Tap::LeftTooSoon | Tap::TwoCards | Tap::Gone) | None) => {}
            Ok(Some(tap)) => panic!("{tap:?}"),
            Err(ReaderError::Missing(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
    wanted.is_none()
}

/// One reader for all cases: each begins where the one before ended, as at a counter.
#[test]
fn a_fault_at_any_byte_ends_in_the_right_card_or_none_and_the_next_card_is_read() {
    let mut bench = Bench::new();
    let cases = (
        0..BYTES_MAX,
        mischief(),
        prop_oneof![4 => Just(Hands::Still), 1 => Just(Hands::Tear), 1 => Just(Hands::Poison)],
        any::<bool>(),
    );
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 48,
        failure_persistence: None,
        // A shrunk case would begin from another state.
        max_shrink_iters: 0,
        ..ProptestConfig::default()
    });
    let bench = std::cell::RefCell::new(&mut bench);
    runner
        .run(&cases, |(after, mischief, hands, iso_dep)| {
            let mut bench = bench.borrow_mut();
            let (word, kind) =
                if iso_dep { ("iso_dep", CardKind::IsoDep) } else { ("ultralight", CardKind::Ultralight) };
            let held = [card(STUDENT, kind), card(NEXT, CardKind::IsoDep)];
            bench.send(&format!("fault {after} {mischief}"));
            match hands {
                Hands::Still => {}
                Hands::Tear => bench.send("tear"),
                Hands::Poison => bench.send("poison"),
            }
            bench.send(&format!("put {STUDENT} {word}"));
            told(&mut bench.reader, &held, None, Instant::now() + WATCHED);
            bench.send("fault none");
            bench.send("plug");
            bench.send(&format!("put {NEXT} iso_dep"));
            let read = told(&mut bench.reader, &held, Some(held[1]), Instant::now() + PATIENCE);
            prop_assert!(read, "the next card was not read");
            bench.send("take");
            let gone = told(&mut bench.reader, &held, Some(Tap::Gone), Instant::now() + PATIENCE);
            prop_assert!(gone, "it never left");
            Ok(())
        })
        .unwrap();
}
