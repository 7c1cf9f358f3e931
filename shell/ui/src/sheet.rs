//! A sheet over the first screen: made when it is first wanted, moved by its head, closed by its cross.

use std::cell::{Cell, Ref, RefCell};
use std::rc::Rc;

use api::shell::Element;
use display::Area;
use i_slint_backend_testing::ElementRoot;
use slint::{ComponentHandle, Global, PlatformError};

use crate::class::place;
use crate::layout::Layout;
use crate::surface::{Easel, Level, Surface};
use screens::{FrameAdapter, Icons, Pictures, Theme};

/// What a sheet is made of.
pub(crate) struct Kind<C> {
    /// Its surface's name.
    pub(crate) name: &'static str,
    /// In design units, as the screen's file has it.
    pub(crate) size: (f32, f32),
    /// Makes it.
    pub(crate) new: fn() -> Result<C, PlatformError>,
}

/// One sheet, and where it was when somebody took hold of it.
pub(crate) struct Sheet<C> {
    layout: Layout,
    kind: Kind<C>,
    surface: RefCell<Option<Surface<C>>>,
    held: Cell<Area>,
}

impl<C> Sheet<C>
where
    C: ComponentHandle + ElementRoot + 'static,
    for<'a> Theme<'a>: Global<'a, C>,
    for<'a> Icons<'a>: Global<'a, C>,
    for<'a> Pictures<'a>: Global<'a, C>,
    for<'a> FrameAdapter<'a>: Global<'a, C>,
{
    /// Not made yet.
    pub(crate) fn new(layout: Layout, kind: Kind<C>) -> Rc<Self> {
        Rc::new(Self { layout, kind, surface: RefCell::default(), held: Cell::default() })
    }

    /// Makes it the first time: `connect` tells it who hears of its touches, `close` is its cross.
    pub(crate) fn make(
        self: &Rc<Self>,
        easel: &Easel,
        connect: impl FnOnce(&C),
        close: impl Fn() + 'static,
    ) -> Result<(), PlatformError> {
        if self.surface.borrow().is_some() {
            return Ok(());
        }
        let rect = place::above_dock(&self.layout, self.kind.size);
        let surface = easel.make(self.kind.name, rect, Level::Passing, None, self.kind.new)?;
        connect(&surface.ui);
        let frame = surface.ui.global::<FrameAdapter<'_>>();
        frame.on_close(close);
        let (sheet, handle) = (Rc::downgrade(self), surface.place.clone());
        frame.on_grabbed(move || sheet.upgrade().iter().for_each(|sheet| sheet.held.set(handle.rect())));
        let (sheet, handle) = (Rc::downgrade(self), surface.place.clone());
        frame.on_dragged(move |x, y| {
            if let Some(sheet) = sheet.upgrade() {
                handle.set_rect(place::moved(sheet.held.get(), (x, y), sheet.layout.screen()));
            }
        });
        *self.surface.borrow_mut() = Some(surface);
        Ok(())
    }

    /// Shows it above all that stands.
    pub(crate) fn show(&self) {
        if let Some(surface) = &*self.surface.borrow() {
            surface.place.raise();
            surface.set_visible(true);
        }
    }

    /// Hides it.
    pub(crate) fn hide(&self) {
        self.surface.borrow().iter().for_each(|surface| surface.set_visible(false));
    }

    /// Whether it is seen.
    pub(crate) fn is_shown(&self) -> bool {
        self.surface.borrow().as_ref().is_some_and(|surface| surface.place.is_visible())
    }

    /// Its component, once it was made.
    pub(crate) fn ui(&self) -> Option<Ref<'_, C>> {
        Ref::filter_map(self.surface.borrow(), |surface| surface.as_ref().map(|surface| &surface.ui)).ok()
    }

    /// Everything on it that a finger can use.
    pub(crate) fn list(&self, into: &mut Vec<Element>) {
        self.surface.borrow().iter().for_each(|surface| surface.list(into));
    }
}
