//! How bright, rich and sharp a picture is: what a technician's self-test says about it.

use crate::frame::PIXEL;

/// What can be said about a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// Mean of its lightness, 0 black to 255 white.
    pub brightness: u8,
    /// Standard deviation of its lightness, 0 where it is of one colour, at most 127.
    pub contrast: u8,
    /// Mean square of the difference between a pixel and the mean of the four beside it: 0 where nothing has an edge,
    /// tens for a blurred picture, hundreds and more for a sharp one.
    pub sharpness: u32,
}

/// Below this contrast a picture shows nothing: a covered lens, or the plain screen of an adapter without a signal.
pub const PLAIN_CONTRAST: u8 = 2;

impl Facts {
    /// Of a picture of BGRx pixels.
    pub fn of(pixels: &[u8], width: usize) -> Self {
        let gray: Vec<i64> = pixels.chunks_exact(PIXEL).map(lightness).collect();
        let count = i64::try_from(gray.len()).unwrap_or(i64::MAX);
        if count == 0 || width == 0 {
            return Self::default();
        }
        let mean = gray.iter().sum::<i64>() / count;
        let variance = gray.iter().map(|light| (light - mean).pow(2)).sum::<i64>() / count;
        Self {
            brightness: u8::try_from(mean).unwrap_or(u8::MAX),
            contrast: u8::try_from(variance.isqrt()).unwrap_or(u8::MAX),
            sharpness: sharpness(&gray, width),
        }
    }

    /// Whether it shows nothing.
    pub fn is_plain(self) -> bool {
        self.contrast < PLAIN_CONTRAST
    }
}

/// By the weights of ITU-R BT.601, of 1000.
fn lightness(pixel: &[u8]) -> i64 {
    (i64::from(pixel[2]) * 299 + i64::from(pixel[1]) * 587 + i64::from(pixel[0]) * 114) / 1000
}

fn sharpness(gray: &[i64], width: usize) -> u32 {
    let height = gray.len() / width;
    let (mut sum, mut count) = (0_i64, 0_i64);
    for row in 1..height.saturating_sub(1) {
        for at in row * width + 1..row * width + width.saturating_sub(1) {
            let around = gray[at - 1] + gray[at + 1] + gray[at - width] + gray[at + width];
            sum += (gray[at] - around / 4).pow(2);
            count += 1;
        }
    }
    u32::try_from(sum.checked_div(count).unwrap_or(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    //! Pictures whose facts are known.
    use super::*;
    use proptest::prelude::*;

    fn of(width: usize, height: usize, light: impl Fn(usize, usize) -> u8) -> Facts {
        let at = |index: usize| light(index % width, index / width);
        let pixels: Vec<u8> =
            (0..width * height).flat_map(|index| [at(index), at(index), at(index), 9]).collect();
        Facts::of(&pixels, width)
    }

    #[test]
    fn known_pictures() {
        let black = of(16, 16, |_, _| 0);
        assert_eq!(black, Facts::default());
        assert!(black.is_plain());
        let white = of(16, 16, |_, _| 255);
        assert_eq!((white.brightness, white.contrast, white.sharpness), (255, 0, 0));
        let board = of(16, 16, |x, y| if (x + y) % 2 == 0 { 255 } else { 0 });
        assert_eq!((board.brightness, board.contrast, board.sharpness), (127, 127, 65_025));
        let ramp = of(256, 4, |x, _| x as u8);
        assert_eq!((ramp.brightness, ramp.contrast, ramp.sharpness), (127, 73, 0));
        assert!(!ramp.is_plain());
    }

    #[test]
    fn a_blurred_edge_is_less_sharp() {
        let sharp = of(64, 8, |x, _| if x < 32 { 0 } else { 255 });
        let blurred = of(64, 8, |x, _| (x * 4) as u8);
        assert!(sharp.sharpness > 100 && blurred.sharpness < 10, "{sharp:?} {blurred:?}");
    }

    #[test]
    fn green_is_brighter_than_blue() {
        let one = |pixel: [u8; 4]| Facts::of(&pixel, 1).brightness;
        assert_eq!((one([255, 0, 0, 0]), one([0, 255, 0, 0]), one([0, 0, 255, 0])), (29, 149, 76));
    }

    proptest! {
        #[test]
        fn any_bytes(pixels in prop::collection::vec(any::<u8>(), 0..400), width in 0..30_usize) {
            prop_assert!(Facts::of(&pixels, width).contrast <= 128);
        }
    }
}
