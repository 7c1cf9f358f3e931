//! What a one-shot detector's numbers mean: a grid of anchors, a box and key points about each, a score; and one box
//! for each thing out of the many that the network gives. As MediaPipe's `SsdAnchorsCalculator`,
//! `TensorsToDetectionsCalculator` and `NonMaxSuppressionCalculator` (weighted) do it.

use super::place::{Point, Rect, Square};

/// Boxes that cover as much of each other are one thing's.
pub(super) const LIKENESS_MAX: f32 = 0.3;

/// The shape of a detector.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Grid {
    /// Side of the picture that it sees, in pixels.
    pub(super) side: usize,
    /// Its layers: pixels from anchor to anchor, and anchors at each place.
    pub(super) layers: &'static [(usize, usize)],
    /// Key points about each anchor.
    pub(super) points: usize,
    /// What is surer than this is told.
    pub(super) score_min: f32,
}

/// One thing found, in pixels of the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// Around it.
    pub place: Rect,
    /// Its key points, in the network's order.
    pub points: Vec<Point>,
    /// How sure the network is, 0 to 1.
    pub score: f32,
}

impl Grid {
    /// Numbers for each anchor.
    pub(super) fn numbers(&self) -> usize {
        4 + 2 * self.points
    }

    /// How many anchors there are.
    pub(super) fn anchors(&self) -> usize {
        self.layers.iter().map(|(stride, each)| (self.side / stride).pow(2) * each).sum()
    }

    /// The anchors' places, 0 to 1, in the network's order.
    pub(super) fn centres(&self) -> Vec<Point> {
        let mut centres = Vec::with_capacity(self.anchors());
        for (stride, each) in self.layers {
            let cells = self.side / stride;
            let along = |cell: usize| (cell as f32 + 0.5) / cells as f32;
            for row in 0..cells {
                for column in 0..cells {
                    let centre = Point::new(along(column), along(row));
                    centres.extend(std::iter::repeat_n(centre, *each));
                }
            }
        }
        centres
    }

    /// What the network found in a square of the frame, before [`one_each`]: `boxes` has [`Self::numbers`] for each
    /// anchor, `scores` one, as logits.
    pub(super) fn found(
        &self,
        centres: &[Point],
        boxes: &[f32],
        scores: &[f32],
        square: &Square,
    ) -> Vec<Found> {
        let side = self.side as f32;
        let least = (self.score_min / (1.0 - self.score_min)).ln();
        let mut found = Vec::new();
        for ((centre, numbers), logit) in centres.iter().zip(boxes.chunks_exact(self.numbers())).zip(scores) {
            if logit.is_nan() || *logit <= least || numbers.iter().any(|number| !number.is_finite()) {
                continue;
            }
            let at = |x: f32, y: f32| (centre.x + x / side, centre.y + y / side);
            let (x, y) = at(numbers[0], numbers[1]);
            let middle = square.to_frame(x, y);
            let scale = square.side / side;
            let points = numbers[4..].chunks_exact(2).map(|two| {
                let (x, y) = at(two[0], two[1]);
                square.to_frame(x, y)
            });
            found.push(Found {
                place: Rect::around(middle, numbers[2] * scale, numbers[3] * scale),
                points: points.collect(),
                score: sigmoid(*logit),
            });
        }
        found
    }
}

/// From the network's logarithm of odds to a likelihood.
pub(super) fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// One for each thing: those that cover the surest one are averaged into it, weighted by their scores. Surest first.
pub(super) fn one_each(mut found: Vec<Found>) -> Vec<Found> {
    found.sort_by(|left, right| right.score.total_cmp(&left.score));
    let mut each = Vec::new();
    while let Some(surest) = found.first().cloned() {
        let (same, others): (Vec<Found>, Vec<Found>) =
            found.into_iter().partition(|other| surest.place.likeness(&other.place) > LIKENESS_MAX);
        found = others;
        if same.is_empty() {
            // A box without an area is like nothing, not even itself.
            found.retain(|other| *other != surest);
            continue;
        }
        each.push(if same.len() == 1 { surest } else { mean(&same, surest.score) });
    }
    each
}

fn mean(same: &[Found], score: f32) -> Found {
    let total: f32 = same.iter().map(|found| found.score).sum();
    let weighted = |part: &dyn Fn(&Found) -> f32| {
        same.iter().map(|found| found.score * part(found)).sum::<f32>() / total
    };
    let points = 0..same.first().map_or(0, |found| found.points.len());
    Found {
        place: Rect {
            left: weighted(&|found| found.place.left),
            top: weighted(&|found| found.place.top),
            right: weighted(&|found| found.place.right),
            bottom: weighted(&|found| found.place.bottom),
        },
        points: points
            .map(|at| {
                Point::new(weighted(&|found| found.points[at].x), weighted(&|found| found.points[at].y))
            })
            .collect(),
        score,
    }
}

#[cfg(test)]
mod tests;
