//! Files that mean harm: each ends in a clear error (or an honest board) with bounded memory.
use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use peak_alloc::PeakAlloc;
use proptest::prelude::*;

use super::{
    sample::{document, lettering},
    xopp::{open, packed},
};
use crate::format::{FormatError, Limits, pdf, picture, sniff, svg, xopp};

#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// The most bytes that the work held beyond what it began with. Each test is a process of its own under nextest;
/// under cargo's own runner tests beside each other share the count, so there it says nothing.
fn peak<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let done = work();
    let most = MEMORY.peak_usage().saturating_sub(before);
    (done, if std::env::var_os("NEXTEST").is_some() { most } else { 0 })
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
    let mut bomb = GzEncoder::new(Vec::new(), Compression::fast());
    bomb.write_all(b"<xournal><page width=\"100\" height=\"100\"><layer><text x=\"0\" y=\"0\">").unwrap();
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; MIB]).unwrap();
    }
    let bomb = bomb.finish().unwrap();
    assert!(bomb.len() < MIB, "64 MiB in {} bytes", bomb.len());
    let limits = Limits { bytes: 8 << 20, ..Limits::BOARD };
    let (opened, most) = peak(|| xopp::read(&bomb, &|_| None, &limits));
    assert!(is_too_much(opened));
    // A text of all that may be unpacked, in a buffer that grows by doubling.
    assert!(most < 32 * MIB, "{} MiB", most / MIB);
    let small = Limits { unpack_ratio: 2, ..Limits::BOARD };
    let (opened, most) = peak(|| xopp::read(&bomb, &|_| None, &small));
    assert!(is_too_much(opened));
    assert!(most < 4 * MIB, "the ratio holds as well: {} MiB", most / MIB);
    let (_, most) = peak(|| sniff(&bomb));
    assert!(most < MIB, "telling its kind costs {most} bytes");
}

#[test]
fn a_bomb_in_an_archive_is_stopped_as_well() {
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("content.xml", zip::write::SimpleFileOptions::default()).unwrap();
    for _ in 0..32 {
        zip.write_all(&vec![b' '; MIB]).unwrap();
    }
    let bomb = zip.finish().unwrap().into_inner();
    let limits = Limits { bytes: 8 << 20, ..Limits::BOARD };
    let (opened, most) = peak(|| xopp::read(&bomb, &|_| None, &limits));
    assert!(is_too_much(opened));
    assert!(most < 20 * MIB, "{} MiB", most / MIB);
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
fn a_pdf_that_promises_a_vast_picture_or_unpacks_without_end_is_refused() {
    let pdf = |stream: &[u8], attributes: &str| {
        let mut out = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
            3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</XObject<</X 4 0 R>>>>>>endobj\n".to_vec();
        out.extend(format!("4 0 obj<</Length {}{attributes}>>stream\n", stream.len()).bytes());
        out.extend_from_slice(stream);
        out.extend_from_slice(b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n");
        out
    };
    let fine =
        pdf(b"x", "/Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8");
    assert_eq!(pdf::read(&fine, &Limits::BOARD).map(|board| board.sheets.len()), Ok(1));
    let vast = pdf(
        b"x",
        "/Type/XObject/Subtype/Image/Width 100000/Height 100000/ColorSpace/DeviceRGB/BitsPerComponent 8",
    );
    assert!(is_too_much(pdf::read(&vast, &Limits::BOARD)));
    let mut bomb = flate2::write::ZlibEncoder::new(Vec::new(), Compression::fast());
    for _ in 0..32 {
        bomb.write_all(&vec![b' '; MIB]).unwrap();
    }
    let bomb = pdf(&bomb.finish().unwrap(), "/Filter/FlateDecode");
    let limits = Limits { bytes: 8 << 20, ..Limits::BOARD };
    let (opened, most) = peak(|| pdf::read(&bomb, &limits));
    assert!(is_too_much(opened));
    assert!(most < 8 * MIB, "{} MiB", most / MIB);
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
            let svg = svg::write(&board, 0, svg::Letters::Text, &lettering).unwrap().bytes;
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

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf_of(objects: &[String]) -> Vec<u8> {
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(out.len());
        out.extend(format!("{number} 0 obj\n{object}\nendobj\n").into_bytes());
    }
    let table = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).into_bytes());
    for place in places {
        out.extend(format!("{place:010} 00000 n \n").into_bytes());
    }
    let trailer = format!("trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF", objects.len() + 1);
    out.extend(trailer.into_bytes());
    out
}

fn stream(dictionary: &str, content: &str) -> String {
    format!("<<{dictionary}/Length {}>>stream\n{content}\nendstream", content.len())
}

#[test]
fn a_page_that_draws_without_end_is_left_with_what_it_has_said() {
    // Each form draws the next one ten times, twelve deep: a million million letters in a kibibyte.
    let font = "/Font<</F 5 0 R>>";
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<<{font}/XObject<</X 6 0 R>>>>>>"
        ),
        stream("", "BT /F 12 Tf 20 150 Td (Photosynthesis) Tj ET /X Do"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for depth in 0..12 {
        let next = 7 + depth;
        let dictionary = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<<{font}/XObject<</X {next} 0 R>>>>"
        );
        objects.push(stream(&dictionary, &"/X Do ".repeat(10)));
    }
    objects.push(stream(
        &format!("/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<<{font}>>"),
        "BT /F 12 Tf 20 100 Td (again) Tj ET",
    ));
    let bytes = pdf_of(&objects);
    let (said, most) = peak(|| pdf::text(&bytes, &[0], &Limits::BOARD).unwrap());
    assert!(said[0].starts_with("Photosynthesis"), "{}", said[0].chars().take(80).collect::<String>());
    assert!(said[0].chars().count() < 80_000 && most < 64 * MIB, "{} MiB", most / MIB);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn a_pdf_that_was_damaged_anywhere_says_something_or_nothing(
        at in any::<prop::sample::Index>(), with in any::<[u8; 4]>()
    ) {
        let mut bytes = pdf::write(&document(), &lettering()).unwrap().bytes;
        let place = at.index(bytes.len() - 4);
        bytes[place..place + 4].copy_from_slice(&with);
        if let Ok(said) = pdf::text(&bytes, &[0, 1], &Limits::BOARD) {
            prop_assert_eq!(said.len(), 2);
        }
    }
}
