//! Papers of Xournal++ that the board has not: lines that begin below a header, a margin, staves with ends. What was
//! written on them fits no other lines, so they come as pinned figures below the ink, and go out as what they were.
use crate::{
    colour::Colour,
    document::Thing,
    format::geometry::UM_PER_PT,
    object::Content,
    point::PagePoint,
    shape::{Contour, Dash, Outline, Shape},
};

use super::background::LINES_PT;

/// What is left free above the first line and below the last one, in points.
const HEADER_PT: f64 = 80.0;
const FOOTER_PT: f64 = 60.0;
/// Where the margin's line is, and how far staves stay from the page's sides, in points.
const MARGIN_PT: f64 = 72.0;
const SIDE_PT: f64 = 50.0;
/// From line to line of a staff and from staff to staff, in points.
const STAFF_LINE_PT: f64 = 5.0;
const STAFF_PT: f64 = 62.5;
const WIDTH_PT: f64 = 0.5;
const LINE_RGB: u32 = 0x40_a0ff;
const MARGIN_RGB: u32 = 0xff_0080;
const STAFF_RGB: u32 = 0;
/// Lines, or staves, of a page: an A4 sheet has thirty.
const MOST: usize = 1_000;

const STYLES: [&str; 3] = ["lined", "ruled", "staves"];

/// What a page of this size has printed on it, from the bottom up; nothing where the board has such paper itself.
pub(super) fn figures(style: &str, raster_pt: Option<f64>, size_um: (u32, u32)) -> Vec<Thing> {
    let (width, height) = (f64::from(size_um.0) / UM_PER_PT, f64::from(size_um.1) / UM_PER_PT);
    let last = height - FOOTER_PT;
    let downwards = |step: f64| {
        let all = (0..MOST).map(move |index| HEADER_PT + index as f64 * step);
        all.take_while(move |y| *y <= last)
    };
    let lines = |step: f64| figure(downwards(step).map(|y| ((0.0, y), (width, y))).collect(), LINE_RGB);
    let step = raster_pt.unwrap_or(LINES_PT);
    let all = match style {
        "ruled" => vec![lines(step)],
        "lined" => {
            vec![lines(step), figure(vec![((MARGIN_PT, 0.0), (MARGIN_PT, height))], MARGIN_RGB)]
        }
        "staves" => {
            let (left, right) = (SIDE_PT, width - SIDE_PT);
            let staff = |top: f64| {
                let bottom = top + 4.0 * STAFF_LINE_PT;
                let ends = [left, right].map(|x| ((x, top), (x, bottom)));
                let lines = (0..5).map(move |line| top + f64::from(line) * STAFF_LINE_PT);
                lines.map(move |y| ((left, y), (right, y))).chain(ends)
            };
            vec![figure(downwards(STAFF_PT).flat_map(staff).collect(), STAFF_RGB)]
        }
        _ => Vec::new(),
    };
    all.into_iter().flatten().collect()
}

/// The style that these things are the print of, and how many of them; whoever brought them to the board.
pub(super) fn style_of(things: &[Thing], size_um: (u32, u32)) -> Option<(&'static str, usize)> {
    STYLES.into_iter().find_map(|style| {
        let printed = figures(style, None, size_um);
        let is_same = |(a, b): (&Thing, &Thing)| *a == Thing { by: a.by, ..b.clone() };
        let is_print = !printed.is_empty() && things.len() >= printed.len();
        (is_print && things.iter().zip(&printed).all(is_same)).then_some((style, printed.len()))
    })
}

/// A place in points.
type Place = (f64, f64);

fn figure(lines: Vec<(Place, Place)>, rgb: u32) -> Option<Thing> {
    let um = |pt: f64| (pt * UM_PER_PT).round() as i32;
    let at = |(x, y): Place| PagePoint::new(um(x), um(y));
    let contour = |(from, to): (Place, Place)| Contour { points: [at(from), at(to)].into(), closed: false };
    let contours: Vec<Contour> = lines.into_iter().map(contour).collect();
    let shape = Shape {
        outline: Outline::Paths(contours.into()),
        colour: Colour::own(rgb),
        width_um: um(WIDTH_PT) as u16,
        dash: Dash::Solid,
        fill: None,
        arrows: (false, false),
    };
    let is_drawn = !matches!(&shape.outline, Outline::Paths(contours) if contours.is_empty());
    is_drawn.then(|| Thing { pinned: true, ..Thing::new(Content::Shape(shape)) })
}
