//! What every floating sheet has: a place on the screen, a head to move it by, a cross.

use std::rc::Rc;
use std::time::Duration;

use api::shell::Element;
use display::SurfaceHandle;
use i_slint_backend_testing::ElementRoot;
use slint::{ComponentHandle, Global};

use super::{Class, Kind, place};
use crate::screens::FrameAdapter;
use crate::surface::Surface;

/// A tool that is open.
pub(super) trait Float {
    /// Its surface.
    fn sheet(&self) -> &dyn Sheet;

    /// Brings it up to date; times are since the lesson's beginning.
    fn tick(&self, now: Duration);

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
        C: ComponentHandle,
        for<'a> FrameAdapter<'a>: Global<'a, C>,
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
        let class = Rc::downgrade(self);
        frame.on_dragged(move |x, y| {
            let Some(class) = class.upgrade() else { return };
            let from = class.held.borrow().get(&kind).copied();
            if let (Some(from), Some(handle)) = (from, class.handle(kind)) {
                handle.set_rect(place::moved(from, (x, y), class.layout.screen()));
            }
        });
    }

    fn handle(&self, kind: Kind) -> Option<SurfaceHandle> {
        if kind == Kind::Panel {
            return self.panel.borrow().as_ref().map(|panel| panel.place.clone());
        }
        self.open.borrow().get(&kind).map(|tool| tool.place().clone())
    }
}
