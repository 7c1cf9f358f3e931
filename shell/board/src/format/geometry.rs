//! Pages and things as other programs place them: boxes of pages that never end, strokes where they were moved
//! to, ellipses and arrows as lines.
use ink::Node;

use crate::{
    affine::Affine,
    document::{Sheet, Thing},
    format::Lettering,
    object::{Content, Stroke},
    point::{PagePoint, PageRect},
    shape::{Contour, Outline, Shape},
};

/// A point of typography, 1/72 inch, in micrometres.
pub(crate) const UM_PER_PT: f64 = 25_400.0 / 72.0;
/// A CSS pixel, 1/96 inch, in micrometres.
pub(crate) const UM_PER_CSS_PX: f64 = 25_400.0 / 96.0;
/// The height of a line of the board's font, in what other programs call the font's size.
pub(crate) const LINE_PER_EM: f64 = 1.448;
/// From a line's top to its base line, in the same.
pub(crate) const ASCENT_PER_EM: f64 = 1.16;
/// What a page without a sensible width gets, in micrometres.
pub(crate) const A4_WIDTH_UM: u32 = 210_000;
/// A page that never ends is written at least this large: the largest panel, 86 inches at 16:9.
pub(crate) const PANEL_UM: (i32, i32) = (1_904_000, 1_071_000);
/// Around what lies beyond the panel, in micrometres.
const MARGIN_UM: i32 = 20_000;
/// The longest side of a page from a file, in micrometres: a blackboard of 20 m.
const LONGEST_PAGE_UM: f64 = 20_000_000.0;
/// A quarter of an ellipse becomes so many sides: less than 0.1 mm off on one of a metre.
const QUARTER_SIDES: u16 = 45;

/// A page's side from a file; `None` where it is no sensible one.
pub(crate) fn page_side_um(side: f64, um_per_unit: f64) -> Option<u32> {
    let um = side * um_per_unit;
    (um.is_finite() && (1_000.0..=LONGEST_PAGE_UM).contains(&um)).then(|| um.round() as u32)
}

/// The width that texts without a width of their own are broken at.
pub(crate) fn page_width_um(sheet: &Sheet) -> i32 {
    sheet.paper.size_um.map_or(PANEL_UM.0, |(width, _)| width.min(i32::MAX as u32) as i32)
}

/// The part of a page that is written: all of one that ends, and what holds everything of one that does not.
pub(crate) fn frame(sheet: &Sheet, lettering: &Lettering) -> PageRect {
    if let Some((width, height)) = sheet.paper.size_um {
        let side = |um: u32| um.clamp(1_000, LONGEST_PAGE_UM as u32) as i32;
        return PageRect::new(0, 0, side(width), side(height));
    }
    let panel = PageRect::new(0, 0, PANEL_UM.0, PANEL_UM.1);
    let width = page_width_um(sheet);
    let all =
        sheet.things.iter().map(|thing| bounds(thing, lettering, width)).filter(|rect| !rect.is_empty());
    let all =
        all.fold(
            panel,
            |all, rect| {
                if panel.union(&rect) == panel { all } else { all.union(&rect.grown(MARGIN_UM)) }
            },
        );
    // However far something was thrown, a page stays one that programs open.
    let most = LONGEST_PAGE_UM as i32;
    let (x0, y0) = (all.x0_um.max(-most / 2), all.y0_um.max(-most / 2));
    PageRect::new(x0, y0, all.x1_um.min(x0 + most), all.y1_um.min(y0 + most))
}

/// The box around a thing, where it lies.
pub(crate) fn bounds(thing: &Thing, lettering: &Lettering, page_width_um: i32) -> PageRect {
    let own = match &thing.content {
        Content::Stroke(stroke) => stroke.trace.nodes().fold(PageRect::NOTHING, |all, node| {
            let at = PageRect::new(node.x_um, node.y_um, node.x_um, node.y_um);
            all.union(&at.grown(i32::from(node.radius_um)))
        }),
        Content::Text(text) => lettering.extent(text, page_width_um),
        Content::Shape(shape) => {
            let contours = contours(shape);
            let points = contours.iter().flat_map(|contour| contour.points.iter());
            let line = shape.reach_um(shape.width_um) as i32;
            points.fold(PageRect::NOTHING, |all, at| {
                all.union(&PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um).grown(line))
            })
        }
        Content::Note(note) => note.rect,
        Content::Media(media) => media.rect,
    };
    placed_box(own, &thing.placing)
}

/// The box around a box that is placed.
pub(crate) fn placed_box(rect: PageRect, placing: &Affine) -> PageRect {
    if rect.is_empty() {
        return rect;
    }
    corners(rect).iter().fold(PageRect::NOTHING, |all, at| {
        let at = placing.apply(*at);
        all.union(&PageRect::new(at.x_um, at.y_um, at.x_um, at.y_um))
    })
}

/// A box's corners, clockwise from the top left.
pub(crate) fn corners(rect: PageRect) -> [PagePoint; 4] {
    let PageRect { x0_um: x0, y0_um: y0, x1_um: x1, y1_um: y1 } = rect;
    [(x0, y0), (x1, y0), (x1, y1), (x0, y1)].map(|(x, y)| PagePoint::new(x, y))
}

/// A stroke's nodes where they lie.
pub(crate) fn placed_nodes(stroke: &Stroke, placing: &Affine) -> Vec<Node> {
    let growth = placing.growth();
    let move_node = |node: Node| {
        let at = placing.apply(PagePoint::new(node.x_um, node.y_um));
        let radius = (f64::from(node.radius_um) * growth).round().clamp(1.0, f64::from(u16::MAX));
        Node { x_um: at.x_um, y_um: at.y_um, radius_um: radius as u16, t_ms: node.t_ms }
    };
    if *placing == Affine::IDENTITY {
        stroke.trace.nodes().collect()
    } else {
        stroke.trace.nodes().map(move_node).collect()
    }
}

/// A figure's line as straight lines; an ellipse as a closed one.
pub(crate) fn contours(shape: &Shape) -> Vec<Contour> {
    match &shape.outline {
        Outline::Paths(contours) => contours.to_vec(),
        Outline::Ellipse { centre, rx_um, ry_um } => {
            let along = |centre: i32, radius: u32, part: f64| {
                (f64::from(centre) + f64::from(radius) * part).round().clamp(-1e9, 1e9) as i32
            };
            let corner = |(cos, sin): (f64, f64)| {
                PagePoint::new(along(centre.x_um, *rx_um, cos), along(centre.y_um, *ry_um, sin))
            };
            vec![Contour { points: circle().map(corner).collect(), closed: true }]
        }
    }
}

/// Points of the unit circle by its rational form: products and quotients, so every machine has the same.
fn circle() -> impl Iterator<Item = (f64, f64)> {
    (0..4 * QUARTER_SIDES).map(|side| {
        let t = f64::from(side % QUARTER_SIDES) / f64::from(QUARTER_SIDES);
        let (cos, sin) = ((1.0 - t * t) / (1.0 + t * t), 2.0 * t / (1.0 + t * t));
        match side / QUARTER_SIDES {
            0 => (cos, sin),
            1 => (-sin, cos),
            2 => (-cos, -sin),
            _ => (sin, -cos),
        }
    })
}

/// A figure's lines where they lie.
pub(crate) fn placed_contours(shape: &Shape, placing: &Affine) -> Vec<Contour> {
    let place = |contour: &Contour| Contour {
        points: contour.points.iter().map(|at| placing.apply(*at)).collect(),
        closed: contour.closed,
    };
    contours(shape).iter().map(place).collect()
}

/// How long a line is.
pub(crate) fn length_um(Contour { points, closed }: &Contour) -> f64 {
    let apart = |a: PagePoint, b: PagePoint| (a.distance_squared(b) as f64).sqrt();
    let open: f64 = points.windows(2).map(|pair| apart(pair[0], pair[1])).sum();
    match (points.first(), points.last()) {
        (Some(first), Some(last)) if *closed => open + apart(*last, *first),
        _ => open,
    }
}

/// The filled heads of open lines, each a triangle from its tip; the lines are shortened, so that they do not blunt
/// the tips. All is placed, `growth` times as large as the figure.
pub(crate) fn take_heads(contours: &mut [Contour], shape: &Shape, growth: f64) -> Vec<[PagePoint; 3]> {
    let (long, half) = Shape::head_um(shape.width_um);
    let (long, half) = (f64::from(long) * growth, f64::from(half) * growth);
    let mut heads = Vec::new();
    for contour in contours.iter_mut().filter(|contour| !contour.closed && contour.points.len() > 1) {
        let mut points = contour.points.to_vec();
        if shape.arrows.0 {
            heads.extend(take_head(&mut points, long, half));
        }
        if shape.arrows.1 {
            points.reverse();
            heads.extend(take_head(&mut points, long, half));
            points.reverse();
        }
        contour.points = points.into();
    }
    heads
}

/// Takes a head off the first of some points.
fn take_head(points: &mut [PagePoint], long: f64, half: f64) -> Option<[PagePoint; 3]> {
    let tip = *points.first()?;
    let behind = points.iter().copied().find(|at| tip.distance_squared(*at) > 1)?;
    let away = (tip.distance_squared(behind) as f64).sqrt();
    let (dx, dy) = (f64::from(tip.x_um - behind.x_um) / away, f64::from(tip.y_um - behind.y_um) / away);
    let back = |along: f64, aside: f64| {
        let (x, y) =
            (f64::from(tip.x_um) - dx * along - dy * aside, f64::from(tip.y_um) - dy * along + dx * aside);
        PagePoint::new(x.round() as i32, y.round() as i32)
    };
    let (end, near) = (back(long * 0.8, 0.0), (long * 0.8) as i64);
    for at in points.iter_mut().take_while(|at| tip.distance_squared(**at) < near * near) {
        *at = end;
    }
    Some([tip, back(long, half), back(long, -half)])
}

/// Things in the order in which they are drawn: what is pinned, then marks, which lie under the ink, then the rest.
pub(crate) fn pile(things: &[Thing]) -> impl Iterator<Item = &Thing> {
    let layer = |thing: &Thing| match &thing.content {
        Content::Media(_) if thing.pinned => 0,
        Content::Stroke(stroke) if stroke.highlighter => 1,
        _ => 2,
    };
    (0..3).flat_map(move |wanted| things.iter().filter(move |thing| layer(thing) == wanted))
}
