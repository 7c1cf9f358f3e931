//! Filled shapes: their area, what their rule says, and that pieces are as the whole.
use std::collections::HashMap;

use proptest::prelude::*;

use crate::{Mask, Rect, Rule, TILE, TILE_PIXELS, TileAt};

fn pixel(mask: &Mask, x: i32, y: i32) -> u8 {
    let at = TileAt::of(x, y);
    mask.tile(at).map_or(0, |tile| tile[((y - at.rect().y0) * TILE + x - at.rect().x0) as usize])
}

fn filled(contours: &[&[(f32, f32)]], rule: Rule) -> (Mask, Rect) {
    let mut mask = Mask::new();
    let changed = mask.fill(contours, rule, &|_| true);
    (mask, changed)
}

fn area(mask: &Mask) -> f64 {
    mask.tiles().flat_map(|(_, tile)| tile.iter()).map(|cover| f64::from(*cover) / 255.0).sum()
}

/// How often the outlines go around a place.
fn winding(contours: &[&[(f32, f32)]], x: f64, y: f64) -> i32 {
    let mut turns = 0;
    for contour in contours {
        for (a, b) in contour.iter().zip(contour.iter().cycle().skip(1)) {
            let ((ax, ay), (bx, by)) = ((f64::from(a.0), f64::from(a.1)), (f64::from(b.0), f64::from(b.1)));
            if (ay <= y) != (by <= y) && ax + (y - ay) / (by - ay) * (bx - ax) > x {
                turns += if ay < by { 1 } else { -1 };
            }
        }
    }
    turns
}

fn outline() -> impl Strategy<Value = Vec<(f32, f32)>> {
    prop::collection::vec((-100.0_f32..250.0, -100.0_f32..250.0), 3..7)
}

proptest! {
    #[test]
    fn places_away_from_the_outline_are_in_or_out(
        first in outline(), second in outline(), rule in prop::sample::select(vec![Rule::NonZero, Rule::EvenOdd]),
    ) {
        let contours = [&first[..], &second[..]];
        let (mask, changed) = filled(&contours, rule);
        let inside = |x: f64, y: f64| match rule {
            Rule::NonZero => winding(&contours, x, y) != 0,
            Rule::EvenOdd => winding(&contours, x, y) % 2 != 0,
        };
        for y in (-110..260).step_by(11) {
            for x in (-110..260).step_by(11) {
                let cover = pixel(&mask, x, y);
                prop_assert!(cover == 0 || changed.contains(x, y), "({x}, {y}) lies outside the damage");
                // Where a line passes within a pixel and a half there is something between.
                let turns = |dx: f64, dy: f64| winding(&contours, f64::from(x) + 0.5 + dx, f64::from(y) + 0.5 + dy);
                let around: Vec<i32> =
                    (0..49).map(|step| turns(f64::from(step % 7 - 3) / 2.0, f64::from(step / 7 - 3) / 2.0)).collect();
                if around.iter().all(|turns| *turns == around[0]) && !near(&contours, x, y) {
                    let expected = if inside(f64::from(x) + 0.5, f64::from(y) + 0.5) { 255 } else { 0 };
                    prop_assert!(cover.abs_diff(expected) <= 1, "({x}, {y}) is {cover}, should be {expected}");
                }
            }
        }
    }

    #[test]
    fn an_area_is_exact(x in -70.0_f32..70.0, y in -70.0_f32..70.0, w in 1.0_f32..200.0, h in 1.0_f32..200.0, lean in -50.0_f32..50.0) {
        let leaning = [(x, y), (x + w, y), (x + w + lean, y + h), (x + lean, y + h)];
        let (mask, _) = filled(&[&leaning], Rule::NonZero);
        let (is, should) = (area(&mask), f64::from(w) * f64::from(h));
        // A pixel is rounded to a 255th; only those at the outline can be off.
        let outline = f64::from(2.0 * (w + h + lean.abs())) + 8.0;
        prop_assert!((is - should).abs() < outline * 0.004 + should * 1e-5, "{is} instead of {should}");
    }

    #[test]
    fn single_tiles_are_as_the_whole(outline in outline()) {
        let (whole, _) = filled(&[&outline], Rule::EvenOdd);
        let whole: HashMap<TileAt, _> = whole.tiles().map(|(at, tile)| (at, *tile)).collect();
        for (at, tile) in &whole {
            let mut alone = Mask::new();
            alone.fill(&[&outline], Rule::EvenOdd, &|other| other == *at);
            // A tile with hardly anything in it may be left out.
            let alone = alone.tile(*at).copied().unwrap_or([0; TILE_PIXELS]);
            let difference = alone.iter().zip(tile).map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0);
            prop_assert!(difference <= 1, "{at:?} differs by {difference}");
        }
    }
}

/// Whether a line passes close by.
fn near(contours: &[&[(f32, f32)]], x: i32, y: i32) -> bool {
    let (px, py) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
    contours.iter().any(|contour| {
        contour.iter().zip(contour.iter().cycle().skip(1)).any(|(a, b)| {
            let (ax, ay) = (f64::from(a.0), f64::from(a.1));
            let (dx, dy) = (f64::from(b.0) - ax, f64::from(b.1) - ay);
            let part = (((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy).max(1e-9)).clamp(0.0, 1.0);
            (px - ax - part * dx).hypot(py - ay - part * dy) < 1.5
        })
    })
}

#[test]
fn a_hole_is_a_hole_by_either_rule() {
    let outer = [(10.0, 10.0), (110.0, 10.0), (110.0, 110.0), (10.0, 110.0)];
    let along = [(40.0, 40.0), (80.0, 40.0), (80.0, 80.0), (40.0, 80.0)];
    let against = [(40.0, 40.0), (40.0, 80.0), (80.0, 80.0), (80.0, 40.0)];
    let middle = |inner: &[(f32, f32)], rule| pixel(&filled(&[&outer, inner], rule).0, 60, 60);
    assert_eq!(middle(&against, Rule::NonZero), 0);
    assert_eq!(middle(&along, Rule::NonZero), 255, "the same way around twice is inside");
    assert_eq!(middle(&along, Rule::EvenOdd), 0);
    assert_eq!(middle(&against, Rule::EvenOdd), 0);
}

#[test]
fn a_shape_far_larger_than_the_panel_costs_the_panel_only() {
    let huge = [(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)];
    let panel = Rect::new(0, 0, 640, 320);
    let mut mask = Mask::new();
    // Asking is cheap, but not for every tile of the world.
    mask.fill(&[&huge], Rule::NonZero, &|at| panel.covers(&at.rect()));
    assert_eq!(mask.tiles().count(), 50);
    assert!(mask.tiles().all(|(_, tile)| tile.iter().all(|cover| *cover == 255)));
}

/// Found by chance: an edge that leaves the band exactly at its left side, rounded to just outside of it.
#[test]
fn an_edge_through_the_side_of_a_band_is_not_lost() {
    let outline = [(87.030205, -73.509125), (-53.69486, -9.936162), (0.0, 0.0)];
    let at = TileAt { x: 1, y: -1 };
    let mut alone = Mask::new();
    alone.fill(&[&outline], Rule::EvenOdd, &|other| other == at);
    assert_eq!(pixel(&alone, 66, -64), 255);
    assert_eq!(pixel(&alone, 90, -60), 0);
}

#[test]
fn nonsense_fills_nothing() {
    let nan = [(0.0, f32::NAN), (50.0, 0.0), (0.0, 50.0)];
    for contours in [&[][..], &[&[][..]], &[&[(5.0, 5.0)]], &[&[(5.0, 5.0), (9.0, 9.0)]], &[&nan]] {
        let (mask, _) = filled(contours, Rule::NonZero);
        assert_eq!(area(&mask), 0.0, "{contours:?}");
    }
}
