//! The journal for accountants' programs. Every figure keeps its entry's id, so that a question about one is answered
//! by the till's own records.
//!
//! Text of ours goes out in an alphabet that none of these formats gives a meaning to: a party's name cannot start a
//! comment, a tag, a second account or a formula.

mod beancount;
mod hledger;
mod table;

pub use beancount::beancount;
pub use hledger::hledger;
pub use table::csv;

use super::{Chart, EntryId, FinanceError, Posting};

/// Postings of one entry, in order.
struct Whole<'a> {
    first: &'a Posting,
    postings: Vec<&'a Posting>,
}

/// Entries in the order of days, then of their ids. A trial balance of each must hold.
fn entries(postings: &[Posting]) -> Result<Vec<Whole<'_>>, FinanceError> {
    let mut order: Vec<&Posting> = postings.iter().collect();
    // Stable: the lines of an entry stay as they were booked.
    order.sort_by_key(|posting| (posting.day, posting.entry));
    let mut wholes: Vec<Whole<'_>> = Vec::new();
    for posting in order {
        match wholes.last_mut().filter(|whole| same(whole.first, posting)) {
            Some(whole) => whole.postings.push(posting),
            None => wholes.push(Whole { first: posting, postings: vec![posting] }),
        }
    }
    for whole in &wholes {
        super::trial_balance(whole.postings.iter().map(|posting| posting.sides()))?;
    }
    Ok(wholes)
}

fn same(one: &Posting, two: &Posting) -> bool {
    let key = |posting: &Posting| -> (time::Date, EntryId) { (posting.day, posting.entry) };
    key(one) == key(two)
}

/// `text` with every character that is not a letter, a digit or one of `kept` as the hexadecimal digits of its
/// UTF-8 after `mark`; two texts never become one.
fn plain(text: &str, mark: char, kept: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || kept.contains(c) {
            out.push(c);
        } else {
            let mut bytes = [0_u8; 4];
            for byte in c.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("{mark}{byte:02X}"));
            }
        }
    }
    out
}

/// All accounts that the postings name, by the name that `name` gives them.
fn accounts(
    postings: &[Posting],
    name: fn(&Chart) -> String,
) -> Result<std::collections::BTreeMap<String, Chart>, FinanceError> {
    let names: std::collections::BTreeSet<&str> = postings.iter().map(|p| p.account.as_str()).collect();
    let mut known = std::collections::BTreeMap::new();
    for account in names {
        let chart = Chart::of(account)?;
        known.insert(name(&chart), chart);
    }
    Ok(known)
}

/// An account as the journal and the table name it: `Assets:channel:alipay`.
pub fn account_name(chart: &Chart) -> String {
    hledger::account(chart)
}
