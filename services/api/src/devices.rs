//! `org.dais.Kiosk1.Devices`: how the kiosk's devices are and their self-tests, beside `org.dais.Kiosk1` on the same
//! object. Contract in words: `xml/org.dais.Kiosk1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, OwnedVariant, Type, Variant, proxy};

use crate::wire::wire_enum;

wire_enum! {
    /// Why a device does not work.
    Why {
        /// It works, or there is none.
        Nothing = 1,
        /// It is being opened.
        Starting = 2,
        /// It is not there.
        Unplugged = 3,
        /// It may not be used by the till.
        Forbidden = 4,
        /// Another program uses it.
        InUse = 5,
        /// It is there and says nothing.
        Silent = 6,
        /// It worked and then failed.
        Lost = 7,
        /// A command to it does not come back.
        Hung = 8,
        /// What is configured is a device of another kind.
        WrongDevice = 9,
        /// Software for it is missing.
        NotInstalled = 10,
        /// It fails again and again.
        Failing = 11,
        /// It works, but what it sees shows nothing: a covered lens, or no light.
        ShowsNothing = 12,
        /// It has no paper.
        NoPaper = 13,
        /// Its cover is open.
        CoverOpen = 14,
        /// It reports a fault of its own.
        Fault = 15,
    }
}

wire_enum! {
    /// What came of a self-test.
    Outcome {
        /// It works.
        Passed = 1,
        /// It does not; see why.
        Failed = 2,
        /// It did what it should; the person beside it says whether that was seen and heard.
        LookAndListen = 3,
    }
}

/// How a device is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct DeviceHealth {
    /// [`crate::kiosk::Device`].
    pub device: u32,
    /// [`crate::kiosk::DeviceState`].
    pub state: u32,
    /// [`Why`].
    pub why: u32,
    /// Since when, in milliseconds since 1970 UTC.
    pub since_ms: u64,
    /// How often it became ready since the till started.
    pub ready: u64,
    /// How often it was lost after that.
    pub lost: u64,
    /// What to do, 中文; empty where there is nothing to do.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// What a self-test found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct TestResult {
    /// [`Outcome`].
    pub outcome: u32,
    /// [`Why`].
    pub why: u32,
    /// What was measured, by name.
    pub facts: Vec<(String, i64)>,
    /// What to do or to look for, 中文.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// Why there was no test; nothing was done.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Kiosk1.Error")]
pub enum DevicesError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// The grant is not this caller's, or its time is over: open it again.
    NoGrant(String),
    /// This member of staff may not do that.
    NotAllowed(String),
    /// This kiosk has no staff; its credential is missing.
    NoStaff(String),
    /// This kiosk has no such device.
    NoDevice(String),
    /// A payment is on the screen, or another test runs.
    Busy(String),
    /// The till is ending.
    Locked(String),
}

/// The devices as a service page sees them.
#[proxy(
    interface = "org.dais.Kiosk1.Devices",
    default_service = "org.dais.Kiosk1",
    default_path = "/org/dais/Kiosk1"
)]
pub trait Devices {
    /// Tests a device; `device` is [`crate::kiosk::Device`].
    fn test(&self, grant: &str, device: u32) -> Result<TestResult, DevicesError>;
    /// How each device is, those that the kiosk does not have too. That a device changed is told by
    /// [`crate::kiosk::KioskProxy::devices`].
    #[zbus(property(emits_changed_signal = "false"))]
    fn health(&self) -> zbus::Result<Vec<DeviceHealth>>;
}
