//! PDF: Poppler and our own reader see what the board shows, its text can be searched, and it is vectors.
use std::process::Command;

use super::{
    is_installed,
    look::{Apart, Look, WIDTH, assert_alike, assert_each_thing_counts},
    sample::{document, lettering},
};
use crate::{
    Content, Document, MediaKind, PageRect,
    format::{FormatError, Limits, pdf},
};

/// Our own reader sets letters as we do; what is left is the note's shadow, which belongs to the panel.
const MOST: Apart = Apart { mean: 1.0, anywhere: 100.0 };
/// Poppler's letters are hinted a little otherwise.
const HINTED: Apart = Apart { mean: 1.2, anywhere: 100.0 };

fn written(board: &Document) -> Vec<u8> {
    pdf::write(board, &lettering()).unwrap().bytes
}

/// Runs one of Poppler's programs on a PDF and gives the file it writes.
fn poppler(program: &str, bytes: &[u8], arguments: &[&str], out: &str) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("board.pdf"), bytes).unwrap();
    let output = Command::new(program).current_dir(folder.path()).args(arguments).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    std::fs::read(folder.path().join(out)).unwrap()
}

#[test]
fn our_own_reader_draws_what_was_written() {
    let board = document();
    let bytes = written(&board);
    assert_eq!(bytes, written(&board), "always the same bytes");
    let sizes = pdf::pages(&bytes, &Limits::BOARD).unwrap();
    let millimetres: Vec<_> =
        sizes.iter().map(|(w, h)| ((w * 25.4 / 72.0).round(), (h * 25.4 / 72.0).round())).collect();
    assert_eq!(millimetres, [(300.0, 200.0), (200.0, 120.0)], "real sizes");
    for page in 0..2 {
        let bitmap = pdf::render(&bytes, page, WIDTH, &Limits::BOARD).unwrap();
        assert_eq!(bitmap.width, WIDTH);
        assert_alike(&board, page as usize, "hayro", &Look::of(&bitmap), MOST);
    }
}

#[test]
fn whatever_is_left_out_shows() {
    let whole = document();
    let bitmap = pdf::render(&written(&whole), 0, WIDTH, &Limits::BOARD).unwrap();
    assert_each_thing_counts(&whole, &Look::of(&bitmap), MOST);
}

#[test]
fn poppler_draws_the_same_and_finds_the_words() {
    if !is_installed("pdftoppm") || !is_installed("pdftotext") {
        return;
    }
    let board = document();
    let bytes = written(&board);
    let text = poppler("pdftotext", &bytes, &["-layout", "board.pdf", "out.txt"], "out.txt");
    let text = String::from_utf8(text).unwrap();
    for words in ["Ein halber & ein drittel <Kuchen>", "一半", "第三课", "quer"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let arguments =
        ["-png", "-f", "1", "-l", "1", "-singlefile", "-scale-to-x", "1200", "-scale-to-y", "800"];
    let arguments: Vec<&str> = arguments.into_iter().chain(["board.pdf", "out"]).collect();
    let theirs = Look::of_file(&poppler("pdftoppm", &bytes, &arguments, "out.png"));
    assert_alike(&board, 0, "poppler", &theirs, HINTED);
}

#[test]
fn what_a_page_says_is_read_line_by_line() {
    let bytes = written(&document());
    let [said, empty, none] = &pdf::text(&bytes, &[0, 1, 7], &Limits::BOARD).unwrap()[..] else { panic!() };
    assert_eq!((empty.as_str(), none.as_str()), ("", ""));
    for words in ["Ein halber & ein drittel <Kuchen>", "一半", "Hausaufgabe", ": 第三课", "quer"] {
        assert!(said.contains(words), "{words} is not in {said}");
    }
    if is_installed("pdftotext") {
        let theirs = poppler("pdftotext", &bytes, &["-l", "1", "-raw", "board.pdf", "out.txt"], "out.txt");
        let letters = |text: &str| {
            let mut letters: Vec<char> = text.chars().filter(|letter| !letter.is_whitespace()).collect();
            letters.sort_unstable();
            letters
        };
        let theirs = String::from_utf8(theirs).unwrap().replace('\u{c}', "");
        assert_eq!(letters(said), letters(&theirs), "{said}\n{theirs}");
    }
}

#[test]
fn a_pdf_becomes_pages_to_write_on_and_stays_text_when_it_goes_out_again() {
    let worksheet = written(&document());
    let mut board = pdf::read(&worksheet, &Limits::BOARD).unwrap();
    assert_eq!(board.sheets.len(), 2);
    assert_eq!(board.sheets[0].paper.size_um, Some((300_000, 200_000)));
    let Content::Media(media) = &board.sheets[1].things[0].content else { panic!("{:?}", board.sheets[1]) };
    assert_eq!((media.kind, media.rect), (MediaKind::Pdf { page: 1 }, PageRect::new(0, 0, 200_000, 120_000)));
    assert!(board.sheets[1].things[0].pinned);
    board.sheets[0].things.push(super::sample::text(20_000, 5_000, "Name: Anna"));

    let again = pdf::write(&board, &lettering()).unwrap();
    assert_eq!(again.remarks, [], "nothing had to become pixels");
    let shown = Look::of(&pdf::render(&again.bytes, 1, WIDTH, &Limits::BOARD).unwrap());
    let first = Look::of(&pdf::render(&worksheet, 1, WIDTH, &Limits::BOARD).unwrap());
    let (mean, _) = shown.apart(&first);
    assert!(mean < MOST.mean, "the worksheet is still there: {mean}");
    if is_installed("pdftotext") {
        let text = poppler("pdftotext", &again.bytes, &["board.pdf", "out.txt"], "out.txt");
        let text = String::from_utf8(text).unwrap();
        assert!(text.contains("第三课") && text.contains("Name: Anna"), "{text}");
    }
}

#[test]
fn what_is_no_pdf_is_told_so() {
    let whole = written(&document());
    for bytes in [&b"%PDF-1.7\n"[..], &whole[..whole.len() / 3], b""] {
        match pdf::read(bytes, &Limits::BOARD) {
            Err(FormatError::Damaged { .. } | FormatError::Empty) => {}
            other => panic!("{other:?}"),
        }
    }
    let few = Limits { pages: 1, ..Limits::BOARD };
    assert_eq!(pdf::read(&whole, &few), Err(FormatError::TooMuch { what: "pages", most: 1 }));
    let small = Limits { picture_px: 100, ..Limits::BOARD };
    assert!(pdf::render(&whole, 0, 1_000_000, &small).unwrap().width <= 100);
}
