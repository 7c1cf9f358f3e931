//! SVG: our own comes back as what it was, even when it was moved; others' drawings become figures.
use super::{
    look::{Apart, Look, WIDTH, assert_alike, draw},
    sample::{document, lettering},
};
use crate::{
    Affine, Colour, Content, Dash, Document, Outline, PagePoint, PersonId,
    format::{FormatError, Limits, Opened, pdf, svg},
};

fn written(board: &Document, letters: svg::Letters) -> String {
    let written = svg::write(board, 0, letters, &lettering()).unwrap();
    assert_eq!(written.remarks, []);
    String::from_utf8(written.bytes).unwrap()
}

fn open(drawing: &str) -> Result<Opened, FormatError> {
    svg::read(drawing.as_bytes(), &Limits::BOARD)
}

#[test]
fn our_own_comes_back_as_what_it_was() {
    let mut board = document();
    board.sheets[0].things[1].by = PersonId::new(7);
    board.sheets[0].things[3].pinned = true;
    let opened = open(&written(&board, svg::Letters::Text)).unwrap();
    assert_eq!(opened.remarks, []);
    assert_eq!(opened.document.sheets[0], board.sheets[0]);
    assert_eq!(opened.document.media, board.media);
}

#[test]
fn what_another_program_moved_comes_back_moved() {
    let board = document();
    let drawing = written(&board, svg::Letters::Text);
    let moved = drawing.replacen("<g data-thing", "<g transform=\"translate(10 -5) scale(2)\" data-thing", 1);
    let placing = open(&moved).unwrap().document.sheets[0].things[0].placing;
    let at = placing.apply(PagePoint::new(20_000, 40_000));
    assert!(at.x_um.abs_diff(50_000) < 100 && at.y_um.abs_diff(75_000) < 100, "{placing:?}");
}

/// A drawing without what we say of it is what any program sees.
fn anonymous(drawing: &str) -> String {
    drawing
        .replace("data-thing=", "data-other=")
        .replace("data-print=", "data-other2=")
        .replace("data-paper=", "data-p=")
}

#[test]
fn what_others_see_looks_like_the_board() {
    let board = document();
    let opened = open(&anonymous(&written(&board, svg::Letters::Outlines))).unwrap();
    // Of strokes only the highlighter's is known for what it is.
    let is_stroke = |thing: &&crate::Thing| matches!(thing.content, Content::Stroke(_));
    assert_eq!(opened.document.sheets[0].things.iter().filter(is_stroke).count(), 1);
    // Both drawn by a program that is not the writer: our PDF reader.
    let bytes = pdf::write(&opened.document, &lettering()).unwrap().bytes;
    let theirs = Look::of(&pdf::render(&bytes, 0, WIDTH, &Limits::BOARD).unwrap());
    assert_alike(&board, 0, "svg", &theirs, Apart { mean: 1.0, anywhere: 100.0 });
}

#[test]
fn a_drawing_of_another_program_is_read_for_what_it_shows() {
    let drawing = "<?xml version=\"1.0\"?><!DOCTYPE svg PUBLIC \"x\" \"y\"><svg:svg xmlns:svg=\"http://www.w3.org/2000/svg\" \
        xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"254mm\" height=\"127mm\" viewBox=\"0 0 1000 500\">\
        <svg:style>.red { fill: #ff0000; stroke: none }</svg:style>\
        <svg:defs><svg:rect id=\"r\" width=\"100\" height=\"50\"/></svg:defs>\
        <svg:g transform=\"translate(100 100)\"><svg:use xlink:href=\"#r\" class=\"red\" x=\"10\"/></svg:g>\
        <svg:path d=\"M0 0h100v100h-100zM25 25h50v50h-50z\" fill-rule=\"evenodd\" fill=\"blue\" fill-opacity=\"0.5\"/>\
        <svg:line x1=\"0\" y1=\"400\" x2=\"500\" y2=\"400\" stroke=\"#009e73\" stroke-width=\"4\" stroke-dasharray=\"20 10\"/>\
        <svg:text x=\"200\" y=\"300\" style=\"font-size:40px;fill:#d55e00\"><svg:tspan x=\"200\">Erste &amp;</svg:tspan>\
        <svg:tspan x=\"200\" dy=\"1.2em\">二</svg:tspan></svg:text>\
        <svg:script>alert(1)</svg:script><svg:image xlink:href=\"file:///etc/passwd\" width=\"10\" height=\"10\"/></svg:svg>";
    let opened = open(drawing).unwrap();
    let sheet = &opened.document.sheets[0];
    assert_eq!(sheet.paper.size_um, Some((254_000, 127_000)));
    let [rect, frame, line, text] = &sheet.things[..] else { panic!("{:?}", sheet.things) };
    let points = |content: &Content| match content {
        Content::Shape(shape) => match &shape.outline {
            Outline::Paths(contours) => {
                contours.iter().map(|contour| contour.points.to_vec()).collect::<Vec<_>>()
            }
            other => panic!("{other:?}"),
        },
        other => panic!("{other:?}"),
    };
    let at = |x: i32, y: i32| PagePoint::new(x, y);
    // A unit is 254 micrometres.
    assert_eq!(points(&rect.content)[0][0], at(27_940, 25_400));
    let Content::Shape(shape) = &rect.content else { panic!() };
    assert_eq!((shape.fill, shape.width_um), (Some((Colour::own(0xff0000), 255)), 0));
    let Content::Shape(shape) = &frame.content else { panic!() };
    assert_eq!(shape.fill, Some((Colour::own(0x0000ff), 128)));
    let mut board = Document::default();
    board.sheets.push(sheet.clone());
    let ground = sheet.paper.ground.rgb() | 0xff00_0000;
    let seen = draw(&board, 0);
    // The drawing is 1000 units wide.
    let pixel = |x: u32, y: u32| seen.pixels[(y * WIDTH / 1_000 * WIDTH + x * WIDTH / 1_000) as usize];
    assert_eq!(pixel(50, 50), ground, "the hole is one");
    assert_ne!(pixel(10, 10), ground);
    let Content::Shape(shape) = &line.content else { panic!() };
    assert_eq!((shape.colour, shape.width_um, shape.dash), (Colour::GREEN, 1_016, Dash::Dashed));
    let Content::Text(said) = &text.content else { panic!("{text:?}") };
    assert_eq!((said.text.as_str(), said.colour), ("Erste &\n二", Colour::VERMILION));
    let top = text.placing.apply(said.at);
    // The base line is 300 units down, and the line's top 1.16 times 40 units above it.
    assert!(top.x_um.abs_diff(50_800) < 3 && top.y_um.abs_diff(64_414) < 3, "{top:?}");
    assert!(text.placing != Affine::IDENTITY, "a unit is no pixel here");
}

#[test]
fn copies_of_copies_are_counted_before_they_are_made() {
    let mut drawing = String::from(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><defs><g id=\"a0\"><path d=\"M0 0h1\"/></g>",
    );
    for level in 1..20 {
        let copies = format!("<use href=\"#a{}\"/>", level - 1).repeat(10);
        drawing += &format!("<g id=\"a{level}\">{copies}</g>");
    }
    drawing += "</defs><use href=\"#a19\"/></svg>";
    assert!(matches!(open(&drawing), Err(FormatError::TooMuch { .. })));
    let circle = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><g id=\"a\"><use href=\"#b\"/></g><g id=\"b\"><use href=\"#a\"/></g></svg>";
    assert!(matches!(open(circle), Err(FormatError::TooMuch { .. })));
    for size in ["1e9", "-1", "0"] {
        let drawing = format!("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"9\"/>");
        assert!(open(&drawing).is_err(), "{size}");
    }
}
