//! Blending and tiles, damage and rectangles.
use proptest::prelude::*;

use crate::{Damage, Plane, Rect, TILE_PIXELS, TileAt, lerp, over, premultiply};

#[test]
fn blending_keeps_what_it_must_keep() {
    let ink = premultiply(0x00_72_b2, 255);
    assert_eq!(ink, 0xff00_72b2);
    assert_eq!(over(0xffff_ffff, ink, 255), ink, "full ink covers");
    assert_eq!(over(0xff12_3456, ink, 0), 0xff12_3456, "no ink changes nothing");
    let mark = premultiply(0xf0_e4_42, 0x70);
    assert_eq!(lerp(mark, mark, 137), mark, "a highlighter over itself stays as it is");
}

proptest! {
    #[test]
    fn blending_stays_premultiplied(under in any::<u32>(), rgb in 0_u32..0x100_0000, alpha: u8, coverage: u8, below: u8) {
        let under = premultiply(under & 0xff_ffff, below);
        for pixel in [over(under, premultiply(rgb, alpha), coverage), lerp(under, premultiply(rgb, alpha), coverage)] {
            let opacity = pixel >> 24;
            for channel in [pixel >> 16 & 255, pixel >> 8 & 255, pixel & 255] {
                prop_assert!(channel <= opacity + 1, "{pixel:08x}");
            }
        }
        prop_assert_eq!(over(under | 0xff00_0000, premultiply(rgb, alpha), coverage) >> 24, 255);
    }

    #[test]
    fn damage_forgets_nothing(boxes in prop::collection::vec((0..500_i32, 0..500_i32, 1..60_i32, 1..60_i32), 1..30)) {
        let mut damage = Damage::none();
        for (x, y, w, h) in &boxes {
            damage.add(Rect::sized(*x, *y, *w, *h));
        }
        for (x, y, w, h) in &boxes {
            let rect = Rect::sized(*x, *y, *w, *h);
            prop_assert!(damage.rects().iter().any(|kept| kept.covers(&rect)));
        }
        prop_assert!(damage.rects().len() <= boxes.len());
    }
}

#[test]
fn far_damage_is_not_merged() {
    let mut damage = Damage::of(Rect::sized(0, 0, 10, 10));
    damage.add(Rect::sized(3_000, 2_000, 10, 10));
    assert_eq!(damage.rects().len(), 2, "two people far apart are two small rectangles");
}

#[test]
fn a_picture_taken_of_a_plane_stays_as_it_was() {
    let (at, mask) = (TileAt { x: 0, y: 0 }, [255_u8; TILE_PIXELS]);
    let mut plane = Plane::new();
    plane.lay(at, &mask, premultiply(0x11_22_33, 255));
    let picture = plane.clone();
    plane.lay(at, &mask, premultiply(0x44_55_66, 255));
    assert_eq!(picture.tile(at).unwrap()[0], 0xff11_2233);
    assert_eq!(plane.tile(at).unwrap()[0], 0xff44_5566);
}
