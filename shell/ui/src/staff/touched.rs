//! What a touch on staff's pages does.

use std::rc::Rc;

use slint::ComponentHandle;

use super::day;
use super::{AMOUNT_MAX, PIN_MAX, Staff, plain};
use crate::bridge::{Hidden, StaffAsk};
use screens::{KioskScreen, StaffAdapter, StaffChartKind, StaffDone, StaffPage, StaffTrouble};

/// Why money goes back, as the till's books keep it in a refund's name; in the order of the screen.
const REASONS: [&str; 5] = ["wrong-dish", "not-available", "not-good", "paid-too-much", "other"];

impl Staff {
    pub(super) fn connect(self: &Rc<Self>, screen: &KioskScreen) {
        let adapter = screen.global::<StaffAdapter<'_>>();
        let with = |act: fn(&Self)| {
            let staff = Rc::downgrade(self);
            move || {
                if let Some(staff) = staff.upgrade() {
                    act(&staff);
                    staff.show();
                }
            }
        };
        let with_number = |act: fn(&Self, usize)| {
            let staff = Rc::downgrade(self);
            move |number: i32| {
                if let (Some(staff), Ok(number)) = (staff.upgrade(), usize::try_from(number)) {
                    act(&staff, number);
                    staff.show();
                }
            }
        };
        adapter.on_open(with(|staff| staff.state.borrow_mut().page = StaffPage::Keypad));
        adapter.on_leave(with(|staff| staff.sign_out(StaffPage::Closed)));
        adapter.on_digit(with_number(Self::digit));
        adapter.on_rub(with(|staff| {
            staff.state.borrow_mut().typed.pop();
        }));
        adapter.on_enter(with(Self::sign_in));
        adapter.on_pick(with_number(Self::pick));
        adapter.on_choose_reason(with_number(|staff, reason| {
            staff.state.borrow_mut().reason = Some(reason).filter(|reason| *reason < REASONS.len());
        }));
        adapter.on_send_back(with(Self::send_back));
        adapter.on_reprint(with(|staff| {
            let chosen = staff.state.borrow().chosen.as_ref().map(|sale| sale.id.clone());
            if let Some(payment) = chosen {
                staff.ask(|grant| StaffAsk::Reprint { grant, payment });
            }
        }));
        adapter.on_close_day(with_number(|staff, index| {
            let day = staff.state.borrow().days().get(index).cloned();
            if let Some(day) = day {
                staff.ask(|grant| StaffAsk::CloseDay { grant, day });
            }
        }));
        adapter.on_close_case(with_number(|staff, index| {
            let case = staff.state.borrow().cases.get(index).map(|case| case.case);
            if let Some(case) = case {
                staff.ask(|grant| StaffAsk::CloseCase { grant, case });
            }
        }));
        adapter.on_test(with_number(Self::test));
        adapter.on_sell_out(with_number(Self::sell_out));
        let staff = Rc::downgrade(self);
        adapter.on_choose_chart(move |chart| {
            if let Some(staff) = staff.upgrade() {
                staff.choose_chart(chart);
                staff.show();
            }
        });
        let staff = Rc::downgrade(self);
        adapter.on_go(move |page| {
            if let Some(staff) = staff.upgrade() {
                staff.go(page);
                staff.show();
            }
        });
    }

    fn digit(&self, digit: usize) {
        let mut state = self.state.borrow_mut();
        let most = if state.page == StaffPage::Keypad { PIN_MAX } else { AMOUNT_MAX };
        // An amount has no noughts before it.
        let idle = state.page == StaffPage::Refund && state.typed.is_empty() && digit == 0;
        if state.typed.len() < most && digit < 10 && !idle {
            state.typed.push_str(&digit.to_string());
        }
        state.trouble = None;
    }

    fn sign_in(&self) {
        let pin = {
            let mut state = self.state.borrow_mut();
            if state.busy || state.page != StaffPage::Keypad || state.typed.is_empty() {
                return;
            }
            state.trouble = None;
            Hidden(std::mem::take(&mut state.typed))
        };
        self.send(StaffAsk::SignIn { pin });
    }

    fn go(&self, page: StaffPage) {
        {
            let mut state = self.state.borrow_mut();
            if state.grant.is_none() || matches!(page, StaffPage::Closed | StaffPage::Keypad) {
                return;
            }
            state.page = page;
            (state.chosen, state.reason, state.trouble) = (None, None, None);
            state.done = StaffDone::None;
            state.typed.clear();
            state.found.clear();
            (state.chart, state.takings) = (StaffChartKind::Hours, None);
        }
        match page {
            StaffPage::Sales | StaffPage::Day => self.ask(|grant| StaffAsk::Sales { grant }),
            StaffPage::Cases => self.ask(|grant| StaffAsk::Cases { grant }),
            StaffPage::Devices => self.send(StaffAsk::Health),
            StaffPage::Menu | StaffPage::Refund | StaffPage::Closed | StaffPage::Keypad => {}
        }
    }

    /// The last seven days are asked for when somebody wants to see them.
    fn choose_chart(&self, chart: StaffChartKind) {
        let asked = {
            let mut state = self.state.borrow_mut();
            state.chart = chart;
            state.takings.is_some() || chart == StaffChartKind::Hours
        };
        if !asked {
            let today = day::number((self.state.borrow().clock.0)());
            let (first, last) = (day::name(today - (day::WEEK - 1)), day::name(today));
            self.ask(|grant| StaffAsk::Takings { grant, first, last });
        }
    }

    fn sell_out(&self, index: usize) {
        let (sku, sold_out) = {
            let state = self.state.borrow();
            let Some(dish) = state.dishes.get(index).filter(|_| !state.busy) else { return };
            (dish.sku.clone(), !state.sold_out.contains(&dish.sku))
        };
        self.ask(|grant| StaffAsk::SellOut { grant, sku, sold_out });
    }

    fn pick(&self, index: usize) {
        let mut state = self.state.borrow_mut();
        let Some(sale) = state.today().nth(index).cloned() else { return };
        state.chosen = Some(sale);
        state.page = StaffPage::Refund;
        (state.reason, state.trouble, state.done) = (None, None, StaffDone::None);
        state.typed.clear();
    }

    /// The name is durable before the till is asked; where it cannot be kept nothing is asked.
    fn send_back(&self) {
        let kept = {
            let mut state = self.state.borrow_mut();
            let (left, typed) = Self::amount(&state);
            let amount = if typed > 0 { typed } else { left };
            let Some(reason) = state.reason.and_then(|reason| REASONS.get(reason)) else { return };
            let Some(sale) = state.chosen.clone().filter(|_| !state.busy) else { return };
            if amount > left {
                state.trouble = Some(plain(StaffTrouble::TooMuch));
                return;
            }
            match self.keeper.begin(&sale.id, reason, amount, &sale.currency) {
                Ok(kept) => {
                    // An older one is settled first; what is wanted now is pressed again after it.
                    state.again = (&kept.payment, kept.amount) != (&sale.id, amount);
                    kept
                }
                Err(error) => {
                    tracing::warn!(%error, "a refund's name cannot be kept");
                    state.trouble = Some(plain(StaffTrouble::TillLocked));
                    return;
                }
            }
        };
        self.ask(|grant| StaffAsk::Refund {
            grant,
            payment: kept.payment,
            ask: kept.ask,
            amount: kept.amount,
            currency: kept.currency,
        });
    }

    fn test(&self, index: usize) {
        let device = {
            let mut state = self.state.borrow_mut();
            let device = state.health.get(index).map(|health| health.device);
            state.testing = device;
            device
        };
        if let Some(device) = device {
            self.ask(|grant| StaffAsk::Test { grant, device });
        }
    }
}
