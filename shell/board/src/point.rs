//! Places in micrometres: on a page from its top left, on the panel's glass from the glass's. They are two types,
//! because a pane shows its page moved and resized.

/// A place on the panel's glass, in micrometres.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct PanelPoint {
    pub x_um: i32,
    pub y_um: i32,
}

impl PanelPoint {
    pub const fn new(x_um: i32, y_um: i32) -> PanelPoint {
        PanelPoint { x_um, y_um }
    }

    /// Square of the distance, in square micrometres.
    pub fn distance_squared(self, other: PanelPoint) -> i64 {
        let dx = i64::from(self.x_um) - i64::from(other.x_um);
        let dy = i64::from(self.y_um) - i64::from(other.y_um);
        dx * dx + dy * dy
    }
}

/// A place on a page, in micrometres.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct PagePoint {
    pub x_um: i32,
    pub y_um: i32,
}

impl PagePoint {
    pub const fn new(x_um: i32, y_um: i32) -> PagePoint {
        PagePoint { x_um, y_um }
    }

    /// Square of the distance, in square micrometres.
    pub fn distance_squared(self, other: PagePoint) -> i64 {
        let dx = i64::from(self.x_um) - i64::from(other.x_um);
        let dy = i64::from(self.y_um) - i64::from(other.y_um);
        dx * dx + dy * dy
    }
}

/// A box on a page, in micrometres: corners included.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct PageRect {
    pub x0_um: i32,
    pub y0_um: i32,
    pub x1_um: i32,
    pub y1_um: i32,
}

impl PageRect {
    pub const fn new(x0_um: i32, y0_um: i32, x1_um: i32, y1_um: i32) -> PageRect {
        PageRect { x0_um, y0_um, x1_um, y1_um }
    }

    /// The box of nothing, which any union replaces.
    pub(crate) const NOTHING: PageRect = PageRect::new(i32::MAX, i32::MAX, i32::MIN, i32::MIN);

    pub const fn is_empty(&self) -> bool {
        self.x0_um > self.x1_um || self.y0_um > self.y1_um
    }

    pub fn width_um(&self) -> i32 {
        self.x1_um.saturating_sub(self.x0_um)
    }

    pub fn height_um(&self) -> i32 {
        self.y1_um.saturating_sub(self.y0_um)
    }

    pub fn middle(&self) -> PagePoint {
        let middle = |a: i32, b: i32| ((i64::from(a) + i64::from(b)) / 2) as i32;
        PagePoint::new(middle(self.x0_um, self.x1_um), middle(self.y0_um, self.y1_um))
    }

    pub fn contains(&self, at: PagePoint) -> bool {
        at.x_um >= self.x0_um && at.x_um <= self.x1_um && at.y_um >= self.y0_um && at.y_um <= self.y1_um
    }

    pub fn union(&self, other: &PageRect) -> PageRect {
        PageRect {
            x0_um: self.x0_um.min(other.x0_um),
            y0_um: self.y0_um.min(other.y0_um),
            x1_um: self.x1_um.max(other.x1_um),
            y1_um: self.y1_um.max(other.y1_um),
        }
    }

    /// The part both have; it may be empty.
    pub(crate) fn intersect(&self, other: &PageRect) -> PageRect {
        PageRect {
            x0_um: self.x0_um.max(other.x0_um),
            y0_um: self.y0_um.max(other.y0_um),
            x1_um: self.x1_um.min(other.x1_um),
            y1_um: self.y1_um.min(other.y1_um),
        }
    }

    /// Whether another box lies in this one.
    pub(crate) const fn covers(&self, other: &PageRect) -> bool {
        self.x0_um <= other.x0_um
            && self.y0_um <= other.y0_um
            && self.x1_um >= other.x1_um
            && self.y1_um >= other.y1_um
    }

    pub fn overlaps(&self, other: &PageRect) -> bool {
        self.x0_um <= other.x1_um
            && other.x0_um <= self.x1_um
            && self.y0_um <= other.y1_um
            && other.y0_um <= self.y1_um
    }

    /// The box with `by_um` added on every side.
    pub fn grown(&self, by_um: i32) -> PageRect {
        PageRect {
            x0_um: self.x0_um.saturating_sub(by_um),
            y0_um: self.y0_um.saturating_sub(by_um),
            x1_um: self.x1_um.saturating_add(by_um),
            y1_um: self.y1_um.saturating_add(by_um),
        }
    }
}
