//! Tiles cover the frame, and a face that two of them saw is one.

use super::*;

#[test]
fn small_frames_have_no_tiles_and_large_ones_few() {
    for (width, height, count) in
        [(480, 480, 1), (640, 480, 3), (1280, 720, 9), (1920, 1080, 16), (3840, 2160, 41)]
    {
        assert_eq!(tiles(width, height).len(), count, "{width}x{height}");
    }
    let all = tiles(1280, 720);
    assert_eq!((all[0].side, all[1].side), (1280.0, 480.0));
    assert_eq!((all[1].centre, all[8].centre), (Point::new(240.0, 240.0), Point::new(1040.0, 480.0)));
}

#[test]
fn a_face_anywhere_is_whole_in_some_tile() {
    for (width, height) in [(640, 480), (1280, 720), (1920, 1080), (3840, 2160), (720, 1280)] {
        let all = tiles(width, height);
        let side = all[1].side * OVERLAP * 0.9;
        for x in (0..width - side as usize).step_by(17) {
            for y in (0..height - side as usize).step_by(17) {
                let place =
                    Rect { left: x as f32, top: y as f32, right: x as f32 + side, bottom: y as f32 + side };
                let face = Found { place, points: Vec::new(), score: 0.9 };
                let seen = all[1..].iter().any(|tile| {
                    let edge = Rect::around(tile.centre, tile.side, tile.side);
                    place.overlap(&edge) > 0.999 * place.area()
                        && whole(vec![face.clone()], tile, width, height).len() == 1
                });
                assert!(seen, "{width}x{height} at {x}, {y}");
            }
        }
    }
}

#[test]
fn a_face_and_its_part_are_one() {
    let face = |side: f32, score| Found {
        place: Rect::around(Point::new(50.0, 50.0), side, side),
        points: Vec::new(),
        score,
    };
    let other =
        Found { place: Rect::around(Point::new(90.0, 50.0), 30.0, 30.0), points: Vec::new(), score: 0.8 };
    let kept = merged(vec![face(20.0, 0.7), face(60.0, 0.9), other.clone()]);
    assert_eq!(kept, [face(60.0, 0.9), other]);
}
