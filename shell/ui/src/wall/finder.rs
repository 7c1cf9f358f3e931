//! Finding pages by what was said on them: a question by hand or by keys, and the pages that answer it. The board
//! goes on around it.

mod hand;
pub(super) mod rows;

pub(super) use rows::picture;

use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use board::{Bitmap, Inked, PageId};
use display::{BoardCommand, ToDisplay};
use slint::platform::{Key, WindowEvent};
use slint::{
    ComponentHandle, Image, Model, ModelRc, PlatformError, SharedString, Timer, TimerMode, VecModel,
};

use super::Wall;
use super::editing::words;
use crate::bridge::{FromUi, ToUi, Understanding};
use crate::keyboard;
use crate::pad::Pad;
use crate::reading;
use crate::rows::kept_keys;
use crate::search::{Hit, QUESTION_LEN_MAX};
use crate::surface::{Level, Surface};
use screens::{FinderAdapter, FinderSurface, Finding, Reading};

/// A question is asked when nothing was added to it for so long.
const ASK_AFTER: Duration = Duration::from_millis(300);
/// The board is looked through when nothing has changed on it for so long.
const IDLE_AFTER: Duration = Duration::from_secs(3);
/// Strokes of a page that are read: a page full of small writing, and what the service takes at once.
const STROKES_MAX: usize = 4_000;
/// How wide a small page is, in design units, as the screen's file has it.
const PICTURE: f32 = 192.0;
/// The pen of the field, in design units.
const PEN: f32 = 5.0;
/// The field's size in design units within the surface: what is beside it, and its height.
const BESIDE_PAD: f32 = 116.0;
const PAD_HEIGHT: f32 = 272.0;

/// The panel and what is on it.
pub(super) struct Finder {
    surface: Surface<FinderSurface>,
    pad: Pad,
    began: Instant,
    shifted: bool,
    symbols: bool,
    /// The newest question, and the reading of the field under way.
    asked: u64,
    reading: Option<u64>,
    /// The question before what was read last, for another reading of it.
    before: String,
    hits: Vec<Hit>,
    pictures: BTreeMap<PageId, Option<Image>>,
    timers: Timers,
}

#[derive(Default)]
struct Timers {
    ask: Timer,
    read: Timer,
    paint: Timer,
}

impl Wall {
    /// Something has changed on the board: it is looked through once it rests.
    pub(super) fn look_through_later(self: &Rc<Self>) {
        let wall = Rc::downgrade(self);
        self.idle.start(TimerMode::SingleShot, IDLE_AFTER, move || {
            if let Some(wall) = wall.upgrade() {
                wall.look_through();
            }
        });
    }

    /// What texts say goes from the display thread straight to whoever finds things.
    fn look_through(&self) {
        // What was ended may come back, and is not learnt anew then.
        if self.end.borrow().is_pending() {
            return;
        }
        let asker = self.asker.clone();
        self.command(BoardCommand::Said(Box::new(move |said| {
            if !asker.ask(FromUi::Said(said)) {
                tracing::debug!("the board is looked through later");
            }
        })));
    }

    /// The strokes of a page are to be read while nobody waits.
    pub fn give_ink(&self, inked: Inked) {
        let asker = self.asker.clone();
        let reply = Box::new(move |strokes| {
            if !asker.ask(FromUi::Ink { inked, strokes }) {
                tracing::debug!("a page is read later");
            }
        });
        self.command(BoardCommand::PageStrokes { page: inked.page, most: STROKES_MAX, reply });
    }

    /// Opens the panel, with a question or to ask one.
    pub(super) fn open_finder(self: &Rc<Self>, question: &str) {
        if let Err(error) = self.make_finder() {
            tracing::error!(%error, "the panel for finding could not be made");
            return;
        }
        self.look_through();
        let mut finder = self.finder.borrow_mut();
        let Some(finder) = finder.as_mut() else { return };
        finder.pictures.clear();
        finder.hits.clear();
        finder.pad.clear();
        let adapter = finder.surface.ui.global::<FinderAdapter<'_>>();
        adapter.set_question(question.into());
        adapter.set_finding(Finding::Ask);
        adapter.set_reading(if self.state.borrow().reading { Reading::Ready } else { Reading::Gone });
        adapter.set_has_ink(false);
        adapter.set_candidates(words(Vec::new()));
        finder.show_hits();
        finder.show_keys();
        finder.surface.place.raise();
        finder.surface.set_visible(self.state.borrow().visible);
        finder.surface.ui.window().dispatch_event(WindowEvent::WindowActiveChanged(true));
        finder.surface.ui.invoke_begin();
        self.ask_soon(finder);
    }

    /// Handwriting can be read again, or cannot.
    pub(super) fn tell_finder(&self, ready: bool) {
        self.with_finder(|finder| {
            let adapter = finder.adapter();
            match (ready, adapter.get_reading()) {
                (false, _) => adapter.set_reading(Reading::Gone),
                (true, Reading::Gone) => adapter.set_reading(Reading::Ready),
                (true, _) => {}
            }
        });
    }

    pub(super) fn close_finder(&self) {
        if let Some(finder) = self.finder.borrow_mut().as_mut() {
            finder.surface.set_visible(false);
            finder.timers = Timers::default();
            finder.pictures.clear();
            self.give_up(finder.reading.take());
        }
    }

    fn make_finder(self: &Rc<Self>) -> Result<(), PlatformError> {
        if self.finder.borrow().is_some() {
            return Ok(());
        }
        let rect = self.layout.finder();
        let surface = self.easel.make("finder", rect, Level::Passing, None, FinderSurface::new)?;
        surface.ui.global::<FinderAdapter<'_>>().set_pad(true);
        self.connect_finder(&surface.ui.global::<FinderAdapter<'_>>());
        let side = |px: i32| u32::try_from(px).unwrap_or(1);
        let size = (side(rect.width - self.layout.px(BESIDE_PAD)), side(self.layout.px(PAD_HEIGHT)));
        *self.finder.borrow_mut() = Some(Finder {
            surface,
            pad: Pad::new(size, self.layout.px(PEN) as f32),
            began: Instant::now(),
            shifted: false,
            symbols: false,
            asked: 0,
            reading: None,
            before: String::new(),
            hits: Vec::new(),
            pictures: BTreeMap::new(),
            timers: Timers::default(),
        });
        Ok(())
    }

    fn connect_finder(self: &Rc<Self>, adapter: &FinderAdapter<'_>) {
        let with = |act: fn(&Rc<Wall>)| {
            let wall = Rc::downgrade(self);
            move || wall.upgrade().iter().for_each(act)
        };
        adapter.on_close(with(|wall| wall.close_finder()));
        adapter.on_edited(with(|wall| wall.with_finder(|finder| wall.ask_soon(finder))));
        adapter.on_backspace(with(|wall| wall.type_question(Key::Backspace.into())));
        adapter
            .on_shift(with(|wall| wall.with_finder(|finder| finder.switch(|it| it.shifted = !it.shifted))));
        adapter.on_other_keys(with(|wall| {
            wall.with_finder(|finder| finder.switch(|it| it.symbols = !it.symbols))
        }));
        adapter.on_clear(with(|wall| wall.with_finder(|finder| wall.clear_pad(finder))));
        adapter.on_pen_up(with(|wall| wall.with_finder(|finder| wall.lift(finder))));
        let wall = Rc::downgrade(self);
        adapter
            .on_key(move |letter| wall.upgrade().iter().for_each(|wall| wall.type_question(letter.clone())));
        let wall = Rc::downgrade(self);
        adapter.on_set_pad(move |pad| {
            wall.upgrade().iter().for_each(|wall| {
                wall.with_finder(|finder| finder.adapter().set_pad(pad));
            });
        });
        let wall = Rc::downgrade(self);
        adapter.on_pen_down(move |x, y| {
            wall.upgrade().iter().for_each(|wall| wall.with_finder(|finder| wall.write(finder, true, x, y)));
        });
        let wall = Rc::downgrade(self);
        adapter.on_pen_move(move |x, y| {
            wall.upgrade().iter().for_each(|wall| wall.with_finder(|finder| wall.write(finder, false, x, y)));
        });
        let with_index = |act: fn(&Rc<Wall>, usize)| {
            let wall = Rc::downgrade(self);
            move |index: i32| {
                if let (Some(wall), Ok(index)) = (wall.upgrade(), usize::try_from(index)) {
                    act(&wall, index);
                }
            }
        };
        adapter.on_take(with_index(|wall, index| wall.with_finder(|finder| wall.take_other(finder, index))));
        adapter.on_open(with_index(Wall::open_hit));
    }

    fn with_finder(&self, act: impl FnOnce(&mut Finder)) {
        if let Some(finder) = self.finder.borrow_mut().as_mut() {
            act(finder);
        }
    }

    /// A key goes to the panel's own window, which tells of the edit.
    fn type_question(self: &Rc<Self>, text: SharedString) {
        let window = self.finder.borrow().as_ref().map(|finder| finder.surface.ui.clone_strong());
        if let Some(ui) = window {
            ui.window().dispatch_event(WindowEvent::KeyPressed { text: text.clone() });
            ui.window().dispatch_event(WindowEvent::KeyReleased { text });
        }
        self.with_finder(|finder| finder.switch(|it| it.shifted = false));
    }

    fn ask_soon(self: &Rc<Self>, finder: &mut Finder) {
        let wall = Rc::downgrade(self);
        finder.timers.ask.start(TimerMode::SingleShot, ASK_AFTER, move || {
            wall.upgrade().iter().for_each(|wall| wall.with_finder(|finder| wall.ask(finder)));
        });
    }

    fn ask(&self, finder: &mut Finder) {
        let question: String = finder.adapter().get_question().chars().take(QUESTION_LEN_MAX).collect();
        finder.asked = self.ticket();
        if question.trim().is_empty() {
            finder.hits.clear();
            finder.adapter().set_finding(Finding::Ask);
            finder.show_hits();
            return;
        }
        let asked = self.asker.ask(FromUi::Find { ticket: finder.asked, question });
        finder.adapter().set_finding(if asked { Finding::Waits } else { Finding::Away });
    }

    /// Pages that answer the newest question.
    pub fn take_found(&self, ticket: u64, hits: Vec<Hit>, understanding: Understanding) {
        self.with_finder(|finder| {
            if finder.asked != ticket {
                return;
            }
            finder.hits = hits;
            finder.adapter().set_finding(match understanding {
                Understanding::Waits => Finding::Waits,
                Understanding::Whole => Finding::Whole,
                Understanding::Learns => Finding::Learns,
                Understanding::Away => Finding::Away,
            });
            let fresh: Vec<PageId> = finder
                .hits
                .iter()
                .map(|hit| hit.page)
                .filter(|page| !finder.pictures.contains_key(page))
                .collect();
            for page in fresh {
                finder.pictures.insert(page, None);
                self.picture(page);
            }
            finder.show_hits();
        });
    }

    fn picture(&self, page: PageId) {
        let width_px = u32::try_from(self.layout.px(PICTURE)).unwrap_or(1);
        let reply = Box::new(move |bitmap: Option<Bitmap>| {
            if let Some(bitmap) = bitmap {
                crate::app::teller()(ToUi::Thumbnail { page, bitmap });
            }
        });
        if let Err(error) = self.easel.display.send(ToDisplay::Thumbnail { page, width_px, reply }) {
            tracing::error!(%error, "the display does not listen");
        }
    }

    /// A small page has been drawn.
    pub fn take_thumbnail(&self, page: PageId, bitmap: &Bitmap) {
        self.with_finder(|finder| {
            if let Some(known) = finder.pictures.get_mut(&page) {
                *known = Some(rows::picture(bitmap));
                finder.show_hits();
            }
        });
    }

    fn open_hit(self: &Rc<Self>, index: usize) {
        let number =
            self.finder.borrow().as_ref().and_then(|finder| finder.hits.get(index)).map(|hit| hit.number);
        if let Some(number) = number {
            self.command(BoardCommand::GoToPage(number));
            self.close_finder();
        }
    }

    /// Another reading of what was written last.
    fn take_other(self: &Rc<Self>, finder: &mut Finder, index: usize) {
        if let Some(other) = finder.adapter().get_candidates().row_data(index) {
            finder.say(&other);
            self.ask_soon(finder);
        }
    }
}

impl Finder {
    fn adapter(&self) -> FinderAdapter<'_> {
        self.surface.ui.global::<FinderAdapter<'_>>()
    }

    /// Whether it is open, and what a finger can use of it.
    pub(super) fn surface(&self) -> &Surface<FinderSurface> {
        &self.surface
    }

    /// Puts words behind the question, on one line.
    fn say(&self, more: &str) {
        let (before, more) = (self.before.trim_end(), more.replace('\n', " "));
        let letters = |letter: Option<char>| letter.is_some_and(|letter| !reading::is_wide(letter));
        let apart = letters(before.chars().last()) && letters(more.chars().next());
        let question = format!("{before}{}{more}", if apart { " " } else { "" });
        self.adapter().set_question(question.into());
        self.surface.ui.invoke_begin();
    }

    fn switch(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        self.show_keys();
    }

    fn show_keys(&self) {
        let adapter = self.adapter();
        adapter.set_shifted(self.shifted);
        adapter.set_symbols(self.symbols);
        adapter.set_rows(kept_keys(adapter.get_rows(), keyboard::rows(self.symbols, self.shifted)));
    }

    fn paint(&self) {
        self.adapter().set_ink(self.pad.image());
        self.adapter().set_has_ink(!self.pad.is_blank());
    }

    fn show_hits(&self) {
        let now_us = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let now_us = u64::try_from(now_us).unwrap_or(u64::MAX);
        let rows = self.hits.iter().map(|hit| {
            let picture = self.pictures.get(&hit.page).cloned().flatten();
            rows::row(hit, picture, now_us)
        });
        self.adapter().set_hits(ModelRc::new(VecModel::from(rows.collect::<Vec<_>>())));
    }
}
