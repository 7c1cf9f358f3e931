//! Books over a real ledger: a sale, its refund, its bill, the close of its day, and what comes too late for it.

use rusqlite::Connection;
use tempfile::TempDir;
use time::Date;
use time::macros::date;

use super::*;
use crate::channel::{Bill, BillRow, RowKind};
use crate::finance::EntryId;
use crate::ledger::{Ledger, finance, reconcile};
use crate::reconcile::{Class, Evidence, Reading};
use crate::till::{Attempt, Counters, Money, PaymentId, Refund, RefundReason, Way};

const DAY: Date = date!(2026 - 11 - 24);
const NEXT: Date = date!(2026 - 11 - 25);

fn at(day: Date, hour: i64) -> u64 {
    u64::try_from(day_bounds(day).0 + hour * 3_600_000).unwrap()
}

fn number(text: &str) -> AttemptNumber {
    AttemptNumber::new(text).unwrap()
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

/// A ledger with our tables, and the payment `p1`, which must be open so that doubts are looked for.
struct Books {
    dir: TempDir,
    ledger: Ledger,
}

impl Books {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (ledger, _) = Ledger::open(&dir.path().join("l")).unwrap();
        let books = Self { dir, ledger };
        let db = books.db();
        for tables in [finance::TABLES, TABLES, reconcile::TABLES] {
            // The ledger's own schema may have them already.
            if let Err(error) = db.execute_batch(tables) {
                assert!(error.to_string().contains("already exists"), "{error}");
            }
        }
        db.execute("INSERT INTO payment(id, first_seq, view, open) VALUES('p1', 1, '{}', 1)", []).unwrap();
        books
    }

    fn db(&self) -> Connection {
        let db = Connection::open(self.dir.path().join("l")).unwrap();
        db.pragma_update(None, "foreign_keys", "ON").unwrap();
        db
    }

    fn append(&mut self, now_ms: u64, record: Record) {
        self.ledger.append(now_ms, &[record], &[], Counters::default()).unwrap();
    }

    fn opened(&mut self, name: &str, at_ms: u64) {
        let (channel, way, subject) = (ChannelKind::Alipay, Way::Shown, String::new());
        let (number, amount) = (number(name), cny(1000));
        let (agreement, instalment) = (None, None);
        let attempt =
            Attempt { number, channel, way, amount, subject, opened_at_ms: at_ms, agreement, instalment };
        self.append(at_ms, Record::Opening { id: id(), attempt });
    }

    fn paid(&mut self, name: &str, at_ms: u64) {
        self.opened(name, at_ms);
        let (channel, channel_ref) = (ChannelKind::Alipay, "T".to_owned());
        let fate = Fate::Accepted { pickup: 1, split: None };
        let (number, amount) = (number(name), cny(1000));
        self.append(
            at_ms,
            Record::Paid {
                id: id(),
                number,
                channel,
                channel_ref,
                amount,
                at_ms,
                fate,
                off: None,
                pledge: None,
            },
        );
    }

    fn refunded(&mut self, name: &str, refund: &str, minor: i64, at_ms: u64) {
        let refund = Refund::whole(number(refund), cny(minor), RefundReason::Asked);
        let (channel, by, back) = (ChannelKind::Alipay, "s1".to_owned(), vec![]);
        let (number, ask) = (number(name), PaymentId::new(refund.number.as_str()).unwrap());
        let asked = Record::RefundAsked {
            id: id(),
            number: number.clone(),
            channel,
            ask,
            refund: refund.clone(),
            by,
            back,
            at_ms,
        };
        self.append(at_ms, asked);
        self.append(at_ms, Record::Refunded { id: id(), number, channel, refund, at_ms });
    }

    fn close(&self, now_ms: u64, day: Date, carry: &[&str]) -> Result<DayClose, CloseError> {
        let mut db = self.db();
        let tx = db.transaction().unwrap();
        let carry: Vec<String> = carry.iter().map(|name| (*name).to_owned()).collect();
        let close = close(&tx, now_ms, day, &carry, "s1")?;
        tx.commit().unwrap();
        Ok(close)
    }

    fn bill(&self, now_ms: u64, rows: Vec<BillRow>) -> (Vec<Class>, reconcile::Changes) {
        let mut db = self.db();
        let tx = db.transaction().unwrap();
        let (evidence, believe_statement) = (Evidence::Statement, true);
        let reading = Reading { evidence, believe_statement, ..Reading::default() };
        reconcile::keep_bill(&tx, now_ms, &Bill { channel: ChannelKind::Alipay, day: DAY, rows }).unwrap();
        let (outcome, changes) =
            reconcile::run(&tx, now_ms, ChannelKind::Alipay, DAY, &reading).unwrap().unwrap();
        tx.commit().unwrap();
        (outcome.differences.iter().map(|d| d.class).collect(), changes)
    }
}

fn id() -> PaymentId {
    PaymentId::new("p1").unwrap()
}

fn row(name: &str, refund: Option<&str>, minor: i64, fee: i64) -> BillRow {
    BillRow {
        kind: if refund.is_some() { RowKind::Refund } else { RowKind::Payment },
        number: name.to_owned(),
        refund: refund.map(str::to_owned),
        channel_ref: "T".to_owned(),
        amount: cny(minor),
        fee: cny(fee),
        at_ms: at(DAY, 12),
    }
}

fn verify_all(db: &Connection) -> Result<(), LedgerError> {
    verify(db, Depth::All, |_day| {})
}

fn balances(db: &Connection, to: Date) -> String {
    let rows = finance::trial(db, to).unwrap().rows;
    let told: Vec<String> =
        rows.iter().map(|row| format!("{} {}", row.account, row.net().unwrap().minor())).collect();
    told.join(", ")
}

#[test]
fn a_day_is_closed_with_its_figures_and_what_comes_later_counts_on_the_next() {
    let mut books = Books::new();
    books.paid("AAAAAA01", at(DAY, 12));
    books.refunded("AAAAAA01", "AAAAAA02", 300, at(DAY, 13));
    books.paid("AAAAAA03", at(NEXT, 0));
    let close = books.close(at(NEXT, 1), DAY, &[]).unwrap();
    let [alipay] = &close.channels[..] else { panic!("{close:?}") };
    assert_eq!((alipay.payments, alipay.gross, alipay.refunds, alipay.refunded), (1, 1000, 1, 300));
    assert_eq!(super::closed(&books.db(), DAY).unwrap(), Some(close));
    // Its clock is wrong, or its proof was late: the closed day stays as it is.
    books.paid("AAAAAA04", at(DAY, 14));
    let db = books.db();
    assert_eq!(balances(&db, DAY), "channel:alipay 700, owed 0, refunds 300, sales -1000");
    assert_eq!(balances(&db, NEXT), "channel:alipay 2700, owed 0, refunds 300, sales -3000");
    assert_eq!(figures(&db, NEXT).unwrap()[0].payments, 2);
    verify_all(&db).unwrap();
    let again = books.close(at(NEXT, 2), DAY, &[]);
    assert!(matches!(again, Err(CloseError::Refused(CloseRefused::Closed(DAY)))), "{again:?}");
    // Every figure is the sum of entries that can be named.
    let account = Some("channel:alipay".to_owned());
    let listed = postings(&db, &Wanted { from: DAY, to: DAY, account }).unwrap();
    let told: Vec<_> = listed.iter().map(|p| (p.entry, p.reference.as_str(), p.amount.minor())).collect();
    assert_eq!(told, [(EntryId::Till(2), "AAAAAA01", 1000), (EntryId::Till(4), "AAAAAA02", -300)]);
}

#[test]
fn a_day_with_doubts_is_closed_only_when_each_is_named() {
    let mut books = Books::new();
    books.paid("AAAAAA01", at(DAY, 12));
    books.opened("AAAAAA02", at(DAY, 23));
    books.opened("AAAAAA03", at(NEXT, 1));
    let refused = books.close(at(NEXT, 2), DAY, &[]);
    let Err(CloseError::Refused(CloseRefused::InDoubt(doubts))) = refused else { panic!("{refused:?}") };
    assert_eq!(doubts, ["AAAAAA02"]);
    assert_eq!(books.close(at(NEXT, 2), DAY, &["AAAAAA02"]).unwrap().carried, ["AAAAAA02"]);
    verify_all(&books.db()).unwrap();
}

#[test]
fn a_changed_close_or_entry_is_noticed() {
    for spoil in [
        "UPDATE day_channel SET gross = 999",
        "UPDATE day_close SET closed_by = 's2'",
        "UPDATE day_close SET digest = x'00'",
        "UPDATE event SET chain = x'00' WHERE seq = (SELECT head FROM day_close)",
        "UPDATE line SET minor = minor * 2",
        "DELETE FROM day_channel",
    ] {
        let mut books = Books::new();
        books.paid("AAAAAA01", at(DAY, 12));
        books.close(at(NEXT, 1), DAY, &[]).unwrap();
        let db = books.db();
        verify_all(&db).unwrap();
        db.execute_batch(spoil).unwrap();
        assert!(matches!(verify_all(&db), Err(LedgerError::Broken(_))), "{spoil}");
    }
}

#[test]
fn a_second_run_changes_nothing_and_a_repair_solves_what_it_repairs() {
    let mut books = Books::new();
    books.paid("AAAAAA01", at(DAY, 12));
    books.refunded("AAAAAA01", "AAAAAA02", 300, at(DAY, 13));
    books.opened("AAAAAA03", at(DAY, 12));
    let rows = || {
        vec![
            row("AAAAAA01", None, 1000, 6),
            row("AAAAAA01", Some("AAAAAA02"), 300, -2),
            row("AAAAAA03", None, 1000, 6),
        ]
    };
    let (classes, changes) = books.bill(at(NEXT, 10), rows());
    assert_eq!(classes, [Class::StateDiffers]);
    assert_eq!(changes, reconcile::Changes { new: 1, solved: 0, fees: true });
    let (classes, changes) = books.bill(at(NEXT, 11), rows());
    assert_eq!((classes, changes), (vec![Class::StateDiffers], reconcile::Changes::default()));
    assert_eq!(reconcile::unsolved(&books.db(), ChannelKind::Alipay, DAY).unwrap().len(), 1);
    // The channel was asked, and proved it.
    let (channel, channel_ref, at_ms) = (ChannelKind::Alipay, "T".to_owned(), at(DAY, 14));
    let fate = Fate::Accepted { pickup: 2, split: None };
    let (number, amount) = (number("AAAAAA03"), cny(1000));
    books.append(
        at_ms,
        Record::Paid { id: id(), number, channel, channel_ref, amount, at_ms, fate, off: None, pledge: None },
    );
    let (classes, changes) = books.bill(at(NEXT, 12), rows());
    assert_eq!((classes, changes), (vec![], reconcile::Changes { new: 0, solved: 1, fees: true }));
    assert_eq!(
        balances(&books.db(), DAY),
        "channel:alipay 1690, owed 0, refunds 300, sales -2000, fees:alipay 10"
    );
    // A corrected bill after the close books the difference on the day that is open.
    books.close(at(NEXT, 13), DAY, &[]).unwrap();
    let corrected = vec![row("AAAAAA01", None, 1000, 5), rows().remove(1), rows().remove(2)];
    assert!(books.bill(at(NEXT, 14), corrected).1.fees);
    verify_all(&books.db()).unwrap();
    assert!(balances(&books.db(), DAY).ends_with("fees:alipay 10"));
    assert!(balances(&books.db(), NEXT).ends_with("fees:alipay 9"));
}

#[test]
fn a_start_checks_the_newest_closes_and_books_verify_all_of_them() {
    let days = NEWEST_CLOSES + 3;
    let mut books = Books::new();
    let mut day = DAY;
    let first_checked = loop {
        let serial = (day - DAY).whole_days();
        books.paid(&format!("AAAAAA{serial:02}"), at(day, 12));
        let next = day.next_day().unwrap();
        books.close(at(next, 1), day, &[]).unwrap();
        day = next;
        if closes(&books.db()).unwrap().len() == days {
            break DAY + time::Duration::days(3);
        }
    };
    let db = books.db();
    let seen = |depth| {
        let mut seen = Vec::new();
        verify(&db, depth, |day| seen.push(day)).map(|()| seen)
    };
    let newest = seen(Depth::Newest).unwrap();
    assert_eq!((newest.len(), newest[0]), (NEWEST_CLOSES, first_checked));
    assert_eq!(seen(Depth::All).unwrap().len(), days);
    // The oldest close and the last that a start leaves alone: only the whole check sees them.
    for (old, at_start) in [(DAY, true), (DAY + time::Duration::days(2), true), (first_checked, false)] {
        let spoil = |minor: i64| {
            let change = "UPDATE day_channel SET gross = gross + ?2 WHERE day = ?1";
            assert_eq!(db.execute(change, rusqlite::params![old.to_string(), minor]).unwrap(), 1);
        };
        spoil(1);
        assert!(matches!(seen(Depth::All), Err(LedgerError::Broken(_))), "{old}");
        assert_eq!(seen(Depth::Newest).is_ok(), at_start, "{old}");
        spoil(-1);
    }
    // Another hash on the last close before them breaks the chain of those that are checked.
    db.execute("UPDATE day_close SET digest = x'00' WHERE day = '2026-11-26'", []).unwrap();
    assert!(matches!(seen(Depth::Newest), Err(LedgerError::Broken(_))));
}
