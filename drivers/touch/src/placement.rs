//! How a panel lies on its screen: turned by quarters, then corrected by a matrix.
//!
//! The matrix is that of libinput and udev (`LIBINPUT_CALIBRATION_MATRIX`): six numbers `a b c d e f` over fractions of
//! the screen, `x' = a x + b y + c` and `y' = d x + e y + f`, so one that was made elsewhere can be copied.

use crate::{Description, SourceSpec, Tilt, TouchError};

/// One, in the matrix and in fractions of the screen: exact to a thousandth of a micrometre on any wall.
const ONE: i64 = 1 << 30;
/// A number beyond this is a slip of the keyboard: it would stretch the panel over four screens.
const LARGEST: f64 = 4.0;
/// A matrix that leaves less than this of the panel's area has made a line of it.
const LEAST_AREA: f64 = 1.0 / 16.0;

/// How far a panel is turned against its picture, clockwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Turn {
    #[default]
    None,
    Quarter,
    Half,
    ThreeQuarters,
}

impl Turn {
    pub const ALL: [Self; 4] = [Self::None, Self::Quarter, Self::Half, Self::ThreeQuarters];

    /// From 0, 90, 180 or 270.
    pub fn from_degrees(degrees: u32) -> Result<Self, TouchError> {
        let turn = Self::ALL.into_iter().find(|turn| turn.degrees() == degrees);
        turn.ok_or(TouchError::Turn(degrees))
    }

    pub const fn degrees(self) -> u32 {
        self.quarters() * 90
    }

    /// True where the panel's own width lies along the screen's height.
    pub(crate) const fn swaps(self) -> bool {
        matches!(self, Self::Quarter | Self::ThreeQuarters)
    }

    const fn quarters(self) -> u32 {
        match self {
            Self::None => 0,
            Self::Quarter => 1,
            Self::Half => 2,
            Self::ThreeQuarters => 3,
        }
    }

    /// This turn after another.
    fn after(self, other: Self) -> Self {
        let quarters = (self.quarters() + other.quarters()) % 4;
        Self::ALL.into_iter().find(|turn| turn.quarters() == quarters).unwrap_or_default()
    }

    fn back(self) -> Self {
        match self {
            Self::Quarter => Self::ThreeQuarters,
            Self::ThreeQuarters => Self::Quarter,
            other => other,
        }
    }

    /// A place on the panel, each part with its way from the far end as well, as it lies on the screen.
    pub(crate) fn place<T>(self, x: (T, T), y: (T, T)) -> (T, T) {
        match self {
            Self::None => (x.0, y.0),
            Self::Quarter => (y.1, x.0),
            Self::Half => (x.1, y.1),
            Self::ThreeQuarters => (y.0, x.1),
        }
    }
}

/// An affine correction in fractions of the screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Matrix([i64; 6]);

impl Matrix {
    pub const IDENTITY: Self = Self([ONE, 0, 0, 0, ONE, 0]);

    /// From `a b c d e f`; refused where a number is none or the panel would become a line.
    pub fn new(numbers: [f64; 6]) -> Result<Self, TouchError> {
        let [a, b, _, d, e, _] = numbers;
        if !numbers.iter().all(|number| number.abs() <= LARGEST) || (a * e - b * d).abs() < LEAST_AREA {
            return Err(TouchError::Matrix(numbers));
        }
        Ok(Self(numbers.map(|number| (number * ONE as f64).round() as i64)))
    }

    /// As they are written in the configuration.
    pub fn numbers(self) -> [f64; 6] {
        self.0.map(|number| number as f64 / ONE as f64)
    }

    /// Fractions of the screen (in parts of [`ONE`]) to fractions of the screen.
    fn apply(self, (x, y): (i64, i64)) -> (i64, i64) {
        let row = |at: usize| {
            let sum = i128::from(self.0[at]) * i128::from(x) + i128::from(self.0[at + 1]) * i128::from(y);
            i64::try_from(sum >> 30).unwrap_or(i64::MAX).saturating_add(self.0[at + 2])
        };
        (row(0), row(3))
    }
}

/// How a panel lies on its screen.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Placement {
    pub turn: Turn,
    /// Applied after the turn.
    pub matrix: Matrix,
}

impl Placement {
    /// As most panels lie.
    pub const STRAIGHT: Self = Self { turn: Turn::None, matrix: Matrix::IDENTITY };

    /// A place in micrometres. `x` and `y` are the panel's own, as parts of their spans.
    pub(crate) fn place(self, x: (i64, i64), y: (i64, i64), size_um: (i32, i32)) -> (i32, i32) {
        let both = |(part, span): (i64, i64)| ((part, span), (span - part, span));
        let (x, y) = self.turn.place(both(x), both(y));
        if self.matrix == Matrix::IDENTITY {
            // Parts and sizes fit 32 bits, so their product fits 64; the result is at most the size.
            let scale = |(part, span): (i64, i64), to: i32| i32::try_from(part * i64::from(to) / span);
            return (scale(x, size_um.0).unwrap_or(size_um.0), scale(y, size_um.1).unwrap_or(size_um.1));
        }
        let fraction = |(part, span): (i64, i64)| part * ONE / span;
        let (x, y) = self.matrix.apply((fraction(x), fraction(y)));
        let um = |part: i64, to: i32| (part.clamp(0, ONE) * i64::from(to) + ONE / 2) / ONE;
        let scale = |part: i64, to: i32| i32::try_from(um(part, to)).unwrap_or(to);
        (scale(x, size_um.0), scale(y, size_um.1))
    }

    /// Which way things point that have a direction. A correction by a few degrees does not change that.
    pub(crate) fn facing(self) -> Facing {
        let [a, b, _, d, e, _] = self.matrix.0;
        let (turn, mirrored) = if a.abs() + e.abs() >= b.abs() + d.abs() {
            match (a < 0, e < 0) {
                (false, false) => (Turn::None, false),
                (true, true) => (Turn::Half, false),
                (true, false) => (Turn::None, true),
                (false, true) => (Turn::Half, true),
            }
        } else {
            match (b < 0, d < 0) {
                (true, false) => (Turn::Quarter, false),
                (false, true) => (Turn::ThreeQuarters, false),
                (true, true) => (Turn::Quarter, true),
                (false, false) => (Turn::ThreeQuarters, true),
            }
        };
        // A turn before a mirror is the opposite turn after it.
        let first = if mirrored { self.turn.back() } else { self.turn };
        Facing { turn: turn.after(first), mirrored }
    }
}

impl Default for Placement {
    fn default() -> Self {
        Self::STRAIGHT
    }
}

/// How directions are seen: left and right exchanged or not, then turned.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Facing {
    turn: Turn,
    mirrored: bool,
}

impl Facing {
    pub(crate) fn tilt(self, tilt: Tilt) -> Tilt {
        let x = if self.mirrored { tilt.x_cdeg.saturating_neg() } else { tilt.x_cdeg };
        let both = |part: i16| (part, part.saturating_neg());
        let (x_cdeg, y_cdeg) = self.turn.place(both(x), both(tilt.y_cdeg));
        Tilt { x_cdeg, y_cdeg }
    }

    /// An angle clockwise from the vertical, in hundredths of a degree.
    pub(crate) fn angle(self, cdeg: i32) -> i32 {
        (if self.mirrored { -cdeg } else { cdeg }) + i32::try_from(self.turn.degrees()).unwrap_or(0) * 100
    }
}

/// How the panels of a screen lie, each by the source's path as it is configured, by `vendor:product` or by
/// `vendor:product:serial` (as `dais-touch describe` prints them).
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Placements(Vec<(String, Placement)>);

impl Placements {
    /// A later one for the same panel counts.
    pub fn set(&mut self, panel: &str, placement: Placement) {
        self.0.retain(|(known, _)| known != panel);
        self.0.push((panel.to_owned(), placement));
    }

    /// How this panel lies; the name that fits the fewest panels counts.
    pub fn of(&self, spec: &SourceSpec, description: &Description) -> Placement {
        let path = spec.path.to_string_lossy().into_owned();
        let names = [path, description.key(), description.identity.key()];
        let named = |name: &String| self.0.iter().find(|(panel, _)| panel == name);
        names.iter().find_map(named).map_or(Placement::STRAIGHT, |(_, placement)| *placement)
    }
}

#[cfg(test)]
mod tests;
