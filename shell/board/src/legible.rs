//! What was written by hand, stroke by stroke in writing order, for recognition of handwriting.
use crate::{
    board::Board,
    object::{Content, ObjectId},
    point::PagePoint,
    raster::Gray,
    scene::Scene,
};

/// The longest pause between two strokes that is told, in milliseconds: whoever looks up from the board for longer
/// has begun anew.
const LONGEST_PAUSE_MS: u64 = 5_000;

/// A place that the pen passed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Passed {
    pub at: PagePoint,
    /// Milliseconds since the first stroke began.
    pub t_ms: u32,
}

/// What there is to read in a selection.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Legible {
    /// Strokes in the order in which they were written, each from touching the board to leaving it.
    Strokes(Vec<Vec<Passed>>),
    /// There is more than strokes, so this is how it looks.
    Picture(Gray),
}

/// One stroke, and when it began.
struct Timed {
    began_us: u64,
    nodes: Vec<ink::Node>,
}

impl Board {
    /// What can be read of objects: their strokes, or where texts or pictures are among them a raster `height_px`
    /// high. `None` when none of them is to be seen. Marks of a highlighter and figures say nothing.
    pub fn legible(&self, ids: &[ObjectId], height_px: u32) -> Option<Legible> {
        match self.scene.strokes(ids) {
            Some(strokes) if !strokes.is_empty() => Some(Legible::Strokes(strokes)),
            _ => self.raster(ids, height_px).map(Legible::Picture),
        }
    }
}

impl Scene {
    /// Strokes in writing order; `None` where there is something else to read.
    pub(crate) fn strokes(&self, ids: &[ObjectId]) -> Option<Vec<Vec<Passed>>> {
        let mut strokes = Vec::new();
        for id in ids {
            let (Some(slot), Some(placed)) = (self.slot(*id), self.placed(*id)) else { continue };
            let stroke = match &placed.content {
                Content::Stroke(stroke) => stroke,
                Content::Shape(_) => continue,
                Content::Text(_) | Content::Note(_) | Content::Media(_) => return None,
            };
            if stroke.highlighter {
                continue;
            }
            // What is left of a stroke was written when the whole was, and that is stamped when the pen leaves the board.
            let whole = self.line(slot).last().unwrap_or(slot);
            let last_ms = self.objects.nodes(whole).and_then(Iterator::last).map_or(0, |node| node.t_ms);
            let made_us = self.objects.id(whole).made.time;
            for trace in std::iter::once(&stroke.trace).chain(&placed.more) {
                let nodes: Vec<ink::Node> = trace.nodes().map(|node| placed.node(node)).collect();
                let Some(first) = nodes.first() else { continue };
                let before_lift_us = u64::from(last_ms.saturating_sub(first.t_ms)) * 1_000;
                strokes.push(Timed { began_us: made_us.saturating_sub(before_lift_us), nodes });
            }
        }
        strokes.sort_by_key(|stroke| stroke.began_us);
        Some(timed(&strokes))
    }
}

/// Counts from the first stroke on, without long pauses.
fn timed(strokes: &[Timed]) -> Vec<Vec<Passed>> {
    let (mut began_ms, mut before_us, mut ended_ms) = (0_u64, None, 0_u64);
    let mut told = Vec::with_capacity(strokes.len());
    for stroke in strokes {
        if let Some(before) = before_us {
            let since_ms = stroke.began_us.saturating_sub(before) / 1_000;
            began_ms = (began_ms + since_ms).min(ended_ms + LONGEST_PAUSE_MS);
        }
        before_us = Some(stroke.began_us);
        let first_ms = stroke.nodes.first().map_or(0, |node| node.t_ms);
        let passed = stroke.nodes.iter().map(|node| {
            let t_ms = began_ms + u64::from(node.t_ms.saturating_sub(first_ms));
            let t_ms = u32::try_from(t_ms).unwrap_or(u32::MAX);
            Passed { at: PagePoint::new(node.x_um, node.y_um), t_ms }
        });
        let passed: Vec<Passed> = passed.collect();
        ended_ms = ended_ms.max(passed.last().map_or(0, |last| u64::from(last.t_ms)));
        told.push(passed);
    }
    told
}
