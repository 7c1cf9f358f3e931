//! The dice: they roll over a few faces and then lie.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use display::Area;
use fastrand::Rng;
use slint::{ComponentHandle, ModelRc, PlatformError, Timer, TimerMode, VecModel};

use crate::class::dice::Dice as Thrown;
use crate::class::float::{Float, Sheet};
use crate::class::{Class, Kind};
use crate::surface::{Level, Surface};
use screens::{DiceAdapter, DiceSurface};

/// They roll over so many faces, each as fair as the last, and this long on each.
const ROLLS: u32 = 9;
const ROLL: Duration = Duration::from_millis(80);

struct Dice {
    surface: Surface<DiceSurface>,
    thrown: RefCell<Thrown>,
    chance: RefCell<Rng>,
    rolls: Cell<u32>,
    roller: Timer,
    motion: Rc<Cell<bool>>,
}

/// Opens them.
pub(in crate::class) fn open(class: &Rc<Class>, rect: Area) -> Result<Rc<dyn Float>, PlatformError> {
    let surface = class.easel.make("dice", rect, Level::Passing, None, DiceSurface::new)?;
    class.connect_frame(Kind::Dice, &surface.ui);
    let dice = Rc::new(Dice {
        surface,
        thrown: RefCell::new(Thrown::new(1)),
        chance: RefCell::new(Rng::new()),
        rolls: Cell::new(0),
        roller: Timer::default(),
        motion: class.motion.clone(),
    });
    let adapter = dice.surface.ui.global::<DiceAdapter<'_>>();
    let weak = Rc::downgrade(&dice);
    adapter.on_count(move |count| {
        weak.upgrade().iter().for_each(|dice| {
            *dice.thrown.borrow_mut() = Thrown::new(usize::try_from(count).unwrap_or_default());
            dice.show();
        });
    });
    let weak = Rc::downgrade(&dice);
    adapter.on_throw(move || weak.upgrade().iter().for_each(Dice::throw));
    Ok(dice)
}

impl Dice {
    fn throw(self: &Rc<Self>) {
        if self.rolls.get() > 0 {
            return;
        }
        self.rolls.set(if self.motion.get() { ROLLS } else { 1 });
        let weak = Rc::downgrade(self);
        self.roller
            .start(TimerMode::Repeated, ROLL, move || weak.upgrade().iter().for_each(|dice| dice.roll()));
        self.roll();
    }

    fn roll(&self) {
        self.thrown.borrow_mut().throw(&mut self.chance.borrow_mut());
        self.rolls.set(self.rolls.get().saturating_sub(1));
        if self.rolls.get() == 0 {
            self.roller.stop();
        }
        self.show();
    }

    fn show(&self) {
        let thrown = self.thrown.borrow();
        let adapter = self.surface.ui.global::<DiceAdapter<'_>>();
        let faces: Vec<i32> = thrown.faces().iter().map(|face| i32::from(*face)).collect();
        adapter.set_faces(ModelRc::new(VecModel::from(faces)));
        adapter.set_sum(i32::try_from(thrown.sum()).unwrap_or_default());
        adapter.set_rolls(self.rolls.get() > 0);
    }
}

impl Float for Dice {
    fn sheet(&self) -> &dyn Sheet {
        &self.surface
    }

    fn tick(&self, _now: Duration) {}
}
