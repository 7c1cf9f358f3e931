//! A thread with an open device. It looks up ten times a second whether the device is still wanted, and whatever ends it,
//! a panic too, its last word is that the device is closed.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use capture::watchdog::Limits;
use capture::{CaptureError, Kind, Loss, Monitor, Source};
use tokio::sync::mpsc;

use crate::Place;
use crate::actor::Mail;
use crate::room::{Event, Sense, Why};

/// Longest wait for a frame, for sound or for a plug: who let go sees the sign leave at once.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// A device that was pulled out may be listed for a moment; it is not looked for again before.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// What an open device gives.
pub(crate) enum Given<T> {
    /// A frame, or sound.
    Some(T),
    /// Nothing any more.
    Lost(Loss),
    /// Nothing yet.
    Nothing,
}

/// A device of the capture driver.
pub(crate) trait Opened: Sized {
    /// What it gives.
    type Gift;
    /// Which.
    const KIND: Kind;
    /// Opens it; one that is not there comes later.
    fn open(source: Source, limits: Limits) -> Result<Self, CaptureError>;
    /// The next it gives.
    fn next(&mut self, deadline: Instant) -> Result<Given<Self::Gift>, CaptureError>;
}

/// Keeps a device open. Dropping it closes the device, which is told when it has happened.
pub(crate) struct Device {
    stop: Arc<AtomicBool>,
}

impl Drop for Device {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Device {
    /// Opens a device on a thread of its own. `take` gets what it gives, and whether that is the first since it was opened.
    pub(crate) fn open<D: Opened>(
        sense: Sense,
        place: Place,
        limits: Limits,
        mail: mpsc::Sender<Mail>,
        take: impl FnMut(D::Gift, bool) + Send + 'static,
    ) -> io::Result<Self> {
        let stop = Arc::new(AtomicBool::new(false));
        let keeper = Keeper { sense, place, limits, mail: mail.clone(), stop: Arc::clone(&stop) };
        let name = match sense {
            Sense::Sight => "eye",
            Sense::Hearing => "ear",
        };
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let mut end = End { sense, mail, why: Some(Why::Failed) };
            end.why = keeper.keep::<D>(take).err().map(|error| {
                tracing::error!(%error, device = name, "a device cannot work here");
                Why::NotInstalled
            });
        })?;
        Ok(Self { stop })
    }
}

/// Tells at the thread's end, when all else of it is gone, that its device is closed.
struct End {
    sense: Sense,
    mail: mpsc::Sender<Mail>,
    why: Option<Why>,
}

impl Drop for End {
    fn drop(&mut self) {
        if self.mail.blocking_send(Event::Closed(self.sense, self.why).into()).is_err() {
            tracing::debug!("the room is gone");
        }
    }
}

struct Keeper {
    sense: Sense,
    place: Place,
    limits: Limits,
    mail: mpsc::Sender<Mail>,
    stop: Arc<AtomicBool>,
}

impl Keeper {
    fn is_wanted(&self) -> bool {
        !self.stop.load(Ordering::Relaxed) && !self.mail.is_closed()
    }

    fn tell(&self, event: Event) {
        if self.mail.blocking_send(event.into()).is_err() {
            tracing::debug!("the room is gone");
        }
    }

    fn keep<D: Opened>(&self, mut take: impl FnMut(D::Gift, bool)) -> Result<(), CaptureError> {
        while let Some(source) = self.find(D::KIND)? {
            let mut device = D::open(source, self.limits)?;
            let mut comes = false;
            while self.is_wanted() {
                match device.next(Instant::now() + LOOK_EVERY)? {
                    Given::Some(gift) => {
                        if !comes {
                            self.tell(Event::Came(self.sense));
                        }
                        take(gift, !comes);
                        comes = true;
                    }
                    Given::Lost(loss) => {
                        comes = false;
                        self.tell(Event::Lost(self.sense, why(&loss)));
                        if self.place == Place::Any && loss == Loss::Unplugged {
                            std::thread::sleep(LOOK_AGAIN);
                            break;
                        }
                    }
                    Given::Nothing => {}
                }
            }
        }
        Ok(())
    }

    /// The device to open, as soon as it is there; none where it is no longer wanted.
    fn find(&self, kind: Kind) -> Result<Option<Source>, CaptureError> {
        if let Place::At(source) = &self.place {
            return Ok(self.is_wanted().then(|| source.clone()));
        }
        let monitor = Monitor::start()?;
        let mut told = false;
        while self.is_wanted() {
            if let Some(source) = monitor.inputs().into_iter().find(|source| source.kind() == kind) {
                return Ok(Some(source));
            }
            if !told {
                told = true;
                self.tell(Event::Lost(self.sense, Why::Unplugged));
            }
            if monitor.next(Instant::now() + LOOK_EVERY).is_some() {
                tracing::debug!("an input came or left");
            }
        }
        Ok(None)
    }
}

fn why(loss: &Loss) -> Why {
    match loss {
        Loss::Unplugged => Why::Unplugged,
        Loss::NoSignal | Loss::Unstable | Loss::OutOfRange => Why::NoSignal,
        Loss::Stalled => Why::Silent,
        Loss::Busy => Why::Busy,
        Loss::Forbidden => Why::Forbidden,
        Loss::Failed(_) => Why::Failed,
    }
}
