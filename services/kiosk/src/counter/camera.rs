//! The camera on its thread: codes held before it become tenders.

use std::time::{Duration, Instant};

use ::camera::{Camera, CameraError, Code, Measured, Sight, Source, Symbology, Why};
use api::devices::{Outcome, Why as Trouble};
use api::kiosk::{Device, DeviceState};

use super::trial::Found;
use super::{Counting, LOOK, REOPEN_FIRST, REOPEN_MOST, Want};
use crate::actor::Sensed;
use crate::till::{Notice, PayCode, Tender};

/// How often a camera that nobody needs is looked at, so that a pulled cable shows before the next payer comes.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// How long a look lasts while somebody pays: what is seen is shown to them, and a phone is aimed by it.
const SHOWN_LOOK: Duration = Duration::from_millis(120);
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
            self.sight.send_replace(None);
            self.device_is_missing(Device::Camera, trouble(&error, source));
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
                        asked.answer(Found::failed(Trouble::Silent));
                        return Some(error);
                    }
                }
            }
            let needed = self.listens() || self.glances.wants(Want::Codes);
            if !needed {
                // Nobody is shown what stands before the kiosk while nobody pays.
                self.sight.send_if_modified(|sight| sight.take().is_some());
            }
            if !needed && looked.is_some_and(|at| at.elapsed() < IDLE_LOOK) {
                if !self.pause(IDLE_PAUSE) {
                    return None;
                }
                continue;
            }
            match camera.next(Instant::now() + if needed { SHOWN_LOOK } else { Duration::ZERO }) {
                Ok(Sight::Code(code)) if self.listens() => self.tell(sensed(&code)),
                Ok(Sight::Code(code)) => self.glance(sensed(&code)),
                Ok(Sight::Unreadable(why)) => self.tell(Sensed::Hint(advice(why))),
                Ok(Sight::Nothing) => {}
                Err(error) => return Some(error),
            }
            if needed && let Some(glance) = camera.take_glance() {
                self.sight.send_replace(Some(glance));
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
        true => Found { outcome: Outcome::Failed, why: Trouble::ShowsNothing, facts },
        false => Found::passed(facts),
    }
}

/// GStreamer tells apart in words alone why a device cannot be opened.
fn trouble(error: &CameraError, source: &Source) -> Trouble {
    let is_gone = matches!(source, Source::Device(path) if !path.exists());
    match error {
        _ if is_gone => Trouble::Unplugged,
        CameraError::NotInstalled(_) => Trouble::NotInstalled,
        CameraError::CannotOpen { why, .. } if why.contains("busy") => Trouble::InUse,
        CameraError::CannotOpen { why, .. } if why.contains("ermission") => Trouble::Forbidden,
        CameraError::CannotOpen { .. } => Trouble::Unplugged,
        CameraError::Lost { .. } | CameraError::Ended { .. } => Trouble::Lost,
        CameraError::Stalled { .. } => Trouble::Silent,
    }
}

/// What a code that was read is to the till. The bars on goods and books pay for nothing.
fn sensed(code: &Code) -> Sensed {
    let pays = code.symbology() != Symbology::Ean;
    match code.reveal_text().filter(|_| pays).map(PayCode::new) {
        Some(Ok(code)) => Sensed::Tender(Tender::Code(code)),
        _ => Sensed::Hint(Notice::UnknownCode),
    }
}

/// What the person can do about a code that cannot be read.
fn advice(why: Why) -> Notice {
    match why {
        Why::Small => Notice::CodeSmall,
        Why::Large => Notice::CodeLarge,
        Why::Dark => Notice::CodeDark,
        Why::Glare => Notice::CodeGlare,
        Why::Tilted => Notice::CodeTilted,
        Why::Blurred => Notice::CodeBlurred,
        Why::Unknown => Notice::CodeUnreadable,
    }
}

#[cfg(test)]
mod tests {
    //! What is told of each code and of each reason.
    use super::*;

    #[test]
    fn bars_of_a_wallet_pay_and_bars_on_goods_do_not() {
        let of = |symbology, text: &str| sensed(&Code::new(symbology, text.into()));
        for symbology in [Symbology::Qr, Symbology::Code128] {
            let told = of(symbology, "281234567890123456");
            assert!(matches!(told, Sensed::Tender(Tender::Code(_))), "{symbology:?}");
        }
        assert!(matches!(of(Symbology::Ean, "9787111128069"), Sensed::Hint(Notice::UnknownCode)));
        let no_text = Code::new(Symbology::Qr, vec![0xFF, 0x00]);
        assert!(matches!(sensed(&no_text), Sensed::Hint(Notice::UnknownCode)));
    }

    #[test]
    fn every_reason_has_advice_of_its_own() {
        let advice: Vec<Notice> = Why::ALL.into_iter().map(advice).collect();
        for (n, one) in advice.iter().enumerate() {
            assert!(!advice[..n].contains(one), "{one:?} twice");
        }
    }
}
