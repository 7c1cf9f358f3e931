//! Files of other boards: what each program's own files become here, that what is written comes back, and that no
//! bytes whatever make a reader panic.
//!
//! Files under `files/` were drawn by us in the programs themselves; each test's header says how.
mod excalidraw;
mod inkml;
mod iwb;
mod rnote;
mod sample;
mod tldr;
mod ubz;

use std::io::{Cursor, Write};

use proptest::prelude::*;

use crate::{
    Affine, Content, Document, Outline, PagePoint, Shape, Stroke, Thing,
    format::{FormatError, Limits},
};

/// A reader of a format.
type Read = fn(&[u8], &Limits) -> Result<Document, FormatError>;

/// The things of the first page.
fn things(document: &Document) -> &[Thing] {
    &document.sheets[0].things
}

fn strokes(document: &Document) -> Vec<&Stroke> {
    let stroke = |thing: &'_ Thing| matches!(thing.content, Content::Stroke(_));
    things(document)
        .iter()
        .filter(|thing| stroke(thing))
        .map(|thing| match &thing.content {
            Content::Stroke(stroke) => stroke,
            _ => unreachable!(),
        })
        .collect()
}

fn shapes(document: &Document) -> Vec<(&Shape, &Thing)> {
    let all = things(document).iter();
    all.filter_map(|thing| match &thing.content {
        Content::Shape(shape) => Some((shape, thing)),
        _ => None,
    })
    .collect()
}

/// The corners of a thing's outline where they lie on the page.
fn corners(shape: &Shape, placing: &Affine) -> Vec<PagePoint> {
    match &shape.outline {
        Outline::Paths(contours) => {
            contours.iter().flat_map(|contour| contour.points.iter()).map(|at| placing.apply(*at)).collect()
        }
        Outline::Ellipse { centre, .. } => vec![placing.apply(*centre)],
    }
}

fn assert_near(a: &[PagePoint], b: &[PagePoint], um: i64) {
    assert_eq!(a.len(), b.len());
    for (a, b) in a.iter().zip(b) {
        assert!(a.distance_squared(*b) <= um * um, "{a:?} is not near {b:?}");
    }
}

/// An archive of these files.
fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A change to a file's bytes: what is there is overwritten, left out, doubled or cut off.
#[derive(Clone, Debug)]
enum Harm {
    Set(usize, u8),
    Cut(usize),
    Drop(usize, usize),
    Double(usize, usize),
}

fn harm() -> impl Strategy<Value = Vec<Harm>> {
    let one = prop_oneof![
        (any::<usize>(), any::<u8>()).prop_map(|(at, byte)| Harm::Set(at, byte)),
        (any::<usize>(), prop::sample::select(&b"0123456789e-.{}[]\",:<>/= "[..]))
            .prop_map(|(at, byte)| Harm::Set(at, byte)),
        any::<usize>().prop_map(Harm::Cut),
        (any::<usize>(), 1..200_usize).prop_map(|(at, length)| Harm::Drop(at, length)),
        (any::<usize>(), 1..200_usize).prop_map(|(at, length)| Harm::Double(at, length)),
    ];
    prop::collection::vec(one, 1..6)
}

fn harmed(bytes: &[u8], harms: &[Harm]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for harm in harms {
        if bytes.is_empty() {
            break;
        }
        let count = bytes.len();
        match *harm {
            Harm::Set(at, byte) => bytes[at % count] = byte,
            Harm::Cut(at) => bytes.truncate(at % count),
            Harm::Drop(at, length) => drop(bytes.drain(at % count..(at % count + length).min(count))),
            Harm::Double(at, length) => {
                let again = bytes[at % count..(at % count + length).min(count)].to_vec();
                bytes.splice(at % count..at % count, again);
            }
        }
    }
    bytes
}

/// A reader's answer to a harmed file is a board within the limits or an error that says something.
fn survives(read: Read, bytes: &[u8], harms: &[Harm]) -> Result<(), TestCaseError> {
    match read(&harmed(bytes, harms), &Limits::BOARD) {
        Ok(document) => prop_assert!(document.sheets.len() as u64 <= Limits::BOARD.pages),
        Err(error) => prop_assert!(!error.to_string().is_empty()),
    }
    Ok(())
}
