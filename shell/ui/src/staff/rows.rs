//! Rows of staff's pages.

use api::kiosk::DeviceState;
use api::staff::Sale;
use slint::{ModelRc, SharedString, VecModel};

use super::day::{self, Takings};
use super::{Staff, State, now_ms};
use crate::price;
use crate::till_copy::channel;
use screens::{BarRow, CaseRow, DeviceRow, DeviceView, SaleRow, StaffAdapter, StaffPage, TakingRow};

impl Staff {
    pub(super) fn show_rows(&self, state: &State, adapter: &StaffAdapter<'_>) {
        match state.page {
            StaffPage::Sales => {
                adapter.set_sales(model(state.today().map(|sale| self.sale(state, sale))));
            }
            StaffPage::Refund => {
                let chosen = state.chosen.as_ref().map(|sale| self.sale(state, sale));
                adapter.set_sale(chosen.unwrap_or_default());
            }
            StaffPage::Day => show_day(state, adapter),
            StaffPage::Cases => adapter.set_cases(model(state.cases.iter().map(|case| CaseRow {
                kind: i32::try_from(case.kind).unwrap_or(0),
                time: when(u64::try_from(case.at_ms).unwrap_or(0)).into(),
                payment: case.payment.as_str().into(),
                amount: price::show(case.amount, &case.currency).into(),
            }))),
            StaffPage::Devices => adapter.set_devices(model(state.health.iter().map(|health| {
                let found =
                    state.found.iter().find(|(device, _)| *device == health.device).map(|(_, found)| found);
                let (zh, en) = found.map_or((&health.zh, &health.en), |found| (&found.zh, &found.en));
                DeviceRow {
                    device: i32::try_from(health.device).unwrap_or(0),
                    view: view(health.state),
                    words: if self.chinese.get() { zh } else { en }.into(),
                    outcome: found.map_or(0, |found| i32::try_from(found.outcome).unwrap_or(0)),
                    testing: state.testing == Some(health.device),
                }
            }))),
            StaffPage::Closed | StaffPage::Keypad => {
                // Nothing of a day is left for who comes next.
                adapter.set_sales(ModelRc::default());
                adapter.set_sale(SaleRow::default());
                adapter.set_cases(ModelRc::default());
                adapter.set_hours(ModelRc::default());
                adapter.set_takings(ModelRc::default());
                adapter.set_taken(SharedString::default());
            }
        }
    }

    fn sale(&self, state: &State, sale: &Sale) -> SaleRow {
        let name = |sku: &str| {
            let dish = state.dishes.iter().find(|dish| dish.sku == sku);
            let name = |dish: &api::kiosk::Dish| {
                if self.chinese.get() { dish.name_zh.clone() } else { dish.name_en.clone() }
            };
            dish.map_or_else(|| sku.to_owned(), name)
        };
        let lines: Vec<String> = sale
            .lines
            .iter()
            .map(|(sku, count)| if *count > 1 { format!("{} × {count}", name(sku)) } else { name(sku) })
            .collect();
        let left = sale.total.saturating_sub(sale.returned);
        let returned =
            if sale.returned > 0 { price::show(sale.returned, &sale.currency) } else { String::new() };
        SaleRow {
            time: day::clock(sale.paid_ms).into(),
            pickup: i32::try_from(sale.pickup).unwrap_or(0),
            total: price::show(sale.total, &sale.currency).into(),
            channel: channel(sale.paid_by),
            returned: returned.into(),
            left: price::show(left, &sale.currency).into(),
            lines: lines.join(if self.chinese.get() { "，" } else { ", " }).into(),
            whole: left <= 0 && sale.total > 0,
        }
    }
}

impl State {
    /// What was sold today, newest first.
    pub(super) fn today(&self) -> impl Iterator<Item = &Sale> {
        let today = day::number(now_ms());
        self.sales.iter().filter(move |sale| day::number(sale.paid_ms) == today)
    }

    /// The days that can be closed from here: yesterday, which is over, and today.
    pub(super) fn days(&self) -> [String; 2] {
        let today = day::number(now_ms());
        [day::name(today - 1), day::name(today)]
    }
}

fn show_day(state: &State, adapter: &StaffAdapter<'_>) {
    let takings = Takings::of(state.today());
    let currency = &state.currency;
    let most = takings.hours.iter().map(|(_, sum)| *sum).max().unwrap_or(0).max(1);
    adapter.set_hours(model(takings.hours.iter().map(|(hour, sum)| BarRow {
        label: hour.to_string().into(),
        // Whole units: the bars are close together.
        amount: price::show(*sum, currency).trim_end_matches(".00").into(),
        part: *sum as f32 / most as f32,
    })));
    adapter.set_takings(model(takings.channels.iter().map(|(kind, count, sum)| TakingRow {
        channel: channel(*kind),
        payments: i32::try_from(*count).unwrap_or(i32::MAX),
        amount: price::show(*sum, currency).into(),
        part: *sum as f32 / takings.total.max(1) as f32,
    })));
    adapter.set_taken(price::show(takings.total, currency).into());
    adapter.set_returned(price::show(takings.returned, currency).into());
    adapter.set_payments(i32::try_from(takings.payments).unwrap_or(i32::MAX));
    adapter.set_days(model(state.days().into_iter().map(SharedString::from)));
}

/// `01-31 12:08`.
fn when(at_ms: u64) -> String {
    let name = day::name(day::number(at_ms));
    format!("{} {}", name.get(5..).unwrap_or_default(), day::clock(at_ms))
}

fn view(state: u32) -> DeviceView {
    match DeviceState::from_wire(state) {
        DeviceState::Ready => DeviceView::Ready,
        DeviceState::Missing => DeviceView::Missing,
        DeviceState::Absent | DeviceState::Unknown => DeviceView::Absent,
    }
}

fn model<T: Clone + 'static>(rows: impl Iterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(rows.collect::<Vec<T>>()))
}
