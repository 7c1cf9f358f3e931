//! Pictures, pages of documents and videos. An object only names its file; the file lies beside the journal, under
//! the hash of its bytes, so that a picture used ten times is kept once.
use std::{fmt, sync::Arc};

use sha2::{Digest, Sha256};

use crate::point::PageRect;

/// SHA-256 of a file's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MediaId(pub [u8; 32]);

impl MediaId {
    /// The name of a file with these bytes.
    pub fn of(bytes: &[u8]) -> MediaId {
        MediaId(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for MediaId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(to, "{byte:02x}"))
    }
}

impl fmt::Debug for MediaId {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "MediaId({self})")
    }
}

/// What a file is shown as.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash, PartialOrd, Ord)]
pub enum MediaKind {
    /// PNG, JPEG or WebP.
    Picture,
    /// One page of a PDF, counted from 0.
    Pdf { page: u32 },
    /// Anything GStreamer plays.
    Video,
    /// A camera, another device's screen or a stream: the file says which. Its frames come as a video's do and are not
    /// kept; where none has come the newest picture that was kept of it is shown.
    Live,
}

impl MediaKind {
    /// Whether frames come for it while it is in sight.
    pub fn moves(self) -> bool {
        matches!(self, Self::Video | Self::Live)
    }
}

/// A file on the board, filling `rect`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Media {
    pub file: MediaId,
    pub kind: MediaKind,
    pub rect: PageRect,
}

/// A decoded picture.
#[derive(Clone, PartialEq, Eq)]
pub struct Bitmap {
    pub width: u32,
    pub height: u32,
    /// Premultiplied 0xAARRGGBB, row by row.
    pub pixels: Arc<[u32]>,
}

impl fmt::Debug for Bitmap {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "Bitmap({} x {})", self.width, self.height)
    }
}
