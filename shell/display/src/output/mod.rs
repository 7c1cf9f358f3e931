//! Where the pixels go: nowhere but memory, a window of the desktop, or a graphics device of our own.

pub(crate) mod drm;
pub(crate) mod memory;
pub(crate) mod window;
mod window_input;
