//! Commands to cards with a processor, through the real child and the real libnfc.

use std::time::{Duration, Instant};

use nfc::{Apdu, CardKind, NoAnswer, Uid, native};

use crate::{Bench, PATIENCE, STUDENT, card};

const KEY: &str = "00000000000000000000000000000000";
/// The uid of NXP's published tap (AN12196).
const TAG: &str = "04DE5F1EACC040";
/// A MIFARE Classic purse.
const CLASSIC: &str = "A1B2C3D4";

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

/// The keys of sector 1 of the emulated Classic purse with this uid under the all-zero master key come from the
/// emulator itself, so that this test knows nothing of how they are made.
fn sector_key(uid: Uid) -> [u8; 6] {
    let card = nfc::fake::cards::classic::Classic::issued(uid, [0; 16], 5000);
    card.block(7)[..6].try_into().unwrap()
}

#[test]
fn a_classic_cards_value_blocks_work_through_libnfc() {
    let mut bench = Bench::new();
    let uid = Uid::from_hex(CLASSIC).unwrap();
    let ask = |bench: &mut Bench, command: Vec<u8>| {
        bench.reader.exchange(uid, Apdu::new(command).unwrap(), Instant::now() + PATIENCE)
    };
    let open = native::authenticate(4, &sector_key(uid), uid.reveal());
    bench.send(&format!("put {CLASSIC} classic {KEY} 5000"));
    assert_eq!(bench.tap(), card(CLASSIC, CardKind::Classic));
    assert_eq!(native::acknowledged(ask(&mut bench, open.clone()).unwrap().reveal()), Ok(()));
    // Its owner writes down what is to be done before it goes on, and the sector is still open then.
    bench.quiet_for(Duration::from_millis(250));
    for command in [native::decrement(4, 1230), native::transfer(4), native::restore(4), native::transfer(5)]
    {
        assert_eq!(native::acknowledged(ask(&mut bench, command).unwrap().reveal()), Ok(()));
    }
    let [first, second] = [4, 5].map(|block| ask(&mut bench, native::read(block)).unwrap());
    assert_eq!(native::block(first.reveal()), native::block(second.reveal()));
    assert_eq!(bench.control.ask(&format!("value {CLASSIC}")).unwrap(), "3770");
    // Torn inside the write of the first value: the second still holds.
    ask(&mut bench, native::decrement(4, 70)).unwrap();
    bench.send("tear after 0 within 5");
    assert_eq!(ask(&mut bench, native::transfer(4)), Err(NoAnswer::CardLeft));
    assert_eq!(bench.control.ask(&format!("value {CLASSIC}")).unwrap(), "3770");
    bench.send(&format!("put {CLASSIC} classic {KEY} 5000"));
    assert_eq!(bench.tap(), card(CLASSIC, CardKind::Classic), "its return is a new tap");
    assert_eq!(native::acknowledged(ask(&mut bench, open).unwrap().reveal()), Ok(()));
    let wrong = native::authenticate(4, &[0; 6], uid.reveal());
    assert_eq!(native::acknowledged(ask(&mut bench, wrong).unwrap().reveal()), Err(native::Refused::Key));
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
