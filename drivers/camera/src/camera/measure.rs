//! What a technician wants to know about a camera: how soon, how often and how well it sees.

use std::time::{Duration, Instant};

use super::{Camera, CameraError};
use crate::pipeline::Pulled;

/// For how long frames are counted.
const COUNT_FOR: Duration = Duration::from_secs(1);
/// How long one wait for a frame lasts at most.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Below this contrast a picture shows nothing: a covered lens, or a dark room.
const PLAIN_CONTRAST: u8 = 2;

/// What a camera sees.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured {
    /// How long the first frame took.
    pub first: Duration,
    /// Frames in a thousand seconds.
    pub rate_milli: u32,
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Mean of the lightness, 0 black to 255 white.
    pub brightness: u8,
    /// Its standard deviation, 0 where the picture is of one colour.
    pub contrast: u8,
    /// Mean square of the difference between a pixel and the mean of the four beside it: tens for a blurred picture,
    /// hundreds and more for a sharp one.
    pub sharpness: u32,
}

impl Measured {
    /// Whether the picture shows nothing.
    pub fn is_plain(&self) -> bool {
        self.contrast < PLAIN_CONTRAST
    }
}

impl Camera {
    /// Measures what comes for a second from the first frame on, which has to come within this time. No code is looked
    /// for meanwhile.
    ///
    /// # Errors
    /// As [`Camera::next`], and [`CameraError::Stalled`] where no frame came.
    pub fn measure(&mut self, within: Duration) -> Result<Measured, CameraError> {
        let began = Instant::now();
        let (mut first, mut frames, mut last) = (None, 0_u32, None);
        loop {
            let from = first.map_or(began, |first| began + first);
            let left = if first.is_some() { COUNT_FOR } else { within }.saturating_sub(from.elapsed());
            if left.is_zero() {
                break;
            }
            if let Pulled::Frame(frame) = self.pipeline.pull(left.min(LOOK_EVERY), self.any_frame)? {
                self.last_frame = Instant::now();
                self.any_frame = true;
                first.get_or_insert_with(|| began.elapsed());
                frames = frames.saturating_add(1);
                last = Some(frame);
            }
        }
        let (Some(first), Some(frame)) = (first, last) else {
            return Err(CameraError::Stalled { source_name: self.source_name.clone() });
        };
        let milliseconds = u32::try_from(COUNT_FOR.as_millis()).unwrap_or(u32::MAX);
        let (brightness, contrast, sharpness) = facts(&frame.gray, frame.width);
        Ok(Measured {
            first,
            rate_milli: frames.saturating_mul(1_000_000) / milliseconds,
            width: frame.width,
            height: frame.height,
            brightness,
            contrast,
            sharpness,
        })
    }
}

/// Brightness, contrast and sharpness of a grey picture.
fn facts(gray: &[u8], width: usize) -> (u8, u8, u32) {
    let count = i64::try_from(gray.len()).unwrap_or(i64::MAX).max(1);
    let mean = gray.iter().copied().map(i64::from).sum::<i64>() / count;
    let variance = gray.iter().map(|light| (i64::from(*light) - mean).pow(2)).sum::<i64>() / count;
    let (mut edges, mut places) = (0_i64, 0_i64);
    let rows: Vec<&[u8]> = gray.chunks_exact(width.max(1)).collect();
    for three in rows.windows(3) {
        for x in 1..width.saturating_sub(1) {
            let at = |row: usize, x: usize| i64::from(three[row][x]);
            let around = at(1, x - 1) + at(1, x + 1) + at(0, x) + at(2, x);
            edges += (at(1, x) - around / 4).pow(2);
            places += 1;
        }
    }
    let sharpness = u32::try_from(edges.checked_div(places).unwrap_or(0)).unwrap_or(u32::MAX);
    (u8::try_from(mean).unwrap_or(u8::MAX), u8::try_from(variance.isqrt()).unwrap_or(u8::MAX), sharpness)
}

#[cfg(test)]
mod tests {
    //! Pictures whose facts are known.
    use super::*;

    #[test]
    fn known_pictures() {
        let of = |light: fn(usize, usize) -> u8| {
            let gray: Vec<u8> = (0..64 * 16).map(|at| light(at % 64, at / 64)).collect();
            facts(&gray, 64)
        };
        assert_eq!(of(|_, _| 0), (0, 0, 0));
        assert_eq!(of(|x, y| if (x + y) % 2 == 0 { 255 } else { 0 }), (127, 127, 65_025));
        let (sharp, blurred) = (of(|x, _| if x < 32 { 0 } else { 255 }), of(|x, _| (x * 4) as u8));
        assert!(sharp.2 > 100 && blurred.2 < 10, "{sharp:?} {blurred:?}");
        assert_eq!(facts(&[], 0), (0, 0, 0));
    }
}
