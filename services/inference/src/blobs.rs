//! Connected pixels, pure: the one labelling that both the probability map and ink use.

use crate::shape::Area;

/// Pixels that touch, also by a corner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Blob {
    /// Around it.
    pub(crate) area: Area,
    /// Pixels it has.
    pub(crate) count: usize,
    /// The first and the last pixel of each of its rows: enough for its convex hull.
    pub(crate) rim: Vec<(i32, i32)>,
}

/// All blobs of a picture, in the order of their first pixel, at most `most`: a picture of noise has as many as it
/// has pixels, and nobody wrote that.
pub(crate) fn blobs(set: &[bool], width: usize, most: usize) -> Vec<Blob> {
    let height = set.len().checked_div(width).unwrap_or(0);
    let mut seen = vec![false; set.len()];
    let mut found = Vec::new();
    let mut open = Vec::new();
    for start in 0..width * height {
        if !set[start] || seen[start] {
            continue;
        }
        if found.len() == most {
            break;
        }
        seen[start] = true;
        open.push(start);
        let mut spans: Vec<(usize, usize)> = Vec::new();
        let (first_row, mut count) = (start / width, 0);
        while let Some(at) = open.pop() {
            let (x, y) = (at % width, at / width);
            count += 1;
            // The blob's first pixel is in its first row, so rows only come at or below it.
            let row = y - first_row;
            if spans.len() <= row {
                spans.resize(row + 1, (usize::MAX, 0));
            }
            spans[row] = (spans[row].0.min(x), spans[row].1.max(x));
            for next_y in y.saturating_sub(1)..(y + 2).min(height) {
                for next_x in x.saturating_sub(1)..(x + 2).min(width) {
                    let next = next_y * width + next_x;
                    if set[next] && !seen[next] {
                        seen[next] = true;
                        open.push(next);
                    }
                }
            }
        }
        found.push(blob(first_row, &spans, count));
    }
    found
}

fn blob(first_row: usize, spans: &[(usize, usize)], count: usize) -> Blob {
    let rim = spans
        .iter()
        .zip(first_row as i32..)
        .flat_map(|(&(left, right), y)| [(left as i32, y), (right as i32, y)])
        .collect();
    let left = spans.iter().map(|span| span.0).min().unwrap_or(0) as i32;
    let right = spans.iter().map(|span| span.1).max().unwrap_or(0) as i32 + 1;
    let top = first_row as i32;
    Blob { area: Area { left, top, right, bottom: top + spans.len() as i32 }, count, rim }
}

#[cfg(test)]
mod tests;
