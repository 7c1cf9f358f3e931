//! The network's own golden scores: what onnxruntime gives for symbols that `golden.py` made up.

use std::time::{Duration, Instant};

use super::*;
use crate::ink::Point;

/// Furthest that a score may be from onnxruntime's, against the largest score there.
const APART_MAX: f32 = 5e-4;

fn leave() -> Leave {
    Leave::until(Instant::now() + Duration::from_secs(600))
}

/// A symbol's label, its strokes, and all its scores.
struct Golden {
    label: String,
    strokes: Vec<Stroke>,
    scores: Vec<f32>,
}

fn golden() -> Vec<Golden> {
    let number = |text: &str| text.parse::<f32>().unwrap();
    let point = |pair: &str| {
        let (x, y) = pair.split_once(',').unwrap();
        Point { x: number(x), y: number(y), t: 0 }
    };
    let mut all: Vec<Golden> = Vec::new();
    for line in include_str!("golden.txt").lines() {
        let (kind, rest) = line.split_once(' ').unwrap();
        match kind {
            "symbol" => all.push(Golden { label: rest.to_owned(), strokes: vec![], scores: vec![] }),
            "stroke" => all.last_mut().unwrap().strokes.push(Stroke(rest.split(' ').map(point).collect())),
            _ => all.last_mut().unwrap().scores = rest.split(' ').map(number).collect(),
        }
    }
    all
}

#[test]
fn scores_are_those_of_onnxruntime() {
    let engines = [Model::new(NAME, WEIGHTS, 1).unwrap(), Model::reference(NAME, WEIGHTS).unwrap()];
    let golden = golden();
    assert!(golden.len() >= 8);
    for model in &engines {
        for Golden { label, strokes, scores } in &golden {
            let maps = folded(&strokes.iter().collect::<Vec<_>>());
            let found = model.run_one(&[1, PLANES, SIDE, SIDE], &maps, &leave()).unwrap().values;
            assert_eq!(found.len(), scores.len());
            let most = scores.iter().map(|score| score.abs()).fold(0.0, f32::max);
            for (found, score) in found.iter().zip(scores) {
                assert!((found - score).abs() <= APART_MAX * most, "{label}: {found}, not {score}");
            }
        }
    }
}

#[test]
fn symbols_are_named_wherever_and_however_large_they_are_written() {
    let network = Network::open().unwrap();
    for Golden { label, strokes, .. } in golden() {
        let moved = |stroke: &Stroke| {
            let place = |p: &Point| Point { x: 731.0 * p.x - 4e4, y: 731.0 * p.y + 9e3, t: p.t };
            // The other way round: which way the pen went does not matter.
            Stroke(stroke.0.iter().rev().map(place).collect())
        };
        let moved: Vec<Stroke> = strokes.iter().map(moved).collect();
        let told = network.judge(&moved.iter().collect::<Vec<_>>(), &leave()).unwrap();
        let best = told.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        assert_eq!(Some(best.0), Symbol::of_label(&label), "{label}: {best:?}");
        assert!(told.iter().map(|one| one.1).sum::<f32>() <= 1.0001);
    }
}
