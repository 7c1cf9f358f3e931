//! Files that mean harm: each ends in a clear error (or an honest board) with bounded memory.
use std::{
    alloc::{GlobalAlloc, Layout, System},
    cell::Cell,
    io::Write,
};

use flate2::{Compression, write::GzEncoder};
use proptest::prelude::*;

use super::{
    sample::{document, lettering},
    xopp::{open, packed},
};
use crate::format::{FormatError, Limits, pdf, picture, sniff, svg, xopp};

thread_local! {
    static NOW: Cell<usize> = const { Cell::new(0) };
    static MOST: Cell<usize> = const { Cell::new(0) };
}

/// Counts what each thread holds, so that tests beside each other do not disturb one another.
struct Counting;

#[global_allocator]
static COUNTING: Counting = Counting;

fn count(more: usize, less: usize) {
    // A thread that ends has no counters any more.
    let counted = NOW.try_with(|now| {
        let held = (now.get() + more).saturating_sub(less);
        now.set(held);
        held
    });
    if let Ok(held) = counted
        && MOST.try_with(|most| most.set(most.get().max(held))).is_err()
    {}
}

#[expect(unsafe_code, reason = "a global allocator cannot be written without it")]
// SAFETY: every call is passed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        count(layout.size(), 0);
        // SAFETY: the caller keeps the contract of `alloc`.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        count(0, layout.size());
        // SAFETY: the caller keeps the contract of `dealloc`.
        unsafe { System.dealloc(at, layout) }
    }
}

/// The most bytes that the work held beyond what it began with.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = NOW.get();
    MOST.set(before);
    let done = work();
    (done, MOST.get() - before)
}

const MIB: usize = 1 << 20;

fn is_too_much(opened: Result<impl std::fmt::Debug, FormatError>) -> bool {
    match opened {
        Err(FormatError::TooMuch { .. }) => true,
        other => panic!("{}", format!("{other:?}").chars().take(300).collect::<String>()),
    }
}

#[test]
fn a_bomb_is_stopped_long_before_it_is_unpacked() {
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(b"<xournal><page width=\"100\" height=\"100\"><layer><text x=\"0\" y=\"0\">").unwrap();
    for _ in 0..1024 {
        bomb.write_all(&vec![b' '; MIB]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < 2 * MIB, "a gigabyte in {} bytes", bomb.len());
    let (opened, most) = peak(|| xopp::read(&bomb, &|_| None, &Limits::BOARD));
    assert!(is_too_much(opened));
    // One text of all that may be unpacked, in a buffer that grows by doubling, and its copy.
    assert!(most < 1200 * MIB, "{} MiB", most / MIB);
    let (_, most) = peak(|| sniff(&bomb));
    assert!(most < MIB, "telling its kind costs {most} bytes");
}

#[test]
fn a_million_empty_strokes_are_too_many_and_cost_no_memory() {
    let mut xml = String::from("<xournal><page width=\"100\" height=\"100\"><layer>");
    xml.extend(std::iter::repeat_n("<stroke tool=\"pen\" color=\"black\" width=\"1\"/>", 1_000_000));
    let bytes = packed(&xml);
    drop(xml);
    let (opened, most) =
        peak(|| xopp::read(&bytes, &|_| None, &Limits { unpack_ratio: 100_000, ..Limits::BOARD }));
    assert!(is_too_much(opened));
    assert!(most < 2 * MIB, "{most} bytes");
}

#[test]
fn nesting_entities_and_places_beyond_all_pages_are_refused() {
    let deep = "<a>".repeat(100_000);
    let (opened, most) = peak(|| open(&format!("<xournal>{deep}")));
    assert!(is_too_much(opened));
    assert!(most < 4 * MIB, "{most} bytes");
    let laughs = "<!DOCTYPE x [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;\">]>\
                  <xournal><page width=\"100\" height=\"100\"><layer><text x=\"1\" y=\"1\">a&c;b</text></layer></page></xournal>";
    let opened = open(laughs).unwrap();
    let crate::Content::Text(text) = &opened.document.sheets[0].things[0].content else {
        panic!("{opened:?}")
    };
    assert_eq!(text.text, "ab", "entities of its own are not expanded");
    for place in ["NaN", "inf", "1e300", "-1e12", "zwei"] {
        let xml = format!(
            "<xournal><page width=\"9\" height=\"9\"><layer><stroke width=\"1\">{place} 1 2 2</stroke></layer></page></xournal>"
        );
        assert!(matches!(open(&xml), Err(FormatError::Damaged { .. })), "{place}");
    }
    for size in ["0", "-5", "NaN", "1e30", "999999999"] {
        let xml = format!("<xournal><page width=\"{size}\" height=\"9\"/></xournal>");
        assert!(matches!(open(&xml), Err(FormatError::Damaged { .. })), "{size}");
    }
    let pages = format!("<xournal>{}</xournal>", "<page width=\"9\" height=\"9\"/>".repeat(201));
    assert!(is_too_much(open(&pages)));
    let mut torn = packed(&pages);
    torn.truncate(60);
    assert!(matches!(xopp::read(&torn, &|_| None, &Limits::BOARD), Err(FormatError::Damaged { .. })));
    let wrong = b"<xournal><page width=\"9\" height=\"9\"><layer><text x=\"1\" y=\"1\">\xff\xfe</text></layer></page></xournal>";
    assert!(matches!(xopp::read(wrong, &|_| None, &Limits::BOARD), Err(FormatError::Damaged { .. })));
}

#[test]
fn errors_tell_what_is_wrong_and_what_to_do() {
    let error = open("<xournal><page width=\"9\" height=\"9\"><layer><stroke width=\"1\">NaN 1</stroke>")
        .unwrap_err();
    let said = error.to_string();
    assert!(said.contains("Xournal++") && said.contains("NaN") && said.contains("copy it again"), "{said}");
}

/// Whatever it is tried as, it ends, and within a hundred mebibytes.
fn try_all(bytes: &[u8]) {
    let (_, most) = peak(|| {
        let read = [
            xopp::read(bytes, &|_| None, &Limits::BOARD).map(|_| ()),
            picture::decode(bytes, &Limits::BOARD).map(|_| ()),
            svg::read(bytes, &Limits::BOARD).map(|_| ()),
        ];
        (sniff(bytes), read)
    });
    assert!(most < 100 * MIB, "{} MiB", most / MIB);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn random_bytes_do_no_harm(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        try_all(&bytes);
        assert!(pdf::read(&bytes, &Limits::BOARD).is_err());
    }

    #[test]
    fn mutated_files_do_no_harm(changes in proptest::collection::vec((any::<usize>(), any::<u8>()), 1..30), cut in any::<usize>()) {
        static FILES: std::sync::OnceLock<Vec<Vec<u8>>> = std::sync::OnceLock::new();
        let files = FILES.get_or_init(|| {
            let (board, lettering) = (document(), lettering());
            let xopp = xopp::write(&board, &lettering).unwrap().xopp;
            let mut xml = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&xopp[..]), &mut xml).unwrap();
            let svg = svg::write(&board, 0, svg::Letters::Text, &lettering).unwrap().svg;
            vec![xopp, xml, svg, super::sample::png()]
        });
        for file in files {
            let mut bytes = file.clone();
            for (at, byte) in &changes {
                let at = at % bytes.len();
                bytes[at] = *byte;
            }
            try_all(&bytes);
            bytes.truncate(cut % bytes.len());
            try_all(&bytes);
        }
    }
}
