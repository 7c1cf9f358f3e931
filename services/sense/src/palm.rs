//! Which waved palms turn a page.
//!
//! Recognition tells a stroke of an open palm, and no more: it knows nothing of the strokes before it. A hand comes back
//! after it turned a page, and who talks with open hands strokes to and fro without end. So a page rests for a while after
//! it, the way back for longer, and strokes that alternate again and again silence the palm until it has been calm. All
//! times are those of the frames in which the strokes ended.

use std::collections::VecDeque;
use std::time::Duration;

/// Where a page goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Page {
    /// To the next one.
    Next,
    /// To the one before.
    Previous,
}

/// After a page no other is turned for so long: one stroke is one page.
const REST: Duration = Duration::from_millis(800);
/// After a page no page is turned the other way for so long: the hand comes back, and may linger first.
const WAY_BACK: Duration = Duration::from_millis(2500);
/// So many changes of direction
const CHANGES_MAX: usize = 3;
/// within so long are a person who talks with his hands: who turns pages has seen after two that the wrong one came.
const CHANGES_WITHIN: Duration = Duration::from_secs(10);
/// Then the palm turns nothing until no stroke has been seen for so long.
const CALM: Duration = Duration::from_secs(4);
/// Strokes that are remembered: far more than a hand makes in that time.
const STROKES_MAX: usize = 32;

/// The strokes of the room's palms.
#[derive(Clone, Debug, Default)]
pub struct Palm {
    turned: Option<(Duration, Page)>,
    strokes: VecDeque<(Duration, Page)>,
    silenced: bool,
}

impl Palm {
    /// Takes in a stroke, and tells whether it turns its page.
    pub fn stroke(&mut self, now: Duration, page: Page) -> bool {
        let since = |at: Duration| now.saturating_sub(at);
        if self.strokes.back().is_none_or(|(last, _)| since(*last) >= CALM) {
            self.silenced = false;
            self.strokes.clear();
        }
        self.strokes.retain(|(at, _)| since(*at) < CHANGES_WITHIN);
        if self.strokes.len() == STROKES_MAX {
            self.strokes.pop_front();
        }
        self.strokes.push_back((now, page));
        self.silenced |= self.changes() >= CHANGES_MAX;
        let rests =
            self.turned.is_some_and(|(at, last)| since(at) < if last == page { REST } else { WAY_BACK });
        let turns = !rests && !self.silenced;
        if turns {
            self.turned = Some((now, page));
        }
        turns
    }

    fn changes(&self) -> usize {
        self.strokes.iter().zip(self.strokes.iter().skip(1)).filter(|(one, two)| one.1 != two.1).count()
    }
}

#[cfg(test)]
mod tests;
