//! The customer light and the buzzer follow the payment on the screen.
//!
//! Each is an annunciator of `drivers/signal`: telling it never waits, so a light that hangs cannot hold the till.

use std::path::PathBuf;
use std::time::Instant;

use ::signal::{Annunciator, Signal, SignalError, State, Volume, pattern};
use api::devices::Why;
use api::kiosk::{Device, DeviceState, Standing};
use tokio::sync::watch;
use tokio::task::AbortHandle;

use super::trial::{Asked, Asks, Found, Trials};
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
        (_, Notice::CardLeftTooSoon | Notice::CardAgain | Notice::OneCard) => Signal::HoldCard,
        (
            Phase::Waiting,
            Notice::CodeUnreadable
            | Notice::CodeSmall
            | Notice::CodeLarge
            | Notice::CodeDark
            | Notice::CodeGlare
            | Notice::CodeTilted
            | Notice::CodeBlurred,
        ) => Signal::LookHere,
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

/// One of the two.
struct Beside {
    device: Device,
    annunciator: Annunciator,
    asks: Asks,
    /// A self-test runs until then.
    tests_until: Option<Instant>,
}

/// The two devices, as far as the kiosk has them.
pub(super) struct Signals {
    beside: Vec<Beside>,
    place: Option<BuzzerPlace>,
    clock: Clock,
    shown: Signal,
}

impl Signals {
    pub(super) fn start(
        light: Option<PathBuf>,
        buzzer: Option<BuzzerPlace>,
        clock: Clock,
        trials: &mut Trials,
    ) -> std::io::Result<Self> {
        let mut beside = Vec::new();
        let mut add = |device, annunciator| {
            beside.push(Beside { device, annunciator, asks: trials.way_to(device), tests_until: None });
        };
        if let Some(directory) = light {
            add(Device::Light, Annunciator::light(&directory)?);
        }
        if let Some(place) = &buzzer {
            add(Device::Buzzer, Annunciator::buzzer(&place.device)?);
        }
        Ok(Self { beside, place: buzzer, clock, shown: Signal::Off })
    }

    /// Follows the screen until the till ends.
    pub(super) fn follow(
        mut self,
        mut screen: watch::Receiver<Screen>,
        devices: watch::Sender<Devices>,
    ) -> AbortHandle {
        let follow = async move {
            let mut look = tokio::time::interval(LOOK);
            loop {
                tokio::select! {
                    changed = screen.changed() => if changed.is_err() { return },
                    _ = look.tick() => {}
                }
                let due = signal_of(&screen.borrow_and_update());
                self.look(due, Instant::now());
                self.tell(&devices);
            }
        };
        tokio::spawn(follow).abort_handle()
    }

    fn look(&mut self, due: Signal, now: Instant) {
        let volume = self.volume();
        let is_news = due != self.shown;
        self.shown = due;
        for beside in &mut self.beside {
            let asked = beside.asks.try_recv().ok().filter(Asked::is_wanted);
            let test_ends = beside.tests_until.is_some_and(|until| now >= until);
            if is_news || test_ends {
                beside.tests_until = None;
                beside.annunciator.set_volume(volume);
                beside.annunciator.show(due);
            }
            if let Some(asked) = asked {
                beside.test(now);
                asked.answer(Found::look_and_listen());
            }
        }
    }

    fn volume(&self) -> Volume {
        let Some(place) = &self.place else { return Volume::Silent };
        let is_quiet = place.quiet.is_some_and(|hours| hours.contain((self.clock)()));
        place.volume.min(if is_quiet { Volume::Soft } else { Volume::Full })
    }

    fn tell(&self, devices: &watch::Sender<Devices>) {
        let now = (self.clock)();
        for beside in &self.beside {
            let (state, why) = match beside.annunciator.health().state {
                State::Ready => (DeviceState::Ready, Why::Nothing),
                State::Opening => (DeviceState::Missing, Why::Starting),
                State::Missing(error) => (DeviceState::Missing, why(&error)),
            };
            devices.send_if_modified(|devices| devices.set(beside.device, state, why, now));
        }
    }
}

impl Beside {
    /// Shows or sounds all it has; whoever tests wants to hear it at any hour.
    fn test(&mut self, now: Instant) {
        let lasts = pattern::light(Signal::Test).length().max(pattern::sound(Signal::Test).length());
        self.tests_until = Some(now + lasts);
        self.annunciator.set_volume(Volume::Full);
        self.annunciator.show(Signal::Test);
    }
}

fn why(error: &SignalError) -> Why {
    match error {
        SignalError::NotFound { .. } => Why::Unplugged,
        SignalError::Forbidden { .. } => Why::Forbidden,
        SignalError::NoLight { .. } | SignalError::NoBuzzer { .. } => Why::WrongDevice,
        SignalError::Lost { .. } => Why::Lost,
        SignalError::Hung { .. } => Why::Hung,
    }
}

#[cfg(test)]
mod tests;
