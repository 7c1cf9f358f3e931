//! Where a panel's picture of the screen and the screen itself differ, from a few marks that a person touched. Pure.
//!
//! Four marks leave an affine map two equations too many, five leave four: what they contradict each other by is
//! how far the touches were from the marks. Touches that no panel would report are refused rather than believed.

use crate::{ContactId, Frame, Matrix, PanelPoint, Phase, Placement, TouchError, Turn};

/// Where the marks lie, in percent of the screen: near the corners, where an error is largest, but within
/// reach of a panel whose edge is dirty; the last in the middle.
const MARKS: [(i32, i32); 5] = [(10, 10), (90, 10), (90, 90), (10, 90), (50, 50)];
/// Fewer leave nothing to check the touches by.
const FEWEST: usize = 4;
/// A touch may be this far from what the others say, in micrometres: a finger that aims hits within 3 mm. With four
/// marks that is a quarter of the slip, with five about a third.
const SLIP_UM: i64 = 5_000;
/// The marks' area as the panel sees it, at least this part of the true one, and at most its inverse.
const AREA: f64 = 0.25;
/// How far each number of the matrix may be from that of a panel that lies straight: a picture that was set up for
/// another screen is off by a tenth.
const BENT: f64 = 0.35;

/// Why touches make no calibration.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CalibrationError {
    #[error("{0} marks were touched; at least 4 are needed")]
    Few(usize),
    #[error(
        "mark {mark} was touched {off_mm} mm away from where the others say it is; touch the marks again"
    )]
    Slip { mark: usize, off_mm: i64 },
    #[error(
        "the touches lie on one spot or on one line; touch each mark where it is shown, and see that the panel reports the whole screen"
    )]
    Close,
    #[error(
        "the touches fit no turn of the panel: it would be stretched or sheared by more than a third; touch the marks in their order"
    )]
    Bent,
}

/// What was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Calibration {
    pub placement: Placement,
    /// How far the worst touch lies from its mark after the correction, in micrometres.
    pub worst_um: i64,
}

/// The marks on a screen of this size, in the order in which they are touched.
pub fn marks(size_um: (i32, i32)) -> [PanelPoint; 5] {
    let at = |percent: i32, size: i32| size / 100 * percent;
    MARKS.map(|(x, y)| PanelPoint { x_um: at(x, size_um.0), y_um: at(y, size_um.1) })
}

/// A calibration under way: marks to show, touches that come.
#[derive(Debug)]
pub struct Session {
    size_um: (i32, i32),
    touched: Vec<PanelPoint>,
    /// The touch that is down, and all its places.
    down: Option<(ContactId, Vec<PanelPoint>)>,
}

impl Session {
    /// For a screen of this size. The frames must be of a panel that was opened as [`Placement::STRAIGHT`] on it.
    pub fn new(size_um: (i32, i32)) -> Self {
        Self { size_um, touched: Vec::new(), down: None }
    }

    /// The mark to be touched now; `None` when all have been.
    pub fn mark(&self) -> Option<PanelPoint> {
        marks(self.size_um).get(self.touched.len()).copied()
    }

    /// Takes what the panel said; true when a mark was done. A second finger does not count while one is down.
    pub fn feed(&mut self, frame: &Frame) -> bool {
        let before = self.touched.len();
        for contact in &frame.contacts {
            match (contact.phase, &mut self.down) {
                (Phase::Down, None) => self.down = Some((contact.id, vec![contact.at])),
                (Phase::Move, Some((id, places))) if *id == contact.id => places.push(contact.at),
                (Phase::Up, Some((id, places))) if *id == contact.id => {
                    if self.touched.len() < MARKS.len() {
                        self.touched.push(middle(places, contact.at));
                    }
                    self.down = None;
                }
                (Phase::Cancel, Some((id, _))) if *id == contact.id => self.down = None,
                _ => {}
            }
        }
        self.touched.len() > before
    }

    /// What the touches say.
    pub fn solve(&self) -> Result<Calibration, CalibrationError> {
        let pairs: Vec<_> = marks(self.size_um).into_iter().zip(self.touched.iter().copied()).collect();
        solve(self.size_um, &pairs)
    }
}

/// Where a touch was for the most part: the median forgets how it came and went.
fn middle(places: &mut [PanelPoint], last: PanelPoint) -> PanelPoint {
    let mut median = |of: fn(&PanelPoint) -> i32| {
        places.sort_by_key(of);
        places.get(places.len() / 2).map_or(of(&last), of)
    };
    PanelPoint { x_um: median(|at| at.x_um), y_um: median(|at| at.y_um) }
}

/// Finds how a panel lies. Each touch: the mark, and what the panel said when it was taken for lying straight
/// ([`Placement::STRAIGHT`]) on a screen of `size_um`.
pub fn solve(
    size_um: (i32, i32),
    touches: &[(PanelPoint, PanelPoint)],
) -> Result<Calibration, CalibrationError> {
    if touches.len() < FEWEST {
        return Err(CalibrationError::Few(touches.len()));
    }
    let fraction = |point: PanelPoint| {
        (f64::from(point.x_um) / f64::from(size_um.0), f64::from(point.y_um) / f64::from(size_um.1))
    };
    let pair =
        |(mark, seen): &(PanelPoint, PanelPoint)| Pair { mark: fraction(*mark), seen: fraction(*seen) };
    let pairs: Vec<_> = touches.iter().map(pair).collect();
    let whole = fit(&pairs).ok_or(CalibrationError::Close)?;
    let off_um = |pair: &Pair| {
        let (x, y) = apply(whole, pair.seen);
        let (x, y) = ((x - pair.mark.0) * f64::from(size_um.0), (y - pair.mark.1) * f64::from(size_um.1));
        x.hypot(y).round() as i64
    };
    let offs = pairs.iter().map(off_um);
    let (mark, worst_um) = offs.enumerate().max_by_key(|(_, off)| *off).unwrap_or_default();
    if worst_um > SLIP_UM {
        return Err(CalibrationError::Slip { mark: mark + 1, off_mm: worst_um / 1000 });
    }
    let (turn, numbers) = straightest(whole);
    if bend(numbers) > BENT {
        return Err(CalibrationError::Bent);
    }
    let matrix = Matrix::new(numbers).map_err(|_: TouchError| CalibrationError::Bent)?;
    Ok(Calibration { placement: Placement { turn, matrix }, worst_um })
}

/// A mark and what was seen of it, in fractions of the screen.
struct Pair {
    mark: (f64, f64),
    seen: (f64, f64),
}

/// The affine map that brings what was seen nearest to the marks, by least squares.
fn fit(pairs: &[Pair]) -> Option<[f64; 6]> {
    let count = pairs.len() as f64;
    let mean = |of: &dyn Fn(&Pair) -> f64| pairs.iter().map(of).sum::<f64>() / count;
    let (mark_x, mark_y) = (mean(&|pair| pair.mark.0), mean(&|pair| pair.mark.1));
    let (seen_x, seen_y) = (mean(&|pair| pair.seen.0), mean(&|pair| pair.seen.1));
    // Moments about the means: with them the constant terms fall out.
    let seen = |pair: &Pair| (pair.seen.0 - seen_x, pair.seen.1 - seen_y);
    let mark = |pair: &Pair| (pair.mark.0 - mark_x, pair.mark.1 - mark_y);
    let (xx, xy, yy) = (
        mean(&|pair| seen(pair).0 * seen(pair).0),
        mean(&|pair| seen(pair).0 * seen(pair).1),
        mean(&|pair| seen(pair).1 * seen(pair).1),
    );
    let area = xx * yy - xy * xy;
    let wanted = mean(&|pair| mark(pair).0.powi(2)) * mean(&|pair| mark(pair).1.powi(2))
        - mean(&|pair| mark(pair).0 * mark(pair).1).powi(2);
    // Both are squares of areas.
    if !(area > wanted * AREA * AREA && area * AREA * AREA < wanted) {
        return None;
    }
    let row = |of: &dyn Fn((f64, f64)) -> f64, middle: f64| {
        let (x, y) =
            (mean(&|pair| of(mark(pair)) * seen(pair).0), mean(&|pair| of(mark(pair)) * seen(pair).1));
        let (a, b) = ((x * yy - y * xy) / area, (y * xx - x * xy) / area);
        [a, b, middle - a * seen_x - b * seen_y]
    };
    let ([a, b, c], [d, e, f]) = (row(&|mark| mark.0, mark_x), row(&|mark| mark.1, mark_y));
    Some([a, b, c, d, e, f])
}

fn apply([a, b, c, d, e, f]: [f64; 6], (x, y): (f64, f64)) -> (f64, f64) {
    (a * x + b * y + c, d * x + e * y + f)
}

/// The turn after which the least is left for the matrix.
fn straightest(whole: [f64; 6]) -> (Turn, [f64; 6]) {
    let mut found = (Turn::None, whole);
    for turn in Turn::ALL {
        let left = without(whole, turn);
        if bend(left) < bend(found.1) {
            found = (turn, left);
        }
    }
    found
}

/// The map that is left of `whole` once the panel has been turned.
fn without(whole: [f64; 6], turn: Turn) -> [f64; 6] {
    // What the panel says at three places as the turned panel sees them: the origin and one step along each axis.
    let at = |x: f64, y: f64| {
        let seen = match turn {
            Turn::None => (x, y),
            Turn::Quarter => (y, 1.0 - x),
            Turn::Half => (1.0 - x, 1.0 - y),
            Turn::ThreeQuarters => (1.0 - y, x),
        };
        apply(whole, seen)
    };
    let (origin, right, down) = (at(0.0, 0.0), at(1.0, 0.0), at(0.0, 1.0));
    let (c, f) = origin;
    [right.0 - c, down.0 - c, c, right.1 - f, down.1 - f, f]
}

/// How far a map is from one that leaves everything where it is, or exchanges left and right.
fn bend([a, b, _, d, e, _]: [f64; 6]) -> f64 {
    [(a.abs() - 1.0).abs(), b.abs(), d.abs(), (e - 1.0).abs()].into_iter().fold(0.0, f64::max)
}

#[cfg(test)]
mod tests;
