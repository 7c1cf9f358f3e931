//! Gzip: unpacking that stops at a limit, and packing that always gives the same bytes.
use std::io::{self, BufRead, BufReader, Read, Write};

use flate2::{Compression, GzBuilder, bufread::MultiGzDecoder};

use crate::format::{Format, FormatError, Limits};

/// What is read from a file at once.
const CHUNK_BYTES: usize = 64 << 10;

/// Marks an I/O error that is only our own limit.
#[derive(Debug, thiserror::Error)]
#[error("more than {most} bytes")]
pub(crate) struct TooLong {
    pub(crate) most: u64,
}

/// A reader that fails, and does not just end, at its limit.
pub(crate) struct Metered<R> {
    inner: R,
    left: u64,
    most: u64,
}

impl<R: Read> Metered<R> {
    pub(crate) fn new(inner: R, most: u64) -> Metered<R> {
        Metered { inner, left: most, most }
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(into)?;
        match self.left.checked_sub(got as u64) {
            Some(left) => self.left = left,
            None => return Err(io::Error::other(TooLong { most: self.most })),
        }
        Ok(got)
    }
}

/// What an I/O error of such a reader means.
pub(crate) fn read_error(error: &io::Error, format: Format) -> FormatError {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<TooLong>()) {
        Some(TooLong { most }) => FormatError::TooMuch { what: "bytes when unpacked", most: *most },
        None => FormatError::damaged(format, error),
    }
}

/// A file's text as a stream, unpacked if it is packed.
pub(crate) fn unpacking<'a>(bytes: &'a [u8], limits: &Limits) -> Box<dyn BufRead + 'a> {
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let unpacked = Metered::new(MultiGzDecoder::new(bytes), limits.unpacked(bytes.len()));
        Box::new(BufReader::with_capacity(CHUNK_BYTES, unpacked))
    } else {
        Box::new(bytes)
    }
}

/// Unpacks a whole file.
#[allow(dead_code, reason = "for the readers of formats that are JSON")]
pub(crate) fn gunzip(bytes: &[u8], format: Format, limits: &Limits) -> Result<Vec<u8>, FormatError> {
    limits.check_length(bytes)?;
    let mut out = Vec::new();
    unpacking(bytes, limits).read_to_end(&mut out).map_err(|error| read_error(&error, format))?;
    Ok(out)
}

/// The first bytes of what a packed file holds; fewer if it is damaged.
pub(crate) fn peek_gzip(bytes: &[u8], most: usize) -> Vec<u8> {
    let mut out = vec![0; most];
    let mut reader = MultiGzDecoder::new(bytes);
    let mut filled = 0;
    while filled < most {
        match reader.read(&mut out[filled..]) {
            Ok(0) | Err(_) => break,
            Ok(got) => filled += got,
        }
    }
    out.truncate(filled);
    out
}

/// Packs a file, without a name or a time in it.
pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzBuilder::new().write(Vec::new(), Compression::default());
    // Writing to memory does not fail.
    out.write_all(bytes).and_then(|()| out.finish()).unwrap_or_default()
}
