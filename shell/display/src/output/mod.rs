//! Where the pixels go: nowhere but memory, or a window of the desktop.

pub(crate) mod memory;
pub(crate) mod window;
mod window_input;
