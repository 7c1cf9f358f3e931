//! The reports of an emulated HID POS scanner.

/// Data bytes of one report.
pub const DATA: usize = 56;
/// Bytes of one report: its number, length, AIM identifier, data, two of the maker's, flags.
pub const REPORT: usize = 1 + 1 + 3 + DATA + 2 + 1;

/// A report descriptor as HID POS scanners have it: report 2 in, report 4 out.
pub const DESCRIPTOR: &[u8] = &[
    0x05, 0x8c, // usage page: bar code scanner
    0x09, 0x02, // usage: bar code scanner
    0xa1, 0x01, // collection: application
    0x09, 0x12, // usage: scanned data report
    0xa1, 0x02, // collection: logical
    0x85, 0x02, // report 2
    0x15, 0x00, 0x26, 0xff, 0x00, // from 0 to 255
    0x75, 0x08, 0x95, 0x01, // one value of 8 bits
    0x05, 0x01, 0x09, 0x3b, 0x81, 0x02, // byte count
    0x95, 0x03, // three
    0x05, 0x8c, 0x09, 0xfb, 0x09, 0xfc, 0x09, 0xfd, 0x81, 0x02, // the symbology identifier
    0x95, 0x38, 0x09, 0xfe, 0x82, 0x02, 0x01, // 56 bytes of decoded data
    0x06, 0x66, 0xff, 0x95, 0x02, 0x09, 0x04, 0x09, 0x00, 0x81, 0x02, // two of the maker's own
    0x05, 0x8c, 0x25, 0x01, 0x75, 0x01, 0x95, 0x01, 0x09, 0xff, 0x81, 0x02, // decoded data continued
    0x95, 0x07, 0x81, 0x03, // padding
    0xc0, // end of collection
    0x09, 0x14, 0xa1, 0x02, // trigger report
    0x85, 0x04, 0x95, 0x01, 0x09, 0x00, 0x91, 0x02, 0x95, 0x07, 0x91, 0x03, // one bit out
    0xc0, 0xc0,
];

/// The reports of one scan.
pub fn reports(data: &[u8], symbology: [u8; 3]) -> Vec<Vec<u8>> {
    let parts: Vec<&[u8]> = if data.is_empty() { vec![data] } else { data.chunks(DATA).collect() };
    let last = parts.len() - 1;
    let report = |(nth, part): (usize, &&[u8])| {
        let mut report = vec![0; REPORT];
        report[0] = 2;
        report[1] = part.len() as u8;
        report[2..5].copy_from_slice(&symbology);
        report[5..5 + part.len()].copy_from_slice(part);
        report[REPORT - 1] = u8::from(nth < last);
        report
    };
    parts.iter().enumerate().map(report).collect()
}
