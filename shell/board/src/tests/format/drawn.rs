//! `drawn.xopp` was drawn in Xournal++ 1.1.3 (Debian) with the mouse and saved by it: a page for each tool's things,
//! one of fills and broken lines, one stroke with the pressure that it guesses from the speed.
use std::io::Read;

use flate2::read::GzDecoder;

use super::{
    is_installed,
    look::{Apart, assert_alike, draw},
    sample::lettering,
    xopp::packed,
    xournalpp,
};
use crate::{
    Colour, Content, Dash, Document, Ground, MediaKind, Outline, PagePoint, PageRect, Pattern, Shape, Stroke,
    Text, Thing,
    format::{Limits, Opened, xopp},
};

const DRAWN: &[u8] = include_bytes!("../interchange/files/drawn.xopp");

fn opened(bytes: &[u8]) -> Opened {
    xopp::read(bytes, &|_| None, &Limits::BOARD).unwrap()
}

fn page(number: usize) -> Vec<Thing> {
    opened(DRAWN).document.sheets.swap_remove(number).things
}

fn stroke(thing: &Thing) -> &Stroke {
    let Content::Stroke(stroke) = &thing.content else { panic!("{thing:?}") };
    stroke
}

fn shape(thing: &Thing) -> &Shape {
    let Content::Shape(shape) = &thing.content else { panic!("{thing:?}") };
    shape
}

fn text(thing: &Thing) -> &Text {
    let Content::Text(text) = &thing.content else { panic!("{thing:?}") };
    text
}

/// A stroke's colour, whether it is a highlighter's, how many points it has and the radius of the first.
fn ink(thing: &Thing) -> (Colour, bool, usize, u16) {
    let stroke = stroke(thing);
    let first = stroke.trace.nodes().next().unwrap();
    (stroke.colour, stroke.highlighter, stroke.trace.len(), first.radius_um)
}

#[test]
fn nothing_is_left_out() {
    let Opened { document, remarks } = opened(DRAWN);
    assert_eq!(remarks, []);
    let papers: Vec<_> = document.sheets.iter().map(|sheet| sheet.paper).collect();
    let printed: Vec<_> = papers.iter().map(|paper| (paper.ground, paper.pattern, paper.pitch_um)).collect();
    // 24 points from line to line, 5 mm squares, 20 points from a staff's top to its bottom.
    let blue = Ground::Own(0xa0_e8ff);
    assert_eq!(
        printed,
        [
            (Ground::Own(0xff_ffff), Pattern::Lines, 8_467),
            (blue, Pattern::Grid, 4_999),
            (blue, Pattern::Staff, 7_056)
        ]
    );
    assert!(papers.iter().all(|paper| paper.size_um == Some((210_000, 297_000))), "A4: {papers:?}");
    let counts: Vec<_> = document.sheets.iter().map(|sheet| sheet.things.len()).collect();
    assert_eq!(counts, [14, 6, 1]);
    assert_eq!(document.media.len(), 1);
}

#[test]
fn pens_and_highlighters_are_ink() {
    let all = page(0);
    // Radii lie on a grid of 16 micrometres: 1.41 points are 249 and a half of them.
    assert_eq!(ink(&all[0]), (Colour::own(0x33_33cc), false, 44, 256));
    let first = stroke(&all[0]).trace.nodes().next().unwrap();
    assert_eq!((first.x_um, first.y_um), (41_616, 17_680), "117.944 and 50.126 points");
    // A line that the eraser cut in two.
    assert_eq!((ink(&all[1]).0, ink(&all[2]).0), (Colour::own(0xff_0000), Colour::own(0xff_0000)));
    let end = stroke(&all[1]).trace.nodes().last().unwrap();
    let begin = stroke(&all[2]).trace.nodes().next().unwrap();
    assert!((5_000..9_000).contains(&(begin.x_um - end.x_um)), "{end:?} {begin:?}");
    assert_eq!(ink(&all[3]), (Colour::own(0xff_ff00), true, 20, 1_504));
    // White that hides what is below; the thick orange lines and it are of the second layer.
    assert_eq!((ink(&all[10]).0, ink(&all[11]).0), (Colour::own(0xff_8000), Colour::own(0xff_8000)));
    assert_eq!(ink(&all[12]), (Colour::WHITE, false, 4, 1_504));
    let groups: Vec<_> = all.iter().map(|thing| thing.group).collect();
    assert_eq!((&groups[..10], &groups[10..]), (&[None; 10][..], &[Some(1); 4][..]));
}

#[test]
fn pressure_is_the_width_of_each_piece() {
    let [thing] = &page(2)[..] else { panic!("one stroke") };
    let radii: Vec<u16> = stroke(thing).trace.nodes().map(|node| node.radius_um).collect();
    // 2.218 points where it begins, 6.368 where it was fastest, 6.062 at its end.
    let most = radii.iter().max().unwrap();
    assert_eq!((radii.len(), radii[0], *most, radii[radii.len() - 1]), (36, 384, 1_120, 1_072));
}

#[test]
fn figures_have_their_lines_and_insides() {
    let all = page(0);
    let green = Colour::own(0x00_8000);
    let rectangle = shape(&all[4]);
    assert_eq!((rectangle.colour, rectangle.width_um, rectangle.dash), (green, 300, Dash::Solid));
    assert_eq!(rectangle.fill, Some((green, 128)));
    let Outline::Paths(runs) = &rectangle.outline else { panic!("{rectangle:?}") };
    let corners = [(48_543, 83_563), (48_543, 104_976), (89_980, 104_976), (89_980, 83_563)];
    assert!(runs[0].closed);
    assert_eq!(runs[0].points[..], corners.map(|(x, y)| PagePoint::new(x, y)));
    let ellipse = shape(&all[5]);
    assert_eq!((ellipse.colour, ellipse.dash, ellipse.fill), (Colour::own(0xff_00ff), Dash::Dashed, None));
    // An arrow is one line that goes back from its tip twice; axes are one line with a corner.
    assert_eq!((ink(&all[6]).2, ink(&all[7]).2), (5, 3));
    assert_eq!((shape(&all[8]).dash, shape(&all[8]).width_um), (Dash::Dotted, 300));
    let second = page(1);
    assert_eq!(shape(&second[0]).dash, Dash::Dashed, "dashes and dots are dashes");
    assert_eq!(shape(&second[1]).fill, Some((Colour::own(0xff_0000), 128)));
    // A pen that fills was put down twice, which has no inside.
    assert_eq!([ink(&second[3]), ink(&second[4])], [(Colour::own(0), false, 1, 256); 2]);
}

#[test]
fn texts_and_pictures_are_there() {
    let all = page(0);
    let Text { at, size_um, colour, text: said, .. } = text(&all[9]);
    assert_eq!((said.as_str(), *colour), ("黑板 Tafel & <b>\nsecond line", Colour::own(0)));
    assert_eq!((*at, *size_um), (PagePoint::new(41_608, 167_601), 6_130));
    assert_eq!(text(&page(1)[5]).text, "第二页");
    let Content::Media(media) = &all[13].content else { panic!("{:?}", all[13]) };
    // 24 by 16 pixels of a point each.
    assert_eq!(media.kind, MediaKind::Picture);
    assert_eq!(media.rect, PageRect::new(145_628, 177_181, 154_095, 182_826));
}

#[test]
fn a_filled_highlighter_marks_its_inside_with_one_stroke() {
    let second = page(1);
    let marked = stroke(&second[2]);
    assert!(marked.highlighter);
    // What it covers: the whole rectangle of 76,023 by 37,478 to 125,757 by 51,688 micrometres.
    let nodes: Vec<_> = marked.trace.nodes().collect();
    let covers = |x: i32, y: i32| {
        let near = |pair: &[ink::Node]| {
            let (a, b, radius) = (&pair[0], &pair[1], i32::from(pair[0].radius_um));
            let within = |at: i32, a: i32, b: i32| (a.min(b) - radius..=a.max(b) + radius).contains(&at);
            within(x, a.x_um, b.x_um) && within(y, a.y_um, b.y_um)
        };
        nodes.windows(2).any(near)
    };
    for x in (76_100..125_700).step_by(400) {
        assert!((37_500..51_600).step_by(400).all(|y| covers(x, y)), "{x}: {nodes:?}");
    }
}

#[test]
fn what_is_read_is_written_and_read_again() {
    let first = opened(DRAWN).document;
    let written = xopp::write(&first, &lettering()).unwrap();
    assert_eq!(written.remarks, []);
    let second = opened(&written.xopp);
    assert_eq!(second.remarks, []);
    for (before, after) in first.sheets.iter().zip(&second.document.sheets) {
        assert_eq!(before.paper, after.paper);
        for (before, after) in before.things.iter().zip(&after.things) {
            assert_eq!(before, after);
        }
    }
    assert_eq!(first, second.document);
}

/// The same page without what is printed on it: margins and staves lie elsewhere on the board's own papers.
fn unprinted() -> (Document, Vec<u8>) {
    let mut xml = String::new();
    GzDecoder::new(DRAWN).read_to_string(&mut xml).unwrap();
    for style in ["lined", "graph", "staves"] {
        xml = xml.replacen(&format!("style=\"{style}\"/>"), "style=\"plain\"/>", 1);
    }
    let file = packed(&xml);
    let document = opened(&file).document;
    assert!(document.sheets.iter().all(|sheet| sheet.paper.pattern == Pattern::Plain));
    (document, file)
}

#[test]
fn the_board_shows_what_xournalpp_shows() {
    if !is_installed("xournalpp") {
        return;
    }
    let (document, file) = unprinted();
    // A highlighter lets blue paper through here and multiplies with it there; letters are hinted otherwise.
    const MOST: Apart = Apart { mean: 0.8, anywhere: 60.0 };
    for page in 0..3 {
        assert_alike(&document, page, "drawn", &xournalpp::drawn(&file, page), MOST);
    }
    let theirs = xournalpp::drawn(&file, 0);
    let (whole, _) = draw(&document, 0).apart(&theirs);
    for missing in 0..document.sheets[0].things.len() {
        let mut without = document.clone();
        let thing = without.sheets[0].things.remove(missing);
        let (mean, _) = draw(&without, 0).apart(&theirs);
        assert!(mean > whole, "{thing:?} does not show");
    }
}
