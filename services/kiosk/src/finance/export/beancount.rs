//! The input format of beancount 2 and 3: <https://beancount.github.io/docs/beancount_language_syntax.html>.

use super::{Chart, FinanceError, Posting, accounts, entries, plain};
use std::collections::BTreeMap;

/// Writes the ledger file. Accounts open on the first day on which something is posted.
///
/// # Errors
/// An account that the chart does not know, or an entry that does not add up.
pub fn beancount(postings: &[Posting]) -> Result<String, FinanceError> {
    let mut out = String::from("option \"title\" \"The till's journal\"\n");
    let wholes = entries(postings)?;
    let first_day = wholes.first().map(|whole| whole.first.day);
    let names: BTreeMap<String, Chart> = accounts(postings, account)?;
    if let Some(day) = first_day {
        for name in names.keys() {
            out.push_str(&format!("{day} open {name}\n"));
        }
    }
    for whole in wholes {
        let first = whole.first;
        let (event, reference) = (plain(&first.event, '-', ""), plain(&first.reference, '-', ""));
        out.push_str(&format!("\n{} * \"{event} {reference}\" ^{}\n", first.day, first.entry));
        for posting in whole.postings {
            let name = account(&Chart::of(&posting.account)?);
            let amount = posting.amount;
            out.push_str(&format!("  {name}  {} {}\n", amount.to_decimal(), amount.currency()));
        }
    }
    Ok(out)
}

/// `Assets:Channel:P-alipay`: parts start with a capital; those whose names others choose get a prefix instead of a
/// changed letter, so that two never become one.
fn account(chart: &Chart) -> String {
    let mut name = chart.kind.root().to_owned();
    for (index, part) in chart.path.iter().enumerate() {
        name.push(':');
        if index == 0 {
            let mut letters = part.chars();
            name.extend(letters.next().into_iter().flat_map(char::to_uppercase));
            name.push_str(letters.as_str());
        } else {
            name.push_str("P-");
            name.push_str(&plain(part, '-', ""));
        }
    }
    name
}
