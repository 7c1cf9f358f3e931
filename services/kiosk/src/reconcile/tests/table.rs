//! One story a line: what we have, what the bill has, and what is said about it.

use time::macros::date;

use super::*;

/// Minutes after midnight of the day, or before for a negative number.
fn at(minutes: i64) -> u64 {
    u64::try_from(day_bounds(DAY).0 + minutes * 60_000).expect("after 1970")
}

/// `A 100 @600`, `A/r 40 @600`: number, refund, amount, minutes.
fn parse(text: &str) -> (String, Option<String>, Money, u64) {
    let mut words = text.split(' ');
    let name = words.next().expect("a number");
    let (number, refund) = name.split_once('/').map_or((name, None), |(n, r)| (n, Some(r.to_owned())));
    let minor = words.next().expect("an amount").parse().expect("minor units");
    let minutes = words.next().map_or(600, |word| word.trim_start_matches('@').parse().expect("minutes"));
    (number.to_owned(), refund, Money::new(minor, Currency::CNY), at(minutes))
}

fn kind(refund: Option<&String>) -> RowKind {
    if refund.is_some() { RowKind::Refund } else { RowKind::Payment }
}

fn row(text: &str) -> BillRow {
    let (number, refund, amount, at_ms) = parse(text);
    let (channel_ref, fee) = (String::new(), Money::zero(Currency::CNY));
    BillRow { kind: kind(refund.as_ref()), number, refund, channel_ref, amount, fee, at_ms }
}

/// `done A 100 @600`.
fn ours(text: &str) -> Ours {
    let (state, rest) = text.split_once(' ').expect("a state");
    let (number, refund, amount, at_ms) = parse(rest);
    let state = match state {
        "open" => State::Open,
        "done" => State::Done,
        "closed" => State::Closed,
        "refused" => State::Refused,
        other => panic!("{other} is no state"),
    };
    Ours { kind: kind(refund.as_ref()), number, refund, channel_ref: None, amount, at_ms, state }
}

fn booked(one: &Ours) -> Option<Booked> {
    let number = one.refund.clone().unwrap_or(one.number.clone());
    (one.state == State::Done).then_some(Booked { kind: one.kind, number, amount: one.amount, seq: 1 })
}

fn list<T>(text: &str, one: impl Fn(&str) -> T) -> Vec<T> {
    text.split(", ").filter(|part| !part.is_empty()).map(one).collect()
}

fn told(we: &str, bill: &str, elsewhere: &str, reading: &Reading) -> String {
    let ours = list(we, ours);
    let booked: Vec<Booked> = ours.iter().filter_map(booked).collect();
    let other = list(elsewhere, |text| (date!(2026 - 11 - 23), row(text)));
    let bill = list(bill, row);
    let (channel, day) = (ChannelKind::Alipay, DAY);
    let day = Day { channel, day, reading, ours: &ours, booked: &booked, bill: &bill, elsewhere: &other };
    let differences = reconcile(&day).differences;
    let line = |d: &Difference| format!("{:?} {:?}", d.class, d.what_to_do).replace('"', "");
    differences.iter().map(line).collect::<Vec<_>>().join("; ")
}

#[test]
fn what_is_said_about_each_story() {
    for (we, bill, elsewhere, says) in [
        ("done A 100", "A 100", "", ""),
        ("done A 100", "", "", "MissingAtChannel AskChannel(A)"),
        ("", "A 100", "", "MissingWithUs AskChannel(A)"),
        ("done A 100", "A 101", "", "AmountDiffers None(CompareAmounts)"),
        ("closed A 100", "A 100", "", "StateDiffers AskChannel(A)"),
        ("open A 100", "A 100", "", "StateDiffers AskChannel(A)"),
        ("open A 100", "", "", ""),
        ("closed A 100", "", "", ""),
        ("done A 100", "A 100, A 100", "", "Duplicate None(DuplicateRow)"),
        (
            "done A 100",
            "A 101, A 100, A 99",
            "",
            "Duplicate None(DuplicateRow); Duplicate None(DuplicateRow)",
        ),
        // A payment that we do not know stands there twice: asked about once, and the second row is one too many.
        ("", "B 100, B 100", "", "MissingWithUs AskChannel(B); Duplicate None(DuplicateRow)"),
        (
            "done A 100",
            "A 100, A/x 40, A/x 40",
            "",
            "Duplicate None(DuplicateRow); RefundExtra None(WhoSentItBack)",
        ),
        // Refunds.
        ("done A 100, done A/r 40", "A 100, A/r 40", "", ""),
        ("done A 100, done A/r 40", "A 100", "", "RefundMissing AskRefund { number: A, refund: r }"),
        ("done A 100", "A 100, A/r 40", "", "RefundExtra None(WhoSentItBack)"),
        ("done A 100, open A/r 40", "A 100, A/r 40", "", "StateDiffers AskRefund { number: A, refund: r }"),
        (
            "done A 100, refused A/r 40",
            "A 100, A/r 40",
            "",
            "StateDiffers AskRefund { number: A, refund: r }",
        ),
        ("done A 100, open A/r 40", "A 100", "", ""),
        ("done A 100, done A/r 40, done A/s 40", "A 100, A/s 40, A/r 40", "", ""),
        // A reversal is a payment and its refund in full; half of one is not.
        ("closed A 100", "A 100, A/x 100", "", ""),
        ("closed A 100", "A 100, A/x 60", "", "StateDiffers AskChannel(A); RefundExtra None(WhoSentItBack)"),
        // Midnight: a minute before the end, a minute after the start, and the days beside.
        ("done A 100 @1439", "", "", "CrossDay OnDay(2026-11-25)"),
        ("done A 100 @1439", "A 100 @1439", "", ""),
        ("done A 100 @1433", "", "", "MissingAtChannel AskChannel(A)"),
        ("done A 100 @1441", "A 100 @1439", "", "CrossDay OnDay(2026-11-25)"),
        ("done A 100 @1441", "", "", ""),
        ("done A 100 @1", "", "A 100 @-1", "CrossDay OnDay(2026-11-23)"),
        ("done A 100 @1", "", "", "MissingAtChannel AskChannel(A)"),
        ("done A 100 @-1", "A 100 @1", "", "CrossDay OnDay(2026-11-23)"),
        ("done A 100 @-1", "", "A 100 @-1", ""),
        ("done A 100 @-1", "", "", "MissingAtChannel AskChannel(A)"),
        ("done A 100 @-7", "", "", ""),
        // A proof that came a day late, for a payment of the day before.
        ("done A 100 @700", "", "A 100 @-700", "CrossDay OnDay(2026-11-23)"),
    ] {
        assert_eq!(told(we, bill, elsewhere, &Reading::default()), says, "{we} | {bill} | {elsewhere}");
    }
}

#[test]
fn other_tills_rows_are_theirs() {
    let tagged = Reading { tag: "A".to_owned(), ..Reading::default() };
    assert_eq!(told("done A1 100", "A1 100, B1 100, B1/r 100", "", &tagged), "");
    assert_eq!(told("", "A2 100", "", &tagged), "MissingWithUs AskChannel(A2)");
}

#[test]
fn a_bill_proves_nothing_unless_it_is_a_statement_and_the_configuration_says_so() {
    for (evidence, believe_statement, we, says) in [
        (Evidence::Plain, true, "open A 100", "StateDiffers AskChannel(A)"),
        (Evidence::Statement, false, "open A 100", "StateDiffers AskChannel(A)"),
        (Evidence::Statement, true, "open A 100", "StateDiffers BelieveStatement"),
        // Neither another amount nor what the channel itself has proved closed.
        (Evidence::Statement, true, "open A 99", "StateDiffers AskChannel(A)"),
        (Evidence::Statement, true, "closed A 100", "StateDiffers AskChannel(A)"),
        (Evidence::Statement, true, "", "MissingWithUs AskChannel(A)"),
    ] {
        let reading = Reading { evidence, believe_statement, ..Reading::default() };
        assert_eq!(told(we, "A 100", "", &reading), says, "{evidence:?} {believe_statement} {we}");
    }
}

#[test]
fn the_ledger_has_what_was_decided_once_and_nothing_else() {
    let entry = |number: &str, minor| {
        let amount = Money::new(minor, Currency::CNY);
        Booked { kind: RowKind::Payment, number: number.to_owned(), amount, seq: 1 }
    };
    for (we, booked, wrong) in [
        ("done A 100", vec![entry("A", 100)], 0),
        ("done A 100", vec![], 1),
        ("done A 100", vec![entry("A", 99)], 1),
        ("done A 100", vec![entry("A", 100), entry("A", 100)], 1),
        ("done A 100", vec![entry("A", 100), entry("B", 100)], 1),
        ("closed B 100", vec![entry("B", 100)], 1),
        ("open B 100", vec![entry("B", 100)], 1),
    ] {
        let ours = list(we, ours);
        // The bill says what we say, so that only the ledger can differ.
        let bill: Vec<BillRow> = if we.starts_with("done") { vec![row("A 100")] } else { vec![] };
        let reading = Reading::default();
        let (channel, elsewhere) = (ChannelKind::Alipay, &[][..]);
        let day = Day {
            channel,
            day: DAY,
            reading: &reading,
            ours: &ours,
            booked: &booked,
            bill: &bill,
            elsewhere,
        };
        let outcome = reconcile(&day);
        let told: Vec<_> = outcome.differences.iter().map(|d| (d.class, d.what_to_do.clone())).collect();
        let expected = (Class::LedgerDiffers, Repair::None(Staff::LedgerIsWrong));
        assert_eq!(told, vec![expected; wrong], "{we} {booked:?}");
    }
}

#[test]
fn classes_keep_their_codes() {
    for code in 1..=10 {
        assert_eq!(Class::from_code(code).map(Class::code), Some(code));
    }
    assert_eq!((Class::from_code(0), Class::from_code(11)), (None, None));
    assert_eq!((Class::MissingAtChannel.code(), Class::RefundExtra.code()), (1, 10));
}
