//! One grey picture, and places in it. Pure.

use std::borrow::Cow;

/// Pictures beyond this many pixels are refused: 12 megapixels would take seconds.
pub const PIXELS_MAX: usize = 4096 * 3072;

/// Why bytes are no picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// Fewer bytes than width times height.
    #[error("the picture has {got} bytes where its size needs {needed}: the camera sent a broken frame")]
    Short {
        /// Bytes there.
        got: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// More than [`PIXELS_MAX`].
    #[error("the picture is too large ({width} x {height}): set the camera to a smaller size")]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
}

/// A grey picture, row by row without padding, 0 black.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture<'a> {
    gray: Cow<'a, [u8]>,
    width: usize,
    height: usize,
}

impl<'a> Picture<'a> {
    /// `width` x `height` bytes of `gray`; bytes beyond are left out.
    ///
    /// # Errors
    /// [`PictureError`] where the bytes do not suffice, or the size is beyond [`PIXELS_MAX`].
    pub fn new(gray: &'a [u8], width: usize, height: usize) -> Result<Self, PictureError> {
        let needed = width.saturating_mul(height);
        if needed > PIXELS_MAX {
            return Err(PictureError::TooLarge { width, height });
        }
        let gray = gray.get(..needed).ok_or(PictureError::Short { got: gray.len(), needed })?;
        Ok(Self { gray: gray.into(), width, height })
    }

    /// A picture made here, of the size it was made for.
    pub(crate) fn made(gray: Vec<u8>, width: usize, height: usize) -> Picture<'static> {
        debug_assert_eq!(gray.len(), width * height);
        Picture { gray: gray.into(), width, height }
    }

    /// All bytes.
    pub fn gray(&self) -> &[u8] {
        &self.gray
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// One row from the top.
    pub(crate) fn row(&self, y: usize) -> &[u8] {
        &self.gray[y * self.width..][..self.width]
    }

    /// For each count the grey that so many pixels are darker than.
    pub(crate) fn quantiles<const N: usize>(&self, below: [usize; N]) -> [u8; N] {
        let mut counts = [0usize; 256];
        self.gray.iter().for_each(|grey| counts[usize::from(*grey)] += 1);
        below.map(|below| {
            let mut sum = 0;
            let found = counts.iter().position(|count| {
                sum += count;
                sum > below
            });
            found.unwrap_or(255) as u8
        })
    }

    /// The whole of it as a place.
    pub fn all(&self) -> Region {
        Region { left: 0, top: 0, width: self.width, height: self.height }
    }

    /// A copy of one place; what of the place lies outside is left out.
    pub fn crop(&self, region: Region) -> Picture<'static> {
        let region = region.within(self.width, self.height);
        let rows = (region.top..region.top + region.height).map(|y| self.row(y));
        let gray = rows.flat_map(|row| &row[region.left..region.left + region.width]).copied().collect();
        Picture::made(gray, region.width, region.height)
    }
}

/// A place in a picture, in pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// First column.
    pub left: usize,
    /// First row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Region {
    /// The part of it inside a picture of that size.
    pub fn within(self, width: usize, height: usize) -> Self {
        let (left, top) = (self.left.min(width), self.top.min(height));
        Self { left, top, width: self.width.min(width - left), height: self.height.min(height - top) }
    }

    /// The same place with `margin` pixels more on each side; at the left and top as far as there are any.
    pub fn grown(self, margin: usize) -> Self {
        let (left, top) = (self.left.saturating_sub(margin), self.top.saturating_sub(margin));
        Self {
            left,
            top,
            width: self.left - left + self.width + margin,
            height: self.top - top + self.height + margin,
        }
    }
}

/// The four corners of a code, from its own top left clockwise, as (x, y).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Corners(pub [(f32, f32); 4]);

impl Corners {
    /// The smallest place that holds all four.
    pub fn bounds(&self) -> Region {
        let xs = self.0.map(|(x, _)| x.max(0.0));
        let ys = self.0.map(|(_, y)| y.max(0.0));
        let least = |values: [f32; 4]| values.into_iter().fold(f32::INFINITY, f32::min) as usize;
        let most = |values: [f32; 4]| values.into_iter().fold(0.0, f32::max).ceil() as usize;
        let (left, top) = (least(xs), least(ys));
        Region { left, top, width: most(xs) - left, height: most(ys) - top }
    }

    /// The lengths of the sides, from the top clockwise.
    pub fn sides(&self) -> [f32; 4] {
        std::array::from_fn(|side| {
            let ((x0, y0), (x1, y1)) = (self.0[side], self.0[(side + 1) % 4]);
            (x1 - x0).hypot(y1 - y0)
        })
    }

    /// The mean of the four.
    pub fn centre(&self) -> (f32, f32) {
        let sum = self.0.iter().fold((0.0, 0.0), |(sx, sy), (x, y)| (sx + x, sy + y));
        (sum.0 / 4.0, sum.1 / 4.0)
    }
}

#[cfg(test)]
mod tests {
    //! Places inside, across and outside the border.
    use super::*;

    #[test]
    fn crops() {
        let gray: Vec<u8> = (0..20).collect();
        let picture = Picture::new(&gray, 5, 4).unwrap();
        let crop = |left, top, width, height| picture.crop(Region { left, top, width, height });
        assert_eq!(crop(1, 1, 2, 2).gray(), [6, 7, 11, 12]);
        assert_eq!(crop(4, 3, 9, 9).gray(), [19]);
        assert_eq!(crop(7, 9, 2, 2), Picture::made(vec![], 0, 0));
        assert_eq!(picture.crop(picture.all()).gray(), gray);
    }

    #[test]
    fn a_quantile_counts_pixels() {
        let picture = Picture::made(vec![9, 1, 5, 5], 4, 1);
        assert_eq!(picture.quantiles([0, 1, 2, 3, 4]), [1, 5, 5, 9, 255]);
    }

    #[test]
    fn a_region_grows_up_to_the_border() {
        let region = Region { left: 3, top: 10, width: 4, height: 5 }.grown(5);
        assert_eq!(region, Region { left: 0, top: 5, width: 12, height: 15 });
        assert_eq!(region.within(10, 100), Region { left: 0, top: 5, width: 10, height: 15 });
    }

    #[test]
    fn corners_of_a_turned_square() {
        let corners = Corners([(10.0, 0.0), (20.0, 10.0), (10.0, 20.0), (0.0, 10.0)]);
        assert_eq!(corners.bounds(), Region { left: 0, top: 0, width: 20, height: 20 });
        assert_eq!(corners.centre(), (10.0, 10.0));
        assert!(corners.sides().iter().all(|side| (side - 14.142).abs() < 0.001));
    }
}
