//! What a scanner gun sends, whichever way it presents itself: any bytes give codes within their bounds, or faults.

use std::time::{Duration, Instant};

use ::scanner::decoding::{Decoded, Decoding, Manner};
use ::scanner::event::InputEvent;
use ::scanner::framing::{CODE_MAX, IDLE, Suffix};
use ::scanner::{Code, Fault, Layout, Source, gs1, hidpos};

/// Bytes of one report of the emulated scanner.
const REPORT: usize = ::scanner::fake::reports::REPORT;

fn hold(told: Result<Code, Fault>) {
    let Ok(code) = told else { return };
    let length = code.reveal().len();
    assert!((1..=CODE_MAX).contains(&length), "a code of {length} bytes");
    assert_eq!(format!("{code:?}"), format!("Code({length} bytes)"));
}

/// Feeds a gun piece by piece; the first bits of each say how long the line was quiet before it.
fn drive<'a>(manner: Manner, suffix: Suffix, pieces: impl Iterator<Item = &'a [u8]>) {
    let mut now = Instant::now();
    let mut decoding = Decoding::new(manner, suffix, Vec::new(), true, now);
    for piece in pieces {
        let pause = match piece.first() {
            Some(first) if first & 0x80 != 0 => Duration::from_millis(120),
            _ => Duration::from_millis(4),
        };
        let until = now + pause;
        while let Some(deadline) = decoding.deadline().filter(|deadline| *deadline <= until) {
            decoding.idle(deadline).into_iter().for_each(hold);
            assert!(decoding.deadline() != Some(deadline), "it waits for ever");
        }
        now = until;
        for decoded in decoding.feed(piece, now) {
            match decoded {
                Decoded::Told(told) => hold(told),
                Decoded::AskKeys => decoding.hold(&[]),
            }
        }
    }
    decoding.idle(now + IDLE).into_iter().for_each(hold);
}

fn suffix(byte: u8) -> Suffix {
    match byte % 5 {
        0 => Suffix::Cr,
        1 => Suffix::Lf,
        2 => Suffix::Tab,
        3 => Suffix::None,
        _ => Suffix::Learnt,
    }
}

/// A keyboard's events.
pub(super) fn keys(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    let layout = if first & 0x40 == 0 { Layout::Us } else { Layout::French };
    drive(Manner::Keyboard(layout), suffix(*first), rest.chunks(InputEvent::BYTES));
}

/// Characters of a serial line.
pub(super) fn characters(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    drive(Manner::Serial, suffix(*first), rest.chunks(1 + usize::from(first >> 3)));
}

/// Reports of a HID POS scanner.
pub(super) fn reports(bytes: &[u8]) {
    let Some(layout) = hidpos::Layout::find(::scanner::fake::reports::DESCRIPTOR) else { return };
    drive(Manner::HidPos(layout), Suffix::Learnt, bytes.chunks(REPORT));
}

/// A report descriptor, and reports as long as it says.
pub(super) fn descriptor(bytes: &[u8]) {
    let Some(layout) = hidpos::Layout::find(bytes) else { return };
    let report = vec![bytes.first().copied().unwrap_or_default(); layout.report_length()];
    drive(Manner::HidPos(layout), Suffix::Learnt, [report.as_slice(), &report].into_iter());
}

/// A GS1 element string: what was taken apart is all of it.
pub(super) fn elements(bytes: &[u8]) {
    let Ok(elements) = gs1::elements(bytes) else { return };
    let taken: usize = elements.iter().map(|element| element.identifier.len() + element.value.len()).sum();
    let separators = bytes.iter().filter(|byte| **byte == 0x1d).count();
    assert_eq!(taken + separators, bytes.len());
}

/// A line of configuration.
pub(super) fn source(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Ok(source) = Source::parse(text) {
        assert!(source.prefix.is_none_or(|prefix| (1..=16).contains(&prefix.len())));
    }
}
