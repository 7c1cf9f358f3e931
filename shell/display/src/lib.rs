//! The display thread: it owns contacts, the board, composition and output, apart from the UI thread.
//!
//! Slint draws small UI surfaces, never the board and never the screen. Each surface is one Slint window with a
//! pointer grab and a focus of its own ([`Platform`]); its pixels travel to the display thread as patches. Touch
//! goes from the driver straight to the display thread, so ink flows while the UI thread is busy or blocked.
//!
//! ```text
//! touch threads --frames--> DISPLAY THREAD: Router -> Board -> Compositor -> Output
//!                              ^ patches, commands |   | ops
//! UI thread (Slint) -----------+  <-- pointer, events  +--> journal thread
//! ```
//!
//! No lock is shared between the two threads: all five arrows are channels with a named limit.

mod area;
mod clock;
mod compositor;
mod config;
mod feel;
mod film;
mod gesture;
mod inbox;
mod journal_thread;
mod live;
mod message;
mod output;
mod owner;
mod picture;
mod presenter;
pub mod replay;
mod router;
mod sharpening;
mod shelf;
mod slint_platform;
mod stage;
#[cfg(test)]
mod test_film;
#[cfg(test)]
mod test_font;
mod thread;
mod touch_finder;
mod touch_thread;
mod trouble;

pub use area::Area;
pub use config::{Config, DisplayError, Output, Scanout, ScreenSize};
pub use gesture::{Gesture, Similarity, Step};
pub use message::{
    Blank, BoardCommand, Curtain, Disc, Felt, FileBeside, FileError, FilmCommand, FilmTrouble, FromDisplay,
    LiveLoss, LiveSource, LiveState, LiveWish, PageLook, PaneStatus, PersonStatus, Present, Reply, Scene,
    Side, SnapError, ToDisplay, Trouble,
};
pub use output::drm::{DrmError, replay as drm_replay};
pub use owner::{Pairing, ZoneError, Zones};
pub use picture::Picture;
pub use slint_platform::{Platform, SurfaceHandle, SurfaceSpec, Touch, TouchPhase, WeakSurface};
pub use thread::{Display, Sender, Taken, Watch, start, start_watched};
// What the UI needs of the driver, so that it need not know it.
pub use touch::{
    Matrix, PanelPoint, Placement, Placements, SourceSpec, Switch, SwitchHeard, SwitchSpec, TipClass,
    TouchError, Turn, Urgency, Waker,
};
