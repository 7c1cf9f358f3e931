//! Handwriting for scripted visits and tests: letters as the strokes a hand makes, in a box 1 high.

use std::f64::consts::TAU;

use crate::fingers::Contact;

/// Frames of the panel for one stroke: a quick hand at 200 Hz.
const FRAMES: usize = 40;

type Stroke = Vec<(f64, f64)>;

/// The strokes of `text` with its box's top left at (`x`, `y`), `height` pixels high. Letters it has no strokes for
/// are left out.
pub fn strokes(text: &str, x: f64, y: f64, height: f64) -> Vec<Contact> {
    let mut left = x;
    let mut contacts = Vec::new();
    for letter in text.chars() {
        let (width, strokes) = glyph(letter);
        for stroke in strokes {
            let points =
                stroke.into_iter().map(|(px, py)| (left + px * height, y + py * height)).collect::<Vec<_>>();
            contacts.push(Contact::finger(along(&points)));
        }
        left += (width + 0.22) * height;
    }
    contacts
}

/// A closed loop around a box, begun at its left, as a hand circles something.
pub fn circle(x: f64, y: f64, width: f64, height: f64) -> Contact {
    let (cx, cy) = (x + width / 2.0, y + height / 2.0);
    let points = (0..=FRAMES).map(|step| {
        let angle = TAU * (0.5 + step as f64 / FRAMES as f64);
        (cx + width / 2.0 * angle.cos(), cy + height / 2.0 * angle.sin())
    });
    Contact::finger(points.collect::<Vec<_>>())
}

/// A polyline as evenly spaced points.
pub fn along(corners: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let legs: Vec<f64> = corners.windows(2).map(|leg| distance(leg[0], leg[1])).collect();
    let total: f64 = legs.iter().sum();
    (0..=FRAMES)
        .map(|step| {
            let mut rest = total * step as f64 / FRAMES as f64;
            for (leg, length) in corners.windows(2).zip(&legs) {
                if rest <= *length && *length > 0.0 {
                    let part = rest / length;
                    return (
                        leg[0].0 + (leg[1].0 - leg[0].0) * part,
                        leg[0].1 + (leg[1].1 - leg[0].1) * part,
                    );
                }
                rest -= length;
            }
            corners.last().copied().unwrap_or_default()
        })
        .collect()
}

fn distance(a: (f64, f64), b: (f64, f64)) -> f64 {
    (a.0 - b.0).hypot(a.1 - b.1)
}

fn oval(cx: f64, cy: f64, rx: f64, ry: f64) -> Stroke {
    (0..=24)
        .map(|step| TAU * f64::from(step) / 24.0 - TAU / 4.0)
        .map(|a| (cx + rx * a.cos(), cy + ry * a.sin()))
        .collect()
}

/// Width and strokes of one letter.
fn glyph(letter: char) -> (f64, Vec<Stroke>) {
    match letter {
        'H' => (
            0.6,
            vec![vec![(0.0, 0.0), (0.0, 1.0)], vec![(0.6, 0.0), (0.6, 1.0)], vec![(0.0, 0.5), (0.6, 0.5)]],
        ),
        'E' => {
            (0.5, vec![vec![(0.5, 0.0), (0.0, 0.0), (0.0, 1.0), (0.5, 1.0)], vec![(0.0, 0.5), (0.42, 0.5)]])
        }
        'L' => (0.45, vec![vec![(0.0, 0.0), (0.0, 1.0), (0.45, 1.0)]]),
        'O' => (0.7, vec![oval(0.35, 0.5, 0.35, 0.5)]),
        'A' => (0.7, vec![vec![(0.0, 1.0), (0.35, 0.0), (0.7, 1.0)], vec![(0.14, 0.62), (0.56, 0.62)]]),
        'T' => (0.6, vec![vec![(0.0, 0.0), (0.6, 0.0)], vec![(0.3, 0.0), (0.3, 1.0)]]),
        'V' => (0.6, vec![vec![(0.0, 0.0), (0.3, 1.0), (0.6, 0.0)]]),
        '1' => (0.2, vec![vec![(0.0, 0.2), (0.2, 0.0), (0.2, 1.0)]]),
        '+' => (0.5, vec![vec![(0.0, 0.5), (0.5, 0.5)], vec![(0.25, 0.25), (0.25, 0.75)]]),
        '=' => (0.5, vec![vec![(0.0, 0.38), (0.5, 0.38)], vec![(0.0, 0.62), (0.5, 0.62)]]),
        '中' => (
            0.8,
            vec![
                vec![(0.05, 0.25), (0.05, 0.65)],
                vec![(0.05, 0.25), (0.75, 0.25), (0.75, 0.65)],
                vec![(0.05, 0.62), (0.75, 0.62)],
                vec![(0.4, 0.0), (0.4, 1.0)],
            ],
        ),
        '文' => (
            0.9,
            vec![
                vec![(0.4, 0.0), (0.5, 0.14)],
                vec![(0.0, 0.27), (0.9, 0.27)],
                vec![(0.66, 0.27), (0.45, 0.66), (0.0, 1.0)],
                vec![(0.22, 0.3), (0.45, 0.66), (0.9, 1.0)],
            ],
        ),
        _ => (0.3, Vec::new()),
    }
}
