//! What is shown while nobody is there: at a panel the time, today's lessons and the school's pictures, at a kiosk
//! today's dishes and the pictures between them. It comes only when nobody has touched anything for a good while and
//! nothing is going on, and goes at the first touch.

mod picture;
mod rest;
pub mod rules;
mod slides;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use api::shell::Element;
use board::MediaId;
use display::FromDisplay;
use screens::{DishRow, LessonRow, SignageAdapter, SignageSurface, TimeRow};
use serde::Deserialize;
use slint::{ComponentHandle, Image, PlatformError, Timer, TimerMode};

use crate::layout::Layout;
use crate::rows::kept;
use crate::surface::{Easel, Level, Surface};
use rest::{Rest, Turn};
use slides::{Next, Slides};

/// How often it is looked whether somebody is there, and at the clock.
const BEAT: Duration = Duration::from_secs(1);
/// How long a picture or a dish is seen, and how long the next one takes to come.
const SLIDE: Duration = Duration::from_secs(20);
const COMES: Duration = Duration::from_millis(1_600);
/// A step of that: calm, and no frame of a 4K wall is missed by another.
const STEP: Duration = Duration::from_millis(80);
/// How often the words move, so that nothing burns in.
const DRIFT: Duration = Duration::from_secs(60);
/// Where the words go, one place after the other, in parts of the room there is.
const PLACES: [(f32, f32); 6] = [(0.0, 0.0), (0.5, 0.1), (1.0, 0.0), (0.9, 0.45), (0.4, 0.5), (0.05, 0.4)];

/// When and what a unit shows while nobody is there.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SignageSettings {
    /// After so many seconds without a touch; 0: never.
    pub after_seconds: u32,
    /// The same of a board that is open: a class looks at it for long without a touch.
    pub board_after_seconds: u32,
    /// The school's pictures; a folder `signage` on a stick is shown as well.
    pub pictures: PathBuf,
}

impl Default for SignageSettings {
    fn default() -> Self {
        Self { after_seconds: 600, board_after_seconds: 2_700, pictures: "/var/lib/dais/signage".into() }
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Time and lessons.
    Panel,
    /// The same over a board.
    Board,
    /// Dishes.
    Kiosk,
    /// Time in a room that is sold, before whoever pays it.
    Locked,
}

/// What it shows in words.
pub struct Day {
    /// Hours and minutes.
    pub time: String,
    /// The date in the chosen language, and in the other.
    pub dates: (String, String),
    /// Today's lessons.
    pub lessons: Vec<LessonRow>,
    /// Today's dishes.
    pub dishes: Vec<DishRow>,
    /// What time in this room is sold for.
    pub times: Vec<TimeRow>,
}

/// What it asks of the rest of the shell.
pub struct Parts {
    /// What may be shown now; nothing while something goes on.
    pub may: Box<dyn Fn() -> Option<Kind>>,
    /// What is told of today.
    pub day: Box<dyn Fn() -> Day>,
    /// Somebody is there.
    pub wake: Box<dyn Fn(Kind)>,
}

/// It, shown or not.
pub struct Signage {
    easel: Rc<Easel>,
    layout: Layout,
    parts: Parts,
    slides: RefCell<Slides>,
    rest: Cell<Rest>,
    surface: RefCell<Option<Surface<SignageSurface>>>,
    shows: Cell<Option<Kind>>,
    began: Cell<Instant>,
    slide: Cell<Instant>,
    turn: Cell<Turn>,
    /// A picture has been seen since it came.
    pictured: Cell<bool>,
    /// Videos that play on the board: they are watched without a touch.
    films: RefCell<BTreeSet<MediaId>>,
    beat: Timer,
    fade: Timer,
}

impl Signage {
    /// Not shown; it looks by itself whether it is wanted.
    pub fn new(easel: Rc<Easel>, layout: Layout, settings: &SignageSettings, parts: Parts) -> Rc<Self> {
        let now = Instant::now();
        let rest = Rest::new(now, settings);
        let screen = layout.screen();
        let side = |px: i32| u32::try_from(px).unwrap_or(1);
        let size = (side(screen.width), side(screen.height));
        let signage = Rc::new(Self {
            easel,
            layout,
            parts,
            slides: RefCell::new(Slides::new(settings.pictures.clone(), size)),
            rest: Cell::new(rest),
            surface: RefCell::default(),
            shows: Cell::default(),
            began: Cell::new(now),
            slide: Cell::new(now),
            turn: Cell::new(Turn::Dish(0)),
            pictured: Cell::default(),
            films: RefCell::default(),
            beat: Timer::default(),
            fade: Timer::default(),
        });
        if rest.is_ever() {
            let weak = Rc::downgrade(&signage);
            signage.beat.start(TimerMode::Repeated, BEAT, move || {
                weak.upgrade().iter().for_each(|signage| signage.look(Instant::now()));
            });
        }
        signage
    }

    /// Somebody is there.
    pub fn touched(&self) {
        self.rest.set(self.rest.get().anew(Instant::now()));
        self.hide();
    }

    /// What the board tells: hands on it, and videos.
    pub fn heed(&self, event: &FromDisplay) {
        let mut films = self.films.borrow_mut();
        match event {
            FromDisplay::Film { file, plays: true, ended: false, .. } => films.insert(*file),
            FromDisplay::Film { file, .. }
            | FromDisplay::VideoHidden { file, .. }
            | FromDisplay::FilmTrouble { file, .. } => films.remove(file),
            _ => false,
        };
        drop(films);
        if tells_of_hands(event) {
            self.touched();
        }
    }

    /// Everything on it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.surface.borrow().iter().for_each(|surface| surface.list(into));
    }

    /// Something has happened: it goes where that must be seen.
    pub fn settle(&self) {
        if self.shows.get().is_some() && (self.parts.may)() != self.shows.get() {
            self.touched();
        }
    }

    /// Shows it, shows what comes next, or takes it away.
    fn look(self: &Rc<Self>, now: Instant) {
        let touched = self.easel.display.touched_at();
        if let Some(at) = touched.filter(|at| *at > self.rest.get().since) {
            self.rest.set(self.rest.get().anew(at));
        }
        let watched = !self.films.borrow().is_empty();
        let may = (self.parts.may)().filter(|kind| !watched || *kind != Kind::Board);
        if may.is_none() {
            // Whatever goes on, somebody is there for it.
            self.rest.set(self.rest.get().anew(now));
        }
        let wanted = may.filter(|kind| self.rest.get().is_long(*kind, now));
        if wanted != self.shows.get() {
            self.hide();
            if let Some(kind) = wanted
                && let Err(error) = self.show(kind, now)
            {
                tracing::error!(%error, "what is shown while nobody is there could not be made");
            }
        }
        if self.shows.get().is_some() {
            self.go_on(now);
        }
    }

    fn show(self: &Rc<Self>, kind: Kind, now: Instant) -> Result<(), PlatformError> {
        if self.surface.borrow().is_none() {
            let screen = self.layout.screen();
            let surface = self.easel.make("signage", screen, Level::Rest, None, SignageSurface::new)?;
            let weak = Rc::downgrade(self);
            surface.ui.global::<SignageAdapter<'_>>().on_touched(move || {
                let kind = weak.upgrade().and_then(|signage| signage.shows.get());
                // From the next turn of the loop: its own touch is calling.
                let weak = weak.clone();
                Timer::single_shot(Duration::ZERO, move || {
                    weak.upgrade().iter().for_each(|signage| signage.wake(kind));
                });
            });
            *self.surface.borrow_mut() = Some(surface);
        }
        self.shows.set(Some(kind));
        self.began.set(now);
        self.slide.set(now);
        self.turn.set(Turn::Dish(0));
        self.pictured.set(false);
        self.adapter(|adapter| {
            adapter.set_kiosk(kind == Kind::Kiosk);
            adapter.set_sold(kind == Kind::Locked);
            adapter.set_has_picture(false);
            adapter.set_shown(1.0);
        });
        self.go_on(now);
        self.surface.borrow().iter().for_each(|surface| {
            surface.place.raise();
            surface.set_visible(true);
        });
        Ok(())
    }

    fn adapter(&self, act: impl FnOnce(&SignageAdapter<'_>)) {
        if let Some(surface) = &*self.surface.borrow() {
            act(&surface.ui.global::<SignageAdapter<'_>>());
        }
    }

    fn hide(&self) {
        if self.shows.take().is_some() {
            self.fade.stop();
            self.slides.borrow_mut().end();
            self.surface.borrow().iter().for_each(|surface| surface.set_visible(false));
            self.adapter(|adapter| {
                adapter.set_has_picture(false);
                adapter.set_picture(Image::default());
                adapter.set_before(Image::default());
            });
        }
    }

    fn wake(&self, kind: Option<Kind>) {
        self.touched();
        if let Some(kind) = kind {
            (self.parts.wake)(kind);
        }
    }

    /// The time, another place for the words, and when it is its turn the next picture or dish.
    fn go_on(self: &Rc<Self>, now: Instant) {
        let day = (self.parts.day)();
        let place = now.saturating_duration_since(self.began.get()).as_secs() / DRIFT.as_secs();
        let (along, down) = usize::try_from(place).map_or(PLACES[0], |place| PLACES[place % PLACES.len()]);
        let dishes = day.dishes.len();
        self.adapter(|adapter| {
            adapter.set_time(day.time.into());
            adapter.set_date(day.dates.0.into());
            adapter.set_other_date(day.dates.1.into());
            adapter.set_lessons(kept(adapter.get_lessons(), day.lessons));
            adapter.set_dishes(kept(adapter.get_dishes(), day.dishes));
            adapter.set_times(kept(adapter.get_times(), day.times));
            adapter.set_along(along);
            adapter.set_down(down);
        });
        let due = now.saturating_duration_since(self.slide.get()) >= SLIDE;
        if self.shows.get() == Some(Kind::Kiosk) {
            if due {
                self.turn_on(dishes, now);
            }
        } else if due || !self.pictured.get() {
            self.next_picture(now);
        }
    }

    /// On a kiosk the next dish, or after all of them a picture, if one is ready.
    fn turn_on(self: &Rc<Self>, dishes: usize, now: Instant) {
        let [wanted, otherwise] = self.turn.get().after(dishes);
        let pictured = wanted == Turn::Picture && self.next_picture(now);
        let turn = if wanted == Turn::Picture && !pictured { otherwise } else { wanted };
        if let Turn::Dish(at) = turn {
            let same = turn == self.turn.get() && !self.has_picture();
            self.adapter(|adapter| {
                adapter.set_has_picture(false);
                adapter.set_dish(i32::try_from(at).unwrap_or(0));
            });
            if !same {
                self.slide.set(now);
                self.come();
            }
        }
        self.turn.set(turn);
    }

    fn has_picture(&self) -> bool {
        let mut has = false;
        self.adapter(|adapter| has = adapter.get_has_picture());
        has
    }

    /// The next picture, if one is ready; true where it was.
    fn next_picture(self: &Rc<Self>, now: Instant) -> bool {
        let has = self.has_picture();
        match self.slides.borrow_mut().next(now) {
            Next::Nothing => return false,
            Next::Wall => self.adapter(|adapter| adapter.set_has_picture(false)),
            Next::Picture(picture) => self.adapter(|adapter| {
                adapter.set_before(if has { adapter.get_picture() } else { Image::default() });
                adapter.set_picture(picture);
                adapter.set_has_picture(true);
            }),
        }
        self.pictured.set(true);
        self.slide.set(now);
        self.come();
        true
    }

    /// What is new comes slowly, or at once where nothing is to move.
    fn come(self: &Rc<Self>) {
        if !self.easel.look.moves() {
            return self.adapter(|adapter| adapter.set_shown(1.0));
        }
        let (began, weak) = (Instant::now(), Rc::downgrade(self));
        self.adapter(|adapter| adapter.set_shown(0.0));
        self.fade.start(TimerMode::Repeated, STEP, move || {
            let Some(signage) = weak.upgrade() else { return };
            let shown = (began.elapsed().as_secs_f32() / COMES.as_secs_f32()).min(1.0);
            signage.adapter(|adapter| adapter.set_shown(shown));
            if shown >= 1.0 {
                signage.fade.stop();
            }
        });
    }
}

/// Whether somebody has done something on the board.
fn tells_of_hands(event: &FromDisplay) -> bool {
    matches!(
        event,
        FromDisplay::Status { .. }
            | FromDisplay::Selected { .. }
            | FromDisplay::TextTapped { .. }
            | FromDisplay::Touched { .. }
            | FromDisplay::PaletteAsked { .. }
            | FromDisplay::Felt { .. }
    )
}
