//! What is shown while nobody is there: at a panel the time, today's lessons and the school's pictures, at a kiosk
//! today's dishes. It comes only when nobody has touched anything for a good while and nothing is going on, and goes at
//! the first touch.

mod slides;

use std::cell::{Cell, RefCell};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use api::shell::Element;
use screens::{DishRow, LessonRow, SignageAdapter, SignageSurface};
use serde::Deserialize;
use slint::{ComponentHandle, Model, ModelRc, PlatformError, Timer, TimerMode, VecModel};

use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};
use slides::Slides;

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
    /// The school's pictures; a folder `signage` on a stick is shown as well.
    pub pictures: PathBuf,
}

impl Default for SignageSettings {
    fn default() -> Self {
        Self { after_seconds: 600, pictures: "/var/lib/dais/signage".into() }
    }
}

/// What is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Time and lessons.
    Panel,
    /// Dishes.
    Kiosk,
}

/// What it shows in words.
pub struct Day {
    /// Hours and minutes.
    pub time: String,
    /// The date in the chosen language, and in the other.
    pub dates: (String, String),
    /// Today's lessons.
    pub lessons: ModelRc<LessonRow>,
    /// Today's dishes.
    pub dishes: ModelRc<DishRow>,
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

/// Whether somebody is there, by when a touch was last heard of. Pure.
#[derive(Clone, Copy, Debug)]
struct Rest {
    since: Instant,
    after: Option<Duration>,
}

impl Rest {
    fn is_over(&self, now: Instant) -> bool {
        self.after.is_some_and(|after| now.saturating_duration_since(self.since) >= after)
    }
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
    /// How many dishes have been seen.
    turn: Cell<usize>,
    beat: Timer,
    fade: Timer,
}

impl Signage {
    /// Not shown; it looks by itself whether it is wanted.
    pub fn new(easel: Rc<Easel>, layout: Layout, settings: &SignageSettings, parts: Parts) -> Rc<Self> {
        let now = Instant::now();
        let seconds = u64::from(settings.after_seconds);
        let after = (seconds > 0).then(|| Duration::from_secs(seconds));
        let screen = layout.screen();
        let side = |px: i32| u32::try_from(px).unwrap_or(1);
        let signage = Rc::new(Self {
            easel,
            layout,
            parts,
            slides: RefCell::new(Slides::new(
                settings.pictures.clone(),
                (side(screen.width), side(screen.height)),
            )),
            rest: Cell::new(Rest { since: now, after }),
            surface: RefCell::default(),
            shows: Cell::default(),
            began: Cell::new(now),
            slide: Cell::new(now),
            turn: Cell::default(),
            beat: Timer::default(),
            fade: Timer::default(),
        });
        if after.is_some() {
            let weak = Rc::downgrade(&signage);
            signage.beat.start(TimerMode::Repeated, BEAT, move || {
                weak.upgrade().iter().for_each(|signage| signage.look(Instant::now()));
            });
        }
        signage
    }

    /// Somebody is there.
    pub fn touched(&self) {
        self.rest.set(Rest { since: Instant::now(), ..self.rest.get() });
        self.hide();
    }

    /// Everything on it that a finger can use.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.surface.borrow().iter().for_each(|surface| surface.list(into));
    }

    /// Shows it, shows what comes next, or takes it away.
    fn look(self: &Rc<Self>, now: Instant) {
        let touched = self.easel.display.touched_at();
        if let Some(at) = touched.filter(|at| *at > self.rest.get().since) {
            self.rest.set(Rest { since: at, ..self.rest.get() });
        }
        let wanted = (self.parts.may)().filter(|_| self.rest.get().is_over(now));
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
            let surface = self.easel.make("signage", screen, Level::Message, None, SignageSurface::new)?;
            let weak = Rc::downgrade(self);
            surface.ui.global::<SignageAdapter<'_>>().on_touched(move || {
                // From the next turn of the loop: its own touch is calling.
                let weak = weak.clone();
                Timer::single_shot(Duration::ZERO, move || {
                    weak.upgrade().iter().for_each(|signage| signage.wake());
                });
            });
            *self.surface.borrow_mut() = Some(surface);
        }
        self.shows.set(Some(kind));
        self.began.set(now);
        self.slide.set(now);
        if kind == Kind::Panel {
            self.slides.borrow_mut().begin();
        }
        self.adapter(|adapter| {
            adapter.set_kiosk(kind == Kind::Kiosk);
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
            self.surface.borrow().iter().for_each(|surface| surface.set_visible(false));
            self.adapter(|adapter| {
                adapter.set_has_picture(false);
                adapter.set_picture(slint::Image::default());
                adapter.set_before(slint::Image::default());
            });
        }
    }

    fn wake(&self) {
        let kind = self.shows.get();
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
        let dishes = day.dishes.row_count();
        self.adapter(|adapter| {
            adapter.set_time(day.time.into());
            adapter.set_date(day.dates.0.into());
            adapter.set_other_date(day.dates.1.into());
            adapter.set_lessons(day.lessons);
            adapter.set_dishes(day.dishes);
            adapter.set_along(along);
            adapter.set_down(down);
        });
        let due = now.saturating_duration_since(self.slide.get()) >= SLIDE;
        if self.shows.get() == Some(Kind::Kiosk) {
            if due && dishes > 1 {
                self.turn.set(self.turn.get().wrapping_add(1));
                self.slide.set(now);
                self.come();
            }
            let dish = self.turn.get().checked_rem(dishes).unwrap_or(0);
            self.adapter(|adapter| adapter.set_dish(i32::try_from(dish).unwrap_or(0)));
            return;
        }
        let has = self
            .surface
            .borrow()
            .as_ref()
            .is_some_and(|surface| surface.ui.global::<SignageAdapter<'_>>().get_has_picture());
        if (due || !has)
            && let Some(picture) = self.slides.borrow_mut().next()
        {
            self.slide.set(now);
            self.adapter(|adapter| {
                adapter.set_before(if has { adapter.get_picture() } else { picture.clone() });
                adapter.set_picture(picture);
                adapter.set_has_picture(true);
            });
            self.come();
        }
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

/// No rows, for what a unit has not.
pub fn none<T: Clone + 'static>() -> ModelRc<T> {
    ModelRc::new(VecModel::from(Vec::new()))
}

#[cfg(test)]
mod tests {
    //! When nobody is there.
    use super::*;

    #[test]
    fn nobody_is_there_after_so_long_and_never_where_it_is_off() {
        let since = Instant::now();
        let minute = Duration::from_secs(60);
        let rest = Rest { since, after: Some(10 * minute) };
        assert!(!rest.is_over(since) && !rest.is_over(since + 10 * minute - Duration::from_millis(1)));
        assert!(rest.is_over(since + 10 * minute));
        assert!(!rest.is_over(since.checked_sub(minute).unwrap_or(since)), "a clock that was set back");
        assert!(!Rest { since, after: None }.is_over(since + 10_000 * minute));
    }
}
