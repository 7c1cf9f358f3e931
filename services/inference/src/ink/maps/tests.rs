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
    let maps = render(&strokes.iter().collect::<Vec<_>>());
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
    let maps = render(&strokes.iter().collect::<Vec<_>>());
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
    let again = render(&moved.iter().collect::<Vec<_>>());
    let most = maps.iter().zip(&again).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(most < 0.05, "{most}");
}

#[test]
fn a_dot_nothing_and_a_straight_line_give_finite_maps() {
    let stroke = |points: &[(f32, f32)]| Stroke(points.iter().map(|&(x, y)| Point { x, y, t: 0 }).collect());
    for ink in
        [vec![], vec![stroke(&[])], vec![stroke(&[(5.0, 5.0)])], vec![stroke(&[(0.0, 0.0), (100.0, 0.0)])]]
    {
        let maps = render(&ink.iter().collect::<Vec<_>>());
        assert_eq!(maps.len(), MAPS * SIDE * SIDE);
        assert!(maps.iter().all(|value| value.is_finite() && (0.0..=VALUE_MAX).contains(value)));
    }
    let right = render(&[&stroke(&[(0.0, 0.0), (100.0, 0.0)])]);
    assert!(right[..SIDE * SIDE].iter().sum::<f32>() > 10.0, "all of it moves right");
    assert_eq!(right[SIDE * SIDE..].iter().sum::<f32>(), 0.0);
}
