//! Places in a frame, in pixels of the frame: upright boxes, and squares that are turned.

/// A point.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// A point at a place.
    pub fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// How far it is to another.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }
}

/// An upright box.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f32,
    /// Top edge.
    pub top: f32,
    /// Right edge.
    pub right: f32,
    /// Bottom edge.
    pub bottom: f32,
}

impl Rect {
    /// A box around a centre.
    pub fn around(centre: Point, width: f32, height: f32) -> Self {
        Self {
            left: centre.x - width / 2.0,
            top: centre.y - height / 2.0,
            right: centre.x + width / 2.0,
            bottom: centre.y + height / 2.0,
        }
    }

    /// Its width.
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Its height.
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// Its middle.
    pub fn centre(&self) -> Point {
        Point::new((self.left + self.right) / 2.0, (self.top + self.bottom) / 2.0)
    }

    /// Its area; none for a box that is turned inside out.
    pub fn area(&self) -> f32 {
        self.width().max(0.0) * self.height().max(0.0)
    }

    /// What both cover.
    pub fn overlap(&self, other: &Self) -> f32 {
        Self {
            left: self.left.max(other.left),
            top: self.top.max(other.top),
            right: self.right.min(other.right),
            bottom: self.bottom.min(other.bottom),
        }
        .area()
    }

    /// What both cover of what either covers, 0 to 1.
    pub fn likeness(&self, other: &Self) -> f32 {
        let both = self.overlap(other);
        let either = self.area() + other.area() - both;
        if either > 0.0 { both / either } else { 0.0 }
    }

    /// The smallest box around both.
    pub fn union(&self, other: &Self) -> Self {
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// Whether a point lies in it.
    pub fn contains(&self, point: Point) -> bool {
        (self.left..self.right).contains(&point.x) && (self.top..self.bottom).contains(&point.y)
    }

    /// The same box moved.
    pub fn moved(&self, x: f32, y: f32) -> Self {
        Self { left: self.left + x, top: self.top + y, right: self.right + x, bottom: self.bottom + y }
    }

    /// The same box grown about its middle by a factor.
    pub fn grown(&self, factor: f32) -> Self {
        Self::around(self.centre(), self.width() * factor, self.height() * factor)
    }
}

/// A square of a frame that a network looks at; it may reach beyond the frame.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Square {
    /// Its middle.
    pub centre: Point,
    /// Its side.
    pub side: f32,
    /// By how much it is turned, clockwise, in radians.
    pub turn: f32,
}

impl Square {
    /// The smallest upright square around a box.
    pub fn around(place: &Rect) -> Self {
        Self { centre: place.centre(), side: place.width().max(place.height()), turn: 0.0 }
    }

    /// Where a point of the square, 0 to 1 along its sides, lies in the frame.
    pub fn to_frame(&self, along: f32, down: f32) -> Point {
        let (x, y) = ((along - 0.5) * self.side, (down - 0.5) * self.side);
        let (sine, cosine) = self.turn.sin_cos();
        Point::new(self.centre.x + x * cosine - y * sine, self.centre.y + x * sine + y * cosine)
    }

    /// A square that is set off along its own sides, by parts of its side.
    pub fn shifted(&self, along: f32, down: f32) -> Self {
        Self { centre: self.to_frame(0.5 + along, 0.5 + down), ..*self }
    }
}

/// By how much a thing is turned clockwise from upright, whose `foot` should be below its `head`.
pub(crate) fn turn_of(foot: Point, head: Point) -> f32 {
    (head.x - foot.x).atan2(foot.y - head.y)
}
