//! The one owner of the room: takes in what happens, opens and closes the devices, publishes what is known.

use std::collections::BTreeMap;
use std::io;
use std::time::{Duration, Instant};

use anyhow::Context;
use capture::{Capture, Microphone};
use daemon::Stop;
use tokio::sync::{mpsc, oneshot, watch};

use crate::Parts;
use crate::device::Device;
use crate::ear::{Sounds, ear};
use crate::eye::{Newest, eye};
use crate::palm::Page;
use crate::room::{Effect, Event, Known, Refusal, Room, Sense, Why};

/// Events that may wait: a second of a camera's and a microphone's.
const MAIL_MAX: usize = 64;
/// Pages that may wait for the bus; the palm gives none sooner than after most of a second.
const PAGES_MAX: usize = 4;
/// A device that has not closed by then may never close; the kernel closes it when the process ends.
const CLOSED_WITHIN: Duration = Duration::from_secs(10);

/// What is sent to the actor.
pub(crate) struct Mail {
    pub(crate) event: Event,
    /// Who waits for a word.
    pub(crate) reply: Option<oneshot::Sender<Result<(), Refusal>>>,
}

impl From<Event> for Mail {
    fn from(event: Event) -> Self {
        Self { event, reply: None }
    }
}

/// What recognition is to be given.
pub(crate) enum Opening {
    /// Frames.
    Frames(Newest),
    /// Sound.
    Sounds(Sounds),
}

/// The others' ends.
pub(crate) struct Desk {
    pub(crate) mail: mpsc::Sender<Mail>,
    pub(crate) known: watch::Receiver<Known>,
    pub(crate) pages: mpsc::Receiver<Page>,
    pub(crate) openings: mpsc::Receiver<Opening>,
}

pub(crate) struct Actor {
    parts: Parts,
    room: Room,
    open: BTreeMap<Sense, Device>,
    /// By when each that was told to close must have.
    closing: BTreeMap<Sense, Instant>,
    mail: mpsc::Receiver<Mail>,
    to_us: mpsc::Sender<Mail>,
    known: watch::Sender<Known>,
    pages: mpsc::Sender<Page>,
    openings: mpsc::Sender<Opening>,
}

impl Actor {
    pub(crate) fn new(parts: Parts) -> (Self, Desk) {
        let (to_us, mail) = mpsc::channel(MAIL_MAX);
        let (known, published) = watch::channel(Known::default());
        let (pages, turned) = mpsc::channel(PAGES_MAX);
        // A device is opened again only after it has closed, so one of each at most is new.
        let (openings, opened) = mpsc::channel(Sense::ALL.len());
        let desk = Desk { mail: to_us.clone(), known: published, pages: turned, openings: opened };
        let room = Room::new(parts.camera.is_some(), parts.microphone.is_some());
        let (open, closing) = (BTreeMap::new(), BTreeMap::new());
        (Self { parts, room, open, closing, mail, to_us, known, pages, openings }, desk)
    }

    /// Until told to stop; then every device is closed.
    pub(crate) async fn run(mut self, stop: Stop) -> anyhow::Result<()> {
        loop {
            let mail = tokio::select! {
                () = stop.requested() => break,
                mail = self.next() => mail?,
            };
            self.take(mail).await;
        }
        let open: Vec<Sense> = self.open.keys().copied().collect();
        open.into_iter().for_each(|sense| self.close(sense));
        while !self.closing.is_empty() {
            if let Event::Closed(sense, _) = self.next().await?.event {
                self.closing.remove(&sense);
            }
        }
        Ok(())
    }

    /// The next mail, unless a device is late with closing.
    async fn next(&mut self) -> anyhow::Result<Mail> {
        let late = self.closing.iter().map(|(sense, by)| (*by, *sense)).min();
        let by = late.map_or_else(|| Instant::now() + CLOSED_WITHIN, |(by, _)| by);
        tokio::select! {
            mail = self.mail.recv() => mail.context("nobody can reach the room"),
            () = tokio::time::sleep_until(by.into()), if late.is_some() => {
                anyhow::bail!("{late:?}: the device did not close; the process ends, and it with it");
            }
        }
    }

    async fn take(&mut self, Mail { event, reply }: Mail) {
        let mut outcome = Ok(());
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            if let Event::Closed(sense, _) = event {
                self.open.remove(&sense);
                self.closing.remove(&sense);
            }
            for effect in self.room.step(event) {
                match effect {
                    Effect::Open(sense) => {
                        if let Err(error) = self.open(sense).await {
                            tracing::error!(%error, ?sense, "a device has no thread");
                            events.push(Event::Closed(sense, Some(Why::Failed)));
                        }
                    }
                    Effect::Close(sense) => self.close(sense),
                    Effect::Turn(page) => {
                        if self.pages.try_send(page).is_err() {
                            tracing::warn!("a page could not be told");
                        }
                    }
                    Effect::Refuse(refusal) => outcome = Err(refusal),
                }
            }
        }
        self.publish();
        if let Some(reply) = reply
            && reply.send(outcome).is_err()
        {
            tracing::debug!("the caller has gone");
        }
    }

    fn publish(&self) {
        self.known.send_if_modified(|known| {
            let changed = known != self.room.known();
            if changed {
                known.clone_from(self.room.known());
            }
            changed
        });
    }

    async fn open(&mut self, sense: Sense) -> io::Result<()> {
        let (mail, limits) = (self.to_us.clone(), self.parts.limits);
        let (device, opening) = match (sense, &self.parts.camera, &self.parts.microphone) {
            (Sense::Sight, Some(place), _) => {
                let (take, newest) = eye(self.parts.frames_per_second);
                (Device::open::<Capture>(sense, place.clone(), limits, mail, take)?, Opening::Frames(newest))
            }
            (Sense::Hearing, _, Some(place)) => {
                let (take, sounds) = ear();
                (
                    Device::open::<Microphone>(sense, place.clone(), limits, mail, take)?,
                    Opening::Sounds(sounds),
                )
            }
            // The room opens nothing that the configuration does not have.
            _ => return Err(io::ErrorKind::NotFound.into()),
        };
        tracing::info!(?sense, "opened");
        self.open.insert(sense, device);
        if self.openings.send(opening).await.is_err() {
            tracing::debug!("recognition is no longer wanted");
        }
        Ok(())
    }

    fn close(&mut self, sense: Sense) {
        if self.open.remove(&sense).is_some() {
            tracing::info!(?sense, "closed");
            self.closing.insert(sense, Instant::now() + CLOSED_WITHIN);
        }
    }
}
