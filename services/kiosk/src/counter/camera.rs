//! The camera on its thread: codes held before it become tenders.

use std::time::{Duration, Instant};

use ::camera::{Camera, Sight, Source};
use api::kiosk::{Device, DeviceState};

use super::{Counting, LOOK, REOPEN_FIRST, REOPEN_MOST};
use crate::actor::Sensed;
use crate::till::{Notice, PayCode, Tender};

/// How often a camera that nobody needs is looked at, so that a pulled cable shows before the next payer comes.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// How soon a camera that nobody needs notices that it is needed.
const IDLE_PAUSE: Duration = Duration::from_millis(100);

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
            self.device_is(Device::Camera, DeviceState::Missing);
            pause = if opened.elapsed() > REOPEN_MOST { REOPEN_FIRST } else { (pause * 2).min(REOPEN_MOST) };
            if !self.pause(pause) {
                return;
            }
        }
    }

    /// Looks until the camera fails, or answers none when the counter has stopped.
    fn look(&self, mut camera: Camera) -> Option<::camera::CameraError> {
        let opened = Instant::now();
        let mut looked = None::<Instant>;
        while self.goes_on() {
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
                self.device_is(Device::Camera, DeviceState::Ready);
            }
        }
        None
    }
}
