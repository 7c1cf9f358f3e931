//! Layouts of several makers, whole and torn scans.
use super::*;
use crate::fake::reports::{self, DATA, DESCRIPTOR, REPORT};

/// Without a byte count: data ends at its first NUL. The three identifiers are fields of their own.
const UNCOUNTED: &[u8] = &[
    0x05, 0x8c, 0x09, 0x02, 0xa1, 0x01, 0x09, 0x12, 0xa1, 0x02, 0x85, 0x02, 0x15, 0x00, 0x26, 0xff, 0x00,
    0x75, 0x08, 0x95, 0x01, 0x09, 0xfb, 0x81, 0x02, 0x09, 0xfc, 0x81, 0x02, 0x09, 0xfd, 0x81, 0x02, 0x95,
    0x10, 0x09, 0xfe, 0x82, 0x02, 0x01, 0xc0, 0xc0,
];
/// A boot keyboard (HID 1.11, appendix B.1).
const KEYBOARD: &[u8] = &[
    0x05, 0x01, 0x09, 0x06, 0xa1, 0x01, 0x05, 0x07, 0x19, 0xe0, 0x29, 0xe7, 0x15, 0x00, 0x25, 0x01, 0x75,
    0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x01, 0x75, 0x08, 0x81, 0x01, 0x95, 0x05, 0x75, 0x01, 0x05, 0x08,
    0x19, 0x01, 0x29, 0x05, 0x91, 0x02, 0x95, 0x01, 0x75, 0x03, 0x91, 0x01, 0x95, 0x06, 0x75, 0x08, 0x15,
    0x00, 0x25, 0x65, 0x05, 0x07, 0x19, 0x00, 0x29, 0x65, 0x81, 0x00, 0xc0,
];

/// One scan, or why it was none.
type Read = Result<(Vec<u8>, Option<Symbology>), Fault>;

fn layout() -> Layout {
    Layout::find(DESCRIPTOR).unwrap()
}

fn told(layout: Layout, reports: &[Vec<u8>]) -> Vec<Read> {
    let start = Instant::now();
    let mut scanner = HidPos::new(layout, start);
    assert_eq!(scanner.idle(start + IDLE), None);
    let now = start + IDLE;
    let mut told: Vec<_> = reports.iter().filter_map(|report| scanner.feed(report, now)).collect();
    told.extend(scanner.idle(now + IDLE));
    told.into_iter().map(|scan| scan.map(|scan| (scan.bytes, scan.symbology))).collect()
}

fn qr(bytes: &[u8]) -> Read {
    Ok((bytes.to_vec(), Symbology::parse(*b"]Q1")))
}

#[test]
fn layouts_are_read_from_descriptors() {
    let expected = Layout {
        report: 2,
        others: Vec::new(),
        length: REPORT,
        count: Some(1),
        symbology: Some(2),
        data: 5..61,
        continued: Some((63, 0)),
    };
    assert_eq!(layout(), expected);
    let uncounted = Layout::find(UNCOUNTED).unwrap();
    assert_eq!((uncounted.count, uncounted.symbology, uncounted.data.clone()), (None, Some(1), 4..20));
    assert_eq!(uncounted.continued, None);
    assert_eq!(Layout::find(KEYBOARD), None);
    assert_eq!(Layout::find(b""), None);
    for cut in 0..DESCRIPTOR.len() {
        if let Some(layout) = Layout::find(&DESCRIPTOR[..cut]) {
            assert!(layout.data.end <= layout.length, "cut at {cut}");
        }
    }
}

#[test]
fn one_report_and_several() {
    let longest = b"7".repeat(CODE_MAX);
    for code in [&b"2"[..], &b"9".repeat(DATA), &b"8".repeat(DATA + 1), &longest] {
        assert_eq!(told(layout(), &reports::reports(code, *b"]Q1")), [qr(code)]);
    }
    let too_long = b"7".repeat(CODE_MAX + 1);
    assert_eq!(told(layout(), &reports::reports(&too_long, *b"]Q1")), [Err(Fault::TooLong)]);
}

#[test]
fn a_count_keeps_nuls_and_without_one_data_end_there() {
    assert_eq!(told(layout(), &reports::reports(b"a\0b\0", *b"]Q1")), [qr(b"a\0b\0")]);
    let mut report = b"\x02]Q1281234".to_vec();
    report.resize(20, 0);
    assert_eq!(told(Layout::find(UNCOUNTED).unwrap(), &[report]), [qr(b"281234")]);
}

#[test]
fn the_sequence_a_gadget_sends() {
    let mut report = b"\x02\x12]C0281234567890123456".to_vec();
    report.resize(REPORT, 0);
    let read = Ok((b"281234567890123456".to_vec(), Symbology::parse(*b"]C0")));
    assert_eq!(told(layout(), &[report]), [read]);
}

#[test]
fn damaged_reports_give_no_code() {
    let good = reports::reports(b"281234", *b"]Q1").remove(0);
    let changed = |at: usize, byte: u8| {
        let mut report = good.clone();
        report[at] = byte;
        told(layout(), &[report])
    };
    assert_eq!(told(layout(), &[good[..REPORT - 1].to_vec()]), [Err(Fault::Garbled)]);
    assert_eq!(changed(0, 3), [Err(Fault::Garbled)], "no such report");
    assert_eq!(changed(1, 57), [Err(Fault::Garbled)], "longer than its room");
    assert_eq!(changed(REPORT - 1, 1), [Err(Fault::Torn)], "more was promised");
    assert_eq!(told(layout(), &[vec![]]), [Err(Fault::Garbled)]);
    let mut two = reports::reports(&b"8".repeat(80), *b"]Q1");
    two[1][4] = b'2';
    assert_eq!(told(layout(), &two), [Err(Fault::Garbled)], "two symbologies in one code");
    assert_eq!(told(layout(), &[reports::reports(b"", *b"]Q1").remove(0), good.clone()]), [qr(b"281234")]);
}

#[test]
fn nothing_is_told_after_an_overrun_until_the_line_is_quiet() {
    let start = Instant::now();
    let mut scanner = HidPos::new(layout(), start);
    assert_eq!(scanner.idle(start + IDLE), None);
    let two = reports::reports(&b"8".repeat(80), *b"]Q1");
    let mut now = start + IDLE;
    assert_eq!(scanner.feed(&two[0], now), None);
    scanner.overrun(now);
    // The end of that one, and a whole one that may be the end of another.
    for report in [&two[1], &reports::reports(b"281234", *b"]Q1")[0]] {
        assert_eq!(scanner.feed(report, now), None);
    }
    assert_eq!(scanner.idle(now + IDLE / 2), None);
    assert_eq!(scanner.idle(now + IDLE), Some(Err(Fault::Lost)));
    now += IDLE + TAIL_WITHIN;
    assert_eq!(scanner.feed(&two[0], now), None);
    assert!(matches!(scanner.feed(&two[1], now), Some(Ok(_))));
}

#[test]
fn a_torn_scan_is_dropped_with_what_may_be_its_rest() {
    let start = Instant::now();
    let mut scanner = HidPos::new(layout(), start);
    assert!(scanner.idle(start + IDLE).is_none() && scanner.is_settled());
    let two = reports::reports(&b"8".repeat(80), *b"]Q1");
    let mut now = start + IDLE * 2;
    assert_eq!(scanner.feed(&two[0], now), None);
    now += IDLE;
    assert_eq!(scanner.idle(now), Some(Err(Fault::Torn)));
    assert_eq!(scanner.feed(&two[1], now + TAIL_WITHIN / 2), Some(Err(Fault::Torn)));
    now += TAIL_WITHIN;
    let good = reports::reports(b"281234", *b"]Q1").remove(0);
    assert!(matches!(scanner.feed(&good, now), Some(Ok(_))));
    // Only half of a scan was there when the scanner was opened.
    let mut scanner = HidPos::new(layout(), now);
    assert_eq!(scanner.feed(&two[1], now), Some(Err(Fault::Joined)));
    assert!(matches!(scanner.feed(&good, now), Some(Ok(_))));
}
