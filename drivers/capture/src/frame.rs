//! A picture in colour.

use std::fmt;
use std::time::Duration;

use gstreamer as gst;

/// Bytes of a pixel: blue, green, red, and one that means nothing.
pub(crate) const PIXEL: usize = 4;

/// A picture as GStreamer's BGRx: a pixel is blue, green, red and a byte that means nothing; rows follow each other
/// without padding, from the top. It is the pipeline's own memory and was never copied here.
pub struct Frame {
    pixels: gst::MappedBuffer<gst::buffer::Readable>,
    width: usize,
    height: usize,
    at: Duration,
}

impl Frame {
    /// None for a sample that is not what was asked for.
    pub(crate) fn of(sample: &gst::Sample) -> Option<Self> {
        let shape = sample.caps()?.structure(0)?;
        let size = |name| usize::try_from(shape.get::<i32>(name).ok()?).ok();
        let (width, height) = (size("width")?, size("height")?);
        let buffer = sample.buffer_owned()?;
        let at = buffer.pts().map_or(Duration::ZERO, Duration::from);
        let pixels = buffer.into_mapped_buffer_readable().ok()?;
        let fits = pixels.size() == width.checked_mul(height)?.checked_mul(PIXEL)?;
        fits.then_some(Self { pixels, width, height, at })
    }

    /// All pixels, row by row.
    pub fn pixels(&self) -> &[u8] {
        self.pixels.as_slice()
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// When it was taken, since the input was opened.
    pub fn at(&self) -> Duration {
        self.at
    }
}

impl fmt::Debug for Frame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Frame({}x{} at {:?})", self.width, self.height, self.at)
    }
}
