//! `drawn.excalidraw` was drawn in Excalidraw 0.18.1 (npm) in Chromium with the mouse and a pen with pressure, each
//! tool once, and saved by its own `serializeAsJSON`. `ours.excalidraw` is what the board writes of its sample; the
//! same package's `restore` gave its elements back unchanged (`files/restore.mjs` does it again), so that a change of
//! what is written means to run that again.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{assert_near, corners, harm, sample, shapes, strokes, survives, things};
use crate::{
    Colour, Content, Dash, Document, Ground, MediaId, MediaKind, Outline, PagePoint, Paper, Pattern, Sheet,
    Stroke, Thing,
    format::{Format, FormatError, Limits, Remark, excalidraw},
};

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    excalidraw::read(bytes, limits).map(|opened| opened.document)
}

fn write(document: &Document) -> Result<Vec<u8>, FormatError> {
    excalidraw::write(document).map(|written| written.bytes)
}

const DRAWN: &[u8] = include_bytes!("files/drawn.excalidraw");
const OURS: &str = include_str!("files/ours.excalidraw");

fn drawn() -> Document {
    read(DRAWN, &Limits::BOARD).unwrap()
}

fn with(elements: &Value) -> Result<Document, FormatError> {
    let file = json!({ "type": "excalidraw", "version": 2, "elements": elements, "files": {} });
    read(file.to_string().as_bytes(), &Limits::BOARD)
}

#[test]
fn a_drawing_of_excalidraw_is_there_in_full() {
    let document = drawn();
    assert_eq!(document.sheets.len(), 1);
    let paper = document.sheets[0].paper;
    assert_eq!(
        (paper.ground, paper.pattern, paper.pitch_um),
        (Ground::Own(0xf5_faff), Pattern::Grid, 20_000)
    );
    let count =
        |wanted: fn(&Content) -> bool| things(&document).iter().filter(|t| wanted(&t.content)).count();
    assert_eq!(count(|content| matches!(content, Content::Stroke(_))), 4);
    assert_eq!(count(|content| matches!(content, Content::Text(_))), 2);
    assert_eq!(count(|content| matches!(content, Content::Media(_))), 1);
    // Rectangle, ellipse, diamond, line, two arrows, a rectangle in a frame, the frame.
    assert_eq!(count(|content| matches!(content, Content::Shape(_))), 8);
}

#[test]
fn the_width_of_ink_is_what_excalidraw_shows() {
    let document = drawn();
    let strokes = strokes(&document);
    let radius = |stroke: usize, node: usize| strokes[stroke].trace.nodes().nth(node).unwrap().radius_um;
    // Stroke width 2 without any pressure: 2 x 4.25 px x sin 18 degrees.
    assert_eq!(radius(0, 0), 2_624);
    // The pen's stroke grows with its pressure, until 4 x 4.25 px x sin 68.6 degrees.
    assert!(radius(1, 15) > 2 * radius(1, 1), "{} {}", radius(1, 1), radius(1, 15));
    assert_eq!(radius(1, 15), 15_824);
    // A mouse's stroke that becomes quicker becomes thinner.
    assert!(radius(2, 14) < radius(2, 1));
    assert!(strokes[3].highlighter && strokes[3].colour == Colour::own(0xff_ec99));
    let first = strokes[0].trace.nodes().next().unwrap();
    assert_eq!((first.x_um, first.y_um), (292_000, 142_000));
}

#[test]
fn figures_keep_their_place_their_turn_and_their_looks() {
    let document = drawn();
    let shapes = shapes(&document);
    let (rectangle, thing) = shapes[0];
    assert_eq!(rectangle.fill, Some((Colour::own(0xa5_d8ff), 255)));
    assert!(corners(rectangle, &thing.placing).len() > 40, "its corners are round");
    let (ellipse, thing) = shapes[1];
    assert_eq!((ellipse.dash, ellipse.fill), (Dash::Dashed, Some((Colour::own(0xa5_d8ff), 153))));
    assert_eq!(
        ellipse.outline,
        Outline::Ellipse { centre: PagePoint::new(817_000, 152_000), rx_um: 75_000, ry_um: 40_000 }
    );
    let (diamond, other) = shapes[2];
    assert!(thing.group.is_some() && thing.group == other.group);
    // Its top, turned by half a radian about 1007, 172.
    let top = PagePoint::new(1_007_000 + 28_766, 172_000 - 52_655);
    assert_near(&corners(diamond, &other.placing)[..1], &[top], 20);
    let (line, thing) = shapes[3];
    assert!(thing.pinned && line.arrows == (false, false) && line.width_um == 2_000);
    assert_eq!(shapes[4].0.arrows, (false, true));
    assert_near(
        &corners(shapes[4].0, &shapes[4].1.placing),
        &[PagePoint::new(292_000, 412_000), PagePoint::new(472_000, 452_000)],
        1,
    );
}

#[test]
fn a_label_moves_with_its_figure_and_a_picture_is_kept() {
    let document = drawn();
    let all = things(&document);
    let label =
        all.iter().find(|t| matches!(&t.content, Content::Text(text) if text.text == "inside")).unwrap();
    let holder = shapes(&document)[0].1;
    assert!(label.group.is_some() && label.group == holder.group);
    let Content::Text(text) = &label.content else { unreachable!() };
    assert_eq!((text.size_um, text.at), (25_000, PagePoint::new(587_396, 149_500)));
    let media =
        all.iter().find_map(|t| if let Content::Media(media) = &t.content { Some(media) } else { None });
    let media = media.unwrap();
    assert_eq!((media.kind, media.file), (MediaKind::Picture, MediaId::of(sample::PICTURE)));
    assert_eq!(&*document.media[&media.file], sample::PICTURE);
}

#[test]
fn what_is_deleted_or_unseen_stays_away_and_what_is_missing_leaves_a_frame() {
    let rectangle = |more: Value| {
        let mut element =
            json!({ "type": "rectangle", "id": "r", "x": 1, "y": 2, "width": 30, "height": 40 });
        element.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        element
    };
    let document =
        with(&json!([rectangle(json!({ "isDeleted": true })), rectangle(json!({ "opacity": 0 }))])).unwrap();
    assert_eq!(things(&document), &[]);
    let image = json!({ "type": "image", "x": 0, "y": 0, "width": 30, "height": 40, "fileId": "gone" });
    let document = with(&json!([image])).unwrap();
    assert_eq!(shapes(&document)[0].0.dash, Dash::Dashed);
    let crop = json!({ "x": 20, "y": 0, "width": 20, "height": 10, "naturalWidth": 40, "naturalHeight": 10 });
    let image = json!({ "type": "image", "x": 0, "y": 0, "width": 40, "height": 20, "crop": crop });
    let document = with(&json!([image])).unwrap();
    let (frame, thing) = shapes(&document)[0];
    assert_eq!(corners(frame, &thing.placing)[0], PagePoint::new(-40_000, 0));
    // A text inside itself, and one inside nothing.
    let text = json!({ "type": "text", "id": "t", "containerId": "t", "text": "a" });
    let lost = json!({ "type": "text", "id": "u", "containerId": "gone", "text": "b" });
    assert_eq!(things(&with(&json!([text, lost])).unwrap()).len(), 2);
}

#[test]
fn the_board_says_what_is_wrong_with_a_file() {
    let far = with(&json!([{ "type": "rectangle", "x": 1e300, "y": 0, "width": 1, "height": 1 }]));
    assert!(matches!(far, Err(FormatError::Damaged { format: Format::Excalidraw, .. })), "{far:?}");
    let newer = read(br#"{"type":"excalidraw","version":9,"elements":[]}"#, &Limits::BOARD);
    assert!(matches!(newer, Err(FormatError::TooNew { .. })), "{newer:?}");
    let other = read(br#"{"type":"excalidrawlib","version":2}"#, &Limits::BOARD);
    assert!(matches!(other, Err(FormatError::Damaged { .. })), "{other:?}");
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(matches!(read(deep.as_bytes(), &Limits::BOARD), Err(FormatError::TooMuch { .. })));
    let few = Limits { things_per_page: 3, ..Limits::BOARD };
    assert!(matches!(read(DRAWN, &few), Err(FormatError::TooMuch { .. })));
}

fn elements(file: &Value) -> &[Value] {
    file["elements"].as_array().unwrap()
}

#[test]
fn what_is_written_is_what_excalidraw_accepted() {
    let written: Value = serde_json::from_slice(&write(&sample::document()).unwrap()).unwrap();
    let accepted: Value = serde_json::from_str(OURS).unwrap();
    for (written, accepted) in elements(&written).iter().zip(elements(&accepted)) {
        assert_eq!(written, accepted);
    }
    assert_eq!(written, accepted);
}

#[test]
fn what_is_written_comes_back() {
    let sent = sample::document();
    let back = read(&write(&sent).unwrap(), &Limits::BOARD).unwrap();
    assert_eq!(back.media, sent.media);
    let papers = |document: &Document| document.sheets.iter().map(|sheet| sheet.paper).collect::<Vec<_>>();
    assert_eq!(papers(&back), papers(&sent));
    assert_eq!(super::strokes(&back), super::strokes(&sent));
    let persons = |document: &Document| things(document).iter().filter_map(|t| t.by).collect::<Vec<_>>();
    assert_eq!(persons(&back), persons(&sent));
    let (was, is) = (shapes(&sent), shapes(&back));
    // The figure of two runs has become two figures in one group.
    assert_eq!(is.len(), was.len() + 1);
    for ((was, put), (is, now)) in was.iter().zip(&is).take(5) {
        assert_near(&corners(was, &put.placing), &corners(is, &now.placing), 25);
        assert_eq!(
            (was.colour, was.width_um, was.dash, was.fill),
            (is.colour, is.width_um, is.dash, is.fill)
        );
        assert_eq!(was.arrows, is.arrows);
    }
    assert_eq!(is[5].1.group, is[6].1.group);
    let notes = |document: &Document| -> Vec<Content> {
        let all = things(document).iter().map(|thing| thing.content.clone());
        all.filter(|content| matches!(content, Content::Note(_))).collect()
    };
    assert_eq!(notes(&back), notes(&sent));
    // And what came back is written as it came.
    let again = read(&write(&back).unwrap(), &Limits::BOARD).unwrap();
    assert_eq!(again.sheets.len(), back.sheets.len());
    assert_eq!(things(&again).len(), things(&back).len());
}

#[test]
fn what_does_not_come_along_is_told() {
    let image = json!({ "type": "image", "x": 0, "y": 0, "width": 30, "height": 40, "fileId": "gone" });
    let file = json!({ "type": "excalidraw", "elements": [image, image] }).to_string();
    let opened = excalidraw::read(file.as_bytes(), &Limits::BOARD).unwrap();
    assert_eq!(opened.remarks, [Remark::LeftOut { what: "pictures that are not in the file", count: 2 }]);
    let mut document = sample::document();
    for thing in &mut document.sheets[0].things {
        if let Content::Media(media) = &mut thing.content {
            media.kind = MediaKind::Pdf { page: 0 };
        }
    }
    let written = excalidraw::write(&document).unwrap();
    assert_eq!(written.remarks, [Remark::LeftOut { what: "videos and pages of PDF", count: 1 }]);
}

#[test]
fn black_ink_on_a_dark_board_is_seen_in_excalidraw_too() {
    let stroke = Stroke { colour: Colour::BLACK, ..sample::stroke() };
    let paper = Paper { ground: Ground::Green, ..Paper::default() };
    let sheet = Sheet { paper, things: vec![Thing::new(Content::Stroke(stroke))] };
    let file: Value =
        serde_json::from_slice(&write(&Document { sheets: vec![sheet], ..Document::default() }).unwrap())
            .unwrap();
    assert_eq!(file["appState"]["viewBackgroundColor"], "#1f4a3f");
    assert_eq!(elements(&file)[0]["strokeColor"], "#f2f4f0");
}

#[test]
fn elements_are_told_in_an_order_that_sorts() {
    let stroke = Thing::new(Content::Stroke(sample::stroke()));
    let things = vec![stroke; 4_200];
    let document = Document { sheets: vec![Sheet { things, ..Sheet::default() }], ..Document::default() };
    let file: Value = serde_json::from_slice(&write(&document).unwrap()).unwrap();
    let keys: Vec<&str> = elements(&file).iter().map(|e| e["index"].as_str().unwrap()).collect();
    assert!(keys.is_sorted_by(|a, b| a < b));
    assert_eq!((keys[0], keys[61], keys[62], keys[62 + 62 * 62]), ("a0", "az", "b00", "c000"));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(harms in harm()) {
        survives(read, DRAWN, &harms)?;
        survives(read, OURS.as_bytes(), &harms)?;
    }
}
