//! Strokes to lines and pieces.

use super::super::stroke::Point;
use super::*;

fn stroke(points: &[(f32, f32)]) -> Stroke {
    Stroke(points.iter().map(|&(x, y)| Point { x, y, t: 0 }).collect())
}

/// A cross of two strokes in a square.
fn cross(left: f32, top: f32, side: f32) -> [Stroke; 2] {
    let (right, bottom, x, y) = (left + side, top + side, left + 0.5 * side, top + 0.5 * side);
    [stroke(&[(left, y), (right, y)]), stroke(&[(x, top), (x, bottom)])]
}

fn numbers(groups: &[Group]) -> Vec<Vec<usize>> {
    groups.iter().map(|group| group.strokes.clone()).collect()
}

#[test]
fn two_lines_are_told_apart_whatever_was_written_first() {
    let ink = [
        cross(0.0, 150.0, 100.0),
        cross(120.0, 160.0, 90.0),
        cross(0.0, 0.0, 100.0),
        cross(130.0, 10.0, 100.0),
    ];
    assert_eq!(numbers(&lines(&ink.concat())), [vec![4, 5, 6, 7], vec![0, 1, 2, 3]]);
}

#[test]
fn a_dash_and_a_dot_belong_to_the_line_they_lie_in() {
    let mut ink = [cross(0.0, 0.0, 100.0), cross(0.0, 150.0, 100.0)].concat();
    ink.push(stroke(&[(120.0, 50.0), (200.0, 48.0)]));
    ink.push(stroke(&[(110.0, 245.0), (112.0, 247.0)]));
    assert_eq!(numbers(&lines(&ink)), [vec![0, 1, 4], vec![2, 3, 5]]);
}

#[test]
fn a_lone_dash_is_a_line_and_nothing_is_none() {
    assert_eq!(numbers(&lines(&[stroke(&[(0.0, 0.0), (90.0, 3.0)])])), [vec![0]]);
    assert!(lines(&[]).is_empty());
    assert!(lines(&[Stroke(Vec::new())]).is_empty());
}

#[test]
fn strokes_over_each_other_are_one_piece_and_neighbours_are_two() {
    let ink = [cross(0.0, 0.0, 100.0), cross(115.0, 0.0, 100.0)].concat();
    let line = lines(&ink).remove(0);
    assert_eq!(numbers(&pieces(&ink, &line)), [vec![0, 1], vec![2, 3]]);
    let whole = joined(&pieces(&ink, &line));
    assert_eq!(whole.strokes, [0, 1, 2, 3]);
    assert_eq!(whole.bounds, line.bounds);
}
