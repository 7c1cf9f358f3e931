//! The settlement file of electronic purses: every purchase that took place stands in it once with the TAC that its issuer
//! can check, whatever became of the payment, and no card's number lies readable on the disk.

use rusqlite::Connection;

use super::*;
use crate::card::triple_des::{TripleDesKey, mac};
use crate::channel::campus::{CampusError, settlement};

const TAC_MASTER: [u8; 16] = [0x6B; 16];

fn file(bench: &Bench) -> Connection {
    Connection::open(bench.folder.path().join("campus.db")).expect("the accounts' file")
}

/// Midnight: whatever was proved until now was proved yesterday. Answers which day that is.
fn midnight(bench: &Bench) -> i64 {
    let db = file(bench);
    db.execute("UPDATE settlement SET day = day - 1", []).expect("a day");
    db.query_row("SELECT max(day) FROM settlement", [], |row| row.get(0)).expect("yesterday")
}

/// The columns of each purchase of a day, and the lines after them.
fn read(bench: &mut Bench, day: i64) -> (Vec<Vec<String>>, Vec<String>) {
    let text = settlement::file(day, &bench.office.settlement(day).expect("a settlement"));
    assert!(text.starts_with("dais-settlement 1\t20"), "{text}");
    let (lines, ends): (Vec<&str>, Vec<&str>) =
        text.lines().skip(2).partition(|line| line.contains("\tepurse\t"));
    let columns = |line: &str| line.split('\t').map(str::to_owned).collect();
    (lines.into_iter().map(columns).collect(), ends.into_iter().map(str::to_owned).collect())
}

fn hex(text: &str) -> Vec<u8> {
    crate::card::aes::hex(text).expect("hexadecimal digits")
}

/// What the issuer makes of a line, who has the key of its TACs.
fn tac(columns: &[String]) -> String {
    let by: [u8; 8] = hex(&columns[4])[2..].try_into().expect("a serial number");
    let master = TripleDesKey::new(TAC_MASTER);
    let (left, right) = (master.encrypt(by), master.encrypt(by.map(|byte| !byte)));
    let key = std::array::from_fn(|at| left[at] ^ right[at]);
    let amount: u32 = columns[7].parse().expect("an amount");
    let made = [&columns[9], &columns[10], &columns[11]].map(|column| hex(column)).concat();
    let mac = mac(key, &[&amount.to_be_bytes()[..], &[6], &made].concat());
    mac.iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn torn(bench: &Bench, number: &str, how: How) {
    let tender = bench.tap(Some(Tear { answered: COMMANDS - 1, how }));
    assert_eq!(bench.campus.charge(&attempt(number, PRICE), &tender).await, AGAIN);
}

#[tokio::test]
async fn every_purchase_stands_in_its_days_file_once_with_its_tac() {
    let mut bench = bench();
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0001", PRICE), &bench.tap(None)).await));
    torn(&bench, "TORN00001", How::Obeyed).await;
    bench.retap().await;
    // The holder has the money back, and the issuer still owes it.
    torn(&bench, "BACK00001", How::Obeyed).await;
    assert_eq!(bench.campus.revoke(&attempt("BACK00001", PRICE)).await, Revoked::Done);
    bench.retap().await;
    // This one never happened.
    torn(&bench, "NEVER0001", How::Deaf).await;
    assert_eq!(bench.campus.revoke(&attempt("NEVER0001", PRICE)).await, Revoked::Done);
    bench.retap().await;
    bench.retap().await;
    let day = midnight(&bench);
    assert!(matches!(bench.office.settlement(day + 1), Err(CampusError::NotOver)));
    let (lines, ends) = read(&mut bench, day);
    let mut held = i64::from(LOADED);
    for (at, (line, number)) in lines.iter().zip(["WHOLE0001", "TORN00001", "BACK00001"]).enumerate() {
        let before = held.to_string();
        held -= PRICE;
        let serial = "01".repeat(10);
        let told: Vec<&str> = [1, 3, 4, 5, 6, 7, 8, 9].map(|column| line[column].as_str()).to_vec();
        let counter = at.to_string();
        assert_eq!(
            told,
            [number, "epurse", &serial, &counter, &before, &PRICE.to_string(), "CNY", "000000000001"]
        );
        assert!(line[11].starts_with("20"), "a clock: {line:?}");
        assert_eq!(line[12], tac(line), "{number}");
    }
    assert_eq!(lines.len(), 3);
    assert_eq!(ends, [format!("total\t3\t{}\tCNY", 3 * PRICE), "end\t3".to_owned()]);
    assert_eq!(read(&mut bench, day), (lines, ends), "the same again");
    assert_eq!(read(&mut bench, day - 1), (vec![], vec!["end\t0".to_owned()]));
}

#[tokio::test]
async fn no_cards_number_lies_readable_in_the_accounts() {
    let bench = bench();
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0001", PRICE), &bench.tap(None)).await));
    let sealed: Vec<u8> =
        file(&bench).query_row("SELECT sealed FROM settlement", [], |row| row.get(0)).expect("evidence");
    let number = [1_u8; 10];
    let written = ["01".repeat(10).into_bytes(), b"1,1,1".to_vec(), number.to_vec()];
    for readable in written {
        assert!(!sealed.windows(readable.len()).any(|part| part == readable), "{readable:?}");
    }
    // Neither can one debit's evidence be put in another's place.
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0002", PRICE), &bench.tap(None)).await));
    file(&bench).execute("UPDATE settlement SET sealed = ?1", [sealed]).expect("swapped");
    let (day, mut bench) = (midnight(&bench), bench);
    assert!(matches!(bench.office.settlement(day), Err(CampusError::Broken)));
}

#[tokio::test]
async fn a_day_that_was_read_out_gets_no_more_lines_also_where_the_clock_goes_back() {
    let mut bench = bench();
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0001", PRICE), &bench.tap(None)).await));
    let day = midnight(&bench);
    let before = read(&mut bench, day);
    file(&bench).execute("UPDATE settled SET day = day + 1", []).expect("read out today, as the clock said");
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0002", PRICE), &bench.tap(None)).await));
    let later: i64 = file(&bench)
        .query_row("SELECT day FROM settlement WHERE number = 'WHOLE0002'", [], |row| row.get(0))
        .expect("a day");
    assert_eq!(later, day + 2);
    assert_eq!(read(&mut bench, day), before);
}

#[tokio::test]
async fn a_purchase_that_was_open_under_an_older_version_is_proved_and_settled() {
    let mut bench = bench();
    torn(&bench, "TORN00001", How::Obeyed).await;
    file(&bench)
        .execute_batch(
            "UPDATE purse SET mark = substr(mark, 1, 10); DROP TABLE settlement; DROP TABLE settled;
             PRAGMA user_version = 4",
        )
        .expect("as the older version had it");
    bench.restart();
    bench.retap().await;
    assert!(paid(&bench.campus.query(&attempt("TORN00001", PRICE)).await));
    let day = midnight(&bench);
    let (lines, _ends) = read(&mut bench, day);
    assert_eq!((lines.len(), lines[0][11].as_str()), (1, "00000000000000"));
}
