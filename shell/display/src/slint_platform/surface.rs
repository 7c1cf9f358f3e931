//! One surface: a small Slint window, its place on the screen, and the way of its pixels to the display thread.

use crate::area::Area;
use crate::inbox::{Input, Outbox, Pointer, SurfaceChange, SurfaceId};
use board::PersonId;
use slint::platform::software_renderer::{PremultipliedRgbaColor, RepaintBufferType, SoftwareRenderer};
use slint::platform::{
    PlatformError, PointerEventButton, Renderer, WindowAdapter, WindowEvent, WindowProperties,
};
use slint::{
    LogicalPosition, LogicalSize, PhysicalPosition, PhysicalSize, Window, WindowPosition, WindowSize,
};
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// What a surface is, told before its Slint component is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SurfaceSpec {
    /// For diagnostics and tests.
    pub name: &'static str,
    /// Place and size on the screen, in pixels.
    pub rect: Area,
    /// Higher is nearer to the person; equal ones lie in the order in which they were made or raised.
    pub z: i32,
    /// Whose palette this is, if anybody's.
    pub owner: Option<PersonId>,
    /// True: every pixel of the rectangle takes touches. False: only pixels that are not fully transparent.
    pub opaque: bool,
}

/// Where a surface is; shared by its window and its handle.
pub(super) struct Place {
    id: SurfaceId,
    spec: SurfaceSpec,
    rect: Cell<Area>,
    z: Cell<i32>,
    visible: Cell<bool>,
    out: Outbox,
    surface: RefCell<Weak<Surface>>,
}

impl Place {
    pub(super) fn new(id: SurfaceId, spec: SurfaceSpec, out: Outbox) -> Rc<Self> {
        let (rect, z) = (Cell::new(spec.rect), Cell::new(spec.z));
        let place = Self { id, rect, z, visible: Cell::new(false), out, surface: RefCell::default(), spec };
        place.tell(SurfaceChange::New { opaque: place.spec.opaque });
        place.tell(SurfaceChange::Place { rect: place.rect.get(), z: place.z.get() });
        Rc::new(place)
    }

    /// A display that has stopped hears nothing more, and needs to hear nothing.
    fn tell(&self, change: SurfaceChange) -> bool {
        self.out.send(Input::Surface { id: self.id, change })
    }

    fn set(&self, rect: Area, z: i32) {
        if rect != self.rect.get() || z != self.z.get() {
            self.rect.set(rect);
            self.z.set(z);
            self.tell(SurfaceChange::Place { rect, z });
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.tell(SurfaceChange::Gone);
    }
}

/// A surface's place on the screen, for the UI thread. Show and hide it through the component's own `show` and
/// `hide`; it leaves the screen when the component and this handle are dropped.
#[derive(Clone)]
pub struct SurfaceHandle(Rc<Place>);

impl SurfaceHandle {
    pub(super) fn new(place: Rc<Place>) -> Self {
        Self(place)
    }

    pub fn name(&self) -> &'static str {
        self.0.spec.name
    }

    pub fn owner(&self) -> Option<PersonId> {
        self.0.spec.owner
    }

    pub fn rect(&self) -> Area {
        self.0.rect.get()
    }

    /// Moves and resizes; the Slint window hears of a new size.
    pub fn set_rect(&self, rect: Area) {
        let old = self.0.rect.get();
        self.0.set(rect, self.0.z.get());
        let surface = self.0.surface.borrow().upgrade();
        if let Some(surface) = surface.filter(|_| (old.width, old.height) != (rect.width, rect.height)) {
            surface.resized();
        }
    }

    pub fn z(&self) -> i32 {
        self.0.z.get()
    }

    pub fn set_z(&self, z: i32) {
        self.0.set(self.0.rect.get(), z);
    }

    /// Puts it above all others of the same z.
    pub fn raise(&self) {
        self.0.tell(SurfaceChange::Raise);
    }

    pub fn is_visible(&self) -> bool {
        self.0.visible.get()
    }
}

/// Knows a surface without keeping it on the screen.
#[derive(Clone)]
pub struct WeakSurface(Weak<Place>);

impl SurfaceHandle {
    pub fn downgrade(&self) -> WeakSurface {
        WeakSurface(Rc::downgrade(&self.0))
    }
}

impl WeakSurface {
    /// While the surface is there.
    pub fn upgrade(&self) -> Option<SurfaceHandle> {
        self.0.upgrade().map(SurfaceHandle)
    }
}

impl PartialEq for SurfaceHandle {
    /// Whether both are of one surface.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

/// One Slint window.
pub(super) struct Surface {
    window: Window,
    renderer: SoftwareRenderer,
    place: Rc<Place>,
    needs_redraw: Cell<bool>,
    buffer: RefCell<Buffer>,
    /// The least size that the component itself asks for; it is drawn that large and cut to the surface.
    least: Cell<(i32, i32)>,
}

#[derive(Default)]
struct Buffer {
    width: i32,
    height: i32,
    pixels: Vec<PremultipliedRgbaColor>,
}

impl Surface {
    pub(super) fn new(place: Rc<Place>) -> Rc<Self> {
        let surface = Rc::new_cyclic(|weak: &Weak<Self>| Self {
            window: Window::new(weak.clone()),
            renderer: SoftwareRenderer::new_with_repaint_buffer_type(RepaintBufferType::ReusedBuffer),
            place: place.clone(),
            needs_redraw: Cell::new(true),
            buffer: RefCell::default(),
            least: Cell::default(),
        });
        *place.surface.borrow_mut() = Rc::downgrade(&surface);
        surface
    }

    pub(super) fn id(&self) -> SurfaceId {
        self.place.id
    }

    pub(super) fn handle(&self) -> SurfaceHandle {
        SurfaceHandle(self.place.clone())
    }

    pub(super) fn is_visible(&self) -> bool {
        self.place.visible.get()
    }

    fn dispatch(&self, event: WindowEvent) {
        // Whether an element took the event makes no difference here: the router has already decided whose it is.
        if let Err(error) = self.window.dispatch_event_with_result(event) {
            tracing::warn!(surface = self.place.spec.name, %error, "a surface refused an event");
        }
    }

    fn logical_size(&self) -> LogicalSize {
        let rect = self.place.rect.get();
        LogicalSize::new(rect.width as f32, rect.height as f32)
    }

    fn resized(&self) {
        self.dispatch(WindowEvent::Resized { size: self.logical_size() });
        self.needs_redraw.set(true);
    }

    /// The surface's one pointer. Scale factor is always 1, so pixels are Slint's logical units.
    pub(super) fn point(&self, pointer: Pointer, x: f32, y: f32) {
        let (position, button) = (LogicalPosition::new(x, y), PointerEventButton::Left);
        match pointer {
            Pointer::Pressed => {
                self.dispatch(WindowEvent::PointerMoved { position });
                self.dispatch(WindowEvent::PointerPressed { position, button });
            }
            Pointer::Moved => self.dispatch(WindowEvent::PointerMoved { position }),
            Pointer::Released => {
                self.dispatch(WindowEvent::PointerReleased { position, button });
                // A lifted finger hovers nowhere.
                self.dispatch(WindowEvent::PointerExited);
            }
            Pointer::Cancelled => self.dispatch(WindowEvent::PointerExited),
        }
    }

    pub(super) fn wheel(&self, x: f32, y: f32, delta_x: f32, delta_y: f32) {
        self.dispatch(WindowEvent::PointerScrolled {
            position: LogicalPosition::new(x, y),
            delta_x,
            delta_y,
        });
    }

    pub(super) fn key(&self, event: WindowEvent) {
        self.dispatch(event);
    }

    pub(super) fn has_animations(&self) -> bool {
        self.is_visible() && self.window.has_active_animations()
    }

    /// Draws what changed since the last time and sends it to the display thread.
    pub(super) fn render(&self) {
        if !self.is_visible() || !self.needs_redraw.take() {
            return;
        }
        let rect = self.place.rect.get();
        let mut buffer = self.buffer.borrow_mut();
        let least = self.least.get();
        let (width, height) = (rect.width.max(least.0).max(1), rect.height.max(least.1).max(1));
        let fresh = (buffer.width, buffer.height) != (width, height);
        if fresh {
            let count = width as usize * height as usize;
            *buffer = Buffer { width, height, pixels: vec![PremultipliedRgbaColor::default(); count] };
            // A buffer of another size holds nothing that could be reused.
            self.renderer.set_repaint_buffer_type(RepaintBufferType::NewBuffer);
        }
        let region = self.renderer.render(&mut buffer.pixels, width as usize);
        if fresh {
            self.renderer.set_repaint_buffer_type(RepaintBufferType::ReusedBuffer);
        }
        let size = (rect.width, rect.height);
        let whole = Area::new(0, 0, rect.width, rect.height);
        for (at, extent) in region.iter() {
            let area = Area::new(at.x, at.y, extent.width as i32, extent.height as i32).intersect(whole);
            if !area.is_empty() {
                self.place.tell(SurfaceChange::Patch { size, area, pixels: buffer.cut(area) });
            }
        }
    }
}

impl Buffer {
    fn cut(&self, area: Area) -> Vec<u32> {
        let mut pixels = Vec::with_capacity(area.pixels() as usize);
        for y in area.y..area.bottom() {
            let from = y as usize * self.width as usize + area.x as usize;
            let row = self.pixels.get(from..from + area.width as usize).unwrap_or_default();
            pixels.extend(row.iter().map(|p| u32::from_be_bytes([p.alpha, p.red, p.green, p.blue])));
        }
        pixels
    }
}

impl WindowAdapter for Surface {
    fn window(&self) -> &Window {
        &self.window
    }

    fn set_visible(&self, visible: bool) -> Result<(), PlatformError> {
        if visible == self.place.visible.replace(visible) {
            return Ok(());
        }
        if visible {
            self.dispatch(WindowEvent::ScaleFactorChanged { scale_factor: 1.0 });
            self.dispatch(WindowEvent::Resized { size: self.logical_size() });
            // Every surface is active: focus is per surface, not per screen.
            self.dispatch(WindowEvent::WindowActiveChanged(true));
            self.needs_redraw.set(true);
        } else {
            self.dispatch(WindowEvent::PointerExited);
        }
        self.place.tell(SurfaceChange::Visible(visible));
        Ok(())
    }

    fn position(&self) -> Option<PhysicalPosition> {
        let rect = self.place.rect.get();
        Some(PhysicalPosition::new(rect.x, rect.y))
    }

    fn set_position(&self, position: WindowPosition) {
        let at = position.to_physical(1.0);
        let old = self.place.rect.get();
        self.place.set(Area { x: at.x, y: at.y, ..old }, self.place.z.get());
    }

    fn set_size(&self, size: WindowSize) {
        let size = size.to_physical(1.0);
        let old = self.place.rect.get();
        let new = Area::new(old.x, old.y, size.width as i32, size.height as i32);
        if new != old {
            self.place.set(new, self.place.z.get());
            self.resized();
        }
    }

    fn size(&self) -> PhysicalSize {
        let rect = self.place.rect.get();
        PhysicalSize::new(rect.width as u32, rect.height as u32)
    }

    fn request_redraw(&self) {
        self.needs_redraw.set(true);
    }

    fn renderer(&self) -> &dyn Renderer {
        &self.renderer
    }

    fn update_window_properties(&self, properties: WindowProperties<'_>) {
        let least = properties.layout_constraints().min.unwrap_or_default();
        self.least.set((least.width.ceil() as i32, least.height.ceil() as i32));
    }
}
