//! A page as the board itself draws it, and how far two pictures are apart.
use super::{keep, sample::lettering};
use crate::{
    Bitmap, Document,
    format::{Limits, page, picture},
};

/// A picture of opaque pixels.
pub(super) struct Look {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) pixels: Vec<u32>,
}

/// How many pixels wide pages are compared.
pub(super) const WIDTH: u32 = 1_200;

/// How far two pictures of one page may be apart in squares of eight pixels, in 255ths.
#[derive(Clone, Copy)]
pub(super) struct Apart {
    /// On the mean.
    pub(super) mean: f64,
    /// In any one square.
    pub(super) anywhere: f64,
}

/// Draws a page as the panel would show it.
pub(super) fn draw(document: &Document, number: usize) -> Look {
    Look::of(&page::picture(document, number, WIDTH, &lettering()).unwrap().0)
}

/// A page must look like another program's picture of it; that is kept under `name` to be looked at.
pub(super) fn assert_alike(document: &Document, number: usize, name: &str, theirs: &Look, most: Apart) {
    let ours = draw(document, number);
    keep(&format!("{name}-{number}.png"), theirs);
    keep(&format!("{name}-{number}-board.png"), &ours);
    let (mean, anywhere) = ours.apart(theirs);
    eprintln!("{name}, page {number}: {mean} {anywhere}");
    assert!(
        mean < most.mean && anywhere < most.anywhere,
        "page {number}: {mean:.2} on the mean, {anywhere:.1} at most"
    );
}

/// What makes the comparison worth something: without any one thing the first page is further apart than allowed.
pub(super) fn assert_each_thing_counts(whole: &Document, theirs: &Look, most: Apart) {
    for missing in 0..whole.sheets[0].things.len() {
        let mut board = whole.clone();
        let thing = board.sheets[0].things.remove(missing);
        let (mean, anywhere) = draw(&board, 0).apart(theirs);
        eprintln!("without {missing}: {mean} {anywhere}");
        assert!(
            mean >= most.mean || anywhere >= most.anywhere,
            "{thing:?}: {mean:.2} on the mean, {anywhere:.1} at most"
        );
    }
}

impl Look {
    /// A picture file's pixels on white.
    pub(super) fn of_file(bytes: &[u8]) -> Look {
        let limits = Limits { picture_area_px: 100_000_000, ..Limits::BOARD };
        let bitmap = picture::decode(bytes, &limits).unwrap();
        Look::of(&bitmap)
    }

    pub(super) fn of(bitmap: &Bitmap) -> Look {
        let pixels = bitmap.pixels.iter().map(|pixel| ink::over(0xffff_ffff, *pixel, 255)).collect();
        Look { width: bitmap.width, height: bitmap.height, pixels }
    }

    /// The mean of each channel in squares of `side` pixels: what a blurred eye sees.
    fn squares(&self, side: u32) -> Vec<[f64; 3]> {
        let (across, down) = (self.width / side, self.height / side);
        let mut squares = vec![[0.0; 3]; (across * down) as usize];
        for y in 0..down * side {
            for x in 0..across * side {
                let pixel = self.pixels[(y * self.width + x) as usize];
                let square = &mut squares[(y / side * across + x / side) as usize];
                for (channel, shift) in square.iter_mut().zip([16, 8, 0]) {
                    *channel += f64::from(pixel >> shift & 255) / f64::from(side * side);
                }
            }
        }
        squares
    }

    /// How far two pictures are apart, squares of eight pixels each: the mean, and the furthest of all squares,
    /// in 255ths.
    pub(super) fn apart(&self, other: &Look) -> (f64, f64) {
        assert!(self.width.abs_diff(other.width) <= 1 && self.height.abs_diff(other.height) <= 1);
        let (a, b) = (self.squares(8), other.squares(8));
        let far =
            |(a, b): (&[f64; 3], &[f64; 3])| a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
        let all: Vec<f64> = a.iter().zip(&b).map(far).collect();
        (all.iter().sum::<f64>() / all.len() as f64, all.iter().copied().fold(0.0, f64::max))
    }
}
