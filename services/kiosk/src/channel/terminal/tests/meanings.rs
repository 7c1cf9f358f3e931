//! What answers mean, as a table: also those that a good terminal never gives. And bills that do not hold.

use super::*;
use crate::channel::terminal::message::{Row, Totals, TotalsState};
use crate::channel::{PaidProof, PendingReason};

fn answer(json: &str) -> Answer {
    Answer::from_json(json.as_bytes()).expect(json)
}

#[test]
fn an_answer_proves_what_it_says_and_no_more() {
    let lunch = attempt("MEANING001");
    let paid = |fen| Proof::Paid(PaidProof { channel_ref: "R1".to_owned(), amount: yuan(fen) });
    let unreadable = Proof::Unknown(Doubt::Unparsable);
    for (fields, proof) in [
        (r#""state":"waiting""#, Proof::Pending(PendingReason::PayerConfirms)),
        (r#""state":"working""#, Proof::Pending(PendingReason::PayerConfirms)),
        (r#""state":"approved","amount":1230,"currency":"CNY","reference":"R1""#, paid(1230)),
        // Another amount is the till's to judge.
        (r#""state":"approved","amount":1,"currency":"CNY","reference":"R1""#, paid(1)),
        (r#""state":"approved","amount":0,"currency":"CNY","reference":"R1""#, unreadable.clone()),
        (r#""state":"approved","amount":-1230,"currency":"CNY","reference":"R1""#, unreadable.clone()),
        (r#""state":"approved","amount":1230,"currency":"cny","reference":"R1""#, unreadable.clone()),
        (r#""state":"approved","amount":1230,"currency":"CNY","reference":"""#, unreadable.clone()),
        (r#""state":"approved","amount":1230,"currency":"CNY""#, unreadable.clone()),
        (r#""state":"approved","currency":"CNY","reference":"R1""#, unreadable.clone()),
        (r#""state":"declined""#, Proof::NotPaid(Refusal::Declined)),
        (r#""state":"declined","reason":"card_blocked""#, Proof::NotPaid(Refusal::CardBlocked)),
        (r#""state":"declined","reason":"moonrise""#, Proof::NotPaid(Refusal::Declined)),
        (r#""state":"closed""#, Proof::NotPaid(Refusal::Closed)),
        (r#""state":"none""#, Proof::NotPaid(Refusal::NoSuchTrade)),
        (r#""state":"in_doubt""#, Proof::Unknown(Doubt::ServerError)),
        (r#""state":"blessed""#, unreadable.clone()),
    ] {
        let json = format!(r#"{{"type":"sale","number":"MEANING001",{fields}}}"#);
        assert_eq!(read::proof(&lunch, &answer(&json)), proof, "{json}");
        let others = json.replace("MEANING001", "MEANING002");
        assert_eq!(read::proof(&lunch, &answer(&others)), unreadable, "{others}");
    }
    for code in ["busy", "conflict", "refused", "trouble", "moonrise"] {
        let error = answer(&format!(r#"{{"type":"error","code":"{code}"}}"#));
        assert_eq!(read::proof(&lunch, &error), Proof::Unknown(Doubt::ServerError), "{code}");
        let sold = read::sold(&lunch, &error);
        let begun_not = matches!(code, "busy" | "refused");
        assert_eq!(sold == Proof::NotPaid(Refusal::Declined), begun_not, "{code}");
    }
}

#[test]
fn only_an_end_is_taken_for_taken_back() {
    let lunch = attempt("MEANING001");
    for (state, revoked) in [
        ("waiting", Revoked::Again(Doubt::ServerError)),
        ("working", Revoked::Again(Doubt::ServerError)),
        ("declined", Revoked::Done),
        ("closed", Revoked::Done),
        ("none", Revoked::Again(Doubt::ServerError)),
        ("in_doubt", Revoked::Again(Doubt::ServerError)),
        ("blessed", Revoked::Again(Doubt::Unparsable)),
    ] {
        let json = format!(r#"{{"type":"sale","number":"MEANING001","state":"{state}"}}"#);
        assert_eq!(read::revoked(&lunch, &answer(&json)), revoked, "{state}");
    }
}

#[test]
fn only_the_same_refund_of_the_same_amount_is_done() {
    let (lunch, back) = (attempt("MEANING001"), refund("BACKMEAN01", 230));
    for (fields, refunded) in [
        (r#""refund_number":"BACKMEAN01","state":"done","amount":230"#, Refunded::Done),
        (r#""refund_number":"BACKMEAN01","state":"done","amount":231"#, Refunded::Again(Doubt::Unparsable)),
        (r#""refund_number":"BACKMEAN01","state":"done""#, Refunded::Again(Doubt::Unparsable)),
        (r#""refund_number":"BACKMEAN02","state":"done","amount":230"#, Refunded::Again(Doubt::Unparsable)),
        (r#""refund_number":"BACKMEAN01","state":"refused""#, Refunded::Refused),
        (r#""refund_number":"BACKMEAN01","state":"working""#, Refunded::Again(Doubt::ServerError)),
        (r#""refund_number":"BACKMEAN01","state":"none""#, Refunded::Again(Doubt::ServerError)),
        (r#""refund_number":"BACKMEAN01","state":"blessed""#, Refunded::Again(Doubt::Unparsable)),
    ] {
        let json = format!(r#"{{"type":"refund","number":"MEANING001",{fields}}}"#);
        assert_eq!(read::refunded(&lunch, &back, &answer(&json)), refunded, "{json}");
    }
}

const DAY: &str = "2026-01-02";

fn row(number: &str, refund: Option<&str>, amount: i64) -> Row {
    Row {
        number: number.to_owned(),
        refund_number: refund.map(str::to_owned),
        reference: "R1".to_owned(),
        amount,
        currency: "CNY".to_owned(),
        fee: 5,
        at_ms: 1,
    }
}

fn page(count: u32, payments: i64, refunds: i64, rows: Vec<Row>) -> Totals {
    Totals { day: DAY.to_owned(), state: TotalsState::Ready, count, payments, refunds, rows }
}

fn whole(pages: Vec<Totals>) -> Result<usize, NoBill> {
    let mut taken = Pages::default();
    for page in pages {
        taken.take(DAY, page)?;
    }
    let day = Date::from_calendar_date(2026, time::Month::January, 2).expect("date");
    taken.bill(day).map(|bill| bill.rows.len())
}

#[test]
fn a_bill_whose_rows_do_not_hold_is_broken() {
    let (paid, back) = (row("MEANING001", None, 1230), row("MEANING001", Some("BACKMEAN01"), 230));
    let broken = |pages: Vec<Totals>| matches!(whole(pages), Err(NoBill::Broken(_)));
    assert_eq!(whole(vec![page(2, 1230, 230, vec![paid.clone(), back.clone()])]), Ok(2));
    let pages = vec![page(2, 1230, 230, vec![paid.clone()]), page(2, 1230, 230, vec![back.clone()])];
    assert_eq!(whole(pages), Ok(2));
    assert!(broken(vec![page(2, 1230, 231, vec![paid.clone(), back.clone()])]), "refunds do not add up");
    assert!(broken(vec![page(2, 1231, 230, vec![paid.clone(), back.clone()])]), "payments do not add up");
    assert!(broken(vec![page(1, 1230, 230, vec![paid.clone(), back.clone()])]), "more rows than counted");
    assert!(broken(vec![page(2, 1230, 230, vec![])]), "an empty page before the end");
    assert!(
        broken(vec![page(2, 1230, 230, vec![paid.clone()]), page(3, 1230, 230, vec![back])]),
        "a moving sum"
    );
    assert!(broken(vec![page(u32::MAX, 1230, 230, vec![paid.clone()])]), "too many");
    assert!(broken(vec![page(1, -5, 0, vec![row("MEANING001", None, -5)])]), "a negative row");
    let overflow = vec![row("MEANING001", None, i64::MAX), row("MEANING002", None, i64::MAX)];
    assert!(broken(vec![page(2, -2, 0, overflow)]), "a sum that wraps");
    let other_day = Totals { day: "2026-01-03".to_owned(), ..page(1, 1230, 0, vec![paid]) };
    assert!(broken(vec![other_day]), "another day's");
}
