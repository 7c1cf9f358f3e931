//! Whatever happens to a scan on its way, at any place: the right code or a named fault, never another code; and
//! afterwards the gun is read as before.
//!
//! The time is the test's own, so that any pause costs nothing.
//!
//! What no driver could notice is not asked for: reports of HID POS and characters of a serial line carry no check of
//! their own, USB's checksum below and check digits above guard them. So garbling means there what arrives of it: a
//! character that the kernel marks, a report whose frame is broken. Key events are garbled at any byte.

use std::time::{Duration, Instant};

use proptest::prelude::*;
use scanner::decoding::{Decoded, Decoding, Manner};
use scanner::event::InputEvent;
use scanner::fake::keys::{Keys, PACE_US};
use scanner::fake::mishap::{self, Mishap, Piece};
use scanner::fake::reports::{DESCRIPTOR, REPORT, reports};
use scanner::framing::{IDLE, Suffix, TAIL_WITHIN};
use scanner::{Code, Fault, Layout, hidpos};

/// What was told, one after the other.
type Told = Vec<Result<Code, Fault>>;

/// One gun and its clock.
struct Line {
    decoding: Decoding,
    now: Instant,
    told: Told,
}

impl Line {
    fn new(manner: Manner, suffix: Suffix) -> Self {
        let now = Instant::now();
        let decoding = Decoding::new(manner, suffix, Vec::new(), true, now);
        let mut line = Self { decoding, now, told: Vec::new() };
        line.pause(IDLE);
        line
    }

    fn pause(&mut self, time: Duration) {
        let until = self.now + time;
        while let Some(deadline) = self.decoding.deadline().filter(|deadline| *deadline <= until) {
            self.told.extend(self.decoding.idle(deadline));
        }
        self.now = until;
    }

    fn take(&mut self, pieces: &[Piece]) {
        for piece in pieces {
            self.pause(piece.after);
            for decoded in self.decoding.feed(&piece.bytes, self.now) {
                match decoded {
                    Decoded::Told(code) => self.told.push(code),
                    Decoded::AskKeys => self.decoding.hold(&[]),
                }
            }
        }
    }

    /// The scan with its mishap, time for all of it to be over, and a good scan.
    fn scans(&mut self, hit: &[Piece], then: &[Piece]) -> (Told, Told) {
        self.take(hit);
        self.pause(IDLE * 3 + TAIL_WITHIN);
        let first = std::mem::take(&mut self.told);
        self.take(then);
        self.pause(IDLE);
        (first, std::mem::take(&mut self.told))
    }
}

fn code_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[0-9]{16,24}",
        1 => "[ -~]{7,60}",
        // Longer than a report.
        1 => "[0-9A-Za-z]{100,200}",
    ]
}

/// A mishap somewhere among `units` of which each has `bytes`.
fn mishap(units: usize, bytes: usize) -> impl Strategy<Value = Mishap> {
    let delay = 0..TAIL_WITHIN.as_millis() as u64;
    prop_oneof![
        Just(Mishap::None),
        (0..units * bytes).prop_map(Mishap::Tear),
        (0..units, delay).prop_map(|(at, ms)| Mishap::Delay(at, Duration::from_millis(ms))),
        (0..units * bytes, 1..=u8::MAX).prop_map(|(at, bits)| Mishap::Garble(at, bits)),
        (0..units, 1..=units).prop_map(|(at, count)| Mishap::Drop(at, count)),
    ]
}

fn hold(
    code: &str,
    mishap: Mishap,
    first: &[Result<Code, Fault>],
    second: &[Result<Code, Fault>],
    then: &str,
) {
    let codes: Vec<&[u8]> = first.iter().flatten().map(Code::reveal).collect();
    assert!(
        codes.is_empty() || codes == [code.as_bytes()],
        "{mishap:?} made another code of {code:?}: {codes:?}"
    );
    if mishap == Mishap::None {
        assert_eq!(first.len(), 1, "{first:?}");
        assert!(first[0].is_ok(), "{first:?}");
    }
    let codes: Vec<&[u8]> = second.iter().flatten().map(Code::reveal).collect();
    assert_eq!(codes, [then.as_bytes()], "after {mishap:?} the gun was read as {second:?}");
}

/// What is not read as an AIM identifier.
fn no_identifier(code: &str) -> bool {
    !code.starts_with(']')
}

fn suffix() -> impl Strategy<Value = (Suffix, &'static str)> {
    prop_oneof![
        Just((Suffix::Learnt, "\r")),
        Just((Suffix::Learnt, "\t")),
        Just((Suffix::Cr, "\r")),
        Just((Suffix::Tab, "\t")),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn key_events(
        (code, (suffix, end), hit) in (code_text().prop_filter("identifier", |c| no_identifier(c)), suffix())
            .prop_flat_map(|(code, end)| {
                let typed = Keys::new(Layout::Us, PACE_US).text(format!("{code}{}", end.1).as_bytes()).events();
                let mishap = mishap(typed.len(), InputEvent::BYTES);
                (Just(code), Just(end), mishap)
            }),
        then in "[0-9A-Za-z]{18}",
    ) {
        let typed = |text: &str| Keys::new(Layout::Us, PACE_US).text(format!("{text}{end}").as_bytes()).events();
        let events = typed(&code);
        let hit = match hit {
            Mishap::Delay(at, time) => Mishap::Delay(at * InputEvent::BYTES, time),
            // The kernel tells dropped events at the end of a frame, never in the midst of a record.
            other => other,
        };
        let mut line = Line::new(Manner::Keyboard(Layout::Us), suffix);
        if let Mishap::Tear(at) = hit && at % InputEvent::BYTES != 0 {
            // Nothing can follow half a record: the device is gone, and with it the line.
            line.take(&mishap::events(&events, hit));
            line.pause(TAIL_WITHIN);
            let codes: Vec<&[u8]> = line.told.iter().flatten().map(Code::reveal).collect();
            prop_assert!(codes.is_empty() || codes == [code.as_bytes()]);
            return Ok(());
        }
        let good = mishap::events(&typed(&then), Mishap::None);
        let (first, second) = line.scans(&mishap::events(&events, hit), &good);
        hold(&code, hit, &first, &second, &then);
    }

    #[test]
    fn characters(
        (code, (suffix, end), hit) in (code_text().prop_filter("identifier", |c| no_identifier(c)), suffix())
            .prop_flat_map(|(code, end)| {
                let mishap = mishap(code.len() + end.1.len(), 1);
                (Just(code), Just(end), mishap)
            }),
        then in "[0-9A-Za-z]{18}",
    ) {
        let sent = format!("{code}{end}");
        let good = mishap::characters(format!("{then}{end}").as_bytes(), Mishap::None);
        let mut line = Line::new(Manner::Serial, suffix);
        let (first, second) = line.scans(&mishap::characters(sent.as_bytes(), hit), &good);
        hold(&code, hit, &first, &second, &then);
    }

    #[test]
    fn report_frames(
        (code, hit) in code_text().prop_flat_map(|code| {
            let count = reports(code.as_bytes(), *b"]Q1").len();
            (Just(code), mishap(count, REPORT))
        }),
        then in "[0-9A-Za-z]{18}",
    ) {
        let layout = hidpos::Layout::find(DESCRIPTOR).unwrap();
        let sent = reports(code.as_bytes(), *b"]Q1");
        // What a broken frame is: another number, a length that is too long. Data are guarded by others.
        let hit = match hit {
            Mishap::Garble(at, bits) if at % REPORT == 0 => Mishap::Garble(at, bits),
            Mishap::Garble(at, _) => Mishap::Garble(at / REPORT * REPORT + 1, 0xc0),
            // A lost report, which USB does not do, shows only where it was not the last of a scan or the only one.
            Mishap::Drop(at, _) if sent.len() == 1 || at > 0 => Mishap::Tear(at * REPORT),
            Mishap::Drop(..) => Mishap::Tear(0),
            other => other,
        };
        let mut line = Line::new(Manner::HidPos(layout), Suffix::Learnt);
        let good = mishap::reports(&reports(then.as_bytes(), *b"]Q1"), Mishap::None);
        let (first, second) = line.scans(&mishap::reports(&sent, hit), &good);
        hold(&code, hit, &first, &second, &then);
    }
}
