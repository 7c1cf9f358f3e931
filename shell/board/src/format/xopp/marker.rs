//! What a highlighter marks together with its inside, as one stroke: its line, and from wherever that meets a row a
//! way across the inside and back. A stroke does not darken over itself, and stays below ink as a figure would not.
use crate::{
    format::{FormatError, Tally},
    point::PagePoint,
};

/// From row to row in widths of the line: less than one, so that rows leave nothing between them.
const ROW: f64 = 0.8;
/// Rows of one marked area; a panel has no more.
const MOST_ROWS: f64 = 4_320.0;

/// Where a side of the line crosses a row.
struct Crossing {
    row: usize,
    x_um: f64,
    /// Downwards, or upwards.
    way: i32,
    side: usize,
}

/// A way across the inside, from where it begins on a side of the line.
struct Span {
    side: usize,
    row: usize,
    from: PagePoint,
    to: PagePoint,
}

/// The points of a stroke of this width that covers the line and, by the nonzero rule, its inside.
pub(super) fn covering(
    line: &[PagePoint],
    width_um: f64,
    tally: &mut Tally,
) -> Result<Vec<PagePoint>, FormatError> {
    let Some(first) = line.first() else { return Ok(Vec::new()) };
    let ring: Vec<PagePoint> = line.iter().chain([first]).copied().collect();
    let (top, bottom) =
        line.iter().fold((i32::MAX, i32::MIN), |(top, bottom), at| (top.min(at.y_um), bottom.max(at.y_um)));
    let height = f64::from(bottom) - f64::from(top);
    let step = (width_um * ROW).max(height / MOST_ROWS).max(1.0);
    let rows = Rows { first_um: f64::from(top) + step / 2.0, step };
    let mut spans = rows.spans(&ring, tally)?;
    let descends = |side: usize| ring[side + 1].y_um > ring[side].y_um;
    spans.sort_by_key(|span| (span.side, if descends(span.side) { span.row } else { usize::MAX - span.row }));
    let mut points = vec![*first];
    let mut spans = spans.into_iter().peekable();
    for side in 0..ring.len() - 1 {
        while let Some(span) = spans.next_if(|span| span.side == side) {
            tally.points(3)?;
            points.extend([span.from, span.to, span.from]);
        }
        points.push(ring[side + 1]);
    }
    Ok(points)
}

struct Rows {
    first_um: f64,
    step: f64,
}

impl Rows {
    fn y_um(&self, row: usize) -> f64 {
        self.first_um + row as f64 * self.step
    }

    fn crossings(&self, ring: &[PagePoint], tally: &mut Tally) -> Result<Vec<Crossing>, FormatError> {
        let mut all = Vec::new();
        for (side, pair) in ring.windows(2).enumerate() {
            let [(x0, y0), (x1, y1)] = [pair[0], pair[1]].map(|at| (f64::from(at.x_um), f64::from(at.y_um)));
            // The upper end is of the side and the lower one is not, so that a corner counts once.
            let row_from = |y: f64| ((y - self.first_um) / self.step).ceil().max(0.0) as usize;
            for row in row_from(y0.min(y1))..row_from(y0.max(y1)) {
                tally.points(1)?;
                let x_um = x0 + (x1 - x0) * ((self.y_um(row) - y0) / (y1 - y0));
                all.push(Crossing { row, x_um, way: if y1 > y0 { 1 } else { -1 }, side });
            }
        }
        all.sort_by(|a, b| a.row.cmp(&b.row).then(a.x_um.total_cmp(&b.x_um)));
        Ok(all)
    }

    /// The inside's part of each row, from left to right.
    fn spans(&self, ring: &[PagePoint], tally: &mut Tally) -> Result<Vec<Span>, FormatError> {
        let mut spans = Vec::new();
        let (mut winding, mut left) = (0, None);
        for crossing in self.crossings(ring, tally)? {
            let at = PagePoint::new(crossing.x_um.round() as i32, self.y_um(crossing.row).round() as i32);
            let began = *left.get_or_insert((crossing.side, at));
            winding += crossing.way;
            if winding == 0 {
                spans.push(Span { side: began.0, row: crossing.row, from: began.1, to: at });
                left = None;
            }
        }
        Ok(spans)
    }
}
