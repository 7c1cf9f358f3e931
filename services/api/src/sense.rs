//! `org.dais.Sense1`: the room's camera and microphone, on only while somebody asks. Contract in words:
//! `xml/org.dais.Sense1.xml`.
//!
//! What leaves is how many, how loud and which way a palm went: no picture, no sound, nothing that was said, and
//! nobody's name.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, OwnedVariant, Type, Variant, proxy};

use crate::wire::wire_enum;

/// [`SenseProxy::noise_level`] while nothing is heard.
pub const SILENCE_DBFS: f64 = -120.0;

wire_enum! {
    /// What is in trouble.
    Part {
        /// The camera.
        Camera = 1,
        /// The microphone.
        Microphone = 2,
        /// Recognition of what the camera sees.
        Sight = 3,
        /// Recognition of what the microphone hears.
        Hearing = 4,
    }
}

/// Why something is not seen or heard while somebody asked for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Trouble {
    /// [`Part`].
    pub part: u32,
    /// What is wrong and what to do, 中文.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Why nothing is switched on.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Sense1.Error")]
pub enum SenseError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// It is off in the configuration.
    Off(String),
    /// As many callers as there may be hold it already.
    Busy(String),
    /// The service is ending.
    Ending(String),
}

/// Camera and microphone as their callers see them.
#[proxy(
    interface = "org.dais.Sense1",
    default_service = "org.dais.Sense1",
    default_path = "/org/dais/Sense1"
)]
pub trait Sense {
    /// Holds the camera on, or lets it go. It is off as soon as nobody holds it; who leaves the bus lets go.
    fn watch(&self, on: bool) -> Result<(), SenseError>;
    /// The same for the microphone.
    fn listen(&self, on: bool) -> Result<(), SenseError>;
    /// The configuration has a camera.
    #[zbus(property(emits_changed_signal = "const"))]
    fn has_camera(&self) -> zbus::Result<bool>;
    /// The configuration has a microphone.
    #[zbus(property(emits_changed_signal = "const"))]
    fn has_microphone(&self) -> zbus::Result<bool>;
    /// The camera is open. Show it.
    #[zbus(property)]
    fn watching(&self) -> zbus::Result<bool>;
    /// The microphone is open. Show it.
    #[zbus(property)]
    fn listening(&self) -> zbus::Result<bool>;
    /// Faces that the camera sees.
    #[zbus(property)]
    fn persons(&self) -> zbus::Result<u32>;
    /// Somebody raises a hand.
    #[zbus(property)]
    fn hand_raised(&self) -> zbus::Result<bool>;
    /// How loud it is: A-weighted dBFS, in whole decibels; [`SILENCE_DBFS`] while nothing is heard.
    #[zbus(property)]
    fn noise_level(&self) -> zbus::Result<f64>;
    /// [`crate::voice::NoiseColour`]; unknown while nothing is heard.
    #[zbus(property)]
    fn noise_colour(&self) -> zbus::Result<u32>;
    /// Somebody speaks.
    #[zbus(property)]
    fn speaking(&self) -> zbus::Result<bool>;
    /// What is in trouble and what to do; empty while all that was asked for works.
    #[zbus(property)]
    fn troubles(&self) -> zbus::Result<Vec<Trouble>>;
    /// Version of the service.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;
    /// A palm was waved: 1 for the next page, -1 for the one before.
    #[zbus(signal)]
    fn turn(&self, pages: i32);
}
