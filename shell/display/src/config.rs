//! What the display is started with, and why it may refuse.

use std::path::PathBuf;

/// Where the pixels go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nowhere: screenshots and tests.
    Memory,
    /// A window of the desktop: the mouse is one contact, the window's touches are contacts.
    Window { title: String },
}

/// What the display is started with.
#[derive(Clone)]
pub struct Config {
    /// Screen size in pixels.
    pub size_px: (u32, u32),
    /// Screen size in micrometres.
    pub size_um: (i32, i32),
    /// Where contacts come from; the screen's own window adds the mouse by itself.
    pub touch: Vec<touch::SourceSpec>,
    pub output: Output,
    /// The folder of the board's journal; it is made where missing.
    pub journal_dir: PathBuf,
    /// A TrueType or OpenType font for text on the board.
    pub font: Vec<u8>,
}

/// Why the display did not start.
#[derive(Debug, thiserror::Error)]
pub enum DisplayError {
    #[error("the screen size {0}x{1} cannot be used: each side must be 1..=16384 pixels")]
    Size(u32, u32),
    #[error("the panel size {0}x{1} um cannot be used: check --panel-mm")]
    PanelSize(i32, i32),
    #[error("the folder {path} for the board cannot be made: {source}; check the disk and its rights")]
    Folder { path: PathBuf, source: std::io::Error },
    #[error(transparent)]
    Journal(board::JournalError),
    #[error("the font for text on the board cannot be read: fetch the assets again")]
    Font,
    #[error("the system refused a new thread: {0}")]
    Thread(std::io::Error),
    #[error("no window could be opened: {0}; check DISPLAY or WAYLAND_DISPLAY, or use --output memory")]
    Window(String),
    #[error("the display has stopped; start the shell again")]
    Stopped,
}
