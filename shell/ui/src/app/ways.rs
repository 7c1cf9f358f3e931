//! The ways for people who see, hear or reach less: who has them switched on, and for how long.

use std::cell::Cell;
use std::rc::Rc;

use accesskit::ActionRequest;
use anyhow::{Context, Result};
use api::shell::Element;

use super::{App, with_app};
use crate::access::{self, Assistive, Captions, Found, Manner, Press, Reader, Scanner, Utterance, Voice};
use crate::kept::prefs::{Prefs, ScanPace};
use crate::kiosk::GuestWish;
use crate::layout::Layout;
use crate::settings::{Language, Output, Settings};
use crate::surface::Easel;

/// All of them.
pub(super) struct Ways {
    voice: Voice,
    reader: Rc<Reader>,
    captions: Rc<Captions>,
    captioned: Cell<bool>,
    scanner: Rc<Scanner>,
    /// Switches with keys of their own.
    switches: usize,
    /// A student at the kiosk has what they touch read aloud.
    guest_reads: Cell<bool>,
    /// What a desktop's programs are told, where there is a desktop.
    assistive: Option<Rc<Assistive>>,
    /// The language where nobody has chosen one.
    shipped: Language,
}

impl Ways {
    pub(super) fn new(easel: Rc<Easel>, layout: Layout, settings: &Settings) -> Result<Self> {
        let switches = settings.switches()?;
        access::listen(&switches, |number| {
            let press = if number == 0 { Press::Choose } else { Press::Step };
            let press = move || {
                with_app(|app| {
                    app.signage.touched();
                    app.ways.scanner.press(press);
                });
            };
            let sent = slint::invoke_from_event_loop(press);
            if sent.is_err() {
                tracing::debug!("the screens have ended");
            }
        });
        let assistive = (settings.output == Output::Window).then(|| {
            Assistive::new(easel.clone(), layout.screen(), |request| {
                let act = move || {
                    with_app(|app| {
                        app.ways.act(&request);
                        app.signage.touched();
                    });
                };
                if slint::invoke_from_event_loop(act).is_err() {
                    tracing::debug!("the screens have ended");
                }
            })
        });
        let present = || with_app(|app| app.kiosk.noticed());
        let reader = Reader::new(easel.clone(), |words| with_app(|app| app.say(words)), present);
        let tell = |found: Option<&Found>| with_app(|app| app.take_walk(found));
        Ok(Self {
            voice: Voice::start(),
            reader,
            captions: Captions::new(&easel, layout).context("captions")?,
            captioned: Cell::default(),
            scanner: Scanner::new(easel, layout.screen(), tell),
            switches: switches.len(),
            guest_reads: Cell::default(),
            assistive,
            shipped: settings.language,
        })
    }

    /// A program of the desktop wants something done.
    fn act(&self, request: &ActionRequest) {
        self.assistive.iter().for_each(|assistive| assistive.act(request));
    }

    pub(super) fn speak(&self, language: Language) {
        self.reader.speak(language == Language::Zh);
    }

    /// What of them is on the screen.
    pub(super) fn list(&self, into: &mut Vec<Element>) {
        self.captions.list(into);
        self.scanner.list(into);
    }

    fn manner(&self, prefs: &Prefs) -> Option<Manner> {
        let touches = self.switches == 0;
        let on = prefs.scan != ScanPace::Off || !touches;
        on.then_some(Manner { pace: prefs.scan, touches, stepped: self.switches > 1 })
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
        self.ways.scanner.set(self.ways.manner(prefs));
        self.ways.captioned.set(prefs.captions);
        if !prefs.captions {
            self.ways.captions.hush();
        }
    }

    fn read_aloud(&self, prefs: &Prefs) {
        self.ways.reader.set_on(prefs.read_aloud || self.ways.guest_reads.get());
    }

    fn say(&self, words: Utterance) {
        if self.ways.captioned.get() {
            self.ways.captions.show(&words.text, self.wall.is_reached());
        }
        self.ways.voice.say(words);
    }

    /// A switch was pressed, or its frame is around something.
    fn take_walk(&self, found: Option<&Found>) {
        match found {
            None => self.kiosk.noticed(),
            Some(found) => self.ways.reader.walk_to(found),
        }
    }
}
