//! The display thread as a window's event loop (winit) with the frame copied into the window (softbuffer).
//!
//! The loop runs on the display thread itself: input that arrives through the window takes no detour, and a
//! changed rectangle is in the window's buffer in the same turn. Frames are sent only where something changed.

use super::window_input::WindowInput;
use crate::area::Area;
use crate::config::DisplayError;
use crate::inbox::{Input, Ready, Wake};
use crate::thread::Core;
use softbuffer::{Context, Surface};
use std::num::NonZeroU32;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Instant;
use winit::application::ApplicationHandler;
use winit::dpi::PhysicalSize;
use winit::event::WindowEvent;
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, OwnedDisplayHandle};
use winit::platform::wayland::EventLoopBuilderExtWayland;
use winit::platform::x11::EventLoopBuilderExtX11;
use winit::window::{Window, WindowId};

/// Runs until the window is closed or the core has been told to stop.
pub(crate) fn run(core: Core, inputs: &Receiver<Input>, title: &str, ready: Ready) -> Core {
    let failed = |error: String, core: Core| {
        if ready.send(Err(DisplayError::Window(error))).is_err() {
            tracing::error!("nobody waits for the window any more");
        }
        core
    };
    let mut builder = EventLoop::builder();
    EventLoopBuilderExtX11::with_any_thread(&mut builder, true);
    EventLoopBuilderExtWayland::with_any_thread(&mut builder, true);
    let event_loop: EventLoop<()> = match builder.build() {
        Ok(event_loop) => event_loop,
        Err(error) => return failed(error.to_string(), core),
    };
    let context = match Context::new(event_loop.owned_display_handle()) {
        Ok(context) => context,
        Err(error) => return failed(error.to_string(), core),
    };
    let proxy = event_loop.create_proxy();
    let wake: Wake = Arc::new(move || {
        if proxy.send_event(()).is_err() {
            tracing::debug!("the window has gone: nothing to wake");
        }
    });
    let input = WindowInput::new(core.size_px(), core.size_um());
    let mut app =
        App { core, inputs, title, context, shown: None, input, whole: true, wake, ready: Some(ready) };
    if let Err(error) = event_loop.run_app(&mut app) {
        tracing::error!(%error, "the window's event loop failed");
    }
    app.core
}

struct App<'a> {
    core: Core,
    inputs: &'a Receiver<Input>,
    title: &'a str,
    context: Context<OwnedDisplayHandle>,
    shown: Option<Surface<OwnedDisplayHandle, Rc<Window>>>,
    input: WindowInput,
    /// The window lost what it showed: send everything.
    whole: bool,
    wake: Wake,
    ready: Option<Ready>,
}

impl ApplicationHandler<()> for App<'_> {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.shown.is_some() {
            return;
        }
        let opened = self.open(event_loop);
        if let Err(error) = &opened {
            tracing::error!(%error, "no window");
            event_loop.exit();
        }
        let answer = opened.map(|()| Some(self.wake.clone()));
        if let Some(ready) = self.ready.take()
            && ready.send(answer).is_err()
        {
            event_loop.exit();
        }
    }

    fn user_event(&mut self, _: &ActiveEventLoop, (): ()) {
        // Woken: the queue is looked at before the loop sleeps again.
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested | WindowEvent::Destroyed => event_loop.exit(),
            WindowEvent::RedrawRequested => self.whole = true,
            WindowEvent::Resized(size) => {
                self.input.resized((size.width, size.height));
                self.whole = true;
            }
            other => {
                let now = self.core.now_us();
                self.input.event(&other, now, &mut self.core);
            }
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        self.core.drain(self.inputs);
        self.core.turn();
        let changed = self.core.compose();
        self.present(&changed);
        if self.core.stopped() {
            event_loop.exit();
        }
        event_loop.set_control_flow(match self.core.wait() {
            Some(wait) => ControlFlow::WaitUntil(Instant::now() + wait),
            None => ControlFlow::Wait,
        });
    }
}

impl App<'_> {
    fn open(&mut self, event_loop: &ActiveEventLoop) -> Result<(), DisplayError> {
        let (width, height) = self.core.size_px();
        let attributes = Window::default_attributes()
            .with_title(self.title)
            .with_inner_size(PhysicalSize::new(width, height))
            .with_resizable(false);
        let no = |error: String| DisplayError::Window(error);
        let window = Rc::new(event_loop.create_window(attributes).map_err(|error| no(error.to_string()))?);
        self.shown = Some(Surface::new(&self.context, window).map_err(|error| no(error.to_string()))?);
        Ok(())
    }

    /// Copies what changed into the window. A failure is said once a frame at most and tried again: the window
    /// may be on its way out.
    fn present(&mut self, changed: &[Area]) {
        if changed.is_empty() && !self.whole {
            return;
        }
        let Some(surface) = &mut self.shown else { return };
        match copy(surface, &self.core, changed, self.whole) {
            Ok(()) => self.whole = false,
            Err(error) => {
                tracing::warn!(%error, "the window took no picture");
                self.whole = true;
            }
        }
    }
}

fn copy(
    surface: &mut Surface<OwnedDisplayHandle, Rc<Window>>,
    core: &Core,
    changed: &[Area],
    whole: bool,
) -> Result<(), softbuffer::SoftBufferError> {
    let size = surface.window().inner_size();
    let (Some(width), Some(height)) = (NonZeroU32::new(size.width), NonZeroU32::new(size.height)) else {
        return Ok(());
    };
    surface.resize(width, height)?;
    let mut buffer = surface.buffer_mut()?;
    let (from_width, from_height) = core.size_px();
    let both = Area::new(0, 0, from_width.min(size.width) as i32, from_height.min(size.height) as i32);
    // Only a buffer that still holds the last frame can be patched.
    let all = [both];
    let areas = if whole || buffer.age() != 1 { &all[..] } else { changed };
    let mut damage = Vec::with_capacity(areas.len());
    for area in areas.iter().map(|area| area.intersect(both)).filter(|area| !area.is_empty()) {
        for y in area.y..area.bottom() {
            let from = y as usize * from_width as usize + area.x as usize;
            let to = y as usize * size.width as usize + area.x as usize;
            let count = area.width as usize;
            if let (Some(to), Some(from)) =
                (buffer.get_mut(to..to + count), core.frame().get(from..from + count))
            {
                to.copy_from_slice(from);
            }
        }
        if let (Some(width), Some(height)) =
            (NonZeroU32::new(area.width as u32), NonZeroU32::new(area.height as u32))
        {
            damage.push(softbuffer::Rect { x: area.x as u32, y: area.y as u32, width, height });
        }
    }
    buffer.present_with_damage(&damage)
}
