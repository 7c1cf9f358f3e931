//! After the lunch: what the students have paid, what the ledger says, what the channels' own books and bills say, and
//! what the receipts say must be one and the same, to the fen.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use api::kiosk::{Channel, PaymentState};
use api::receipts::{ReceiptState, ReceiptsProxy};
use api::staff::StaffProxy;
use serde_json::{Value, json};
use tokio::process::Command;

use super::Queue;
use crate::{MANAGER, STUDENT_CARD, STUDENT_CLASSIC, STUDENT_EPURSE, STUDENT_PURSE, STUDENT_TAG, programs};

/// How long the last receipts may take to come out of a printer as slow as a real one.
const PRINTED_MAX: Duration = Duration::from_secs(60);
/// How often they are looked for.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// Each channel with an order book of its own: its letter at the sandbox and its account in the ledger.
const CHANNELS: [(Channel, &str, &str); 4] = [
    (Channel::Alipay, "a", "channel:alipay"),
    (Channel::Wechat, "w", "channel:wechat"),
    (Channel::Unionpay, "u", "channel:unionpay"),
    (Channel::Terminal, "t", "channel:terminal"),
];
/// Those of which the till reads bills. UnionPay's come to the bank, and the terminal's when its day is over.
const BILLS: [(Channel, &str); 2] = [(Channel::Alipay, "a"), (Channel::Wechat, "w")];
/// Cards of the school, and where the office's statement has their payments.
const CARDS: [(&str, &str); 5] = [
    (STUDENT_CARD, "account"),
    (STUDENT_TAG, "account"),
    (STUDENT_PURSE, "purse"),
    (STUDENT_CLASSIC, "purse"),
    (STUDENT_EPURSE, "purse"),
];

impl Queue<'_> {
    pub(super) async fn agree(&mut self) -> Result<()> {
        let staff = StaffProxy::new(&self.suite.connection).await?;
        let (grant, ..) = staff.open(MANAGER).await?;
        self.till_agrees().await?;
        let state = self.suite.sandbox.state().await?;
        self.ledger_agrees(&staff, &grant).await?;
        self.channels_agree(&state)?;
        self.bills_agree(&staff, &grant, &state).await?;
        self.school_agrees().await?;
        self.receipts_agree(&grant).await?;
        self.chain_holds().await
    }

    fn paid_by(&self, channel: Channel) -> Vec<i64> {
        let mut sums: Vec<i64> =
            self.paid.get(&channel.to_wire()).into_iter().flatten().map(|(_, total)| *total).collect();
        sums.sort_unstable();
        sums
    }

    /// The till remembers each of them, and nobody else.
    async fn till_agrees(&self) -> Result<()> {
        let mut known: Vec<(String, bool)> = Vec::new();
        for payment in self.till.recent(100).await? {
            known.push((payment.id, payment.state == PaymentState::Paid.to_wire()));
        }
        let paid = self.paid.values().flatten().map(|(id, _)| (id.clone(), true));
        let mut ours: Vec<(String, bool)> =
            paid.chain(self.unpaid.iter().map(|id| (id.clone(), false))).collect();
        known.sort();
        ours.sort();
        ensure!(known == ours, "the till remembers {known:?}, and here were {ours:?}");
        Ok(())
    }

    /// The trial balance has what was paid at each channel, and adds up to nothing.
    async fn ledger_agrees(&self, staff: &StaffProxy<'_>, grant: &str) -> Result<()> {
        let balances = staff.trial_balance(grant).await?;
        let all: i64 = balances.iter().map(|balance| balance.amount).sum();
        ensure!(all == 0, "the ledger's lines do not add up: {balances:?}");
        for (channel, _, account) in CHANNELS {
            let booked: i64 = balances.iter().filter(|b| b.account == account).map(|b| b.amount).sum();
            let paid: i64 = self.paid_by(channel).iter().sum();
            ensure!(booked == paid, "{account}: {booked} in the ledger, {paid} were paid: {balances:?}");
        }
        Ok(())
    }

    /// Each channel has each payment's money once: what came in and did not go back, order by order.
    fn channels_agree(&self, state: &Value) -> Result<()> {
        for (channel, letter, _) in CHANNELS {
            let mut orders: BTreeMap<String, (i64, usize)> = BTreeMap::new();
            for entry in state["books"][letter]["entries"].as_array().into_iter().flatten() {
                let fen = entry["fen"].as_i64().context("an entry without an amount")?;
                let order =
                    orders.entry(entry["out_trade_no"].as_str().unwrap_or_default().to_owned()).or_default();
                let comes_in = entry["to"] == "merchant";
                *order = (order.0 + if comes_in { fen } else { -fen }, order.1 + usize::from(comes_in));
            }
            ensure!(orders.values().all(|(_, times)| *times <= 1), "{channel:?} charged twice: {orders:?}");
            let mut kept: Vec<i64> = orders.values().map(|(fen, _)| *fen).filter(|fen| *fen != 0).collect();
            kept.sort_unstable();
            ensure!(
                kept == self.paid_by(channel),
                "{channel:?} has {kept:?}, paid were {:?}",
                self.paid_by(channel)
            );
        }
        Ok(())
    }

    /// The bill of each channel that makes one tells of the same payments.
    async fn bills_agree(&self, staff: &StaffProxy<'_>, grant: &str, state: &Value) -> Result<()> {
        let now_ms = state["now_ms"].as_i64().context("the sandbox has no clock")?;
        let day = day_of(now_ms).await?;
        for (channel, letter) in BILLS {
            self.suite
                .sandbox
                .sim("bill", json!({ "channel": letter, "date": day, "differences": [] }))
                .await?;
            let found = staff.reconcile(grant, &day, channel.to_wire()).await?;
            ensure!(found.is_empty(), "{channel:?}'s bill differs: {found:?}");
        }
        Ok(())
    }

    /// The school's office has booked each payment by card once.
    async fn school_agrees(&self) -> Result<()> {
        let mut booked = Vec::new();
        for (uid, place) in CARDS {
            let statement = self.suite.office(&["statement"], uid).await?;
            for line in statement.lines() {
                let cells: Vec<&str> = line.split('\t').collect();
                if let [_, at, "charge", amount, ..] = cells[..]
                    && at == place
                {
                    let fen: i64 = amount.trim_end_matches(" CNY").replace('.', "").parse()?;
                    booked.push(-fen);
                }
            }
        }
        booked.sort_unstable();
        let paid = self.paid_by(Channel::Campus);
        ensure!(booked == paid, "the office has booked {booked:?}, paid were {paid:?}");
        Ok(())
    }

    /// Each payment has one receipt on paper, and nobody else has any.
    async fn receipts_agree(&self, grant: &str) -> Result<()> {
        let receipts = ReceiptsProxy::new(&self.suite.connection).await?;
        let mut paid: Vec<String> = self.paid.values().flatten().map(|(id, _)| id.clone()).collect();
        paid.sort();
        let printed = async {
            let mut beat = tokio::time::interval(LOOK_EVERY);
            loop {
                beat.tick().await;
                let list = receipts.list(grant, 100).await?;
                let done = |state: u32| state == ReceiptState::Printed.to_wire();
                if list.len() >= paid.len() && list.iter().all(|receipt| done(receipt.state)) {
                    return anyhow::Ok(list);
                }
            }
        };
        let list =
            tokio::time::timeout(PRINTED_MAX, printed).await.context("the last receipt is not printed")??;
        let mut told: Vec<String> = list.into_iter().map(|receipt| receipt.payment).collect();
        told.sort();
        ensure!(told == paid, "receipts of {told:?}, paid were {paid:?}");
        let printer = self.suite.printer.as_ref().context("a lunch has a printer")?;
        let sheets = printer.sheets().await?;
        ensure!(sheets == paid.len(), "{sheets} receipts came out for {} payments", paid.len());
        let failure = printer.failure().await?;
        ensure!(failure.is_empty(), "the printer did not understand: {failure}");
        Ok(())
    }

    /// The till's own program finds the ledger whole, beside the running till.
    async fn chain_holds(&self) -> Result<()> {
        let ledger = self.suite.parts.state.join("kiosk/ledger.sqlite");
        let mut books = Command::new(programs()?.join("dais-kiosk"));
        books.args(["books", "--ledger"]).arg(&ledger).arg("verify");
        let output = books.output().await?;
        let said = String::from_utf8_lossy(&output.stdout);
        ensure!(
            output.status.success() && said.contains("the ledger holds"),
            "{said}{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }
}

/// The business day of a moment, GMT+8, as `date` writes it: another clock than the till's.
async fn day_of(ms: i64) -> Result<String> {
    let mut date = Command::new("date");
    let output = date.env("TZ", "UTC-8").args(["-d", &format!("@{}", ms / 1000), "+%F"]).output().await?;
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
