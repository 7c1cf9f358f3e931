//! What was sold lately, for staff who look for the payment that somebody comes back with.

use api::staff::{self as wire, StaffError};
use time::Date;
use tokio::sync::{mpsc, oneshot};

use super::super::channel as channel_to_wire;
use super::to_error;
use crate::actor::{Ask, Mail};
use crate::channel::ChannelKind;
use crate::finance::{DayTakings, Sum, Takings};
use crate::till::{Phase, ReturnState, View};

/// The newest paid payments among the newest `limit` payments, newest first.
pub(super) async fn newest(mail: &mpsc::Sender<Mail>, limit: u32) -> Result<Vec<wire::Sale>, StaffError> {
    let gone = || StaffError::Locked("the till is ending; ask again".to_owned());
    let (reply, answer) = oneshot::channel();
    mail.send(Mail::Ask(Ask::Recent { limit, reply })).await.map_err(|_| gone())?;
    let views = answer.await.map_err(|_| gone())?.map_err(to_error)?;
    Ok(views.iter().filter(|view| view.phase == Phase::Paid).map(sale).collect())
}

/// Most days of one chart: a month, some thirty thousand payments, for which the till stands still a quarter of a second.
const CHART_DAYS_MAX: i64 = 31;

/// Whether so many days are drawn in one chart.
pub(super) fn fits_a_chart(from: Date, to: Date) -> Result<(), StaffError> {
    if (to - from).whole_days() < CHART_DAYS_MAX {
        Ok(())
    } else {
        Err(StaffError::BadId(format!("a chart has at most {CHART_DAYS_MAX} days")))
    }
}

pub(super) fn takings(takings: Takings) -> wire::Takings {
    let day = |day: DayTakings| wire::DayTakings {
        day: day.day.to_string(),
        payments: day.sold.count,
        gross: day.sold.minor,
        returned: day.returned,
    };
    let channel = |(channel, sum): (Option<ChannelKind>, Sum)| {
        (channel.map_or(0, |kind| channel_to_wire(kind).to_wire()), sum.count, sum.minor)
    };
    wire::Takings {
        days: takings.days.into_iter().map(day).collect(),
        channels: takings.channels.into_iter().map(channel).collect(),
        dishes: takings.dishes.into_iter().map(|(sku, sum)| (sku, sum.count, sum.minor)).collect(),
    }
}

fn sale(view: &View) -> wire::Sale {
    let goes = |state: ReturnState| state != ReturnState::Refused;
    let asked = view.refunds.iter().filter(|refund| refund.ask.is_some() && goes(refund.state));
    wire::Sale {
        id: view.id.as_str().to_owned(),
        paid_ms: view.paid_ms,
        total: view.order.total.minor(),
        currency: view.order.total.currency().to_string(),
        paid_by: view.paid_by.map_or(0, |kind| channel_to_wire(kind).to_wire()),
        pickup: view.pickup,
        returned: asked.fold(0, |sum: i64, refund| sum.saturating_add(refund.amount.minor())),
        lines: view.order.lines.iter().map(|line| (line.sku.clone(), line.quantity)).collect(),
    }
}
