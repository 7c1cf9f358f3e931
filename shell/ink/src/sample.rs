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

/// One vertex of a smoothed stroke: between two nodes the stroke is a capsule whose radius runs from one to
/// the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
pub struct Node {
    pub x_um: i32,
    pub y_um: i32,
    pub radius_um: u16,
}
