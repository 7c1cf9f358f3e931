//! How much a file may bring, so that none can take the board's memory or time.
use crate::format::FormatError;

/// What one file may bring at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    pub pages: u64,
    /// Things of any kind on one page.
    pub things_per_page: u64,
    /// Things of any kind on all pages.
    pub things: u64,
    /// Points of all lines and paths.
    pub points: u64,
    /// Files shown: pictures, pages of PDF, videos.
    pub media: u64,
    /// Bytes of all files shown.
    pub media_bytes: u64,
    /// Bytes of the file as it is read, and of what it unpacks to.
    pub bytes: u64,
    /// How many times larger a file may become when unpacked: text packs to a tenth, ink to a fifth, a bomb to
    /// a thousandth.
    pub unpack_ratio: u64,
    /// Files inside an archive.
    pub entries: u64,
    /// Elements inside elements: real drawings have a dozen.
    pub depth: u64,
    /// Width or height of a picture, in pixels: three times the largest panel.
    pub picture_px: u64,
    /// Pixels of a picture: a 50 megapixel camera's, in 200 MB.
    pub picture_area_px: u64,
}

impl Limits {
    /// What a board takes: 200 pages, a hundred thousand strokes a page, a million in all, 500 pictures.
    pub const BOARD: Limits = Limits {
        pages: 200,
        things_per_page: 100_000,
        things: 1_000_000,
        points: 40_000_000,
        media: 500,
        media_bytes: 512 << 20,
        bytes: 256 << 20,
        unpack_ratio: 200,
        entries: 10_000,
        depth: 64,
        picture_px: 12_288,
        picture_area_px: 50_000_000,
    };

    /// How many bytes a packed file of this length may unpack to. Small files may hold a page of one colour, so
    /// the ratio counts from a mebibyte on.
    pub fn unpacked(&self, packed: usize) -> u64 {
        (packed as u64).saturating_mul(self.unpack_ratio).max(1 << 20).min(self.bytes)
    }

    /// Refuses a file that is longer than what may be read.
    pub fn check_length(&self, bytes: &[u8]) -> Result<(), FormatError> {
        within("bytes", bytes.len() as u64, self.bytes)
    }

    /// Refuses a picture whose pixels would not fit.
    pub fn check_picture(&self, width_px: u32, height_px: u32) -> Result<(), FormatError> {
        let (width, height) = (u64::from(width_px), u64::from(height_px));
        within("pixels across in a picture", width.max(height), self.picture_px)?;
        within("pixels in a picture", width * height, self.picture_area_px)
    }
}

/// Counts what a file brings while it is read.
#[derive(Clone, Debug)]
pub struct Tally {
    limits: Limits,
    pages: u64,
    things_here: u64,
    things: u64,
    points: u64,
    media: u64,
    media_bytes: u64,
}

impl Tally {
    pub fn new(limits: &Limits) -> Tally {
        Tally { limits: *limits, pages: 0, things_here: 0, things: 0, points: 0, media: 0, media_bytes: 0 }
    }

    pub fn page(&mut self) -> Result<(), FormatError> {
        self.pages += 1;
        self.things_here = 0;
        within("pages", self.pages, self.limits.pages)
    }

    /// A thing on the page last told of.
    pub fn thing(&mut self) -> Result<(), FormatError> {
        self.things_here += 1;
        self.things += 1;
        within("things on one page", self.things_here, self.limits.things_per_page)?;
        within("things", self.things, self.limits.things)
    }

    pub fn points(&mut self, count: usize) -> Result<(), FormatError> {
        self.points = self.points.saturating_add(count as u64);
        within("points", self.points, self.limits.points)
    }

    /// A file that is shown, of this length.
    pub fn media(&mut self, bytes: usize) -> Result<(), FormatError> {
        self.media += 1;
        self.media_bytes = self.media_bytes.saturating_add(bytes as u64);
        within("pictures", self.media, self.limits.media)?;
        within("bytes of pictures", self.media_bytes, self.limits.media_bytes)
    }
}

/// Refuses what is above a limit.
pub(crate) fn within(what: &'static str, count: u64, most: u64) -> Result<(), FormatError> {
    if count > most { Err(FormatError::TooMuch { what, most }) } else { Ok(()) }
}
