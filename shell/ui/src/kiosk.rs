//! The kiosk screen: what a person touches goes to the tray and the till, what the till tells goes to the screen.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use api::kiosk::{Device, Dish, Payment, PaymentState};
use slint::{ComponentHandle, Image, Model, ModelRc, SharedString, Timer, TimerMode, VecModel};

use crate::assets::Assets;
use crate::bridge::{Answer, Asker, FromUi};
use crate::code_picture;
use crate::kept::Keeper;
use crate::price;
use crate::screens::{BasketRow, CodeRow, DishRow, KioskAdapter, KioskScreen};
use crate::till_copy::{TillCopy, has_ended};

/// The screen's controller.
pub struct Kiosk {
    screen: KioskScreen,
    assets: Rc<Assets>,
    asker: Asker,
    keeper: Keeper,
    chinese: std::cell::Cell<bool>,
    till: RefCell<TillCopy>,
    dishes: Rc<VecModel<DishRow>>,
    lines: Rc<VecModel<BasketRow>>,
    codes: RefCell<Vec<(u32, String)>>,
    countdown: Timer,
}

impl Kiosk {
    /// Wires the screen.
    pub fn new(screen: KioskScreen, assets: Rc<Assets>, asker: Asker, keeper: Keeper) -> Rc<Self> {
        let kiosk = Rc::new(Self {
            screen,
            assets,
            asker,
            keeper,
            chinese: std::cell::Cell::new(true),
            till: RefCell::default(),
            dishes: Rc::default(),
            lines: Rc::default(),
            codes: RefCell::default(),
            countdown: Timer::default(),
        });
        kiosk.connect();
        kiosk.show();
        kiosk
    }

    /// The surface.
    pub fn screen(&self) -> &KioskScreen {
        &self.screen
    }

    fn connect(self: &Rc<Self>) {
        let adapter = self.screen.global::<KioskAdapter<'_>>();
        adapter.set_dishes(ModelRc::from(self.dishes.clone()));
        adapter.set_basket(ModelRc::from(self.lines.clone()));
        let with = |act: fn(&Rc<Self>)| {
            let kiosk = Rc::downgrade(self);
            move || {
                if let Some(kiosk) = kiosk.upgrade() {
                    act(&kiosk);
                }
            }
        };
        let with_dish = |act: fn(&mut TillCopy, &str)| {
            let kiosk = Rc::downgrade(self);
            move |sku: SharedString| {
                if let Some(kiosk) = kiosk.upgrade() {
                    kiosk.choose(|till| act(till, &sku));
                }
            }
        };
        adapter.on_more(with_dish(|till, sku| {
            till.basket.more(sku);
        }));
        adapter.on_less(with_dish(|till, sku| till.basket.less(sku)));
        adapter.on_empty(with(|kiosk| kiosk.choose(|till| till.basket.clear())));
        adapter.on_pay(with(|kiosk| kiosk.pay()));
        adapter.on_cancel(with(|kiosk| kiosk.cancel()));
        adapter.on_dismiss(with(|kiosk| kiosk.dismiss()));
    }

    fn choose(&self, act: impl FnOnce(&mut TillCopy)) {
        {
            let mut till = self.till.borrow_mut();
            if !till.is_choosing() {
                return;
            }
            till.refusal = None;
            till.not_kept = false;
            act(&mut till);
        }
        self.show();
    }

    fn pay(&self) {
        let order = {
            let till = self.till.borrow();
            if !till.is_choosing() || !till.here {
                return;
            }
            till.basket.order(&till.dishes).map(|(lines, total)| (lines, total, till.currency.clone()))
        };
        let Some((lines, total, currency)) = order else { return };
        match self.keeper.begin(total, &currency) {
            Ok(kept) => {
                let mut till = self.till.borrow_mut();
                till.refusal = None;
                till.not_kept = false;
                till.awaited = Some((kept.id.clone(), total));
                if !self.asker.ask(FromUi::Begin { id: kept.id, lines, total, currency }) {
                    till.awaited = None;
                    till.refusal = Some(Answer::Silent);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the payment id cannot be kept");
                self.till.borrow_mut().not_kept = true;
            }
        }
        self.show();
    }

    fn cancel(&self) {
        let id = {
            let till = self.till.borrow();
            till.awaited.as_ref().map_or_else(|| till.payment.id.clone(), |(id, _)| id.clone())
        };
        if !id.is_empty() && !self.asker.ask(FromUi::Cancel { id }) {
            self.till.borrow_mut().refusal = Some(Answer::Silent);
            self.show();
        }
    }

    fn dismiss(&self) {
        self.countdown.stop();
        let (id, ended) = {
            let till = self.till.borrow();
            (till.payment.id.clone(), has_ended(till.state()))
        };
        if !ended {
            return;
        }
        // The screen goes back at once; should the till say the payment is still there, it shows again.
        if self.asker.ask(FromUi::Dismiss { id }) {
            self.till.borrow_mut().payment = Payment::default();
        }
        self.show();
    }

    /// The till's menu came.
    pub fn take_menu(&self, currency: String, dishes: Vec<Dish>) {
        if self.till.borrow_mut().take_menu(currency, dishes) {
            self.till.borrow_mut().refusal = Some(Answer::DishGone);
        }
        if let Some(kept) = self.keeper.recall()
            && kept.id != self.till.borrow().payment.id
            && !self.asker.ask(FromUi::Lookup { id: kept.id })
        {
            tracing::warn!("the kept payment is looked up the next time");
        }
        self.show();
    }

    /// The till's payment changed.
    pub fn take_payment(self: &Rc<Self>, payment: Payment) {
        let id = payment.id.clone();
        let ended = {
            let mut till = self.till.borrow_mut();
            till.refusal = till.refusal.filter(|_| id.is_empty());
            till.take_payment(payment)
        };
        if ended {
            self.end(&id);
        }
        self.show();
    }

    /// A payment ended: forget it where it was ours, empty the tray where it was paid, and count down.
    fn end(self: &Rc<Self>, id: &str) {
        let ours = self.keeper.recall().is_some_and(|kept| kept.id == id);
        if ours {
            self.keeper.forget();
            let mut till = self.till.borrow_mut();
            if till.state() == PaymentState::Paid {
                till.basket.clear();
            }
        }
        let kiosk = Rc::downgrade(self);
        self.countdown.start(TimerMode::Repeated, Duration::from_secs(1), move || {
            if let Some(kiosk) = kiosk.upgrade() {
                kiosk.count_down();
            }
        });
    }

    fn count_down(&self) {
        let left = {
            let mut till = self.till.borrow_mut();
            till.seconds_left = till.seconds_left.saturating_sub(1);
            till.seconds_left
        };
        if left == 0 { self.dismiss() } else { self.show() }
    }

    /// The till's devices changed.
    pub fn take_devices(&self, devices: Vec<(u32, u32)>) {
        self.till.borrow_mut().take_devices(devices);
        self.show();
    }

    /// The till was locked or opened.
    pub fn take_standing(&self, standing: u32) {
        self.till.borrow_mut().take_standing(standing);
        self.show();
    }

    /// The till is gone.
    pub fn lose(&self) {
        self.till.borrow_mut().lose();
        self.show();
    }

    /// Whether the till is there and takes orders.
    pub fn is_open(&self) -> bool {
        let till = self.till.borrow();
        till.here && !till.locked()
    }

    /// The till answered to a request about a payment.
    pub fn take_answer(&self, id: &str, answer: Answer) {
        let reread = {
            let mut till = self.till.borrow_mut();
            let awaited = till.awaited.as_ref().is_some_and(|(awaited, _)| awaited == id);
            if answer == Answer::Taken {
                return;
            }
            if awaited {
                till.awaited = None;
                // A refused payment does not exist at the till; a silent one may, and is looked up when it is back.
                if answer != Answer::Silent {
                    self.keeper.forget();
                }
            }
            if awaited || till.payment.id == id {
                till.refusal = Some(answer);
            }
            matches!(answer, Answer::PriceChanged | Answer::DishGone)
        };
        if reread && !self.asker.ask(FromUi::ReadMenu) {
            tracing::warn!("the menu is read again later");
        }
        self.show();
    }

    /// What became of a payment that was kept over a restart. Open ones stay kept: the till follows them.
    pub fn take_looked(&self, id: &str, payment: Option<&Payment>) {
        let over = payment.is_none_or(|payment| has_ended(PaymentState::from_wire(payment.state)));
        if over && self.keeper.recall().is_some_and(|kept| kept.id == id) {
            self.keeper.forget();
        }
    }

    /// The language changed: dishes have names in both.
    pub fn speak(&self, chinese: bool) {
        self.chinese.set(chinese);
        self.show();
    }

    fn show(&self) {
        let till = self.till.borrow();
        let adapter = self.screen.global::<KioskAdapter<'_>>();
        adapter.set_chinese(self.chinese.get());
        adapter.set_till_here(till.here);
        adapter.set_till_locked(till.locked());
        bring_to(&self.dishes, till.dishes.iter().map(|dish| self.dish_row(&till, dish)));
        bring_to(&self.lines, self.basket_rows(&till));
        adapter.set_count(i32::try_from(till.basket.count()).unwrap_or(i32::MAX));
        let total = till.basket.order(&till.dishes).map_or(0, |(_, total)| total);
        adapter.set_total(price::show(total, &till.currency).into());
        adapter.set_stage(till.stage());
        adapter.set_amount(price::show(till.amount(), &till.currency).into());
        adapter.set_notice(till.notice());
        adapter.set_camera(till.device(Device::Camera));
        adapter.set_reader(till.device(Device::CardReader));
        adapter.set_paid_by(crate::till_copy::channel(till.payment.paid_by));
        adapter.set_pickup(i32::try_from(till.payment.pickup).unwrap_or(0));
        adapter.set_seconds_left(i32::try_from(till.seconds_left).unwrap_or(0));
        self.show_codes(&till, &adapter);
    }

    /// Codes are drawn again only when they change: a code must not flicker under a phone.
    fn show_codes(&self, till: &TillCopy, adapter: &KioskAdapter<'_>) {
        let wanted: Vec<(u32, String)> =
            if till.codes().is_empty() { Vec::new() } else { till.payment.codes.clone() };
        if *self.codes.borrow() == wanted {
            return;
        }
        adapter.set_codes(model(till.codes().into_iter().filter_map(|(channel, code)| {
            let picture = code_picture::draw(code);
            if picture.is_none() {
                tracing::warn!(len = code.len(), "a channel's code is too long to draw");
            }
            Some(CodeRow { channel, picture: picture? })
        })));
        self.codes.replace(wanted);
    }

    fn dish_row(&self, till: &TillCopy, dish: &Dish) -> DishRow {
        let (name, other_name) = self.names(dish);
        DishRow {
            sku: dish.sku.as_str().into(),
            name,
            other_name,
            price: price::show(dish.price, &till.currency).into(),
            picture: self.picture(&dish.picture),
            count: i32::try_from(till.basket.count_of(&dish.sku)).unwrap_or(i32::MAX),
        }
    }

    fn basket_rows<'a>(&'a self, till: &'a TillCopy) -> impl Iterator<Item = BasketRow> + 'a {
        let lines = till.basket.order(&till.dishes).map_or_else(Vec::new, |(lines, _)| lines);
        lines.into_iter().filter_map(move |line| {
            let dish = till.dishes.iter().find(|dish| dish.sku == line.sku)?;
            let sum = line.unit_price.checked_mul(line.quantity.into())?;
            Some(BasketRow {
                sku: line.sku.into(),
                name: self.names(dish).0,
                price: price::show(sum, &till.currency).into(),
                count: i32::try_from(line.quantity).unwrap_or(i32::MAX),
            })
        })
    }

    fn names(&self, dish: &Dish) -> (SharedString, SharedString) {
        let (zh, en) = (dish.name_zh.as_str().into(), dish.name_en.as_str().into());
        if self.chinese.get() { (zh, en) } else { (en, zh) }
    }

    fn picture(&self, name: &str) -> Image {
        self.assets.picture(name).unwrap_or_else(|error| {
            tracing::warn!(%error, "a dish has no picture");
            Image::default()
        })
    }
}

/// Makes a model hold these rows, touching only those that differ: a row that a finger is on stays the same row.
fn bring_to<T: Clone + PartialEq + 'static>(model: &VecModel<T>, rows: impl Iterator<Item = T>) {
    let mut count = 0;
    for row in rows {
        match model.row_data(count) {
            Some(there) if there == row => {}
            Some(_) => model.set_row_data(count, row),
            None => model.push(row),
        }
        count += 1;
    }
    while model.row_count() > count {
        model.remove(count);
    }
}

fn model<T: Clone + 'static>(rows: impl IntoIterator<Item = T>) -> ModelRc<T> {
    ModelRc::new(VecModel::from(rows.into_iter().collect::<Vec<T>>()))
}
