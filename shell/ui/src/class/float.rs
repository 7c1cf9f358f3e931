//! What every floating sheet has: a place on the screen, a head to move it by, a cross.

use std::rc::Rc;
use std::time::Duration;

use api::shell::Element;
use board::format::Saved;
use display::{FileError, SurfaceHandle};
use i_slint_backend_testing::ElementRoot;
use slint::{ComponentHandle, Global};

use super::{Class, Kind, place};
use crate::files::Unwritten;
use crate::handout;
use crate::surface::Surface;
use screens::{FrameAdapter, Theme};

/// Longer than any task that is timed, and shorter than the night in which a tool that was forgotten runs on.
pub(super) const FORGOTTEN: Duration = Duration::from_secs(4 * 3_600);

/// A tool that is open.
pub(super) trait Float {
    /// Its surface.
    fn sheet(&self) -> &dyn Sheet;

    /// Brings it up to date; times are since the lesson's beginning.
    fn tick(&self, now: Duration);

    /// Whether somebody looks at it without touching it.
    fn is_watched(&self, _now: Duration) -> bool {
        false
    }

    /// The board was made into a file that was asked for.
    fn take_saved(&self, _kind: handout::Kind, _saved: Result<Saved, FileError>) {}

    /// A file that was to be put on a stick is there, or not.
    fn take_put(&self, _put: Result<String, Unwritten>) {}

    /// Shows or hides it.
    fn set_visible(&self, visible: bool) {
        self.sheet().set_visible(visible);
    }

    /// Everything on it that a finger can use.
    fn list(&self, into: &mut Vec<Element>) {
        self.sheet().list(into);
    }

    /// Where it is.
    fn place(&self) -> &SurfaceHandle {
        self.sheet().place()
    }
}

/// A surface, whatever its component.
pub(super) trait Sheet {
    /// Shows or hides it.
    fn set_visible(&self, visible: bool);
    /// Everything on it that a finger can use.
    fn list(&self, into: &mut Vec<Element>);
    /// Where it is.
    fn place(&self) -> &SurfaceHandle;
}

impl<C: ComponentHandle + ElementRoot> Sheet for Surface<C> {
    fn set_visible(&self, visible: bool) {
        Self::set_visible(self, visible);
    }

    fn list(&self, into: &mut Vec<Element>) {
        Self::list(self, into);
    }

    fn place(&self) -> &SurfaceHandle {
        &self.place
    }
}

impl Class {
    /// Lets a sheet be moved by its head and closed by its cross.
    pub(super) fn connect_frame<C>(self: &Rc<Self>, kind: Kind, ui: &C)
    where
        C: ComponentHandle + 'static,
        for<'a> FrameAdapter<'a>: Global<'a, C>,
        for<'a> Theme<'a>: Global<'a, C>,
    {
        let frame = ui.global::<FrameAdapter<'_>>();
        let with = |act: fn(&Rc<Self>, Kind)| {
            let class = Rc::downgrade(self);
            move || {
                if let Some(class) = class.upgrade() {
                    act(&class, kind);
                }
            }
        };
        frame.on_close(with(|class, kind| class.close(kind)));
        frame.on_grabbed(with(|class, kind| {
            if let Some(handle) = class.handle(kind) {
                handle.raise();
                class.held.borrow_mut().insert(kind, handle.rect());
            }
        }));
        self.show_size(kind, ui);
        let (class, weak) = (Rc::downgrade(self), ui.as_weak());
        frame.on_size(move || {
            if let (Some(class), Some(ui)) = (class.upgrade(), weak.upgrade()) {
                class.change_size(kind);
                class.show_size(kind, &ui);
            }
        });
        let class = Rc::downgrade(self);
        frame.on_dragged(move |x, y| {
            let Some(class) = class.upgrade() else { return };
            let from = class.held.borrow().get(&kind).copied();
            if let (Some(from), Some(handle)) = (from, class.handle(kind)) {
                handle.set_rect(place::moved(from, (x, y), class.layout.screen()));
            }
        });
    }

    /// A small tool becomes large and a large one small, about its middle.
    fn change_size(&self, kind: Kind) {
        if let Some(handle) = self.handle(kind) {
            let mut large = self.large.borrow_mut();
            if !large.remove(&kind) {
                large.insert(kind);
            }
            drop(large);
            handle.set_rect(place::resized(&self.layout, handle.rect(), self.size(kind)));
        }
    }

    fn show_size<C>(&self, kind: Kind, ui: &C)
    where
        C: ComponentHandle,
        for<'a> FrameAdapter<'a>: Global<'a, C>,
        for<'a> Theme<'a>: Global<'a, C>,
    {
        ui.global::<FrameAdapter<'_>>().set_large(self.large.borrow().contains(&kind));
        ui.global::<Theme<'_>>().set_u(self.layout.unit() * self.factor(kind));
    }

    fn handle(&self, kind: Kind) -> Option<SurfaceHandle> {
        if kind == Kind::Panel {
            return self.panel.borrow().as_ref().map(|panel| panel.place.clone());
        }
        self.open.borrow().get(&kind).map(|tool| tool.place().clone())
    }
}
