//! The settlement file of DESFire purses: each debit with the card's own MAC, also where only the next tap told of it.

use super::*;
use crate::channel::campus::settlement;

#[tokio::test]
async fn every_debit_stands_in_its_days_file_once_with_its_mac() {
    let mut bench = desk(true);
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0001", PRICE), &bench.tap(None)).await));
    let torn = attempt("TORN00001", PRICE);
    let tear = Tear { answered: COMMANDS - 1, how: How::Obeyed };
    assert_eq!(bench.campus.charge(&torn, &bench.tap(Some(tear))).await, AGAIN);
    bench.retap().await;
    bench.retap().await;
    let db = rusqlite::Connection::open(bench.folder.path().join("campus.db")).expect("the accounts' file");
    db.execute("UPDATE settlement SET day = day - 1", []).expect("midnight");
    let day: i64 = db.query_row("SELECT max(day) FROM settlement", [], |row| row.get(0)).expect("yesterday");
    let text = settlement::file(day, &bench.office.settlement(day).expect("a settlement"));
    let lines: Vec<Vec<&str>> =
        text.lines().filter(|line| line.contains("desfire")).map(|line| line.split('\t').collect()).collect();
    let mut held = i64::from(LOADED);
    for (at, (line, number)) in lines.iter().zip(["WHOLE0001", "TORN00001"]).enumerate() {
        let (counter, before, price) = ((at + 1).to_string(), held.to_string(), PRICE.to_string());
        held -= PRICE;
        assert_eq!((line[1], line[4], line[9]), (number, "04010203040506", "-"));
        assert_eq!(line[5..=8], [&counter, &before, &price, "CNY"]);
        assert_eq!(line[12].len(), 16);
    }
    assert_eq!(lines.len(), 2);
    assert_ne!(lines[0][12], lines[1][12]);
    assert!(text.ends_with(&format!("total\t2\t{}\tCNY\nend\t2\n", 2 * PRICE)), "{text}");
}

#[tokio::test]
async fn a_card_without_a_mac_file_has_nothing_to_settle() {
    let bench = desk(false);
    assert!(paid(&bench.campus.charge(&attempt("WHOLE0001", PRICE), &bench.tap(None)).await));
    let db = rusqlite::Connection::open(bench.folder.path().join("campus.db")).expect("the accounts' file");
    let kept: i64 = db.query_row("SELECT count(*) FROM settlement", [], |row| row.get(0)).expect("a count");
    assert_eq!(kept, 0);
}
