//! `org.dais.Kiosk1.Staff` on the bus: the grant is checked first, then the actor is asked.

use std::sync::Arc;

use api::staff::{self as wire, StaffError};
use time::Date;
use tokio::sync::{mpsc, oneshot};
use zbus::message::Header;
use zbus::{OwnedFd, interface};

use super::desk::Desk;
use super::{agreements, channel as channel_to_wire};
use crate::actor::{AgreementAsk, Ask, Mail, Rejection, StaffAsk};
use crate::agreement::Caps;
use crate::channel::{Channel, NoBill};
use crate::finance::{Expected, FeeLine, export, parse_day};
use crate::staff::{Right, Role, Who};
use crate::till::{Currency, Money};

mod no;
mod sales;
mod shown;

pub(super) use no::refuse;
use no::to_error;
use shown::{case, difference, refund, report};

/// The interface.
pub(super) struct StaffDesk {
    pub(super) desk: Desk,
    pub(super) mail: mpsc::Sender<Mail>,
    pub(super) channels: Vec<Arc<dyn Channel>>,
    pub(super) currency: Currency,
}

impl StaffDesk {
    pub(super) async fn ask<T>(
        &self,
        ask: impl FnOnce(oneshot::Sender<Result<T, Rejection>>) -> StaffAsk,
    ) -> Result<T, StaffError> {
        ask_till(&self.mail, ask).await
    }

    async fn suspend(
        &self,
        header: &Header<'_>,
        grant: String,
        id: String,
        suspend: bool,
    ) -> Result<(), StaffError> {
        let by = self.check(header, grant, Right::Agreements).await?.id.to_string();
        self.ask(|reply| StaffAsk::Agreement(AgreementAsk::Suspend { id, suspend, by, reply })).await
    }

    async fn check(&self, header: &Header<'_>, grant: String, right: Right) -> Result<Who, StaffError> {
        self.desk.check(caller(header), grant, right).await.map_err(refuse)
    }
}

#[interface(name = "org.dais.Kiosk1.Staff")]
impl StaffDesk {
    #[zbus(out_args("grant", "staff", "seconds"))]
    async fn open(
        &self,
        #[zbus(header)] header: Header<'_>,
        pin: String,
    ) -> Result<(String, String, u32), StaffError> {
        let (grant, seconds) = self.desk.open(caller(&header), pin).await.map_err(refuse)?;
        Ok((grant.token, grant.who.id.to_string(), seconds))
    }

    async fn close(&self, #[zbus(header)] header: Header<'_>, grant: String) -> Result<(), StaffError> {
        // Whoever calls can end only what is theirs, so that the grant itself need not be looked at.
        drop(grant);
        self.desk.end(caller(&header)).await;
        Ok(())
    }

    async fn refund(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        id: String,
        ask: String,
        amount: i64,
        currency: String,
    ) -> Result<(), StaffError> {
        let currency = Currency::parse(&currency).map_err(|error| StaffError::BadId(error.to_string()))?;
        let amount = Money::new(amount, currency);
        let who = self.check(&header, grant, Right::Refund(amount)).await?;
        let (by, manager) = (who.id.to_string(), who.role == Role::Manager);
        self.ask(|reply| StaffAsk::Refund { id, ask, amount, by, manager, reply }).await
    }

    #[zbus(out_args("refunds"))]
    async fn refunds(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        id: String,
    ) -> Result<Vec<wire::Refund>, StaffError> {
        self.check(&header, grant, Right::Refund(Money::zero(self.currency))).await?;
        let view = self.ask(|reply| StaffAsk::Lookup { id, reply }).await?;
        Ok(view.refunds.iter().map(refund).collect())
    }

    #[zbus(out_args("sales"))]
    async fn sales(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        limit: u32,
    ) -> Result<Vec<wire::Sale>, StaffError> {
        self.check(&header, grant, Right::Refund(Money::zero(self.currency))).await?;
        sales::newest(&self.mail, limit).await
    }

    #[zbus(out_args("cases"))]
    async fn cases(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        limit: u32,
    ) -> Result<Vec<wire::Case>, StaffError> {
        self.check(&header, grant, Right::Refund(Money::zero(self.currency))).await?;
        let cases = self.ask(|reply| StaffAsk::Cases { limit, reply }).await?;
        Ok(cases.into_iter().map(case).collect())
    }

    async fn close_case(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        case: i64,
    ) -> Result<(), StaffError> {
        let by = self.check(&header, grant, Right::ChangeFinance).await?.id.to_string();
        self.ask(|reply| StaffAsk::CloseCase { seq: case, by, reply }).await
    }

    #[zbus(out_args("takings"))]
    async fn takings(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        first: String,
        last: String,
    ) -> Result<wire::Takings, StaffError> {
        let (from, to) = span(&first, &last)?;
        sales::fits_a_chart(from, to)?;
        self.check(&header, grant, Right::Refund(Money::zero(self.currency))).await?;
        let takings = self.ask(|reply| StaffAsk::Takings { from, to, reply }).await?;
        Ok(sales::takings(takings))
    }

    async fn sell_out(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        sku: String,
        sold_out: bool,
    ) -> Result<(), StaffError> {
        let by = self.check(&header, grant, Right::SellOut).await?.id.to_string();
        self.ask(|reply| StaffAsk::SellOut { sku, sold_out, by, reply }).await
    }

    #[zbus(out_args("decisions"))]
    async fn decisions(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        reference: String,
    ) -> Result<Vec<wire::Decision>, StaffError> {
        self.check(&header, grant, Right::ReadFinance).await?;
        let kept = self.ask(|reply| StaffAsk::Decisions { reference, reply }).await?;
        Ok(kept.into_iter().map(super::decision::to_wire).collect())
    }

    #[zbus(out_args("balances"))]
    async fn trial_balance(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
    ) -> Result<Vec<wire::Balance>, StaffError> {
        self.check(&header, grant, Right::ReadFinance).await?;
        let rows = self.ask(|reply| StaffAsk::TrialBalance { reply }).await?;
        let mut balances = Vec::with_capacity(rows.len());
        for row in rows {
            let net = row.net().map_err(|error| StaffError::Locked(error.to_string()))?;
            let currency = row.currency.to_string();
            balances.push(wire::Balance { account: row.account, currency, amount: net.minor() });
        }
        Ok(balances)
    }

    #[zbus(out_args("report"))]
    async fn close_day(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        day: String,
        carry: Vec<String>,
    ) -> Result<wire::DayReport, StaffError> {
        let day = parse(&day)?;
        let by = self.check(&header, grant, Right::CloseDay).await?.id.to_string();
        let close = self.ask(|reply| StaffAsk::CloseDay { day, carry, by, reply }).await?;
        report(&close)
    }

    #[zbus(out_args("differences"))]
    async fn reconcile(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        day: String,
        channel: u32,
    ) -> Result<Vec<wire::Difference>, StaffError> {
        let day = parse(&day)?;
        self.check(&header, grant, Right::ChangeFinance).await?;
        let of = self.channels.iter().find(|of| channel_to_wire(of.kind()).to_wire() == channel);
        let of = of.ok_or_else(|| StaffError::NoBill("this kiosk does not offer that channel".to_owned()))?;
        let bill = of.bill(day).await.map_err(no_bill)?;
        let differences = self.ask(|reply| StaffAsk::Reconcile { bill, reply }).await?;
        Ok(differences.iter().map(difference).collect())
    }

    #[zbus(out_args("settlements"))]
    async fn settlements(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        first: String,
        last: String,
    ) -> Result<Vec<wire::Settlement>, StaffError> {
        let (from, to) = span(&first, &last)?;
        self.check(&header, grant, Right::ReadFinance).await?;
        let expected = self.ask(|reply| StaffAsk::Settlements { from, to, reply }).await?;
        let settlement = |expected: Expected| wire::Settlement {
            day: expected.on.to_string(),
            channel: channel_to_wire(expected.channel).to_wire(),
            currency: expected.amount.currency().to_string(),
            amount: expected.amount.minor(),
        };
        Ok(expected.into_iter().map(settlement).collect())
    }

    #[zbus(out_args("fees"))]
    async fn fees(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        first: String,
        last: String,
    ) -> Result<Vec<wire::Fee>, StaffError> {
        let (from, to) = span(&first, &last)?;
        self.check(&header, grant, Right::ReadFinance).await?;
        let fees = self.ask(|reply| StaffAsk::Fees { from, to, reply }).await?;
        let fee = |line: FeeLine| wire::Fee {
            channel: channel_to_wire(line.channel).to_wire(),
            currency: line.booked.currency().to_string(),
            booked: line.booked.minor(),
            expected: line.expected.map_or(0, |expected| expected.minor()),
        };
        Ok(fees.into_iter().map(fee).collect())
    }

    #[zbus(out_args("agreement", "link"))]
    #[expect(clippy::too_many_arguments, reason = "three caps, and who asks for whom where")]
    async fn sign_agreement(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        member: String,
        channel: u32,
        per_transaction: i64,
        per_day: i64,
        per_month: i64,
    ) -> Result<(String, String), StaffError> {
        let by = self.check(&header, grant, Right::Agreements).await?.id.to_string();
        agreements::sign(self, by, member, channel, Caps { per_transaction, per_day, per_month }).await
    }

    #[zbus(out_args("agreements"))]
    async fn agreements(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        member: String,
    ) -> Result<Vec<wire::Agreement>, StaffError> {
        self.check(&header, grant, Right::Agreements).await?;
        let all = self.ask(|reply| StaffAsk::Agreement(AgreementAsk::List { member, reply })).await?;
        Ok(all.iter().map(agreements::shown).collect())
    }

    async fn suspend_agreement(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        agreement: String,
    ) -> Result<(), StaffError> {
        self.suspend(&header, grant, agreement, true).await
    }

    async fn resume_agreement(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        agreement: String,
    ) -> Result<(), StaffError> {
        self.suspend(&header, grant, agreement, false).await
    }

    async fn end_agreement(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        agreement: String,
    ) -> Result<(), StaffError> {
        let (by, id) = (self.check(&header, grant, Right::Agreements).await?.id.to_string(), agreement);
        self.ask(|reply| StaffAsk::Agreement(AgreementAsk::End { id, by, reply })).await
    }

    #[zbus(out_args("text"))]
    async fn journal(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        format: u32,
        first: String,
        last: String,
    ) -> Result<OwnedFd, StaffError> {
        let (from, to) = span(&first, &last)?;
        self.check(&header, grant, Right::ReadFinance).await?;
        let postings = self.ask(|reply| StaffAsk::Postings { from, to, reply }).await?;
        let text = match wire::JournalFormat::from_wire(format) {
            wire::JournalFormat::Hledger => export::hledger(&postings),
            wire::JournalFormat::Csv => export::csv(&postings),
            wire::JournalFormat::Unknown => {
                return Err(StaffError::BadId("format: 1 hledger, 2 CSV".to_owned()));
            }
        };
        let text = text.map_err(|error| StaffError::Locked(error.to_string()))?;
        let sealed =
            api::sealed::seal(text.as_bytes()).map_err(|error| StaffError::Locked(error.to_string()))?;
        Ok(sealed.into())
    }
}

/// Asks the actor and waits for its answer.
pub(super) async fn ask_till<T>(
    mail: &mpsc::Sender<Mail>,
    ask: impl FnOnce(oneshot::Sender<Result<T, Rejection>>) -> StaffAsk,
) -> Result<T, StaffError> {
    let gone = || StaffError::Locked("the till is ending; ask again".to_owned());
    let (reply, answer) = oneshot::channel();
    mail.send(Mail::Ask(Ask::Staff(ask(reply)))).await.map_err(|_| gone())?;
    answer.await.map_err(|_| gone())?.map_err(to_error)
}

/// The caller's unique name on the bus, which is never given out twice.
pub(super) fn caller(header: &Header<'_>) -> String {
    header.sender().map(ToString::to_string).unwrap_or_default()
}

fn parse(day: &str) -> Result<Date, StaffError> {
    parse_day(day).ok_or_else(|| StaffError::BadId("a day is written as 2026-01-31".to_owned()))
}

/// Most days that one question spans: a year and a day, so that no question holds the till up for long.
const DAYS_MAX: i64 = 367;

pub(super) fn span(first: &str, last: &str) -> Result<(Date, Date), StaffError> {
    let (from, to) = (parse(first)?, parse(last)?);
    if (0..DAYS_MAX).contains(&(to - from).whole_days()) {
        Ok((from, to))
    } else {
        Err(StaffError::BadId("the first day comes before the last, at most a year later".to_owned()))
    }
}

fn no_bill(why: NoBill) -> StaffError {
    StaffError::NoBill(why.to_string())
}
