//! A small grey picture of what a camera sees, so that the person before it can see it too.

/// Most pixels of its longer side: enough to aim a phone by, too few to read anything from.
const SIDE_MAX: usize = 160;

/// A small grey picture, row by row, 0 black to 255 white. It prints only its size.
#[derive(Clone, PartialEq, Eq)]
pub struct Glance {
    /// Pixels of a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` bytes.
    pub gray: Vec<u8>,
}

impl std::fmt::Debug for Glance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Glance({}x{})", self.width, self.height)
    }
}

impl Glance {
    /// Of a frame, each pixel the mean of those it stands for. None where the frame is empty or not of that size.
    pub(crate) fn of(gray: &[u8], width: usize, height: usize) -> Option<Self> {
        if width == 0 || height == 0 || gray.len() != width.checked_mul(height)? {
            return None;
        }
        let step = width.max(height).div_ceil(SIDE_MAX);
        let (across, down) = ((width / step).max(1), (height / step).max(1));
        let mut small = Vec::with_capacity(across * down);
        for y in 0..down {
            for x in 0..across {
                let rows = gray.chunks_exact(width).skip(y * step).take(step);
                let (sum, count) = rows
                    .flat_map(|row| row.iter().skip(x * step).take(step))
                    .fold((0_usize, 0_usize), |(sum, count), &pixel| (sum + usize::from(pixel), count + 1));
                small.push(u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX));
            }
        }
        Some(Self { width: across, height: down, gray: small })
    }
}

#[cfg(test)]
mod tests {
    //! Sizes and means.
    use super::Glance;

    #[test]
    fn each_pixel_is_the_mean_of_its_square() {
        let (width, height) = (640, 480);
        let gray: Vec<u8> =
            (0..width * height).map(|at| if (at % width) < width / 2 { 200 } else { 10 }).collect();
        let glance = Glance::of(&gray, width, height).unwrap();
        assert_eq!((glance.width, glance.height, glance.gray.len()), (160, 120, 19_200));
        assert_eq!((glance.gray[0], glance.gray[79], glance.gray[80]), (200, 200, 10));
        let checks: Vec<u8> =
            (0..320 * 320).map(|at| if (at / 320 + at) % 2 == 0 { 0 } else { 100 }).collect();
        assert!(Glance::of(&checks, 320, 320).unwrap().gray.iter().all(|&pixel| pixel == 50));
    }

    #[test]
    fn small_and_odd_frames_are_taken_and_wrong_ones_are_not() {
        let glance = Glance::of(&[7; 3 * 5], 3, 5).unwrap();
        assert_eq!((glance.width, glance.height, glance.gray.as_slice()), (3, 5, [7; 15].as_slice()));
        assert_eq!(Glance::of(&[7; 161], 161, 1).unwrap().width, 80);
        assert_eq!(Glance::of(&[], 0, 0), None);
        assert_eq!(Glance::of(&[7; 4], 2, 3), None);
        assert_eq!(format!("{:?}", Glance::of(&[7; 4], 2, 2).unwrap()), "Glance(2x2)");
    }
}
