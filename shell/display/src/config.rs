//! What the display is started with, and why it may refuse.

use std::path::PathBuf;

/// Where the pixels go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Nowhere: screenshots and tests.
    Memory,
    /// A window of the desktop: the mouse is one contact, the window's touches are contacts.
    Window { title: String },
    /// A graphics device without a window system; without a path the first that has a screen.
    Drm { device: Option<PathBuf>, present: Scanout },
}

impl Output {
    /// The screen's own size in pixels, and in micrometres where it knows that; `None` for an output that takes any.
    ///
    /// # Errors
    /// When there is no screen that could be driven.
    pub fn screen_size(&self) -> Result<Option<ScreenSize>, DisplayError> {
        match self {
            Self::Memory | Self::Window { .. } => Ok(None),
            Self::Drm { device, .. } => Ok(Some(crate::output::drm::native(device.as_deref())?)),
        }
    }
}

/// How changes get to the panel of a graphics device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scanout {
    /// As the device does it best.
    #[default]
    Auto,
    /// Into the buffer that is being scanned out.
    Front,
    /// By flips between two buffers, just before the refresh.
    Flips,
}

/// A screen's own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScreenSize {
    pub size_px: (u32, u32),
    /// `None` where the screen does not say.
    pub size_um: Option<(i32, i32)>,
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
    /// How panels lie that do not lie straight on the screen.
    pub placements: touch::Placements,
    /// When those get the processor who read contacts and draw ink.
    pub urgency: touch::Urgency,
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
    #[error(transparent)]
    Drm(#[from] crate::output::drm::DrmError),
    #[error("the display has stopped; start the shell again")]
    Stopped,
}
