//! A frame as large as it is shown: averaged, never enlarged (the board does that), and whole, between dark bars where
//! its shape is another.

use board::Bitmap;

/// Beside the picture.
const BAR: u32 = 0xff10_1312;
/// Opaque.
const OPAQUE: u32 = 0xff00_0000;

/// A picture as the driver gives it: blue, green, red and a byte that means nothing, rows without padding.
#[derive(Clone, Copy)]
pub(super) struct Raw<'a> {
    pub(super) pixels: &'a [u8],
    pub(super) width: usize,
    pub(super) height: usize,
}

impl Raw<'_> {
    /// For a box of so many pixels: of the box's shape, and no larger than the frame needs.
    pub(super) fn fit(&self, (wide, high): (u32, u32)) -> Bitmap {
        let (sw, sh) = (self.width.max(1) as f64, self.height.max(1) as f64);
        let (wide, high) = (f64::from(wide.max(1)), f64::from(high.max(1)));
        let factor = (wide / sw).min(high / sh);
        let grown = factor.max(1.0);
        let whole = |length: f64| (length.round() as usize).max(1);
        let (out_w, out_h) = (whole(wide / grown), whole(high / grown));
        let (pic_w, pic_h) = (whole(sw * factor.min(1.0)).min(out_w), whole(sh * factor.min(1.0)).min(out_h));
        let (left, top) = ((out_w - pic_w) / 2, (out_h - pic_h) / 2);
        let mut pixels = vec![BAR; out_w * out_h];
        for y in 0..pic_h {
            let start = (top + y) * out_w + left;
            self.row(y, (pic_w, pic_h), &mut pixels[start..start + pic_w]);
        }
        Bitmap { width: out_w as u32, height: out_h as u32, pixels: pixels.into() }
    }

    /// One row of the picture in so many pixels: each the mean of what it covers.
    fn row(&self, y: usize, (pic_w, pic_h): (usize, usize), into: &mut [u32]) {
        let (y0, y1) = (y * self.height / pic_h, ((y + 1) * self.height).div_ceil(pic_h));
        for (x, pixel) in into.iter_mut().enumerate() {
            let (x0, x1) = (x * self.width / pic_w, ((x + 1) * self.width).div_ceil(pic_w));
            let (mut sums, mut count) = ([0_u32; 3], 0);
            for row in y0..y1 {
                let from = row * self.width;
                for source in self.pixels[(from + x0) * 4..(from + x1) * 4].chunks_exact(4) {
                    for (sum, channel) in sums.iter_mut().zip(source) {
                        *sum += u32::from(*channel);
                    }
                    count += 1;
                }
            }
            let [blue, green, red] = sums.map(|sum| sum / count.max(1));
            *pixel = OPAQUE | red << 16 | green << 8 | blue;
        }
    }

    /// Red, green, blue, as pictures are written.
    pub(super) fn rgb(&self) -> Vec<u8> {
        self.pixels.chunks_exact(4).flat_map(|pixel| [pixel[2], pixel[1], pixel[0]]).collect()
    }
}

#[cfg(test)]
mod tests {
    //! Shapes, means and bars.
    use super::*;

    fn raw(pixels: &[u8], width: usize, height: usize) -> Raw<'_> {
        Raw { pixels, width, height }
    }

    #[test]
    fn what_is_smaller_is_the_mean_of_what_it_covers() {
        let pixels = [[0, 0, 200, 9], [0, 100, 0, 9], [100, 0, 0, 9], [100, 100, 200, 9]].concat();
        let one = raw(&pixels, 2, 2).fit((1, 1));
        assert_eq!((one.width, one.height, &one.pixels[..]), (1, 1, &[0xff64_3232][..]));
        let same = raw(&pixels, 2, 2).fit((2, 2));
        assert_eq!(&same.pixels[..], &[0xffc8_0000, 0xff00_6400, 0xff00_0064, 0xffc8_6464]);
    }

    #[test]
    fn nothing_is_enlarged_and_another_shape_gets_bars() {
        let pixels = [7, 7, 7, 0].repeat(40 * 30);
        let shown = raw(&pixels, 40, 30).fit((1600, 900));
        assert_eq!((shown.width, shown.height), (53, 30), "the box's shape at the frame's own height");
        assert_eq!((shown.pixels[0], shown.pixels[26]), (BAR, 0xff07_0707));
        let small = raw(&pixels, 40, 30).fit((20, 20));
        assert_eq!((small.width, small.height), (20, 20));
        assert_eq!((small.pixels[0], small.pixels[10 * 20]), (BAR, 0xff07_0707));
    }
}
