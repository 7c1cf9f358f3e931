//! A terminal's day as a [`Bill`], pure: pages put together, counted and added up before they are believed.

use time::Date;

use super::message::{Row, Totals, TotalsState};
use crate::channel::{Bill, BillRow, ChannelKind, Doubt, NoBill, RowKind};
use crate::till::{Currency, Money};

/// Most rows of one day: a card every four seconds for a whole day. More is no kiosk's.
const ROWS_MAX: u32 = 20_000;

/// Pages until they are whole.
#[derive(Debug, Default)]
pub(super) struct Pages {
    first: Option<Totals>,
    rows: Vec<Row>,
}

impl Pages {
    /// The first row that is missing.
    pub(super) fn next(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }

    /// Takes a page; whether more are needed.
    pub(super) fn take(&mut self, day: &str, mut page: Totals) -> Result<bool, NoBill> {
        match page.state {
            TotalsState::Ready => {}
            TotalsState::NotYet => return Err(NoBill::NotYet),
            TotalsState::None => return Err(NoBill::None),
            TotalsState::Strange => return Err(NoBill::Doubt(Doubt::Unparsable)),
        }
        if page.day != day {
            return Err(NoBill::Broken("it is another day's"));
        }
        if page.count > ROWS_MAX {
            return Err(NoBill::Broken("it has more rows than a day can have"));
        }
        let first = self.first.get_or_insert_with(|| Totals { rows: Vec::new(), ..page.clone() });
        if (first.count, first.payments, first.refunds) != (page.count, page.payments, page.refunds) {
            return Err(NoBill::Broken("its sums changed from page to page"));
        }
        let count = first.count;
        if page.rows.is_empty() && self.next() < count {
            return Err(NoBill::Broken("rows are missing"));
        }
        self.rows.append(&mut page.rows);
        if self.next() > count {
            return Err(NoBill::Broken("it has more rows than it says"));
        }
        Ok(self.next() < count)
    }

    /// The bill, where its rows add up to what the terminal says of them.
    pub(super) fn bill(self, day: Date) -> Result<Bill, NoBill> {
        let first = self.first.ok_or(NoBill::None)?;
        let (mut payments, mut refunds) = (0_i64, 0_i64);
        let mut rows = Vec::with_capacity(self.rows.len());
        for row in self.rows {
            let currency =
                Currency::parse(&row.currency).map_err(|_bad| NoBill::Broken("a row's currency is none"))?;
            if row.amount <= 0 {
                return Err(NoBill::Broken("a row's amount is not above 0"));
            }
            let sum = if row.refund_number.is_some() { &mut refunds } else { &mut payments };
            *sum = sum.checked_add(row.amount).ok_or(NoBill::Broken("its sums are too large"))?;
            rows.push(BillRow {
                kind: if row.refund_number.is_some() { RowKind::Refund } else { RowKind::Payment },
                number: row.number,
                refund: row.refund_number,
                channel_ref: row.reference,
                amount: Money::new(row.amount, currency),
                fee: Money::new(row.fee, currency),
                at_ms: row.at_ms,
            });
        }
        if (payments, refunds) != (first.payments, first.refunds) {
            return Err(NoBill::Broken("its rows do not add up to its sums"));
        }
        Ok(Bill { channel: ChannelKind::Terminal, day, rows })
    }
}
