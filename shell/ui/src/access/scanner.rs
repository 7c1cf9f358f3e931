//! One-switch scanning: a frame walks over what can be used; a press goes into what it is around, and in the end
//! chooses it. It steps by itself, or a second switch does.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use api::shell::Element;
use display::{Area, SurfaceHandle};
use i_slint_backend_testing::AccessibleRole;
use slint::{ComponentHandle, Timer, TimerMode};

use super::cut::{self, Node};
use super::tree::Found;
use super::walk::{Chosen, Walk};
use crate::kept::prefs::ScanPace;
use crate::surface::{Easel, Level, Surface};
use screens::{ScanAdapter, ScanSurface};

/// The surface of the frame, over which nothing is read or walked.
pub(super) const FRAME: &str = "scan";
/// What was chosen changes the screen within this; then the frame begins anew.
const SETTLE: Duration = Duration::from_millis(400);

/// A press of a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Press {
    /// Into it, or do it.
    Choose,
    /// On to the next.
    Step,
}

/// How it is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// How quickly it steps by itself.
    pub pace: ScanPace,
    /// Every touch of the screen is the switch.
    pub touches: bool,
    /// A second switch steps; time does not.
    pub stepped: bool,
}

/// What the frame is around; nothing for a press.
type Tell = Box<dyn Fn(Option<&Found>)>;

/// The frame and where it is.
pub struct Scanner {
    easel: Rc<Easel>,
    whole: Area,
    /// Told what the frame is around, and of every press.
    tell: Tell,
    manner: Cell<Option<Manner>>,
    surface: RefCell<Option<Surface<ScanSurface>>>,
    state: RefCell<Option<State>>,
    beat: Timer,
    settling: Timer,
}

struct State {
    walk: Walk,
    elements: Vec<Found>,
    /// What the screen looked like when the walk was laid out.
    seen: Vec<(String, Area)>,
}

impl Scanner {
    /// Off at first. `tell` hears what the frame is around (for a voice), and nothing for each press.
    pub fn new(easel: Rc<Easel>, whole: Area, tell: impl Fn(Option<&Found>) + 'static) -> Rc<Self> {
        Rc::new(Self {
            easel,
            whole,
            tell: Box::new(tell),
            manner: Cell::default(),
            surface: RefCell::default(),
            state: RefCell::default(),
            beat: Timer::default(),
            settling: Timer::default(),
        })
    }

    /// Switches it on in a manner, or off. It waits for the first press, but for one who has nothing but touches.
    pub fn set(self: &Rc<Self>, manner: Option<Manner>) {
        if self.manner.replace(manner) == manner {
            return;
        }
        self.rest();
        let Some(manner) = manner else { return };
        if let Err(error) = self.make() {
            tracing::error!(%error, "the frame of the switch could not be made");
            self.manner.set(None);
            return;
        }
        if let Some(surface) = &*self.surface.borrow() {
            surface.ui.global::<ScanAdapter<'_>>().set_all_touches(manner.touches);
            surface.set_visible(true);
        }
        if manner.touches {
            self.begin_soon();
        }
    }

    fn make(self: &Rc<Self>) -> Result<(), slint::PlatformError> {
        if self.surface.borrow().is_some() {
            return Ok(());
        }
        let surface = self.easel.make(FRAME, self.whole, Level::Frame, None, ScanSurface::new)?;
        let scanner = Rc::downgrade(self);
        surface.ui.global::<ScanAdapter<'_>>().on_touched(move || {
            scanner.upgrade().iter().for_each(|scanner| scanner.press(Press::Choose));
        });
        *self.surface.borrow_mut() = Some(surface);
        Ok(())
    }

    /// A switch was pressed.
    pub fn press(self: &Rc<Self>, press: Press) {
        if self.manner.get().is_none() {
            return;
        }
        (self.tell)(None);
        // The first press shows the frame, and so does one that comes while the screen changes.
        if self.lay_out() {
            return;
        }
        let chosen = match (&mut *self.state.borrow_mut(), press) {
            (Some(state), Press::Step) => {
                state.walk.step();
                None
            }
            (Some(state), Press::Choose) => match state.walk.choose() {
                Chosen::Inside => None,
                Chosen::Element(number) => state.elements.get(number).cloned(),
            },
            (None, _) => None,
        };
        let Some(found) = chosen else { return self.show() };
        if found.element.accessible_role() == Some(AccessibleRole::Slider) {
            slide(&found);
            // The frame stays, so that the next press goes on.
            self.start_beat();
            return self.show();
        }
        self.rest();
        found.element.invoke_accessible_default_action();
        self.begin_soon();
    }

    /// Time has gone by.
    fn step(self: &Rc<Self>) {
        if self.lay_out() {
            return;
        }
        let nobody = self.state.borrow_mut().as_mut().is_some_and(|state| state.walk.step());
        if nobody { self.rest() } else { self.show() }
    }

    /// Lays the walk out anew where the screen is not as it was; true if it did.
    fn lay_out(self: &Rc<Self>) -> bool {
        let groups = self.groups();
        let name =
            |place: &SurfaceHandle, found: &Found| (format!("{}/{}", place.name(), found.name()), found.area);
        let seen: Vec<_> =
            groups.iter().flat_map(|(place, all)| all.iter().map(move |found| name(place, found))).collect();
        if self.state.borrow().as_ref().is_some_and(|state| state.seen == seen) {
            return false;
        }
        let mut elements = Vec::new();
        let mut parts = Vec::new();
        for (_, all) in groups {
            let first = elements.len();
            let areas = all.iter().enumerate().map(|(at, found)| (first + at, found.area)).collect();
            parts.extend(cut::cut(areas));
            elements.extend(all);
        }
        // One surface alone is walked over at once.
        let root =
            if parts.len() == 1 { parts.pop() } else { (!parts.is_empty()).then(|| Node::over(parts)) };
        *self.state.borrow_mut() = root.map(|root| State { walk: Walk::new(root), elements, seen });
        self.start_beat();
        self.show();
        true
    }

    /// Each surface with what can be used on it, the topmost first.
    fn groups(&self) -> Vec<(SurfaceHandle, Vec<Found>)> {
        let mut shown = self.easel.tree.shown();
        shown.retain(|(place, _)| place.name() != FRAME);
        for (_, found) in &mut shown {
            // A field is written with the keys beside it; itself there is nothing to choose of it.
            let field = |found: &Found| found.element.accessible_role() == Some(AccessibleRole::TextInput);
            found.retain(|found| found.is_target() && found.is_enabled() && !field(found));
        }
        shown.retain(|(_, found)| !found.is_empty());
        shown.sort_by_key(|(place, _)| std::cmp::Reverse(place.z()));
        shown
    }

    fn start_beat(self: &Rc<Self>) {
        let Some(manner) = self.manner.get().filter(|manner| !manner.stepped) else { return };
        let scanner = Rc::downgrade(self);
        self.beat.start(TimerMode::Repeated, manner.pace.step(), move || {
            scanner.upgrade().iter().for_each(|scanner| scanner.step());
        });
    }

    fn begin_soon(self: &Rc<Self>) {
        let scanner = Rc::downgrade(self);
        self.settling.start(TimerMode::SingleShot, SETTLE, move || {
            scanner.upgrade().iter().filter(|scanner| scanner.manner.get().is_some()).for_each(|scanner| {
                scanner.lay_out();
            });
        });
    }

    /// The frame goes; the next press brings it back.
    fn rest(&self) {
        self.beat.stop();
        self.settling.stop();
        *self.state.borrow_mut() = None;
        self.show();
        if self.manner.get().is_none() {
            self.surface.borrow().iter().for_each(|surface| surface.set_visible(false));
        }
    }

    fn show(&self) {
        let around = {
            let state = self.state.borrow();
            let current = state.as_ref().map(|state| (state.walk.current(), &state.elements));
            current
                .map(|(node, elements)| (node.area, node.leaf.and_then(|leaf| elements.get(leaf)).cloned()))
        };
        let surface = self.surface.borrow();
        let Some(surface) = &*surface else { return };
        let adapter = surface.ui.global::<ScanAdapter<'_>>();
        let (area, found) = around.unwrap_or_default();
        adapter.set_at_x((area.x - self.whole.x) as f32);
        adapter.set_at_y((area.y - self.whole.y) as f32);
        adapter.set_wide(area.width as f32);
        adapter.set_high(area.height as f32);
        let label = found.as_ref().and_then(|found| found.element.accessible_label());
        adapter.set_label(label.unwrap_or_else(|| "…".into()));
        if let Some(found) = &found {
            (self.tell)(Some(found));
        }
    }

    /// The frame, for whoever looks from outside.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.surface.borrow().iter().for_each(|surface| surface.list(into));
    }
}

/// Most steps of a slider from one end to the other; one that has more is pulled by somebody else.
const SLIDES_MAX: usize = 100;

/// One step on, and from the end back to the beginning: one switch has one direction.
fn slide(found: &Found) {
    let element = &found.element;
    let value = || element.accessible_value().and_then(|value| value.parse::<f32>().ok());
    let end = element.accessible_value_maximum().unwrap_or(f32::INFINITY);
    if value().is_none_or(|value| value < end) {
        return element.invoke_accessible_increment_action();
    }
    let begin = element.accessible_value_minimum().unwrap_or(0.0);
    for _ in 0..SLIDES_MAX {
        if value().is_none_or(|value| value <= begin) {
            return;
        }
        element.invoke_accessible_decrement_action();
    }
}
