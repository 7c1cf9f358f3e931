//! A board with one of everything.
use std::f64::consts::TAU;

use ink::{Node, Trace};

use super::super::font;
use crate::{
    Affine, Bitmap, Colour, Content, Contour, Dash, Document, Ground, Media, MediaKind, Note, Outline,
    PagePoint, PageRect, Paper, Pattern, Shape, Sheet, Stroke, Text, Thing,
    format::{Lettering, picture},
};

pub(super) fn lettering() -> Lettering {
    Lettering::new(font()).unwrap()
}

/// A wave of varying width, in micrometres.
pub(super) fn wave(x_um: i32, y_um: i32, long_um: i32, colour: Colour, highlighter: bool) -> Thing {
    let node = |step: u32| {
        let part = f64::from(step) / 60.0;
        let radius = if highlighter { 4_000.0 } else { 800.0 + 600.0 * (part * TAU).sin() };
        let x = f64::from(x_um) + part * f64::from(long_um);
        Node::nearest(x, f64::from(y_um) + 10_000.0 * (part * TAU).sin(), radius, step * 8)
    };
    let trace: Trace = (0..=60).map(node).collect();
    Thing::new(Content::Stroke(Stroke { colour, highlighter, trace }))
}

pub(super) fn figure(
    outline: Outline,
    fill: Option<(Colour, u8)>,
    dash: Dash,
    arrows: (bool, bool),
) -> Thing {
    Thing::new(Content::Shape(Shape { outline, colour: Colour::BLUE, width_um: 1_200, dash, fill, arrows }))
}

pub(super) fn text(x_um: i32, y_um: i32, said: &str) -> Thing {
    let at = PagePoint::new(x_um, y_um);
    let text = Text { at, size_um: 14_000, room_um: 150_000, text: said.to_owned(), colour: Colour::BLACK };
    Thing::new(Content::Text(text))
}

/// A small picture: its left half red, its right half see-through, a blue top.
pub(super) fn png() -> Vec<u8> {
    let pixel = |index: u32| match (index % 80, index / 80) {
        (_, 0..10) => 0xff00_00ff,
        (0..40, _) => 0xffff_0000,
        _ => 0,
    };
    picture::png(&Bitmap { width: 80, height: 40, pixels: (0..3_200).map(pixel).collect() }).unwrap()
}

/// A page of 300 by 200 mm with ink, marks, figures, texts, a note and a picture; and an empty one.
pub(super) fn document() -> Document {
    let mut document = Document { title: "Brüche & 分数 <1>".to_owned(), ..Document::default() };
    let file = document.keep(&png());
    let at = PagePoint::new;
    let triangle = [at(20_000, 150_000), at(60_000, 150_000), at(40_000, 120_000)];
    let ring = |radius: i32| {
        let corners = [at(-radius, -radius), at(radius, -radius), at(radius, radius), at(-radius, radius)];
        corners.map(|corner| at(corner.x_um + 250_000, corner.y_um + 150_000))
    };
    let mut hole = ring(8_000);
    hole.reverse();
    let frame = [ring(20_000), hole].map(|points| Contour { points: points.into(), closed: true });
    let ellipse = Outline::Ellipse { centre: at(100_000, 140_000), rx_um: 25_000, ry_um: 12_000 };
    let arrow = Outline::line(at(140_000, 150_000), at(180_000, 120_000));
    let note = Note {
        rect: PageRect::new(200_000, 20_000, 260_000, 70_000),
        paper: Colour::YELLOW,
        size_um: 12_000,
        colour: Colour::BLACK,
        text: "Hausaufgabe: 第三课".to_owned(),
    };
    let rect = PageRect::new(200_000, 80_000, 240_000, 100_000);
    let quarter = Affine::from_factors([0.0, 1.0, -1.0, 0.0], 400_000.0, -110_000.0).unwrap();
    let things = vec![
        wave(20_000, 40_000, 120_000, Colour::YELLOW, true),
        wave(20_000, 40_000, 120_000, Colour::BLACK, false),
        Thing {
            placing: Affine::shift(0, 30_000),
            ..wave(20_000, 40_000, 100_000, Colour::VERMILION, false)
        },
        figure(Outline::polygon(&triangle), Some((Colour::SKY, 128)), Dash::Solid, (false, false)),
        figure(ellipse, None, Dash::Dashed, (false, false)),
        figure(arrow, None, Dash::Solid, (false, true)),
        figure(Outline::Paths(frame.into()), Some((Colour::GREEN, 255)), Dash::Solid, (false, false)),
        text(20_000, 90_000, "Ein halber & ein drittel <Kuchen> 一半"),
        Thing::new(Content::Note(note)),
        Thing {
            group: Some(1),
            ..Thing::new(Content::Media(Media { file, kind: MediaKind::Picture, rect }))
        },
        Thing { group: Some(1), placing: quarter, ..text(180_000, 110_000, "quer") },
    ];
    let paper = Paper {
        ground: Ground::White,
        pattern: Pattern::Plain,
        size_um: Some((300_000, 200_000)),
        ..Paper::default()
    };
    document.sheets.push(Sheet { paper, things });
    let empty = Paper {
        ground: Ground::Green,
        pattern: Pattern::Tianzige,
        pitch_um: 40_000,
        size_um: Some((200_000, 120_000)),
    };
    document.sheets.push(Sheet { paper: empty, things: Vec::new() });
    document
}
