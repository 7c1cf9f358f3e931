//! Pictures and pages of documents: averaged over what a pixel covers when smaller, mixed from the nearest four
//! pixels when larger. Until the picture has come, a sheet in its place.
use super::{Brush, Onto, frame::Frame};
use crate::{
    gallery::{Levels, Wish},
    media::{Media, MediaKind},
};

/// What stands in a picture's place until it comes, and the line around it.
const SHEET: u32 = 0xffe6_e8e6;
const SHEET_EDGE: u32 = 0xffc2_c8c5;
/// The ground of a video without a frame, and the sign on it.
const SCREEN: u32 = 0xff23_2827;
const PLAY: u32 = 0xffd8_dcda;
/// The sign's size, as a part of the video's shorter side.
const PLAY_PART: f64 = 0.16;

pub(super) fn draw(media: &Media, onto: &Onto, brush: &mut Brush<'_>) {
    let Some(frame) = Frame::new(media.rect, onto) else { return };
    let area = frame.bounds(0.0);
    let wide_um = f64::from(media.rect.width_um());
    let width_px = (wide_um * onto.growth() * onto.px_per_um()).ceil().clamp(1.0, 16_384.0) as u32;
    let wish =
        Wish { file: media.file, kind: media.kind, width_px, page: brush.page, area, scale: brush.scale };
    let levels = if media.kind == MediaKind::Video { None } else { brush.gallery.find(&wish) };
    match levels {
        Some(levels) => sample(media, &frame, &levels, brush),
        None if media.kind.moves() => screen(media, &frame, brush),
        None => {
            brush.cover(&area, &|x, y| {
                let outside = frame.outside_px(x, y, 0.0);
                edged(outside, if outside > -1.5 { SHEET_EDGE } else { SHEET })
            });
        }
    }
}

/// A pixel at the edge of a box: all of it inside, none outside.
fn edged(outside_px: f64, pixel: u32) -> u32 {
    let cover = (0.5 - outside_px).clamp(0.0, 1.0);
    if cover >= 1.0 { pixel } else { ink::over(0, pixel, (cover * 255.0 + 0.5) as u8) }
}

fn sample(media: &Media, frame: &Frame, levels: &Levels, brush: &mut Brush<'_>) {
    let (width, height) = levels.size();
    let (per_x, per_y) = (
        f64::from(width) / f64::from(media.rect.width_um().max(1)),
        f64::from(height) / f64::from(media.rect.height_um().max(1)),
    );
    let place = |x: i32, y: i32| {
        let (x, y) = frame.inside_um(x, y);
        ((x - f64::from(media.rect.x0_um)) * per_x, (y - f64::from(media.rect.y0_um)) * per_y)
    };
    // The part of the picture that a pixel covers is the same everywhere.
    let (origin, right, below) = (place(0, 0), place(1, 0), place(0, 1));
    let covers = (
        (right.0 - origin.0).abs() + (below.0 - origin.0).abs(),
        (right.1 - origin.1).abs() + (below.1 - origin.1).abs(),
    );
    let sampler = levels.sampler(covers);
    brush.cover(&frame.bounds(0.0), &|x, y| {
        let outside = frame.outside_px(x, y, 0.0);
        if outside >= 0.5 {
            return 0;
        }
        let (u, v) = place(x, y);
        edged(outside, sampler.at(u, v))
    });
}

fn screen(media: &Media, frame: &Frame, brush: &mut Brush<'_>) {
    let rect = media.rect;
    let middle = |a: i32, b: i32| (f64::from(a) + f64::from(b)) / 2.0;
    let (cx, cy) = (middle(rect.x0_um, rect.x1_um), middle(rect.y0_um, rect.y1_um));
    let size = f64::from(rect.width_um().min(rect.height_um()).max(1)) * PLAY_PART;
    let plays = media.kind == MediaKind::Video;
    brush.cover(&frame.bounds(0.0), &|x, y| {
        let outside = frame.outside_px(x, y, 0.0);
        let (px, py) = frame.inside_um(x, y);
        let (dx, dy) = ((px - cx) / size + 0.5, ((py - cy) / size).abs());
        let sign = plays && dx > 0.0 && dy < 1.0 - dx * 0.66 && dx < 1.5;
        edged(outside, if sign { PLAY } else { SCREEN })
    });
}
