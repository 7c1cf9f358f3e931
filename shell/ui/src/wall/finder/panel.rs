//! One side's panel: what is asked on it, and what was found.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use board::PageId;
use slint::{ComponentHandle, Image, Timer};

use super::rows;
use crate::pad::Pad;
use crate::reading;
use crate::rows::kept_while;
use crate::search::Hit;
use crate::surface::Surface;
use crate::typist::{Field, Typist};
use screens::{FinderAdapter, FinderSurface, Finding};

/// One side's panel and what is on it.
pub(in crate::wall) struct Finder {
    pub(super) surface: Surface<FinderSurface>,
    pub(super) pad: Pad,
    pub(super) began: Instant,
    /// The newest question, and the reading of the field under way.
    pub(super) asked: u64,
    pub(super) reading: Option<u64>,
    pub(super) typist: Rc<Typist<FinderSurface>>,
    pub(super) heard: Rc<RefCell<Heard>>,
    pub(super) hits: Vec<Hit>,
    pub(super) pictures: BTreeMap<PageId, Option<Image>>,
    pub(super) timers: Timers,
}

/// What was read last, for another reading of it.
#[derive(Default)]
pub(super) struct Heard {
    /// The question before it.
    before: String,
    read: String,
    others: Vec<String>,
}

impl Heard {
    /// The question with these words behind it, on one line.
    pub(super) fn whole(&self, more: &str) -> String {
        let (before, more) = (self.before.trim_end(), more.replace('\n', " "));
        let letters = |letter: Option<char>| letter.is_some_and(|letter| !reading::is_wide(letter));
        let apart = letters(before.chars().last()) && letters(more.chars().next());
        format!("{before}{}{more}", if apart { " " } else { "" })
    }

    /// What else may have been written, while nothing was added to it.
    pub(super) fn others(&self, question: &str) -> Vec<String> {
        let readings = || std::iter::once(&self.read).chain(&self.others);
        if self.others.is_empty() || readings().all(|read| self.whole(read) != question) {
            return Vec::new();
        }
        readings().filter(|read| self.whole(read) != question).cloned().collect()
    }
}

#[derive(Default)]
pub(super) struct Timers {
    pub(super) ask: Timer,
    pub(super) read: Timer,
    pub(super) paint: Timer,
}

impl Finder {
    pub(super) fn adapter(&self) -> FinderAdapter<'_> {
        self.surface.ui.global::<FinderAdapter<'_>>()
    }

    pub(super) fn is_open(&self) -> bool {
        self.surface.place.is_visible()
    }

    /// Nothing is asked or found.
    pub(super) fn empty(&mut self) {
        self.pictures.clear();
        self.hits.clear();
        self.pad.clear();
        self.heard.take();
        let adapter = self.adapter();
        adapter.set_finding(Finding::Ask);
        adapter.set_has_ink(false);
        adapter.set_ink(Image::default());
        self.typist.forget();
        self.show_hits();
    }

    /// What is asked.
    pub(super) fn question(&self) -> String {
        self.surface.ui.typing().get_text().into()
    }

    /// Puts what was read behind the question.
    pub(super) fn hear(&self, read: String, others: Vec<String>) {
        *self.heard.borrow_mut() = Heard { before: self.question(), read, others };
        let whole = self.heard.borrow().whole(&self.heard.borrow().read);
        self.typist.write(&whole);
    }

    pub(super) fn paint(&self) {
        self.adapter().set_ink(self.pad.image());
        self.adapter().set_has_ink(!self.pad.is_blank());
    }

    pub(super) fn show_hits(&self) {
        let now_us = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_micros();
        let now_us = u64::try_from(now_us).unwrap_or(u64::MAX);
        let rows = self.hits.iter().map(|hit| {
            let picture = self.pictures.get(&hit.page).cloned().flatten();
            rows::row(hit, picture, now_us)
        });
        let adapter = self.adapter();
        adapter.set_hits(kept_while(|one, other| one.page == other.page, adapter.get_hits(), rows));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_reading_is_offered_until_something_is_added() {
        let heard = Heard {
            before: "where is".to_owned(),
            read: "gravity".to_owned(),
            others: vec!["cavity".to_owned()],
        };
        assert_eq!(heard.whole("gra\nvity"), "where is gra vity");
        assert_eq!(heard.whole("重力"), "where is重力");
        assert_eq!(heard.others("where is gravity"), ["cavity"]);
        assert_eq!(heard.others("where is cavity"), ["gravity"]);
        assert!(heard.others("where is gravity now").is_empty() && Heard::default().others("").is_empty());
    }
}
