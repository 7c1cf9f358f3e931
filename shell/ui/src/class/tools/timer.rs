//! The countdown and the stopwatch.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use display::Area;
use slint::{ComponentHandle, PlatformError};

use crate::class::clockwork::{Countdown, Going, Stopwatch, countdown_digits, stopwatch_digits};
use crate::class::float::{FORGOTTEN, Float, Sheet};
use crate::class::{Class, Kind};
use crate::sound::{Sound, Speaker};
use crate::surface::{Level, Surface};
use screens::{TimerAdapter, TimerState, TimerSurface};

/// What is offered first: as long as most tasks.
const FIRST: Duration = Duration::from_secs(5 * 60);
/// The end flashes so long, and then stays lit: nobody who looks later misses it.
const FLASH: Duration = Duration::from_secs(6);
/// On and off once in this time: slower than what can hurt people (three flashes a second).
const BEAT_MS: u128 = 1_000;

struct Timer {
    surface: Surface<TimerSurface>,
    countdown: RefCell<Countdown>,
    stopwatch: RefCell<Stopwatch>,
    shows_stopwatch: Cell<bool>,
    speaker: Rc<Speaker>,
}

/// Opens it.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("timer", rect, Level::Passing, None, TimerSurface::new)?;
    class.connect_frame(Kind::Timer, &surface.ui);
    let timer = Rc::new(Timer {
        surface,
        countdown: RefCell::new(Countdown::new(FIRST)),
        stopwatch: RefCell::default(),
        shows_stopwatch: Cell::default(),
        speaker: class.speaker.clone(),
    });
    timer.connect(class);
    Ok(timer)
}

impl Timer {
    fn connect(self: &Rc<Self>, class: &Rc<Class>) {
        let adapter = self.surface.ui.global::<TimerAdapter<'_>>();
        let (timer, class) = (Rc::downgrade(self), Rc::downgrade(class));
        // What changes it, and then shows it.
        let act = move |change: &dyn Fn(&Self, Duration)| {
            if let (Some(timer), Some(class)) = (timer.upgrade(), class.upgrade()) {
                change(&timer, class.now());
                timer.tick(class.now());
            }
        };
        let with = act.clone();
        adapter.on_mode(move |stopwatch| with(&|timer, _| timer.shows_stopwatch.set(stopwatch)));
        let with = act.clone();
        adapter.on_preset(move |minutes| {
            let length = Duration::from_secs(60 * u64::try_from(minutes).unwrap_or_default());
            with(&|timer, _| *timer.countdown.borrow_mut() = Countdown::new(length));
        });
        let with = act.clone();
        adapter.on_more(move |minutes| {
            with(&|timer, now| timer.countdown.borrow_mut().add_minutes(minutes, now));
        });
        let with = act.clone();
        adapter.on_go(move || {
            with(&|timer, now| match timer.shows_stopwatch.get() {
                true => timer.stopwatch.borrow_mut().press(now),
                false => timer.countdown.borrow_mut().press(now),
            });
        });
        adapter.on_reset(move || {
            act(&|timer, _| match timer.shows_stopwatch.get() {
                true => *timer.stopwatch.borrow_mut() = Stopwatch::default(),
                false => timer.countdown.borrow_mut().reset(),
            });
        });
    }
}

impl Float for Timer {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn is_watched(&self, now: Duration) -> bool {
        let stopwatch = self.stopwatch.borrow();
        let measures = stopwatch.going() == Going::Runs && stopwatch.shows(now) < FORGOTTEN;
        measures || self.countdown.borrow().going() == Going::Runs
    }

    fn tick(&self, now: Duration) {
        let ended = self.countdown.borrow_mut().pass(now);
        if ended {
            self.speaker.play(Sound::Bell);
            // Whoever measures something else must see that the time is up.
            self.shows_stopwatch.set(false);
            self.surface.place.raise();
        }
        let (countdown, stopwatch) = (*self.countdown.borrow(), *self.stopwatch.borrow());
        let adapter = self.surface.ui.global::<TimerAdapter<'_>>();
        let shows_stopwatch = self.shows_stopwatch.get();
        adapter.set_stopwatch(shows_stopwatch);
        let (going, digits) = if shows_stopwatch {
            (stopwatch.going(), stopwatch_digits(stopwatch.shows(now)))
        } else {
            (countdown.going(), countdown_digits(countdown.left(now)))
        };
        adapter.set_state(match going {
            Going::Ready => TimerState::Ready,
            Going::Runs => TimerState::Running,
            Going::Rests => TimerState::Paused,
            Going::Over => TimerState::Over,
        });
        adapter.set_digits(digits.into());
        adapter.set_left(countdown.part_left(now));
        let length = countdown.length().as_secs();
        let whole = length % 60 == 0 && going == Going::Ready;
        adapter.set_minutes(if whole { i32::try_from(length / 60).unwrap_or_default() } else { 0 });
        let over = countdown.over_for(now);
        adapter.set_lit(over.is_some_and(|over| over >= FLASH || over.as_millis() % BEAT_MS < BEAT_MS / 2));
    }
}
