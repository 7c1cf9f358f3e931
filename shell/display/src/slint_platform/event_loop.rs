//! The Slint thread's loop: timers and animations, what the display posted, then drawing.

use super::Ui;
use crate::inbox::{Key, Pointer, ToUi};
use slint::platform::{WindowEvent, duration_until_next_timer_update, update_timers_and_animations};
use std::ops::ControlFlow;
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

/// While something moves it is drawn at this pace: the panel shows 60 pictures a second.
const FRAME: Duration = Duration::from_millis(16);
/// Messages taken before drawing again, so that a flood of moves cannot keep the screen from being drawn.
const TURN: usize = 256;

impl Ui {
    pub(super) fn run(&self) {
        while self.turn(None).is_continue() {}
    }

    /// One turn of the loop; it sleeps until something happens, at most for `limit`.
    pub(crate) fn turn(&self, limit: Option<Duration>) -> ControlFlow<()> {
        if self.ended.get() {
            return ControlFlow::Break(());
        }
        update_timers_and_animations();
        self.draw();
        let mut wait = duration_until_next_timer_update();
        if self.live().iter().any(|surface| surface.has_animations()) {
            wait = Some(wait.map_or(FRAME, |wait| wait.min(FRAME)));
        }
        let wait = match (wait, limit) {
            (Some(wait), Some(limit)) => Some(wait.min(limit)),
            (wait, limit) => wait.or(limit),
        };
        let first = match wait {
            Some(wait) => self.inbox.from.recv_timeout(wait),
            None => self.inbox.from.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match first {
            Ok(message) => self.take(message)?,
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
        }
        for _ in 0..TURN {
            match self.inbox.from.try_recv() {
                Ok(message) => self.take(message)?,
                Err(TryRecvError::Empty | TryRecvError::Disconnected) => break,
            }
        }
        update_timers_and_animations();
        self.draw();
        ControlFlow::Continue(())
    }

    fn draw(&self) {
        for surface in self.live() {
            surface.render();
        }
    }

    fn take(&self, message: ToUi) -> ControlFlow<()> {
        self.inbox.taken();
        match message {
            ToUi::Pointer { surface, pointer, x, y } => {
                self.touched.set(Some(Instant::now()));
                if pointer == Pointer::Pressed {
                    self.focused.set(Some(surface));
                }
                if let Some(surface) = self.surface(surface)
                    && !self.is_watched(&surface, pointer, (x, y))
                {
                    surface.point(pointer, x, y);
                }
            }
            ToUi::Wheel { surface, x, y, dx, dy } => {
                self.touched.set(Some(Instant::now()));
                if let Some(surface) = self.surface(surface) {
                    surface.wheel(x, y, dx, dy);
                }
            }
            ToUi::Key { key, text } => {
                self.touched.set(Some(Instant::now()));
                let text = text.into();
                let event = match key {
                    Key::Pressed => WindowEvent::KeyPressed { text },
                    Key::Repeated => WindowEvent::KeyPressRepeated { text },
                    Key::Released => WindowEvent::KeyReleased { text },
                };
                if let Some(surface) = self.key_surface() {
                    surface.key(event);
                }
            }
            ToUi::Call(call) => call(),
            ToUi::Quit => return ControlFlow::Break(()),
            ToUi::Event(event) => {
                let last = event == crate::FromDisplay::Closed;
                // The listener may replace itself, so it is not borrowed while it runs.
                let listener = self.listener.borrow_mut().take();
                if let Some(mut listener) = listener {
                    listener(event);
                    self.listener.borrow_mut().get_or_insert(listener);
                }
                if last {
                    self.ended.set(true);
                    return ControlFlow::Break(());
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// The surface touched last, else any that is shown.
    fn key_surface(&self) -> Option<Rc<super::Surface>> {
        let focused =
            self.focused.get().and_then(|id| self.surface(id)).filter(|surface| surface.is_visible());
        focused.or_else(|| self.live().into_iter().find(|surface| surface.is_visible()))
    }
}
