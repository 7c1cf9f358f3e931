//! Somebody who sees the touches of surfaces before the surfaces do, and may keep them: a reader that says what lies
//! under a finger before it acts.

use super::Ui;
use super::surface::{Surface, SurfaceHandle};
use crate::inbox::Pointer;

/// What a finger does on a surface.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TouchPhase {
    Pressed,
    Moved,
    Released,
    /// It belongs to something else from now on.
    Cancelled,
}

/// One step of a finger on a surface, in pixels from the surface's own corner.
#[derive(Clone)]
pub struct Touch {
    pub surface: SurfaceHandle,
    pub phase: TouchPhase,
    pub x: f32,
    pub y: f32,
}

/// Called for each step; true: the surface does not hear of it.
pub(super) type Watcher = Box<dyn FnMut(&Touch) -> bool>;

impl Ui {
    pub(crate) fn watch(&self, watcher: Watcher) {
        *self.watcher.borrow_mut() = Some(watcher);
    }

    /// Asks the watcher, if there is one, whether it keeps this.
    pub(super) fn is_watched(&self, surface: &Surface, pointer: Pointer, (x, y): (f32, f32)) -> bool {
        // It may replace itself, so it is not borrowed while it runs.
        let Some(mut watcher) = self.watcher.borrow_mut().take() else { return false };
        let phase = match pointer {
            Pointer::Pressed => TouchPhase::Pressed,
            Pointer::Moved => TouchPhase::Moved,
            Pointer::Released => TouchPhase::Released,
            Pointer::Cancelled => TouchPhase::Cancelled,
        };
        let kept = watcher(&Touch { surface: surface.handle(), phase, x, y });
        self.watcher.borrow_mut().get_or_insert(watcher);
        kept
    }
}
