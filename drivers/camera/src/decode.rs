//! One grey picture -> the QR codes in it. Pure, and the only file that knows rqrr.
//!
//! rqrr asserts its geometry, and there are public pictures that break the assertion: what is held to a camera must
//! never end a till, so its panics are caught here. They are also kept out of the log.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::sync::Once;

use rqrr::PreparedImage;

use crate::code::Code;
use crate::steps::{Prepared, Step};

/// Pictures beyond this many pixels are refused: 12 megapixels would take seconds.
pub const PIXELS_MAX: usize = 4096 * 3072;
/// The smallest QR code has 21 modules a side, and needs about two pixels for each.
const SIDE_MIN: usize = 32;

/// Why a picture was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Fewer bytes than width times height.
    #[error("the picture has {got} bytes where its size needs {needed}: the camera sent a broken frame")]
    Short {
        /// Bytes there.
        got: usize,
        /// Bytes needed.
        needed: usize,
    },
    /// More than [`PIXELS_MAX`].
    #[error("the picture is too large ({width} x {height}): set the camera to a smaller size")]
    TooLarge {
        /// Pixels across.
        width: usize,
        /// Pixels down.
        height: usize,
    },
    /// The decoder failed on this picture.
    #[error("the decoder failed on this picture: hold the code a little differently")]
    Decoder,
}

/// Reads all codes in a grey picture of `width` x `height` bytes (0 black, 255 white), row by row without padding.
///
/// The payload's bytes are kept as they are. A picture without a code gives an empty list.
///
/// # Errors
/// [`DecodeError`] where the bytes are no picture, or the decoder fails on it.
pub fn codes(gray: &[u8], width: usize, height: usize) -> Result<Vec<Code>, DecodeError> {
    if !fits(gray, width, height)? {
        return Ok(Vec::new());
    }
    caught(|| read(&Prepared::Gray { pixels: gray.into(), width, height }))
}

/// Reads all codes in what a [`Step`] makes of the picture.
///
/// # Errors
/// As [`codes`].
pub fn codes_by(step: Step, gray: &[u8], width: usize, height: usize) -> Result<Vec<Code>, DecodeError> {
    if !fits(gray, width, height)? {
        return Ok(Vec::new());
    }
    caught(|| read(&step.prepare(gray, width, height)))
}

fn fits(gray: &[u8], width: usize, height: usize) -> Result<bool, DecodeError> {
    let needed = width.saturating_mul(height);
    if needed > PIXELS_MAX {
        return Err(DecodeError::TooLarge { width, height });
    }
    if gray.len() < needed {
        return Err(DecodeError::Short { got: gray.len(), needed });
    }
    Ok(width >= SIDE_MIN && height >= SIDE_MIN)
}

fn read(prepared: &Prepared<'_>) -> Vec<Code> {
    let mut picture = match prepared {
        Prepared::Gray { pixels, width, height } => {
            PreparedImage::prepare_from_greyscale(*width, *height, |x, y| pixels[y * width + x])
        }
        Prepared::Black { pixels, width, height } => {
            PreparedImage::prepare_from_bitmap(*width, *height, |x, y| pixels[y * width + x])
        }
    };
    let mut codes = Vec::new();
    for grid in picture.detect_grids() {
        let mut bytes = Vec::new();
        // The writer may hold half a payload after an error, so it counts only on success.
        if grid.decode_to(&mut bytes).is_ok() && !bytes.is_empty() {
            let code = Code::new(bytes);
            if !codes.contains(&code) {
                codes.push(code);
            }
        }
    }
    codes
}

thread_local! {
    static READING: Cell<bool> = const { Cell::new(false) };
}

/// Runs the decoder; its panic becomes an error and prints nothing, while all other panics print as before.
fn caught(decoder: impl FnOnce() -> Vec<Code>) -> Result<Vec<Code>, DecodeError> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| std::panic::set_hook(quiet(std::panic::take_hook())));
    READING.set(true);
    let result = catch_unwind(AssertUnwindSafe(decoder));
    READING.set(false);
    result.map_err(|_| DecodeError::Decoder)
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
