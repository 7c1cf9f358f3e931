//! What a window's devices say, as contacts and keys: the mouse is one finger (its right button a palm that
//! erases), touches are fingers, the wheel and the keyboard go to the surface under them.

use crate::inbox::Key;
use crate::slint_platform::key_text;
use crate::thread::Core;
use std::collections::HashMap;
use touch::{Contact, ContactId, Frame, PanelPoint, Phase, ToolKind};
use winit::dpi::PhysicalPosition;
use winit::event::{
    DeviceId, ElementState, KeyEvent, MouseButton, MouseScrollDelta, TouchPhase, WindowEvent,
};
use winit::keyboard::{Key as WinitKey, NamedKey};

/// The palm of the mouse's right button: a man's hand laid flat.
const PALM_MAJOR_UM: u32 = 90_000;
const PALM_MINOR_UM: u32 = 60_000;
/// One notch of a wheel that reports lines, in pixels: three lines of text.
const LINE_PX: f32 = 60.0;

/// The window's contacts.
pub(super) struct WindowInput {
    window_px: (u32, u32),
    size_um: (i32, i32),
    cursor: PhysicalPosition<f64>,
    mouse: Option<(ContactId, MouseButton)>,
    touches: HashMap<(DeviceId, u64), ContactId>,
    /// The key that makes the wheel change how large the board is, as in all other programs.
    control: bool,
}

impl WindowInput {
    pub(super) fn new(window_px: (u32, u32), size_um: (i32, i32)) -> Self {
        let cursor = PhysicalPosition::new(0.0, 0.0);
        Self { window_px, size_um, cursor, mouse: None, touches: HashMap::new(), control: false }
    }

    pub(super) fn resized(&mut self, window_px: (u32, u32)) {
        self.window_px = window_px;
    }

    pub(super) fn event(&mut self, event: &WindowEvent, now_us: u64, core: &mut Core) {
        match event {
            WindowEvent::CursorMoved { position, .. } => {
                self.cursor = *position;
                if let Some((id, button)) = self.mouse {
                    core.contacts(&self.mouse_frame(id, Phase::Move, button, now_us));
                }
            }
            WindowEvent::MouseInput { state, button, .. } => self.button(*state, *button, now_us, core),
            WindowEvent::ModifiersChanged(now) => self.control = now.state().control_key(),
            WindowEvent::MouseWheel { delta, .. } => {
                let (dx, dy) = match delta {
                    MouseScrollDelta::LineDelta(x, y) => (x * LINE_PX, y * LINE_PX),
                    MouseScrollDelta::PixelDelta(by) => (by.x as f32, by.y as f32),
                };
                if self.control {
                    core.zoom(self.cursor.x as f32, self.cursor.y as f32, dy / LINE_PX);
                    return;
                }
                core.wheel(self.cursor.x as f32, self.cursor.y as f32, dx, dy);
            }
            WindowEvent::Touch(touch) => {
                let key = (touch.device_id, touch.id);
                let (phase, id) = match touch.phase {
                    TouchPhase::Started => {
                        let id = ContactId::fresh();
                        self.touches.insert(key, id);
                        (Phase::Down, Some(id))
                    }
                    TouchPhase::Moved => (Phase::Move, self.touches.get(&key).copied()),
                    TouchPhase::Ended => (Phase::Up, self.touches.remove(&key)),
                    TouchPhase::Cancelled => (Phase::Cancel, self.touches.remove(&key)),
                };
                if let Some(id) = id {
                    let contact = Contact::new(id, phase, self.point(touch.location));
                    core.contacts(&Frame::new(now_us, vec![contact]));
                }
            }
            WindowEvent::KeyboardInput { event, .. } => key(event, core),
            _ => {}
        }
    }

    fn button(&mut self, state: ElementState, button: MouseButton, now_us: u64, core: &mut Core) {
        match (state, self.mouse) {
            (ElementState::Pressed, None) if matches!(button, MouseButton::Left | MouseButton::Right) => {
                let id = ContactId::fresh();
                self.mouse = Some((id, button));
                core.contacts(&self.mouse_frame(id, Phase::Down, button, now_us));
            }
            (ElementState::Released, Some((id, held))) if held == button => {
                self.mouse = None;
                core.contacts(&self.mouse_frame(id, Phase::Up, button, now_us));
            }
            _ => {}
        }
    }

    fn mouse_frame(&self, id: ContactId, phase: Phase, button: MouseButton, time_us: u64) -> Frame {
        let mut contact = Contact::new(id, phase, self.point(self.cursor));
        if button == MouseButton::Right {
            contact.tool = ToolKind::Palm;
            (contact.major_um, contact.minor_um) = (Some(PALM_MAJOR_UM), Some(PALM_MINOR_UM));
        }
        Frame::new(time_us, vec![contact])
    }

    fn point(&self, at: PhysicalPosition<f64>) -> PanelPoint {
        let scale = |px: f64, of: u32, um: i32| {
            ((px * f64::from(um) / f64::from(of.max(1))) as i32).clamp(0, um.saturating_sub(1).max(0))
        };
        PanelPoint {
            x_um: scale(at.x, self.window_px.0, self.size_um.0),
            y_um: scale(at.y, self.window_px.1, self.size_um.1),
        }
    }
}

fn key(event: &KeyEvent, core: &mut Core) {
    let text = match &event.logical_key {
        WinitKey::Named(NamedKey::Space) => Some(" ".to_owned()),
        WinitKey::Named(name) => key_text(&format!("{name:?}")),
        WinitKey::Character(text) => Some(text.to_string()),
        _ => None,
    };
    let what = match (event.state, event.repeat) {
        (ElementState::Pressed, false) => Key::Pressed,
        (ElementState::Pressed, true) => Key::Repeated,
        (ElementState::Released, _) => Key::Released,
    };
    if let Some(text) = text {
        core.key(what, text);
    }
}
