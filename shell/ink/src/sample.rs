//! What a contact tells (a sample) and what a stroke is kept as (nodes). Both are whole micrometres, so a
//! stroke read back from disk is the very stroke that was drawn.

/// One report of a contact. Micrometres from the top left of the page, microseconds of a steady clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    pub x_um: i32,
    pub y_um: i32,
    pub t_us: u64,
    /// 0..=65535, from pens that have it.
    pub pressure: Option<u16>,
}

/// Nodes lie on a grid of this, in micrometres: a thirtieth of a pixel on the largest panel, which nobody sees,
/// and a third of the bytes.
pub const GRID_UM: i32 = 16;

/// One vertex of a smoothed stroke: between two nodes the stroke is a capsule whose radius runs from one to
/// the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, Default)]
pub struct Node {
    pub x_um: i32,
    pub y_um: i32,
    pub radius_um: u16,
    /// Milliseconds since the stroke began, for its replay.
    pub t_ms: u32,
}

impl Node {
    /// A node on the grid, nearest to a place in micrometres. What lies beyond the numbers goes to their end.
    pub fn nearest(x_um: f64, y_um: f64, radius_um: f64, t_ms: u32) -> Node {
        let grid = f64::from(GRID_UM);
        let snap = |um: f64| ((um / grid).round() * grid) as i32;
        let widest = f64::from(u16::MAX / GRID_UM as u16 * GRID_UM as u16);
        let radius = snap(radius_um.clamp(0.0, widest)).max(GRID_UM);
        Node { x_um: snap(x_um), y_um: snap(y_um), radius_um: radius as u16, t_ms }
    }
}
