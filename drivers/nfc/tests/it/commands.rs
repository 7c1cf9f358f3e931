//! Commands to cards with a processor, through the real child and the real libnfc.

use std::time::{Duration, Instant};

use nfc::{Apdu, CardKind, NoAnswer, Uid};

use crate::{Bench, PATIENCE, STUDENT, card};

const KEY: &str = "00000000000000000000000000000000";
/// The uid of NXP's published tap (AN12196).
const TAG: &str = "04DE5F1EACC040";

impl Bench {
    fn ask(&mut self, uid: &str, apdu: &str) -> Result<String, NoAnswer> {
        let (uid, apdu) = (Uid::from_hex(uid).unwrap(), Apdu::from_hex(apdu).unwrap());
        self.reader.exchange(uid, apdu, Instant::now() + PATIENCE).map(|answer| answer.reveal_hex())
    }
}

#[test]
fn a_tag_tells_its_published_tap_through_libnfc() {
    let mut bench = Bench::new();
    bench.send(&format!("put {TAG} ntag424 {KEY} 60"));
    assert_eq!(bench.tap(), card(TAG, CardKind::IsoDep));
    let asked = Instant::now();
    assert_eq!(bench.ask(TAG, "00A4040007D276000085010100"), Ok("9000".to_owned()));
    assert_eq!(bench.ask(TAG, "00A4000C02E104"), Ok("9000".to_owned()));
    let file = bench.ask(TAG, "00B0000000").unwrap();
    println!("three commands took {} ms", asked.elapsed().as_millis());
    let text = String::from_utf8_lossy(Apdu::from_hex(&file).unwrap().reveal()).into_owned();
    assert!(text.contains("&cmac=94EED9EE65337086"), "{text}");
    assert_eq!(bench.ask(STUDENT, "00B0000000"), Err(NoAnswer::NotThere), "another card's command");
    bench.quiet_for(Duration::from_millis(700));
    assert!(bench.ask(TAG, "00B0000000").is_ok(), "looks between commands do no harm");
}

#[test]
fn a_card_torn_out_of_a_command_is_gone_and_its_return_is_a_new_tap() {
    let mut bench = Bench::new();
    let put = format!("put {TAG} desfire {KEY} 5000");
    for cut in ["tear after 1", "tear after 1 obeyed"] {
        bench.send(&put);
        assert_eq!(bench.tap(), card(TAG, CardKind::IsoDep));
        bench.send(cut);
        assert_eq!(bench.ask(TAG, "905A00000344414900"), Ok("9100".to_owned()));
        assert_eq!(bench.ask(TAG, "90AA0000010000"), Err(NoAnswer::CardLeft));
        assert_eq!(bench.ask(TAG, "90AA0000010000"), Err(NoAnswer::NotThere));
    }
    assert_eq!(bench.control.ask(&format!("value {TAG}")).unwrap(), "5000");
}

#[test]
fn a_command_to_a_reader_that_is_pulled_or_aborts_ends_without_an_answer() {
    let mut bench = Bench::new();
    let put = format!("put {TAG} desfire {KEY} 5000");
    bench.send(&put);
    assert_eq!(bench.tap(), card(TAG, CardKind::IsoDep));
    bench.send("poison");
    assert_eq!(bench.ask(TAG, "905A00000344414900"), Err(NoAnswer::ReaderLost), "libnfc aborted");
    assert_eq!(bench.tap(), card(TAG, CardKind::IsoDep), "a new tap, for whoever waits for one");
    assert_eq!(bench.ask(TAG, "905A00000344414900"), Ok("9100".to_owned()));
    bench.send("unplug");
    assert!(matches!(bench.ask(TAG, "905A00000344414900"), Err(NoAnswer::ReaderLost | NoAnswer::CardLeft)));
}

#[test]
fn another_thread_ends_a_wait() {
    let mut bench = Bench::new();
    let waker = bench.reader.waker();
    let woken = std::thread::spawn(move || waker.wake());
    // The test's own limit is far below this deadline.
    assert_eq!(bench.reader.next(Instant::now() + Duration::from_secs(86_400)).unwrap(), None);
    woken.join().unwrap();
}
