//! The customer light and the buzzer follow the payment on the screen.
//!
//! Each is an annunciator of `drivers/signal`: telling it never waits, so a light that hangs cannot hold the till.

use std::path::PathBuf;

use ::signal::{Annunciator, Signal, State, Volume};
use api::kiosk::{Device, DeviceState, Standing};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::{Devices, LOOK};
use crate::actor::Screen;
use crate::run::Clock;
use crate::till::{Ending, Notice, Phase};

mod hours;

pub use hours::QuietHours;

/// The buzzer's place.
#[derive(Clone, Debug)]
pub struct BuzzerPlace {
    /// The input device.
    pub device: PathBuf,
    /// How loud, outside quiet hours.
    pub volume: Volume,
    /// When it is soft at most.
    pub quiet: Option<QuietHours>,
}

/// What a person beside the screen is to notice.
fn signal_of(screen: &Screen) -> Signal {
    match &screen.payment {
        _ if screen.started && screen.standing == Standing::Locked => Signal::SeeStaff,
        None => Signal::Off,
        Some(payment) => signal_for(&payment.phase, payment.notice),
    }
}

fn signal_for(phase: &Phase, notice: Notice) -> Signal {
    match (phase, notice) {
        (Phase::Paid, _) => Signal::Paid,
        (Phase::Ended(Ending::Cancelled), Notice::None) => Signal::Off,
        (_, Notice::SeeStaff | Notice::LedgerFull | Notice::OfflineFull) => Signal::SeeStaff,
        (Phase::Ended(_), _) => Signal::Refused,
        // Whoever took the card away has to bring it back, whatever the till does meanwhile.
        (_, Notice::CardLeftTooSoon | Notice::CardAgain) => Signal::HoldCard,
        (Phase::Waiting, Notice::CodeUnreadable) => Signal::LookHere,
        (Phase::Waiting, Notice::None | Notice::UseTerminal) => Signal::Waiting,
        (Phase::Waiting, Notice::ConfirmOnPhone | Notice::DoNotPayAgain) => Signal::Busy,
        (Phase::Waiting, _) => Signal::Refused,
        (
            Phase::Opening
            | Phase::Charging(_)
            | Phase::Confirming(_)
            | Phase::Asking(_)
            | Phase::Reversing(_),
            _,
        ) => Signal::Busy,
    }
}

/// The two devices, as far as the kiosk has them.
pub(super) struct Signals {
    light: Option<Annunciator>,
    buzzer: Option<(Annunciator, BuzzerPlace)>,
    clock: Clock,
}

impl Signals {
    pub(super) fn start(
        light: Option<PathBuf>,
        buzzer: Option<BuzzerPlace>,
        clock: Clock,
    ) -> std::io::Result<Self> {
        let light = light.map(|directory| Annunciator::light(&directory)).transpose()?;
        let buzzer = match buzzer {
            Some(place) => Some((Annunciator::buzzer(&place.device)?, place)),
            None => None,
        };
        Ok(Self { light, buzzer, clock })
    }

    /// Follows the screen until the till ends.
    pub(super) fn follow(
        self,
        mut screen: watch::Receiver<Screen>,
        devices: watch::Sender<Devices>,
    ) -> AbortHandle {
        let follow = async move {
            let mut look = tokio::time::interval(LOOK);
            let mut shown = Signal::Off;
            loop {
                tokio::select! {
                    changed = screen.changed() => if changed.is_err() { return },
                    _ = look.tick() => {}
                }
                let due = signal_of(&screen.borrow_and_update());
                if due != shown {
                    self.show(due);
                    shown = due;
                }
                self.tell(&devices);
            }
        };
        tokio::spawn(follow).abort_handle()
    }

    fn show(&self, signal: Signal) {
        if let Some((buzzer, place)) = &self.buzzer {
            let is_quiet = place.quiet.is_some_and(|hours| hours.contain((self.clock)()));
            let most = if is_quiet { Volume::Soft } else { Volume::Full };
            buzzer.set_volume(place.volume.min(most));
            buzzer.show(signal);
        }
        if let Some(light) = &self.light {
            light.show(signal);
        }
    }

    fn tell(&self, devices: &watch::Sender<Devices>) {
        let buzzer = self.buzzer.as_ref().map(|(buzzer, _)| buzzer);
        for (device, annunciator) in [(Device::Light, self.light.as_ref()), (Device::Buzzer, buzzer)] {
            let Some(annunciator) = annunciator else { continue };
            let state = match annunciator.health().state {
                State::Ready => DeviceState::Ready,
                State::Opening | State::Missing(_) => DeviceState::Missing,
            };
            devices.send_if_modified(|devices| devices.set(device, state));
        }
    }
}

#[cfg(test)]
mod tests;
