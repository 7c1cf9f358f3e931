//! What the manager does where `cargo dev` runs: one connection holds the grant, which single `busctl` calls cannot.

use anyhow::{Result, bail};
use api::staff::{JournalFormat, StaffProxy};
use zbus::Connection;

use crate::MANAGER;

/// What there is.
pub(crate) const COMMANDS: &str = "refund PAYMENT FEN, balance, journal DAY, close DAY";
/// Longest journal that is printed.
const JOURNAL_BYTES_MAX: u64 = 1 << 20;

/// Does one command; answers what it says.
pub(crate) async fn act(connection: &Connection, command: &str) -> Result<String> {
    let words: Vec<&str> = command.split_whitespace().collect();
    let staff = StaffProxy::new(connection).await?;
    let (grant, ..) = staff.open(MANAGER).await?;
    let said = match words[..] {
        ["refund", id, fen] => {
            // Named by what is asked, so that the same line twice is one refund.
            staff.refund(&grant, id, &format!("{id}-{fen}"), fen.parse()?, "CNY").await?;
            format!("{:?}", staff.refunds(&grant, id).await?)
        }
        ["balance"] => {
            let balances = staff.trial_balance(&grant).await?;
            let line = |balance: &api::staff::Balance| format!("{:>10} {}", balance.amount, balance.account);
            balances.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        ["journal", day] => {
            let fd = staff.journal(&grant, JournalFormat::Hledger.to_wire(), day, day).await?;
            String::from_utf8(api::sealed::read(&fd, JOURNAL_BYTES_MAX)?)?
        }
        ["close", day] => format!("{:?}", staff.close_day(&grant, day, &[]).await?),
        _ => bail!("{command} is not known; there are tap, tag, purse, bank, stranger, take, {COMMANDS}"),
    };
    staff.close(&grant).await?;
    Ok(said)
}
