//! Boxes, points and scores as the networks number them, in frame pixels; what is found twice is one.

use super::*;
use crate::vision::{FAR_GRID, NEAR_GRID, PALM_GRID, PERSON_GRID};

fn found(left: f32, side: f32, score: f32) -> Found {
    Found {
        place: Rect { left, top: 0.0, right: left + side, bottom: side },
        points: vec![Point::new(left, 0.0)],
        score,
    }
}

#[test]
fn the_grids_have_the_networks_anchors() {
    for (grid, anchors) in [(NEAR_GRID, 896), (FAR_GRID, 2304), (PALM_GRID, 2016), (PERSON_GRID, 2254)] {
        assert_eq!((grid.anchors(), grid.centres().len()), (anchors, anchors));
    }
    let near = NEAR_GRID.centres();
    assert_eq!(
        (near[0], near[1], near[2]),
        (Point::new(1.0 / 32.0, 1.0 / 32.0), near[0], Point::new(3.0 / 32.0, 1.0 / 32.0))
    );
    assert_eq!(near[512], Point::new(1.0 / 16.0, 1.0 / 16.0));
    assert_eq!(near[517], near[512]);
}

#[test]
fn a_box_is_read_about_its_anchor_in_the_frame() {
    let grid = Grid { side: 100, layers: &[(50, 1)], points: 1, score_min: 0.5 };
    let mut boxes = vec![0.0; 4 * 6];
    // Anchor 3 is at 0.75, 0.75: ten pixels left of it and as many down, 20 by 30, its point at the anchor.
    boxes[18..].copy_from_slice(&[-10.0, 10.0, 20.0, 30.0, 0.0, 0.0]);
    let square = Square { centre: Point::new(100.0, 100.0), side: 200.0, turn: 0.0 };
    let all = grid.found(&grid.centres(), &boxes, &[-1.0, 0.0, f32::NAN, 2.0], &square);
    assert_eq!(all.len(), 1);
    let (middle, place) = (all[0].place.centre(), all[0].place);
    assert!(middle.distance(Point::new(130.0, 170.0)) < 1e-3);
    assert!((place.width() - 40.0).abs() < 1e-3 && (place.height() - 60.0).abs() < 1e-3);
    assert!(all[0].points[0].distance(Point::new(150.0, 150.0)) < 1e-3);
    assert!((all[0].score - 0.880_797).abs() < 1e-6);
    boxes[20] = f32::INFINITY;
    assert_eq!(grid.found(&grid.centres(), &boxes, &[0.0, 0.0, 0.0, 2.0], &square), []);
}

#[test]
fn boxes_of_one_thing_become_one_weighted_by_their_scores() {
    let all = vec![found(0.0, 10.0, 0.6), found(100.0, 10.0, 0.7), found(3.0, 10.0, 0.9)];
    let each = one_each(all);
    assert_eq!(each.len(), 2);
    assert!((each[0].place.left - 1.8).abs() < 1e-5 && (each[0].points[0].x - 1.8).abs() < 1e-5);
    assert_eq!((each[0].score, each[1].score), (0.9, 0.7));
    assert_eq!(one_each(vec![found(5.0, 0.0, 0.9), found(5.0, 0.0, 0.8)]), []);
}
