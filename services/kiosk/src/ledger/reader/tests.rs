//! A reader beside a writer, on copies that cannot be written, and on files that are no ledger.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::Connection;
use tempfile::TempDir;
use time::macros::date;

use super::*;
use crate::channel::ChannelKind;
use crate::ledger::Ledger;
use crate::till::{Attempt, AttemptNumber, Counters, Currency, Fate, Money, PaymentId, Way};

const DAY: Date = date!(2026 - 11 - 24);
/// Noon of that day.
const NOON_MS: u64 = 1_795_492_800_000;
const FEN: i64 = 1000;

/// One sale in two records.
fn sale(serial: u32) -> [Record; 2] {
    let id = PaymentId::new(&format!("p{serial}")).unwrap();
    let number = AttemptNumber::new(&format!("AAAAAA{serial:06}")).unwrap();
    let amount = Money::new(FEN, Currency::CNY);
    let (channel, way, subject) = (ChannelKind::Alipay, Way::Shown, String::new());
    let attempt = Attempt {
        number: number.clone(),
        channel,
        way,
        amount,
        subject,
        opened_at_ms: NOON_MS,
        agreement: None,
        instalment: None,
    };
    let fate = Fate::Accepted { pickup: 1, split: None };
    let (channel_ref, at_ms) = ("T1".to_owned(), NOON_MS);
    [
        Record::Opening { id: id.clone(), attempt },
        Record::Paid { id, number, channel, channel_ref, amount, at_ms, fate, off: None, pledge: None },
    ]
}

fn sell(ledger: &mut Ledger, serial: u32) {
    ledger.append(NOON_MS, &sale(serial), &[], Counters::default()).unwrap();
}

fn sold(count: u32) -> (TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    // A name that a URI cannot hold as it is.
    let path = dir.path().join("a ledger?of=100%#1");
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    (1..=count).for_each(|serial| sell(&mut ledger, serial));
    (dir, path)
}

/// Every file of a folder, byte for byte.
fn files(dir: &TempDir) -> BTreeMap<PathBuf, Vec<u8>> {
    let entries = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.clone(), std::fs::read(path).unwrap())).collect()
}

/// Sales by everything that one snapshot says of them: all figures must be of one moment.
fn sales(reader: &Reader) -> Result<i64, ReadError> {
    let balances = reader.trial_balance(DAY)?;
    let alipay = balances.iter().find(|row| row.account == "channel:alipay").map_or(0, |row| row.debit);
    let postings = reader.postings(DAY, DAY)?;
    let moved = reader.moved(DAY)?;
    let (checked, whole) = reader.verify();
    whole?;
    let count = alipay / FEN;
    assert_eq!(postings.len(), usize::try_from(2 * count).unwrap());
    assert_eq!(moved.len(), usize::try_from(count).unwrap());
    assert_eq!(checked.records, 2 * count);
    Ok(count)
}

#[test]
fn beside_a_till_that_writes_every_answer_is_of_one_moment() {
    let (_dir, path) = sold(1);
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut serial = 1;
            while !stop.load(Ordering::Relaxed) {
                serial += 1;
                sell(&mut ledger, serial);
            }
            serial
        });
        let mut seen = Vec::new();
        // Until the till has sold something between two questions, several times.
        while seen.iter().collect::<std::collections::BTreeSet<_>>().len() < 5 {
            seen.push(read(&path, sales).unwrap());
        }
        stop.store(true, Ordering::Relaxed);
        let written = i64::from(writer.join().unwrap());
        assert!(seen.is_sorted(), "{seen:?}");
        assert!(seen.iter().all(|count| *count <= written), "{seen:?} of {written}");
        assert_eq!(read(&path, sales).unwrap(), written, "all that was committed is seen");
    });
}

#[test]
fn a_reader_neither_holds_up_the_till_nor_lets_a_second_one_in() {
    let (_dir, path) = sold(1);
    let (ledger, _) = Ledger::open(&path).unwrap();
    let ledger = std::cell::RefCell::new(ledger);
    let count = read(&path, |reader| {
        let before = sales(reader)?;
        sell(&mut ledger.borrow_mut(), 2);
        assert!(matches!(Ledger::open(&path), Err(LedgerError::Held)));
        assert_eq!(sales(reader)?, before, "the snapshot stays");
        Ok::<_, ReadError>(before)
    });
    assert_eq!(count.unwrap(), 1);
    assert_eq!(read(&path, sales).unwrap(), 2);
}

#[test]
fn a_till_that_does_not_run_is_read_without_a_trace() {
    let (dir, path) = sold(3);
    let before = files(&dir);
    assert_eq!(before.len(), 2, "the ledger and its lock");
    assert_eq!(read(&path, sales).unwrap(), 3);
    assert_eq!(files(&dir), before, "nothing is made and nothing written");
    // A copy on a disk that cannot be written.
    std::fs::set_permissions(&path, PermissionsExt::from_mode(0o444)).unwrap();
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o555)).unwrap();
    assert_eq!(read(&path, sales).unwrap(), 3);
    std::fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    assert_eq!(files(&dir), before);
}

#[test]
fn what_a_killed_till_left_is_read_with_its_newest_records() {
    let (dir, path) = sold(1);
    let (mut ledger, _) = Ledger::open(&path).unwrap();
    sell(&mut ledger, 2);
    // As a power cut leaves it: the ledger and its -wal, and nobody who holds them.
    let copy = tempfile::tempdir().unwrap();
    let name = path.file_name().unwrap();
    let to = copy.path().join(name);
    for ending in ["", "-wal"] {
        std::fs::copy(beside(&path, ending), beside(&to, ending)).unwrap();
    }
    let wal = std::fs::read(beside(&to, "-wal")).unwrap();
    assert!(!wal.is_empty());
    assert_eq!(read(&to, sales).unwrap(), 2);
    assert_eq!(std::fs::read(beside(&to, "-wal")).unwrap(), wal, "the newest records stay where they are");
    drop((ledger, dir));
    assert_eq!(
        Ledger::open(&to).unwrap().0.balances().unwrap()[0].2,
        2 * FEN,
        "and a till goes on from them"
    );
}

#[test]
fn a_till_that_starts_meanwhile_makes_it_read_again() {
    let (_dir, path) = sold(1);
    let running = std::cell::RefCell::new(None);
    let asked = std::cell::Cell::new(0);
    let count = read(&path, |reader| {
        asked.set(asked.get() + 1);
        if running.borrow().is_none() {
            let (mut ledger, _) = Ledger::open(&path).unwrap();
            sell(&mut ledger, 2);
            running.replace(Some(ledger));
        }
        sales(reader)
    });
    assert_eq!((count.unwrap(), asked.get()), (2, 2));
}

#[test]
fn what_is_no_ledger_is_said_to_be_none_and_left_alone() {
    type Spoil = Box<dyn Fn(&Path)>;
    let sql = |text: &'static str| -> Spoil {
        Box::new(move |path: &Path| {
            std::fs::remove_file(path).unwrap();
            Connection::open(path).unwrap().execute_batch(text).unwrap();
        })
    };
    let cases: Vec<(&str, Spoil)> = vec![
        ("empty", Box::new(|path| std::fs::write(path, "").unwrap())),
        ("text", Box::new(|path| std::fs::write(path, vec![b'x'; 9000]).unwrap())),
        ("another program's", sql("CREATE TABLE a(b); INSERT INTO a VALUES(1)")),
        ("another program's in WAL", sql("PRAGMA journal_mode=WAL; CREATE TABLE a(b)")),
    ];
    for (name, spoil) in cases {
        let (dir, path) = sold(1);
        spoil(&path);
        let before = files(&dir);
        let said = read(&path, sales);
        assert!(matches!(said, Err(ReadError::NotOurs(..))), "{name}: {said:?}");
        assert_eq!(files(&dir), before, "{name}");
    }
    let dir = tempfile::tempdir().unwrap();
    let said = read(&dir.path().join("none"), sales);
    assert!(matches!(said, Err(ReadError::Missing(_))), "{said:?}");
    assert!(matches!(read(dir.path(), sales), Err(ReadError::NotOurs(..))), "a folder");
    assert!(files(&dir).is_empty(), "nothing was made");
}

#[test]
fn a_fault_is_found_where_it_lies() {
    for (spoil, what, records, sums) in [
        (
            "UPDATE event SET record = replace(record, '1000', '1001') WHERE seq = 4",
            "a record was changed",
            3,
            false,
        ),
        (
            "UPDATE line SET minor = 1 WHERE seq = 6 AND account = 'sales'",
            "a record's lines are not its own",
            5,
            false,
        ),
        ("PRAGMA foreign_keys=OFF; DELETE FROM event WHERE seq = 2", "a record is missing", 1, false),
        (
            "PRAGMA foreign_keys=OFF; INSERT INTO line VALUES(99, 'sales', 0, 'CNY')",
            "a line belongs to no entry",
            6,
            false,
        ),
    ] {
        let (_dir, path) = sold(3);
        Connection::open(&path).unwrap().execute_batch(spoil).unwrap();
        let (checked, said) = read(&path, |reader| Ok::<_, ReadError>(reader.verify())).unwrap();
        assert!(matches!(said, Err(ReadError::Broken(text)) if text == what), "{spoil}: {said:?}");
        assert_eq!((checked.records, checked.sums), (records, sums), "{spoil}");
    }
}
