//! The box around a page's things: how large a page is that has no end.
use crate::{
    document::{Sheet, Thing},
    format::{
        curve::{Place, around},
        letters,
    },
    object::Content,
    point::PageRect,
    shape::Outline,
};

/// Left, top, right, bottom of all things of a page, in micrometres; `None` for an empty page.
pub(crate) fn bounds(sheet: &Sheet) -> Option<[f64; 4]> {
    let corners: Vec<Place> = sheet.things.iter().flat_map(corners).collect();
    around(&corners)
}

fn corners(thing: &Thing) -> Vec<Place> {
    let mut places: Vec<Place> = Vec::new();
    let mut add = |x: f64, y: f64| places.push((x, y));
    match &thing.content {
        Content::Stroke(stroke) => stroke.trace.nodes().for_each(|node| {
            let reach = f64::from(node.radius_um);
            add(f64::from(node.x_um) - reach, f64::from(node.y_um) - reach);
            add(f64::from(node.x_um) + reach, f64::from(node.y_um) + reach);
        }),
        Content::Text(text) => {
            let lines = text.text.split('\n').count() as f64;
            let size = f64::from(text.size_um);
            let wide = letters::width(&text.text) * size;
            add(f64::from(text.at.x_um), f64::from(text.at.y_um));
            add(f64::from(text.at.x_um) + wide, f64::from(text.at.y_um) + lines * size);
        }
        Content::Shape(shape) => match &shape.outline {
            Outline::Paths(contours) => contours
                .iter()
                .flat_map(|contour| contour.points.iter())
                .for_each(|point| add(f64::from(point.x_um), f64::from(point.y_um))),
            Outline::Ellipse { centre, rx_um, ry_um } => {
                let (x, y) = (f64::from(centre.x_um), f64::from(centre.y_um));
                add(x - f64::from(*rx_um), y - f64::from(*ry_um));
                add(x + f64::from(*rx_um), y + f64::from(*ry_um));
            }
        },
        Content::Note(note) => box_of(note.rect, &mut add),
        Content::Media(media) => box_of(media.rect, &mut add),
    }
    places.iter().map(|place| thing.placing.exact(place.0, place.1)).collect()
}

fn box_of(rect: PageRect, add: &mut impl FnMut(f64, f64)) {
    for x in [rect.x0_um, rect.x1_um] {
        for y in [rect.y0_um, rect.y1_um] {
            add(f64::from(x), f64::from(y));
        }
    }
}
