//! Drawn hands, open and closed, turned and broken: what they are, and where they are looked for next.

use super::*;

/// An open right hand, fingers up, whose palm is `length` long, its wrist at `wrist`; bent fingers end at the palm.
pub(in crate::vision) fn drawn(wrist: Point, length: f32, open: bool) -> Hand {
    let mut joints = [wrist; JOINTS];
    for (finger, x) in [(0, -0.5), (1, -0.3), (2, 0.0), (3, 0.2), (4, 0.4)] {
        let reach = if open { [0.95, 1.35, 1.6, 1.8] } else { [0.95, 1.1, 0.8, 0.6] };
        for (joint, y) in reach.into_iter().enumerate() {
            joints[1 + 4 * finger + joint] = Point::new(wrist.x + x * length, wrist.y - y * length);
        }
    }
    // The middle finger's root is the palm's length from the wrist.
    joints[9] = Point::new(wrist.x, wrist.y - length);
    Hand { joints, presence: 0.9, right: 0.9 }
}

#[test]
fn an_open_hand_is_open_and_a_fist_is_not() {
    assert!(drawn(Point::new(300.0, 300.0), 80.0, true).is_open());
    assert!(!drawn(Point::new(300.0, 300.0), 80.0, false).is_open());
}

#[test]
fn a_hand_is_looked_for_around_itself_and_as_it_is_turned() {
    let hand = drawn(Point::new(300.0, 300.0), 80.0, true);
    assert!(hand.turn().abs() < 0.1);
    let square = hand.square();
    let covered = Rect::around(square.centre, square.side, square.side);
    assert!(hand.joints.iter().all(|joint| covered.contains(*joint)), "{square:?}");
    assert!(square.side < 5.0 * hand.length());
    // Turned a quarter clockwise, fingers to the right.
    let turned = Hand {
        joints: hand.joints.map(|joint| Point::new(300.0 + 300.0 - joint.y, 300.0 + joint.x - 300.0)),
        ..hand.clone()
    };
    assert!((turned.turn() - hand.turn() - std::f32::consts::FRAC_PI_2).abs() < 1e-4);
    assert!((turned.square().side - square.side).abs() < 0.01);
    assert!((turned.square().centre.x - (300.0 + 300.0 - square.centre.y)).abs() < 0.01);
    assert!(turned.is_open());
}

#[test]
fn the_fingers_are_looked_for_beyond_the_palm() {
    let palm = Found {
        place: Rect::around(Point::new(100.0, 100.0), 40.0, 40.0),
        points: vec![Point::new(100.0, 120.0), Point::default(), Point::new(100.0, 80.0)],
        score: 0.9,
    };
    let square = square_of_palm(&palm);
    assert_eq!((square.centre, square.turn), (Point::new(100.0, 80.0), 0.0));
    assert!((square.side - 104.0).abs() < 0.01);
    let right =
        Found { points: vec![Point::new(80.0, 100.0), Point::default(), Point::new(120.0, 100.0)], ..palm };
    let square = square_of_palm(&right);
    assert!((square.centre.x - 120.0).abs() < 0.01 && (square.centre.y - 100.0).abs() < 0.01, "{square:?}");
}

#[test]
fn numbers_that_are_none_are_no_hand() {
    let square = Square { centre: Point::new(10.0, 10.0), side: 20.0, turn: 0.0 };
    let mut numbers = vec![112.0; 63];
    assert_eq!(Hand::new(&numbers, 0.9, 0.1, &square, 224).unwrap().joints[20], Point::new(10.0, 10.0));
    assert_eq!(Hand::new(&numbers[..62], 0.9, 0.1, &square, 224), None);
    numbers[4] = f32::NAN;
    assert_eq!(Hand::new(&numbers, 0.9, 0.1, &square, 224), None);
}
