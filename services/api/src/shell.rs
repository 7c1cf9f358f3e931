//! `org.dais.Shell1`: what is on the screen, for helpers of people (touch-to-speak) and for tests.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, OwnedFd, OwnedVariant, Type, Variant, proxy};

/// One element a finger can use, as it lies on the screen now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Element {
    /// The surface it is on.
    pub surface: String,
    /// Its accessible label, in the language on the screen.
    pub label: String,
    /// Its name, the same in every language.
    pub name: String,
    /// Left edge in screen pixels.
    pub x: i32,
    /// Top edge.
    pub y: i32,
    /// Width.
    pub width: i32,
    /// Height.
    pub height: i32,
    /// False while it is greyed.
    pub enabled: bool,
    /// True for the tool, colour or language that is chosen.
    pub chosen: bool,
}

/// Why a call was refused.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Shell1.Error")]
pub enum ShellError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// There is no such screen, or not in this role.
    UnknownScreen(String),
    /// There is no such language.
    UnknownLanguage(String),
    /// The screen could not be read; try again.
    NoPicture(String),
}

/// The shell as its callers see it.
#[proxy(
    interface = "org.dais.Shell1",
    default_service = "org.dais.Shell1",
    default_path = "/org/dais/Shell1"
)]
pub trait Shell {
    /// The composed screen: a sealed memfd of RGBA bytes, width, height and stride in bytes.
    fn screenshot(&self) -> Result<(OwnedFd, u32, u32, u32), ShellError>;
    /// Everything a finger can use, back to front.
    fn elements(&self) -> Result<Vec<Element>, ShellError>;
    /// Goes to a screen: `home`, `board` or `kiosk`.
    fn show(&self, screen: &str) -> Result<(), ShellError>;
    /// Which screen is shown.
    #[zbus(property)]
    fn screen(&self) -> zbus::Result<String>;
    /// `zh` or `en`.
    #[zbus(property)]
    fn language(&self) -> zbus::Result<String>;
    /// Changes the language.
    #[zbus(property)]
    fn set_language(&self, language: &str) -> zbus::Result<()>;
    /// Version of the shell.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;
}
