//! Sessions of sound: who listens to what, at most [`SESSIONS_MAX`] at a time. The one owner of all of them; it
//! knows neither the bus nor what is computed.
//!
//! Privacy: a session holds two seconds of sound at most, tells moments and levels to its own client alone, and
//! neither sound nor what was said is ever stored or logged.

mod pace;
mod session;
mod stream;

use std::collections::HashMap;
use std::convert::Infallible;
use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use api::voice::SessionEnd;
use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinError, JoinSet};

use crate::leave::Way;
use crate::scheduler::Client;
use crate::voice::pcm::Rate;
use crate::voice::{Ears, Heard, Voice, Wishes};
use crate::work::Engine;
use session::{Cleaner, Counts, Listener, Surroundings};
use stream::{NoStream, Stream};

/// A classroom has one or two microphones, a recording and somebody who tries it out.
pub(crate) const SESSIONS_MAX: usize = 4;
/// Calls that may wait; each takes no time.
const ASKS_MAX: usize = 8;
/// Events that may wait for the bus: seconds of levels of all sessions.
const TOLD_MAX: usize = 64;

/// Why there is no session.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    /// Not a stream.
    #[error(transparent)]
    NoStream(#[from] NoStream),
    /// All taken.
    #[error("{SESSIONS_MAX} sessions run already; stop one, or ask again later")]
    Busy,
    /// Not one of this client's.
    #[error("this caller has no session {0}")]
    NoSession(u32),
    /// Going down.
    #[error("the service is ending; ask again")]
    Ending,
}

/// What a client asks for.
pub(crate) enum Ask {
    /// Tell me what you hear.
    Listen {
        client: Client,
        sound: OwnedFd,
        rate: Rate,
        wishes: Wishes,
        networks: Networks,
        reply: Reply<u32>,
    },
    /// Give it to me without noise.
    Clean {
        client: Client,
        sound: OwnedFd,
        rate: Rate,
        cleaned: OwnedFd,
        networks: Networks,
        reply: Reply<u32>,
    },
    /// Enough.
    Stop { client: Client, session: u32, reply: Reply<()> },
    /// The client has left the bus.
    Gone { client: Client },
}

/// The networks of a session, which stay loaded while it runs; none where all that is asked for needs none.
#[derive(Clone)]
pub(crate) struct Networks(Option<Arc<Engine>>);

impl Networks {
    pub(crate) fn none() -> Self {
        Self(None)
    }

    /// What the desk lent for [`crate::Task::Voice`].
    pub(crate) fn lent(engine: Arc<Engine>) -> Self {
        Self(Some(engine))
    }

    fn voice(&self) -> &Voice {
        static NONE: Voice = Voice::without_models();
        match self.0.as_deref() {
            Some(Engine::Voice(voice)) => voice,
            _ => &NONE,
        }
    }
}

/// Where an answer goes.
pub(crate) type Reply<T> = oneshot::Sender<Result<T, Refusal>>;

/// What is told, and to whom.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Told {
    pub(crate) client: Client,
    pub(crate) session: u32,
    pub(crate) what: What,
}

/// One event of a session.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum What {
    /// Something was heard.
    Heard(Heard),
    /// It is over.
    Over { why: SessionEnd, sound_ms: u64, dropped_ms: u64 },
}

struct Running {
    around: Surroundings,
    rate: Rate,
    handle: AbortHandle,
}

/// See the module.
pub(crate) struct Listening {
    asks: mpsc::Receiver<Ask>,
    told: mpsc::Sender<Told>,
    count: watch::Sender<usize>,
    turn: Arc<Semaphore>,
    way: Arc<Way>,
    next: u32,
    running: HashMap<u32, Running>,
    tasks: JoinSet<(u32, SessionEnd)>,
}

/// The other ends of it.
pub(crate) struct Desk {
    pub(crate) asks: mpsc::Sender<Ask>,
    pub(crate) told: mpsc::Receiver<Told>,
    pub(crate) count: watch::Receiver<usize>,
}

impl Listening {
    /// `way` is taken while somebody waits for an answer.
    pub(crate) fn new(way: Arc<Way>) -> (Self, Desk) {
        let (asks_in, asks) = mpsc::channel(ASKS_MAX);
        let (told, told_out) = mpsc::channel(TOLD_MAX);
        let (count, count_out) = watch::channel(0);
        let turn = Arc::new(Semaphore::new(1));
        let (running, tasks) = (HashMap::new(), JoinSet::new());
        let own = Self { asks, told, count, turn, way, next: 1, running, tasks };
        (own, Desk { asks: asks_in, told: told_out, count: count_out })
    }

    /// Serves for as long as it is run. Sessions end with it.
    pub(crate) async fn run(mut self) -> Infallible {
        loop {
            tokio::select! {
                Some(ask) = self.asks.recv() => self.take(ask).await,
                Some(ended) = self.tasks.join_next() => match ended {
                    Ok((number, why)) => self.over(number, why).await,
                    Err(error) => self.failed(&error).await,
                },
                // Nobody can ask any more, and no session is left.
                else => std::future::pending().await,
            }
        }
    }

    async fn take(&mut self, ask: Ask) {
        match ask {
            Ask::Listen { client, sound, rate, wishes, networks, reply } => {
                let around = self.around(client);
                let made = self.free().and_then(|()| Ok(Stream::reader(sound)?)).map(|stream| {
                    let ears = Ears::new(rate, wishes);
                    let listener = Listener { stream, rate, ears, networks, around: around.clone() };
                    self.start(around, rate, listener.run())
                });
                answer(reply, made);
            }
            Ask::Clean { client, sound, rate, cleaned, networks, reply } => {
                let around = self.around(client);
                let streams =
                    self.free().and_then(|()| Ok((Stream::reader(sound)?, Stream::writer(cleaned)?)));
                let made = streams.map(|(stream, cleaned)| {
                    let cleaner = Cleaner { stream, cleaned, rate, networks, around: around.clone() };
                    self.start(around, rate, cleaner.run())
                });
                answer(reply, made);
            }
            Ask::Stop { client, session, reply } => {
                let own = self.running.get(&session).is_some_and(|running| running.around.client == client);
                if own {
                    self.over(session, SessionEnd::Stopped).await;
                }
                answer(reply, if own { Ok(()) } else { Err(Refusal::NoSession(session)) });
            }
            Ask::Gone { client } => {
                // Nobody is left to be told.
                for (_, running) in self.running.extract_if(|_, running| running.around.client == client) {
                    running.handle.abort();
                }
                self.count.send_replace(self.running.len());
            }
        }
    }

    fn free(&self) -> Result<(), Refusal> {
        if self.running.len() < SESSIONS_MAX { Ok(()) } else { Err(Refusal::Busy) }
    }

    fn around(&self, client: Client) -> Surroundings {
        Surroundings {
            number: self.next,
            told: self.told.clone(),
            client,
            turn: Arc::clone(&self.turn),
            way: Arc::clone(&self.way),
            counts: Arc::new(Counts::default()),
        }
    }

    fn start(
        &mut self,
        around: Surroundings,
        rate: Rate,
        session: impl Future<Output = SessionEnd> + Send + 'static,
    ) -> u32 {
        let number = around.number;
        self.next = self.next.wrapping_add(1).max(1);
        let handle = self.tasks.spawn(async move { (number, session.await) });
        self.running.insert(number, Running { around, rate, handle });
        self.count.send_replace(self.running.len());
        number
    }

    /// Forgets a session and tells its client. Its descriptors are closed with its task.
    async fn over(&mut self, number: u32, why: SessionEnd) {
        if let Some(Running { around, rate, handle }) = self.running.remove(&number) {
            handle.abort();
            self.count.send_replace(self.running.len());
            let of = |samples: &AtomicU64| rate.milliseconds(samples.load(Ordering::Relaxed));
            let (sound_ms, dropped_ms) = (of(&around.counts.sound), of(&around.counts.dropped));
            around.tell(What::Over { why, sound_ms, dropped_ms }).await;
        }
    }

    async fn failed(&mut self, error: &JoinError) {
        let of_task =
            |(number, running): (&u32, &Running)| (running.handle.id() == error.id()).then_some(*number);
        // One that was stopped is forgotten already.
        if let Some(number) = self.running.iter().find_map(of_task) {
            tracing::error!(%error, "a session ended by itself");
            self.over(number, SessionEnd::Failed).await;
        }
    }
}

/// One who has gone meanwhile is not looked for.
fn answer<T>(reply: Reply<T>, answer: Result<T, Refusal>) {
    if reply.send(answer).is_err() {
        tracing::debug!("the asker has gone");
    }
}
