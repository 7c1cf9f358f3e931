//! What was sold over some days, for the charts that staff look at: by day, by way to pay and by dish. Pure.

use std::collections::BTreeMap;

use time::Date;

use super::business_day;
use crate::channel::ChannelKind;
use crate::till::{Phase, ReturnState, View};

/// So many payments, and what they came to in minor units of the till's currency.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// How many.
    pub count: u32,
    /// What they came to.
    pub minor: i64,
}

impl Sum {
    fn add(&mut self, count: u32, minor: i64) {
        self.count = self.count.saturating_add(count);
        self.minor = self.minor.saturating_add(minor);
    }
}

/// One business day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayTakings {
    /// Which.
    pub day: Date,
    /// What was paid on it.
    pub sold: Sum,
    /// What staff sent back of that, whenever they did.
    pub returned: i64,
}

/// All of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Takings {
    /// Every day asked for, also those on which nothing was sold.
    pub days: Vec<DayTakings>,
    /// By who moved the money, the largest first; none where offers paid all.
    pub channels: Vec<(Option<ChannelKind>, Sum)>,
    /// By what was sold at its list price, the largest first: how many of each, and what they came to.
    pub dishes: Vec<(String, Sum)>,
}

impl Takings {
    /// Of the payments that were paid from one day to another, both included.
    pub fn of<'a>(views: impl IntoIterator<Item = &'a View>, from: Date, to: Date) -> Self {
        let mut days = Vec::new();
        let mut next = Some(from);
        while let Some(day) = next.filter(|day| *day <= to) {
            days.push(DayTakings { day, sold: Sum::default(), returned: 0 });
            next = day.next_day();
        }
        let mut channels: Vec<(Option<ChannelKind>, Sum)> = Vec::new();
        let mut dishes: BTreeMap<&str, Sum> = BTreeMap::new();
        for view in views.into_iter().filter(|view| view.phase == Phase::Paid) {
            let paid_on = business_day(view.paid_ms);
            let Some(day) = days.iter_mut().find(|day| day.day == paid_on) else { continue };
            let total = view.order.total.minor();
            day.sold.add(1, total);
            let back =
                view.refunds.iter().filter(|back| back.ask.is_some() && back.state != ReturnState::Refused);
            day.returned = back.fold(day.returned, |sum, back| sum.saturating_add(back.amount.minor()));
            match channels.iter_mut().find(|(channel, _)| *channel == view.paid_by) {
                Some((_, sum)) => sum.add(1, total),
                None => channels.push((view.paid_by, Sum { count: 1, minor: total })),
            }
            for line in &view.order.lines {
                let minor = line.unit_price.saturating_mul(line.quantity.into());
                dishes.entry(&line.sku).or_default().add(line.quantity, minor);
            }
        }
        let mut dishes: Vec<(String, Sum)> =
            dishes.into_iter().map(|(sku, sum)| (sku.to_owned(), sum)).collect();
        dishes.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.minor));
        channels.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.minor));
        Self { days, channels, dishes }
    }
}
