//! A rectangle of screen pixels, and the list of them that must be drawn again.

/// A rectangle in screen pixels; right and bottom are exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Hash)]
pub struct Area {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Area {
    /// A rectangle from its top left corner and its size; a negative size becomes empty.
    pub const fn new(x: i32, y: i32, width: i32, height: i32) -> Self {
        Self { x, y, width: if width < 0 { 0 } else { width }, height: if height < 0 { 0 } else { height } }
    }

    /// First column to the right of it.
    pub const fn right(&self) -> i32 {
        self.x.saturating_add(self.width)
    }

    /// First row below it.
    pub const fn bottom(&self) -> i32 {
        self.y.saturating_add(self.height)
    }

    pub const fn is_empty(&self) -> bool {
        self.width <= 0 || self.height <= 0
    }

    pub const fn contains(&self, x: i32, y: i32) -> bool {
        x >= self.x && y >= self.y && x < self.right() && y < self.bottom()
    }

    /// What both have in common; empty where they do not meet.
    pub fn intersect(&self, other: Area) -> Area {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        Area::new(x, y, self.right().min(other.right()) - x, self.bottom().min(other.bottom()) - y)
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    pub fn union(&self, other: Area) -> Area {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return *self;
        }
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Area::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// The same rectangle, moved.
    pub const fn offset(&self, dx: i32, dy: i32) -> Area {
        Area { x: self.x.saturating_add(dx), y: self.y.saturating_add(dy), ..*self }
    }

    /// Its size in pixels.
    pub const fn pixels(&self) -> i64 {
        self.width as i64 * self.height as i64
    }
}

impl From<ink::Rect> for Area {
    fn from(rect: ink::Rect) -> Self {
        Self::new(rect.x0, rect.y0, rect.width(), rect.height())
    }
}

impl From<Area> for ink::Rect {
    fn from(area: Area) -> Self {
        Self::new(area.x, area.y, area.right(), area.bottom())
    }
}

/// What must be drawn again: a list of rectangles without a fixed length, as ten pens in ten corners must not
/// make one screen-sized rectangle.
#[derive(Default, Debug)]
pub(crate) struct Dirty {
    areas: Vec<Area>,
}

impl Dirty {
    /// Joining two rectangles may cover at most this many pixels that neither needed: about one ink tile,
    /// which costs less than a second pass over the layer list.
    const WASTE: i64 = 64 * 64;

    pub(crate) fn add(&mut self, area: Area) {
        if area.is_empty() {
            return;
        }
        let mut area = area;
        // Joining can make the rectangle meet another one, so start again after each join.
        let mut at = 0;
        while at < self.areas.len() {
            let other = self.areas[at];
            let joined = area.union(other);
            let needed = area.pixels() + other.pixels() - area.intersect(other).pixels();
            if joined.pixels() - needed <= Self::WASTE {
                area = joined;
                self.areas.swap_remove(at);
                at = 0;
            } else {
                at += 1;
            }
        }
        self.areas.push(area);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.areas.is_empty()
    }

    /// True if any of what must be drawn lies in an area.
    pub(crate) fn touches(&self, area: Area) -> bool {
        self.areas.iter().any(|dirty| !dirty.intersect(area).is_empty())
    }

    pub(crate) fn extend(&mut self, areas: impl IntoIterator<Item = Area>) {
        for area in areas {
            self.add(area);
        }
    }

    /// The rectangles so far, cut to `screen`; the list is empty afterwards.
    pub(crate) fn take(&mut self, screen: Area) -> Vec<Area> {
        let cut =
            self.areas.iter().map(|area| area.intersect(screen)).filter(|area| !area.is_empty()).collect();
        self.areas.clear();
        cut
    }
}

#[cfg(test)]
mod tests;
