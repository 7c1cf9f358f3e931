//! The charts of what was sold.

use slint::SharedString;

use super::day::{self, Takings};
use super::{Staff, State};
use crate::price;
use crate::rows::model;
use crate::till_copy::channel;
use screens::{BarRow, DishBarRow, StaffAdapter, StaffChartKind, TakingRow};

/// Dishes that are drawn: as many as fit the tallest screen.
const DISHES_MAX: usize = 14;

impl Staff {
    pub(super) fn show_day(&self, state: &State, adapter: &StaffAdapter<'_>) {
        adapter.set_chart(state.chart);
        adapter.set_days(model(state.days().into_iter().map(SharedString::from)));
        match state.chart {
            StaffChartKind::Hours => show_hours(state, adapter),
            StaffChartKind::Days | StaffChartKind::Dishes => self.show_week(state, adapter),
        }
    }

    fn show_week(&self, state: &State, adapter: &StaffAdapter<'_>) {
        let none = api::staff::Takings::default();
        let takings = state.takings.as_ref().unwrap_or(&none);
        let (currency, days) = (&state.currency, &takings.days);
        let sum = |of: fn(&api::staff::DayTakings) -> i64| days.iter().map(of).sum::<i64>();
        let total = sum(|day| day.gross);
        let first = day::number((state.clock.0)()) + 1 - u64::try_from(days.len()).unwrap_or(0);
        let weekdays = days.iter().zip(first..).map(|(day, number)| (day::weekday(number), day.gross));
        let by_day = state.chart == StaffChartKind::Days;
        adapter.set_bars(bars(weekdays.filter(|_| by_day).collect(), currency));
        let most = takings.dishes.first().map_or(1, |(_, _, sum)| (*sum).max(1));
        let dishes = takings.dishes.iter().take(DISHES_MAX).filter(|_| !by_day);
        adapter.set_dish_bars(model(dishes.map(|(sku, count, sum)| DishBarRow {
            name: self.name(state, sku).into(),
            count: i32::try_from(*count).unwrap_or(i32::MAX),
            amount: price::show(*sum, currency).into(),
            part: *sum as f32 / most as f32,
        })));
        show_sums(adapter, currency, &takings.channels, (total, sum(|day| day.returned)));
    }
}

fn show_hours(state: &State, adapter: &StaffAdapter<'_>) {
    let takings = Takings::of(state.today());
    adapter.set_dish_bars(model(std::iter::empty()));
    show_sums(adapter, &state.currency, &takings.channels, (takings.total, takings.returned));
    adapter.set_bars(bars(takings.hours, &state.currency));
}

/// By channel how many payments and their sum; and what all came to, and went back of it.
fn show_sums(
    adapter: &StaffAdapter<'_>,
    currency: &str,
    channels: &[(u32, u32, i64)],
    (total, back): (i64, i64),
) {
    adapter.set_takings(model(channels.iter().map(|(kind, count, sum)| TakingRow {
        channel: channel(*kind),
        payments: i32::try_from(*count).unwrap_or(i32::MAX),
        amount: price::show(*sum, currency).into(),
        part: *sum as f32 / total.max(1) as f32,
    })));
    let payments: u32 = channels.iter().map(|(_, count, _)| count).sum();
    adapter.set_taken(price::show(total, currency).into());
    adapter.set_returned(price::show(back, currency).into());
    adapter.set_payments(i32::try_from(payments).unwrap_or(i32::MAX));
}

fn bars(sums: Vec<(u64, i64)>, currency: &str) -> slint::ModelRc<BarRow> {
    let most = sums.iter().map(|(_, sum)| *sum).max().unwrap_or(0).max(1);
    model(sums.into_iter().map(|(label, sum)| BarRow {
        label: label.to_string().into(),
        // Whole units: the bars are close together.
        amount: price::show(sum, currency).trim_end_matches(".00").into(),
        part: sum as f32 / most as f32,
    }))
}
