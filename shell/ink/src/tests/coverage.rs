//! Coverage against the plain definition, pixel by pixel.
use proptest::prelude::*;

use crate::{Mask, Node, Rect, Scale, TILE, TileAt, tiles_of};

/// One pixel a millimetre.
fn scale() -> Scale {
    Scale::new(1_000, 1_000_000)
}

fn node(x_px: f32, y_px: f32, radius_px: f32) -> Node {
    Node {
        x_um: (x_px * 1000.0) as i32,
        y_um: (y_px * 1000.0) as i32,
        radius_um: (radius_px * 1000.0) as u16,
        t_ms: 0,
    }
}

fn pixel(mask: &Mask, x: i32, y: i32) -> u8 {
    let at = TileAt::of(x, y);
    mask.tile(at).map_or(0, |tile| tile[((y - at.rect().y0) * TILE + x - at.rect().x0) as usize])
}

/// The definition, without any of the shortcuts: distance of the pixel's middle to the nearest disc.
fn expected(a: Node, b: Node, x: i32, y: i32) -> f32 {
    let um = |um: i32| um as f32 / 1000.0;
    let (ax, ay) = (um(a.x_um), um(a.y_um));
    let (dx, dy) = (um(b.x_um) - ax, um(b.y_um) - ay);
    let (ra, rb) = (f32::from(a.radius_um) / 1000.0, f32::from(b.radius_um) / 1000.0);
    let (px, py) = (x as f32 + 0.5 - ax, y as f32 + 0.5 - ay);
    let long = dx * dx + dy * dy;
    let t = if long > 1e-6 { ((px * dx + py * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
    let away = (px - t * dx).hypot(py - t * dy);
    (ra + (rb - ra) * t + 0.5 - away).clamp(0.0, 1.0) * 255.0
}

proptest! {
    #[test]
    fn a_capsule_is_what_it_is_defined_to_be(
        ax in 5.0_f32..150.0, ay in 5.0_f32..150.0, bx in 5.0_f32..150.0, by in 5.0_f32..150.0,
        ra in 0.5_f32..12.0, rb in 0.5_f32..12.0,
    ) {
        let (a, b) = (node(ax, ay, ra), node(bx, by, rb));
        let mut mask = Mask::new();
        let changed = mask.capsule(a, b, scale());
        for y in -20..180 {
            for x in -20..180 {
                let (is, should) = (f32::from(pixel(&mask, x, y)), expected(a, b, x, y));
                prop_assert!((is - should).abs() <= 2.0, "({x}, {y}) is {is}, should be {should}");
                prop_assert!(is == 0.0 || changed.contains(x, y), "({x}, {y}) lies outside the damage");
            }
        }
    }
}

#[test]
fn a_line_between_the_ends_of_the_world_ends() {
    let end = |x_um, y_um| Node { x_um, y_um, radius_um: u16::MAX };
    let (least, most) = (i32::MIN, i32::MAX);
    let panel = Rect::new(-1_000, -1_000, 1_000, 1_000);
    for scale in [Scale::new(2, 1_000), Scale::new(16, 1_000), Scale::new(1, i32::MAX)] {
        for (a, b) in
            [((least, least), (most, most)), ((least, most), (most, least)), ((0, least), (7, most))]
        {
            let nodes = [end(a.0, a.1), end(b.0, b.1)];
            let mut mask = Mask::new();
            mask.stroke(&nodes, (5, -5), scale, &|at| panel.covers(&at.rect()));
        }
    }
    let mut mask = Mask::new();
    let across = [end(least, least), end(most, most)];
    mask.stroke(&across, (0, 0), Scale::new(2, 1_000), &|at| panel.covers(&at.rect()));
    assert_eq!(pixel(&mask, 500, 500), 255, "it passes the panel on its way");
    assert_eq!(pixel(&mask, 900, -900), 0);
}

#[test]
fn joints_do_not_show() {
    let (start, end) = (node(10.3, 20.7, 4.0), node(110.9, 71.2, 4.0));
    let mut whole = Mask::new();
    whole.capsule(start, end, scale());
    let mut pieces = Mask::new();
    let steps: Vec<Node> = (0..=40)
        .map(|step| {
            let part = step as f32 / 40.0;
            node(10.3 + part * (110.9 - 10.3), 20.7 + part * (71.2 - 20.7), 4.0)
        })
        .collect();
    pieces.stroke(&steps, (0, 0), scale(), &|_| true);
    for y in 0..100 {
        for x in 0..130 {
            let (one, other) = (pixel(&whole, x, y), pixel(&pieces, x, y));
            assert!(one.abs_diff(other) <= 2, "({x}, {y}): {one} in one piece, {other} in forty");
        }
    }
}

#[test]
fn a_dot_has_the_area_of_its_disc() {
    let mut mask = Mask::new();
    let dot = node(64.0, 64.0, 9.5);
    mask.stroke(&[dot], (0, 0), scale(), &|_| true);
    let area: f32 =
        mask.tiles().flat_map(|(_, tile)| tile.iter()).map(|coverage| f32::from(*coverage) / 255.0).sum();
    let disc = std::f32::consts::PI * 9.5 * 9.5;
    assert!((area - disc).abs() < disc * 0.01, "{area} instead of {disc}");
}

#[test]
fn a_hair_line_gets_paler_instead_of_vanishing() {
    let mut mask = Mask::new();
    mask.stroke(&[node(10.5, 10.5, 0.2), node(50.5, 10.5, 0.2)], (0, 0), scale(), &|_| true);
    let middle = pixel(&mask, 30, 10);
    assert!((80..130).contains(&middle), "{middle}");
}

#[test]
fn only_the_wanted_tiles_are_drawn() {
    let mut mask = Mask::new();
    let wanted = TileAt { x: 1, y: 0 };
    mask.stroke(&[node(10.0, 10.0, 5.0), node(190.0, 10.0, 5.0)], (0, 0), scale(), &|at| at == wanted);
    assert_eq!(mask.tiles().map(|(at, _)| at).collect::<Vec<_>>(), [wanted]);
}

#[test]
fn a_cleared_mask_is_blank_and_asks_for_no_memory() {
    let mut mask = Mask::new();
    mask.stroke(&[node(10.0, 10.0, 5.0), node(190.0, 10.0, 5.0)], (0, 0), scale(), &|_| true);
    mask.clear();
    assert!(mask.is_empty());
    mask.stroke(&[node(32.0, 32.0, 3.0)], (0, 0), scale(), &|_| true);
    assert_eq!(pixel(&mask, 10, 10), 0, "what was there before must not come back");
    assert_eq!(pixel(&mask, 32, 32), 255);
}

#[test]
fn tiles_of_negative_places_are_found() {
    let tiles: Vec<TileAt> = tiles_of(Rect::new(-1, -65, 65, 1)).collect();
    assert_eq!(tiles.len(), 3 * 3);
    assert_eq!(tiles[0], TileAt { x: -1, y: -2 });
    assert_eq!(tiles_of(Rect::EMPTY).count(), 0);
}

proptest! {
    #[test]
    fn a_mask_used_again_is_as_a_new_one(
        strokes in prop::collection::vec((0.0_f32..300.0, 0.0_f32..300.0, 0.0_f32..300.0, 0.0_f32..300.0, 0.3_f32..30.0), 2..6),
    ) {
        let (last, before) = strokes.split_last().unwrap();
        let draw = |mask: &mut Mask, (ax, ay, bx, by, radius): &(f32, f32, f32, f32, f32)| {
            mask.capsule(node(*ax, *ay, *radius), node(*bx, *by, *radius), scale());
        };
        let (mut used, mut new) = (Mask::new(), Mask::new());
        before.iter().for_each(|stroke| draw(&mut used, stroke));
        used.clear();
        draw(&mut used, last);
        draw(&mut new, last);
        let sorted = |mask: &Mask| {
            let mut tiles: Vec<_> = mask.tiles().map(|(at, tile)| (at, *tile)).collect();
            tiles.sort_unstable_by_key(|(at, _)| *at);
            tiles
        };
        prop_assert!(sorted(&used) == sorted(&new));
    }

    #[test]
    fn whole_pixels_are_as_the_language_has_them(px in -3e9_f32..3e9, small in -5000.0_f32..5000.0) {
        for px in [px, small, small.trunc()] {
            prop_assert_eq!(crate::scale::floor(px), px.floor() as i32);
            prop_assert_eq!(crate::scale::ceil(px), px.ceil() as i32);
        }
    }
}
