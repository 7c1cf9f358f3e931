//! The bare limit of the disk: the rows of a ledger written again by plain SQL into the same tables, in the same
//! commits, with everything that is not writing (hashes, JSON, checks, state) done before the clock starts.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use kiosk::till::Record;
use rusqlite::{Connection, params};

use crate::Rate;
use crate::lanes::Commit;

type Line = (String, i64, String);

/// One record's rows.
struct Event {
    payment: String,
    text: String,
    number: Option<String>,
    entry: Option<(String, String, i64)>,
    lines: Vec<Line>,
}

/// One commit's rows.
struct Rows {
    events: Vec<Event>,
    views: Vec<(String, String)>,
    counters: (i64, u32),
    settled: Vec<String>,
}

/// Writes what `log` says was written to the ledger at `from` into a new file.
pub(crate) fn write(from: &Path, into: &Path, log: &[Commit], payments: usize) -> Rate {
    let source = Connection::open(from).unwrap();
    let mut db = Connection::open(into).unwrap();
    db.pragma_update(None, "journal_mode", "WAL").unwrap();
    db.pragma_update(None, "synchronous", "FULL").unwrap();
    db.pragma_update(None, "foreign_keys", "ON").unwrap();
    db.execute_batch(&tables(&source)).unwrap();
    db.execute("INSERT INTO counter VALUES('BARE', 0, 0)", []).unwrap();
    let rows = rows(&source, log);
    let mut each = Vec::with_capacity(rows.len());
    let (mut seq, started) = (0, Instant::now());
    for commit in &rows {
        let before = Instant::now();
        seq = commit_once(&mut db, commit, seq);
        each.push(before.elapsed());
    }
    let took: Duration = started.elapsed();
    Rate::of(payments, took, each)
}

fn tables(source: &Connection) -> String {
    let mut all =
        source.prepare("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC").unwrap();
    let texts: Vec<String> = all.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    texts.join(";\n")
}

/// Reads back what the ledger holds of each record.
fn rows(source: &Connection, log: &[Commit]) -> Vec<Rows> {
    let mut entries = HashMap::new();
    let mut all = source.prepare("SELECT seq, number, event, at_ms FROM entry").unwrap();
    let read = all
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))
        .unwrap();
    entries.extend(read.map(Result::unwrap));
    let mut lines: HashMap<i64, Vec<Line>> = HashMap::new();
    let mut all = source.prepare("SELECT seq, account, minor, currency FROM line ORDER BY rowid").unwrap();
    let read = all
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, (row.get(1)?, row.get(2)?, row.get(3)?))))
        .unwrap();
    for (seq, line) in read.map(Result::unwrap) {
        lines.entry(seq).or_default().push(line);
    }
    let written: usize = log.iter().map(|commit| commit.records.len()).sum();
    let last: i64 = source.query_row("SELECT MAX(seq) FROM event", [], |row| row.get(0)).unwrap();
    let mut seq = last - i64::try_from(written).unwrap();
    log.iter()
        .map(|commit| Rows {
            events: commit
                .records
                .iter()
                .map(|record| {
                    seq += 1;
                    Event {
                        payment: record.payment().as_str().to_owned(),
                        text: serde_json::to_string(record).unwrap(),
                        number: match record {
                            Record::Charging { attempt, .. } => Some(attempt.number.as_str().to_owned()),
                            _ => None,
                        },
                        entry: entries.remove(&seq),
                        lines: lines.remove(&seq).unwrap_or_default(),
                    }
                })
                .collect(),
            views: commit
                .views
                .iter()
                .map(|view| (view.id.as_str().to_owned(), serde_json::to_string(view).unwrap()))
                .collect(),
            counters: (i64::try_from(commit.counters.numbers).unwrap(), commit.counters.pickups),
            settled: commit.settled.iter().map(|id| id.as_str().to_owned()).collect(),
        })
        .collect()
}

fn commit_once(db: &mut Connection, rows: &Rows, mut seq: i64) -> i64 {
    let tx = db.transaction().unwrap();
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        tx.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    for event in &rows.events {
        seq += 1;
        run("INSERT INTO event VALUES(?1, ?2, ?3, ?4)", params![seq, event.payment, event.text, [7_u8; 32]]);
        if let Some(number) = &event.number {
            run("INSERT INTO number VALUES(?1, ?2)", params![number, event.payment]);
        }
        if let Some((number, name, at_ms)) = &event.entry {
            run("INSERT INTO entry VALUES(?1, ?2, ?3, ?4)", params![seq, number, name, at_ms]);
        }
        for (account, minor, currency) in &event.lines {
            run("INSERT INTO line VALUES(?1, ?2, ?3, ?4)", params![seq, account, minor, currency]);
        }
    }
    for (id, text) in &rows.views {
        let sql = "INSERT INTO payment VALUES(?1, ?2, ?3, 1) ON CONFLICT(id) DO UPDATE SET view = excluded.view, open = 1";
        run(sql, params![id, seq, text]);
    }
    for id in &rows.settled {
        run("UPDATE payment SET open = 0 WHERE id = ?1", params![id]);
    }
    run("UPDATE counter SET numbers = ?1, pickups = ?2", params![rows.counters.0, rows.counters.1]);
    tx.commit().unwrap();
    seq
}
