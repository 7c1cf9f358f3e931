//! The network's own golden scores.

use super::super::stroke::Point;
use super::*;
use crate::leave::Leave;
use std::time::{Duration, Instant};

/// Furthest that a score may be from onnxruntime's, against the largest score there.
const APART_MAX: f32 = 2e-4;

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(600))
}

/// What onnxruntime gave for an input: classes and their scores, the best eight first.
fn wanted(input: &str) -> Vec<(usize, f32)> {
    let numbers = include_str!("golden.txt").lines().filter_map(|line| line.strip_prefix(input));
    numbers
        .map(|line| {
            let (class, score) = line.trim().split_once(' ').unwrap();
            (class.parse().unwrap(), score.parse().unwrap())
        })
        .collect()
}

/// The character of the maps' golden file.
fn character() -> Vec<Stroke> {
    let lines = include_str!("../maps/golden.txt").lines().filter_map(|line| line.strip_prefix("stroke "));
    let point = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        Point { x: x.parse().unwrap(), y: y.parse().unwrap(), t: 0 }
    };
    lines.map(|line| Stroke(line.split(' ').map(point).collect())).collect()
}

/// Waves of whole numbers, as `scores.py` makes them.
fn waves() -> Vec<f32> {
    let wave = |at: usize| {
        let (plane, row, column) = (at / SIDE / SIDE, at / SIDE % SIDE, at % SIDE);
        ((plane * 11 + row * 3 + column * 5) % 62).abs_diff(31) as f32 / 31.0
    };
    (0..MAPS * SIDE * SIDE).map(wave).collect()
}

#[test]
fn scores_are_those_of_onnxruntime() {
    let strokes = character();
    let drawn = maps::render(&strokes.iter().collect::<Vec<_>>(), true);
    let engines = [Model::new(NAME, WEIGHTS, 1).unwrap(), Model::reference(NAME, WEIGHTS).unwrap()];
    for model in &engines {
        for (input, maps) in [("character", drawn.clone()), ("waves", waves())] {
            let scores = model.run_one(&[1, MAPS, SIDE, SIDE], &maps, &leave()).unwrap().values;
            let wanted = wanted(input);
            assert_eq!(wanted.len(), 8 + scores.len().div_ceil(500));
            let most = wanted.iter().map(|one| one.1.abs()).fold(0.0, f32::max);
            for (class, score) in &wanted {
                let found = scores[*class];
                assert!((found - score).abs() <= APART_MAX * most, "{input} {class}: {found}, not {score}");
            }
        }
    }
}

#[test]
fn the_mean_of_both_views_is_told_best_first() {
    let network = Network::open().unwrap();
    let strokes = character();
    let strokes: Vec<&Stroke> = strokes.iter().collect();
    let guesses = network.judge(&strokes, &leave()).unwrap();
    let views = [true, false].map(|lifts| {
        let maps = maps::render(&strokes, lifts);
        let scores = network.model.run_one(&[1, MAPS, SIDE, SIDE], &maps, &leave()).unwrap().values;
        let sum: f32 = scores.iter().map(|score| score.exp()).sum();
        scores.iter().map(|score| score.exp() / sum).collect::<Vec<_>>()
    });
    for &(class, log) in &guesses {
        let mean = (views[0][class] + views[1][class]) / 2.0;
        assert!((log - mean.ln()).abs() < 0.01, "{class}: {log}, not {}", mean.ln());
    }
    assert_eq!(guesses[0].0, wanted("character")[0].0);
    assert!(guesses.windows(2).all(|two| two[0].1 >= two[1].1));
    assert_eq!(guesses.len(), KEPT);
    assert_eq!(network.characters().len(), views[0].len());
}
