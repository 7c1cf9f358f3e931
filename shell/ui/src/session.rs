//! A board that is sold by time: the screen before it, the time that is left, and what is said near the end.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use api::sessions::{Session, SessionOffer};
use api::shell::Element;
use display::Area;
use serde::Deserialize;
use slint::{ComponentHandle, Model, PlatformError, Timer, TimerMode};

use crate::assets::Assets;
use crate::kept::TenantKeeper;
use crate::layout::Layout;
use crate::price;
use crate::rows::kept;
use crate::session_copy::{SessionCopy, Time};
use crate::settings::Language;
use crate::surface::{Easel, Level, Surface};
use screens::{SessionAdapter, SessionScreen, TimeBannerSurface, TimeChipSurface, TimeRow, TimeWarning};
use tenant::Tenancy;
pub use tenant::{Duty, Tenant};

mod tenant;

/// How often the seconds are counted anew.
const BEAT: Duration = Duration::from_millis(250);
/// In design units, as the screen's file has them.
const CHIP: (f32, f32) = (196.0, 64.0);
const BANNER: (f32, f32) = (1240.0, 132.0);
/// Its height where the screen is not so wide.
const BANNER_NARROW: f32 = 216.0;
const GAP: f32 = 14.0;

/// Whether this unit is sold by time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SessionSettings {
    /// The board is behind a start screen until a session is paid.
    pub locked: bool,
    /// The unit's room, as the till's offers name it; empty: whichever there is.
    pub room: String,
}

/// Somebody wants so many of something in a row.
pub type Buy = Box<dyn Fn(&SessionOffer, u32, &str)>;

/// What these screens ask of the others.
pub struct Wishes {
    /// Somebody wants time.
    pub buy: Buy,
    /// The board has to be locked or opened.
    pub turned: Box<dyn Fn()>,
    /// Somebody wants to take the board along.
    pub take_along: Box<dyn Fn()>,
}

/// The screens of time.
pub struct SessionScreens {
    locked: bool,
    assets: Rc<Assets>,
    copy: RefCell<SessionCopy>,
    tenancy: RefCell<Tenancy>,
    start: Surface<SessionScreen>,
    chip: Surface<TimeChipSurface>,
    banner: Surface<TimeBannerSurface>,
    chosen: RefCell<String>,
    count: Cell<u32>,
    chinese: Cell<bool>,
    /// The board is seen, and what is said of its time.
    on_board: Cell<bool>,
    /// What somebody has read and closed, by the payment that began the session.
    closed: RefCell<Option<(String, TimeWarning)>>,
    /// Somebody asked for the time.
    looks: Cell<bool>,
    was_locked: Cell<bool>,
    beat: Timer,
    wishes: Wishes,
}

impl SessionScreens {
    /// Hidden. `keeper` remembers whose the board is.
    pub fn new(
        easel: &Easel,
        layout: &Layout,
        assets: Rc<Assets>,
        settings: &SessionSettings,
        keeper: TenantKeeper,
        wishes: Wishes,
    ) -> Result<Rc<Self>, PlatformError> {
        let start = easel.make("session", layout.screen(), Level::Screen, None, SessionScreen::new)?;
        let chip = easel.make("time", corner(layout), Level::Standing, None, TimeChipSurface::new)?;
        let wide = BANNER.0.min(layout.screen().width as f32 / layout.unit() - 2.0 * GAP);
        let high = if wide < BANNER.0 { BANNER_NARROW } else { BANNER.1 };
        let place = layout.above_dock((wide, high), layout.dock());
        let banner = easel.make("time-over", place, Level::Message, None, TimeBannerSurface::new)?;
        let session = Rc::new(Self {
            locked: settings.locked,
            assets,
            copy: RefCell::new(SessionCopy::new(&settings.room)),
            tenancy: RefCell::new(Tenancy::new(keeper)),
            start,
            chip,
            banner,
            chosen: RefCell::default(),
            count: Cell::new(1),
            chinese: Cell::new(true),
            on_board: Cell::default(),
            closed: RefCell::default(),
            looks: Cell::default(),
            was_locked: Cell::new(settings.locked),
            beat: Timer::default(),
            wishes,
        });
        session.connect();
        session.show();
        Ok(session)
    }

    fn connect(self: &Rc<Self>) {
        let with = |act: fn(&Self)| {
            let weak = Rc::downgrade(self);
            move || {
                if let Some(session) = weak.upgrade() {
                    act(&session);
                    session.show();
                }
            }
        };
        let start = self.start.ui.global::<SessionAdapter<'_>>();
        start.on_more(with(|session| session.count.set(session.count.get() + 1)));
        start.on_less(with(|session| session.count.set(session.count.get().saturating_sub(1))));
        start.on_pay(with(Self::pay));
        let weak = Rc::downgrade(self);
        start.on_choose(move |id| {
            if let Some(session) = weak.upgrade() {
                session.chosen.replace(id.into());
                session.count.set(1);
                session.set_refused(false);
                session.show();
            }
        });
        self.chip.ui.global::<SessionAdapter<'_>>().on_look(with(|session| {
            session.looks.set(!session.looks.get());
            session.closed.take();
        }));
        let banner = self.banner.ui.global::<SessionAdapter<'_>>();
        banner.on_extend(with(Self::extend));
        banner.on_take_along(with(|session| (session.wishes.take_along)()));
        banner.on_close(with(|session| {
            session.looks.set(false);
            let time = session.copy.borrow().now(Instant::now());
            session.closed.replace(time.map(|time| (time.first, time.warning)));
        }));
        let weak = Rc::downgrade(self);
        self.beat.start(TimerMode::Repeated, BEAT, move || {
            weak.upgrade().iter().for_each(|session| session.count_down());
        });
    }

    /// Whoever wants to change the language of the start screen.
    pub fn on_language(&self, speak: impl Fn(slint::SharedString) + 'static) {
        self.start.ui.global::<SessionAdapter<'_>>().on_language(speak);
    }

    /// Whether this room is sold by time: then its people are strangers to each other, and none sees another's boards.
    pub fn sells(&self) -> bool {
        self.locked
    }

    /// Whether the board is nobody's now, and is sold.
    pub fn locks(&self) -> bool {
        let theirs = |time: Time| self.tenancy.borrow().opens_to(&time.first);
        self.locked && !self.copy.borrow().now(Instant::now()).is_some_and(theirs)
    }

    /// What is to be done about the board, by what the till shows while it is there; and the room to ask about.
    pub fn board_duty(&self) -> (Duty, String) {
        let copy = self.copy.borrow();
        let duty = match copy.shown().filter(|_| self.locked) {
            Some(first) => self.tenancy.borrow_mut().shown(first),
            None => Duty::Nothing,
        };
        (duty, copy.room().to_owned())
    }

    /// The till's certain word of whose the room is, empty where it is nobody's; `None`: it could not say.
    pub fn take_whose(&self, first: Option<&str>) -> Duty {
        self.tenancy.borrow_mut().certain(first)
    }

    /// A board was ended for good.
    pub fn board_is_wiped(&self) {
        self.tenancy.borrow_mut().wiped();
    }

    /// What the till sells by time.
    pub fn take_offers(&self, currency: String, offers: Vec<SessionOffer>) {
        self.copy.borrow_mut().take_offers(currency, offers);
        self.show();
    }

    /// The sessions that run.
    pub fn take_current(&self, sessions: Vec<Session>) {
        self.copy.borrow_mut().take_current(sessions, Instant::now());
        self.show();
    }

    /// How the till is; away, it tells nothing of sessions either.
    pub fn set_till(&self, here: bool, locked: bool) {
        self.copy.borrow_mut().set_here(here);
        let start = self.start.ui.global::<SessionAdapter<'_>>();
        start.set_till_here(here);
        start.set_till_locked(locked);
    }

    /// The till did not take an order.
    pub fn set_refused(&self, refused: bool) {
        self.start.ui.global::<SessionAdapter<'_>>().set_refused(refused);
    }

    /// Shows the screen before the board, or hides it.
    pub fn set_start(&self, visible: bool) {
        if !visible {
            self.begin_anew();
        }
        self.show();
        self.start.set_visible(visible);
    }

    /// Somebody else comes: nothing of what the one before wanted is left.
    pub fn begin_anew(&self) {
        self.count.set(1);
        self.set_refused(false);
        self.show();
    }

    /// What time in this room is sold for.
    pub fn offered(&self) -> Vec<TimeRow> {
        self.start.ui.global::<SessionAdapter<'_>>().get_offers().iter().collect()
    }

    /// The board is seen, or not.
    pub fn set_on_board(&self, on_board: bool) {
        self.on_board.set(on_board);
        self.show_time();
    }

    /// The language changed: offers have names in both.
    pub fn speak(&self, language: Language) {
        self.chinese.set(language == Language::Zh);
        self.show();
    }

    /// Everything on them that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.start.list(into);
        self.chip.list(into);
        self.banner.list(into);
    }

    fn pay(&self) {
        let copy = self.copy.borrow();
        if let Some(offer) = copy.offers().iter().find(|offer| offer.id == *self.chosen.borrow()) {
            (self.wishes.buy)(offer, self.count.get(), &copy.currency);
        }
    }

    fn extend(&self) {
        let copy = self.copy.borrow();
        if let Some(offer) = copy.more() {
            (self.wishes.buy)(offer, 1, &copy.currency);
        }
    }

    fn count_down(&self) {
        self.show_time();
        let locks = self.locks();
        if self.was_locked.replace(locks) != locks {
            (self.wishes.turned)();
        }
    }

    fn show(&self) {
        {
            let copy = self.copy.borrow();
            let mut chosen = self.chosen.borrow_mut();
            if !copy.offers().iter().any(|offer| offer.id == *chosen) {
                *chosen = copy.offers().first().map(|offer| offer.id.clone()).unwrap_or_default();
            }
            let offer = copy.offers().iter().find(|offer| offer.id == *chosen);
            let most = offer.map_or(1, |offer| offer.in_a_row.max(1));
            self.count.set(self.count.get().clamp(1, most));
            let total = offer.map_or(0, |offer| offer.price.saturating_mul(self.count.get().into()));
            let start = self.start.ui.global::<SessionAdapter<'_>>();
            start.set_chinese(self.chinese.get());
            start.set_room(copy.room().into());
            start.set_chosen(chosen.as_str().into());
            start.set_count(number(self.count.get().into()));
            start.set_most(number(most.into()));
            start.set_total(price::show(total, &copy.currency).into());
            let rows: Vec<TimeRow> =
                copy.offers().iter().map(|offer| self.row(offer, &copy.currency)).collect();
            start.set_offers(kept(start.get_offers(), rows));
        }
        self.show_time();
    }

    fn row(&self, offer: &SessionOffer, currency: &str) -> TimeRow {
        let (name, other) = if self.chinese.get() {
            (&offer.name_zh, &offer.name_en)
        } else {
            (&offer.name_en, &offer.name_zh)
        };
        let picture = if offer.picture.is_empty() { None } else { self.assets.picture(&offer.picture).ok() };
        let (minutes, seconds) = length(offer);
        TimeRow {
            id: offer.id.as_str().into(),
            name: name.as_str().into(),
            other_name: other.as_str().into(),
            minutes,
            seconds,
            price: price::show(offer.price, currency).into(),
            has_picture: picture.is_some(),
            picture: picture.unwrap_or_default(),
        }
    }

    fn show_time(&self) {
        let copy = self.copy.borrow();
        let time = copy.now(Instant::now()).filter(|_| self.on_board.get());
        self.chip.set_visible(time.is_some());
        let said = time.as_ref().is_some_and(|time| self.says(time));
        self.banner.set_visible(said);
        let Some(time) = time else { return };
        let more = copy.more();
        for adapter in
            [self.chip.ui.global::<SessionAdapter<'_>>(), self.banner.ui.global::<SessionAdapter<'_>>()]
        {
            adapter.set_left(number(time.left.as_millis().div_ceil(1000)));
            adapter.set_of(number(time.grace.as_secs().into()));
            adapter.set_warning(time.warning);
            adapter.set_can_extend(more.is_some());
            if let Some(offer) = more {
                let (minutes, seconds) = length(offer);
                adapter.set_more_minutes(minutes);
                adapter.set_more_seconds(seconds);
                adapter.set_more_price(price::show(offer.price, &copy.currency).into());
            }
        }
    }

    /// Whether the banner is shown: near the end, once each time it gets more urgent, and for who asks.
    fn says(&self, time: &Time) -> bool {
        let read = self.closed.borrow().as_ref() == Some(&(time.first.clone(), time.warning));
        match time.warning {
            TimeWarning::Grace => true,
            TimeWarning::None => self.looks.get(),
            TimeWarning::Soon | TimeWarning::Last => !read,
        }
    }
}

fn length(offer: &SessionOffer) -> (i32, i32) {
    let seconds = offer.length_ms / 1000;
    (number((seconds / 60).into()), number((seconds % 60).into()))
}

fn number(many: u128) -> i32 {
    i32::try_from(many).unwrap_or(i32::MAX)
}

/// The upper right corner: it is read from far, and a hand seldom needs it.
fn corner(layout: &Layout) -> Area {
    let (width, height, gap) = (layout.px(CHIP.0), layout.px(CHIP.1), layout.px(GAP));
    Area::new(layout.screen().width - width - gap, gap, width, height)
}
