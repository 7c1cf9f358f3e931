//! What is known about guns, as a table: which USB numbers are scanners, and how they differ from the rule.
//!
//! The numbers are those of the public list at linux-usb.org. A gun that is not found by itself, or that misbehaves,
//! gets a row here, with the reason; no code. `70-dais-scanner.rules` of the image names the same makers.

use crate::framing::Suffix;
use crate::keymap::Layout;

/// How a gun is set. What is learnt needs no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quirks {
    /// What ends its codes.
    pub suffix: Suffix,
    /// What it sends before each.
    pub prefix: &'static [u8],
    /// The keyboard it plays.
    pub layout: Layout,
}

impl Quirks {
    /// Nothing is known: the suffix is learnt, there is no prefix, the layout is the one guns come with.
    pub const PLAIN: Self = Self { suffix: Suffix::Learnt, prefix: b"", layout: Layout::Us };
}

/// The numbers that a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A maker of nothing but scanners.
    Vendor(u16),
    /// One device of a maker of many things.
    Device(u16, u16),
}

/// The first row that fits counts.
pub const TABLE: &[(Mark, Quirks)] = &[
    // Metrologic and Honeywell; Hand Held Products, which is Honeywell now.
    (Mark::Vendor(0x0c2e), Quirks::PLAIN),
    (Mark::Vendor(0x0536), Quirks::PLAIN),
    // PSC and Datalogic.
    (Mark::Vendor(0x05f9), Quirks::PLAIN),
    (Mark::Vendor(0x080c), Quirks::PLAIN),
    // Opticon.
    (Mark::Vendor(0x065a), Quirks::PLAIN),
    // Newland.
    (Mark::Vendor(0x1eab), Quirks::PLAIN),
    // Symbol and Zebra, who make computers and printers too.
    (Mark::Device(0x05e0, 0x1200), Quirks::PLAIN),
    (Mark::Device(0x05e0, 0x1701), Quirks::PLAIN),
    (Mark::Device(0x05e0, 0x1a00), Quirks::PLAIN),
    // Intermec: as a keyboard and as a serial port.
    (Mark::Device(0x067e, 0x0801), Quirks::PLAIN),
    (Mark::Device(0x067e, 0x0803), Quirks::PLAIN),
    // Access IS: serial, keyboard, HID POS.
    (Mark::Device(0x0db5, 0x0139), Quirks::PLAIN),
    (Mark::Device(0x0db5, 0x013a), Quirks::PLAIN),
    (Mark::Device(0x0db5, 0x013b), Quirks::PLAIN),
    // Tera.
    (Mark::Device(0x0581, 0x0107), Quirks::PLAIN),
    (Mark::Device(0x0581, 0x020c), Quirks::PLAIN),
    // Single guns of others: Winbond, HP, Weltrend, Cypress.
    (Mark::Device(0x0416, 0xc141), Quirks::PLAIN),
    (Mark::Device(0x03f0, 0x0139), Quirks::PLAIN),
    (Mark::Device(0x03f0, 0x1d24), Quirks::PLAIN),
    (Mark::Device(0x040b, 0x6510), Quirks::PLAIN),
    (Mark::Device(0x04b4, 0xbca1), Quirks::PLAIN),
];

/// Words in a device's name that only scanners have, in lower case.
const WORDS: &[&str] =
    &["barcode", "bar code", "bar_code", "code reader", "code scanner", "2d imager", "qr scanner"];

/// The row for these USB numbers.
pub fn of(vendor: u16, product: u16) -> Option<Quirks> {
    let fits = |mark: &Mark| match *mark {
        Mark::Vendor(number) => number == vendor,
        Mark::Device(own, number) => (own, number) == (vendor, product),
    };
    TABLE.iter().find(|(mark, _)| fits(mark)).map(|(_, quirks)| *quirks)
}

/// True for the name of a scanner.
pub fn is_named(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    WORDS.iter().any(|word| name.contains(word))
}

#[cfg(test)]
mod tests {
    //! Who is a scanner.
    use super::*;

    #[test]
    fn rows() {
        assert_eq!(of(0x0c2e, 0x0b61), Some(Quirks::PLAIN));
        assert_eq!(of(0x05e0, 0x1200), Some(Quirks::PLAIN));
        // A mobile computer of the same maker; an ordinary keyboard; the bridge chip that card readers sit on.
        for (vendor, product) in [(0x05e0, 0x2000), (0x046d, 0xc31c), (0x1a86, 0x7523)] {
            assert_eq!(of(vendor, product), None);
        }
        for (index, (mark, _)) in TABLE.iter().enumerate() {
            assert!(!TABLE[..index].iter().any(|(other, _)| other == mark), "{mark:?} stands there twice");
        }
    }

    #[test]
    fn names() {
        for name in ["Honeywell Barcode Scanner", "usb-ACME_2D_BARCODE_1-if00", "WIT Bar Code Reader"] {
            assert!(is_named(name), "{name}");
        }
        for name in ["AT Translated Set 2 keyboard", "Canon Flatbed Scanner", "USB Serial", "1a86 USB Single"]
        {
            assert!(!is_named(name), "{name}");
        }
    }
}
