//! Touch to speak: the first touch of an element says what it is, the second does what it does. What the screens
//! announce by themselves is said, too. Fingers on the board write as ever.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use display::{SurfaceHandle, Touch, TouchPhase, WeakSurface};
use slint::{Timer, TimerMode};

use super::announced::Announced;
use super::scanner::FRAME;
use super::spoken::spoken;
use super::tree::Found;
use super::voice::Utterance;
use crate::surface::Easel;

/// Two touches beside everything, no further apart than this, act on what was said last.
const DOUBLE: Duration = Duration::from_millis(600);
/// How often it is looked what the screens announce: soon enough to belong to what happened.
const LOOK: Duration = Duration::from_millis(250);

/// Says what lies under a finger.
pub struct Reader {
    easel: Rc<Easel>,
    say: Box<dyn Fn(Utterance)>,
    /// Somebody is there, though no screen hears of it.
    present: Box<dyn Fn()>,
    on: Cell<bool>,
    chinese: Cell<bool>,
    current: RefCell<Option<Current>>,
    /// Surfaces that hear a finger's second touch themselves.
    passing: RefCell<Vec<SurfaceHandle>>,
    beside: Cell<Option<Instant>>,
    announced: RefCell<Announced>,
    timer: Timer,
}

/// What was said last.
struct Current {
    surface: WeakSurface,
    name: String,
    said: String,
    /// It has been acted on: how it stands now is said.
    acted: bool,
}

impl Reader {
    /// Off at first. `say` is the voice, `present` is called at every touch that no screen hears.
    pub fn new(
        easel: Rc<Easel>,
        say: impl Fn(Utterance) + 'static,
        present: impl Fn() + 'static,
    ) -> Rc<Self> {
        let reader = Rc::new(Self {
            easel,
            say: Box::new(say),
            present: Box::new(present),
            on: Cell::default(),
            chinese: Cell::default(),
            current: RefCell::default(),
            passing: RefCell::default(),
            beside: Cell::default(),
            announced: RefCell::default(),
            timer: Timer::default(),
        });
        let watching = Rc::downgrade(&reader);
        reader.easel.display.on_touch(move |touch| {
            // A switch is a switch, whatever lies below it.
            let reads =
                |reader: Rc<Self>| reader.on.get() && touch.surface.name() != FRAME && reader.take(touch);
            watching.upgrade().is_some_and(reads)
        });
        reader
    }

    /// Switches it on or off.
    pub fn set_on(self: &Rc<Self>, on: bool) {
        if self.on.replace(on) == on {
            return;
        }
        self.passing.borrow_mut().clear();
        *self.current.borrow_mut() = None;
        *self.announced.borrow_mut() = Announced::default();
        if on {
            let reader = Rc::downgrade(self);
            self.timer.start(TimerMode::Repeated, LOOK, move || {
                reader.upgrade().iter().for_each(|reader| reader.look());
            });
        } else {
            self.timer.stop();
        }
        self.tell(match (on, self.chinese.get()) {
            (true, true) => "已打开朗读。摸一下听内容，再摸一下执行。",
            (true, false) => "Reading aloud is on. Touch once to hear, touch again to act.",
            (false, true) => "已关闭朗读。",
            (false, false) => "Reading aloud is off.",
        });
    }

    /// Whether it is on.
    pub fn is_on(&self) -> bool {
        self.on.get()
    }

    /// The language of the screens.
    pub fn speak(&self, chinese: bool) {
        self.chinese.set(chinese);
    }

    /// Says something, if it is on or has just been switched.
    fn tell(&self, text: &str) {
        (self.say)(Utterance { text: text.to_owned(), chinese: self.chinese.get() });
    }

    /// One step of a finger; true if its surface does not hear of it.
    fn take(&self, touch: &Touch) -> bool {
        let passes = self.passing.borrow().contains(&touch.surface);
        match touch.phase {
            TouchPhase::Pressed => return self.press(touch),
            TouchPhase::Moved if !passes => {
                // A finger that goes over the screen reads what it comes to.
                if let Some(found) = self.under(touch)
                    && !self.is_current(touch, &found)
                {
                    self.choose(touch, &found);
                }
            }
            TouchPhase::Moved => {}
            TouchPhase::Released | TouchPhase::Cancelled => {
                self.passing.borrow_mut().retain(|surface| *surface != touch.surface);
                if passes && let Some(current) = &mut *self.current.borrow_mut() {
                    current.acted = true;
                }
            }
        }
        !passes
    }

    /// What a switch would choose.
    pub fn walk_to(&self, found: &Found) {
        if self.on.get() {
            self.tell(&spoken(&found.element, self.chinese.get()));
        }
    }

    fn press(&self, touch: &Touch) -> bool {
        (self.present)();
        let Some(found) = self.under(touch) else {
            self.press_beside();
            return true;
        };
        self.beside.set(None);
        if self.is_current(touch, &found) && found.is_target() {
            self.passing.borrow_mut().push(touch.surface.clone());
            return false;
        }
        self.choose(touch, &found);
        true
    }

    /// Twice beside everything: the last thing that was said acts.
    fn press_beside(&self) {
        let now = Instant::now();
        let second = self.beside.replace(Some(now)).is_some_and(|first| now - first <= DOUBLE);
        if !second {
            return;
        }
        self.beside.set(None);
        let found = self.current.borrow().as_ref().and_then(|current| self.find(current));
        if let Some(found) = found.filter(|found| found.is_target() && found.is_enabled()) {
            if let Some(current) = &mut *self.current.borrow_mut() {
                current.acted = true;
            }
            found.element.invoke_accessible_default_action();
        }
    }

    fn under(&self, touch: &Touch) -> Option<Found> {
        let corner = touch.surface.rect();
        let (x, y) = (corner.x + touch.x.floor() as i32, corner.y + touch.y.floor() as i32);
        self.easel.tree.under(&touch.surface, (x, y))
    }

    fn is_current(&self, touch: &Touch, found: &Found) -> bool {
        self.current.borrow().as_ref().is_some_and(|current| {
            current.surface.upgrade().as_ref() == Some(&touch.surface) && current.name == found.name()
        })
    }

    fn choose(&self, touch: &Touch, found: &Found) {
        let said = spoken(&found.element, self.chinese.get());
        self.tell(&said);
        let (surface, name) = (touch.surface.downgrade(), found.name());
        *self.current.borrow_mut() = Some(Current { surface, name, said, acted: false });
    }

    fn find(&self, current: &Current) -> Option<Found> {
        let surface = current.surface.upgrade().filter(SurfaceHandle::is_visible)?;
        self.easel.tree.on(&surface).into_iter().find(|found| found.name() == current.name)
    }

    /// Says what the screens announce, and how something stands that has been acted on.
    fn look(&self) {
        let chinese = self.chinese.get();
        let mut news = self.announced.borrow_mut().look(&self.easel.tree, chinese);
        let mut current = self.current.borrow_mut();
        if let Some(current) = &mut *current
            && std::mem::take(&mut current.acted)
            && let Some(found) = self.find(current)
        {
            let said = spoken(&found.element, chinese);
            if said != current.said {
                news.insert(0, said.clone());
                current.said = said;
            }
        }
        drop(current);
        if !news.is_empty() {
            self.tell(&news.join(if chinese { "。" } else { ". " }));
        }
    }
}
