//! Measures the matching of one large day: `cargo run -p kiosk --example reconcile -- 100000`. The day is that of the
//! test, with 50 planted differences.

use std::io::Write;
use std::time::Instant;

use anyhow::Context;
use kiosk::channel::{BillRow, ChannelKind, RowKind};
use kiosk::finance::day_bounds;
use kiosk::reconcile::{Booked, Class, Day, Ours, Reading, State, reconcile};
use kiosk::split::Fees;
use kiosk::till::{Currency, Money};
use time::Date;
use time::macros::date;

#[path = "../src/reconcile/tests/planted.rs"]
mod planted;

const DAY: Date = date!(2026 - 11 - 24);
const DIFFERENCES: usize = 50;

fn main() -> anyhow::Result<()> {
    let rows = std::env::args().nth(1).map_or(Ok(100_000), |text| text.parse()).context("how many rows?")?;
    let (all, reading) = (planted::planted(DAY, rows, DIFFERENCES), planted::reading());
    let day = Day {
        channel: ChannelKind::Alipay,
        day: DAY,
        reading: &reading,
        ours: &all.ours,
        booked: &all.booked,
        bill: &all.bill,
        elsewhere: &all.elsewhere,
    };
    let start = Instant::now();
    let outcome = reconcile(&day);
    let took = start.elapsed();
    let (found, planted) = (outcome.differences.len(), all.expected.len());
    writeln!(std::io::stdout(), "{} rows in {took:?}: {found} of {planted} differences", all.bill.len())?;
    Ok(())
}
