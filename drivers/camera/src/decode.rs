//! One grey picture -> the codes in it. Pure; the only folder that knows the decoders.
//!
//! | module | what |
//! |---|---|
//! | `with_zxing` | first: QR codes and bars, in all conditions |
//! | `with_rqrr` | second: another finder of QR codes, as one [`Step`] of several |
//!
//! rqrr asserts its geometry, and there are public pictures that break the assertion: what is held to a camera must
//! never end a till, so a decoder's panic is caught here. It is also kept out of the log.

mod with_rqrr;
mod with_zxing;

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

use crate::code::Code;
use crate::picture::{Corners, Picture, PictureError};
use crate::steps::Step;

/// The smallest code has about 20 modules across, and needs more than a pixel for each.
const SIDE_MIN: usize = 32;

/// Why a picture was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The bytes are no picture.
    #[error(transparent)]
    Picture(#[from] PictureError),
    /// The decoder failed on this picture.
    #[error("the decoder failed on this picture: hold the code a little differently")]
    Decoder,
}

/// What one look at a picture found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The codes that were read, each once.
    pub codes: Vec<Code>,
    /// QR codes that were seen but not read.
    pub unread: Vec<Corners>,
}

impl Found {
    /// An empty payload is what a decoder makes of a pattern that is no code.
    fn add(&mut self, code: Code) {
        if !code.reveal().is_empty() && !self.codes.contains(&code) {
            self.codes.push(code);
        }
    }
}

/// Reads all codes in a single picture of `width` x `height` bytes (0 black, 255 white), row by row without padding:
/// as it is, and if that finds nothing, by each [`Step`] until one does.
///
/// The payload's bytes are kept as they are. A picture without a code gives an empty list. Bars in a single picture
/// are no proof: see [`Watch`](crate::watch::Watch), which lets them count when two frames agree.
///
/// # Errors
/// [`DecodeError`] where the bytes are no picture, or the decoder fails on it as it is.
pub fn codes(gray: &[u8], width: usize, height: usize) -> Result<Vec<Code>, DecodeError> {
    let picture = Picture::new(gray, width, height)?;
    let codes = look(&picture)?.codes;
    if !codes.is_empty() {
        return Ok(codes);
    }
    // A step that fails is one of many, and the next may read.
    let mut by_steps = Step::ALL.into_iter().map(|step| look_by(step, &picture).unwrap_or_default());
    Ok(by_steps.find(|codes| !codes.is_empty()).unwrap_or_default())
}

/// Looks at the picture as it is, with the first decoder.
///
/// # Errors
/// [`DecodeError::Decoder`].
pub fn look(picture: &Picture<'_>) -> Result<Found, DecodeError> {
    if picture.width() < SIDE_MIN || picture.height() < SIDE_MIN {
        return Ok(Found::default());
    }
    caught(|| with_zxing::read(picture))
}

/// Reads all codes in what a [`Step`] makes of the picture.
///
/// # Errors
/// [`DecodeError::Decoder`].
pub fn look_by(step: Step, picture: &Picture<'_>) -> Result<Vec<Code>, DecodeError> {
    if picture.width() < SIDE_MIN || picture.height() < SIDE_MIN {
        return Ok(Vec::new());
    }
    let made = step.make(picture);
    let found = match step {
        Step::Second => caught(|| Ok(with_rqrr::read(&made))),
        _ => caught(|| with_zxing::read(&made)),
    };
    Ok(found?.codes)
}

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Runs the decoder; its panic becomes an error and prints nothing, while all other panics print as before.
fn caught(decoder: impl FnOnce() -> Result<Found, DecodeError>) -> Result<Found, DecodeError> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(quiet(std::panic::take_hook())));
    READING.set(true);
    let result = catch_unwind(AssertUnwindSafe(decoder));
    READING.set(false);
    result.unwrap_or(Err(DecodeError::Decoder))
}

type Hook = Box<dyn Fn(&PanicHookInfo<'_>) + Sync + Send + 'static>;

/// `before`, but silent about the decoder.
fn quiet(before: Hook) -> Hook {
    Box::new(move |panic| {
        if !READING.get() {
            before(panic);
        }
    })
}

#[cfg(test)]
mod tests;
