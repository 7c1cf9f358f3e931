//! The camera on its thread: codes held before it become tenders.

use std::time::{Duration, Instant};

use ::camera::{Camera, CameraError, Measured, Sight, Source};
use api::devices::{Outcome, Why};
use api::kiosk::{Device, DeviceState};

use super::trial::Found;
use super::{Counting, LOOK, REOPEN_FIRST, REOPEN_MOST};
use crate::actor::Sensed;
use crate::till::{Notice, PayCode, Tender};

/// How often a camera that nobody needs is looked at, so that a pulled cable shows before the next payer comes.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// How soon a camera that nobody needs notices that it is needed.
const IDLE_PAUSE: Duration = Duration::from_millis(100);
/// A camera that works gives a frame well before this.
const FIRST_FRAME_WITHIN: Duration = Duration::from_secs(2);

impl Counting {
    pub(super) fn watch_camera(&self, source: &Source) {
        let mut pause = REOPEN_FIRST;
        loop {
            let opened = Instant::now();
            let error = match Camera::open(source.clone()) {
                Ok(camera) => match self.look(camera) {
                    Some(error) => error,
                    None => return,
                },
                Err(error) => error,
            };
            let was_ready = self.state_of(Device::Camera) == DeviceState::Ready;
            if was_ready || pause == REOPEN_FIRST {
                tracing::warn!(%error, "camera");
            }
            self.device_is_missing(Device::Camera, why(&error, source));
            pause = if opened.elapsed() > REOPEN_MOST { REOPEN_FIRST } else { (pause * 2).min(REOPEN_MOST) };
            if !self.pause(pause) {
                return;
            }
        }
    }

    /// Looks until the camera fails, or answers none when the counter has stopped.
    fn look(&self, mut camera: Camera) -> Option<CameraError> {
        let opened = Instant::now();
        let mut looked = None::<Instant>;
        while self.goes_on() {
            if let Some(asked) = self.asked() {
                match camera.measure(FIRST_FRAME_WITHIN) {
                    Ok(measured) => asked.answer(found(&measured)),
                    Err(error) => {
                        asked.answer(Found::failed(Why::Silent));
                        return Some(error);
                    }
                }
            }
            let needed = self.listens();
            if !needed && looked.is_some_and(|at| at.elapsed() < IDLE_LOOK) {
                if !self.pause(IDLE_PAUSE) {
                    return None;
                }
                continue;
            }
            match camera.next(Instant::now() + if needed { LOOK } else { Duration::ZERO }) {
                Ok(Sight::Code(code)) => match code.reveal_text().map(PayCode::new) {
                    Some(Ok(code)) => self.tell(Sensed::Tender(Tender::Code(code))),
                    _ => self.tell(Sensed::Hint(Notice::UnknownCode)),
                },
                Ok(Sight::Unreadable) => self.tell(Sensed::Hint(Notice::CodeUnreadable)),
                Ok(Sight::Nothing) => {}
                Err(error) => return Some(error),
            }
            looked = Some(Instant::now());
            // A camera that opens but gives nothing fails within its own limit; until then it is not missing twice.
            if opened.elapsed() > LOOK {
                self.device_is_ready(Device::Camera);
            }
        }
        None
    }
}

fn found(measured: &Measured) -> Found {
    let number = |value: usize| i64::try_from(value).unwrap_or(i64::MAX);
    let facts = vec![
        ("first-frame-ms", i64::try_from(measured.first.as_millis()).unwrap_or(i64::MAX)),
        ("width", number(measured.width)),
        ("height", number(measured.height)),
        ("frames-per-1000-s", measured.rate_milli.into()),
        ("brightness", measured.brightness.into()),
        ("contrast", measured.contrast.into()),
        ("sharpness", measured.sharpness.into()),
    ];
    match measured.is_plain() {
        true => Found { outcome: Outcome::Failed, why: Why::ShowsNothing, facts },
        false => Found::passed(facts),
    }
}

/// GStreamer tells apart in words alone why a device cannot be opened.
fn why(error: &CameraError, source: &Source) -> Why {
    let is_gone = matches!(source, Source::Device(path) if !path.exists());
    match error {
        _ if is_gone => Why::Unplugged,
        CameraError::NotInstalled(_) => Why::NotInstalled,
        CameraError::CannotOpen { why, .. } if why.contains("busy") => Why::InUse,
        CameraError::CannotOpen { why, .. } if why.contains("ermission") => Why::Forbidden,
        CameraError::CannotOpen { .. } => Why::Unplugged,
        CameraError::Lost { .. } | CameraError::Ended { .. } => Why::Lost,
        CameraError::Stalled { .. } => Why::Silent,
    }
}
