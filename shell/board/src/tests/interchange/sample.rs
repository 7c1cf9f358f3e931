//! A board with everything on it, to be written in all formats.
use ink::{Node, Trace};

use crate::{
    Affine, Colour, Content, Contour, Dash, Document, Ground, Media, MediaKind, Note, Outline, PagePoint,
    PageRect, Paper, Pattern, PersonId, Shape, Sheet, Stroke, Text, Thing,
};

/// A picture of two by two pixels, all red: PNG.
pub(super) const PICTURE: &[u8] = include_bytes!("files/dot.png");

/// A stroke of forty nodes that grows thicker, 4 ms apart.
pub(super) fn stroke() -> Stroke {
    let node = |step: u32| {
        let at = f64::from(step);
        Node::nearest(
            100_000.0 + at * 5_000.0,
            200_000.0 + (at / 4.0).sin() * 30_000.0,
            1_500.0 + at * 40.0,
            step * 4,
        )
    };
    Stroke { colour: Colour::BLUE, highlighter: false, trace: (0..40).map(node).collect::<Trace>() }
}

pub(super) fn figure(outline: Outline) -> Shape {
    Shape {
        outline,
        colour: Colour::own(0x12_3456),
        width_um: 3_000,
        dash: Dash::Solid,
        fill: None,
        arrows: (false, false),
    }
}

fn point(x_mm: i32, y_mm: i32) -> PagePoint {
    PagePoint::new(x_mm * 1_000, y_mm * 1_000)
}

/// Every kind of content, turned, grouped, pinned.
pub(super) fn things(document: &mut Document) -> Vec<Thing> {
    let highlighter = Stroke { highlighter: true, colour: Colour::YELLOW, ..stroke() };
    let rectangle = Shape {
        fill: Some((Colour::SKY, 255)),
        ..figure(Outline::rectangle(PageRect::new(400_000, 100_000, 600_000, 250_000)))
    };
    let ellipse = Shape {
        fill: Some((Colour::GREEN, 128)),
        dash: Dash::Dashed,
        ..figure(Outline::Ellipse { centre: point(800, 200), rx_um: 90_000, ry_um: 50_000 })
    };
    let star = Outline::polygon(&[
        point(900, 100),
        point(950, 300),
        point(850, 180),
        point(980, 170),
        point(870, 290),
    ]);
    let arrow = Shape { arrows: (false, true), ..figure(Outline::line(point(100, 400), point(300, 450))) };
    let both = Shape {
        arrows: (true, true),
        dash: Dash::Dotted,
        ..figure(Outline::open(&[point(350, 400), point(400, 480), point(500, 420)]))
    };
    let runs = Outline::Paths(
        [
            Contour { points: [point(600, 400), point(700, 420)].into(), closed: false },
            Contour { points: [point(600, 450), point(700, 470), point(650, 500)].into(), closed: true },
        ]
        .into(),
    );
    let text = Text {
        at: point(100, 550),
        size_um: 40_000,
        room_um: 0,
        text: "Guten Tag & 你好\n<two> \"lines\"".to_owned(),
        colour: Colour::VERMILION,
    };
    let note = Note {
        rect: PageRect::new(700_000, 550_000, 900_000, 700_000),
        paper: Colour::own(0xff_e9a8),
        size_um: 25_000,
        colour: Colour::BLACK,
        text: "Remember the homework".to_owned(),
    };
    let file = document.keep(PICTURE);
    let rect = PageRect::new(1_000_000, 500_000, 1_160_000, 620_000);
    let picture = Media { file, kind: MediaKind::Picture, rect };
    let turned = |content: Content, at: PagePoint| Thing {
        placing: Affine::about(at, 1.0, 1.0, 0.5).unwrap(),
        ..Thing::new(content)
    };
    vec![
        Thing { pinned: true, ..turned(Content::Media(picture), point(1_080, 560)) },
        Thing::new(Content::Stroke(highlighter)),
        Thing { by: PersonId::new(3), ..Thing::new(Content::Stroke(stroke())) },
        Thing { group: Some(0), ..turned(Content::Shape(rectangle), point(500, 175)) },
        Thing { group: Some(0), ..Thing::new(Content::Shape(ellipse)) },
        Thing::new(Content::Shape(figure(star))),
        Thing::new(Content::Shape(arrow)),
        Thing::new(Content::Shape(both)),
        Thing { group: Some(1), ..Thing::new(Content::Shape(figure(runs))) },
        Thing::new(Content::Text(text)),
        Thing::new(Content::Note(note)),
    ]
}

/// Two pages with everything on the first.
pub(super) fn document() -> Document {
    let mut document = Document { title: "Lesson 5".to_owned(), ..Document::default() };
    let all = things(&mut document);
    let size_um = Some((1_920_000, 1_080_000));
    let paper = Paper { ground: Ground::Green, pattern: Pattern::Tianzige, pitch_um: 40_000, size_um };
    document.sheets = vec![
        Sheet { paper: Paper { size_um, ..Paper::default() }, things: all },
        Sheet { paper, things: vec![Thing::new(Content::Stroke(stroke()))] },
    ];
    document
}
