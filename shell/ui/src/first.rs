//! A unit's first start: language, time zone, network, enrolment, each kept as it is settled and each left out where
//! somebody wants to teach first. What a power cut interrupts goes on where it was.

use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Duration;

use api::admin::{Enrolled, FirstStep, Link, LinkKind};
use api::shell::Element;
use display::FromDisplay;
use jiff::Timestamp;
use screens::{FirstAdapter, FirstPage, FirstSurface, FirstTrouble};
use slint::{ComponentHandle, PlatformError, Timer, TimerMode};

use crate::assets::Assets;
use crate::bridge::{Asker, FromUi, Hidden, Refused, SetupAsk, SetupSaid};
use crate::class::calendar;
use crate::files::{Answer, Files, Wish};
use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};

mod eye;
mod found;
pub mod look;
mod network;
mod rows;
mod touched;
mod typing;
pub mod zones;

use eye::Eye;
use found::Enrolments;
use network::Networks;
use typing::Typing;

/// How often cable, networks and sticks are looked at again while their page is shown.
const AGAIN: Duration = Duration::from_millis(1500);

/// Where enrolments come from.
pub struct Places {
    /// What is plugged in appears below these.
    pub folders: Vec<PathBuf>,
    /// Cameras may be opened.
    pub cameras: bool,
}

/// What a first start tells the rest of the shell.
pub struct Told {
    /// A language was chosen: `zh` or `en`.
    pub language: Box<dyn Fn(&str)>,
    /// The screen is closed; true where the first start is over.
    pub closed: Box<dyn Fn(bool)>,
}

#[derive(Default)]
struct State {
    page: FirstPage,
    /// What comes next, as the service keeps it; none before it has told.
    step: FirstStep,
    serial: String,
    /// Somebody wants to teach first.
    later: bool,
    trouble: FirstTrouble,
    detail: String,
    zone: String,
    region: i32,
    searching: bool,
    typing: Typing,
    networks: Networks,
    enrolments: Enrolments,
    enrolled: Enrolled,
}

/// The controller.
pub struct First {
    easel: Rc<Easel>,
    layout: Layout,
    assets: Rc<Assets>,
    asker: Asker,
    folders: Vec<PathBuf>,
    eye: Eye,
    told: Told,
    chinese: std::cell::Cell<bool>,
    surface: RefCell<Option<Surface<FirstSurface>>>,
    /// Reads sticks while the screen is open.
    files: RefCell<Option<Files>>,
    state: RefCell<State>,
    beat: Timer,
}

impl First {
    /// Nothing is made before it is opened.
    pub fn new(
        easel: Rc<Easel>,
        layout: Layout,
        assets: Rc<Assets>,
        asker: Asker,
        places: Places,
        told: Told,
    ) -> Rc<Self> {
        Rc::new(Self {
            easel,
            layout,
            assets,
            asker,
            folders: places.folders,
            eye: Eye::new(places.cameras),
            told,
            chinese: std::cell::Cell::default(),
            surface: RefCell::default(),
            files: RefCell::default(),
            state: RefCell::default(),
            beat: Timer::default(),
        })
    }

    /// The unit has never been set up, and nobody has said that this can wait.
    pub fn is_due(&self) -> bool {
        let state = self.state.borrow();
        !state.later && !matches!(state.step, FirstStep::Unknown | FirstStep::Ended)
    }

    /// The unit can be set up and belongs to nobody yet.
    pub fn is_open_to_all(&self) -> bool {
        let state = self.state.borrow();
        state.step != FirstStep::Unknown && state.enrolled.school.is_empty()
    }

    /// Whether it is on the screen.
    pub fn is_shown(&self) -> bool {
        self.state.borrow().page != FirstPage::Closed
    }

    /// Opens it where it was left, or at its beginning where it was over.
    pub fn open(self: &Rc<Self>) {
        if self.is_shown() {
            return;
        }
        if let Err(error) = self.make() {
            tracing::error!(%error, "the first start could not be shown");
            return;
        }
        let files = Files::start(self.folders.clone(), tell_answer);
        match files {
            Ok(files) => *self.files.borrow_mut() = Some(files),
            Err(error) => tracing::error!(%error, "there is no thread for sticks"),
        }
        let step = self.state.borrow().step;
        self.turn(page_of(step));
        let first = Rc::downgrade(self);
        self.beat.start(TimerMode::Repeated, AGAIN, move || {
            first.upgrade().iter().for_each(|first| first.look());
        });
        if let Some(surface) = &*self.surface.borrow() {
            surface.place.raise();
            surface.set_visible(true);
        }
    }

    /// Everything on it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.surface.borrow().iter().for_each(|surface| surface.list(into));
    }

    /// The language has changed.
    pub fn speak(&self, chinese: bool) {
        self.chinese.set(chinese);
        self.show();
    }

    /// What was asked is answered, or the service tells how far the first start is.
    pub fn take(self: &Rc<Self>, said: SetupSaid) {
        match said {
            SetupSaid::Step(step, serial) => {
                let mut state = self.state.borrow_mut();
                (state.step, state.serial) = (step, serial);
            }
            SetupSaid::Enrolled(enrolled) => self.state.borrow_mut().enrolled = enrolled,
            SetupSaid::Looked { zone, links } => self.take_looked(zone, &links),
            SetupSaid::Networks(seen) => self.take_networks(seen),
            SetupSaid::Joined(outcome) => self.take_joined(outcome),
            SetupSaid::Zone(outcome) => match outcome {
                Ok(zone) => {
                    calendar::set_zone(&zone);
                    let mut state = self.state.borrow_mut();
                    (state.zone, state.trouble) = (zone, FirstTrouble::None);
                }
                Err(refused) => self.say(refused.trouble, refused.detail),
            },
            SetupSaid::Offer { ticket, agreed, offer } => self.take_offer(ticket, agreed, offer),
            SetupSaid::Kept(Ok(())) => {}
            SetupSaid::Kept(Err(refused)) => {
                tracing::warn!(?refused, "how far the first start is, is not kept")
            }
        }
        self.show();
    }

    fn take_looked(&self, zone: Result<String, Refused>, links: &[Link]) {
        let mut state = self.state.borrow_mut();
        match zone {
            // A unit that nobody has told where it stands keeps the world's time.
            Ok(zone) if zone != state.zone && zone != "UTC" && !zone.starts_with("Etc/") => {
                state.region = zones::region(&zone);
                state.zone = zone;
            }
            Err(refused) if state.page == FirstPage::Zone && state.trouble == FirstTrouble::None => {
                (state.trouble, state.detail) = (refused.trouble, refused.detail);
            }
            _ => {}
        }
        let wired = links.iter().filter(|link| LinkKind::from_wire(link.kind) == LinkKind::Wired);
        state.networks.cables = wired.cloned().collect();
        state.networks.online = links.iter().any(|link| link.up && !link.addresses.is_empty());
    }

    fn make(self: &Rc<Self>) -> Result<(), PlatformError> {
        if self.surface.borrow().is_some() {
            return Ok(());
        }
        let whole = self.layout.screen();
        let surface = self.easel.make("first", whole, Level::Passing, None, FirstSurface::new)?;
        if let Err(error) = look::dress(&surface.ui, &self.assets) {
            tracing::error!(%error, "an icon is missing");
        }
        self.connect(&surface.ui);
        *self.surface.borrow_mut() = Some(surface);
        Ok(())
    }

    /// Turns to a page and keeps that it was reached.
    fn turn(&self, page: FirstPage) {
        {
            let mut state = self.state.borrow_mut();
            state.page = page;
            state.typing = Typing::default();
            state.searching = false;
            state.networks.leave();
            (state.trouble, state.detail) = (FirstTrouble::None, String::new());
        }
        let step = step_of(page);
        let before = self.state.borrow().step;
        // Whoever goes back looks at what is settled; whoever looks again after the end begins nothing anew.
        if before != FirstStep::Ended && step > before {
            self.reach(step);
        }
        self.open_eye(page == FirstPage::Enrolment);
        self.look();
        self.show();
    }

    /// The camera is open while its page is shown, and at no other time.
    fn open_eye(&self, open: bool) {
        let tell = |text| crate::app::teller()(crate::bridge::ToUi::HeldUp(Hidden(text)));
        self.eye.set_open(open, &self.easel, tell);
    }

    /// What the display tells; anything but cameras is not for here.
    pub fn feel(&self, event: &FromDisplay) {
        if self.eye.feel(event, &self.easel) {
            self.show();
        }
    }

    fn reach(&self, step: FirstStep) {
        self.state.borrow_mut().step = step;
        self.ask(SetupAsk::Reach(step));
    }

    /// Looks at whatever may have changed under the page.
    fn look(&self) {
        let page = self.state.borrow().page;
        match page {
            FirstPage::Zone => self.ask(SetupAsk::Look),
            FirstPage::Network => {
                self.ask(SetupAsk::Look);
                let mut state = self.state.borrow_mut();
                if state.networks.wants() {
                    drop(state);
                    self.ask(SetupAsk::Networks);
                } else {
                    state.networks.waited();
                }
            }
            FirstPage::Enrolment if self.state.borrow().enrolments.wants() => {
                let asked = self.files.borrow().as_ref().is_some_and(|files| files.ask(Wish::Enrolments));
                tracing::trace!(asked, "sticks are looked at");
            }
            _ => {}
        }
    }

    fn close(&self, over: bool) {
        self.beat.stop();
        self.open_eye(false);
        *self.files.borrow_mut() = None;
        {
            let mut state = self.state.borrow_mut();
            state.page = FirstPage::Closed;
            state.later = true;
            state.enrolments = Enrolments::default();
            state.typing = Typing::default();
        }
        self.surface.borrow().iter().for_each(|surface| surface.set_visible(false));
        (self.told.closed)(over);
    }

    fn say(&self, trouble: FirstTrouble, detail: String) {
        let mut state = self.state.borrow_mut();
        (state.trouble, state.detail) = (trouble, detail);
    }

    fn ask(&self, ask: SetupAsk) {
        if !self.asker.ask(FromUi::Setup(ask)) {
            self.say(FirstTrouble::Away, String::new());
        }
    }

    fn show(&self) {
        if let Some(surface) = &*self.surface.borrow() {
            let adapter = surface.ui.global::<FirstAdapter<'_>>();
            let (has_camera, picture) = self.eye.seen();
            adapter.set_has_camera(has_camera);
            adapter.set_has_picture(picture.is_some());
            adapter.set_picture(picture.unwrap_or_default());
            self.state.borrow().show(&adapter, self.chinese.get(), Timestamp::now());
        }
    }
}

/// The thread for sticks answers to the screens' thread.
fn tell_answer(answer: Answer) {
    crate::app::teller()(crate::bridge::ToUi::Sticks(answer));
}

fn page_of(step: FirstStep) -> FirstPage {
    match step {
        FirstStep::TimeZone => FirstPage::Zone,
        FirstStep::Network => FirstPage::Network,
        FirstStep::Enrolment => FirstPage::Enrolment,
        FirstStep::Unknown | FirstStep::Language | FirstStep::Ended => FirstPage::Language,
    }
}

fn step_of(page: FirstPage) -> FirstStep {
    match page {
        FirstPage::Closed | FirstPage::Language => FirstStep::Language,
        FirstPage::Zone => FirstStep::TimeZone,
        FirstPage::Network => FirstStep::Network,
        FirstPage::Enrolment | FirstPage::Done => FirstStep::Enrolment,
    }
}
