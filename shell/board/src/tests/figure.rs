//! Figures as hands draw them: begun anywhere, trembling, not quite closed; and writing that must stay ink.
use ink::Node;
use proptest::prelude::*;

use crate::{Figure, Outline, PagePoint, recognise};

/// A hand along corners (micrometres), with its tremble: `seed` decides where it goes astray, by up to `astray` um.
fn drawn(corners: &[(f64, f64)], astray: f64, seed: u64) -> Vec<Node> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut tremble = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % 2_001) as f64 / 1_000.0 - 1.0
    };
    let mut nodes = Vec::new();
    let (mut x_off, mut y_off) = (0.0, 0.0);
    for pair in corners.windows(2) {
        let length = (pair[1].0 - pair[0].0).hypot(pair[1].1 - pair[0].1);
        let steps = (length / 3_000.0).ceil().max(1.0) as usize;
        for step in 0..=steps {
            let part = step as f64 / steps as f64;
            // A hand's error changes slowly.
            x_off = x_off * 0.9 + tremble() * astray * 0.3;
            y_off = y_off * 0.9 + tremble() * astray * 0.3;
            let at = |a: f64, b: f64| a + (b - a) * part;
            nodes.push(Node::nearest(
                at(pair[0].0, pair[1].0) + x_off,
                at(pair[0].1, pair[1].1) + y_off,
                2_000.0,
                0,
            ));
        }
    }
    nodes
}

/// An ellipse begun at `start` of its round, overshooting by `over`.
fn round(rx: f64, ry: f64, turn: f64, start: f64, over: f64, astray: f64, seed: u64) -> Vec<Node> {
    let points: Vec<(f64, f64)> = (0..=60)
        .map(|step| {
            let angle = (start + f64::from(step) / 60.0 * (1.0 + over)) * std::f64::consts::TAU;
            let (u, v) = (rx * angle.cos(), ry * angle.sin());
            (500_000.0 + u * turn.cos() - v * turn.sin(), 400_000.0 + u * turn.sin() + v * turn.cos())
        })
        .collect();
    drawn(&points, astray, seed)
}

fn turned(corners: &[(f64, f64)], turn: f64) -> Vec<(f64, f64)> {
    corners
        .iter()
        .map(|(x, y)| (5e5 + x * turn.cos() - y * turn.sin(), 4e5 + x * turn.sin() + y * turn.cos()))
        .collect()
}

fn corners_of(figure: Option<Figure>) -> Vec<PagePoint> {
    match figure.map(|figure| figure.outline) {
        Some(Outline::Paths(contours)) => contours[0].points.to_vec(),
        other => panic!("no corners in {other:?}"),
    }
}

proptest! {
    #[test]
    fn a_circle_is_a_circle(start in 0.0..1.0_f64, over in -0.05..0.06_f64, radius in 30e3..200e3_f64, squash in 0.92..1.08_f64, seed: u64) {
        let figure = recognise(&round(radius, radius * squash, 0.0, start, over, 3_000.0, seed));
        let Some(Figure { outline: Outline::Ellipse { centre, rx_um, ry_um }, .. }) = figure else {
            return Err(TestCaseError::fail(format!("{figure:?}")));
        };
        prop_assert_eq!(rx_um, ry_um);
        prop_assert!((f64::from(rx_um) - radius).abs() < radius * 0.12 + 3_000.0, "{rx_um} for {radius}");
        prop_assert!(centre.distance_squared(PagePoint::new(500_000, 400_000)) < (radius * 0.1 + 3e3).powi(2) as i64);
    }

    #[test]
    fn a_level_ellipse_stays_level(start in 0.0..1.0_f64, turn in -0.1..0.1_f64, seed: u64) {
        let figure = recognise(&round(160e3, 80e3, turn, start, 0.0, 3_000.0, seed));
        let level = matches!(figure, Some(Figure { outline: Outline::Ellipse { rx_um, ry_um, .. }, .. }) if rx_um > ry_um);
        prop_assert!(level, "{figure:?}");
    }

    #[test]
    fn a_rectangle_is_a_rectangle(width in 60e3..300e3_f64, height in 60e3..200e3_f64, turn in -0.09..0.09_f64, first in 0..4_usize, seed: u64) {
        let mut corners = vec![(-width, -height), (width, -height), (width, height), (-width, height)];
        corners.rotate_left(first);
        corners.push(corners[0]);
        let found = corners_of(recognise(&drawn(&turned(&corners, turn), 3_000.0, seed)));
        prop_assert_eq!(found.len(), 4);
        prop_assert!(found[0].y_um == found[1].y_um && found[1].x_um == found[2].x_um, "not level: {:?}", found);
        let wide = f64::from(found[1].x_um - found[0].x_um);
        prop_assert!((wide - 2.0 * width).abs() < (width + height) * 0.2, "{wide} for {}", 2.0 * width);
    }

    #[test]
    fn a_turned_rectangle_keeps_its_right_angles(turn in 0.3..1.2_f64, seed: u64) {
        let corners = [(-150e3, -70e3), (150e3, -70e3), (150e3, 70e3), (-150e3, 70e3), (-150e3, -70e3)];
        let found = corners_of(recognise(&drawn(&turned(&corners, turn), 3_000.0, seed)));
        prop_assert_eq!(found.len(), 4);
        let way = |a: usize, b: usize| (f64::from(found[b].x_um - found[a].x_um), f64::from(found[b].y_um - found[a].y_um));
        let (a, b) = (way(0, 1), way(1, 2));
        prop_assert!((a.0 * b.0 + a.1 * b.1).abs() < a.0.hypot(a.1) * b.0.hypot(b.1) * 0.001);
    }

    #[test]
    fn a_triangle_has_three_corners(tip in -100e3..100e3_f64, first in 0..3_usize, seed: u64) {
        let mut corners = vec![(-150e3, 120e3), (150e3, 120e3), (tip, -130e3)];
        corners.rotate_left(first);
        corners.push(corners[0]);
        prop_assert_eq!(corners_of(recognise(&drawn(&turned(&corners, 0.0), 3_000.0, seed))).len(), 3);
    }

    #[test]
    fn a_nearly_level_line_becomes_level(tilt in -0.05..0.05_f64, length in 80e3..900e3_f64, seed: u64) {
        let nodes = drawn(&[(100e3, 300e3), (100e3 + length, 300e3 + length * tilt)], 1_500.0, seed);
        let found = corners_of(recognise(&nodes));
        prop_assert_eq!(found.len(), 2);
        prop_assert_eq!(found[0].y_um, found[1].y_um);
    }

    #[test]
    fn an_arrow_has_its_head_at_the_end(angle in 0.0..std::f64::consts::TAU, seed: u64) {
        let corners = [(-200e3, 0.0), (200e3, 0.0), (140e3, -50e3), (200e3, 0.0), (140e3, 50e3)];
        let figure = recognise(&drawn(&turned(&corners, angle), 2_000.0, seed));
        prop_assert!(figure.as_ref().is_some_and(|figure| figure.arrows == (false, true)), "{figure:?}");
    }
}

#[test]
fn writing_stays_ink() {
    let wave: Vec<(f64, f64)> =
        (0..200).map(|step| (f64::from(step) * 1_500.0, 40e3 * (f64::from(step) * 0.25).sin())).collect();
    let spiral: Vec<(f64, f64)> = (0..200)
        .map(|step| {
            let angle = f64::from(step) * 0.1;
            (angle * 9e3 * angle.cos(), angle * 9e3 * angle.sin())
        })
        .collect();
    let letter = [(0.0, 0.0), (8e3, 0.0), (8e3, 9e3), (0.0, 9e3), (0.0, 0.0)];
    for points in [&wave[..], &spiral[..], &letter[..]] {
        assert_eq!(recognise(&drawn(points, 500.0, 7)), None);
    }
    assert_eq!(recognise(&[]), None);
    assert_eq!(recognise(&[Node::default(); 3]), None);
}
