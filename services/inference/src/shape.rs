//! Where something is in a picture: upright areas and turned boxes, in pixels, x to the right and y down.

/// An upright area; `right` and `bottom` are just outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Area {
    /// First column.
    pub left: i32,
    /// First row.
    pub top: i32,
    /// Column after the last.
    pub right: i32,
    /// Row after the last.
    pub bottom: i32,
}

impl Area {
    /// Width and height, at least one pixel each.
    pub fn size(&self) -> (usize, usize) {
        (self.width().max(1) as usize, self.height().max(1) as usize)
    }

    /// Columns.
    pub fn width(&self) -> i32 {
        self.right.saturating_sub(self.left)
    }

    /// Rows.
    pub fn height(&self) -> i32 {
        self.bottom.saturating_sub(self.top)
    }

    /// The smallest area around both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Grown by `by` pixels on each side.
    pub fn grown(&self, by: i32) -> Self {
        Self { left: self.left - by, top: self.top - by, right: self.right + by, bottom: self.bottom + by }
    }

    /// The part inside a picture of this size.
    pub fn clamped(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width as i32, height as i32);
        Self {
            left: self.left.clamp(0, width),
            top: self.top.clamp(0, height),
            right: self.right.clamp(0, width),
            bottom: self.bottom.clamp(0, height),
        }
    }

    /// Rows that both have, as a share of the lower one of the two.
    pub fn same_rows(&self, other: &Self) -> f32 {
        let shared = self.bottom.min(other.bottom) - self.top.max(other.top);
        let lower = self.height().min(other.height()).max(1);
        shared.max(0) as f32 / lower as f32
    }

    /// Columns between the two; negative where they overlap.
    pub fn gap(&self, other: &Self) -> i32 {
        self.left.max(other.left) - self.right.min(other.right)
    }

    /// All coordinates times `factor`, rounded outwards.
    pub fn scaled(&self, factor: f32) -> Self {
        Self {
            left: (self.left as f32 * factor).floor() as i32,
            top: (self.top as f32 * factor).floor() as i32,
            right: (self.right as f32 * factor).ceil() as i32,
            bottom: (self.bottom as f32 * factor).ceil() as i32,
        }
    }
}

/// A box around its centre, its long axis turned clockwise (as seen, y down) by `turn` radians, within a quarter
/// of a half turn either way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Turned {
    /// Centre.
    pub(crate) x: f32,
    /// Centre.
    pub(crate) y: f32,
    /// Along the writing.
    pub(crate) width: f32,
    /// Across the writing.
    pub(crate) height: f32,
    /// Radians.
    pub(crate) turn: f32,
}

impl Turned {
    /// The box that is an upright area.
    pub(crate) fn upright(area: &Area) -> Self {
        let (width, height) = (area.width() as f32, area.height() as f32);
        Self {
            x: area.left as f32 + width / 2.0,
            y: area.top as f32 + height / 2.0,
            width,
            height,
            turn: 0.0,
        }
    }

    /// The upright area around it.
    pub(crate) fn area(&self) -> Area {
        let (sin, cos) = self.turn.sin_cos();
        let across = (self.width * cos.abs() + self.height * sin.abs()) / 2.0;
        let down = (self.width * sin.abs() + self.height * cos.abs()) / 2.0;
        Area {
            left: (self.x - across).floor() as i32,
            top: (self.y - down).floor() as i32,
            right: (self.x + across).ceil() as i32,
            bottom: (self.y + down).ceil() as i32,
        }
    }

    /// Grown by `by` pixels on each side.
    pub(crate) fn grown(&self, by: f32) -> Self {
        Self { width: self.width + 2.0 * by, height: self.height + 2.0 * by, ..*self }
    }

    /// All lengths times `factor`.
    pub(crate) fn scaled(&self, factor: f32) -> Self {
        Self {
            x: self.x * factor,
            y: self.y * factor,
            width: self.width * factor,
            height: self.height * factor,
            turn: self.turn,
        }
    }

    /// Whether the point lies in it.
    pub(crate) fn holds(&self, x: f32, y: f32) -> bool {
        let (sin, cos) = self.turn.sin_cos();
        let (dx, dy) = (x - self.x, y - self.y);
        (dx * cos + dy * sin).abs() <= self.width / 2.0 && (dy * cos - dx * sin).abs() <= self.height / 2.0
    }
}
