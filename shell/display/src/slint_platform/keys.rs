//! Slint's text for a key that writes no character.

use slint::SharedString;
use slint::platform::Key;

/// By the key's name in the W3C's "UI Events KeyboardEvent key Values"; `None` for keys that no surface uses.
pub(crate) fn key_text(name: &str) -> Option<String> {
    let key = match name {
        "Backspace" => Key::Backspace,
        "Tab" => Key::Tab,
        "Enter" => Key::Return,
        "Escape" => Key::Escape,
        "Delete" => Key::Delete,
        "Shift" => Key::Shift,
        "Control" => Key::Control,
        "Alt" => Key::Alt,
        "ArrowUp" => Key::UpArrow,
        "ArrowDown" => Key::DownArrow,
        "ArrowLeft" => Key::LeftArrow,
        "ArrowRight" => Key::RightArrow,
        "Home" => Key::Home,
        "End" => Key::End,
        "PageUp" => Key::PageUp,
        "PageDown" => Key::PageDown,
        _ => return None,
    };
    Some(SharedString::from(key).into())
}
