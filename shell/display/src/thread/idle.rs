//! Whether anybody is there.

use super::Display;
use std::time::Instant;

impl Display {
    /// When a surface was touched last or a key pressed, if ever; what hands do on the board is told by its events.
    pub fn touched_at(&self) -> Option<Instant> {
        self.0.ui.touched.get()
    }
}
