//! Ink as a pen gave it: strokes of points, in any unit of length, y downwards.

/// Strokes of one request; a page of dense writing has some 3,000.
pub const STROKES_MAX: usize = 8_192;
/// Points of one request: an hour of writing with a pen that reports 120 times a second leaves fewer.
pub const POINTS_MAX: usize = 400_000;
/// Farther out than any board; beyond it squares lose their digits.
const COORDINATE_MAX: f32 = 1.0e7;

/// Where the pen was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Rightwards.
    pub x: f32,
    /// Downwards.
    pub y: f32,
    /// Milliseconds since the first point of the request; 0 everywhere where time is not known.
    pub t: u32,
}

/// From touching the board to leaving it. Its points are written content, so it has no `Debug` that shows them.
#[derive(Clone, PartialEq)]
pub struct Stroke(pub Vec<Point>);

/// Why strokes are not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StrokeError {
    /// Nothing to read.
    #[error("there is no ink to read; select some writing first")]
    Empty,
    /// Too much at once.
    #[error("{strokes} strokes with {points} points are too many at once; select fewer lines")]
    TooMany {
        /// How many came.
        strokes: usize,
        /// Points of all of them.
        points: usize,
    },
    /// A coordinate is not a number, or far outside of any board.
    #[error("stroke {0} has a point outside of any board")]
    Outside(usize),
}

/// Left, top, right, bottom.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Least x.
    pub left: f32,
    /// Least y.
    pub top: f32,
    /// Greatest x.
    pub right: f32,
    /// Greatest y.
    pub bottom: f32,
}

impl std::fmt::Debug for Stroke {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Stroke({} points)", self.0.len())
    }
}

/// Refuses what cannot be read, before anything is computed.
pub fn check(strokes: &[Stroke]) -> Result<(), StrokeError> {
    let points = strokes.iter().map(|stroke| stroke.0.len()).sum();
    if points == 0 {
        return Err(StrokeError::Empty);
    }
    if strokes.len() > STROKES_MAX || points > POINTS_MAX {
        return Err(StrokeError::TooMany { strokes: strokes.len(), points });
    }
    let fits = |point: &Point| point.x.abs() <= COORDINATE_MAX && point.y.abs() <= COORDINATE_MAX;
    match strokes.iter().position(|stroke| !stroke.0.iter().all(fits)) {
        Some(at) => Err(StrokeError::Outside(at)),
        None => Ok(()),
    }
}

impl Bounds {
    /// Around all points, or `None` where there are none.
    pub fn of<'a>(strokes: impl IntoIterator<Item = &'a Stroke>) -> Option<Self> {
        strokes.into_iter().flat_map(|stroke| &stroke.0).fold(None, |bounds, point| {
            let Point { x, y, .. } = *point;
            Some(match bounds {
                None => Self { left: x, top: y, right: x, bottom: y },
                Some(Self { left, top, right, bottom }) => {
                    Self { left: left.min(x), top: top.min(y), right: right.max(x), bottom: bottom.max(y) }
                }
            })
        })
    }

    /// Rightmost minus leftmost.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Lowest minus highest.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Around both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }
}
