//! Rnote is in no registry that tests may use, and is no part of Debian 12: these files are written here after its
//! sources (`rnote-engine`'s `rnoteformat`, `store` and `strokes`, `rnote-compose`), in the words of 0.5, 0.9 and
//! 0.13.
use proptest::prelude::*;
use serde_json::{Value, json};

use super::{assert_near, corners, harm, shapes, strokes, survives, things};
use crate::{
    Colour, Content, Dash, Document, Ground, Outline, PagePoint, Pattern,
    format::{Format, FormatError, Limits, rnote},
};

fn read(bytes: &[u8], limits: &Limits) -> Result<Document, FormatError> {
    rnote::read(bytes, limits).map(|opened| opened.document)
}

/// A drawing of 20 by 10 pixels: its right half, and a line.
const SVG: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10" viewBox="0 0 20 10">
    <rect x="10" y="0" width="10" height="10" fill="#00ff00"/><line x2="20" y2="10" stroke="#000000"/></svg>"##;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

fn red() -> Value {
    json!({ "r": 1.0, "g": 0.0, "b": 0.0, "a": 1.0 })
}

fn affine(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64) -> Value {
    json!({ "affine": [a, b, 0.0, c, d, 0.0, e, f, 1.0] })
}

/// Two sheets of 96 by 192 pixels at 96 dots an inch, with these strokes on the layer of pens.
fn note(strokes: &[Value]) -> Value {
    let slots = strokes.iter().map(|stroke| json!({ "value": stroke, "version": 1 }));
    let slots: Vec<Value> = [json!({ "value": null, "version": 0 })].into_iter().chain(slots).collect();
    let layers =
        (0..slots.len()).map(|t| json!({ "value": { "t": t, "layer": { "user_layer": 0 } }, "version": 1 }));
    json!({ "version": "0.9.0", "data": { "engine_snapshot": {
        "document": { "x": 0.0, "y": 0.0, "width": 96.0, "height": 384.0, "layout": "fixed_size",
            "format": { "width": 96.0, "height": 192.0, "dpi": 96.0, "orientation": "portrait" },
            "background": { "color": { "r": 1.0, "g": 1.0, "b": 0.9, "a": 1.0 }, "pattern": "dots",
                "pattern_size": [24.0, 48.0] } },
        "stroke_components": slots, "chrono_components": layers.collect::<Vec<_>>(), "chrono_counter": 9 } } })
}

fn of(note: &Value) -> Result<Document, FormatError> {
    read(&gzip(note.to_string().as_bytes()), &Limits::BOARD)
}

fn smooth() -> Value {
    json!({ "smooth": { "stroke_width": 4.0, "stroke_color": red(), "fill_color": null, "pressure_curve": "linear",
        "line_style": "solid" } })
}

fn brush() -> Value {
    json!({ "brushstroke": { "style": smooth(), "path": {
        "start": { "pos": [9.6, 19.2], "pressure": 0.5 },
        "segments": [
            { "lineto": { "end": { "pos": [19.2, 19.2], "pressure": 1.0 } } },
            { "quadbezto": { "cp": [28.8, 19.2], "end": { "pos": [28.8, 28.8], "pressure": 0.0 } } },
            { "cubbezto": { "cp1": [28.8, 38.4], "cp2": [38.4, 38.4], "end": { "pos": [38.4, 28.8], "pressure": 0.5 } } },
        ] } } })
}

fn shape(shape: Value, style: Value) -> Value {
    json!({ "shapestroke": { "shape": shape, "style": style } })
}

#[test]
fn ink_has_its_true_size_its_curves_and_its_pressure() {
    let document = of(&note(&[brush()])).unwrap();
    let nodes: Vec<_> = strokes(&document)[0].trace.nodes().collect();
    // 96 pixels are an inch; half the pressure is half of four pixels.
    assert_eq!((nodes[0].x_um, nodes[0].y_um, nodes[0].radius_um), (2_544, 5_088, 272));
    assert_eq!((nodes[1].x_um, nodes[1].radius_um), (5_088, 528));
    assert_eq!(nodes.len(), 2 + 12 + 12);
    // The middle of the first curve is a quarter of the way to its control point.
    let middle = PagePoint::new(nodes[7].x_um, nodes[7].y_um);
    assert_near(&[middle], &[PagePoint::new(6_985, 5_715)], 20);
    let ink = strokes(&document)[0];
    assert_eq!((ink.colour, ink.highlighter), (Colour::own(0xff_0000), false));
}

#[test]
fn sheets_become_pages() {
    let mut low = brush();
    low["brushstroke"]["path"]["start"]["pos"] = json!([9.6, 211.2]);
    let document = of(&note(&[low, brush()])).unwrap();
    assert_eq!(document.sheets.len(), 2);
    let paper = document.sheets[0].paper;
    assert_eq!((paper.ground, paper.pattern), (Ground::Own(0xff_ffe6), Pattern::Dots));
    assert_eq!((paper.pitch_um, paper.size_um), (12_700, Some((25_400, 50_800))));
    let Content::Stroke(second) = &document.sheets[1].things[0].content else { unreachable!() };
    assert_eq!(second.trace.nodes().next().unwrap().y_um, 5_088);
    let mut endless = note(&[brush()]);
    endless["data"]["engine_snapshot"]["document"]["layout"] = json!("infinite");
    let document = of(&endless).unwrap();
    assert_eq!((document.sheets.len(), document.sheets[0].paper.size_um), (1, None));
}

#[test]
fn figures_texts_and_pictures_lie_where_they_did() {
    let half = std::f64::consts::FRAC_PI_2;
    let (sin, cos) = half.sin_cos();
    let rough = json!({ "rough": { "stroke_width": 2.0, "stroke_color": red(), "fill_color":
        { "r": 0.0, "g": 0.0, "b": 1.0, "a": 0.5 } } });
    let dashed =
        json!({ "smooth": { "stroke_width": 2.0, "stroke_color": red(), "line_style": "dashed_wide" } });
    let document = of(&note(&[
        shape(json!({ "rect": { "cuboid": { "half_extents": [9.6, 4.8] },
            "transform": affine(cos, sin, -sin, cos, 48.0, 48.0) } }), rough.clone()),
        shape(json!({ "ellipse": { "radii": [9.6, 4.8], "transform": affine(1.0, 0.0, 0.0, 1.0, 48.0, 48.0) } }), rough),
        shape(json!({ "arrow": { "start": [0.0, 0.0], "tip": [9.6, 9.6] } }), dashed),
        shape(json!({ "polygon": { "start": [0.0, 0.0], "path": [[9.6, 0.0], [0.0, 9.6]] } }), smooth()),
        json!({ "textstroke": { "text": "Notiz", "transform": affine(1.0, 0.0, 0.0, 1.0, 9.6, 96.0),
            "text_style": { "font_size": 19.2, "max_width": 76.8, "color": red() } } }),
        json!({ "bitmapimage": { "image": { "data": "/wAA/wAAAAAAgAD/QEBAgA==", "pixel_width": 2, "pixel_height": 2,
            "memory_format": "R8g8b8a8Premultiplied" }, "rectangle": { "cuboid": { "half_extents": [4.8, 4.8] },
            "transform": affine(1.0, 0.0, 0.0, 1.0, 4.8, 4.8) } } }),
        json!({ "vectorimage": { "svg_data": SVG, "rectangle": { "cuboid": { "half_extents": [4.8, 4.8] },
            "transform": affine(1.0, 0.0, 0.0, 1.0, 4.8, 4.8) } } }),
    ]))
    .unwrap();
    let figures = shapes(&document);
    let turned = corners(figures[0].0, &figures[0].1.placing);
    // A quarter turn: the upper left corner is now the upper right one.
    assert_near(&turned[..1], &[PagePoint::new(12_700 + 1_270, 12_700 - 2_540)], 2);
    assert_eq!(figures[0].0.fill, Some((Colour::own(0x00_00ff), 128)));
    let centre = PagePoint::new(12_700, 12_700);
    assert_eq!(figures[1].0.outline, Outline::Ellipse { centre, rx_um: 2_540, ry_um: 1_270 });
    assert_eq!((figures[2].0.arrows, figures[2].0.dash), ((false, true), Dash::Dashed));
    let Outline::Paths(runs) = &figures[3].0.outline else { unreachable!() };
    assert!(runs[0].closed && runs[0].points.len() == 3);
    // The drawing fills its box of 9.6 pixels: its right half begins at the middle.
    let half = corners(figures[4].0, &figures[4].1.placing);
    assert_near(&half[..1], &[PagePoint::new(1_270, 0)], 10);
    assert_eq!(figures[4].0.fill, Some((Colour::own(0x00_ff00), 255)));
    assert!(figures[4].1.group.is_some() && figures[4].1.group == figures[5].1.group);
    let text = things(&document)
        .iter()
        .find_map(|t| if let Content::Text(text) = &t.content { Some(text) } else { None });
    let text = text.unwrap();
    assert_eq!((text.at, text.size_um, text.room_um), (PagePoint::new(2_540, 25_400), 6_350, 20_320));
    let png = document.media.values().next().unwrap();
    let pixels = image::load_from_memory(png).unwrap().to_rgba8();
    let pixel = |x, y| pixels.get_pixel(x, y).0;
    assert_eq!([pixel(0, 0), pixel(1, 0), pixel(0, 1)], [[255, 0, 0, 255], [0, 0, 0, 0], [0, 128, 0, 255]]);
    assert_eq!(pixel(1, 1), [128, 128, 128, 128]);
}

#[test]
fn layers_and_times_are_the_order() {
    let mut all = note(&[brush(), brush(), brush()]);
    let chrono = &mut all["data"]["engine_snapshot"]["chrono_components"];
    chrono[1]["value"] = json!({ "t": 5, "layer": { "user_layer": 0 } });
    chrono[2]["value"] = json!({ "t": 9, "layer": "highlighter" });
    chrono[3]["value"] = json!({ "t": 2, "layer": { "user_layer": 0 } });
    let slots = &mut all["data"]["engine_snapshot"]["stroke_components"];
    slots[1]["value"]["brushstroke"]["style"]["smooth"]["stroke_color"]["g"] = json!(1.0);
    slots[3]["value"]["brushstroke"]["style"]["smooth"]["stroke_color"]["b"] = json!(1.0);
    let document = of(&all).unwrap();
    let looks: Vec<_> = strokes(&document).iter().map(|ink| (ink.colour.rgb(), ink.highlighter)).collect();
    assert_eq!(looks, [(0xff_0000, true), (0xff_00ff, false), (0xff_ff00, false)]);
}

#[test]
fn the_words_of_an_older_version_are_read() {
    let element = |x: f64, y: f64| json!({ "pos": [x, y], "pressure": 1.0 });
    let path = json!([{ "dot": { "element": element(9.6, 9.6) } },
        { "line": { "start": element(9.6, 9.6), "end": element(19.2, 9.6) } },
        { "cubbez": { "start": element(19.2, 9.6), "cp1": [19.2, 19.2], "cp2": [9.6, 19.2], "end": element(9.6, 9.6) } }]);
    let stroke = json!({ "brushstroke": { "path": path, "style": smooth() } });
    let old = json!({ "version": "0.5.4", "data": {
        "document": { "width": 96.0, "height": 96.0, "format": { "width": 96.0, "height": 96.0, "dpi": 96.0 } },
        "store_snapshot": { "stroke_components": [{ "value": stroke, "version": 1 }],
            "chrono_components": [{ "value": { "t": 1, "layer": "user_layer" }, "version": 1 }] } } });
    let document = of(&old).unwrap();
    assert_eq!(strokes(&document)[0].trace.len(), 1 + 1 + 12);
}

#[test]
fn what_a_sheet_is_like_may_be_a_config_of_its_own() {
    let old = note(&[brush()]);
    let mut new = old.clone();
    new["version"] = json!("0.13.1");
    let document = new["data"]["engine_snapshot"]["document"].as_object_mut().unwrap();
    let config: serde_json::Map<String, Value> = ["format", "background", "layout"]
        .map(|name| (name.to_owned(), document.remove(name).unwrap()))
        .into_iter()
        .collect();
    document.insert("config".to_owned(), config.into());
    assert_eq!(of(&new).unwrap(), of(&old).unwrap());
    new["data"]["engine_snapshot"]["document"]["config"]["layout"] = json!("infinite");
    assert_eq!(of(&new).unwrap().sheets[0].paper.size_um, None);
}

#[test]
fn the_board_says_what_is_wrong_with_a_file() {
    let newer = read(b"RNOTE\xce\xa6\xce\x9b\0\0\0", &Limits::BOARD);
    assert!(matches!(newer, Err(FormatError::TooNew { format: Format::Rnote, .. })), "{newer:?}");
    assert!(matches!(of(&json!({ "version": "0.9.0" })), Err(FormatError::Damaged { .. })));
    assert!(matches!(read(b"\x1f\x8bnothing", &Limits::BOARD), Err(FormatError::Damaged { .. })));
    let bomb = gzip(&vec![b' '; 300 << 20]);
    assert!(matches!(read(&bomb, &Limits::BOARD), Err(FormatError::TooMuch { .. })));
    let mut long = note(&[brush()]);
    long["data"]["engine_snapshot"]["document"]["height"] = json!(1e9);
    assert!(matches!(of(&long), Err(FormatError::TooMuch { .. })));
    let mut far = brush();
    far["brushstroke"]["path"]["segments"][0]["lineto"]["end"]["pos"][0] = json!(1e200);
    assert!(matches!(of(&note(&[far])), Err(FormatError::Damaged { .. })));
}

proptest! {
    #[test]
    fn no_json_makes_it_panic(harms in harm()) {
        let text = super::harmed(note(&[brush()]).to_string().as_bytes(), &harms);
        survives(read, &gzip(&text), &[])?;
    }

    #[test]
    fn no_bytes_make_it_panic(harms in harm()) {
        survives(read, &gzip(note(&[brush()]).to_string().as_bytes()), &harms)?;
    }
}
