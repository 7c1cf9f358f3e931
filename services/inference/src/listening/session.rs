//! One session: sound out of a stream, through ears or through the suppressor. It owns no thread; at most one of all
//! sessions computes at a time, a quarter of a second of sound at most, on a thread for blocking work: never on one of
//! the workers, which may be at a page for long. Sound that is ahead of its own time makes way for them (`pace`).

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use api::voice::SessionEnd;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinError;

use super::pace::Pace;
use super::stream::Stream;
use super::{Networks, Told, What};
use crate::leave::{Leave, Way};
use crate::model::ModelError;
use crate::scheduler::Client;
use crate::voice::pcm::{Backlog, Decoder, Rate, encode};
use crate::voice::{Ears, Heard, Suppressor};

/// Sound that may wait to be heard, in seconds. A device that is this late is busy with ink, and then old sound is
/// worth nothing.
const BACKLOG_SECONDS: usize = 2;
/// Bytes a read: 43 ms at 48 kHz, which are cleaned within 2 ms, so that nobody waits longer for the processor.
const READ: usize = 4 * 1024;
/// After sound had to be dropped, who sends it is read so much later: four times as fast as anybody speaks, and no
/// reason for a processor to be busy.
const FLOOD_PAUSE: Duration = Duration::from_millis(10);
/// Turns a second of sound: after a quarter of it, which takes 10 ms, another session has its turn.
const TURNS_A_SECOND: u32 = 4;
/// The beginning of speech takes a quarter of a second where the wake word is listened for; a device that takes this
/// long for a turn does not work.
const TURN_TIME_MAX: Duration = Duration::from_secs(30);
/// Levels are told this far apart at least, also where sound comes faster than its own time: half of their period, so
/// that none is lost that is on time after one that was late.
const LEVEL_APART: Duration = Duration::from_millis(125);

/// What a session needs of the service.
#[derive(Clone)]
pub(super) struct Surroundings {
    pub(super) number: u32,
    pub(super) told: mpsc::Sender<Told>,
    pub(super) client: Client,
    /// One computes at a time.
    pub(super) turn: Arc<Semaphore>,
    /// Taken while somebody waits for an answer.
    pub(super) way: Arc<Way>,
    pub(super) counts: Arc<Counts>,
}

impl Surroundings {
    pub(super) async fn tell(&self, what: What) {
        let told = Told { client: self.client.clone(), session: self.number, what };
        if self.told.send(told).await.is_err() {
            tracing::debug!("nobody speaks for the sessions any more");
        }
    }
}

/// How many samples there were so far.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) sound: AtomicU64,
    /// Of those, how many came too fast to be heard.
    pub(super) dropped: AtomicU64,
}

impl Counts {
    fn add(&self, sound: usize, dropped: u64) {
        self.sound.fetch_add(sound as u64 + dropped, Ordering::Relaxed);
        self.dropped.fetch_add(dropped, Ordering::Relaxed);
    }
}

type Listened = (Ears, Result<Vec<Heard>, ModelError>);
type Hearing = Pin<Box<dyn Future<Output = Result<Listened, JoinError>> + Send>>;

/// Listens until the sound ends.
pub(super) struct Listener {
    pub(super) stream: Stream,
    pub(super) rate: Rate,
    pub(super) ears: Ears,
    pub(super) networks: Networks,
    pub(super) around: Surroundings,
}

impl Listener {
    pub(super) async fn run(self) -> SessionEnd {
        let Self { stream, rate, ears, networks, around } = self;
        let (mut decoder, mut bytes) = (Decoder::default(), vec![0; READ]);
        let mut backlog = Backlog::new(BACKLOG_SECONDS * rate.samples_a_second() as usize);
        let (mut idle, mut busy) = (Some(ears), None::<Hearing>);
        let turn_max = (rate.samples_a_second() / TURNS_A_SECOND) as usize;
        let (mut open, mut level, mut pace) = (true, None::<Instant>, Pace::default());
        while open || busy.is_some() || backlog.len() > 0 {
            if backlog.len() > 0
                && let Some(ears) = idle.take()
            {
                let (samples, missing) = backlog.take(turn_max);
                around.counts.add(samples.len(), missing);
                let pace = pace.passed(rate.duration(samples.len()), Instant::now());
                busy = Some(Box::pin(hear(networks.clone(), ears, samples, missing, around.clone(), pace)));
            }
            tokio::select! {
                read = stream.read(&mut bytes), if open => match read {
                    Ok(0) => open = false,
                    Ok(count) => {
                        if backlog.extend(decoder.decode(&bytes[..count])) > 0 {
                            tokio::time::sleep(FLOOD_PAUSE).await;
                        }
                    }
                    Err(error) => {
                        tracing::warn!(%error, "sound could not be read");
                        return SessionEnd::Failed;
                    }
                },
                done = finished(&mut busy) => {
                    busy = None;
                    match done {
                        Ok((ears, Ok(heard))) => {
                            idle = Some(ears);
                            tell(&around, heard, &mut level).await;
                        }
                        Ok((_, Err(error))) => {
                            tracing::error!(%error, "a voice model that was tried out failed");
                            return SessionEnd::Failed;
                        }
                        Err(error) => {
                            tracing::error!(%error, "listening ended by itself");
                            return SessionEnd::Failed;
                        }
                    }
                }
            }
        }
        if let Some(end) = idle.and_then(|mut ears| ears.end()) {
            around.tell(What::Heard(end)).await;
        }
        SessionEnd::SoundEnded
    }
}

async fn finished(busy: &mut Option<Hearing>) -> Result<Listened, JoinError> {
    match busy {
        Some(busy) => busy.await,
        None => std::future::pending().await,
    }
}

async fn hear(
    networks: Networks,
    mut ears: Ears,
    samples: Vec<i16>,
    missing: u64,
    around: Surroundings,
    pace: Pace,
) -> Result<Listened, JoinError> {
    pace.make_way(&around.way).await;
    // The semaphore is never closed; without a turn the work would still be right.
    let _turn = around.turn.acquire_owned().await;
    let leave = Cancelling(Leave::until(Instant::now() + TURN_TIME_MAX));
    let own = leave.0.clone();
    let work = move || {
        let heard = ears.hear(networks.voice(), &samples, missing, &own);
        (ears, heard)
    };
    tokio::task::spawn_blocking(work).await
}

/// Leave that ends with the session: what is being heard for nobody frees its processor.
struct Cancelling(Leave);

impl Drop for Cancelling {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Tells all that was heard; of levels the last, and none too soon.
async fn tell(around: &Surroundings, heard: Vec<Heard>, last: &mut Option<Instant>) {
    let newest = heard.iter().rposition(|heard| matches!(heard, Heard::Level { .. }));
    for (at, heard) in heard.into_iter().enumerate() {
        if matches!(heard, Heard::Level { .. }) {
            let soon = last.is_some_and(|last| last.elapsed() < LEVEL_APART);
            if newest != Some(at) || soon {
                continue;
            }
            *last = Some(Instant::now());
        }
        around.tell(What::Heard(heard)).await;
    }
}

/// Cleans until the sound ends, or until nobody takes it.
pub(super) struct Cleaner {
    pub(super) stream: Stream,
    pub(super) cleaned: Stream,
    pub(super) rate: Rate,
    pub(super) networks: Networks,
    pub(super) around: Surroundings,
}

impl Cleaner {
    pub(super) async fn run(self) -> SessionEnd {
        let Self { stream, cleaned, rate, networks, around } = self;
        let (mut decoder, mut bytes) = (Decoder::default(), vec![0; READ]);
        let (mut suppressor, mut pace) = (Suppressor::new(rate), Pace::default());
        loop {
            let count = match stream.read(&mut bytes).await {
                Ok(count) => count,
                Err(error) => {
                    tracing::warn!(%error, "sound could not be read");
                    return SessionEnd::Failed;
                }
            };
            let samples: Vec<i16> = decoder.decode(&bytes[..count]).collect();
            around.counts.add(samples.len(), 0);
            pace.passed(rate.duration(samples.len()), Instant::now()).make_way(&around.way).await;
            let turn = around.turn.clone().acquire_owned().await;
            let leave = Cancelling(Leave::until(Instant::now() + TURN_TIME_MAX));
            let (networks, own) = (networks.clone(), leave.0.clone());
            // No samples are the end of all, but half a sample is not.
            let skip = count > 0 && samples.is_empty();
            let work = tokio::task::spawn_blocking(move || {
                let mut clean = Vec::new();
                let done = if skip {
                    Ok(())
                } else {
                    networks.voice().clean(&mut suppressor, &samples, &mut clean, &own)
                };
                (suppressor, done.map(|()| clean))
            });
            let done = work.await;
            drop((turn, leave));
            let clean = match done {
                Ok((back, Ok(clean))) => {
                    suppressor = back;
                    clean
                }
                Ok((_, Err(error))) => {
                    tracing::error!(%error, "a voice model that was tried out failed");
                    return SessionEnd::Failed;
                }
                Err(error) => {
                    tracing::error!(%error, "cleaning ended by itself");
                    return SessionEnd::Failed;
                }
            };
            let mut bytes_out = Vec::with_capacity(2 * clean.len());
            encode(&clean, &mut bytes_out);
            if cleaned.write(&bytes_out).await.is_err() {
                return SessionEnd::NotTaken;
            }
            if count == 0 {
                return SessionEnd::SoundEnded;
            }
        }
    }
}
