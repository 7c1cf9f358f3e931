//! The file that quotes come in: whoever provisions the kiosk writes it anew at least daily and puts it in place of
//! the old one. It is read again whenever it is another file; a damaged one means no quotes, never those of before.

use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::quote::{Quote, QuoteError};
use crate::till::Currency;

/// Longest file: fifty quotes are a tenth of it.
const BYTES_MAX: u64 = 256 * 1024;
/// Most quotes in it: more currencies than a payer looks through.
const QUOTES_MAX: usize = 50;

/// Why there are no quotes. The payer pays in the till's currency.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RatesError {
    /// Not there, or not readable.
    #[error("the file of rates {0} cannot be read; write it anew")]
    Unreadable(PathBuf),
    /// Too long.
    #[error("the file of rates is longer than {BYTES_MAX} bytes or has more than {QUOTES_MAX} quotes")]
    TooLong,
    /// Not what it must look like; the text says where.
    #[error("the file of rates is damaged: {0}")]
    Malformed(String),
    /// A quote that cannot be meant.
    #[error("the quote {id:?} is not valid: {why}")]
    Quote {
        /// Which.
        id: String,
        /// Why.
        why: QuoteError,
    },
    /// Two quotes share an id.
    #[error("the quote {0:?} is in the file of rates twice; give each its own id")]
    Twice(String),
    /// A quote of another currency than the till's.
    #[error("the quote {0:?} is not from the till's currency")]
    OtherTill(String),
}

/// Which file was read: a file put in its place has another inode, one written over another time or length.
type Seen = (u64, u64, i64, i64);

/// The quotes of a file, as it is now.
#[derive(Debug)]
pub struct Rates {
    path: PathBuf,
    till: Currency,
    seen: Option<Seen>,
    read: Result<Vec<Quote>, RatesError>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    #[serde(default)]
    quote: Vec<Quote>,
}

impl Rates {
    /// Quotes of a till's currency from a file, which is read when they are asked for.
    #[must_use]
    pub fn new(path: &Path, till: Currency) -> Self {
        Self { path: path.to_owned(), till, seen: None, read: Ok(Vec::new()) }
    }

    /// The quotes in the file, expired ones too, in its order.
    ///
    /// # Errors
    /// [`RatesError`]: then there are none.
    pub fn quotes(&mut self) -> Result<&[Quote], RatesError> {
        let gone = || RatesError::Unreadable(self.path.clone());
        let Ok(file) = std::fs::File::open(&self.path).and_then(|file| Ok((file.metadata()?, file))) else {
            self.seen = None;
            self.read = Err(gone());
            return Err(gone());
        };
        let (known, file) = file;
        let seen = (known.ino(), known.len(), known.mtime(), known.mtime_nsec());
        if self.seen != Some(seen) {
            self.read = read(file, &self.path).and_then(|bytes| parse(&bytes, self.till));
            self.seen = Some(seen);
            if let Err(error) = &self.read {
                tracing::warn!(%error, "rates");
            }
        }
        self.read.as_deref().map_err(Clone::clone)
    }
}

fn read(file: std::fs::File, path: &Path) -> Result<Vec<u8>, RatesError> {
    let mut bytes = Vec::new();
    let done = file.take(BYTES_MAX.saturating_add(1)).read_to_end(&mut bytes);
    done.map_err(|_unreadable| RatesError::Unreadable(path.to_owned()))?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|len| len <= BYTES_MAX);
    if fits { Ok(bytes) } else { Err(RatesError::TooLong) }
}

/// Reads the file's bytes; one quote that is not valid spoils them all, since nobody knows what else is wrong.
fn parse(bytes: &[u8], till: Currency) -> Result<Vec<Quote>, RatesError> {
    let text = std::str::from_utf8(bytes).map_err(|bad| RatesError::Malformed(bad.to_string()))?;
    let content: Content =
        toml::from_str(text).map_err(|bad| RatesError::Malformed(bad.message().to_owned()))?;
    if content.quote.len() > QUOTES_MAX {
        return Err(RatesError::TooLong);
    }
    let mut ids = std::collections::BTreeSet::new();
    for quote in &content.quote {
        quote.check().map_err(|why| RatesError::Quote { id: quote.id.clone(), why })?;
        if quote.till != till {
            return Err(RatesError::OtherTill(quote.id.clone()));
        }
        if !ids.insert(quote.id.as_str()) {
            return Err(RatesError::Twice(quote.id.clone()));
        }
    }
    Ok(content.quote)
}

#[cfg(test)]
mod tests;
