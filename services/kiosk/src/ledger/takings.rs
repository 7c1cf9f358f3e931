//! The payments of some days, for the charts that staff look at.

use rusqlite::params;
use time::Date;

use super::{Ledger, LedgerError};
use crate::finance::{Takings, day_bounds};
use crate::till::View;

/// An entry is written in the moment in which its payment is paid, or, where the disk was full, when it can be again; who
/// waits longer is seen on the day on which the money is in the books.
const WRITTEN_WITHIN_MS: i64 = 3_600_000;

impl Ledger {
    /// What was sold from one day to another, both included.
    ///
    /// # Errors
    /// [`LedgerError`].
    pub fn takings(&self, from: Date, to: Date) -> Result<Takings, LedgerError> {
        let (first, last) = (day_bounds(from).0, day_bounds(to).1.saturating_add(WRITTEN_WITHIN_MS));
        let mut rows = self.db.prepare_cached(
            "SELECT view FROM payment WHERE id IN
             (SELECT payment FROM entry JOIN event USING(seq) WHERE at_ms >= ?1 AND at_ms < ?2)",
        )?;
        let texts = rows.query_map(params![first, last], |row| row.get::<_, String>(0))?;
        let views: Result<Vec<View>, LedgerError> =
            texts.map(|text| Ok(serde_json::from_str(&text?)?)).collect();
        Ok(Takings::of(&views?, from, to))
    }
}
