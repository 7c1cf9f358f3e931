//! What a window's wheel and keyboard say.

use super::Core;
use crate::inbox::{Key, ToUi};

impl Core {
    pub(crate) fn wheel(&mut self, x: f32, y: f32, dx: f32, dy: f32) {
        self.stage.wheel(x, y, dx, dy);
    }

    /// Notches of the wheel that make the board larger about a pixel, or smaller.
    pub(crate) fn zoom(&mut self, x: f32, y: f32, notches: f32) {
        self.stage.zoom((x, y), notches);
    }

    pub(crate) fn key(&mut self, key: Key, text: String) {
        self.post.send(ToUi::Key { key, text });
    }
}
