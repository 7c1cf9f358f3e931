//! When nobody is there, and what is shown then.

use std::rc::Rc;

use slint::{ComponentHandle, Model};

use super::{App, Screen, with_app};
use crate::layout::Layout;
use crate::settings::Settings;
use crate::signage::rules::{Stands, may_show};
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
    Day {
        time: String::new(),
        dates: Default::default(),
        lessons: Vec::new(),
        dishes: Vec::new(),
        times: Vec::new(),
    }
}

impl App {
    fn may_rest(&self) -> Option<Kind> {
        may_show(self.stands())
    }

    /// What is on the screen now, and what goes on there.
    fn stands(&self) -> Stands {
        if self.first.is_shown() || self.service.is_shown() {
            return Stands::Works;
        }
        let taught = self.session.sells() || self.home.lesson_names().0.is_some();
        match self.shown.get().0 {
            Screen::Home => Stands::Home { taught },
            Screen::Board => Stands::Board { taught, watched: self.wall.is_watched() },
            Screen::Kiosk => Stands::Kiosk { untouched: self.kiosk.is_untouched() },
            Screen::Session => Stands::Locked { open: self.kiosk.is_open() },
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
            times: self.session.offered(),
        }
    }

    /// The first touch leads to where people begin: to the board as it was left, or to what is before a locked one.
    fn wake(&self, kind: Kind) {
        self.preferences.close();
        match kind {
            Kind::Panel | Kind::Board => self.go(Screen::Board),
            Kind::Locked => self.session.begin_anew(),
            Kind::Kiosk => self.kiosk.noticed(),
        }
    }
}
