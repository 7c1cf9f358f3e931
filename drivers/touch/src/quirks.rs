//! What is known to be wrong with panels, as a table: which rules of the [`Sieve`](crate::Sieve) a panel needs.
//!
//! A panel is found by its USB vendor (`hid-ids.h` of the kernel names them), by a word in its name, or else by its
//! size: touch layers above 1.2 m across are infrared frames unless they say otherwise. A panel that misbehaves gets
//! a row here, with the reason; no code.

use crate::Panel;

/// How far a panel's sizes can be believed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sizes {
    Trusted,
    /// They are too large or too small by this much; 1000 is right.
    Scaled {
        permille: u32,
    },
    /// They say nothing: everything counts as a finger.
    Untrusted,
}

/// The rules for one kind of panel. A time or length of 0 switches its rule off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Quirks {
    /// For the log.
    pub name: &'static str,
    /// A contact in the column of one and the row of another is held back this long.
    pub ghost_us: u64,
    /// How exactly a ghost lies on the crossing: the pitch of the light beams, and a half.
    pub ghost_um: i32,
    /// A contact that vanishes is waited for this long ...
    pub bridge_us: u64,
    /// ... and this far from where it would be by now.
    pub bridge_um: i32,
    /// What begins this close to the border is held back ...
    pub edge_um: i32,
    /// ... this long: sun and dust flicker faster than a person can tap.
    pub edge_us: u64,
    /// At its beginning a contact's place is not believed for this long ...
    pub smear_us: u64,
    /// ... within this: the beams see a finger before it arrives.
    pub smear_um: i32,
    /// A contact at rest trembles by this much.
    pub tremble_um: i32,
    /// A contact that moves faster than this, in millimetres a second, is another one.
    pub leap_mm_s: i64,
    pub sizes: Sizes,
}

impl Quirks {
    /// Beams of light along both sides: ghosts, shadows, a write height of 2 to 3 mm, beams 3 to 5 mm apart.
    pub const INFRARED: Self = Self {
        name: "infrared frame",
        ghost_us: 50_000,
        ghost_um: 6_000,
        // Two frames at 80 Hz, the slowest scan with ten contacts.
        bridge_us: 25_000,
        bridge_um: 12_000,
        edge_um: 3_000,
        edge_us: 40_000,
        smear_us: 20_000,
        smear_um: 2_500,
        tremble_um: 1_000,
        leap_mm_s: LEAP_MM_S,
        sizes: Sizes::Trusted,
    };

    /// Cameras in the corners: as infrared frames, but sizes are shadows' widths and mean nothing.
    pub const OPTICAL: Self = Self { name: "optical", sizes: Sizes::Untrusted, ..Self::INFRARED };

    /// Exact; nothing but broken events is to be expected.
    pub const CAPACITIVE: Self = Self {
        name: "capacitive",
        ghost_us: 0,
        ghost_um: 0,
        bridge_us: 0,
        bridge_um: 0,
        edge_um: 0,
        edge_us: 0,
        smear_us: 0,
        smear_um: 0,
        tremble_um: 0,
        leap_mm_s: LEAP_MM_S,
        sizes: Sizes::Trusted,
    };

    /// The rules for a panel.
    pub fn of(panel: &Panel) -> Self {
        let (name, vendor) = (panel.name().to_lowercase(), panel.identity().vendor);
        let row = TABLE.iter().find(|row| match row.0 {
            Mark::Vendor(number) => vendor == number,
            Mark::Name(word) => name.contains(word),
        });
        let (width, height) = panel.size_um();
        let large = i64::from(width).pow(2) + i64::from(height).pow(2) > LARGE_UM.pow(2);
        match row {
            Some(row) => row.1,
            None if large => Self::INFRARED,
            None => Self::CAPACITIVE,
        }
    }
}

/// Hands reach 4 m/s when they wipe; at five times that a contact has changed places with another.
const LEAP_MM_S: i64 = 20_000;
/// The diagonal from which an unknown panel is taken for an infrared frame: capacitive ones of 55 inches and more
/// are rare, and dear enough to be named.
const LARGE_UM: i64 = 1_200_000;

enum Mark {
    Vendor(u16),
    /// A part of the name, in lower case.
    Name(&'static str),
}

/// The first row that fits counts.
const TABLE: &[(Mark, Quirks)] = &[
    // IRTOUCH and CVTE: frames of most classroom boards.
    (Mark::Vendor(0x6615), Quirks::INFRARED),
    (Mark::Vendor(0x1ff7), Quirks::INFRARED),
    // Quanta, NextWindow, Xiroku: cameras in the corners.
    (Mark::Vendor(0x0408), Quirks::OPTICAL),
    (Mark::Vendor(0x1926), Quirks::OPTICAL),
    (Mark::Vendor(0x1477), Quirks::OPTICAL),
    // Wacom, Atmel, Advanced Silicon, ILITEK: capacitive, also when they are large.
    (Mark::Vendor(0x056a), Quirks::CAPACITIVE),
    (Mark::Vendor(0x03eb), Quirks::CAPACITIVE),
    (Mark::Vendor(0x2149), Quirks::CAPACITIVE),
    (Mark::Vendor(0x222a), Quirks::CAPACITIVE),
    (Mark::Name("infrared"), Quirks::INFRARED),
    (Mark::Name("irtouch"), Quirks::INFRARED),
    (Mark::Name("optical"), Quirks::OPTICAL),
    (Mark::Name("capacitive"), Quirks::CAPACITIVE),
    (Mark::Name("pcap"), Quirks::CAPACITIVE),
];
