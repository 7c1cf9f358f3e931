//! The time machine: the board as it was, on the wall itself. Time is told along an axis without the long pauses, in
//! milliseconds of watching.

use super::Stage;
use crate::inbox::ToUi;
use crate::message::FromDisplay;
use board::{Focus, PersonId, Timeline};

/// A pause is as long as this at most, in microseconds: whoever looks back does not wait.
const LONGEST_PAUSE_US: u64 = 1_500_000;

/// A lesson that is looked back at.
pub(crate) struct Lookback {
    line: Timeline,
    person: Option<PersonId>,
    /// When something was done, and how much of watching had passed by then; both in microseconds, in order.
    axis: Vec<(u64, u64)>,
}

impl Lookback {
    fn new(line: Timeline, person: Option<PersonId>) -> Self {
        let focus = Focus { page: None, person };
        // Before the first thing that was done: what lasted no time at all was done at its beginning.
        let began = line.span(focus).map_or(0, |(from, _)| from.saturating_sub(1));
        let mut axis = vec![(began, 0)];
        for (stamp, _) in line.steps(focus) {
            let (last, shown) = axis[axis.len() - 1];
            let gap = stamp.time.saturating_sub(last);
            // What was written slowly was written without a pause.
            let gap =
                if line.writing(last + gap / 2, focus).is_empty() { gap.min(LONGEST_PAUSE_US) } else { gap };
            if stamp.time > last {
                axis.push((stamp.time, shown + gap));
            }
        }
        Self { line, person, axis }
    }

    fn length_us(&self) -> u64 {
        self.axis.last().map_or(0, |(_, shown)| *shown)
    }

    /// The instant after so much watching.
    fn instant(&self, shown_us: u64) -> u64 {
        let next = self.axis.partition_point(|(_, shown)| *shown <= shown_us);
        let before = next.checked_sub(1).and_then(|at| self.axis.get(at)).map_or(0, |(at, _)| *at);
        match self.axis.get(next) {
            // The end of a pause is what is seen of it: somebody is about to write.
            Some((until, shown)) => until.saturating_sub(shown - shown_us).max(before),
            None => before,
        }
    }
}

impl Stage {
    /// Shows a lesson from its end, with what one person did, or everybody.
    pub(crate) fn enter_past(&mut self, line: Timeline, person: Option<PersonId>) {
        if self.is_ending() {
            return;
        }
        let lookback = Lookback::new(line, person);
        let effects = self.board.enter_past(&lookback.line, person, lookback.instant(lookback.length_us()));
        self.apply(effects);
        let people = lookback.line.people(Focus::default());
        let length_ms = u32::try_from(lookback.length_us().div_ceil(1000)).unwrap_or(u32::MAX);
        self.lookback = Some(lookback);
        self.to_ui.push(ToUi::Event(FromDisplay::Past { length_ms, people }));
    }

    /// Goes to a moment of watching; the page that the class looked at then is shown.
    pub(crate) fn go_to_past(&mut self, at_ms: u32) {
        let Some(lookback) = self.lookback.take() else { return };
        let at_us = lookback.instant(u64::from(at_ms) * 1000);
        let effects = self.board.go_to_past(&lookback.line, at_us);
        self.apply(effects);
        let page = lookback.line.page_at(at_us);
        if let Some(number) = self.board.page_ids().iter().position(|other| *other == page) {
            let effects = self.board.go_to_page(0, number);
            self.apply(effects);
        }
        self.lookback = Some(lookback);
    }

    /// The same with what one person did, or everybody.
    pub(crate) fn focus_past(&mut self, person: Option<PersonId>) {
        if let Some(Lookback { line, .. }) = self.lookback.take_if(|lookback| lookback.person != person) {
            self.enter_past(line, person);
        }
    }

    /// Back to now.
    pub(crate) fn leave_past(&mut self) {
        if self.lookback.take().is_some() {
            let effects = self.board.leave_past();
            self.apply(effects);
            self.to_ui.push(ToUi::Event(FromDisplay::PastLeft));
        }
    }
}
