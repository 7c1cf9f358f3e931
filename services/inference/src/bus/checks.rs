//! What every interface does with what comes in: who called, pictures out of sealed memfds, refusals as named errors.

use api::inference::{InferenceError, SIDE_MAX};
use api::sealed::{self, SealedError};
use zbus::OwnedFd;
use zbus::message::Header;

use crate::raster::{Raster, RasterError};
use crate::refusal::Refusal;
use crate::scheduler::Client;

/// Largest picture in bytes. A stride may be wider than the picture; twice the width is already odd.
const PICTURE_LEN_MAX: u64 = 2 * SIDE_MAX as u64 * SIDE_MAX as u64;

/// A smaller picture, such as a word, is copied where it is asked for: another thread would take longer to wake than
/// the copy takes, which is some 20 microseconds.
const AT_ONCE: usize = 1 << 17;

/// Who called. On a bus every message has a sender; without a bus all are one.
pub(super) fn client(header: &Header<'_>) -> Client {
    Client(header.sender().map_or("", |name| name.as_str()).into())
}

/// A grey picture, checked before a byte of it is read.
pub(super) async fn picture(
    raster: OwnedFd,
    width: u32,
    height: u32,
    stride: u32,
) -> Result<Raster, InferenceError> {
    let (width, height, stride) = (width as usize, height as usize, stride as usize);
    let small = stride.saturating_mul(height) <= AT_ONCE;
    // What is longer than it says is none anyway.
    let most = if small { AT_ONCE as u64 } else { PICTURE_LEN_MAX };
    let read = move || {
        Raster::check_sides(width, height).map_err(misshapen)?;
        let bytes = sealed::read(raster, most).map_err(|error| match error {
            SealedError::NotSealed => InferenceError::NotSealed(error.to_string()),
            SealedError::TooLarge { .. } | SealedError::Io(_) => InferenceError::BadRaster(error.to_string()),
        })?;
        Raster::from_rows(&bytes, width, height, stride).map_err(misshapen)
    };
    if small {
        return read();
    }
    tokio::task::spawn_blocking(read).await.map_err(|error| InferenceError::BadRaster(error.to_string()))?
}

fn misshapen(error: RasterError) -> InferenceError {
    match error {
        RasterError::Side { .. } => InferenceError::TooLarge(error.to_string()),
        RasterError::Stride { .. } | RasterError::Length { .. } => {
            InferenceError::BadRaster(error.to_string())
        }
    }
}

/// The named error for a refusal.
pub(super) fn refused(refusal: Refusal) -> InferenceError {
    let text = refusal.to_string();
    match refusal {
        Refusal::NoModel(_) | Refusal::Broke | Refusal::Ending => InferenceError::NoModel(text),
        Refusal::Busy { .. } => InferenceError::Busy(text),
        Refusal::DeadlinePassed | Refusal::CannotBeInTime { .. } => InferenceError::DeadlinePassed(text),
        Refusal::Cancelled => InferenceError::Cancelled(text),
    }
}
