//! What must be shown again: pixel rectangles, and the list of them that a change leaves behind.
//!
//! The list is deliberately not limited to a few rectangles: with ten people drawing in ten places, merging
//! them into a handful of boxes would repaint a third of a 4K panel for every frame.

/// A rectangle of screen pixels: `x0..x1` by `y0..y1`. Empty when a side is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct Rect {
    pub x0: i32,
    pub y0: i32,
    pub x1: i32,
    pub y1: i32,
}

impl Rect {
    pub const EMPTY: Rect = Rect { x0: 0, y0: 0, x1: 0, y1: 0 };

    pub const fn new(x0: i32, y0: i32, x1: i32, y1: i32) -> Rect {
        Rect { x0, y0, x1, y1 }
    }

    /// A rectangle by its corner and size; at the end of the world it is cut off.
    pub const fn sized(x: i32, y: i32, width: i32, height: i32) -> Rect {
        Rect { x0: x, y0: y, x1: x.saturating_add(width), y1: y.saturating_add(height) }
    }

    pub const fn is_empty(&self) -> bool {
        self.x0 >= self.x1 || self.y0 >= self.y1
    }

    pub const fn width(&self) -> i32 {
        self.x1 - self.x0
    }

    pub const fn height(&self) -> i32 {
        self.y1 - self.y0
    }

    /// Number of pixels; 0 for an empty rectangle.
    pub fn area(&self) -> i64 {
        if self.is_empty() { 0 } else { i64::from(self.width()) * i64::from(self.height()) }
    }

    pub const fn contains(&self, x: i32, y: i32) -> bool {
        x >= self.x0 && x < self.x1 && y >= self.y0 && y < self.y1
    }

    pub fn covers(&self, other: &Rect) -> bool {
        other.is_empty()
            || (self.x0 <= other.x0 && self.y0 <= other.y0 && self.x1 >= other.x1 && self.y1 >= other.y1)
    }

    /// The part both have, possibly empty.
    pub fn intersect(&self, other: &Rect) -> Rect {
        let both = Rect {
            x0: self.x0.max(other.x0),
            y0: self.y0.max(other.y0),
            x1: self.x1.min(other.x1),
            y1: self.y1.min(other.y1),
        };
        if both.is_empty() { Rect::EMPTY } else { both }
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    pub fn union(&self, other: &Rect) -> Rect {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        Rect {
            x0: self.x0.min(other.x0),
            y0: self.y0.min(other.y0),
            x1: self.x1.max(other.x1),
            y1: self.y1.max(other.y1),
        }
    }
}

/// The rectangles whose pixels may have changed. They may overlap: showing a pixel twice is harmless,
/// forgetting one is not.
#[must_use = "what changed must be shown again"]
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Damage {
    rects: Vec<Rect>,
}

/// How many of the newest rectangles a new one is tried against. Neighbours in time are neighbours in space,
/// so a few are enough, and the cost of an addition stays constant.
const MERGE_LOOKBACK: usize = 4;

impl Damage {
    pub const fn none() -> Damage {
        Damage { rects: Vec::new() }
    }

    pub fn of(rect: Rect) -> Damage {
        let mut damage = Damage::none();
        damage.add(rect);
        damage
    }

    /// Adds a rectangle, merging it into a recent one where their common box wastes little.
    pub fn add(&mut self, rect: Rect) {
        if rect.is_empty() {
            return;
        }
        for old in self.rects.iter_mut().rev().take(MERGE_LOOKBACK) {
            let both = old.union(&rect);
            if both.area() * 4 <= (old.area() + rect.area()) * 5 {
                *old = both;
                return;
            }
        }
        self.rects.push(rect);
    }

    pub fn extend(&mut self, other: Damage) {
        for rect in other.rects {
            self.add(rect);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rects.is_empty()
    }

    pub fn rects(&self) -> &[Rect] {
        &self.rects
    }

    /// Forgets everything and keeps the memory, for a list that lives from frame to frame.
    pub fn clear(&mut self) {
        self.rects.clear();
    }

    /// The box around everything; empty when nothing changed.
    pub fn bounds(&self) -> Rect {
        self.rects.iter().fold(Rect::EMPTY, |all, rect| all.union(rect))
    }
}
