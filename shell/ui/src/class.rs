//! The tools of a lesson: sheets that float over the board, each moved by its head and closed by its cross, several at
//! once. What they do is pure and lies in modules of its own; here are their surfaces.

pub mod calendar;
pub mod clockwork;
pub mod dice;
mod float;
pub mod noise;
pub mod picker;
pub mod place;
pub mod register;
pub mod roll;
pub mod roster;
pub mod scores;
mod stands;
pub mod timetable;
mod tools;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::{Duration, Instant};

use api::shell::Element;
use board::format::Saved;
use display::{Area, FileError};
use slint::{ComponentHandle, PlatformError, Timer, TimerMode};

use crate::files::Unwritten;
use crate::kept::prefs::{Hand, Prefs};
use crate::layout::Layout;
use crate::rows::kept;
use crate::sound::Speaker;
use crate::surface::{Easel, Level, Surface};
use float::Float;
use noise::Noise;
use roll::Roll;
use scores::Scores;
use screens::{ClassTool, ClassroomAdapter, ClassroomSurface};

/// How often what moves by itself is brought up to date while a tool is open: tenths of a second can be read.
const TICK: Duration = Duration::from_millis(100);

/// A tool leaves most of the board free, until somebody wants it to be seen from the last row.
const SMALL: f32 = 0.8;
const LARGE: f32 = 1.25;

/// The tools and the panel that opens them.
pub struct Class {
    easel: Rc<Easel>,
    layout: Layout,
    /// Where class lists are.
    lists: PathBuf,
    speaker: Rc<Speaker>,
    began: Instant,
    visible: Cell<bool>,
    panel: RefCell<Option<Surface<ClassroomSurface>>>,
    open: RefCell<BTreeMap<Kind, Rc<dyn Float>>>,
    /// Where each was when it was closed.
    places: RefCell<BTreeMap<Kind, Area>>,
    /// Those that are shown larger.
    large: RefCell<BTreeSet<Kind>>,
    /// Where those that are being moved were when they were taken hold of.
    held: RefCell<BTreeMap<Kind, Area>>,
    noise: RefCell<Noise>,
    /// Told when somebody looks at the noise light, and when nobody does any more.
    noise_wanted: RefCell<Box<dyn Fn(bool)>>,
    noise_told: Cell<bool>,
    scores: RefCell<Scores>,
    /// Who is here, and the card reader.
    roll: Rc<Roll>,
    /// Puts a file of this name on a stick.
    saver: RefCell<Saver>,
    /// Whether things may move by themselves.
    motion: Rc<Cell<bool>>,
    /// On which side tools open.
    hand: Cell<Hand>,
    /// The page that is shown, counted from 0.
    page: Cell<usize>,
    ticker: Timer,
}

/// Puts a file on what is plugged in; false where too much is asked already.
type Saver = Box<dyn Fn(String, Vec<u8>) -> bool>;

/// What floats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Panel,
    Timer,
    Dice,
    Picker,
    Scores,
    Clock,
    Noise,
    Handout,
    Attendance,
}

impl Kind {
    /// The tools, as their tiles lie.
    const TOOLS: [Self; 8] = [
        Self::Timer,
        Self::Dice,
        Self::Picker,
        Self::Scores,
        Self::Clock,
        Self::Noise,
        Self::Handout,
        Self::Attendance,
    ];

    /// Width and height in design units, as they are drawn in the design.
    fn design(self) -> (f32, f32) {
        match self {
            Self::Panel => (904.0, 500.0),
            Self::Timer => (760.0, 524.0),
            Self::Dice => (640.0, 442.0),
            Self::Picker => (760.0, 542.0),
            Self::Scores => (900.0, 488.0),
            Self::Clock => (600.0, 384.0),
            Self::Noise => (660.0, 592.0),
            Self::Handout => (800.0, 512.0),
            Self::Attendance => (1000.0, 716.0),
        }
    }
}

impl From<ClassTool> for Kind {
    fn from(tool: ClassTool) -> Self {
        match tool {
            ClassTool::Timer => Self::Timer,
            ClassTool::Dice => Self::Dice,
            ClassTool::Picker => Self::Picker,
            ClassTool::Scores => Self::Scores,
            ClassTool::Clock => Self::Clock,
            ClassTool::Noise => Self::Noise,
            ClassTool::Handout => Self::Handout,
            ClassTool::Attendance => Self::Attendance,
        }
    }
}

impl Class {
    /// Nothing is open yet. Class lists are in the folder `lists`, which may be absent.
    pub fn new(easel: Rc<Easel>, layout: Layout, lists: PathBuf, speaker: Rc<Speaker>) -> Rc<Self> {
        Rc::new(Self {
            easel,
            layout,
            lists,
            speaker,
            began: Instant::now(),
            visible: Cell::default(),
            panel: RefCell::default(),
            open: RefCell::default(),
            places: RefCell::default(),
            large: RefCell::default(),
            held: RefCell::default(),
            noise: RefCell::default(),
            noise_wanted: RefCell::new(Box::new(|_| {})),
            noise_told: Cell::default(),
            scores: RefCell::default(),
            roll: Roll::new(),
            saver: RefCell::new(Box::new(|_, _| false)),
            motion: Rc::new(Cell::new(true)),
            hand: Cell::default(),
            page: Cell::default(),
            ticker: Timer::default(),
        })
    }

    /// Shows or hides all that is open; a countdown goes on.
    pub fn set_visible(&self, visible: bool) {
        self.visible.set(visible);
        self.open.borrow().values().for_each(|tool| tool.set_visible(visible));
        if !visible {
            self.close(Kind::Panel);
        }
        self.tell_noise_wanted();
    }

    /// Opens the panel with all tools, or closes it where it is open.
    pub fn toggle_panel(self: &Rc<Self>) {
        if self.panel.borrow().as_ref().is_some_and(|panel| panel.place.is_visible()) {
            self.close(Kind::Panel);
        } else if let Err(error) = self.open_panel() {
            tracing::error!(%error, "the panel with the tools of a lesson could not be made");
        }
    }

    /// What the people of this room like: motion, sound, the side on which tools open.
    pub fn like(&self, prefs: &Prefs) {
        self.motion.set(prefs.motion);
        self.speaker.set_on(prefs.sound);
        self.hand.set(prefs.hand);
    }

    /// The page that is shown, counted from 0.
    pub fn set_page(&self, page: usize) {
        self.page.set(page);
    }

    /// Opens what makes the board into a file to take away, where it is not open.
    pub fn hand_out(self: &Rc<Self>) {
        if !self.open.borrow().contains_key(&Kind::Handout) {
            self.toggle(Kind::Handout);
        }
    }

    /// The board was made into a file.
    pub fn take_saved(&self, kind: crate::handout::Kind, saved: Result<Saved, FileError>) {
        let tool = self.open.borrow().get(&Kind::Handout).cloned();
        if let Some(tool) = tool {
            tool.take_saved(kind, saved);
        }
    }

    /// Who is here, and the card reader.
    pub fn roll(&self) -> &Rc<Roll> {
        &self.roll
    }

    /// Who puts files on what is plugged in.
    pub fn on_save(&self, save: impl Fn(String, Vec<u8>) -> bool + 'static) {
        *self.saver.borrow_mut() = Box::new(save);
    }

    fn save(&self, name: String, bytes: Vec<u8>) {
        if !(self.saver.borrow())(name, bytes) {
            self.take_put(Err(Unwritten::Refused));
        }
    }

    /// A file that was to be put there is, or is not.
    pub fn take_put(&self, put: Result<String, Unwritten>) {
        let tool = self.open.borrow().get(&Kind::Attendance).cloned();
        if let Some(tool) = tool {
            tool.take_put(put);
        }
    }

    /// How loud the room is in dBFS; `None`: nobody listens.
    pub fn set_noise(&self, level: Option<f32>) {
        self.noise.borrow_mut().hear(level, self.now());
    }

    /// Who listens while the noise light is looked at.
    pub fn on_noise_wanted(&self, tell: impl Fn(bool) + 'static) {
        *self.noise_wanted.borrow_mut() = Box::new(tell);
    }

    fn tell_noise_wanted(&self) {
        let wanted = self.visible.get() && self.open.borrow().contains_key(&Kind::Noise);
        // Told once: a microphone that somebody switched off meanwhile stays off until the light is opened anew.
        if self.noise_told.replace(wanted) != wanted {
            self.noise_wanted.borrow()(wanted);
        }
    }

    /// Everything of it that a finger can use, back to front.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.open.borrow().values().for_each(|tool| tool.list(into));
        self.panel.borrow().iter().for_each(|panel| panel.list(into));
    }

    fn open_panel(self: &Rc<Self>) -> Result<(), PlatformError> {
        if self.panel.borrow().is_none() {
            let rect = place::above_dock(&self.layout, self.size(Kind::Panel));
            let panel = self.easel.make("classroom", rect, Level::Passing, None, ClassroomSurface::new)?;
            self.connect_frame(Kind::Panel, &panel.ui);
            let class = Rc::downgrade(self);
            panel.ui.global::<ClassroomAdapter<'_>>().on_choose(move |tool| {
                if let Some(class) = class.upgrade() {
                    class.toggle(tool.into());
                }
            });
            *self.panel.borrow_mut() = Some(panel);
        }
        self.tell_open();
        if let Some(panel) = &*self.panel.borrow() {
            panel.place.raise();
            panel.set_visible(self.visible.get());
        }
        Ok(())
    }

    /// A tile was touched: its tool opens and the panel goes, or the tool closes.
    fn toggle(self: &Rc<Self>, kind: Kind) {
        if self.open.borrow().contains_key(&kind) {
            self.close(kind);
            return;
        }
        match self.make(kind) {
            Ok(tool) => {
                tool.tick(self.now());
                tool.set_visible(self.visible.get());
                self.open.borrow_mut().insert(kind, tool);
                self.tell_noise_wanted();
                self.close(Kind::Panel);
                self.wind();
            }
            Err(error) => tracing::error!(%error, ?kind, "a tool could not be made"),
        }
    }

    fn make(self: &Rc<Self>, kind: Kind) -> Result<Rc<dyn Float>, PlatformError> {
        let kept = self.places.borrow().get(&kind).copied();
        let beside: Vec<Area> = self.open.borrow().values().map(|tool| tool.place().rect()).collect();
        let rect =
            kept.unwrap_or_else(|| place::free(&self.layout, self.size(kind), &beside, self.hand.get()));
        match kind {
            Kind::Timer => tools::timer::open(self, rect),
            Kind::Dice => tools::dice::open(self, rect),
            Kind::Picker => tools::picker::open(self, rect),
            Kind::Scores => tools::scores::open(self, rect),
            Kind::Clock => tools::clock::open(self, rect),
            Kind::Noise => tools::noise::open(self, rect),
            Kind::Handout => tools::handout::open(self, rect),
            Kind::Attendance => tools::attendance::open(self, rect),
            Kind::Panel => Err(PlatformError::Other("the panel is no tool".into())),
        }
    }

    fn close(&self, kind: Kind) {
        if kind == Kind::Panel {
            self.panel.borrow().iter().for_each(|panel| panel.set_visible(false));
            return;
        }
        let Some(tool) = self.open.borrow_mut().remove(&kind) else { return };
        self.places.borrow_mut().insert(kind, tool.place().rect());
        tool.set_visible(false);
        // Its own cross may be calling, so it must outlive this call.
        Timer::single_shot(Duration::ZERO, move || drop(tool));
        self.tell_open();
        self.tell_noise_wanted();
        if self.open.borrow().is_empty() {
            self.ticker.stop();
        }
    }

    /// A class has ended: its tools go with it, so that nothing of it is offered to the next one.
    pub fn leave(&self) {
        let open: Vec<Kind> = self.open.borrow().keys().copied().collect();
        open.into_iter().for_each(|kind| self.close(kind));
        self.close(Kind::Panel);
    }

    /// It is over for good, and so are its points.
    pub fn forget(&self) {
        *self.scores.borrow_mut() = Scores::default();
        self.roll.forget();
    }

    /// What the tiles show of the tools.
    fn tell_open(&self) {
        if let Some(panel) = &*self.panel.borrow() {
            let open = self.open.borrow();
            let told: Vec<bool> = Kind::TOOLS.iter().map(|kind| open.contains_key(kind)).collect();
            let adapter = panel.ui.global::<ClassroomAdapter<'_>>();
            adapter.set_open(kept(adapter.get_open(), told));
        }
    }

    /// Lets time pass for as long as anything is open.
    fn wind(self: &Rc<Self>) {
        if self.ticker.running() {
            return;
        }
        let class = Rc::downgrade(self);
        self.ticker.start(TimerMode::Repeated, TICK, move || {
            if let Some(class) = class.upgrade() {
                let tools: Vec<_> = class.open.borrow().values().cloned().collect();
                tools.iter().for_each(|tool| tool.tick(class.now()));
            }
        });
    }

    /// How much larger or smaller than in the design it is.
    fn factor(&self, kind: Kind) -> f32 {
        match kind {
            Kind::Panel => 1.0,
            _ if self.large.borrow().contains(&kind) => LARGE,
            _ => SMALL,
        }
    }

    /// Width and height in design units.
    fn size(&self, kind: Kind) -> (f32, f32) {
        let ((width, height), factor) = (kind.design(), self.factor(kind));
        (width * factor, height * factor)
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }
}
