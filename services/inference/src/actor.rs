//! The one owner of all state: takes requests, keeps the queue, feeds the worker one request at a time, and says
//! what became of the models. It never computes, so it always answers.

use std::time::{Duration, Instant};

use anyhow::Context;
use daemon::Stop;
use tokio::sync::{mpsc, oneshot, watch};

use crate::Parts;
use crate::raster::Raster;
use crate::scheduler::{Queue, Urgency, WAITING_MAX, Waiting};
use crate::text::Line;
use crate::worker::{self, FromWorker, Job, Status};

/// Where nothing waits, the clock is looked at this often all the same.
const IDLE: Duration = Duration::from_secs(3600);

/// What a caller gets.
pub(crate) type Answer = Result<Vec<Line>, Refusal>;

/// Why a request was not served.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// The models do not run.
    #[error("text cannot be recognised: {0}")]
    NoModel(String),
    /// Others wait already.
    #[error("{WAITING_MAX} requests wait already; ask again")]
    Busy,
    /// It took too long.
    #[error("recognition took too long and was given up; try again, or select less")]
    DeadlinePassed,
}

/// One request.
pub(crate) struct Ask {
    pub(crate) picture: Raster,
    pub(crate) urgency: Urgency,
    pub(crate) deadline: Instant,
    pub(crate) reply: oneshot::Sender<Answer>,
}

/// How requests come in and the models' state goes out.
pub(crate) struct Desk {
    pub(crate) asks: mpsc::Sender<Ask>,
    pub(crate) status: watch::Receiver<Status>,
}

/// See the module.
pub(crate) struct Actor {
    asks: mpsc::Receiver<Ask>,
    status: watch::Sender<Status>,
    jobs: mpsc::Sender<Job>,
    from_worker: mpsc::Receiver<FromWorker>,
    queue: Queue<Job>,
    /// The worker has nothing to do. Until it has opened the models it has.
    idle: bool,
}

impl Actor {
    /// Starts the worker's thread, which begins to load the models.
    pub(crate) fn start(parts: &Parts) -> anyhow::Result<(Self, Desk)> {
        let (asks_in, asks) = mpsc::channel(WAITING_MAX);
        let (status, status_out) = watch::channel(Status::default());
        // One job at a time is handed over; all others wait here, where they can be reordered.
        let (jobs, jobs_out) = mpsc::channel(1);
        let (to_actor, from_worker) = mpsc::channel(1);
        worker::start(parts.clone(), jobs_out, to_actor)
            .context("the worker's thread could not be started")?;
        let actor = Self { asks, status, jobs, from_worker, queue: Queue::default(), idle: false };
        Ok((actor, Desk { asks: asks_in, status: status_out }))
    }

    /// Serves until it is told to stop; an error means that the worker died, which is a bug of ours.
    pub(crate) async fn run(mut self, stop: Stop) -> anyhow::Result<()> {
        loop {
            let next_deadline = self.queue.next_deadline().unwrap_or_else(|| Instant::now() + IDLE);
            tokio::select! {
                () = stop.requested() => return Ok(()),
                said = self.from_worker.recv() => match said.context("the worker ended")? {
                    FromWorker::Status(status) => {
                        self.status.send_replace(status);
                    }
                    FromWorker::Idle => self.idle = true,
                },
                Some(ask) = self.asks.recv() => self.take(ask),
                () = tokio::time::sleep_until(next_deadline.into()) => {}
            }
            for late in self.queue.take_late(Instant::now()) {
                late.answer(Err(Refusal::DeadlinePassed));
            }
            self.feed()?;
        }
    }

    fn take(&mut self, ask: Ask) {
        let job = Job { picture: ask.picture, deadline: ask.deadline, reply: ask.reply };
        let waiting = Waiting { urgency: ask.urgency, deadline: ask.deadline, work: job };
        if let Some(away) = self.queue.push(waiting) {
            away.answer(Err(Refusal::Busy));
        }
    }

    fn feed(&mut self) -> anyhow::Result<()> {
        while self.idle {
            let Some(next) = self.queue.take() else { return Ok(()) };
            if next.work.is_wanted() {
                self.idle = false;
                self.jobs.try_send(next.work).map_err(|_| anyhow::anyhow!("the worker ended"))?;
            }
        }
        Ok(())
    }
}
