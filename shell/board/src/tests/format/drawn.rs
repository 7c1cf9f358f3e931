//! `drawn.xopp` was drawn in Xournal++ 1.1.3 (Debian) with the mouse and saved by it: a page for each tool's things,
//! one of fills and broken lines, one stroke with the pressure that it guesses from the speed. `drawn.xoj` likewise
//! in Xournal 0.4.8.2016 (Debian).
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
    Actor, Board, Colour, Content, Dash, Document, Ground, MediaKind, Outline, PagePoint, PageRect, Pattern,
    PersonId, Shape, Stroke, Surface, Text, Thing,
    format::{Limits, Opened, xopp},
};

const DRAWN: &[u8] = include_bytes!("../interchange/files/drawn.xopp");
const DRAWN_IN_XOURNAL: &[u8] = include_bytes!("../interchange/files/drawn.xoj");

fn opened(bytes: &[u8]) -> Opened {
    xopp::read(bytes, &|_| None, &Limits::BOARD).unwrap()
}

/// What was drawn on a page.
fn page(number: usize) -> Vec<Thing> {
    let mut things = opened(DRAWN).document.sheets.swap_remove(number).things;
    things.retain(|thing| !thing.pinned);
    things
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
    let printed: Vec<_> = papers.iter().map(|paper| (paper.ground, paper.pattern)).collect();
    let blue = Ground::Own(0xa0_e8ff);
    assert_eq!(
        printed,
        [(Ground::Own(0xff_ffff), Pattern::Plain), (blue, Pattern::Grid), (blue, Pattern::Plain)]
    );
    assert_eq!(papers[1].pitch_um, 4_999, "squares of 14.17 points");
    assert!(papers.iter().all(|paper| paper.size_um == Some((210_000, 297_000))), "A4: {papers:?}");
    assert_eq!([0, 1, 2].map(|number| page(number).len()), [14, 6, 1]);
    assert_eq!(document.media.len(), 1);
}

#[test]
fn what_is_printed_lies_below_the_ink() {
    let sheets = opened(DRAWN).document.sheets;
    let [lines, margin] = [0, 1].map(|index| shape(&sheets[0].things[index]));
    let Outline::Paths(rows) = &lines.outline else { panic!("{lines:?}") };
    // The first line 80 points from the top, then one every 24.
    let ends = rows.iter().take(2).map(|row| [row.points[0], row.points[1]]).collect::<Vec<_>>();
    let row = |y| [PagePoint::new(0, y), PagePoint::new(210_000, y)];
    assert_eq!((rows.len(), &ends[..]), (30, &[row(28_222), row(36_689)][..]));
    assert_eq!((lines.width_um, margin.colour), (176, Colour::own(0xff_0080)));
    let staves = shape(&sheets[2].things[0]);
    let Outline::Paths(lines) = &staves.outline else { panic!("{staves:?}") };
    assert_eq!(lines.len(), 12 * 7, "five lines and two ends each");
    assert!(sheets[0].things[..2].iter().chain(&sheets[2].things[..1]).all(|thing| thing.pinned));
}

#[test]
fn staves_stay_staves_when_a_board_had_them() {
    let mut lesson = opened(DRAWN).document;
    lesson.sheets.drain(..2);
    let surface = Surface { width_px: 800, height_px: 600, width_um: 800_000, height_um: 600_000 };
    let mut board = Board::new(surface, Actor::default(), lettering().bytes().to_vec()).unwrap();
    drop(board.take_in_document(PersonId::FIRST, &lesson, 1).unwrap());
    let mut after = board.document();
    after.sheets.retain(|sheet| !sheet.things.is_empty());
    assert!(after.sheets[0].things.iter().all(|thing| thing.by.is_some()));
    let written = xopp::write(&after, &lettering()).unwrap();
    assert_eq!(opened(&written.xopp).document.sheets, lesson.sheets);
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
    // The whole rectangle of 76,023 by 37,478 to 125,757 by 51,688 micrometres.
    for x in (76_100..125_700).step_by(400) {
        assert!((37_500..51_600).step_by(400).all(|y| away_um(marked, x, y) < 1.0), "{x}");
    }
}

/// How far a place is from what a stroke covers, in micrometres.
fn away_um(stroke: &Stroke, x_um: i32, y_um: i32) -> f64 {
    let (x, y) = (f64::from(x_um), f64::from(y_um));
    let nodes: Vec<_> = stroke.trace.nodes().collect();
    let piece = |pair: &[ink::Node]| {
        let [(ax, ay), (bx, by)] = [&pair[0], &pair[1]].map(|n| (f64::from(n.x_um), f64::from(n.y_um)));
        let (dx, dy) = (bx - ax, by - ay);
        let t = (((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy).max(1.0)).clamp(0.0, 1.0);
        (x - ax - dx * t).hypot(y - ay - dy * t) - f64::from(pair[0].radius_um)
    };
    nodes.windows(2).map(piece).fold(f64::MAX, f64::min)
}

#[test]
fn a_filled_highlighter_marks_nothing_outside() {
    // A frame that is open to the right, and a loop round itself: 100 points are 35,278 micrometres.
    let points = "0 0 100 0 100 20 20 20 20 80 100 80 100 100 0 100 0 0 100 0 100 100 0 100 0 0";
    let file = packed(&format!(
        "<xournal><page width=\"200\" height=\"200\"><layer><stroke tool=\"highlighter\" width=\"4\" \
         color=\"#ffff007f\" fill=\"128\">{points}</stroke></layer></page></xournal>"
    ));
    let things = opened(&file).document.sheets.swap_remove(0).things;
    assert!((0..=35_000).step_by(500).all(|at| away_um(stroke(&things[0]), at, 35_278 - at) < 1.0));
    let open = points.split(" 0 0 ").next().unwrap();
    let file = packed(&format!(
        "<xournal><page width=\"200\" height=\"200\"><layer><stroke tool=\"highlighter\" width=\"4\" \
         color=\"#ffff007f\" fill=\"128\">{open}</stroke></layer></page></xournal>"
    ));
    let things = opened(&file).document.sheets.swap_remove(0).things;
    let away = |x: i32, y: i32| away_um(stroke(&things[0]), x, y);
    // Inside its three bars, and in the middle that is none of it.
    assert!((0..35_000).step_by(500).all(|at| away(at, 3_500) < 1.0 && away(at, 31_700) < 1.0));
    assert!((0..35_000).step_by(500).all(|at| away(3_500, at) < 1.0));
    assert!((9_000..35_000).step_by(500).all(|at| away(at, 17_600) > 1_000.0));
}

#[test]
fn what_is_read_is_written_and_read_again() {
    for file in [DRAWN, DRAWN_IN_XOURNAL] {
        assert_comes_back(&opened(file).document);
    }
}

fn assert_comes_back(first: &Document) {
    let written = xopp::write(first, &lettering()).unwrap();
    assert_eq!(written.remarks, []);
    let second = opened(&written.xopp);
    assert_eq!(second.remarks, []);
    for (before, after) in first.sheets.iter().zip(&second.document.sheets) {
        assert_eq!(before.paper, after.paper);
        for (before, after) in before.things.iter().zip(&after.things) {
            assert_eq!(before, after);
        }
    }
    assert_eq!(*first, second.document);
}

#[test]
fn the_board_shows_what_xournalpp_shows() {
    if !is_installed("xournalpp") {
        return;
    }
    // Squares are the board's own, in its own colour.
    let mut xml = String::new();
    GzDecoder::new(DRAWN).read_to_string(&mut xml).unwrap();
    let file = packed(&xml.replacen("style=\"graph\"", "style=\"plain\"", 1));
    let document = opened(&file).document;
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

#[test]
fn a_file_of_old_xournal_is_there_in_full() {
    let Opened { document, remarks } = opened(DRAWN_IN_XOURNAL);
    assert_eq!((remarks, document.title.as_str()), (vec![], ""));
    let [sheet] = &document.sheets[..] else { panic!("one page") };
    assert_eq!(sheet.paper.size_um, Some((215_900, 279_400)), "US letter");
    let (printed, drawn) = sheet.things.split_at(2);
    assert!(printed.iter().all(|thing| thing.pinned));
    let looks: Vec<_> = drawn[..4].iter().map(|thing| (ink(thing).0, ink(thing).1, ink(thing).3)).collect();
    let pen = |rgb| (Colour::own(rgb), false, 256);
    assert_eq!(
        looks,
        [pen(0x33_33cc), pen(0x00_c0ff), pen(0xff_00ff), (Colour::own(0xff_ff00), true, 1_504)]
    );
    assert_eq!((drawn.len(), text(&drawn[4]).text.as_str()), (5, "旧笔记 <1>"));
    if is_installed("xournalpp") {
        const MOST: Apart = Apart { mean: 0.5, anywhere: 60.0 };
        assert_alike(&document, 0, "xoj", &xournalpp::drawn(DRAWN_IN_XOURNAL, 0), MOST);
    }
}
