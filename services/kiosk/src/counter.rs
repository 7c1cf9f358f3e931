//! The counter: camera and card reader, each on a thread of its own, become one stream of tenders.
//!
//! What is presented while no payment waits for it is dropped here, and once more by the till. A device that fails
//! is opened again by itself, ever more slowly up to a limit, and its state is published.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::{Duration, Instant};

use api::kiosk::{Device, DeviceState};
use camera::{Camera, Sight, Source};
use nfc::{Apdu, Card, CardKind, NoAnswer, Reader, Tap};
use serde::Deserialize;
use tokio::sync::{mpsc, watch};

use crate::actor::{Mail, Sensed};
use crate::card::CAMPUS_APPLICATION;
use crate::card::classify::{Classify, Known, Next};
use crate::channel::campus::{Ask, CardLink};
use crate::till::{CardUid, Notice, PayCode, PurseKind, Tender};

/// Pauses before a failed device is opened again: the first, doubled each time, up to the last. A replugged device
/// is back within five seconds, a missing one costs next to nothing.
const REOPEN_FIRST: Duration = Duration::from_millis(250);
const REOPEN_MOST: Duration = Duration::from_secs(5);
/// Longest wait inside a driver, so that a stop and a change of listening are noticed.
const LOOK: Duration = Duration::from_millis(300);
/// How often a camera that nobody needs is looked at, so that a pulled cable shows before the next payer comes.
const IDLE_LOOK: Duration = Duration::from_secs(1);
/// How soon a camera that nobody needs notices that it is needed.
const IDLE_PAUSE: Duration = Duration::from_millis(100);
/// How long it may take to find out which kind of card lies there: five commands of some tens of milliseconds.
const CLASSIFY_WITHIN: Duration = Duration::from_secs(2);

/// A card reader's place.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CardReader {
    /// The reader's program, `dais-nfc`.
    #[serde(default = "reader_program")]
    pub program: PathBuf,
    /// libnfc's connection string, such as `pn532_uart:/dev/ttyUSB0:115200`.
    pub device: String,
    /// The campus channel's way to the card on it; no configuration.
    #[serde(skip)]
    pub link: CardLink,
}

/// Where the image has it.
fn reader_program() -> PathBuf {
    "/usr/bin/dais-nfc".into()
}

/// Every device and its state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Devices {
    /// The camera.
    pub camera: DeviceState,
    /// The card reader.
    pub reader: DeviceState,
}

impl Devices {
    /// As the bus has it.
    pub fn to_wire(self) -> Vec<(u32, u32)> {
        vec![
            (Device::Camera.to_wire(), self.camera.to_wire()),
            (Device::CardReader.to_wire(), self.reader.to_wire()),
        ]
    }
}

/// The running device threads. They end when this is stopped or dropped.
pub(crate) struct Counter {
    devices: watch::Sender<Devices>,
    _ends: Vec<SyncSender<()>>,
}

impl Counter {
    pub(crate) fn start(
        camera: Option<Source>,
        reader: Option<CardReader>,
        mail: &mpsc::Sender<Mail>,
        listen: &watch::Receiver<bool>,
    ) -> std::io::Result<Self> {
        let configured = |there| if there { DeviceState::Missing } else { DeviceState::Absent };
        let devices = watch::Sender::new(Devices {
            camera: configured(camera.is_some()),
            reader: configured(reader.is_some()),
        });
        let mut ends = Vec::new();
        let mut thread = |name: &str, work: Box<dyn FnOnce(Counting) + Send>| {
            let (end, ended) = sync_channel(1);
            let counting =
                Counting { mail: mail.clone(), listen: listen.clone(), devices: devices.clone(), ended };
            ends.push(end);
            std::thread::Builder::new().name(name.to_owned()).spawn(move || work(counting)).map(drop)
        };
        if let Some(source) = camera {
            thread("camera", Box::new(move |counting| counting.watch_camera(&source)))?;
        }
        if let Some(place) = reader {
            thread("reader", Box::new(move |counting| counting.watch_reader(&place)))?;
        }
        Ok(Self { devices, _ends: ends })
    }

    pub(crate) fn devices(&self) -> watch::Receiver<Devices> {
        self.devices.subscribe()
    }

    /// Ends the threads; each notices within one wait of its driver.
    pub(crate) fn stop(self) {
        drop(self);
    }
}

/// What one device thread works with.
struct Counting {
    mail: mpsc::Sender<Mail>,
    listen: watch::Receiver<bool>,
    devices: watch::Sender<Devices>,
    ended: Receiver<()>,
}

impl Counting {
    /// Waits; answers false when the counter has stopped.
    fn pause(&self, time: Duration) -> bool {
        matches!(self.ended.recv_timeout(time), Err(RecvTimeoutError::Timeout))
    }

    fn goes_on(&self) -> bool {
        self.pause(Duration::ZERO)
    }

    fn listens(&self) -> bool {
        *self.listen.borrow()
    }

    /// A full mailbox means that the disk hangs; the payer shows the code again.
    fn tell(&self, sensed: Sensed) {
        if self.listens() && self.mail.try_send(Mail::Sensed(sensed)).is_err() {
            tracing::warn!("the till is busy, something presented was dropped");
        }
    }

    fn camera_is(&self, state: DeviceState) {
        self.devices.send_if_modified(|d| std::mem::replace(&mut d.camera, state) != state);
    }

    fn reader_is(&self, state: DeviceState) {
        self.devices.send_if_modified(|d| std::mem::replace(&mut d.reader, state) != state);
    }

    fn watch_camera(&self, source: &Source) {
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
            let was_ready = self.devices.borrow().camera == DeviceState::Ready;
            if was_ready || pause == REOPEN_FIRST {
                tracing::warn!(%error, "camera");
            }
            self.camera_is(DeviceState::Missing);
            pause = if opened.elapsed() > REOPEN_MOST { REOPEN_FIRST } else { (pause * 2).min(REOPEN_MOST) };
            if !self.pause(pause) {
                return;
            }
        }
    }

    /// Looks until the camera fails, or answers none when the counter has stopped.
    fn look(&self, mut camera: Camera) -> Option<camera::CameraError> {
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
                self.camera_is(DeviceState::Ready);
            }
        }
        None
    }

    fn watch_reader(&self, place: &CardReader) {
        let mut pause = REOPEN_FIRST;
        loop {
            match Reader::spawn(&place.program, &place.device) {
                Ok(reader) => return self.read_cards(reader, &place.link),
                Err(error) => tracing::warn!(%error, "card reader"),
            }
            self.reader_is(DeviceState::Missing);
            pause = (pause * 2).min(REOPEN_MOST);
            if !self.pause(pause) {
                return;
            }
        }
    }

    /// The reader restarts its own child; here its state is told, its taps become tenders, and the campus channel's
    /// commands go to the card that lies there.
    fn read_cards(&self, mut reader: Reader, link: &CardLink) {
        let asks = link.listen(Some(reader.waker()));
        while self.goes_on() {
            for ask in asks.iter().flat_map(Receiver::try_iter) {
                pass_on(&mut reader, ask);
            }
            match reader.next(Instant::now() + LOOK) {
                Ok(Some(Tap::Card(card))) if self.listens() => self.tell(sense(&mut reader, card, link)),
                Ok(Some(Tap::LeftTooSoon)) => self.tell(Sensed::Hint(Notice::CardLeftTooSoon)),
                Ok(Some(Tap::Card(_) | Tap::Gone) | None) => {}
                Err(error) => tracing::warn!(%error, "card reader"),
            }
            self.reader_is(if reader.is_ready() { DeviceState::Ready } else { DeviceState::Missing });
        }
    }
}

/// Sends one of the channel's commands, unless nobody waits for its answer any more.
fn pass_on(reader: &mut Reader, ask: Ask) {
    if ask.is_given_up() {
        return;
    }
    if Instant::now() >= ask.deadline {
        // It waited here too long: that it was not sent is worth more than an answer that nobody may wait for.
        return ask.answer(Err(NoAnswer::NotThere));
    }
    let answer = reader.exchange(ask.uid, ask.apdu.clone(), ask.deadline);
    ask.answer(answer);
}

/// Which tender a card is.
fn sense(reader: &mut Reader, card: Card, link: &CardLink) -> Sensed {
    let Ok(uid) = CardUid::new(card.uid.reveal()) else { return Sensed::Hint(Notice::CardUnknown) };
    let known = match card.kind {
        CardKind::IsoDep => classify(reader, card, link),
        // Nothing of it can be asked without its keys, which the channel has.
        CardKind::Classic if link.wants().classic => {
            return Sensed::Tender(Tender::Purse(PurseKind::Classic, uid));
        }
        _ => Ok(Known::Plain),
    };
    match known {
        Ok(Known::Plain) => Sensed::Tender(Tender::Card(uid)),
        Ok(Known::Sun(message)) => Sensed::Tender(Tender::Sun(message)),
        Ok(Known::Purse) => Sensed::Tender(Tender::Purse(PurseKind::Desfire, uid)),
        Ok(Known::BankCard) => Sensed::Tender(Tender::BankCard),
        Err(_left) => Sensed::Hint(Notice::CardLeftTooSoon),
    }
}

fn classify(reader: &mut Reader, card: Card, link: &CardLink) -> Result<Known, NoAnswer> {
    let began = Instant::now();
    let deadline = began + CLASSIFY_WITHIN;
    let (mut classify, mut command) = Classify::start(link.wants(), CAMPUS_APPLICATION);
    for commands in 1_u32.. {
        let apdu = Apdu::new(command).map_err(|_length| NoAnswer::NotThere)?;
        match classify.take(reader.exchange(card.uid, apdu, deadline)?.reveal()) {
            Next::Send(next) => command = next,
            Next::Known(known) => {
                tracing::debug!(commands, took = ?began.elapsed(), "a card was told apart");
                return Ok(known);
            }
        }
    }
    Err(NoAnswer::NotThere)
}
