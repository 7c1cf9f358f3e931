//! The service page, for whoever looks after the unit: opened by a hidden gesture and a PIN, over whatever screen stood
//! there. What it shows is gone when it is closed.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use api::devices::TestResult;
use api::shell::Element;
use display::{FromDisplay, ToDisplay};
use slint::{ComponentHandle, PlatformError, Timer, TimerMode};

use crate::bridge::{Asker, FromUi, Held, Hidden, Seen, Sensed, ServiceAsk, ServiceSaid};
use crate::layout::Layout;
use crate::settings::{Language, Role, Settings};
use crate::surface::{Easel, Level, Surface};
use screens::{ServiceAdapter, ServicePage, ServiceSurface, ServiceTrouble};

pub mod glass;
pub mod pin;
mod rows;

use glass::Glass;
use pin::{LockOut, PinHash};

/// Digits that are taken: a staff number and the longest PIN.
const TYPED_MAX: usize = 14;
/// Fewer are no PIN.
const TYPED_LEAST: usize = 6;
/// How often everything is looked at again while the page is open.
const AGAIN: Duration = Duration::from_secs(5);
/// How long a test of the room's camera or microphone goes on.
const SENSE_TEST: Duration = Duration::from_secs(15);
/// Rows of what is not the till's: its devices are numbered below.
const ROOM_CAMERA: u32 = 101;
const MICROPHONE: u32 = 102;
const VIDEO_INPUT: u32 = 103;

#[derive(Default)]
struct State {
    page: ServicePage,
    typed: String,
    busy: bool,
    trouble: ServiceTrouble,
    /// Somebody was let in; the till's grant, where that did it.
    grant: Option<Hidden>,
    seen: Seen,
    sensed: Sensed,
    held: Held,
    testing: Option<u32>,
    found: Vec<(u32, TestResult)>,
    glass: Glass,
    lock: LockOut,
}

/// The controller.
pub struct Service {
    easel: Rc<Easel>,
    layout: Layout,
    asker: Asker,
    has_till: bool,
    own: RefCell<Option<PinHash>>,
    language: Box<dyn Fn(&str)>,
    setup: Box<dyn Fn()>,
    speaks: std::cell::Cell<Language>,
    surface: RefCell<Option<Surface<ServiceSurface>>>,
    state: RefCell<State>,
    beat: Timer,
    sensing: Timer,
}

impl Service {
    /// Nothing is made before somebody opens it. `language` is called with the one that is chosen there,
    /// `setup` for the first start once more.
    pub fn new(
        settings: &Settings,
        easel: Rc<Easel>,
        layout: Layout,
        asker: Asker,
        language: impl Fn(&str) + 'static,
        setup: impl Fn() + 'static,
    ) -> Rc<Self> {
        Rc::new(Self {
            easel,
            layout,
            asker,
            has_till: settings.role != Role::Panel,
            own: RefCell::new(PinHash::parse(&settings.service_pin).ok()),
            language: Box::new(language),
            setup: Box::new(setup),
            speaks: std::cell::Cell::new(settings.language),
            surface: RefCell::default(),
            state: RefCell::default(),
            beat: Timer::default(),
            sensing: Timer::default(),
        })
    }

    /// The unit's own PIN came with its enrolment; the configuration's counts before it.
    pub fn set_pin(&self, line: &str) {
        let mut own = self.own.borrow_mut();
        if own.is_none() {
            *own = PinHash::parse(line).ok();
        }
    }

    /// Somebody knows the gesture.
    pub fn open(self: &Rc<Self>) {
        if let Err(error) = self.make() {
            tracing::error!(%error, "the service page could not be made");
            return;
        }
        {
            let mut state = self.state.borrow_mut();
            state.page = ServicePage::Keypad;
            if !self.has_till && self.own.borrow().is_none() {
                state.trouble = ServiceTrouble::NoPin;
            }
        }
        self.show();
        if let Some(surface) = &*self.surface.borrow() {
            surface.place.raise();
            surface.set_visible(true);
        }
    }

    /// Whether it is on the screen.
    pub fn is_shown(&self) -> bool {
        self.surface.borrow().as_ref().is_some_and(|surface| surface.place.is_visible())
    }

    /// It is closed: what was known is forgotten, what was switched on goes off.
    pub fn close(&self) {
        self.beat.stop();
        self.hold(Held::default());
        self.tell_display(false);
        let grant = {
            let mut state = self.state.borrow_mut();
            let fresh = State { lock: state.lock, sensed: state.sensed.clone(), ..State::default() };
            std::mem::replace(&mut *state, fresh).grant
        };
        if let Some(grant) = grant {
            self.ask(ServiceAsk::SignOut { grant });
        }
        self.surface.borrow().iter().for_each(|surface| surface.set_visible(false));
    }

    fn make(self: &Rc<Self>) -> Result<(), PlatformError> {
        if self.surface.borrow().is_some() {
            return Ok(());
        }
        let whole = self.layout.screen();
        let surface = self.easel.make("service", whole, Level::Passing, None, ServiceSurface::new)?;
        self.connect(&surface.ui);
        *self.surface.borrow_mut() = Some(surface);
        Ok(())
    }

    fn connect(self: &Rc<Self>, ui: &ServiceSurface) {
        let adapter = ui.global::<ServiceAdapter<'_>>();
        let with = |act: fn(&Rc<Self>)| {
            let service = Rc::downgrade(self);
            move || service.upgrade().iter().for_each(act)
        };
        adapter.on_leave(with(|service| service.close()));
        adapter.on_setup(with(|service| {
            service.close();
            (service.setup)();
        }));
        adapter.on_enter(with(|service| service.enter()));
        adapter.on_again(with(|service| service.look()));
        adapter.on_rub(with(|service| {
            service.state.borrow_mut().typed.pop();
            service.show();
        }));
        adapter.on_clear(with(|service| {
            service.state.borrow_mut().glass.clear();
            service.show();
        }));
        let service = Rc::downgrade(self);
        adapter.on_digit(move |digit| service.upgrade().iter().for_each(|service| service.digit(digit)));
        let service = Rc::downgrade(self);
        adapter.on_go(move |page| service.upgrade().iter().for_each(|service| service.go(page)));
        let service = Rc::downgrade(self);
        adapter.on_test(move |index| service.upgrade().iter().for_each(|service| service.test(index)));
        let service = Rc::downgrade(self);
        adapter.on_language(move |name| {
            service.upgrade().iter().for_each(|service| (service.language)(&name));
        });
    }

    fn digit(&self, digit: i32) {
        {
            let mut state = self.state.borrow_mut();
            state.trouble = ServiceTrouble::None;
            if let Some(digit) = u32::try_from(digit).ok().and_then(|digit| char::from_digit(digit, 10))
                && state.typed.len() < TYPED_MAX
            {
                state.typed.push(digit);
            }
        }
        self.show();
    }

    fn enter(&self) {
        let typed = {
            let mut state = self.state.borrow_mut();
            if state.busy || state.page != ServicePage::Keypad || state.typed.len() < TYPED_LEAST {
                return;
            }
            let typed = Hidden(std::mem::take(&mut state.typed));
            let open = state.lock.is_open(now_s());
            state.trouble = if open { ServiceTrouble::None } else { ServiceTrouble::LockedOut };
            open.then_some(typed)
        };
        if let Some(typed) = typed {
            self.ask(ServiceAsk::SignIn { typed, by_staff: self.has_till, own: self.own.borrow().clone() });
        }
        self.show();
    }

    fn go(&self, page: ServicePage) {
        {
            let mut state = self.state.borrow_mut();
            let inside = !matches!(state.page, ServicePage::Closed | ServicePage::Keypad);
            if !inside || matches!(page, ServicePage::Closed | ServicePage::Keypad) {
                return;
            }
            state.page = page;
            state.trouble = ServiceTrouble::None;
        }
        self.hold(Held::default());
        self.look();
        self.show();
    }

    fn look(&self) {
        self.ask(ServiceAsk::Look { till: self.has_till });
    }

    /// Tests the device in this row.
    fn test(self: &Rc<Self>, index: i32) {
        let device = {
            let state = self.state.borrow();
            let rows = state.rows();
            usize::try_from(index).ok().and_then(|at| rows.get(at).map(|row| row.device))
        };
        match device {
            None | Some(VIDEO_INPUT) => {}
            Some(ROOM_CAMERA) => self.sense(Held { camera: true, microphone: false }),
            Some(MICROPHONE) => self.sense(Held { camera: false, microphone: true }),
            Some(device) => {
                let grant = self.state.borrow().grant.clone();
                match grant {
                    Some(grant) => {
                        self.state.borrow_mut().testing = Some(device);
                        self.ask(ServiceAsk::Test { grant, device });
                    }
                    None => self.state.borrow_mut().trouble = ServiceTrouble::SignedOut,
                }
            }
        }
        self.show();
    }

    /// Switches one of the room's devices on for a while, to see that it works.
    fn sense(self: &Rc<Self>, held: Held) {
        self.hold(held);
        let service = Rc::downgrade(self);
        self.sensing.start(TimerMode::SingleShot, SENSE_TEST, move || {
            service.upgrade().iter().for_each(|service| {
                service.hold(Held::default());
                service.show();
            });
        });
    }

    fn hold(&self, held: Held) {
        let before = std::mem::replace(&mut self.state.borrow_mut().held, held);
        if before != held && !self.asker.ask(FromUi::Hold(held)) {
            tracing::warn!("camera and microphone are not reached");
        }
    }

    fn ask(&self, ask: ServiceAsk) {
        let waits = matches!(ask, ServiceAsk::SignIn { .. } | ServiceAsk::Test { .. });
        let asked = self.asker.ask(FromUi::Service(ask));
        let mut state = self.state.borrow_mut();
        if waits {
            state.busy = asked;
            if !asked {
                state.trouble = ServiceTrouble::Silent;
            }
        }
    }

    /// What was asked is answered.
    pub fn take(self: &Rc<Self>, said: ServiceSaid) {
        match said {
            ServiceSaid::Nothing => return,
            ServiceSaid::SignedIn(outcome) => self.signed_in(outcome),
            ServiceSaid::Seen(seen) => {
                let mut state = self.state.borrow_mut();
                state.seen = *seen;
                let away = state.seen.unit.is_none();
                match state.trouble {
                    ServiceTrouble::None if away => state.trouble = ServiceTrouble::AdminAway,
                    ServiceTrouble::AdminAway if !away => state.trouble = ServiceTrouble::None,
                    _ => {}
                }
            }
            ServiceSaid::Tested { device, found } => {
                let mut state = self.state.borrow_mut();
                (state.testing, state.busy) = (None, false);
                match found {
                    Ok(found) => {
                        state.found.retain(|(known, _)| *known != device);
                        state.found.push((device, found));
                    }
                    Err(trouble) => state.trouble = trouble,
                }
            }
        }
        self.show();
    }

    fn signed_in(self: &Rc<Self>, outcome: Result<Option<Hidden>, ServiceTrouble>) {
        {
            let mut state = self.state.borrow_mut();
            state.busy = false;
            match &outcome {
                Ok(_) => state.lock.tried(true, now_s()),
                Err(ServiceTrouble::WrongPin) => state.lock.tried(false, now_s()),
                Err(_) => {}
            }
            match outcome {
                // Whoever pressed Close meanwhile has gone.
                Ok(grant) if state.page != ServicePage::Keypad => {
                    drop(state);
                    return grant.into_iter().for_each(|grant| self.ask(ServiceAsk::SignOut { grant }));
                }
                Ok(grant) => {
                    state.grant = grant;
                    state.page = ServicePage::Touch;
                    state.trouble = ServiceTrouble::None;
                }
                Err(trouble) => {
                    state.trouble = trouble;
                    return;
                }
            }
        }
        self.tell_display(true);
        self.look();
        let service = Rc::downgrade(self);
        let again = move || service.upgrade().iter().for_each(|service| service.look());
        self.beat.start(TimerMode::Repeated, AGAIN, again);
    }

    /// Camera and microphone tell something.
    pub fn sensed(&self, sensed: &Sensed) {
        self.state.borrow_mut().sensed = sensed.clone();
        self.show();
    }

    /// What the panel felt; anything else is not for here.
    pub fn feel(&self, event: &FromDisplay) {
        if let FromDisplay::Felt { contacts, drawn_us } = event {
            self.state.borrow_mut().glass.feel(contacts, drawn_us);
            self.show_glass();
        }
    }

    /// The language changed.
    pub fn speak(&self, language: Language) {
        self.speaks.set(language);
        self.show();
    }

    /// Everything on it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.surface.borrow().iter().for_each(|surface| surface.list(into));
    }

    fn tell_display(&self, on: bool) {
        if let Err(error) = self.easel.display.send(ToDisplay::TellFelt(on)) {
            tracing::error!(%error, "the display does not listen");
        }
    }
}

/// Seconds since 1970.
fn now_s() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs()
}
