//! The exact time of a frame: `MSC_TIMESTAMP` on the source's clock instead of the moment of delivery.
//!
//! The kernel's `MSC_TIMESTAMP` counts microseconds since an arbitrary moment in 32 bits: it wraps after 71 minutes,
//! and hid-multitouch begins again at 0 when the panel has been silent for a second. A frame cannot have been
//! measured after it arrived, so the smallest delay seen so far is what ties the two clocks together; it is let
//! grow slowly, because the two clocks do not run alike.

/// A frame that seems later than this has lost its tie (a restart, a pause); USB delivers within far less.
const LATE_US: u64 = 50_000;
/// Of the lateness, this part is taken for drift of the clocks at each frame. Crystals differ by 100 millionths, so
/// that at 120 frames a second the tie stays within 1 ms.
const DRIFT_SHARE: u64 = 1024;

#[derive(Debug, Default)]
pub(crate) struct Stamp {
    /// What the frame under way says.
    told: Option<u32>,
    /// A stamp and its time on the source's clock.
    tie: Option<(u32, u64)>,
}

impl Stamp {
    pub(crate) fn event(&mut self, value: i32) {
        self.told = Some(value.cast_unsigned());
    }

    /// The frame ends: when it was measured. `arrived_us` is when the kernel got it.
    pub(crate) fn time(&mut self, arrived_us: u64) -> u64 {
        let Some(told) = self.told.take() else { return arrived_us };
        let exact = match self.tie {
            Some((stamp, time_us)) => {
                let exact = time_us.saturating_add(u64::from(told.wrapping_sub(stamp)));
                if exact > arrived_us || arrived_us - exact > LATE_US { arrived_us } else { exact }
            }
            None => arrived_us,
        };
        self.tie = Some((told, exact.saturating_add((arrived_us - exact).div_ceil(DRIFT_SHARE))));
        exact
    }

    /// The stream broke off.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }
}

#[cfg(test)]
mod tests;
