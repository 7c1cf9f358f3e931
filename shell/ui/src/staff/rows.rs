//! Rows of staff's pages.

use api::devices::DeviceHealth;
use api::kiosk::DeviceState;
use api::staff::Sale;
use slint::{ModelRc, SharedString};

use super::{Staff, State, day};
use crate::price;
use crate::rows::kept_while;
use crate::till_copy::channel;
use screens::{CaseRow, DeviceRow, DeviceView, MenuRow, SaleRow, StaffAdapter, StaffPage};

impl Staff {
    pub(super) fn show_rows(&self, state: &State, adapter: &StaffAdapter<'_>) {
        match state.page {
            StaffPage::Sales => {
                let alike = |there: &SaleRow, row: &SaleRow| {
                    (&there.time, there.pickup, &there.total) == (&row.time, row.pickup, &row.total)
                };
                let rows = state.today().map(|sale| self.sale(state, sale));
                adapter.set_sales(kept_while(alike, adapter.get_sales(), rows));
            }
            StaffPage::Refund => {
                let chosen = state.chosen.as_ref().map(|sale| self.sale(state, sale));
                adapter.set_sale(chosen.unwrap_or_default());
            }
            StaffPage::Day => self.show_day(state, adapter),
            StaffPage::Menu => {
                let alike = |there: &MenuRow, row: &MenuRow| there.sku == row.sku;
                adapter.set_menu(kept_while(alike, adapter.get_menu(), self.menu(state)));
            }
            StaffPage::Cases => {
                let alike =
                    |there: &CaseRow, row: &CaseRow| (there.kind, &there.payment) == (row.kind, &row.payment);
                let rows = state.cases.iter().map(|case| CaseRow {
                    kind: i32::try_from(case.kind).unwrap_or(0),
                    time: when(u64::try_from(case.at_ms).unwrap_or(0)).into(),
                    payment: case.payment.as_str().into(),
                    amount: price::show(case.amount, &case.currency).into(),
                });
                adapter.set_cases(kept_while(alike, adapter.get_cases(), rows));
            }
            StaffPage::Devices => {
                let alike = |there: &DeviceRow, row: &DeviceRow| there.device == row.device;
                let rows = state.health.iter().map(|health| self.device(state, health));
                adapter.set_devices(kept_while(alike, adapter.get_devices(), rows));
            }
            StaffPage::Closed | StaffPage::Keypad => {
                // Nothing of a day is left for who comes next.
                adapter.set_sales(ModelRc::default());
                adapter.set_sale(SaleRow::default());
                adapter.set_cases(ModelRc::default());
                adapter.set_bars(ModelRc::default());
                adapter.set_dish_bars(ModelRc::default());
                adapter.set_menu(ModelRc::default());
                adapter.set_takings(ModelRc::default());
                adapter.set_taken(SharedString::default());
            }
        }
    }

    fn device(&self, state: &State, health: &DeviceHealth) -> DeviceRow {
        let found = state.found.iter().find(|(device, _)| *device == health.device).map(|(_, found)| found);
        let (zh, en) = found.map_or((&health.zh, &health.en), |found| (&found.zh, &found.en));
        DeviceRow {
            device: i32::try_from(health.device).unwrap_or(0),
            view: view(health.state),
            words: if self.chinese.get() { zh } else { en }.into(),
            outcome: found.map_or(0, |found| i32::try_from(found.outcome).unwrap_or(0)),
            testing: state.testing == Some(health.device),
        }
    }

    /// A dish in the language of the screen; what is on the menu no more is called by its sku.
    pub(super) fn name(&self, state: &State, sku: &str) -> String {
        let dish = state.dishes.iter().find(|dish| dish.sku == sku);
        let name = |dish: &api::kiosk::Dish| {
            if self.chinese.get() { dish.name_zh.clone() } else { dish.name_en.clone() }
        };
        dish.map_or_else(|| sku.to_owned(), name)
    }

    fn menu(&self, state: &State) -> impl Iterator<Item = MenuRow> {
        state.dishes.iter().enumerate().map(|(at, dish)| {
            let picture = state.pictures.get(at).cloned().flatten();
            MenuRow {
                sku: dish.sku.as_str().into(),
                name: self.name(state, &dish.sku).into(),
                price: price::show(dish.price, &state.currency).into(),
                has_picture: picture.is_some(),
                picture: picture.unwrap_or_default(),
                sold_out: state.sold_out.contains(&dish.sku),
            }
        })
    }

    fn sale(&self, state: &State, sale: &Sale) -> SaleRow {
        let name = |sku: &str| self.name(state, sku);
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
        let today = day::number((self.clock.0)());
        self.sales.iter().filter(move |sale| day::number(sale.paid_ms) == today)
    }

    /// The days that can be closed from here: yesterday, which is over, and today.
    pub(super) fn days(&self) -> [String; 2] {
        let today = day::number((self.clock.0)());
        [day::name(today - 1), day::name(today)]
    }
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
