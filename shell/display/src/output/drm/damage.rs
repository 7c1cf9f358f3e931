//! A bounded list of rectangles: what one buffer still lacks, or what the driver has not been told.
//!
//! Unlike the compositor's list it never grows: its room is taken once, when the screen is lit.

use crate::area::Area;

/// Rectangles in a list. Forty hands and a dozen surfaces fit; the kernel refuses a call with more than 256.
pub(crate) const CLIPS_MAX: usize = 64;
/// Two rectangles become one where that adds no more pixels than this: a short row copied twice costs more.
const WASTE: i64 = 32 * 32;

/// Rectangles that together cover everything that was added.
#[derive(Debug)]
pub(crate) struct Clips {
    areas: Vec<Area>,
}

impl Clips {
    pub(crate) fn new() -> Self {
        Self { areas: Vec::with_capacity(CLIPS_MAX) }
    }

    pub(crate) fn as_slice(&self) -> &[Area] {
        &self.areas
    }

    pub(crate) fn clear(&mut self) {
        self.areas.clear();
    }

    /// Pixels of all rectangles; those covered twice count twice.
    pub(crate) fn pixels(&self) -> i64 {
        self.areas.iter().map(Area::pixels).sum()
    }

    /// Adds one. In a full list it is joined to the rectangle that grows least by it.
    pub(crate) fn add(&mut self, area: Area) {
        if area.is_empty() {
            return;
        }
        let mut area = area;
        // A joined rectangle can meet another one, so look again after each join; every join shortens the list.
        while let Some(at) = self.partner(area) {
            area = self.areas.swap_remove(at).union(area);
        }
        self.areas.push(area);
    }

    /// The rectangle to join `area` to, if it should be joined at all.
    fn partner(&self, area: Area) -> Option<usize> {
        let waste = |other: &Area| {
            let needed = area.pixels() + other.pixels() - area.intersect(*other).pixels();
            area.union(*other).pixels() - needed
        };
        let (least, at) = self.areas.iter().map(waste).zip(0..).min()?;
        (least <= WASTE || self.areas.len() == CLIPS_MAX).then_some(at)
    }
}
