//! A unit's first start among the other screens: it opens by itself over the first of them, and never over a lesson or a
//! payment.

use std::rc::Rc;

use api::admin::Enrolled;

use super::{App, Screen, with_app};
use crate::assets::Assets;
use crate::bridge::{Asker, SetupSaid};
use crate::first::{First, Places, Told};
use crate::kept::enrolled;
use crate::layout::Layout;
use crate::service::Service;
use crate::settings::Settings;
use crate::surface::Easel;

/// The screen, which tells this app what is chosen there.
pub(super) fn screen(
    settings: &Settings,
    easel: Rc<Easel>,
    layout: Layout,
    assets: Rc<Assets>,
    asker: Asker,
) -> Rc<First> {
    let told = Told {
        language: Box::new(|name| with_app(|app| app.prefer_language(name))),
        closed: Box::new(|over| with_app(|app| app.first_closed(over))),
    };
    let places = Places { folders: settings.folders.clone(), cameras: settings.inputs };
    First::new(easel, layout, assets, asker, places, told)
}

/// The service page, from which a first start can be seen again.
pub(super) fn service(settings: &Settings, easel: Rc<Easel>, layout: Layout, asker: Asker) -> Rc<Service> {
    let language = |name: &str| with_app(|app| app.speak_named(name));
    Service::new(settings, easel, layout, asker, language, || with_app(|app| app.first.open()))
}

impl App {
    /// The service tells of a first start, or answers it.
    pub(super) fn take_setup(&self, said: SetupSaid) {
        if let SetupSaid::Enrolled(enrolled) = &said {
            self.take_enrolled(enrolled);
        }
        self.first.take(said);
        self.settle_first();
    }

    /// Opens it where the unit has never been set up and nobody teaches or pays.
    pub(super) fn settle_first(&self) {
        let home = matches!(self.shown.get().0, Screen::Home | Screen::Session);
        let kiosk =
            self.shown.get().0 == Screen::Kiosk && self.kiosk.is_idle() && !Screen::Home.is_in(self.role);
        if self.first.is_due() && (home || kiosk) {
            self.first.open();
        }
        self.home.adapter().set_has_setup(self.first.is_open_to_all());
    }

    fn first_closed(&self, over: bool) {
        tracing::info!(over, "the first start was left");
        self.settle_first();
    }

    /// Another enrolment than the one that is kept here, in which the admin service has the last word.
    fn take_enrolled(&self, enrolled: &Enrolled) {
        let before = self.enrolled.recall();
        if before == *enrolled {
            return;
        }
        if let Err(error) = self.enrolled.keep(enrolled) {
            tracing::warn!(%error, "what the unit is enrolled with is not kept for the next start");
        }
        self.show_enrolled(enrolled);
        let language = enrolled::language(enrolled).filter(|_| before.language != enrolled.language);
        if let Some(language) = language {
            self.preferences.change(|prefs| prefs.language = Some(language));
        }
    }

    pub(super) fn show_enrolled(&self, enrolled: &Enrolled) {
        self.home.set_enrolled(enrolled);
        self.service.set_pin(&enrolled.service_pin);
    }
}
