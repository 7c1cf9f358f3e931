//! Slint's platform: many small windows over the software renderer, one event loop for all of them.
//!
//! Each surface is one Slint window, so each has its own pointer grab, hover and keyboard focus: two people can
//! press two buttons and type in two fields at once, which one window cannot do. Pixels go to the display thread
//! as patches of premultiplied colour; pointers come back through the inbox.

mod event_loop;
mod keys;
mod surface;
mod watcher;

pub(crate) use keys::key_text;
pub use surface::{SurfaceHandle, SurfaceSpec, WeakSurface};
pub use watcher::{Touch, TouchPhase};

use crate::inbox::{Inbox, Outbox, Post, SurfaceId, ToUi};
use crate::message::FromDisplay;
use slint::EventLoopError;
use slint::platform::{EventLoopProxy, PlatformError, WindowAdapter};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use surface::{Place, Surface};

/// All that lives on the Slint thread, shared by the platform, the display's handle and the surfaces.
pub(crate) struct Ui {
    inbox: Inbox,
    post: Post,
    pub(crate) out: Outbox,
    /// Announced by `next_surface`, taken by the next window.
    next: RefCell<Option<Rc<Place>>>,
    surfaces: RefCell<Vec<Weak<Surface>>>,
    listener: RefCell<Option<Listener>>,
    watcher: RefCell<Option<watcher::Watcher>>,
    /// The surface touched last: keys go there.
    focused: Cell<Option<SurfaceId>>,
    /// When a finger, a wheel or a key was last heard of.
    pub(crate) touched: Cell<Option<std::time::Instant>>,
    last_id: Cell<u64>,
    ended: Cell<bool>,
}

type Listener = Box<dyn FnMut(FromDisplay)>;

impl Ui {
    pub(crate) fn new(inbox: Inbox, post: Post, out: Outbox) -> Rc<Self> {
        Rc::new(Self {
            inbox,
            post,
            out,
            next: RefCell::default(),
            surfaces: RefCell::default(),
            listener: RefCell::default(),
            watcher: RefCell::default(),
            focused: Cell::default(),
            touched: Cell::default(),
            last_id: Cell::default(),
            ended: Cell::default(),
        })
    }

    pub(crate) fn listen(&self, listener: Listener) {
        *self.listener.borrow_mut() = Some(listener);
    }

    pub(crate) fn next_surface(&self, spec: SurfaceSpec) -> SurfaceHandle {
        self.last_id.set(self.last_id.get() + 1);
        let place = Place::new(SurfaceId(self.last_id.get()), spec, self.out.clone());
        *self.next.borrow_mut() = Some(place.clone());
        SurfaceHandle::new(place)
    }

    fn surface(&self, id: SurfaceId) -> Option<Rc<Surface>> {
        self.surfaces.borrow().iter().filter_map(Weak::upgrade).find(|surface| surface.id() == id)
    }

    /// The live surfaces; the list is copied, as rendering may create or drop some.
    fn live(&self) -> Vec<Rc<Surface>> {
        let mut surfaces = self.surfaces.borrow_mut();
        surfaces.retain(|surface| surface.strong_count() > 0);
        surfaces.iter().filter_map(Weak::upgrade).collect()
    }
}

/// Implements `slint::platform::Platform`; give it to `slint::platform::set_platform`.
pub struct Platform(Rc<Ui>);

impl Platform {
    pub(crate) fn new(ui: Rc<Ui>) -> Self {
        Self(ui)
    }
}

impl slint::platform::Platform for Platform {
    fn create_window_adapter(&self) -> Result<Rc<dyn WindowAdapter>, PlatformError> {
        let place = self.0.next.borrow_mut().take().ok_or_else(|| {
            PlatformError::Other("this component has no place on the screen: call next_surface first".into())
        })?;
        let surface = Surface::new(place);
        self.0.surfaces.borrow_mut().push(Rc::downgrade(&surface));
        Ok(surface)
    }

    fn run_event_loop(&self) -> Result<(), PlatformError> {
        self.0.run();
        Ok(())
    }

    fn new_event_loop_proxy(&self) -> Option<Box<dyn EventLoopProxy>> {
        Some(Box::new(Proxy(self.0.post.clone())))
    }
}

/// Lets other threads reach the Slint thread.
struct Proxy(Post);

impl EventLoopProxy for Proxy {
    fn quit_event_loop(&self) -> Result<(), EventLoopError> {
        if self.0.send(ToUi::Quit) { Ok(()) } else { Err(EventLoopError::EventLoopTerminated) }
    }

    fn invoke_from_event_loop(&self, event: Box<dyn FnOnce() + Send>) -> Result<(), EventLoopError> {
        if self.0.send(ToUi::Call(event)) { Ok(()) } else { Err(EventLoopError::EventLoopTerminated) }
    }
}
