//! How the tools of a lesson stand, for what lies around them.

use super::Class;
use crate::kept::prefs::Hand;

impl Class {
    /// The hand that most people here write with.
    pub fn hand(&self) -> Hand {
        self.hand.get()
    }

    /// Whether a tool is open: a countdown or a noise light is looked at without being touched.
    pub fn is_in_use(&self) -> bool {
        !self.open.borrow().is_empty()
    }
}
