//! The exports in the hands of programs that are not ours: hledger and beancount must take them, and come to the same
//! balances.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use proptest::prelude::*;
use time::macros::date;

use super::cny;
use crate::finance::export::{beancount, csv, hledger};
use crate::finance::{EntryId, FinanceError, Posting, trial_balance};
use crate::till::{Currency, Money};

fn posting(entry: i64, account: &str, amount: Money) -> Posting {
    Posting {
        entry: EntryId::Till(entry),
        day: date!(2026 - 11 - 24),
        account: account.to_owned(),
        amount,
        event: "paid".to_owned(),
        reference: format!("AAAA{entry:04}"),
    }
}

/// Names that mean something to a careless writer of journals.
const HOSTILE: [&str; 8] = [
    "payable:a  b ; c",
    "payable:x\ny",
    "payable:(virtual)",
    "payable:=1+1",
    "payable:a:b",
    "payable:A:b",
    "payable:食堂 \"二\"",
    "payable:a%3Ab",
];

/// A day with every kind of account, two more currencies, and parties with hostile names.
fn day() -> Vec<Posting> {
    let jpy = Currency::parse("JPY").expect("a currency");
    let kwd = Currency::parse("KWD").expect("a currency");
    let mut all = vec![
        posting(1, "channel:alipay", cny(130_050)),
        posting(1, "sales", cny(-100_000)),
        posting(1, "payable:supplier@example", cny(-30_050)),
        posting(2, "refunds", cny(1_000)),
        posting(2, "owed", cny(-1_000)),
        posting(3, "owed", cny(1_000)),
        posting(3, "channel:alipay", cny(-1_000)),
        posting(5, "channel:wechat", Money::new(1_200, jpy)),
        posting(5, "sales", Money::new(-1_200, jpy)),
        posting(6, "channel:wechat", Money::new(1, kwd)),
        posting(6, "sales", Money::new(-1, kwd)),
    ];
    for (entry, party) in (10..).zip(HOSTILE) {
        all.extend([posting(entry, "channel:campus", cny(7)), posting(entry, party, cny(-7))]);
    }
    let fees = |account, minor| {
        let (entry, event) = (EntryId::Bill(1), "fees".to_owned());
        Posting { entry, event, reference: "2026-11-23".to_owned(), ..posting(0, account, cny(minor)) }
    };
    all.extend([fees("fees:alipay", 780), fees("channel:alipay", -780)]);
    // Entries come from several days and tables, in no order.
    all.reverse();
    all
}

fn ask(program: &str, arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{program} is needed, see image/packages.txt: {error}"));
    child.stdin.take().expect("its input").write_all(input.as_bytes()).expect("it reads");
    let output = child.wait_with_output().expect("it ends");
    assert!(
        output.status.success(),
        "{program} {arguments:?}: {}\n{input}",
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// Sums by account, as hledger computes them from the journal.
fn hledger_balances(journal: &str) -> BTreeMap<(String, String), String> {
    ask("hledger", &["-f", "-", "check", "--strict", "ordereddates"], journal);
    let arguments = ["-f", "-", "balance", "--flat", "--no-total", "--layout=bare", "-O", "csv"];
    let output = ask("hledger", &arguments, journal);
    let mut reader = ::csv::Reader::from_reader(&output.stdout[..]);
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| ((row[0].to_owned(), row[1].to_owned()), row[2].to_owned())).collect()
}

/// The same from our own trial balance; accounts that are even are not listed by hledger.
fn our_balances(postings: &[Posting]) -> BTreeMap<(String, String), String> {
    let rows = trial_balance(postings.iter().map(Posting::sides)).expect("balanced").rows;
    let name = |account: &str| {
        let chart = crate::finance::Chart::of(account).expect("known");
        crate::finance::export::account_name(&chart)
    };
    rows.iter()
        .filter(|row| row.debit != row.credit)
        .map(|row| ((name(&row.account), row.currency.to_string()), row.net().expect("a sum").to_decimal()))
        .collect()
}

#[test]
fn hledger_takes_the_journal_strictly_and_comes_to_the_same_balances() {
    let postings = day();
    let journal = hledger(&postings).unwrap();
    let theirs = hledger_balances(&journal);
    assert_eq!(theirs, our_balances(&postings));
    assert_eq!(theirs[&("Assets:channel:alipay".to_owned(), "CNY".to_owned())], "1282.70");
    assert_eq!(theirs[&("Assets:channel:wechat".to_owned(), "JPY".to_owned())], "1200");
    assert_eq!(theirs[&("Assets:channel:wechat".to_owned(), "KWD".to_owned())], "0.001");
    assert_eq!(theirs.keys().filter(|(name, _)| name.contains(":payable:")).count(), HOSTILE.len() + 1);
}

#[test]
fn hledger_knows_what_kind_each_account_is() {
    let journal = hledger(&day()).unwrap();
    let told = |query: &str| {
        let output = ask("hledger", &["-f", "-", "accounts", query], &journal);
        String::from_utf8(output.stdout).expect("text").lines().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(told("type:X"), ["Expenses:fees:alipay"]);
    assert_eq!(told("type:R"), ["Income:refunds", "Income:sales"]);
    assert_eq!(told("type:A").len(), 3);
}

#[test]
fn beancount_takes_the_same_journal() {
    let file = tempfile::Builder::new().suffix(".beancount").tempfile().unwrap();
    std::fs::write(file.path(), beancount(&day()).unwrap()).unwrap();
    let path = file.path().to_str().unwrap();
    let output = ask("bean-check", &[path], "");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    let report = ask("bean-report", &[path, "trial"], "");
    let report = String::from_utf8(report.stdout).unwrap();
    let line =
        report.lines().find(|line| line.contains("P-alipay") && line.contains("CNY")).unwrap_or(&report);
    assert!(line.contains("1282.70"), "{report}");
}

#[test]
fn the_table_has_one_line_a_posting_and_no_formula() {
    let postings = day();
    let table = csv(&postings).unwrap();
    let mut reader = ::csv::Reader::from_reader(table.as_bytes());
    let header = ["entry", "date", "account", "debit", "credit", "currency", "reference"];
    assert_eq!(reader.headers().unwrap().iter().collect::<Vec<_>>(), header);
    let rows: Vec<_> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), postings.len());
    let first: Vec<&str> = rows[0].iter().collect();
    assert_eq!(
        first,
        ["T1", "2026-11-24", "Liabilities:payable:supplier@example", "", "300.50", "CNY", "AAAA0001"]
    );
    let mut sums = BTreeMap::new();
    for row in &rows {
        assert!(row.iter().all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t'])), "{row:?}");
        assert_ne!(row[3].is_empty(), row[4].is_empty(), "one side only: {row:?}");
        let minor = |cell: &str| match cell {
            "" => 0,
            cell => Money::from_decimal(cell, Currency::parse(&row[5]).unwrap()).unwrap().minor(),
        };
        *sums.entry((row[0].to_owned(), row[5].to_owned())).or_insert(0) += minor(&row[3]) - minor(&row[4]);
    }
    assert!(sums.values().all(|sum| *sum == 0), "{sums:?}");
}

#[test]
fn books_that_do_not_add_up_are_not_exported() {
    let off = [posting(1, "channel:alipay", cny(5)), posting(1, "sales", cny(-4))];
    let strange = [posting(1, "channel:alipay", cny(5)), posting(1, "slush", cny(-5))];
    for write in [hledger, beancount, csv] {
        assert_eq!(write(&off), Err(FinanceError::Unbalanced(Currency::CNY, 1)));
        assert_eq!(write(&strange), Err(FinanceError::UnknownAccount("slush".to_owned())));
        assert!(write(&[]).is_ok());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]
    /// Whatever parties are called, hledger reads the journal and keeps them apart.
    #[test]
    fn hledger_comes_to_our_balances_whatever_parties_are_called(
        sales in prop::collection::vec(("\\PC{1,8}", 1_i64..100_000_000), 1..20),
    ) {
        let mut postings = Vec::new();
        for (entry, (party, minor)) in (1..).zip(&sales) {
            let share = minor / 3;
            postings.push(posting(entry, "channel:alipay", cny(*minor)));
            postings.push(posting(entry, &format!("payable:{party}"), cny(-share)));
            postings.push(posting(entry, "sales", cny(share - minor)));
        }
        let journal = hledger(&postings).unwrap();
        prop_assert_eq!(hledger_balances(&journal), our_balances(&postings));
    }
}
