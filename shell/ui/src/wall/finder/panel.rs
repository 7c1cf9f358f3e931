//! One side's panel: what is asked on it, and what was found.

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use board::PageId;
use slint::{ComponentHandle, Image, SharedString, Timer};

use super::rows;
use crate::keyboard;
use crate::pad::Pad;
use crate::reading;
use crate::rows::{kept_keys, kept_while};
use crate::search::Hit;
use crate::surface::Surface;
use crate::typist::words;
use screens::{FinderAdapter, FinderSurface, Finding};

/// One side's panel and what is on it.
pub(in crate::wall) struct Finder {
    pub(super) surface: Surface<FinderSurface>,
    pub(super) pad: Pad,
    pub(super) began: Instant,
    pub(super) shifted: bool,
    pub(super) symbols: bool,
    /// The newest question, and the reading of the field under way.
    pub(super) asked: u64,
    pub(super) reading: Option<u64>,
    /// The question before what was read last, for another reading of it.
    pub(super) before: String,
    pub(super) hits: Vec<Hit>,
    pub(super) pictures: BTreeMap<PageId, Option<Image>>,
    pub(super) timers: Timers,
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
        self.before.clear();
        let adapter = self.adapter();
        adapter.set_question(SharedString::default());
        adapter.set_finding(Finding::Ask);
        adapter.set_has_ink(false);
        adapter.set_ink(Image::default());
        adapter.set_candidates(words(Vec::new()));
        self.show_hits();
    }

    /// Puts words behind the question, on one line.
    pub(super) fn say(&self, more: &str) {
        let (before, more) = (self.before.trim_end(), more.replace('\n', " "));
        let letters = |letter: Option<char>| letter.is_some_and(|letter| !reading::is_wide(letter));
        let apart = letters(before.chars().last()) && letters(more.chars().next());
        let question = format!("{before}{}{more}", if apart { " " } else { "" });
        self.adapter().set_question(question.into());
        self.surface.ui.invoke_begin();
    }

    pub(super) fn switch(&mut self, change: impl FnOnce(&mut Self)) {
        change(self);
        self.show_keys();
    }

    pub(super) fn show_keys(&self) {
        let adapter = self.adapter();
        adapter.set_shifted(self.shifted);
        adapter.set_symbols(self.symbols);
        adapter.set_rows(kept_keys(adapter.get_rows(), keyboard::rows(self.symbols, self.shifted)));
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
