//! The journal format of hledger and ledger-cli, with every account and currency declared, so that
//! `hledger -f - check --strict` holds. Format: <https://hledger.org/1.25/hledger.html#journal-format>.

use super::{Chart, FinanceError, Posting, accounts, entries, plain};
use crate::till::{Currency, Money};
use std::collections::BTreeSet;

/// Letters besides letters and digits that an account's name may keep.
const KEPT: &str = "-_.@";

/// Writes the journal. The result holds the whole of it in memory: some 200 bytes a posting.
///
/// # Errors
/// An account that the chart does not know, or an entry that does not add up.
pub fn hledger(postings: &[Posting]) -> Result<String, FinanceError> {
    let mut out =
        String::from("; The till's journal. Codes are its entries; ask the till for one by it.\n\n");
    let currencies: BTreeSet<Currency> = postings.iter().map(|p| p.amount.currency()).collect();
    for currency in currencies {
        // A decimal mark must stand there even where the currency has no minor unit.
        let one = Money::new(1_000, currency).to_decimal();
        let mark = if currency.exponent() == 0 { "." } else { "" };
        out.push_str(&format!("commodity {one}{mark} {currency}\n"));
    }
    for (name, chart) in accounts(postings, account)? {
        out.push_str(&format!("account {name}  ; type:{}\n", chart.kind.letter()));
    }
    for whole in entries(postings)? {
        let first = whole.first;
        let (event, reference) = (plain(&first.event, '%', KEPT), plain(&first.reference, '%', KEPT));
        out.push_str(&format!("\n{} ({}) {event} {reference}\n", first.day, first.entry));
        for posting in whole.postings {
            let name = account(&Chart::of(&posting.account)?);
            let amount = posting.amount;
            out.push_str(&format!("    {name}  {} {}\n", amount.to_decimal(), amount.currency()));
        }
    }
    Ok(out)
}

/// `Assets:channel:alipay`.
pub(super) fn account(chart: &Chart) -> String {
    let mut name = chart.kind.root().to_owned();
    for part in &chart.path {
        name.push(':');
        name.push_str(&plain(part, '%', KEPT));
    }
    name
}
