//! The one owner of all state: takes requests, keeps the queue and the engines, and gives the workers one order at a
//! time. It never computes, so it always answers.
//!
//! Two workers serve what somebody waits for and load engines; a third thread serves the background and makes way.

mod admission;
mod feed;
mod hung;
mod swap;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context;
use daemon::Stop;
use tokio::sync::{mpsc, oneshot, watch};

use crate::Parts;
use crate::desk::{Ask, Desk, MAIL_MAX, Mail};
use crate::leave::{Leave, Way};
use crate::refusal::Refusal;
use crate::scheduler::{Class, Client, Queue};
use crate::shelf::{Need, Shelf};
use crate::spread::Help;
use crate::status::{Figures, Status};
use crate::timing::Times;
use crate::work::{Engine, Task};
use crate::worker::{self, Done, End, Loaded, Order, Surveyed};
use swap::Versions;

/// Threads that serve the foreground: the device has two cores.
const FOREGROUND: usize = 2;
/// The number of the thread that serves the background.
const BACKGROUND: usize = FOREGROUND;
/// Where nothing waits, the clock is looked at this often all the same.
const IDLE: Duration = Duration::from_secs(3600);

/// Who waits for the loan of an engine.
type Borrower = (Task, oneshot::Sender<Result<Arc<Engine>, Refusal>>);

/// One thread, as the actor sees it.
struct Worker {
    /// Every thread has its own, so that one that was given up is known when it speaks after all.
    id: usize,
    orders: mpsc::Sender<Order>,
    /// What it serves at the moment; none where it waits, or does something that nobody waits for.
    serves: Option<Serving>,
    busy: Option<Busy>,
}

/// A request that is being served.
struct Serving {
    client: Client,
    leave: Leave,
    arrived: Instant,
}

/// What a thread is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Busy {
    task: Option<Task>,
    loads: bool,
    /// By then it should be back.
    until: Instant,
}

impl Worker {
    /// Starts the thread at a place among the workers.
    fn start(
        place: usize,
        id: usize,
        parts: &Parts,
        to_actor: &mpsc::Sender<(usize, Done)>,
    ) -> anyhow::Result<Self> {
        // One order at a time is handed over; all requests wait with the actor, where they can be reordered.
        let (orders, orders_out) = mpsc::channel(1);
        worker::start(place == BACKGROUND, id, parts.clone(), orders_out, to_actor.clone())
            .context("a worker's thread could not be started")?;
        Ok(Self { id, orders, serves: None, busy: None })
    }
}

/// See the module.
pub(crate) struct Actor {
    parts: Parts,
    mail: mpsc::Receiver<Mail>,
    status: watch::Sender<Status>,
    workers: Vec<Worker>,
    done: mpsc::Receiver<(usize, Done)>,
    to_actor: mpsc::Sender<(usize, Done)>,
    /// Threads that did not come back, and what they were about.
    hung: BTreeMap<usize, Option<Task>>,
    /// How many threads there have been.
    threads: usize,
    queue: Queue<Ask>,
    /// Workers whose jobs have many pieces, and how to help each.
    calls: Vec<(usize, Busy, Help)>,
    borrowers: Vec<Borrower>,
    shelf: Shelf<Engine>,
    surveyed: Vec<Surveyed>,
    /// Whether the files are to be looked at when the background thread has time.
    survey: bool,
    /// How many plans of which engine have been made ready; none where all are.
    preparing: Option<(Task, usize)>,
    /// Engines that were let go and wait to be dropped.
    dropped: Vec<Arc<Engine>>,
    /// Taken while a worker serves.
    way: Arc<Way>,
    times: Times,
    /// Bytes that each task's engine took when it was loaded.
    memory: BTreeMap<Task, u64>,
    figures: watch::Sender<Figures>,
    versions: Versions,
}

impl Actor {
    /// Starts the threads. No engine is loaded before somebody needs it.
    pub(crate) fn start(parts: &Parts) -> anyhow::Result<(Self, Desk)> {
        let (mail_in, mail) = mpsc::channel(MAIL_MAX);
        let (status, status_out) = watch::channel(Status::default());
        let (figures, figures_out) = watch::channel(Figures::default());
        let (to_actor, done) = mpsc::channel(2 * (FOREGROUND + 1));
        let workers = (0..=BACKGROUND)
            .map(|number| Worker::start(number, number, parts, &to_actor))
            .collect::<anyhow::Result<Vec<Worker>>>()?;
        let way = Arc::<Way>::default();
        let actor = Self {
            parts: parts.clone(),
            mail,
            status,
            workers,
            done,
            to_actor,
            hung: BTreeMap::new(),
            threads: BACKGROUND + 1,
            queue: Queue::default(),
            calls: Vec::new(),
            borrowers: Vec::new(),
            shelf: Shelf::default(),
            surveyed: Vec::new(),
            survey: true,
            preparing: None,
            dropped: Vec::new(),
            way: Arc::clone(&way),
            times: Times::default(),
            memory: BTreeMap::new(),
            figures,
            versions: Versions::default(),
        };
        let desk = Desk {
            mail: mail_in,
            status: status_out,
            figures: figures_out,
            deadline_max: parts.deadline_max,
            way,
        };
        Ok((actor, desk))
    }

    /// Serves until it is told to stop; an error means that a worker died, which is a bug of ours.
    pub(crate) async fn run(mut self, stop: Stop) -> anyhow::Result<()> {
        loop {
            self.feed()?;
            self.tell_figures();
            let look = self.next_look();
            tokio::select! {
                () = stop.requested() => break,
                done = self.done.recv() => {
                    let (id, done) = done.context("the workers ended")?;
                    self.take_back(id, done);
                }
                Some(mail) = self.mail.recv() => self.read(mail),
                () = tokio::time::sleep_until(look.into()) => {}
            }
            self.tidy(Instant::now())?;
        }
        for worker in &self.workers {
            if let Some(serving) = &worker.serves {
                serving.leave.cancel();
            }
        }
        Ok(())
    }

    fn next_look(&self) -> Instant {
        let late = self.queue.waiting().map(|waiting| waiting.deadline).min();
        let rest = self.shelf.oldest_use().map(|used| used + self.parts.rest_after);
        let hung = self.workers.iter().filter_map(|worker| worker.busy.map(|busy| busy.until)).min();
        [late, rest, hung].into_iter().flatten().min().unwrap_or_else(|| Instant::now() + IDLE)
    }

    fn read(&mut self, mail: Mail) {
        let now = Instant::now();
        match mail {
            Mail::Ask(ask) => {
                self.survey |= self.versions.manifest_changed(&self.parts.manifest, now);
                self.admit(ask, now);
            }
            Mail::Lend(task, reply) => match self.shelf.need(task, now) {
                Need::Refuse(reason) => answer(reply, Err(Refusal::NoModel(reason))),
                Need::Met | Need::Wait | Need::Load => self.borrowers.push((task, reply)),
            },
            Mail::MemoryShort => {
                tracing::info!("memory is short; models that nobody uses leave it");
                self.let_go(now, now);
            }
            Mail::Forget(client) => {
                for ask in self.queue.take_out(|waiting| waiting.client == client) {
                    refuse(ask, Refusal::Cancelled);
                }
                let theirs = self.workers.iter().filter_map(|worker| worker.serves.as_ref());
                theirs.filter(|serving| serving.client == client).for_each(|serving| serving.leave.cancel());
            }
        }
    }

    /// Turns away who is late or gone, and lets engines rest.
    fn tidy(&mut self, now: Instant) -> anyhow::Result<()> {
        for ask in self.queue.take_out(|waiting| waiting.deadline <= now || waiting.work.refused.is_closed())
        {
            refuse(ask, Refusal::DeadlinePassed);
        }
        if let Some(since) = now.checked_sub(self.parts.rest_after) {
            self.let_go(since, now);
        }
        self.give_up_hung(now)
    }

    fn let_go(&mut self, since: Instant, now: Instant) {
        let resting = self.shelf.rest(since, now);
        if !resting.is_empty() {
            self.dropped.extend(resting);
            self.publish();
        }
    }

    fn take_back(&mut self, id: usize, done: Done) {
        let now = Instant::now();
        let Some(place) = self.workers.iter().position(|worker| worker.id == id) else {
            return self.came_back(id);
        };
        let worker = &mut self.workers[place];
        if let Done::Calls(help) = done {
            // The background has one thread, and what is done for it makes way for everybody.
            if let Some(busy) = worker.busy.filter(|_| place != BACKGROUND) {
                self.calls.push((id, busy, help));
            }
            return;
        }
        self.calls.retain(|(of, ..)| *of != id);
        worker.busy = None;
        let served = worker.serves.take();
        match done {
            Done::Served { task, size, took, end } => {
                if let (End::Answered, Some(served)) = (end, served) {
                    self.times.took(task, size, took, now);
                    self.times.answered(task, now.saturating_duration_since(served.arrived));
                }
                if end == End::Panicked {
                    self.dropped.extend(self.shelf.discard(task));
                    self.publish();
                }
            }
            Done::Loaded(task, outcome) => {
                if place == BACKGROUND {
                    return self.swap(task, outcome, now);
                }
                let outcome = outcome.map(|loaded| {
                    let Loaded { engine, memory, of } = *loaded;
                    self.memory.insert(task, memory);
                    self.versions.loaded(task, of);
                    engine
                });
                if let Err(failure) = &outcome {
                    self.not_loaded(task, &failure.reason);
                    // What lies on the disk is not what it was.
                    self.survey = true;
                } else {
                    self.preparing = Some((task, 0));
                }
                self.shelf.loaded(task, outcome, now);
                self.publish();
            }
            Done::Prepared(task, more) => match &mut self.preparing {
                Some((of, at)) if *of == task && more => *at += 1,
                _ => self.preparing = None,
            },
            Done::Surveyed(surveyed) => {
                self.versions.read(&surveyed);
                self.surveyed = surveyed;
                self.publish();
            }
            Done::Helped | Done::Dropped | Done::Calls(_) => {}
        }
    }

    /// Tells all who wait for a task that it cannot be done.
    fn not_loaded(&mut self, task: Task, reason: &str) {
        for ask in self.queue.take_out(|waiting| waiting.task == task) {
            refuse(ask, Refusal::NoModel(reason.to_owned()));
        }
        for (_, reply) in self.borrowers.extract_if(.., |(of, _)| *of == task) {
            answer(reply, Err(Refusal::NoModel(reason.to_owned())));
        }
    }

    fn tell_figures(&self) {
        let depth = |class| u32::try_from(self.queue.len(class)).unwrap_or(u32::MAX);
        let waiting = [Class::Interactive, Class::Live, Class::Background].map(depth);
        let memory = self.memory.iter().filter(|(task, _)| self.shelf.has(**task));
        let figures = Figures {
            waiting,
            histograms: Task::ALL.iter().map(|task| (*task, self.times.histogram(*task))).collect(),
            memory: memory.map(|(task, bytes)| (*task, *bytes)).collect(),
        };
        self.figures.send_if_modified(|current| {
            let changed = *current != figures;
            *current = figures;
            changed
        });
    }

    fn publish(&self) {
        let hung = self.hung.values().map(|task| task.map_or("models", Task::name)).collect();
        let status =
            Status::new(&self.surveyed, hung, self.versions.declined(), |task| self.shelf.standing(task));
        self.status.send_if_modified(|current| {
            let changed = *current != status;
            *current = status;
            changed
        });
    }
}

fn refuse(ask: Ask, refusal: Refusal) {
    answer(ask.refused, refusal);
}

fn answer<T>(reply: oneshot::Sender<T>, answer: T) {
    if reply.send(answer).is_err() {
        tracing::debug!("the asker has gone");
    }
}
