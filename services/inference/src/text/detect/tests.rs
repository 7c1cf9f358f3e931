//! Maps made by hand.

use super::*;

/// A map of `width` x `height` with `likely` wherever `inside` says so.
fn map(width: usize, height: usize, likely: f32, inside: impl Fn(f32, f32) -> bool) -> Vec<f32> {
    let centre = |at: usize| at as f32 + 0.5;
    let pixel = |at: usize| if inside(centre(at % width), centre(at / width)) { likely } else { 0.05 };
    (0..width * height).map(pixel).collect()
}

fn core(x: f32, y: f32) -> bool {
    (20.0..80.0).contains(&x) && (10.0..20.0).contains(&y)
}

#[test]
fn a_core_grows_to_its_line() {
    let found = spots(&map(100, 40, 0.9, core), 100);
    // 60 x 10 pixels: 600 x 1.4 / 140 = 6 on each side.
    let [spot] = found[..] else { panic!("{found:?}") };
    assert_eq!(spot.place, Turned { x: 50.0, y: 15.0, width: 72.0, height: 22.0, turn: 0.0 });
    assert!((spot.certainty - 0.9).abs() < 1e-3);
}

#[test]
fn the_uncertain_the_tiny_and_the_impossible_are_dropped() {
    assert_eq!(spots(&map(100, 40, 0.35, core), 100), []);
    assert_eq!(spots(&map(100, 40, 0.9, |x, y| core(x, y) && y < 12.0), 100), []);
    assert_eq!(spots(&map(100, 40, f32::NAN, core), 100), []);
    assert_eq!(spots(&map(100, 40, f32::INFINITY, core), 100), []);
    assert_eq!(spots(&[], 0), []);
}

#[test]
fn a_slanted_line_keeps_its_slant() {
    for degrees in [-20.0_f32, -5.0, 5.0, 20.0, 40.0] {
        let turn = degrees.to_radians();
        let slanted = Turned { x: 100.0, y: 100.0, width: 120.0, height: 16.0, turn };
        let found = spots(&map(200, 200, 0.9, |x, y| slanted.holds(x, y)), 200);
        let [spot] = found[..] else { panic!("{degrees}: {found:?}") };
        assert!((spot.place.turn - turn).abs() < 0.03, "{degrees}: {}", spot.place.turn.to_degrees());
        assert!((spot.place.x - 100.0).abs() < 1.5 && (spot.place.y - 100.0).abs() < 1.5);
        assert!(spot.place.width > 125.0 && spot.place.height > 20.0);
    }
}

#[test]
fn a_single_character_stays_upright() {
    let diamond = |x: f32, y: f32| (x - 50.0).abs() + (y - 50.0).abs() < 20.0;
    let found = spots(&map(100, 100, 0.9, diamond), 100);
    assert_eq!(found.iter().map(|spot| spot.place.turn).collect::<Vec<_>>(), [0.0]);
}

#[test]
fn the_hull_drops_what_is_inside_or_on_a_side() {
    let points = vec![(0, 0), (4, 0), (4, 4), (0, 4), (2, 0), (2, 2), (4, 2), (4, 4)];
    let mut hull = convex_hull(points);
    hull.sort_unstable();
    assert_eq!(hull, [(0, 0), (0, 4), (4, 0), (4, 4)]);
}
