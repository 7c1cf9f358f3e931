//! `dais-kiosk books ...` as the office calls it: the real program beside a writer, and on ledgers that are none.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicBool, Ordering};

use kiosk::channel::ChannelKind;
use kiosk::finance::{business_day, day_bounds};
use kiosk::ledger::Ledger;
use kiosk::till::{
    Attempt, AttemptNumber, Counters, Currency, Fate, Money, PaymentId, Record, Refund, RefundReason, Way,
};
use rusqlite::Connection;
use tempfile::TempDir;
use time::Date;
use time::macros::date;

const DAY: Date = date!(2026 - 11 - 24);

fn at(day: Date, hour: i64) -> u64 {
    u64::try_from(day_bounds(day).0 + hour * 3_600_000).unwrap()
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn number(text: &str) -> AttemptNumber {
    AttemptNumber::new(text).unwrap()
}

/// A sale of 12 yuan.
fn sell(ledger: &mut Ledger, serial: u32, at_ms: u64) {
    let id = PaymentId::new(&format!("p{serial}")).unwrap();
    let (channel, number) = (ChannelKind::Alipay, number(&format!("AAAAAA{serial:06}")));
    let attempt = Attempt {
        number: number.clone(),
        channel,
        way: Way::Shown,
        amount: cny(1200),
        subject: String::new(),
        opened_at_ms: at_ms,
        agreement: None,
        instalment: None,
    };
    let (amount, channel_ref, fate) = (cny(1200), "T1".to_owned(), Fate::Accepted { pickup: 1, split: None });
    let records = [
        Record::Opening { id: id.clone(), attempt },
        Record::Paid { id, number, channel, channel_ref, amount, at_ms, fate, off: None, pledge: None },
    ];
    ledger.append(at_ms, &records, &[], Counters::default()).unwrap();
}

/// Two sales, a refund of 2.50 that a channel refuses, and the day closed.
fn written() -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("ledger.sqlite");
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    sell(&mut ledger, 1, at(DAY, 12));
    sell(&mut ledger, 2, at(DAY, 13));
    let (id, channel) = (PaymentId::new("p1").unwrap(), ChannelKind::Alipay);
    let refund = Refund::whole(number("BACK000001"), cny(250), RefundReason::Asked);
    let (of, back, by, at_ms) = (number("AAAAAA000001"), Vec::new(), "s1".to_owned(), at(DAY, 14));
    let asked = Record::RefundAsked {
        id: id.clone(),
        number: of.clone(),
        channel,
        ask: id.clone(),
        refund: refund.clone(),
        by,
        back: back.clone(),
        at_ms,
    };
    let refused = Record::RefundRefused { id, number: of, channel, refund, back, gathered: false };
    ledger.append(at_ms, &[asked, refused], &[], Counters::default()).unwrap();
    ledger.close_day(at(DAY.next_day().unwrap(), 1), DAY, &[], "s1").unwrap();
    (dir, path)
}

fn books(ledger: &Path, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dais-kiosk"));
    command.arg("books").args(words).arg("--ledger").arg(ledger).output().unwrap()
}

/// What it prints where it does what it was asked.
#[track_caller]
fn printed(ledger: &Path, words: &[&str]) -> String {
    let output = books(ledger, words);
    assert!(output.status.success(), "{words:?}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// Lines as cells by the header's names.
fn table(text: &str, between: char) -> Vec<BTreeMap<String, String>> {
    let mut lines = text.lines().map(|line| line.split(between).map(str::to_owned));
    let header: Vec<String> = lines.next().unwrap().collect();
    lines
        .map(|cells| {
            let cells: Vec<String> = cells.collect();
            assert_eq!(cells.len(), header.len(), "{cells:?}");
            header.iter().cloned().zip(cells).collect()
        })
        .collect()
}

/// `-2.50` in minor units, an empty cell as nothing.
fn minor(text: &str) -> i64 {
    let digits: String = text.chars().filter(|c| *c != '.').collect();
    if digits.is_empty() { 0 } else { digits.parse().unwrap() }
}

fn files(dir: &TempDir) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

#[test]
fn the_office_reads_the_books_and_leaves_no_trace() {
    let (dir, path) = written();
    let before = files(&dir);
    let balance = table(&printed(&path, &["trial-balance", "--day", "2026-11-24"]), '\t');
    let balances: Vec<_> =
        balance.iter().map(|row| (row["account"].as_str(), minor(&row["balance"]))).collect();
    assert_eq!(balances, [("channel:alipay", 2400), ("owed", 0), ("refunds", 0), ("sales", -2400)]);
    let none = table(&printed(&path, &["trial-balance", "--day", "2026-11-23"]), '\t');
    assert!(none.is_empty(), "{none:?}");
    let days = table(&printed(&path, &["days", "--from", "2026-11-01", "--to", "2026-11-30"]), '\t');
    let told: Vec<_> =
        days.iter().map(|row| [&*row["day"], &*row["by"], &*row["record"], &*row["net"]]).collect();
    assert_eq!(told, [["2026-11-24", "s1", "6", "24.00"]]);
    assert_eq!(days[0]["closed"], "2026-11-25 01:00:00");
    let cases = table(&printed(&path, &["cases"]), '\t');
    let told: Vec<_> = cases.iter().map(|row| [&*row["case"], &*row["number"], &*row["amount"]]).collect();
    assert_eq!(told, [["6", "BACK000001", "2.50"]]);
    let payments = table(&printed(&path, &["payments", "--day", "2026-11-24"]), '\t');
    let told: Vec<_> =
        payments.iter().map(|row| [&*row["at"], &*row["payment"], &*row["what"], &*row["amount"]]).collect();
    let expected = [
        ["2026-11-24 12:00:00", "p1", "paid", "12.00"],
        ["2026-11-24 13:00:00", "p2", "paid", "12.00"],
        ["2026-11-24 14:00:00", "p1", "refund asked for", "2.50"],
        ["2026-11-24 14:00:00", "p1", "refund refused", "2.50"],
    ];
    assert_eq!(told, expected);
    let said = printed(&path, &["verify"]);
    assert!(
        said.contains("6 records") && said.contains("1 closed days, the last of them 2026-11-24"),
        "{said}"
    );
    assert_eq!(files(&dir), before);
}

#[test]
fn the_journal_comes_in_three_formats() {
    let (_dir, path) = written();
    let range = ["journal", "--from", "2026-11-24", "--to", "2026-11-25"];
    let csv = table(&printed(&path, &[&range[..], &["--format", "csv"]].concat()), ',');
    assert_eq!(csv.len(), 8, "two lines each of two sales and of a refund that came and went");
    assert_eq!(csv.iter().map(|row| minor(&row["debit"]) - minor(&row["credit"])).sum::<i64>(), 0);
    let hledger = printed(&path, &range);
    assert_eq!(hledger, printed(&path, &[&range[..], &["--format", "hledger"]].concat()));
    assert!(hledger.contains("2026-11-24 (T2) paid AAAAAA000001\n"), "{hledger}");
    let beancount = printed(&path, &[&range[..], &["--format", "beancount"]].concat());
    assert!(beancount.contains("2026-11-24 open Assets:Channel:P-alipay\n"), "{beancount}");
}

#[test]
fn what_cannot_be_meant_is_refused_in_words() {
    let (_dir, path) = written();
    for (words, why) in [
        (&["journal", "--from", "2026-11-25", "--to", "2026-11-24"][..], "after --to"),
        (&["journal", "--from", "2026-08-24", "--to", "2026-11-24"], "92 days"),
        (&["journal", "--from", "2026-11-24"], "say --to"),
        (&["journal", "--from", "24.11.2026", "--to", "2026-11-24"], "a day like"),
        (&["journal", "--from", "2026-11-24", "--to", "2026-11-24", "--format", "xml"], "beancount"),
        (&["cases", "--day", "2026-11-24"], "no --day"),
        (&["close"], "trial-balance"),
        (&[], "trial-balance"),
    ] {
        let output = books(&path, words);
        let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(1), "{words:?}: {said}");
        assert!(said.contains(why), "{words:?}: {said}");
    }
}

#[test]
fn beside_a_till_that_writes_every_answer_adds_up() {
    let (_dir, path) = written();
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    let stop = AtomicBool::new(false);
    let next = DAY.next_day().unwrap();
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut serial = 2;
            while !stop.load(Ordering::Relaxed) {
                serial += 1;
                sell(&mut ledger, serial, at(next, 12));
            }
            serial
        });
        let range = ["journal", "--format", "csv", "--from", "2026-11-24", "--to", "2026-11-25"];
        let mut seen = Vec::new();
        for _look in 0..4 {
            let rows = table(&printed(&path, &range), ',');
            assert_eq!(rows.iter().map(|row| minor(&row["debit"]) - minor(&row["credit"])).sum::<i64>(), 0);
            seen.push(rows.len());
            let balance = table(&printed(&path, &["trial-balance", "--day", "2026-11-25"]), '\t');
            assert_eq!(balance.iter().map(|row| minor(&row["balance"])).sum::<i64>(), 0);
            assert!(printed(&path, &["verify"]).starts_with("the ledger holds"));
        }
        stop.store(true, Ordering::Relaxed);
        let sales: usize = writer.join().unwrap().try_into().unwrap();
        assert!(seen.is_sorted() && seen[0] < seen[3], "it saw the till go on: {seen:?}");
        assert_eq!(table(&printed(&path, &range), ',').len(), 2 * sales + 4);
    });
    assert_eq!(business_day(at(next, 12)), next);
}

#[test]
fn a_ledger_that_does_not_hold_is_named_with_the_place_and_what_to_do() {
    for (spoil, what, place) in [
        (
            "UPDATE event SET record = replace(record, '1200', '1300') WHERE seq = 4",
            "a record was changed",
            "after record 3",
        ),
        ("UPDATE line SET minor = 7 WHERE seq = 2", "a record's lines are not its own", "after record 1"),
        ("PRAGMA foreign_keys=OFF; DELETE FROM event WHERE seq = 5", "a record is missing", "after record 4"),
        (
            "UPDATE day_channel SET gross = 1",
            "a day close was changed",
            "all 6 records hold; of the closed days the first",
        ),
    ] {
        let (dir, path) = written();
        Connection::open(&path).unwrap().execute_batch(spoil).unwrap();
        let before = files(&dir);
        let output = books(&path, &["verify"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{spoil}: {said}");
        for part in [what, place, "systemctl stop dais-kiosk", "restore"] {
            assert!(said.contains(part), "{spoil}: {part}: {said}");
        }
        assert_eq!(files(&dir), before, "{spoil}");
    }
}

#[test]
fn a_torn_page_is_found_by_sqlites_own_check() {
    let (_dir, path) = written();
    let mut bytes = std::fs::read(&path).unwrap();
    // Every page but the first, whose header says what file it is.
    let page = usize::from(u16::from_be_bytes([bytes[16], bytes[17]]));
    bytes[page..].fill(0x5a);
    std::fs::write(&path, bytes).unwrap();
    let output = books(&path, &["verify"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("the ledger does not hold") && said.contains("restore"), "{said}");
}

#[test]
fn what_is_not_there_or_not_ours_is_said_to_be_so() {
    let dir = tempfile::tempdir().unwrap();
    let missing = dir.path().join("none.sqlite");
    let foreign = dir.path().join("foreign.sqlite");
    Connection::open(&foreign).unwrap().execute_batch("CREATE TABLE a(b)").unwrap();
    let before = files(&dir);
    for (path, code, why) in
        [(&missing, 2, "there is no ledger at"), (&foreign, 1, "is no ledger of this Dais")]
    {
        let output = books(path, &["verify"]);
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!(said.contains(why), "{said}");
        let output = books(path, &["trial-balance"]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{said}");
        assert!(said.contains(why), "{said}");
    }
    assert_eq!(files(&dir), before);
}
