//! Planes at half size, and planes at rest.
use proptest::prelude::*;

use crate::{Mask, Node, Plane, Scale, TILE, TILE_PIXELS, Tile, TileAt, premultiply};

/// Strokes of two colours over some tiles.
fn plane(strokes: &[(i32, i32, i32, i32, u16)]) -> Plane {
    let mut plane = Plane::new();
    for (number, (ax, ay, bx, by, radius_um)) in strokes.iter().enumerate() {
        let node = |x: i32, y: i32| Node { x_um: x * 1000, y_um: y * 1000, radius_um: *radius_um };
        let mut mask = Mask::new();
        mask.capsule(node(*ax, *ay), node(*bx, *by), Scale::new(1, 1_000));
        let colour =
            if number % 2 == 0 { premultiply(0x00_72_b2, 255) } else { premultiply(0xf0_e4_42, 0x70) };
        mask.tiles().for_each(|(at, tile)| plane.lay(at, tile, colour));
    }
    plane
}

fn strokes() -> impl Strategy<Value = Vec<(i32, i32, i32, i32, u16)>> {
    let place = || -200..200_i32;
    prop::collection::vec((place(), place(), place(), place(), 300..20_000_u16), 0..8)
}

fn pixel(plane: &Plane, x: i32, y: i32) -> u32 {
    let at = TileAt::of(x, y);
    plane.tile(at).map_or(0, |tile| tile[((y - at.rect().y0) * TILE + x - at.rect().x0) as usize])
}

fn sorted(plane: &Plane) -> Vec<(TileAt, Tile)> {
    let inked = plane.tiles().filter(|(_, tile)| tile.iter().any(|pixel| *pixel != 0));
    let mut tiles: Vec<_> = inked.map(|(at, tile)| (at, *tile)).collect();
    tiles.sort_unstable_by_key(|(at, _)| *at);
    tiles
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_plane_comes_back_as_it_was_packed(strokes in strokes()) {
        let plane = plane(&strokes);
        let packed = plane.pack();
        prop_assert!(sorted(&packed.unpack()) == sorted(&plane));
        for (at, tile) in sorted(&plane) {
            prop_assert!(packed.tile(at) == Some(tile));
        }
        let beyond = TileAt { x: 1_000, y: 0 };
        prop_assert!(packed.tile(beyond).is_none());
    }

    #[test]
    fn noise_comes_back_too(seed: u64) {
        let mut state = seed | 1;
        let noise: Tile = std::array::from_fn(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 32) as u32
        });
        let at = TileAt { x: -3, y: 7 };
        let mut plane = Plane::new();
        plane.put(at, noise.into());
        prop_assert!(plane.pack().unpack() == plane);
    }

    #[test]
    fn half_is_the_mean_of_four(strokes in strokes()) {
        let plane = plane(&strokes);
        let half = plane.half();
        for y in -110..110 {
            for x in -110..110 {
                let four = [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| pixel(&plane, 2 * x + dx, 2 * y + dy));
                for shift in [0, 8, 16, 24] {
                    let sum: u32 = four.iter().map(|pixel| pixel >> shift & 255).sum();
                    prop_assert_eq!(pixel(&half, x, y) >> shift & 255, (sum + 2) / 4);
                }
            }
        }
    }

    #[test]
    fn a_half_brought_up_to_date_is_a_new_half(before in strokes(), after in strokes(), gone in 0..4_i32) {
        let old = plane(&before);
        let mut half = old.half();
        let mut new = plane(&after);
        new.wipe(TileAt { x: gone - 2, y: 0 });
        let mut changed: Vec<TileAt> = old.tiles().chain(new.tiles()).map(|(at, _)| at).collect();
        changed.sort_unstable();
        changed.dedup();
        for at in changed {
            let up = new.halve_again(&mut half, at);
            prop_assert_eq!(up, TileAt::of(at.x * 32, at.y * 32));
        }
        prop_assert!(sorted(&half) == sorted(&new.half()));
    }
}

#[test]
fn ink_of_one_colour_packs_best() {
    let mut one = Plane::new();
    let strokes: Vec<_> = (0..60)
        .map(|n| (n * 37 % 380 - 190, n * 53 % 370 - 185, n * 91 % 390 - 195, n * 71 % 360 - 180, 800))
        .collect();
    let mut mask = Mask::new();
    for (ax, ay, bx, by, radius_um) in &strokes {
        let node = |x: i32, y: i32| Node { x_um: x * 1000, y_um: y * 1000, radius_um: *radius_um };
        mask.capsule(node(*ax, *ay), node(*bx, *by), Scale::new(1, 1_000));
    }
    mask.tiles().for_each(|(at, tile)| one.lay(at, tile, 0xff00_72b2));
    let (whole, packed) = (one.tiles().count() * TILE_PIXELS * 4, one.pack().bytes());
    assert!(packed * 8 < whole, "{packed} of {whole} bytes");
    let many = plane(&strokes).pack().bytes();
    assert!(packed * 2 < many && many * 2 < whole, "{packed} in one colour, {many} in two, of {whole}");
}
