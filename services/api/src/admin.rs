//! `org.dais.Admin1`: how this unit is, and where the page is that tells it. Contract in words:
//! `xml/org.dais.Admin1.xml`.

use serde::{Deserialize, Serialize};
use zbus::{DBusError, OwnedVariant, Type, Variant, proxy};

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

wire_enum! {
    /// What of a first start comes next.
    FirstStep {
        /// The language of the screens.
        Language = 1,
        /// The time zone.
        TimeZone = 2,
        /// The network.
        Network = 3,
        /// The enrolment.
        Enrolment = 4,
        /// Nothing: it is over, by being done or by being left out.
        Ended = 5,
    }
}

wire_enum! {
    /// Something that an enrolment settles.
    EnrolPart {
        /// By its name in the time zone database.
        TimeZone = 1,
        /// `zh` or `en`.
        Language = 2,
        /// `panel`, `kiosk` or `both`.
        Role = 3,
        /// A wireless network, by its name.
        Wifi = 4,
        /// 802.1X at the cable, by who is there.
        Wired = 5,
        /// For what leaves the school.
        Proxy = 6,
        /// The whole text of a timetable.
        Timetable = 7,
        /// How many members of the till's staff.
        Staff = 8,
        /// A PIN of the service page; its value is empty.
        ServicePin = 9,
    }
}

wire_enum! {
    /// What became of a part.
    PartState {
        /// It would be applied.
        Waits = 1,
        /// It is.
        Applied = 2,
        /// The system's own service for it did not take it; it is tried again at each start.
        Later = 3,
        /// It is kept, and nothing on this unit uses it yet.
        Kept = 4,
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

/// A wireless network in reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type, Variant, OwnedVariant)]
pub struct WifiNetwork {
    /// Its name.
    pub ssid: String,
    /// Of 100.
    pub strength: u32,
    /// It wants a password.
    pub secured: bool,
}

/// One part of an enrolment.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct PartTold {
    /// [`EnrolPart`].
    pub part: u32,
    /// What it says, as [`EnrolPart`] has it; never a secret.
    pub value: String,
    /// [`PartState`].
    pub state: u32,
}

/// An enrolment that is good for this unit.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Offer {
    /// The school's name.
    pub school: String,
    /// The room's; empty where none is named.
    pub room: String,
    /// The unit's.
    pub unit: String,
    /// Of the key that signed it, in groups.
    pub fingerprint: String,
    /// This unit has met no key before.
    pub first: bool,
    /// It is written for this unit alone, by its serial number.
    pub by_serial: bool,
    /// What it settles.
    pub parts: Vec<PartTold>,
}

/// What a unit was enrolled with, as far as its screens use it. Empty where it was not.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct Enrolled {
    /// The school's name; empty where the unit is not enrolled.
    pub school: String,
    /// The room's.
    pub room: String,
    /// The unit's.
    pub unit: String,
    /// `zh`, `en` or empty.
    pub language: String,
    /// `panel`, `kiosk`, `both` or empty.
    pub role: String,
    /// The text of a timetable.
    pub timetable: String,
    /// A line that `dais-shell hash-pin` makes.
    pub service_pin: String,
}

/// Never the PIN's line.
impl std::fmt::Debug for Enrolled {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Enrolled").field("unit", &self.unit).finish_non_exhaustive()
    }
}

/// Why something of a first start was not settled.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Admin1.Error")]
pub enum SetupError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// This is no signed enrolment.
    NotSigned(String),
    /// The text was changed after it was signed, or not copied whole.
    BadSignature(String),
    /// It is written for a later version of Dais.
    OtherSchema(String),
    /// What it says is not good; the text says where.
    BadEnrolment(String),
    /// It is for another unit's serial number.
    OtherUnit(String),
    /// It was good until a day that is over.
    Expired(String),
    /// It names a certificate or key that this unit does not have.
    NoCredential(String),
    /// Another school's key signed it; only a factory reset forgets the pinned one.
    OtherKey(String),
    /// The disk does not take it.
    NotKept(String),
    /// There is no such time zone.
    BadTimeZone(String),
    /// The system has no service for its clock.
    NoTimeService(String),
    /// The system has no service for its network.
    NoNetworkService(String),
    /// This unit has no radio.
    NoWireless(String),
    /// The network does not let it in.
    NotJoined(String),
}

/// What a first start settles, as the wizard sees it.
#[proxy(
    interface = "org.dais.Admin1.Setup",
    default_service = "org.dais.Admin1",
    default_path = "/org/dais/Admin1"
)]
pub trait Setup {
    /// Reads an enrolment and, where a person has agreed to it, takes it.
    fn enrol(&self, text: &str, agreed: bool) -> Result<Offer, SetupError>;
    /// What this unit was enrolled with.
    fn enrolled(&self) -> Result<Enrolled, SetupError>;
    /// Joins a wireless network, which may be `hidden`; an empty password is none.
    fn join_wifi(&self, ssid: &str, password: &str, hidden: bool) -> Result<(), SetupError>;
    /// Keeps, durably, what of a first start comes next.
    fn reach(&self, step: u32) -> Result<(), SetupError>;
    /// Sets the time zone by its name, `Asia/Shanghai`.
    fn set_time_zone(&self, name: &str) -> Result<(), SetupError>;
    /// The time zone now.
    fn time_zone(&self) -> Result<String, SetupError>;
    /// Wireless networks in reach, the strongest first.
    fn wifi(&self) -> Result<Vec<WifiNetwork>, SetupError>;
    /// What of a first start comes next ([`FirstStep`]).
    #[zbus(property)]
    fn first_step(&self) -> zbus::Result<u32>;
    /// The computer's serial number; empty where it tells none.
    #[zbus(property(emits_changed_signal = "const"))]
    fn serial(&self) -> zbus::Result<String>;
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
