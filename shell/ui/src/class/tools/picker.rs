//! Who is next: one of a class, or a number.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use display::Area;
use fastrand::Rng;
use slint::{ComponentHandle, ModelRc, PlatformError, SharedString, Timer, TimerMode, VecModel};

use crate::class::float::{Float, Sheet};
use crate::class::picker::Picker as Hat;
use crate::class::roster::{self, NAMES_MAX, Roster, RosterError};
use crate::class::{Class, Kind};
use crate::surface::{Level, Surface};
use screens::{PickerAdapter, PickerSurface, RosterFault};

/// As many as a class has, until somebody says otherwise.
const NUMBERS: usize = 30;
/// So many others are seen before the one who is drawn, each this long.
const ROLLS: u32 = 10;
const ROLL: Duration = Duration::from_millis(90);

struct Picker {
    surface: Surface<PickerSurface>,
    rosters: Vec<Roster>,
    /// The list that is drawn from; `None`: numbers, up to this.
    list: Cell<Option<usize>>,
    numbers: Cell<usize>,
    hat: RefCell<Hat>,
    chance: RefCell<Rng>,
    rolls: Cell<u32>,
    roller: Timer,
    motion: Rc<Cell<bool>>,
}

/// Opens it, with the class lists as they are now.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("picker", rect, Level::Passing, None, PickerSurface::new)?;
    class.connect_frame(Kind::Picker, &surface.ui);
    let mut chance = Rng::new();
    let picker = Rc::new(Picker {
        surface,
        rosters: roster::read(&class.lists),
        list: Cell::new(None),
        numbers: Cell::new(NUMBERS),
        hat: RefCell::new(Hat::numbers(NUMBERS, &mut chance)),
        chance: RefCell::new(chance),
        rolls: Cell::new(0),
        roller: Timer::default(),
        motion: class.motion.clone(),
    });
    let names: Vec<SharedString> = picker.rosters.iter().map(|roster| roster.class.as_str().into()).collect();
    picker.adapter().set_lists(ModelRc::new(VecModel::from(names)));
    // A class is what people come for; numbers are for whoever has no list.
    picker.choose((!picker.rosters.is_empty()).then_some(0));
    picker.connect();
    Ok(picker)
}

impl Picker {
    fn adapter(&self) -> PickerAdapter<'_> {
        self.surface.ui.global::<PickerAdapter<'_>>()
    }

    fn connect(self: &Rc<Self>) {
        let adapter = self.adapter();
        let with = |act: fn(&Rc<Self>, i32)| {
            let picker = Rc::downgrade(self);
            move |number| picker.upgrade().iter().for_each(|picker| act(picker, number))
        };
        adapter.on_choose(with(|picker, list| picker.choose(usize::try_from(list).ok())));
        adapter.on_more(with(|picker, more| {
            let by = usize::try_from(more.unsigned_abs()).unwrap_or_default();
            let numbers = picker.numbers.get();
            let numbers = if more < 0 { numbers.saturating_sub(by) } else { numbers + by };
            picker.numbers.set(numbers.clamp(2, NAMES_MAX));
            picker.choose(None);
        }));
        let draw = with(|picker, _| picker.draw());
        adapter.on_draw(move || draw(0));
        let start_over = with(|picker, _| {
            picker.hat.borrow_mut().start_over(&mut picker.chance.borrow_mut());
            picker.show();
        });
        adapter.on_start_over(move || start_over(0));
    }

    fn choose(&self, list: Option<usize>) {
        self.stop();
        let mut chance = self.chance.borrow_mut();
        let names = list.and_then(|at| self.rosters.get(at)).map(|roster| roster.names.clone());
        let mut fault = (RosterFault::None, 0);
        *self.hat.borrow_mut() = match names {
            None => Hat::numbers(self.numbers.get(), &mut chance),
            Some(Ok(names)) => Hat::new(names, &mut chance),
            Some(Err(error)) => {
                fault = fault_of(error);
                Hat::new(Vec::new(), &mut chance)
            }
        };
        drop(chance);
        self.list.set(list);
        self.adapter().set_fault(fault.0);
        self.adapter().set_fault_line(fault.1);
        self.adapter().set_list(list.and_then(|at| i32::try_from(at).ok()).unwrap_or(-1));
        self.show();
    }

    fn draw(self: &Rc<Self>) {
        if self.rolls.get() > 0 {
            return;
        }
        self.rolls.set(if self.motion.get() { ROLLS } else { 1 });
        let weak = Rc::downgrade(self);
        self.roller
            .start(TimerMode::Repeated, ROLL, move || weak.upgrade().iter().for_each(|picker| picker.roll()));
        self.roll();
    }

    /// Somebody is seen; the last one is drawn.
    fn roll(&self) {
        self.rolls.set(self.rolls.get().saturating_sub(1));
        if self.rolls.get() == 0 {
            self.hat.borrow_mut().draw(&mut self.chance.borrow_mut());
            self.stop();
            self.show();
            return;
        }
        let hat = self.hat.borrow();
        let anybody = hat.anybody(&mut self.chance.borrow_mut()).unwrap_or_default().into();
        self.adapter().set_drawn(anybody);
        self.adapter().set_rolls(true);
    }

    fn stop(&self) {
        self.rolls.set(0);
        self.roller.stop();
    }

    fn show(&self) {
        let hat = self.hat.borrow();
        let adapter = self.adapter();
        let number = |count: usize| i32::try_from(count).unwrap_or_default();
        adapter.set_drawn(hat.drawn().unwrap_or_default().into());
        adapter.set_rolls(self.rolls.get() > 0);
        adapter.set_left(number(hat.left()));
        adapter.set_all(number(hat.all()));
    }
}

impl Float for Picker {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn tick(&self, _now: Duration) {}
}

/// What is wrong with a list, as the screen says it, and on which line.
pub(super) fn fault_of(error: RosterError) -> (RosterFault, i32) {
    match error {
        RosterError::Empty => (RosterFault::Empty, 0),
        RosterError::NotText => (RosterFault::NotText, 0),
        RosterError::LongName(line) => (RosterFault::LongName, i32::try_from(line).unwrap_or(i32::MAX)),
        RosterError::TooMany => (RosterFault::TooMany, 0),
        RosterError::Unreadable => (RosterFault::Unreadable, 0),
    }
}
