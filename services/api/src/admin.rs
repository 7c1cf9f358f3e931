//! `org.dais.Admin1`: how this unit is, and where the page is that tells it. Contract in words:
//! `xml/org.dais.Admin1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{OwnedVariant, Type, Variant, proxy};

use crate::wire::wire_enum;

wire_enum! {
    /// How a network interface is connected.
    LinkKind {
        /// By a cable.
        Wired = 1,
        /// By radio.
        Wireless = 2,
    }
}

wire_enum! {
    /// Whether the way out of the network answers.
    GatewayState {
        /// It does.
        Answers = 1,
        /// It was asked and does not.
        Silent = 2,
    }
}

/// A line of the log that somebody should see.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct LogLine {
    /// Milliseconds since 1970 UTC; 0 where that is not known.
    pub time_ms: u64,
    /// Whose it is, as `dais-kiosk`.
    pub unit: String,
    /// As RFC 5424 counts: 3 is an error, 4 a warning, less is worse.
    pub level: u32,
    /// What it says.
    pub text: String,
}

/// A network interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Link {
    /// As the kernel names it.
    pub name: String,
    /// [`LinkKind`].
    pub kind: u32,
    /// It is connected.
    pub up: bool,
    /// Megabits a second; 0 where that is not known.
    pub speed_mbps: u32,
    /// With their prefixes, as `192.168.1.20/24`.
    pub addresses: Vec<String>,
    /// The way out of the network; empty where there is none.
    pub gateway: String,
    /// [`GatewayState`].
    pub gateway_state: u32,
}

/// The computer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct Computer {
    /// Its name.
    pub name: String,
    /// The kernel's version.
    pub kernel: String,
    /// The system, and which image of it where it came as one.
    pub system: String,
    /// Seconds since it was switched on.
    pub up_s: u64,
    /// Megabytes of memory, all and available.
    pub memory_mb: (u64, u64),
    /// Megabytes of the disk that state lies on, all and available.
    pub disk_mb: (u64, u64),
    /// Video inputs, as their drivers name them.
    pub video_inputs: Vec<String>,
}

/// The page as the unit's own screens see it.
#[proxy(
    interface = "org.dais.Admin1",
    default_service = "org.dais.Admin1",
    default_path = "/org/dais/Admin1"
)]
pub trait Admin {
    /// The page's whole address, which is its key too; empty where the page is off.
    #[zbus(property(emits_changed_signal = "false"))]
    fn address(&self) -> zbus::Result<String>;

    /// The computer as it is now.
    #[zbus(property(emits_changed_signal = "false"))]
    fn computer(&self) -> zbus::Result<Computer>;

    /// The last warnings and worse of our services, newest first.
    #[zbus(property(emits_changed_signal = "false"))]
    fn logs(&self) -> zbus::Result<Vec<LogLine>>;

    /// The network as it is now.
    #[zbus(property(emits_changed_signal = "false"))]
    fn network(&self) -> zbus::Result<Vec<Link>>;

    /// Our services by their bus names; without a version where one does not answer.
    #[zbus(property(emits_changed_signal = "false"))]
    fn versions(&self) -> zbus::Result<Vec<(String, String)>>;

    /// Of the service.
    #[zbus(property(emits_changed_signal = "const"))]
    fn version(&self) -> zbus::Result<String>;
}
