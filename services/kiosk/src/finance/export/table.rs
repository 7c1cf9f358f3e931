//! The journal as a table, one line a posting (RFC 4180, UTF-8), for spreadsheets and for programs that read no
//! journal: entry, date, account, debit, credit, currency, reference.

use super::hledger::account;
use super::{Chart, FinanceError, Posting, entries};
use crate::till::Money;

/// The header.
const HEADER: [&str; 7] = ["entry", "date", "account", "debit", "credit", "currency", "reference"];

/// Writes the table. Of debit and credit one cell is empty, as in a journal on paper; no cell starts with a letter
/// that spreadsheets take for a formula.
///
/// # Errors
/// An account that the chart does not know, or an entry that does not add up.
pub fn csv(postings: &[Posting]) -> Result<String, FinanceError> {
    let mut writer = ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(HEADER).map_err(|_csv| FinanceError::Csv)?;
    for whole in entries(postings)? {
        for posting in whole.postings {
            let (_, currency, debit, credit) = posting.sides();
            let side =
                |minor| if minor == 0 { String::new() } else { Money::new(minor, currency).to_decimal() };
            let cells = [
                posting.entry.to_string(),
                posting.day.to_string(),
                account(&Chart::of(&posting.account)?),
                side(debit),
                side(credit),
                currency.to_string(),
                super::plain(&posting.reference, '%', "-_."),
            ];
            writer.write_record(cells).map_err(|_csv| FinanceError::Csv)?;
        }
    }
    let bytes = writer.into_inner().map_err(|_csv| FinanceError::Csv)?;
    String::from_utf8(bytes).map_err(|_csv| FinanceError::Csv)
}
