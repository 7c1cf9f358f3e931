//! Small words of SVG that several formats are made of: lists of points, transforms, lengths.
use crate::format::{FormatError, curve::Place, limits::within};

/// The factors a, b, c, d and the shift e, f of a transform.
pub(crate) type Matrix = [f64; 6];

pub(crate) const UNMOVED: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Transforms in a row: more than any program writes.
const MOST_STEPS: usize = 32;

/// Points of one line: an hour of writing without a lift.
const MOST_POINTS: usize = 1_000_000;
/// Numbers of one attribute that is no list of points.
const MOST_NUMBERS: usize = 16;

fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split(|letter: char| letter.is_ascii_whitespace() || letter == ',');
    parts.filter(|part| !part.is_empty())
}

/// The first numbers of a short list, whatever parts them; what is none ends the list.
pub(crate) fn numbers(text: &str) -> Vec<f64> {
    words(text).take(MOST_NUMBERS).map_while(|part| part.parse().ok()).collect()
}

/// Points of a polygon or polyline. Where a system writes a comma inside numbers, a point has four parts.
pub(crate) fn points(text: &str) -> Result<Vec<Place>, FormatError> {
    let commas = |point: &str| point.bytes().filter(|byte| *byte == b',').count();
    let mut all = Vec::new();
    let mut add = |place: Place| {
        all.push(place);
        within("points of one line", all.len() as u64, MOST_POINTS as u64)
    };
    if text.split_ascii_whitespace().any(|point| commas(point) == 3) {
        let read = |whole: &str, part: &str| format!("{whole}.{part}").parse().ok();
        for point in text.split_ascii_whitespace() {
            let mut parts = [""; 4];
            parts.iter_mut().zip(point.split(',')).for_each(|(part, told)| *part = told);
            let place = match commas(point) {
                1 => parts[0].parse().ok().zip(parts[1].parse().ok()),
                _ => read(parts[0], parts[1]).zip(read(parts[2], parts[3])),
            };
            place.map_or(Ok(()), &mut add)?;
        }
        return Ok(all);
    }
    let mut numbers = words(text).map_while(|part| part.parse().ok());
    while let Some(place) = numbers.next().zip(numbers.next()) {
        add(place)?;
    }
    Ok(all)
}

/// A length in pixels: the unit is left out, but for points of a font.
pub(crate) fn length(text: &str) -> Option<f64> {
    let text = text.trim();
    // An exponent begins with a letter too.
    let unit = |(at, letter): &(usize, char)| {
        let next = text.as_bytes().get(at + 1).copied().unwrap_or(0);
        let exponent = matches!(letter, 'e' | 'E') && (next.is_ascii_digit() || matches!(next, b'+' | b'-'));
        (letter.is_ascii_alphabetic() || *letter == '%') && !exponent
    };
    let end = text.char_indices().find(unit).map_or(text.len(), |(at, _)| at);
    let number: f64 = text[..end].trim().parse().ok()?;
    let number = if text[end..].eq_ignore_ascii_case("pt") { number * 96.0 / 72.0 } else { number };
    number.is_finite().then_some(number)
}

/// A `transform`: `matrix`, `translate`, `rotate`, `scale`, one after the other.
pub(crate) fn transform(text: &str) -> Matrix {
    let mut all = UNMOVED;
    for step in text.split(')').take(MOST_STEPS) {
        let Some((name, inside)) = step.split_once('(') else { continue };
        let n = numbers(inside);
        let name = name.trim_start_matches([',', ' ', '\t', '\n', '\r']).trim();
        let next = match (name, &n[..]) {
            ("matrix", &[a, b, c, d, e, f]) => [a, b, c, d, e, f],
            ("translate", &[x]) => [1.0, 0.0, 0.0, 1.0, x, 0.0],
            ("translate", &[x, y]) => [1.0, 0.0, 0.0, 1.0, x, y],
            ("scale", &[s]) => [s, 0.0, 0.0, s, 0.0, 0.0],
            ("scale", &[x, y]) => [x, 0.0, 0.0, y, 0.0, 0.0],
            ("rotate", &[degrees]) => turn(degrees),
            ("rotate", &[degrees, x, y]) => {
                let there = [1.0, 0.0, 0.0, 1.0, x, y];
                times(&times(&there, &turn(degrees)), &[1.0, 0.0, 0.0, 1.0, -x, -y])
            }
            _ => continue,
        };
        all = times(&all, &next);
    }
    all
}

fn turn(degrees: f64) -> Matrix {
    let (sin, cos) = libm::sincos(degrees.to_radians());
    [cos, sin, -sin, cos, 0.0, 0.0]
}

/// First `inner`, then `outer`.
pub(crate) fn times(outer: &Matrix, inner: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *outer;
    let [p, q, r, s, t, u] = *inner;
    [a * p + c * q, b * p + d * q, a * r + c * s, b * r + d * s, a * t + c * u + e, b * t + d * u + f]
}

/// Where a place goes.
pub(crate) fn apply(matrix: &Matrix, at: Place) -> Place {
    let [a, b, c, d, e, f] = *matrix;
    (a * at.0 + c * at.1 + e, b * at.0 + d * at.1 + f)
}

/// Only moves.
pub(crate) fn is_shift(matrix: &Matrix) -> bool {
    matrix[..4] == UNMOVED[..4]
}
