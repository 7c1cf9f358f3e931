//! How long a card is waited for: from the card's arrival to its number at the reader's owner, and to a paid order.
//!
//! The number comes through the real child process by the real libnfc from the emulated chip, whose line is as slow as
//! 115200 baud and whose field takes its time, and by the real PC/SC service from its virtual reader. A paid order is
//! the whole suite's: a purse is held to the reader, told apart, debited and committed, the ledger written, and the
//! till says on the bus that it is paid. `cargo xtask bench taps [TAPS]`.
//!
//! At a PC/SC reader most of the time is not ours. The service asks a driver that cannot tell by itself, as the virtual
//! reader's, every 400 ms whether a card lies there (`PCSCLITE_STATUS_POLL_RATE`), so 200 ms pass before it knows of one.
//! The driver for CCID readers waits in the service for the reader's own interrupt (`RDR_to_PC_NotifySlotChange`; the
//! driver offers `TAG_IFD_POLLING_THREAD_WITH_TIMEOUT` for it), which takes a millisecond or two; what is left then is
//! the reader's own search for cards, from some 50 ms to an ACR122U's 250 or 500 ms, as it is set. So the two parts are
//! measured apart, and the gate holds for the second.
#![allow(clippy::unwrap_used, clippy::print_stdout)] // a measurement ends where something is not as it must be

use std::path::Path;
use std::time::{Duration, Instant};

use api::kiosk::{Device, DeviceState, Line, PaymentState};
use nfc::fake::Fake;
use nfc::fake::cards::Processor;
use nfc::fake::pcscd::Pcscd;
use nfc::fake::vpcd::{How, Inserted};
use nfc::{Card, CardKind, Link, Reader, ReaderError, Tap, Uid};
use suite::{Parts, Suite, programs};

/// Taps of each kind where none are asked for.
const TAPS: usize = 60;
/// The gates: what a person does not notice, and what a turnstile takes.
const NUMBER_GATE: Duration = Duration::from_millis(80);
const DEBIT_GATE: Duration = Duration::from_millis(350);
/// 115200 baud, ten bits a byte; a command to a card, or a look for one, keeps the field busy so long.
const PACE: &str = "pace 11520 3000";
const UID: &str = "04A1B2C3D4E5F6";
const LINK: &str = "https://pay.example.edu/p/AAAAAAAAAAAAAAAAAAAAAA";
/// Nothing here takes longer, whatever else the machine does.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() {
    let taps = std::env::args().skip(1).find_map(|word| word.parse().ok()).unwrap_or(TAPS);
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    number("number, libnfc, ultralight", &chip_taps(taps, "ultralight", false));
    number("number, libnfc, ISO 14443-4", &chip_taps(taps, "iso_dep", false));
    number("number, libnfc, while a link is shown", &chip_taps(taps, "iso_dep", true));
    let (found, told_by_us): (Vec<_>, Vec<_>) = service_taps(taps).into_iter().unzip();
    println!("number, PC/SC, by its own parts:");
    told(
        "  until the service, which looks at a virtual reader every 400 ms, has found the card",
        &found,
        None,
    );
    number("  from there to the number", &told_by_us);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    told("paid, purse through libnfc", &runtime.block_on(debits()), Some(DEBIT_GATE));
}

fn number(what: &str, each: &[Duration]) {
    told(what, each, Some(NUMBER_GATE));
}

fn told(what: &str, each: &[Duration], gate: Option<Duration>) {
    let mut sorted = each.to_vec();
    sorted.sort_unstable();
    let at = |hundredths: usize| sorted[(sorted.len() - 1) * hundredths / 100].as_millis();
    let gate = gate.map_or(String::new(), |gate| format!(" (gate {})", gate.as_millis()));
    println!("{what}: p50 {} ms{gate}, p95 {} ms, of {}", at(50), at(95), sorted.len());
}

/// The next tap; what the reader tells before it is ready is passed over.
fn next(reader: &mut Reader) -> Tap {
    let end = Instant::now() + PATIENCE;
    loop {
        match reader.next(end) {
            Ok(tap) => return tap.expect("a tap"),
            Err(ReaderError::Missing(_)) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

/// Pauses that fall evenly over the reader's own rhythm.
fn pause(tap: usize) {
    std::thread::sleep(Duration::from_millis(150 + (tap as u64 * 37) % 200));
}

fn chip_taps(taps: usize, kind: &str, shown: bool) -> Vec<Duration> {
    let dir = tempfile::tempdir().unwrap();
    let link = dir.path().join("reader");
    let fake = Fake::start(&link, &dir.path().join("control")).unwrap();
    let mut control = fake.control().unwrap();
    control.send(PACE).unwrap();
    let place = format!("pn532_uart:{}:115200", link.display());
    let mut reader = Reader::spawn(&programs().unwrap().join("dais-nfc"), &place).unwrap();
    while !reader.is_ready() {
        assert_eq!(reader.next(Instant::now() + Duration::from_millis(20)).unwrap(), None);
    }
    if shown {
        reader.show(Some(Link::new(LINK).unwrap()));
    }
    (0..taps)
        .map(|tap| {
            pause(tap);
            let came = Instant::now();
            control.send(&format!("put {UID} {kind}")).unwrap();
            assert!(matches!(next(&mut reader), Tap::Card(_)));
            let took = came.elapsed();
            control.send("take").unwrap();
            assert_eq!(next(&mut reader), Tap::Gone);
            took
        })
        .collect()
}

/// From the card's arrival until the service has found it, and from there to its number.
fn service_taps(taps: usize) -> Vec<(Duration, Duration)> {
    let dir = tempfile::tempdir().unwrap();
    let pcscd = Pcscd::start(dir.path(), Some("Dais Virtual")).unwrap();
    let program = pcscd.client(dir.path(), &programs().unwrap().join("dais-nfc")).unwrap();
    let mut reader = Reader::spawn(Path::new(&program), "pcsc").unwrap();
    while !reader.is_ready() {
        drop(reader.next(Instant::now() + Duration::from_millis(20)));
    }
    let card = Card { uid: Uid::from_hex(UID).unwrap(), kind: CardKind::IsoDep };
    let [slot, _] = pcscd.slots.unwrap();
    (0..taps)
        .map(|tap| {
            pause(tap);
            let came = Instant::now();
            let lying = Inserted::lay(slot, card, Processor::Empty, How::default()).unwrap();
            assert!(matches!(next(&mut reader), Tap::Card(_)));
            let (told, found) = (Instant::now(), lying.powered_at().unwrap());
            drop(lying);
            assert_eq!(next(&mut reader), Tap::Gone);
            (found - came, told - found)
        })
        .collect()
}

/// As many payments of the cheapest dish as the student's purse holds.
async fn debits() -> Vec<Duration> {
    let state = tempfile::tempdir().unwrap();
    let suite = Suite::start(Parts::till(state.path().to_owned())).await.unwrap();
    suite.reader.set_pace(PACE).await.unwrap();
    let till = suite.till().await.unwrap();
    let ready = (Device::CardReader.to_wire(), DeviceState::Ready.to_wire());
    while !till.devices().await.unwrap().contains(&ready) {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (currency, dishes) = till.menu().await.unwrap();
    let dish = dishes.iter().min_by_key(|dish| dish.price).unwrap();
    let lines = [Line { sku: dish.sku.clone(), quantity: 1, unit_price: dish.price }];
    suite.reader.put_purse().await.unwrap();
    suite.reader.take().await.unwrap();
    let mut took = Vec::new();
    while suite.reader.in_purse().await.unwrap() >= dish.price {
        let id = format!("bench-{}", took.len());
        till.begin(&id, &lines, dish.price, &currency).await.unwrap();
        suite.until_payment(&[PaymentState::Waiting]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(300 + (took.len() as u64 * 37) % 200)).await;
        let came = Instant::now();
        suite.reader.put_purse().await.unwrap();
        suite.until_payment(&[PaymentState::Paid]).await.unwrap();
        took.push(came.elapsed());
        suite.reader.take().await.unwrap();
        till.dismiss(&id).await.unwrap();
    }
    drop(till);
    suite.stop().await.unwrap();
    took
}
