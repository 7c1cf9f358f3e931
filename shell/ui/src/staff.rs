//! Staff at the kiosk: number and PIN, payments and refunds, the day, cases, devices. What is shown is gone when they
//! sign out or are signed out.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{SystemTime, UNIX_EPOCH};

use api::devices::{DeviceHealth, TestResult};
use api::kiosk::Dish;
use api::staff::{Case, RefundState, Sale, Takings};
use slint::{ComponentHandle, Image, Weak};

use crate::bridge::{Asker, FromUi, Hidden, No, StaffAsk, StaffSaid};
use crate::kept::RefundKeeper;
use crate::price;
use screens::{KioskScreen, StaffAdapter, StaffChartKind, StaffDone, StaffPage, StaffTrouble};

mod chart;
mod day;
mod rows;
mod touched;

/// Digits of a number and PIN: two and four to eight.
const PIN_MAX: usize = 10;
/// Digits of an amount: a refund of more is an office's.
const AMOUNT_MAX: usize = 7;

/// Somebody who has signed in.
struct Grant {
    token: Hidden,
    who: String,
    /// Seconds that it lasts unused, and those that are left.
    lasts: u32,
    left: u32,
}

/// Milliseconds since 1970 UTC.
#[derive(Clone, Copy)]
struct Clock(fn() -> u64);

impl Default for Clock {
    fn default() -> Self {
        Self(now_ms)
    }
}

/// All that is known while staff are there.
#[derive(Default)]
struct State {
    clock: Clock,
    page: StaffPage,
    typed: String,
    busy: bool,
    trouble: Option<No>,
    done: StaffDone,
    grant: Option<Grant>,
    sales: Vec<Sale>,
    chosen: Option<Sale>,
    reason: Option<usize>,
    cases: Vec<Case>,
    health: Vec<DeviceHealth>,
    found: Vec<(u32, TestResult)>,
    testing: Option<u32>,
    chart: StaffChartKind,
    takings: Option<Takings>,
    dishes: Vec<Dish>,
    /// In the dishes' order, where there are any.
    pictures: Vec<Option<Image>>,
    sold_out: Vec<String>,
    currency: String,
    /// A refund is asked that was asked before and never answered.
    again: bool,
}

/// The controller.
pub struct Staff {
    screen: Weak<KioskScreen>,
    asker: Asker,
    keeper: RefundKeeper,
    chinese: Cell<bool>,
    state: RefCell<State>,
}

impl Staff {
    /// Wires staff's part of the kiosk's screen; `clock` tells milliseconds since 1970 UTC.
    pub fn new(screen: &KioskScreen, asker: Asker, keeper: RefundKeeper, clock: fn() -> u64) -> Rc<Self> {
        let staff = Rc::new(Self {
            screen: screen.as_weak(),
            asker,
            keeper,
            chinese: Cell::new(true),
            state: RefCell::new(State { clock: Clock(clock), ..State::default() }),
        });
        staff.connect(screen);
        staff.show();
        staff
    }

    /// Whether staff's pages are open, so that the student's screen is not to start anew.
    pub fn is_open(&self) -> bool {
        self.state.borrow().page != StaffPage::Closed
    }

    /// The menu's names.
    pub fn take_menu(&self, dishes: &[Dish], currency: &str) {
        let mut state = self.state.borrow_mut();
        state.dishes = dishes.to_vec();
        state.currency = currency.to_owned();
    }

    /// Which dishes are sold out, by their sku; and the pictures of all, in their order.
    pub fn take_sold_out(&self, sold_out: Vec<String>, pictures: Vec<Option<Image>>) {
        {
            let mut state = self.state.borrow_mut();
            (state.sold_out, state.pictures) = (sold_out, pictures);
        }
        self.show();
    }

    /// The language changed.
    pub fn speak(&self, chinese: bool) {
        self.chinese.set(chinese);
        self.show();
    }

    /// A second has gone by: a grant that nobody uses ends, and so does a keypad that nobody types on.
    pub fn tick(&self) {
        let over = {
            let mut state = self.state.borrow_mut();
            match &mut state.grant {
                Some(grant) => {
                    grant.left = grant.left.saturating_sub(1);
                    grant.left == 0
                }
                None => return,
            }
        };
        if over {
            self.sign_out(StaffPage::Keypad);
            self.state.borrow_mut().trouble = Some(plain(StaffTrouble::SignedOut));
        }
        self.show();
    }

    /// Forgets everything of staff, and the till is told that the grant ends.
    fn sign_out(&self, page: StaffPage) {
        let grant = {
            let mut state = self.state.borrow_mut();
            // The menu is everybody's.
            let (dishes, currency) = (std::mem::take(&mut state.dishes), std::mem::take(&mut state.currency));
            let (pictures, sold_out) =
                (std::mem::take(&mut state.pictures), std::mem::take(&mut state.sold_out));
            let clock = state.clock;
            let fresh = State { clock, page, dishes, currency, pictures, sold_out, ..State::default() };
            std::mem::replace(&mut *state, fresh).grant
        };
        if let Some(grant) = grant
            && !self.asker.ask(FromUi::Staff(StaffAsk::SignOut { grant: grant.token }))
        {
            tracing::info!("the grant ends by itself");
        }
    }

    /// Asks with the grant; busy until it is answered.
    fn ask(&self, ask: impl FnOnce(Hidden) -> StaffAsk) {
        let Some(grant) = self.state.borrow().grant.as_ref().map(|grant| grant.token.clone()) else { return };
        self.send(ask(grant));
    }

    fn send(&self, ask: StaffAsk) {
        let asked = self.asker.ask(FromUi::Staff(ask));
        let mut state = self.state.borrow_mut();
        state.busy = asked;
        if !asked {
            state.trouble = Some(plain(StaffTrouble::Silent));
        }
    }

    /// The till answered.
    pub fn take(&self, said: StaffSaid) {
        if !matches!(said, StaffSaid::Nothing) {
            self.state.borrow_mut().busy = false;
        }
        match said {
            StaffSaid::Nothing => {}
            StaffSaid::SignedIn(Ok((token, who, lasts))) => self.signed_in(token, who, lasts),
            StaffSaid::SignedIn(Err(no)) => {
                self.state.borrow_mut().typed.clear();
                self.refused(no);
            }
            StaffSaid::Sales(said) => self.answered(said, |state, sales| state.sales = sales),
            StaffSaid::Refunded { ask, refunds } => self.refunded(&ask, refunds),
            StaffSaid::Reprinted(said) => self.answered(said, |state, ()| state.done = StaffDone::Printed),
            StaffSaid::DayClosed(said) => {
                self.answered(said, |state, _report| state.done = StaffDone::DayClosed);
            }
            StaffSaid::Takings(said) => self.answered(said, |state, takings| state.takings = Some(takings)),
            StaffSaid::SoldOut(said) => self.answered(said, |state, gone| {
                state.done = if gone { StaffDone::SoldOut } else { StaffDone::OnSale };
            }),
            StaffSaid::Cases(said) => self.answered(said, |state, cases| state.cases = cases),
            StaffSaid::CaseClosed(said) => {
                self.answered(said, |state, ()| state.done = StaffDone::CaseClosed);
                self.ask(|grant| StaffAsk::Cases { grant });
            }
            StaffSaid::Health(health) => self.state.borrow_mut().health = health,
            StaffSaid::Tested { device, found } => {
                self.state.borrow_mut().testing = None;
                self.answered(found, |state, found| {
                    state.found.retain(|(known, _)| *known != device);
                    state.found.push((device, found));
                });
            }
        }
        self.show();
    }

    fn signed_in(&self, token: Hidden, who: String, lasts: u32) {
        {
            let mut state = self.state.borrow_mut();
            state.typed.clear();
            // Whoever pressed Close meanwhile has gone.
            if state.page != StaffPage::Keypad {
                return;
            }
            state.page = StaffPage::Sales;
            state.trouble = None;
            state.grant = Some(Grant { token, who, lasts, left: lasts });
        }
        match self.keeper.recall() {
            // It was asked before the power failed or the till fell silent: by its name it is one refund.
            Some(kept) => {
                self.state.borrow_mut().again = true;
                self.ask(|grant| StaffAsk::Refund {
                    grant,
                    payment: kept.payment,
                    ask: kept.ask,
                    amount: kept.amount,
                    currency: kept.currency,
                });
            }
            None => self.ask(|grant| StaffAsk::Sales { grant }),
        }
    }

    fn refunded(&self, ask: &str, refunds: Result<Vec<api::staff::Refund>, No>) {
        // Whoever may not, or was not heard, has decided nothing: the name stays for the next time.
        let undecided = refunds.as_ref().is_err_and(|no| {
            matches!(
                no.trouble,
                StaffTrouble::Silent
                    | StaffTrouble::SignedOut
                    | StaffTrouble::NotAllowed
                    | StaffTrouble::TillLocked
            )
        });
        if !undecided && self.keeper.recall().is_some_and(|kept| kept.ask == ask) {
            self.keeper.forget();
        }
        let ask = ask.to_owned();
        self.answered(refunds, move |state, refunds| {
            let its = refunds.iter().find(|refund| refund.ask == ask);
            let back = its.is_some_and(|refund| refund.state == RefundState::Done.to_wire());
            state.done = match (std::mem::take(&mut state.again), back) {
                (true, _) => StaffDone::RefundSame,
                (false, true) => StaffDone::RefundBack,
                (false, false) => StaffDone::RefundAsked,
            };
            state.page = StaffPage::Sales;
            (state.chosen, state.reason) = (None, None);
            state.typed.clear();
        });
        self.state.borrow_mut().again = false;
        self.ask(|grant| StaffAsk::Sales { grant });
    }

    /// Takes what was answered, and the grant is fresh again; or says why there is nothing.
    fn answered<T>(&self, said: Result<T, No>, take: impl FnOnce(&mut State, T)) {
        match said {
            Ok(said) => {
                let mut state = self.state.borrow_mut();
                if let Some(grant) = &mut state.grant {
                    grant.left = grant.lasts;
                    state.trouble = None;
                    take(&mut state, said);
                }
            }
            Err(no) => self.refused(no),
        }
    }

    fn refused(&self, no: No) {
        if no.trouble == StaffTrouble::SignedOut {
            self.sign_out(StaffPage::Keypad);
        }
        let mut state = self.state.borrow_mut();
        state.done = StaffDone::None;
        if state.page != StaffPage::Closed {
            state.trouble = Some(no);
        }
    }

    /// What is left to send back of the chosen payment, and what of it was typed: none typed is all of it.
    fn amount(state: &State) -> (i64, i64) {
        let left = state.chosen.as_ref().map_or(0, |sale| sale.total.saturating_sub(sale.returned));
        (left, state.typed.parse().unwrap_or(0))
    }

    fn show(&self) {
        let Some(screen) = self.screen.upgrade() else { return };
        let state = self.state.borrow();
        let adapter = screen.global::<StaffAdapter<'_>>();
        adapter.set_page(state.page);
        adapter.set_typed(i32::try_from(state.typed.len()).unwrap_or(0));
        adapter.set_busy(state.busy);
        adapter.set_trouble(state.trouble.as_ref().map_or(StaffTrouble::None, |no| no.trouble));
        let words = state.trouble.as_ref().map_or("", |no| &no.words);
        adapter.set_trouble_words(api::words::half(words, self.chinese.get()).into());
        adapter.set_done(state.done);
        let grant = state.grant.as_ref();
        adapter.set_who(grant.map_or("", |grant| &grant.who).into());
        adapter.set_grant_left(grant.map_or(0, |grant| i32::try_from(grant.left).unwrap_or(i32::MAX)));
        adapter.set_grant_part(grant.map_or(0.0, |grant| grant.left as f32 / grant.lasts.max(1) as f32));
        adapter.set_reason(state.reason.map_or(-1, |reason| i32::try_from(reason).unwrap_or(-1)));
        let (_, typed) = Self::amount(&state);
        let part = if typed > 0 { price::show(typed, &state.currency) } else { String::new() };
        adapter.set_amount(part.into());
        self.show_rows(&state, &adapter);
    }
}

fn plain(trouble: StaffTrouble) -> No {
    No { trouble, words: String::new() }
}

/// Milliseconds since 1970 UTC.
pub fn now_ms() -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}
