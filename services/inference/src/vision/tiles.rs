//! Where to look for small faces: the whole frame, and squares that overlap so that a face which one of them cuts is
//! whole in another.

use super::anchors::{Found, one_each};
use super::place::{Point, Rect, Square};

/// A tile's least side. The network sees 192 pixels and finds faces of eight: twenty pixels of the frame.
const TILE_SIDE_MIN: f32 = 480.0;
/// Tiles along the longer side, at most: 4K takes 40 of them, about a second.
const TILES_ALONG: f32 = 6.0;
/// How much neighbours share, in parts of a tile: more than any face that the whole frame's look misses.
const OVERLAP: f32 = 0.25;
/// A box that ends so near a tile's edge, in parts of the tile, is cut.
const CUT_MARGIN: f32 = 0.01;
/// Of two boxes, the smaller lies in the larger when so much of it does: a face and a part of it.
const INSIDE: f32 = 0.7;

/// The whole frame first, then the tiles row by row; only the whole where a tile would be no smaller.
pub(super) fn tiles(width: usize, height: usize) -> Vec<Square> {
    let (width, height) = (width as f32, height as f32);
    let whole = Rect { left: 0.0, top: 0.0, right: width, bottom: height };
    let mut tiles = vec![Square::around(&whole)];
    let side = (width.max(height) / TILES_ALONG).max(TILE_SIDE_MIN);
    if side >= width.max(height) {
        return tiles;
    }
    let middles = |length: f32| -> Vec<f32> {
        if length <= side {
            return vec![length / 2.0];
        }
        let steps = ((length - side) / (side * (1.0 - OVERLAP))).ceil().max(1.0);
        (0..=steps as usize).map(|at| side / 2.0 + (length - side) * at as f32 / steps).collect()
    };
    for y in middles(height) {
        tiles.extend(middles(width).into_iter().map(|x| Square {
            centre: Point::new(x, y),
            side,
            turn: 0.0,
        }));
    }
    tiles
}

/// What of a tile's finds is whole: not cut by an edge of the tile that lies inside the frame.
pub(super) fn whole(found: Vec<Found>, tile: &Square, width: usize, height: usize) -> Vec<Found> {
    let margin = tile.side * CUT_MARGIN;
    let edge = Rect::around(tile.centre, tile.side, tile.side);
    let is_whole = |found: &Found| {
        let place = &found.place;
        (place.left > edge.left + margin || edge.left <= margin)
            && (place.top > edge.top + margin || edge.top <= margin)
            && (place.right < edge.right - margin || edge.right >= width as f32 - margin)
            && (place.bottom < edge.bottom - margin || edge.bottom >= height as f32 - margin)
    };
    found.into_iter().filter(is_whole).collect()
}

/// One box for each face out of what several tiles found.
pub(super) fn merged(found: Vec<Found>) -> Vec<Found> {
    let mut kept: Vec<Found> = Vec::new();
    for next in one_each(found) {
        // Surest first: a smaller box inside, or a larger one around, is the same face at another scale.
        let same = |other: &Found| {
            let smaller = next.place.area().min(other.place.area());
            next.place.overlap(&other.place) > INSIDE * smaller
        };
        if !kept.iter().any(same) {
            kept.push(next);
        }
    }
    kept
}

#[cfg(test)]
mod tests;
