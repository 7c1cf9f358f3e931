//! Finding pages by what was said on them: a question by hand or by keys, and the pages that answer it. The board goes
//! on around it, and somebody else may look for something at the other side.

mod hand;
mod panel;
pub(super) mod rows;

pub(super) use panel::Finder;
pub(super) use rows::picture;

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use api::shell::Element;
use board::{Bitmap, Inked, PageId, PersonId};
use display::{BoardCommand, ToDisplay};
use slint::{ComponentHandle, PlatformError, TimerMode};

use super::Wall;
use crate::bridge::{FromUi, ToUi, Understanding};
use crate::kept::prefs::Hand;
use crate::pad::Pad;
use crate::search::{Hit, QUESTION_LEN_MAX};
use crate::surface::Level;
use crate::typist::{Field, Parts, Typist};
use panel::{Heard, Timers};
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

/// Where somebody stands who looks for something: there is a panel for each side, with keys and answers of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Side {
    Left,
    Right,
}

impl Side {
    fn other(self) -> Self {
        if self == Self::Left { Self::Right } else { Self::Left }
    }
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

    /// Somebody at the dock looks for something: at the side of the hand that writes, or at the other one where
    /// somebody already does.
    pub(super) fn look_for(self: &Rc<Self>) {
        let usual = if self.class.hand() == Hand::Left { Side::Left } else { Side::Right };
        // Where both look already, nobody's question is taken from them.
        let free = [usual, usual.other()].into_iter().find(|side| !self.is_finding(*side));
        free.into_iter().for_each(|side| self.open_finder(side, ""));
    }

    /// The same for a question that somebody wrote on the board.
    pub(super) fn look_for_written(self: &Rc<Self>, person: PersonId, question: &str) {
        let middle = self.layout.screen().width / 2;
        let palette = self.palettes.borrow().get(&person).map(|palette| palette.place.rect());
        let right = palette.is_none_or(|palette| palette.x + palette.width / 2 >= middle);
        let own = if right { Side::Right } else { Side::Left };
        let free = if self.is_finding(own) && !self.is_finding(own.other()) { own.other() } else { own };
        self.open_finder(free, question);
    }

    /// Whether somebody looks for something at a side.
    fn is_finding(&self, side: Side) -> bool {
        self.finders.borrow().get(&side).is_some_and(Finder::is_open)
    }

    /// What a finger can use of the panels.
    pub(super) fn list_finders(&self, into: &mut Vec<Element>) {
        self.finders.borrow().values().for_each(|finder| finder.surface.list(into));
    }

    /// Opens a side's panel, with a question or to ask one.
    fn open_finder(self: &Rc<Self>, side: Side, question: &str) {
        let side = if self.layout.finds_at_both_sides() { side } else { Side::Right };
        if let Err(error) = self.make_finder(side) {
            tracing::error!(%error, "the panel for finding could not be made");
            return;
        }
        self.look_through();
        self.with_finder(side, |finder| {
            finder.empty();
            let adapter = finder.adapter();
            adapter.set_reading(if self.state.borrow().reading { Reading::Ready } else { Reading::Gone });
            finder.surface.place.raise();
            finder.surface.set_visible(self.state.borrow().visible);
            finder.typist.begin(question);
            self.ask_soon(side, finder);
        });
    }

    /// Handwriting can be read again, or cannot.
    pub(super) fn tell_finder(&self, ready: bool) {
        self.with_finders(|finder| {
            let adapter = finder.adapter();
            match (ready, adapter.get_reading()) {
                (false, _) => adapter.set_reading(Reading::Gone),
                (true, Reading::Gone) => adapter.set_reading(Reading::Ready),
                (true, _) => {}
            }
        });
    }

    /// Closes all of them.
    pub(super) fn close_finders(&self) {
        self.with_finders(|finder| self.close(finder));
    }

    /// What was asked and found there is forgotten.
    fn close(&self, finder: &mut Finder) {
        finder.surface.set_visible(false);
        finder.timers = Timers::default();
        self.give_up(finder.reading.take());
        // An answer that is still on its way is nobody's.
        finder.asked = self.ticket();
        finder.empty();
    }

    fn make_finder(self: &Rc<Self>, side: Side) -> Result<(), PlatformError> {
        if self.finders.borrow().contains_key(&side) {
            return Ok(());
        }
        let rect = self.layout.finder(side == Side::Right);
        let surface = self.easel.make("finder", rect, Level::Passing, None, FinderSurface::new)?;
        let adapter = surface.ui.global::<FinderAdapter<'_>>();
        adapter.set_pad(true);
        let tag = if side == Side::Left { "-left" } else { "" };
        adapter.set_tag(tag.into());
        surface.ui.typing().set_tag(format!("-find{tag}").into());
        self.connect_finder(side, &adapter);
        let px = |px: i32| u32::try_from(px).unwrap_or(1);
        let size = (px(rect.width - self.layout.px(BESIDE_PAD)), px(self.layout.px(PAD_HEIGHT)));
        let heard = Rc::default();
        let typist = self.question_typist(side, surface.ui.clone_strong(), &heard);
        let finder = Finder {
            surface,
            typist,
            heard,
            pad: Pad::new(size, self.layout.px(PEN) as f32),
            began: Instant::now(),
            asked: 0,
            reading: None,
            hits: Vec::new(),
            pictures: BTreeMap::new(),
            timers: Timers::default(),
        };
        self.finders.borrow_mut().insert(side, finder);
        Ok(())
    }

    fn connect_finder(self: &Rc<Self>, side: Side, adapter: &FinderAdapter<'_>) {
        let with = |act: fn(&Rc<Wall>, &mut Finder, Side)| {
            let wall = Rc::downgrade(self);
            move || {
                let Some(wall) = wall.upgrade() else { return };
                wall.with_finder(side, |finder| act(&wall, finder, side));
            }
        };
        adapter.on_close(with(|wall, finder, _| wall.close(finder)));
        adapter.on_clear(with(|wall, finder, _| wall.clear_pad(finder)));
        adapter.on_pen_up(with(|wall, finder, side| wall.lift(side, finder)));
        let wall = Rc::downgrade(self);
        adapter.on_set_pad(move |pad| {
            wall.upgrade().iter().for_each(|wall| {
                wall.with_finder(side, |finder| finder.adapter().set_pad(pad));
            });
        });
        let write = |down: bool| {
            let wall = Rc::downgrade(self);
            move |x, y| {
                let Some(wall) = wall.upgrade() else { return };
                wall.with_finder(side, |finder| wall.write(side, finder, down, (x, y)));
            }
        };
        adapter.on_pen_down(write(true));
        adapter.on_pen_move(write(false));
        let with_index = |act: fn(&Rc<Wall>, &mut Finder, Side, usize)| {
            let wall = Rc::downgrade(self);
            move |index: i32| {
                if let (Some(wall), Ok(index)) = (wall.upgrade(), usize::try_from(index)) {
                    wall.with_finder(side, |finder| act(&wall, finder, side, index));
                }
            }
        };
        adapter.on_open(with_index(|wall, finder, _, index| wall.open_hit(finder, index)));
    }

    fn with_finder(&self, side: Side, act: impl FnOnce(&mut Finder)) {
        if let Some(finder) = self.finders.borrow_mut().get_mut(&side) {
            act(finder);
        }
    }

    fn with_finders(&self, act: impl FnMut(&mut Finder)) {
        self.finders.borrow_mut().values_mut().for_each(act);
    }

    /// The keys of a side's question.
    fn question_typist(
        self: &Rc<Self>,
        side: Side,
        ui: FinderSurface,
        heard: &Rc<RefCell<Heard>>,
    ) -> Rc<Typist<FinderSurface>> {
        let wall = Rc::downgrade(self);
        let edited = move || {
            let Some(wall) = wall.upgrade() else { return };
            wall.with_finder(side, |finder| wall.ask_soon(side, finder));
        };
        let (others, whole) = (heard.clone(), heard.clone());
        let parts = Parts {
            others: Box::new(move |question| others.borrow().others(question)),
            whole: Box::new(move |other| whole.borrow().whole(other)),
            edited: Box::new(edited),
        };
        Typist::new(ui, self.dictionary.clone(), parts)
    }

    fn ask_soon(self: &Rc<Self>, side: Side, finder: &mut Finder) {
        let wall = Rc::downgrade(self);
        finder.timers.ask.start(TimerMode::SingleShot, ASK_AFTER, move || {
            wall.upgrade().iter().for_each(|wall| wall.with_finder(side, |finder| wall.ask(finder)));
        });
    }

    fn ask(&self, finder: &mut Finder) {
        let question: String = finder.question().chars().take(QUESTION_LEN_MAX).collect();
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
        self.with_finders(|finder| {
            if finder.asked != ticket {
                return;
            }
            finder.hits.clone_from(&hits);
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
        self.with_finders(|finder| {
            if let Some(known) = finder.pictures.get_mut(&page) {
                *known = Some(rows::picture(bitmap));
                finder.show_hits();
            }
        });
    }

    fn open_hit(&self, finder: &mut Finder, index: usize) {
        if let Some(hit) = finder.hits.get(index) {
            self.command(BoardCommand::GoToPage(hit.number));
            self.close(finder);
        }
    }
}
