//! When nobody is there, and what is shown then.

use std::rc::Rc;

use slint::{ComponentHandle, Model};

use super::{App, Screen, with_app};
use crate::layout::Layout;
use crate::settings::Settings;
use crate::signage::{Day, Kind, Parts, Signage};
use crate::surface::Easel;
use screens::KioskAdapter;

/// It asks this app for what it wants.
pub(super) fn signage(easel: &Rc<Easel>, layout: Layout, settings: &Settings) -> Rc<Signage> {
    let parts = Parts {
        may: Box::new(|| of_app(App::may_rest).flatten()),
        day: Box::new(|| of_app(App::day).unwrap_or_else(nothing)),
        wake: Box::new(|kind| with_app(|app| app.wake(kind))),
    };
    Signage::new(easel.clone(), layout, &settings.signage, parts)
}

fn of_app<T>(act: impl FnOnce(&App) -> T) -> Option<T> {
    let mut told = None;
    with_app(|app| told = Some(act(app)));
    told
}

fn nothing() -> Day {
    Day { time: String::new(), dates: Default::default(), lessons: Vec::new(), dishes: Vec::new() }
}

impl App {
    /// What may be shown while nobody is there; nothing while something goes on: a lesson of the timetable, time that
    /// is paid, a payment, or what staff and those who set a unit up have open.
    fn may_rest(&self) -> Option<Kind> {
        if self.first.is_shown() || self.service.is_shown() {
            return None;
        }
        let taught = || self.session.sells() || self.home.lesson_names().0.is_some();
        match self.shown.get().0 {
            Screen::Home if !taught() => Some(Kind::Panel),
            Screen::Board if !taught() && !self.wall.is_in_use() => Some(Kind::Board),
            Screen::Kiosk if self.kiosk.is_untouched() => Some(Kind::Kiosk),
            Screen::Home | Screen::Board | Screen::Kiosk | Screen::Session => None,
        }
    }

    fn day(&self) -> Day {
        self.home.bring_up_to_date();
        let home = self.home.adapter();
        let kiosk = self.kiosk.screen().global::<KioskAdapter<'_>>();
        Day {
            time: home.get_time().into(),
            dates: (home.get_date().into(), home.get_other_date().into()),
            lessons: home.get_lessons().iter().collect(),
            dishes: kiosk.get_dishes().iter().filter(|dish| !dish.sold_out).collect(),
        }
    }

    /// The first touch leads to where people begin.
    fn wake(&self, kind: Kind) {
        match kind {
            Kind::Panel | Kind::Board => self.go(Screen::Board),
            Kind::Kiosk => self.kiosk.noticed(),
        }
    }
}
