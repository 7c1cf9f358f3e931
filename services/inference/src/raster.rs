//! A grey picture and what recognition needs of it, pure: background, ink, cutting, resizing, normalising.
//!
//! 0 is black, 255 white, one byte a pixel. Writing may be dark on light or light on dark (a chalkboard): ink is
//! whatever differs clearly from the background, and the background is what most of the rim shows.

use api::inference::SIDE_MAX;

use crate::shape::{Area, Turned};

/// Longest side of a picture that is taken, in pixels.
const SIDE_LEN_MAX: usize = SIDE_MAX as usize;
/// A picture whose darkest and lightest differ less than this is empty: JPEG noise on paper stays below.
const CONTRAST_MIN: u8 = 24;

/// A grey picture without gaps between its rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raster {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

/// Why bytes are not a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RasterError {
    /// A side is 0 or too long.
    #[error("the picture is {width}x{height}; each side must be 1 to {SIDE_LEN_MAX} pixels")]
    Side {
        /// Pixels a row.
        width: usize,
        /// Rows.
        height: usize,
    },
    /// Rows would overlap.
    #[error("rows are {stride} bytes apart but {width} pixels wide; the stride must be at least the width")]
    Stride {
        /// Bytes from row to row.
        stride: usize,
        /// Pixels a row.
        width: usize,
    },
    /// Too few or too many bytes.
    #[error("{held} bytes were sent where {wanted} belong to this width, height and stride")]
    Length {
        /// Bytes that came.
        held: usize,
        /// Bytes that stride and height ask for.
        wanted: usize,
    },
}

impl Raster {
    /// Checks the sides alone, before any byte is read.
    pub fn check_sides(width: usize, height: usize) -> Result<(), RasterError> {
        let fits = |side: usize| (1..=SIDE_LEN_MAX).contains(&side);
        if fits(width) && fits(height) { Ok(()) } else { Err(RasterError::Side { width, height }) }
    }

    /// A picture from rows `stride` bytes apart; the last row may end at its last pixel.
    pub fn from_rows(bytes: &[u8], width: usize, height: usize, stride: usize) -> Result<Self, RasterError> {
        Self::check_sides(width, height)?;
        if stride < width {
            return Err(RasterError::Stride { stride, width });
        }
        let wanted = stride.saturating_mul(height);
        let tight = stride.saturating_mul(height - 1).saturating_add(width);
        if bytes.len() != wanted && bytes.len() != tight {
            return Err(RasterError::Length { held: bytes.len(), wanted });
        }
        let pixels = bytes.chunks(stride).take(height).flat_map(|row| &row[..width]).copied().collect();
        Ok(Self { width, height, pixels })
    }

    /// Pixels a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// One byte a pixel, row after row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// What most of the rim shows.
    pub(crate) fn background(&self) -> u8 {
        let mut count = [0_u32; 256];
        let (right, bottom) = (self.width - 1, self.height - 1);
        for x in 0..self.width {
            count[usize::from(self.pixels[x])] += 1;
            count[usize::from(self.pixels[bottom * self.width + x])] += 1;
        }
        for y in 0..self.height {
            count[usize::from(self.pixels[y * self.width])] += 1;
            count[usize::from(self.pixels[y * self.width + right])] += 1;
        }
        let half = count.iter().sum::<u32>() / 2;
        let mut seen = 0;
        // The median of the rim: a stroke that touches it does not move it.
        for (grey, times) in (0_u8..=255).zip(count) {
            seen += times;
            if seen > half {
                return grey;
            }
        }
        255
    }

    /// Which pixels are ink: those at least half way from the background to what differs most from it.
    pub(crate) fn ink(&self) -> Vec<bool> {
        let background = self.background();
        let far = self.pixels.iter().map(|&grey| grey.abs_diff(background)).max().unwrap_or(0);
        if far < CONTRAST_MIN {
            return vec![false; self.pixels.len()];
        }
        self.pixels.iter().map(|&grey| grey.abs_diff(background) >= far / 2).collect()
    }

    /// The part under `area`, which may reach over the rim; there the background goes on.
    pub(crate) fn cut(&self, area: Area) -> Self {
        let (width, height) = area.size();
        let fill = self.background();
        let mut pixels = vec![fill; width * height];
        for (row, y) in (area.top..area.bottom).enumerate() {
            let Some(source) = usize::try_from(y).ok().filter(|&y| y < self.height) else { continue };
            let left = area.left.max(0);
            let right = area.right.min(self.width as i32);
            if left < right {
                let from = source * self.width + left as usize;
                let to = row * width + (left - area.left) as usize;
                let len = (right - left) as usize;
                pixels[to..to + len].copy_from_slice(&self.pixels[from..from + len]);
            }
        }
        Self { width, height, pixels }
    }

    /// The part under a turned box, turned upright.
    pub(crate) fn cut_turned(&self, turned: &Turned) -> Self {
        let width = side_of(turned.width);
        let height = side_of(turned.height);
        let fill = self.background();
        let (sin, cos) = turned.turn.sin_cos();
        let mut pixels = Vec::with_capacity(width * height);
        for row in 0..height {
            for column in 0..width {
                let across = column as f32 + 0.5 - turned.width / 2.0;
                let down = row as f32 + 0.5 - turned.height / 2.0;
                let x = turned.x + across * cos - down * sin - 0.5;
                let y = turned.y + across * sin + down * cos - 0.5;
                pixels.push(self.between(x, y, fill));
            }
        }
        Self { width, height, pixels }
    }

    fn between(&self, x: f32, y: f32, fill: u8) -> u8 {
        let (left, top) = (x.floor(), y.floor());
        let (right_share, bottom_share) = (x - left, y - top);
        let at = |x: f32, y: f32| {
            let inside = x >= 0.0 && y >= 0.0 && x < self.width as f32 && y < self.height as f32;
            f32::from(if inside { self.pixels[y as usize * self.width + x as usize] } else { fill })
        };
        let upper = at(left, top) * (1.0 - right_share) + at(left + 1.0, top) * right_share;
        let lower = at(left, top + 1.0) * (1.0 - right_share) + at(left + 1.0, top + 1.0) * right_share;
        (upper * (1.0 - bottom_share) + lower * bottom_share).round() as u8
    }

    /// Another size. Shrinking averages all that falls on a pixel, so that thin strokes grow faint, not broken.
    pub(crate) fn resized(&self, width: usize, height: usize) -> Self {
        let (width, height) = (width.clamp(1, SIDE_LEN_MAX), height.clamp(1, SIDE_LEN_MAX));
        if (width, height) == (self.width, self.height) {
            return self.clone();
        }
        let across = weights(self.width, width);
        let mut narrow = vec![0.0_f32; width * self.height];
        for (row, out) in self.pixels.chunks_exact(self.width).zip(narrow.chunks_exact_mut(width)) {
            for (share, pixel) in across.iter().zip(out) {
                *pixel =
                    share.each.iter().zip(&row[share.first..]).map(|(w, &grey)| w * f32::from(grey)).sum();
            }
        }
        let mut pixels = Vec::with_capacity(width * height);
        let mut sum = vec![0.0_f32; width];
        for share in weights(self.height, height) {
            sum.fill(0.0);
            for (w, row) in share.each.iter().zip(narrow[share.first * width..].chunks_exact(width)) {
                sum.iter_mut().zip(row).for_each(|(sum, grey)| *sum += w * grey);
            }
            pixels.extend(sum.iter().map(|grey| grey.round().clamp(0.0, 255.0) as u8));
        }
        Self { width, height, pixels }
    }

    /// The picture at the top left of a canvas, three equal planes, each grey turned into `(grey/255 - mean) / std`;
    /// what is left of the canvas holds `rest`, itself a grey of 0 to 1.
    pub(crate) fn planes(&self, width: usize, height: usize, norm: &[(f32, f32); 3], rest: f32) -> Vec<f32> {
        let mut planes = Vec::with_capacity(3 * width * height);
        for &(mean, std) in norm {
            let table: Vec<f32> = (0_u8..=255).map(|grey| (f32::from(grey) / 255.0 - mean) / std).collect();
            let plane_start = planes.len();
            planes.resize(plane_start + width * height, (rest - mean) / std);
            let rows = self.pixels.chunks_exact(self.width);
            for (row, out) in rows.zip(planes[plane_start..].chunks_exact_mut(width)) {
                out.iter_mut().zip(row).for_each(|(out, &grey)| *out = table[usize::from(grey)]);
            }
        }
        planes
    }
}

/// The source pixels of one target pixel.
struct Share {
    first: usize,
    each: Vec<f32>,
}

/// A triangle as wide as one pixel of the coarser side, summing to 1.
fn weights(from: usize, to: usize) -> Vec<Share> {
    let step = from as f32 / to as f32;
    let reach = step.max(1.0);
    (0..to)
        .map(|index| {
            let centre = (index as f32 + 0.5) * step;
            let first = (centre - reach).floor().max(0.0) as usize;
            let last = ((centre + reach).ceil() as usize).clamp(first + 1, from);
            let first = first.min(last - 1);
            let mut each: Vec<f32> =
                (first..last).map(|at| (1.0 - (at as f32 + 0.5 - centre).abs() / reach).max(0.0)).collect();
            let sum: f32 = each.iter().sum();
            if sum > 0.0 {
                each.iter_mut().for_each(|weight| *weight /= sum);
            } else {
                each.fill(1.0 / (last - first) as f32);
            }
            Share { first, each }
        })
        .collect()
}

fn side_of(length: f32) -> usize {
    (length.round().max(1.0) as usize).min(SIDE_LEN_MAX)
}

#[cfg(test)]
mod tests;
