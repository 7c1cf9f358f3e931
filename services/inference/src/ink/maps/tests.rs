//! Strokes to direction maps, against the numbers of the script that made the training data.

use super::*;

/// Strokes, and of each map its sum, its sums weighted by column and by row, and where its largest value lies.
fn golden() -> (Vec<Stroke>, Vec<[f32; 6]>) {
    let (mut strokes, mut maps) = (Vec::new(), Vec::new());
    for line in include_str!("golden.txt").lines() {
        let number = |text: &str| text.parse::<f32>().unwrap();
        if let Some(points) = line.strip_prefix("stroke ") {
            let point = |pair: &str| {
                let (x, y) = pair.split_once(',').unwrap();
                Point { x: number(x), y: number(y), t: 0 }
            };
            strokes.push(Stroke(points.split(' ').map(point).collect()));
        } else {
            let numbers: Vec<f32> = line.split(' ').skip(2).map(number).collect();
            maps.push(numbers.try_into().unwrap());
        }
    }
    (strokes, maps)
}

#[test]
fn maps_are_those_that_the_network_learned_from() {
    let (strokes, wanted) = golden();
    let maps = render(&strokes.iter().collect::<Vec<_>>(), true);
    assert_eq!(wanted.len(), MAPS);
    for (plane, [sum, across, down, x, y, most]) in maps.chunks(SIDE * SIDE).zip(wanted) {
        let weigh = |by: &dyn Fn(usize) -> usize| -> f32 {
            plane.iter().enumerate().map(|(at, value)| by(at) as f32 * value).sum()
        };
        let near = |found: f32, wanted: f32| {
            assert!((found - wanted).abs() <= 1e-3 * wanted.abs() + 2e-2, "{found} {wanted}")
        };
        near(weigh(&|_| 1), sum);
        near(weigh(&|at| at % SIDE), across);
        near(weigh(&|at| at / SIDE), down);
        near(plane[y as usize * SIDE + x as usize], most);
    }
}

#[test]
fn place_and_size_of_the_ink_do_not_matter() {
    let (strokes, _) = golden();
    let maps = render(&strokes.iter().collect::<Vec<_>>(), true);
    let moved: Vec<Stroke> = strokes
        .iter()
        .map(|stroke| {
            Stroke(
                stroke
                    .0
                    .iter()
                    .map(|p| Point { x: 900.0 * p.x + 4_000.0, y: 900.0 * p.y - 70.0, t: 0 })
                    .collect(),
            )
        })
        .collect();
    let again = render(&moved.iter().collect::<Vec<_>>(), true);
    let most = maps.iter().zip(&again).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(most < 0.05, "{most}");
}

#[test]
fn a_dot_nothing_and_a_straight_line_give_finite_maps() {
    let stroke = |points: &[(f32, f32)]| Stroke(points.iter().map(|&(x, y)| Point { x, y, t: 0 }).collect());
    for ink in
        [vec![], vec![stroke(&[])], vec![stroke(&[(5.0, 5.0)])], vec![stroke(&[(0.0, 0.0), (100.0, 0.0)])]]
    {
        let maps = render(&ink.iter().collect::<Vec<_>>(), true);
        assert_eq!(maps.len(), MAPS * SIDE * SIDE);
        assert!(maps.iter().all(|value| value.is_finite() && (0.0..=VALUE_MAX).contains(value)));
    }
    let right = render(&[&stroke(&[(0.0, 0.0), (100.0, 0.0)])], true);
    assert!(right[..SIDE * SIDE].iter().sum::<f32>() > 10.0, "all of it moves right");
    assert_eq!(right[SIDE * SIDE..].iter().sum::<f32>(), 0.0);
}

#[test]
fn without_lifts_the_order_of_strokes_does_not_matter() {
    let (strokes, _) = golden();
    let forth = render(&strokes.iter().collect::<Vec<_>>(), false);
    let back = render(&strokes.iter().rev().collect::<Vec<_>>(), false);
    let most = forth.iter().zip(&back).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(most < 1e-3, "{most}");
    assert!(forth[8 * SIDE * SIDE..].iter().all(|value| *value == 0.0));
    let lifted = render(&strokes.iter().rev().collect::<Vec<_>>(), true);
    assert_eq!(lifted[..8 * SIDE * SIDE], back[..8 * SIDE * SIDE]);
    assert!(lifted[8 * SIDE * SIDE..].iter().any(|value| *value > 0.5));
}

#[test]
fn corners_alone_give_the_same_frame_as_all_points_between_them() {
    let corners = [[(18.0, 30.0), (18.0, 62.0)], [(18.0, 30.0), (82.0, 28.0)], [(50.0, 5.0), (49.0, 98.0)]];
    let with = |parts: usize| -> Vec<Stroke> {
        let stroke = |&[from, to]: &[(f32, f32); 2]| {
            let point = |part: usize| {
                let share = part as f32 / parts as f32;
                Point { x: from.0 + share * (to.0 - from.0), y: from.1 + share * (to.1 - from.1), t: 0 }
            };
            Stroke((0..=parts).map(point).collect())
        };
        corners.iter().map(stroke).collect()
    };
    let (few, many) = (with(1), with(60));
    let (few, many) =
        (Frame::of(&few.iter().collect::<Vec<_>>()), Frame::of(&many.iter().collect::<Vec<_>>()));
    for (a, b) in [(few.x, many.x), (few.y, many.y), (few.wide, many.wide), (few.high, many.high)] {
        assert!((a - b).abs() < 0.01 * b, "{a} {b}");
    }
}
