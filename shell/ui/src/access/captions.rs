//! Captions: what is spoken, as words on the screen, for as long as it takes to read them.

use std::rc::Rc;
use std::time::Duration;

use api::shell::Element;
use slint::{ComponentHandle, PlatformError, Timer, TimerMode};

use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};
use screens::{CaptionsAdapter, CaptionsSurface};

/// The least time that words stay, and what each further character adds: a slow reader's pace.
const STAY: Duration = Duration::from_secs(3);
/// See [`STAY`].
const EACH: Duration = Duration::from_millis(120);

/// The area for words.
pub struct Captions {
    surface: Surface<CaptionsSurface>,
    layout: Layout,
    timer: Timer,
}

impl Captions {
    /// Nothing is said yet.
    pub fn new(easel: &Easel, layout: Layout) -> Result<Rc<Self>, PlatformError> {
        let place = layout.captions(false);
        let surface = easel.make("captions", place, Level::Message, None, CaptionsSurface::new)?;
        let captions = Rc::new(Self { surface, layout, timer: Timer::default() });
        let weak = Rc::downgrade(&captions);
        captions.surface.ui.global::<CaptionsAdapter<'_>>().on_hide(move || {
            weak.upgrade().iter().for_each(|captions| captions.hush());
        });
        Ok(captions)
    }

    /// Shows what is said; at the top while the board hangs lower.
    pub fn show(self: &Rc<Self>, text: &str, reached: bool) {
        self.surface.ui.global::<CaptionsAdapter<'_>>().set_text(text.into());
        self.surface.place.set_rect(self.layout.captions(reached));
        self.surface.set_visible(true);
        let characters = u32::try_from(text.chars().count()).unwrap_or(u32::MAX);
        let weak = Rc::downgrade(self);
        self.timer.start(TimerMode::SingleShot, STAY + EACH.saturating_mul(characters), move || {
            weak.upgrade().iter().for_each(|captions| captions.hush());
        });
    }

    /// Takes them away.
    pub fn hush(&self) {
        self.timer.stop();
        self.surface.set_visible(false);
    }

    /// What is on it.
    pub fn list(&self, into: &mut Vec<Element>) {
        self.surface.list(into);
    }
}
