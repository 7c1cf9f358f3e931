//! The time machine's panel: pulled along its line the board is what it was, by everybody or by one person; it plays
//! by itself; leaving it is back to now.

use std::rc::Rc;
use std::time::{Duration, Instant};

use board::{Colour, PersonId};
use display::ToDisplay;
use slint::{ComponentHandle, ModelRc, PlatformError, Timer, TimerMode, VecModel};

use super::Wall;
use super::palettes::solid;
use super::panels::Sheet;
use crate::surface::{Level, Surface};
use screens::{DockPanel, PastAdapter, PastSurface};

/// In design units, as the screen's file has it.
pub(super) const SIZE: (f32, f32) = (1080.0, 212.0);
/// How fast a lesson is played, one after the other.
const SPEEDS: [u32; 4] = [1, 4, 16, 32];
/// Between two moments while it plays: 20 a second are seen as going on.
const STEP: Duration = Duration::from_millis(50);

/// What is looked back at.
pub(super) struct Past {
    sheet: Option<Rc<Surface<PastSurface>>>,
    length_ms: u32,
    at_ms: f64,
    person: Option<PersonId>,
    speed: u32,
    timer: Timer,
    ticked: Option<Instant>,
}

impl Default for Past {
    fn default() -> Self {
        let (sheet, person, ticked) = (None, None, None);
        Self { sheet, length_ms: 0, at_ms: 0.0, person, speed: SPEEDS[1], timer: Timer::default(), ticked }
    }
}

impl Wall {
    pub(super) fn past_sheet(self: &Rc<Self>) -> Result<Rc<dyn Sheet>, PlatformError> {
        if let Some(sheet) = &self.past.borrow().sheet {
            return Ok(sheet.clone());
        }
        let rect = self.layout.panel(SIZE, 0);
        let sheet = Rc::new(self.easel.make("past", rect, Level::Passing, None, PastSurface::new)?);
        let adapter = sheet.ui.global::<PastAdapter<'_>>();
        let with = |act: fn(&Rc<Wall>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_leave(with(|wall| wall.ask_display(ToDisplay::LeavePast)));
        adapter.on_play(with(Wall::play_past));
        adapter.on_faster(with(|wall| {
            let mut past = wall.past.borrow_mut();
            let at = SPEEDS.iter().position(|speed| *speed == past.speed).unwrap_or(0);
            past.speed = SPEEDS[(at + 1) % SPEEDS.len()];
            past.show();
        }));
        let wall = Rc::downgrade(self);
        adapter.on_go(move |place| {
            wall.upgrade().iter().for_each(|wall| {
                let length_ms = wall.past.borrow().length_ms;
                wall.go_to_past(f64::from(place) * f64::from(length_ms));
            });
        });
        let wall = Rc::downgrade(self);
        adapter.on_choose_person(move |number| {
            let person = u8::try_from(number).ok().and_then(PersonId::new);
            wall.upgrade().iter().for_each(|wall| {
                wall.past.borrow_mut().person = person;
                wall.ask_display(ToDisplay::FocusPast(person));
            });
        });
        self.past.borrow_mut().sheet = Some(sheet.clone());
        Ok(sheet)
    }

    /// Asks for the lesson; the panel opens when it is there.
    pub(super) fn look_back(self: &Rc<Self>) {
        self.past.borrow_mut().person = None;
        self.ask_display(ToDisplay::EnterPast);
    }

    /// The past is shown, from its end.
    pub(super) fn past_entered(self: &Rc<Self>, length_ms: u32, people: &[PersonId]) {
        let was_open = self.is_open(DockPanel::Past);
        if !was_open {
            let dock = self.dock.rect();
            self.toggle_panel(DockPanel::Past, dock.x + dock.width / 2);
        }
        let mut past = self.past.borrow_mut();
        past.stop();
        (past.length_ms, past.at_ms) = (length_ms, f64::from(length_ms));
        if let Some(sheet) = &past.sheet {
            let hues = self.hues.borrow();
            let colour = |person: &PersonId| hues.get(person).map_or(Colour::BLACK, |hue| hue.colour).rgb();
            let adapter = sheet.ui.global::<PastAdapter<'_>>();
            let numbers: Vec<i32> = people.iter().map(|person| person.number().into()).collect();
            let colours: Vec<_> = people.iter().map(|person| solid(colour(person))).collect();
            let claims = self.claims.borrow();
            let names: Vec<slint::SharedString> =
                people.iter().map(|person| claims.owner(*person).into()).collect();
            adapter.set_names(ModelRc::new(VecModel::from(names)));
            adapter.set_people(ModelRc::new(VecModel::from(numbers)));
            adapter.set_colours(ModelRc::new(VecModel::from(colours)));
            adapter.set_person(past.person.map_or(0, |person| person.number().into()));
        }
        past.show();
    }

    /// Back to now.
    pub(super) fn past_left(self: &Rc<Self>) {
        self.past.borrow_mut().stop();
        self.close_panel(DockPanel::Past);
    }

    fn go_to_past(&self, at_ms: f64) {
        let mut past = self.past.borrow_mut();
        past.at_ms = at_ms.clamp(0.0, f64::from(past.length_ms));
        past.show();
        self.ask_display(ToDisplay::GoToPast(past.at_ms as u32));
    }

    fn play_past(self: &Rc<Self>) {
        let mut past = self.past.borrow_mut();
        if past.ticked.is_some() {
            past.stop();
            past.show();
            return;
        }
        // From the beginning where there is nothing left to play.
        if past.at_ms >= f64::from(past.length_ms) {
            past.at_ms = 0.0;
        }
        past.ticked = Some(Instant::now());
        let wall = Rc::downgrade(self);
        past.timer.start(TimerMode::Repeated, STEP, move || {
            wall.upgrade().iter().for_each(|wall| wall.play_on());
        });
        past.show();
    }

    fn play_on(&self) {
        let mut past = self.past.borrow_mut();
        let now = Instant::now();
        let Some(before) = past.ticked.replace(now) else { return };
        let passed = now.duration_since(before).as_secs_f64() * 1000.0;
        let at_ms = past.at_ms + passed * f64::from(past.speed);
        if at_ms >= f64::from(past.length_ms) {
            past.stop();
        }
        drop(past);
        self.go_to_past(at_ms);
    }
}

impl Past {
    /// Whether it goes on by itself.
    pub(super) fn plays(&self) -> bool {
        self.ticked.is_some()
    }

    fn stop(&mut self) {
        self.timer.stop();
        self.ticked = None;
    }

    fn show(&self) {
        let Some(sheet) = &self.sheet else { return };
        let adapter = sheet.ui.global::<PastAdapter<'_>>();
        let place = if self.length_ms == 0 { 1.0 } else { self.at_ms / f64::from(self.length_ms) };
        adapter.set_place(place as f32);
        let clock = |ms: f64| format!("{}:{:02}", ms as u64 / 60_000, ms as u64 / 1000 % 60);
        adapter.set_time(format!("{} / {}", clock(self.at_ms), clock(f64::from(self.length_ms))).into());
        adapter.set_plays(self.ticked.is_some());
        adapter.set_speed(i32::try_from(self.speed).unwrap_or(1));
    }
}
