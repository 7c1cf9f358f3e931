//! How the tools of a lesson stand, for what lies around them.

use super::Class;
use crate::kept::prefs::Hand;

impl Class {
    /// The hand that most people here write with.
    pub fn hand(&self) -> Hand {
        self.hand.get()
    }

    /// Whether a tool is looked at without being touched: a countdown that runs, a noise light, a code to take along.
    pub fn is_watched(&self) -> bool {
        self.open.borrow().values().any(|tool| tool.is_watched(self.now()))
    }
}
