//! `org.dais.Inference1.Camera`: people in a camera's frames, counted and never recognised. Contract in words:
//! `xml/org.dais.Inference1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, Fd, OwnedVariant, Type, Variant, proxy};

use crate::wire::wire_enum;

/// Longest side of a frame in pixels: 4K.
pub const FRAME_SIDE_MAX: u32 = 3840;
/// Wanted of [`CameraProxy::watch`]: the faces that are there.
pub const WANT_FACES: u32 = 1;
/// Wanted: the part of the frame that shows everybody.
pub const WANT_VIEW: u32 = 2;
/// Wanted: raised hands.
pub const WANT_RAISED: u32 = 4;
/// Wanted: pages turned by a waved palm.
pub const WANT_PAGES: u32 = 8;

wire_enum! {
    /// How a frame's pixels lie in memory.
    FrameFormat {
        /// A byte a pixel, 0 black to 255 white.
        Grey8 = 1,
        /// Red, green, blue, a byte each.
        Rgb8 = 2,
        /// A plane of luma, then one of chroma pairs at half size with the same stride; sides are even.
        Nv12 = 3,
    }
}

wire_enum! {
    /// Whether a palm turned a page.
    PageTurn {
        /// No.
        Stay = 1,
        /// To the next page: the hand went to its owner's left.
        Next = 2,
        /// To the page before: it went to their right.
        Previous = 3,
    }
}

/// A box in pixels of the frame; it may reach a little beyond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Place {
    /// Left edge.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
}

/// A face: where, and how sure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Face {
    /// Around it.
    pub place: Place,
    /// 0 to 1.
    pub confidence: f64,
}

/// What one frame of a watched camera shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Sight {
    /// Every face that is there, also those that this frame's networks did not look for.
    pub faces: Vec<Place>,
    /// The part of the frame, in its shape, that shows everybody; it glides.
    pub view: Place,
    /// The faces of those who have raised a hand.
    pub raised: Vec<Place>,
    /// [`PageTurn`].
    pub turn: u32,
}

/// Why a frame was not looked at.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Inference1.Camera.Error")]
pub enum CameraError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// The file descriptor is not a sealed memfd.
    NotSealed(String),
    /// Format, sides, stride, time and the descriptor's size do not fit each other.
    BadFrame(String),
    /// What is wanted is not a sum of the `WANT` numbers.
    BadWants(String),
    /// The caller does not watch; call `Watch` first.
    NotWatching(String),
    /// A model for it does not run; `Models` says why.
    NoModel(String),
    /// Too many wait, or too many watch; ask again.
    Busy(String),
    /// It took too long and was given up.
    DeadlinePassed(String),
    /// A newer frame of the caller came.
    Overtaken(String),
}

/// The camera's eye as its callers see it.
#[proxy(
    interface = "org.dais.Inference1.Camera",
    default_service = "org.dais.Inference1",
    default_path = "/org/dais/Inference1"
)]
pub trait Camera {
    /// Faces in one frame, surest first, and persons, which are faces and bodies whose face is not seen. The frame is
    /// in a sealed memfd. `deadline_ms` is counted from the call's arrival; 0 takes the service's own limit.
    fn count(
        &self,
        frame: Fd<'_>,
        format: u32,
        width: u32,
        height: u32,
        stride: u32,
        deadline_ms: u32,
    ) -> Result<(Vec<Face>, u32), CameraError>;
    /// Begins to watch a camera for what is wanted, a sum of the `WANT` numbers. A caller watches one camera; asking
    /// again begins anew.
    fn watch(&self, wants: u32) -> Result<(), CameraError>;
    /// Looks at the next frame of the watched camera. `time_us` is when it was taken, on any clock that does not go
    /// back. Of frames that wait only the newest is looked at.
    fn look(
        &self,
        frame: Fd<'_>,
        format: u32,
        width: u32,
        height: u32,
        stride: u32,
        time_us: u64,
    ) -> Result<Sight, CameraError>;
    /// Stops watching and forgets what was seen.
    fn stop(&self) -> Result<(), CameraError>;
}
