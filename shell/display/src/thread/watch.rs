//! Whoever measures the display thread hears of every picture.

use crate::area::Area;

/// A frame of contacts that the display thread has taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Taken {
    /// Its time on the display's clock.
    pub time_us: u64,
    pub contacts: usize,
}

/// Hears of every picture; a measurement's ear on the display thread.
pub trait Watch: Send {
    /// `frames` of contacts came since the picture before; `areas` were drawn; `pixels` is the whole screen
    /// (0x00RRGGBB, row by row). `sharp`: everything that the board shows is drawn, nothing is still to come.
    fn composed(&mut self, frames: &[Taken], areas: &[Area], pixels: &[u32], sharp: bool);
}
