//! The ways for people who see, hear or reach less: who has them switched on, and for how long.

use std::cell::Cell;
use std::rc::Rc;

use super::{App, with_app};
use crate::access::{Reader, Voice};
use crate::kept::prefs::Prefs;
use crate::kiosk::GuestWish;
use crate::settings::Language;
use crate::surface::Easel;

/// All of them.
pub(super) struct Ways {
    reader: Rc<Reader>,
    /// A student at the kiosk has what they touch read aloud.
    guest_reads: Cell<bool>,
    /// The language where nobody has chosen one.
    shipped: Language,
}

impl Ways {
    pub(super) fn new(easel: Rc<Easel>, shipped: Language) -> Self {
        let voice = Voice::start();
        let present = || with_app(|app| app.kiosk.noticed());
        let reader = Reader::new(easel, move |words| voice.say(words), present);
        Self { reader, guest_reads: Cell::default(), shipped }
    }

    pub(super) fn speak(&self, language: Language) {
        self.reader.speak(language == Language::Zh);
    }
}

impl App {
    pub(super) fn connect_ways(&self) {
        self.kiosk.on_guest(|wish| with_app(move |app| app.take_guest(wish)));
    }

    /// What a student wants for themselves; when they go, the next one finds the kiosk as it was.
    fn take_guest(&self, wish: GuestWish) {
        self.ways.guest_reads.set(wish == GuestWish::Reads(true));
        if wish == GuestWish::Gone {
            self.speak(self.preferences.get().language.unwrap_or(self.ways.shipped));
        }
        self.read_aloud(&self.preferences.get());
    }

    pub(super) fn like_ways(&self, prefs: &Prefs) {
        self.kiosk.set_shipped(prefs.language.unwrap_or(self.ways.shipped) == Language::Zh);
        self.read_aloud(prefs);
    }

    fn read_aloud(&self, prefs: &Prefs) {
        self.ways.reader.set_on(prefs.read_aloud || self.ways.guest_reads.get());
    }
}
