//! One picture of a camera in the formats that cameras and decoders give, and the samples that a network takes of it.
//!
//! NV12 is read as BT.601 in video range, what webcams send below the name; a network for faces does not see the
//! difference to BT.709. A frame is never written anywhere.

use super::place::Square;

/// Longest side: 4K.
pub(crate) const SIDE_MAX: usize = 3840;
/// At most so many samples along each side of a network's pixel: enough that 4K does not flicker, and a 720p frame
/// costs a millisecond.
const SAMPLES_MAX: f32 = 4.0;

/// How pixels lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// One byte a pixel, 0 black to 255 white.
    Grey8,
    /// Red, green and blue, a byte each.
    Rgb8,
    /// A plane of luma, then one of chroma pairs at half width and height; sides are even.
    Nv12,
}

/// Why bytes are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameError {
    /// A side is none or too long.
    #[error("a frame of {width}x{height} pixels is not taken; sides are 1 to {SIDE_MAX}, even for NV12")]
    Side {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// Rows overlap.
    #[error("rows of {stride} bytes cannot hold {row} bytes of pixels")]
    Stride {
        /// Bytes from row to row.
        stride: usize,
        /// Bytes of pixels in a row.
        row: usize,
    },
    /// Bytes are missing or too many.
    #[error("the frame has {found} bytes where its sides ask for {wanted}")]
    Length {
        /// Bytes there.
        found: usize,
        /// Bytes that belong there.
        wanted: usize,
    },
}

/// One frame.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame {
    format: Format,
    width: usize,
    height: usize,
    stride: usize,
    bytes: Vec<u8>,
}

// People are in it: it never prints.
impl std::fmt::Debug for Frame {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(out, "Frame {:?} {}x{}", self.format, self.width, self.height)
    }
}

impl Frame {
    /// Whether sides are taken at all, before anything is read.
    pub fn check_sides(format: Format, width: usize, height: usize) -> Result<(), FrameError> {
        let odd = format == Format::Nv12 && (width % 2, height % 2) != (0, 0);
        let fits = (1..=SIDE_MAX).contains(&width) && (1..=SIDE_MAX).contains(&height);
        if fits && !odd { Ok(()) } else { Err(FrameError::Side { width, height }) }
    }

    /// A frame whose rows (of all planes) start `stride` bytes apart. The last row may end with its pixels.
    pub fn new(
        format: Format,
        width: usize,
        height: usize,
        stride: usize,
        bytes: Vec<u8>,
    ) -> Result<Self, FrameError> {
        Self::check_sides(format, width, height)?;
        let (row, rows) = match format {
            Format::Grey8 => (width, height),
            Format::Rgb8 => (3 * width, height),
            Format::Nv12 => (width, height + height / 2),
        };
        // A stride beyond twice the longest row is a mistake, and would overflow.
        if stride < row || stride > 6 * SIDE_MAX {
            return Err(FrameError::Stride { stride, row });
        }
        let (least, most) = (stride * (rows - 1) + row, stride * rows);
        if !(least..=most).contains(&bytes.len()) {
            return Err(FrameError::Length { found: bytes.len(), wanted: most });
        }
        Ok(Self { format, width, height, stride, bytes })
    }

    /// Pixels across.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Pixels down.
    pub fn height(&self) -> usize {
        self.height
    }

    /// Red, green, blue of the pixel at a place inside.
    fn pixel(&self, x: usize, y: usize) -> [f32; 3] {
        let row = y * self.stride;
        match self.format {
            Format::Grey8 => [f32::from(self.bytes[row + x]); 3],
            Format::Rgb8 => {
                let at = row + 3 * x;
                [self.bytes[at], self.bytes[at + 1], self.bytes[at + 2]].map(f32::from)
            }
            Format::Nv12 => {
                let pair = (self.height + y / 2) * self.stride + (x & !1);
                let luma = 1.164 * (f32::from(self.bytes[row + x]) - 16.0);
                let blue = f32::from(self.bytes[pair]) - 128.0;
                let red = f32::from(self.bytes[pair + 1]) - 128.0;
                [luma + 1.596 * red, luma - 0.392 * blue - 0.813 * red, luma + 2.017 * blue]
                    .map(|part| part.clamp(0.0, 255.0))
            }
        }
    }

    /// The pixel that a point lies in, black outside.
    fn nearest(&self, x: f32, y: f32) -> [f32; 3] {
        if x < 0.0 || y < 0.0 {
            return [0.0; 3];
        }
        let (x, y) = (x as usize, y as usize);
        if x < self.width && y < self.height { self.pixel(x, y) } else { [0.0; 3] }
    }

    /// Between the four pixels around a point, black outside.
    fn between(&self, x: f32, y: f32) -> [f32; 3] {
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (x.floor(), y.floor());
        let (part_x, part_y) = (x - left, y - top);
        let corners = [
            (0.0, 0.0, (1.0 - part_x) * (1.0 - part_y)),
            (1.0, 0.0, part_x * (1.0 - part_y)),
            (0.0, 1.0, (1.0 - part_x) * part_y),
            (1.0, 1.0, part_x * part_y),
        ];
        let mut sum = [0.0; 3];
        for (right, down, weight) in corners {
            let pixel = self.nearest(left + right, top + down);
            for (sum, part) in sum.iter_mut().zip(pixel) {
                *sum += weight * part;
            }
        }
        sum
    }

    /// A square of the frame as planes of `pixels` times `pixels` numbers, red first, black becoming `black` and
    /// white 1. What lies outside the frame is black.
    pub fn sample(&self, square: &Square, pixels: usize, black: f32) -> Vec<f32> {
        let step = square.side / pixels as f32;
        let taps = step.round().clamp(1.0, SAMPLES_MAX) as usize;
        let (origin, along, down) =
            (square.to_frame(0.0, 0.0), square.to_frame(1.0, 0.0), square.to_frame(0.0, 1.0));
        let unit = 1.0 / (pixels * taps) as f32;
        let (ax, ay) = ((along.x - origin.x) * unit, (along.y - origin.y) * unit);
        let (dx, dy) = ((down.x - origin.x) * unit, (down.y - origin.y) * unit);
        let plane = pixels * pixels;
        let scale = (1.0 - black) / (255.0 * (taps * taps) as f32);
        let mut planes = vec![0.0; 3 * plane];
        for row in 0..pixels {
            for column in 0..pixels {
                let mut sum = [0.0_f32; 3];
                for tap_row in 0..taps {
                    for tap_column in 0..taps {
                        let a = (column * taps + tap_column) as f32 + 0.5;
                        let d = (row * taps + tap_row) as f32 + 0.5;
                        let (x, y) = (origin.x + a * ax + d * dx, origin.y + a * ay + d * dy);
                        let pixel = if taps == 1 { self.between(x, y) } else { self.nearest(x, y) };
                        for (sum, part) in sum.iter_mut().zip(pixel) {
                            *sum += part;
                        }
                    }
                }
                for (channel, sum) in sum.into_iter().enumerate() {
                    planes[channel * plane + row * pixels + column] = black + sum * scale;
                }
            }
        }
        planes
    }
}

#[cfg(test)]
mod tests;
