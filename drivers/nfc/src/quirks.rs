//! What is known about PC/SC readers, as a table: how each takes the commands of cards that do not speak ISO 14443-4.
//!
//! A reader that keeps to PC/SC part 3 and no more needs no row. One that differs gets one here, with the reason; no
//! code. Names are as the service tells them. Sources: ACR122U API 2.04, ACR1222L, ACR1252U and ACR1281U API manuals,
//! OMNIKEY contactless developer guide 5321-903, and the readers that liblogicalaccess tells apart.

/// How a reader takes native commands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// As commands of its own that do the same (PC/SC part 3, 3.2.2.1).
    Storage {
        /// Where a loaded key is kept: 00 until power goes, 20 for ever.
        key_structure: u8,
        /// In which place there.
        key_place: u8,
        /// Whether it changes value blocks and copies them, by FF D7. Where it does not copy, a torn value block has no
        /// other to be mended from, so a reader that only adds and takes away (OMNIKEY: FF D4, FF D8; PC/SC 2.02: FF C2)
        /// counts as one that does neither.
        values: bool,
    },
    /// As they are, in commands to the PN53x inside, behind FF 00 00 00.
    Direct,
}

impl Way {
    /// What PC/SC part 3 asks of every reader.
    pub const PLAIN: Self = Self::Storage { key_structure: 0x00, key_place: 0x00, values: false };
}

/// The first row whose words stand in the reader's name counts.
pub const TABLE: &[(&str, Way)] = &[
    // No PN53x is inside that one, which the next row's words would find too.
    ("ACR1222", Way::Storage { key_structure: 0x00, key_place: 0x00, values: true }),
    ("ACR122", Way::Direct),
    // The same reader under other names.
    ("Touchatag", Way::Direct),
    ("ACR1251", Way::Storage { key_structure: 0x00, key_place: 0x00, values: true }),
    ("ACR1252", Way::Storage { key_structure: 0x00, key_place: 0x00, values: true }),
    ("ACR1255", Way::Storage { key_structure: 0x00, key_place: 0x00, values: true }),
    // Places 00 to 1F are for ever in these; 20 is the one that is forgotten.
    ("ACR128", Way::Storage { key_structure: 0x00, key_place: 0x20, values: true }),
    // It has no place that is forgotten (answers 69 86).
    ("OMNIKEY", Way::Storage { key_structure: 0x20, key_place: 0x00, values: false }),
];

/// How the reader of this name takes native commands.
pub fn way_of(reader: &str) -> Way {
    TABLE.iter().find(|(words, _)| reader.contains(words)).map_or(Way::PLAIN, |(_, way)| *way)
}

#[cfg(test)]
mod tests {
    //! Names as the service tells them.
    use super::*;

    #[test]
    fn names() {
        for (reader, words) in [
            ("ACS ACR122U PICC Interface 00 00", "ACR122"),
            ("ACS ACR1222 3S PICC Reader 00 00", "ACR1222"),
            ("ACS ACR1252 Dual Reader [ACR1252 Dual Reader PICC] 00 00", "ACR1252"),
            ("ACS ACR1281 1S Dual Reader [ACR1281 1S Dual Reader PICC] 00 01", "ACR128"),
            ("HID Global OMNIKEY 5022 Smart Card Reader [OMNIKEY 5022 Smart Card Reader] 00 00", "OMNIKEY"),
        ] {
            let row = TABLE.iter().find(|(own, _)| *own == words).expect("a row");
            assert_eq!(way_of(reader), row.1, "{reader}");
        }
        assert_eq!(way_of("Identiv uTrust 3700 F CL Reader 00 00"), Way::PLAIN);
    }
}
