//! The kiosk screen: what a person touches goes to the tray and the till, what the till tells goes to the screen.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::kiosk::{Device, Payment, PaymentState};
use slint::{ComponentHandle, Image, ModelRc, Rgb8Pixel, SharedPixelBuffer, Timer, TimerMode, VecModel};

use crate::assets::Assets;
use crate::bridge::{Answer, Asker, FromUi, Sight, StaffSaid};
use crate::code_picture;
use crate::kept::Keeper;
use crate::price;
use crate::rows::{bring, model};
use crate::sound::{Outcome, Sound, Speaker};
use crate::staff::{self, Staff};
use crate::till_copy::{Menu, TillCopy, has_ended};
use screens::{BasketRow, CategoryRow, CodeRow, DishRow, KioskAdapter, KioskScreen};

mod after;
mod counter;
mod guest;
mod offers;
mod presence;
mod rows;
mod time;
mod told;
mod touched;

use after::After;
use counter::Counter;
pub use guest::GuestWish;
use offers::Offers;
use presence::Presence;
use rows::{Rows, bring_dishes, number};

/// The screen's beat: seconds are shown.
const BEAT: Duration = Duration::from_secs(1);

/// The screen's controller.
pub struct Kiosk {
    screen: KioskScreen,
    assets: Rc<Assets>,
    asker: Asker,
    keeper: Keeper,
    chinese: Cell<bool>,
    guest: guest::Guest,
    /// A design unit in pixels, before it is made larger.
    unit: f32,
    larger: Cell<bool>,
    lower: Cell<bool>,
    shown: Cell<bool>,
    till: RefCell<TillCopy>,
    categories: Rc<VecModel<CategoryRow>>,
    dishes: Rc<VecModel<DishRow>>,
    lines: Rc<VecModel<BasketRow>>,
    codes: RefCell<Vec<(u32, String)>>,
    presence: Cell<Presence>,
    speaker: Speaker,
    beat: Timer,
    staff: Rc<Staff>,
    after: RefCell<After>,
    offers: RefCell<Offers>,
    /// Time in a room is being bought, not food.
    for_time: Cell<bool>,
    counter: RefCell<Counter>,
}

impl Kiosk {
    /// Wires the screen.
    pub fn new(screen: KioskScreen, assets: Rc<Assets>, asker: Asker, keeper: Keeper) -> Rc<Self> {
        if let Err(error) = crate::kiosk_look::dress(&screen, &assets) {
            tracing::error!(%error, "the kiosk's pictures are not all there");
        }
        let unit = screen.global::<screens::Theme<'_>>().get_u();
        let staff = Staff::new(&screen, asker.clone(), keeper.refunds(), staff::now_ms);
        let kiosk = Rc::new(Self {
            screen,
            assets,
            asker,
            keeper,
            chinese: Cell::new(true),
            guest: guest::Guest::default(),
            unit,
            larger: Cell::default(),
            lower: Cell::default(),
            shown: Cell::default(),
            till: RefCell::default(),
            categories: Rc::default(),
            dishes: Rc::default(),
            lines: Rc::default(),
            codes: RefCell::default(),
            presence: Cell::default(),
            speaker: Speaker::start(),
            beat: Timer::default(),
            staff,
            after: RefCell::default(),
            offers: RefCell::default(),
            for_time: Cell::default(),
            counter: RefCell::default(),
        });
        let adapter = kiosk.screen.global::<KioskAdapter<'_>>();
        adapter.set_categories(ModelRc::from(kiosk.categories.clone()));
        adapter.set_dishes(ModelRc::from(kiosk.dishes.clone()));
        adapter.set_basket(ModelRc::from(kiosk.lines.clone()));
        kiosk.connect();
        kiosk.connect_offers();
        kiosk.connect_counter();
        kiosk.connect_guest();
        let ticking = Rc::downgrade(&kiosk);
        kiosk.beat.start(TimerMode::Repeated, BEAT, move || {
            if let Some(kiosk) = ticking.upgrade() {
                kiosk.tick();
            }
        });
        kiosk.show();
        kiosk
    }

    /// The surface.
    pub fn screen(&self) -> &KioskScreen {
        &self.screen
    }

    /// The screen is shown, or hidden. What somebody left on it is asked about before the next person finds it.
    pub fn set_shown(&self, shown: bool) {
        let left = self.till.borrow().is_choosing() && self.till.borrow().basket.count() > 0;
        if shown && !self.shown.replace(shown) && left {
            let mut presence = self.presence.get();
            presence.ask();
            self.presence.set(presence);
            self.show();
        }
        self.shown.set(shown);
        self.want();
    }

    /// The till's menu came.
    pub fn take_menu(&self, menu: Menu) {
        self.staff.take_menu(&menu.dishes, &menu.currency);
        let gone = menu.labels.iter().filter(|label| label.sold_out).map(|label| label.sku.clone());
        let pictures = menu.dishes.iter().map(|dish| self.assets.picture(&dish.picture).ok());
        self.staff.take_sold_out(gone.collect(), pictures.collect());
        if self.till.borrow_mut().take_menu(menu) {
            self.till.borrow_mut().refusal = Some(Answer::DishGone);
        }
        if let Some(kept) = self.keeper.recall()
            && kept.id != self.till.borrow().payment.id
            && !self.asker.ask(FromUi::Lookup { id: kept.id })
        {
            tracing::warn!("the kept payment is looked up the next time");
        }
        self.want();
        self.show();
    }

    /// The till's payment changed.
    pub fn take_payment(&self, payment: Payment) {
        let id = payment.id.clone();
        let (ended, outcome) = {
            let mut till = self.till.borrow_mut();
            let before = Outcome::of(till.stage(), till.notice());
            till.refusal = till.refusal.filter(|_| id.is_empty());
            let ended = till.take_payment(payment);
            let after = Outcome::of(till.stage(), till.notice());
            (ended, after.filter(|_| after != before))
        };
        if let Some(outcome) = outcome.filter(|_| self.shown.get()) {
            self.speaker.play(Sound::Till(outcome));
        }
        if ended {
            self.end(&id);
        }
        self.show_after();
        self.show();
    }

    /// A payment ended: forget it where it was ours, and empty the tray where it was paid.
    fn end(&self, id: &str) {
        if self.keeper.recall().is_some_and(|kept| kept.id == id) {
            self.keeper.forget();
            let mut till = self.till.borrow_mut();
            if till.state() == PaymentState::Paid && !self.for_time.get() {
                till.basket.clear();
                till.refusal = None;
                drop(till);
                self.forget_offers();
            }
        }
    }

    /// The till answered to staff.
    pub fn take_staff(&self, said: StaffSaid) {
        self.staff.take(said);
    }

    /// How long the payment on the screen waits.
    pub fn take_waits(&self, waits: (u64, u64)) {
        self.till.borrow_mut().waits = waits;
        self.show();
    }

    /// What the till's camera sees, shown as a mirror would.
    pub fn take_sight(&self, sight: Option<&Sight>) {
        let adapter = self.screen.global::<KioskAdapter<'_>>();
        adapter.set_has_sight(sight.is_some());
        adapter.set_sight(sight.map(mirrored).unwrap_or_default());
    }

    /// The till's devices changed.
    pub fn take_devices(&self, devices: Vec<(u32, u32)>) {
        self.till.borrow_mut().take_devices(devices);
        self.show_after();
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
        self.want_anew();
        self.take_sight(None);
        self.show();
    }

    /// Whether the till is there and takes orders.
    pub fn is_open(&self) -> bool {
        let till = self.till.borrow();
        till.here && !till.locked()
    }

    /// Whether the till is on the bus.
    pub fn is_here(&self) -> bool {
        self.till.borrow().here
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
        self.staff.speak(chinese);
        self.touched();
        self.show();
    }

    fn show(&self) {
        let till = self.till.borrow();
        let adapter = self.screen.global::<KioskAdapter<'_>>();
        adapter.set_chinese(self.chinese.get());
        adapter.set_till_here(till.here);
        adapter.set_till_locked(till.locked());
        let rows = Rows { till: &till, assets: &self.assets, chinese: self.chinese.get() };
        bring(&self.categories, rows.categories(), CategoryRow::eq);
        bring_dishes(&self.dishes, rows.dishes());
        bring(&self.lines, rows.basket(), BasketRow::eq);
        adapter.set_category(i32::try_from(till.category).unwrap_or(0));
        adapter.set_count(number(till.basket.count()));
        let gross = till.basket.order(&till.dishes).map_or(0, |(_, total)| total);
        let total = self.offers.borrow().total().unwrap_or(gross);
        self.show_offers(gross, &till.currency);
        adapter.set_total(price::show(total, &till.currency).into());
        adapter.set_stage(till.stage());
        adapter.set_amount(price::show(till.amount(), &till.currency).into());
        adapter.set_notice(till.notice());
        adapter.set_camera(till.device(Device::Camera));
        adapter.set_reader(till.device(Device::CardReader));
        adapter.set_prints(till.device(Device::Printer) == screens::DeviceView::Ready);
        adapter.set_paid_by(crate::till_copy::channel(till.payment.paid_by));
        adapter.set_for_time(self.for_time.get());
        // Nobody is called to a room.
        adapter.set_pickup(if self.for_time.get() { 0 } else { number(till.payment.pickup) });
        adapter.set_seconds_left(number(till.seconds_left));
        adapter.set_large(self.larger.get());
        adapter.set_low(self.lower.get());
        adapter.set_reads(self.guest.reads());
        let left = self.presence.get().left();
        adapter.set_asks_presence(left.is_some());
        adapter.set_presence_left(number(left.unwrap_or(0)));
        self.show_codes(&till, &adapter);
        show_time(&till, &adapter);
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
}

/// How long the codes are good.
fn show_time(till: &TillCopy, adapter: &KioskAdapter<'_>) {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let (seconds, part) = till.good_for(u64::try_from(now.as_millis()).unwrap_or(u64::MAX));
    adapter.set_good_for(number(seconds));
    adapter.set_good_part(part);
}

/// A grey picture as the person before the camera would see it in a mirror.
fn mirrored(sight: &Sight) -> Image {
    let height = u32::try_from(sight.gray.len()).unwrap_or(0).checked_div(sight.width).unwrap_or(0);
    let mut pixels = SharedPixelBuffer::<Rgb8Pixel>::new(sight.width, height);
    let rows = sight.gray.chunks_exact(usize::try_from(sight.width).unwrap_or(1).max(1));
    let mirror = rows.flat_map(|row| row.iter().rev());
    for (pixel, &gray) in pixels.make_mut_slice().iter_mut().zip(mirror) {
        *pixel = Rgb8Pixel { r: gray, g: gray, b: gray };
    }
    Image::from_rgb8(pixels)
}
