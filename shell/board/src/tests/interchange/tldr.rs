//! `drawn.tldr` was drawn in tldraw 5.1.1 (npm) in Chromium with the mouse and a pen with pressure, each tool once,
//! and saved by its own `serializeTldrawJson`. Older encodings are written here after its `tlschema` migrations.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{assert_near, corners, harm, sample, shapes, strokes, survives, things};
use crate::{
    Colour, Content, Dash, Document, MediaId, Outline, PagePoint,
    format::{Format, FormatError, Limits, tldr},
};

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    tldr::read(bytes, limits).map(|opened| opened.document)
}

const DRAWN: &[u8] = include_bytes!("files/drawn.tldr");

fn drawn() -> Document {
    read(DRAWN, &Limits::BOARD).unwrap()
}

/// A file of one page with these records.
fn with(records: &[Value]) -> Result<Document, FormatError> {
    let page = json!({ "typeName": "page", "id": "page:p", "index": "a1", "name": "" });
    let records: Vec<&Value> = records.iter().chain([&page]).collect();
    let file = json!({ "tldrawFileFormatVersion": 1, "schema": {}, "records": records });
    read(file.to_string().as_bytes(), &Limits::BOARD)
}

fn shape(kind: &str, id: &str, parent: &str, props: Value) -> Value {
    json!({ "typeName": "shape", "type": kind, "id": id, "parentId": parent, "index": "a1", "x": 100, "y": 200,
        "rotation": 0, "opacity": 1, "props": props })
}

#[test]
fn a_drawing_of_tldraw_is_there_in_full() {
    let document = drawn();
    assert_eq!(document.sheets.len(), 2);
    let count =
        |wanted: fn(&Content) -> bool| things(&document).iter().filter(|t| wanted(&t.content)).count();
    assert_eq!(count(|content| matches!(content, Content::Stroke(_))), 3);
    assert_eq!(count(|content| matches!(content, Content::Note(note) if note.text == "a note")), 1);
    assert_eq!(count(|content| matches!(content, Content::Media(_))), 1);
    assert_eq!(count(|content| matches!(content, Content::Text(text) if text.text == "Hello\nboard")), 1);
    // Thirteen figures, one in the frame, the frame, a line, two arrows.
    assert_eq!(count(|content| matches!(content, Content::Shape(_))), 18);
    let media = things(&document).iter().find_map(|thing| match &thing.content {
        Content::Media(media) => Some(media.file),
        _ => None,
    });
    assert_eq!(media, Some(MediaId::of(sample::PICTURE)));
}

#[test]
fn ink_lies_where_it_was_drawn_and_grows_with_the_pen() {
    let document = drawn();
    let strokes = strokes(&document);
    let nodes: Vec<_> = strokes[0].trace.nodes().collect();
    assert_eq!((nodes[0].x_um, nodes[0].y_um), (92_000, 142_000));
    // Twenty steps of eight pixels to the right, down to the precision of binary16.
    assert!((nodes[20].x_um - 252_000).abs() <= 48, "{:?}", nodes[20]);
    assert!((nodes[5].y_um - (142_000 + (5.0_f64 / 3.0).sin() as i32 * 30_000)).abs() <= 30_000);
    let pen: Vec<_> = strokes[1].trace.nodes().collect();
    assert!(pen[14].radius_um > 2 * pen[1].radius_um, "{:?} {:?}", pen[1], pen[14]);
    assert!(strokes[2].highlighter);
    // A highlighter of size s: 16 px x 1.125 x 1.12, and one.
    assert_eq!(strokes[2].trace.nodes().next().unwrap().radius_um, 10_576);
}

#[test]
fn figures_in_groups_and_frames_lie_where_they_did() {
    let document = drawn();
    let shapes = shapes(&document);
    let (rectangle, thing) = shapes[0];
    assert_near(
        &corners(rectangle, &thing.placing),
        &[(342, 112), (492, 112), (492, 212), (342, 212)].map(|(x, y)| PagePoint::new(x * 1_000, y * 1_000)),
        1,
    );
    // A tint at half its strength, and a line mixed with the page.
    assert_eq!(rectangle.fill, Some((Colour::own(0xdd_edfa), 128)));
    assert_eq!(rectangle.width_um, 3_500);
    let ellipse = shapes.iter().find(|(shape, _)| matches!(shape.outline, Outline::Ellipse { .. })).unwrap();
    assert_eq!(ellipse.0.dash, Dash::Dashed);
    let diamond = shapes.iter().find(|(shape, _)| shape.dash == Dash::Dotted).unwrap();
    assert!(ellipse.1.group.is_some() && ellipse.1.group == diamond.1.group);
    // The group was turned by 0.3 about its own middle, which stayed at 711, 172.
    let (a, b) = (corners(ellipse.0, &ellipse.1.placing)[0], corners(diamond.0, &diamond.1.placing));
    let middle = PagePoint::new((b[0].x_um + b[2].x_um) / 2, (b[0].y_um + b[2].y_um) / 2);
    let turned = f64::from(middle.y_um - a.y_um).atan2(f64::from(middle.x_um - a.x_um));
    let straight = f64::from(20).atan2(190.0);
    assert!((turned - straight - 0.3).abs() < 0.001, "{turned}");
    let pinned: Vec<_> = shapes.iter().filter(|(_, thing)| thing.pinned).collect();
    assert_eq!(pinned.len(), 1);
}

#[test]
fn a_bound_arrow_ends_at_what_it_points_to() {
    let document = drawn();
    let arrows: Vec<_> = shapes(&document).into_iter().filter(|(shape, _)| shape.arrows.1).collect();
    // What is bound was put right above what it is bound to.
    let free = corners(arrows[1].0, &arrows[1].1.placing);
    assert_near(&free, &[PagePoint::new(92_000, 412_000), PagePoint::new(272_000, 452_000)], 1);
    let bound = corners(arrows[0].0, &arrows[0].1.placing);
    assert_near(&bound[..1], &[PagePoint::new(352_000, 392_000)], 1);
    // Below the rectangle, whose lower side is at 212, on the way to its middle at 417, 162.
    assert!((213_000..232_000).contains(&bound[1].y_um), "{bound:?}");
    let way = f64::from(bound[1].x_um - 352_000) / f64::from(bound[1].y_um - 392_000);
    assert!((way - 65.0 / -230.0).abs() < 0.001, "{bound:?}");
}

#[test]
fn all_three_ways_of_writing_points_are_read() {
    let draw = |segment: Value| {
        shape("draw", "shape:d", "page:p", json!({ "segments": [segment], "dash": "solid", "size": "m" }))
    };
    // 1.5, -2, 0.5 and 3, 4, 0.5 as binary16, little-endian.
    let absolute = draw(json!({ "type": "free", "points": "AD4AwAA4AEIARAA4" }));
    let listed =
        draw(json!({ "type": "free", "points": [{ "x": 1.5, "y": -2, "z": 0.5 }, { "x": 3, "y": 4 }] }));
    // 1.5, -2, 0.5 as binary32, then 1.5, 6, 0.
    let path = draw(json!({ "type": "free", "path": "AADAPwAAAMAAAAA/AD4ARgAA" }));
    let read = [absolute, listed, path].map(|record| with(&[record]).unwrap());
    let first: Vec<_> = strokes(&read[0])[0].trace.nodes().collect();
    assert_eq!((first[0].x_um, first[0].y_um, first[0].radius_um), (101_504, 198_000, 1_744));
    assert_eq!((first[1].x_um, first[1].y_um), (103_008, 204_000));
    assert_eq!(strokes(&read[1]), strokes(&read[0]));
    assert_eq!(strokes(&read[2]), strokes(&read[0]));
}

#[test]
fn circles_of_shapes_end() {
    let a = shape("group", "shape:a", "shape:b", json!({}));
    let b = shape("group", "shape:b", "shape:a", json!({}));
    let own = shape("frame", "shape:c", "shape:c", json!({ "w": 10, "h": 10 }));
    let arrow = shape(
        "arrow",
        "shape:d",
        "page:p",
        json!({ "start": { "type": "binding", "boundShapeId": "shape:a" }, "end": { "x": 5, "y": 5 } }),
    );
    let document = with(&[a, b, own, arrow]).unwrap();
    assert_eq!(things(&document).len(), 1);
    let nested: Vec<Value> = (0..200)
        .map(|number| {
            let parent = if number == 0 { "page:p".to_owned() } else { format!("shape:{}", number - 1) };
            shape("group", &format!("shape:{number}"), &parent, json!({}))
        })
        .collect();
    assert!(matches!(with(&nested), Err(FormatError::TooMuch { .. })));
}

#[test]
fn the_board_says_what_is_wrong_with_a_file() {
    let newer = read(br#"{"tldrawFileFormatVersion":7,"records":[]}"#, &Limits::BOARD);
    assert!(matches!(newer, Err(FormatError::TooNew { format: Format::Tldraw, .. })), "{newer:?}");
    let old = read(br#"{"document":{"version":15}}"#, &Limits::BOARD);
    assert!(matches!(old, Err(FormatError::Damaged { .. })), "{old:?}");
    let empty = read(br#"{"tldrawFileFormatVersion":1,"records":[]}"#, &Limits::BOARD);
    assert_eq!(empty, Err(FormatError::Empty));
    // Infinity as binary16.
    let far =
        shape("draw", "shape:d", "page:p", json!({ "segments": [{ "type": "free", "points": "AHwAfAB8" }] }));
    assert!(matches!(with(&[far]), Err(FormatError::Damaged { .. })));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(harms in harm()) {
        survives(read, DRAWN, &harms)?;
    }
}
