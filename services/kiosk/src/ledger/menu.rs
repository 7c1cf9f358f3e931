//! What staff said of the dishes while the canteen sells: sold out, or back. Every word is kept with who said it and when;
//! the last one counts, over the menu's file, until another is said.

use std::collections::BTreeMap;

use rusqlite::params;

use super::promotion::column;
use super::{Ledger, LedgerError};

/// The table.
pub(super) const TABLES: &str = "
CREATE TABLE dish_word(id INTEGER PRIMARY KEY, at INTEGER NOT NULL, sku TEXT NOT NULL, sold_out INTEGER NOT NULL,
    by TEXT NOT NULL) STRICT;
CREATE INDEX dish_word_sku ON dish_word(sku, id);
";

impl Ledger {
    /// What was said last of each dish of which anything was.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn sold_out(&self) -> Result<BTreeMap<String, bool>, LedgerError> {
        let mut rows = self.db.prepare_cached(
            "SELECT sku, sold_out FROM dish_word WHERE id IN (SELECT MAX(id) FROM dish_word GROUP BY sku)",
        )?;
        let words = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(words.collect::<Result<_, _>>()?)
    }

    /// Keeps what `by` says of a dish, durably.
    ///
    /// # Errors
    /// [`LedgerError`]; nothing is kept then.
    pub fn set_sold_out(
        &mut self,
        now_ms: u64,
        sku: &str,
        sold_out: bool,
        by: &str,
    ) -> Result<(), LedgerError> {
        self.db
            .prepare_cached("INSERT INTO dish_word(at, sku, sold_out, by) VALUES(?1, ?2, ?3, ?4)")?
            .execute(params![column(now_ms), sku, sold_out, by])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests;
