//! What the camera sees, for the payer who aims a phone by it.

use api::kiosk::KioskError;
use camera::Glance;
use zbus::OwnedFd;

/// As a sealed memfd of grey pixels, with its width and height.
pub(super) fn sealed(glance: Option<&Glance>) -> Result<(OwnedFd, u32, u32), KioskError> {
    let dark = || KioskError::NotWaiting("nobody pays now, or the camera gives no picture".to_owned());
    let glance = glance.ok_or_else(dark)?;
    let side = |pixels: usize| u32::try_from(pixels).map_err(|_too_large| dark());
    let sealed = api::sealed::seal(&glance.gray).map_err(|error| KioskError::Locked(error.to_string()))?;
    Ok((sealed.into(), side(glance.width)?, side(glance.height)?))
}
