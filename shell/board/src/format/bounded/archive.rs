//! Zip archives: entries are read one by one against one budget for all.
use std::io::{Cursor, Read};

use zip::{ZipArchive, result::ZipError};

use super::gzip::{Metered, read_error};
use crate::format::{Format, FormatError, Limits, limits::within};

/// An archive whose entries together unpack to no more than the limits allow.
pub(crate) struct Archive<'a> {
    zip: ZipArchive<Cursor<&'a [u8]>>,
    format: Format,
    left: u64,
    most: u64,
}

impl<'a> Archive<'a> {
    pub(crate) fn open(bytes: &'a [u8], format: Format, limits: &Limits) -> Result<Archive<'a>, FormatError> {
        limits.check_length(bytes)?;
        let zip = ZipArchive::new(Cursor::new(bytes)).map_err(|error| refused(&error, format))?;
        within("files in an archive", zip.len() as u64, limits.entries)?;
        let most = limits.unpacked(bytes.len());
        Ok(Archive { zip, format, left: most, most })
    }

    /// The names of all files, in the archive's order. Never paths to write to: they may hold anything.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names().filter_map(|name| Some(name.ok()?.into_owned())).collect()
    }

    /// A file's bytes; `None` if there is no such file.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, FormatError> {
        let file = match self.zip.by_name(name) {
            Ok(file) => file,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(error) => return Err(refused(&error, self.format)),
        };
        let mut out = Vec::new();
        // The metered reader tells of the archive's limit, not of what is left of it.
        let mut reader = Metered::new(file, self.left);
        let got = reader.read_to_end(&mut out).map_err(|error| match read_error(&error, self.format) {
            FormatError::TooMuch { what, .. } => FormatError::TooMuch { what, most: self.most },
            other => other,
        })?;
        self.left -= got as u64;
        Ok(Some(out))
    }
}

fn refused(error: &ZipError, format: Format) -> FormatError {
    match error {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) | ZipError::InvalidPassword => {
            FormatError::Locked { format }
        }
        other => FormatError::damaged(format, other),
    }
}

/// The names of an archive's files, for telling its format; `None` if it is no archive.
pub(crate) fn entry_names(bytes: &[u8]) -> Option<Vec<String>> {
    let archive = Archive::open(bytes, Format::Ubz, &Limits::BOARD).ok()?;
    Some(archive.names())
}
