//! The reader as a tag: an emulated phone reads the link through the real child and the real libnfc.

use std::time::{Duration, Instant};

use nfc::{CardKind, Link, Tap};

use crate::{Bench, PATIENCE, STUDENT, card};

const LINK: &str = "https://pay.example.edu/p/AAAAAAAAAAAAAAAAAAAAAA";

impl Bench {
    fn show(&mut self, link: Option<&str>) {
        self.reader.show(link.map(|link| Link::new(link).unwrap()));
    }

    /// What a phone that is held there opens, while the reader goes on.
    fn phone_opens(&mut self) -> String {
        self.send("phone");
        let end = Instant::now() + PATIENCE;
        loop {
            let opened = self.control.ask("opened").unwrap();
            if !opened.is_empty() {
                self.send("phone away");
                return opened;
            }
            assert!(Instant::now() < end, "the phone opened nothing");
            assert_eq!(self.reader.next(Instant::now() + Duration::from_millis(5)).unwrap(), None);
        }
    }
}

#[test]
fn a_phone_opens_the_link_that_is_shown_and_cards_are_still_read() {
    let mut bench = Bench::new();
    bench.show(Some(LINK));
    assert_eq!(bench.phone_opens(), LINK);
    for kind in ["ultralight", "iso_dep"] {
        bench.send(&format!("put {STUDENT} {kind}"));
        assert!(matches!(bench.tap(), Tap::Card(_)), "{kind}");
        bench.quiet_for(Duration::from_millis(300));
        bench.send("take");
        assert_eq!(bench.tap(), Tap::Gone);
    }
    assert_eq!(bench.phone_opens(), LINK, "a second phone");
    let other = format!("{LINK}{}", "a".repeat(180));
    bench.show(Some(&other));
    // A phone in the very slice that ends still opens the link before.
    bench.quiet_for(Duration::from_millis(500));
    assert_eq!(bench.phone_opens(), other);
}

#[test]
fn nothing_is_shown_before_a_link_and_after_it() {
    let mut bench = Bench::new();
    bench.send("phone");
    bench.quiet_for(Duration::from_millis(500));
    assert_eq!(bench.control.ask("opened").unwrap(), "");
    bench.show(Some(LINK));
    assert_eq!(bench.phone_opens(), LINK);
    bench.show(None);
    bench.quiet_for(Duration::from_millis(500));
    bench.send("phone");
    bench.quiet_for(Duration::from_millis(500));
    assert_eq!(bench.control.ask("opened").unwrap(), "");
}

#[test]
fn a_link_outlives_a_child_and_a_cable() {
    let mut bench = Bench::new();
    bench.show(Some(LINK));
    assert_eq!(bench.phone_opens(), LINK);
    let before = bench.reader.child_id();
    // Our own words to the chip end well, whatever its status; libnfc, which looks after cards, aborts.
    bench.send(&format!("put {STUDENT} iso_dep"));
    assert_eq!(bench.tap(), card(STUDENT, CardKind::IsoDep));
    bench.send("poison");
    let end = Instant::now() + PATIENCE;
    while bench.reader.child_id() == before {
        assert!(Instant::now() < end, "libnfc did not abort");
        assert_eq!(bench.reader.next(Instant::now() + Duration::from_millis(5)).unwrap(), None);
    }
    bench.send("take");
    assert_eq!(bench.tap(), Tap::Gone);
    assert_eq!(bench.phone_opens(), LINK, "by the next child");
    bench.send("unplug");
    while bench.reader.next(Instant::now() + PATIENCE).is_ok() {}
    bench.send("plug");
    bench.until_ready();
    assert_eq!(bench.phone_opens(), LINK, "by the same child");
    bench.send(&format!("put {STUDENT}"));
    assert_eq!(bench.tap(), card(STUDENT, CardKind::Ultralight));
}
