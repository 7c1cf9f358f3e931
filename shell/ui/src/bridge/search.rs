//! Finding what was said: one task owns the index, learns what new passages mean and reads pages of ink while nobody
//! asks, and answers questions, by words alone where the service is away. It outlives the bus.

mod job;
mod prints;

use std::path::PathBuf;
use std::time::Duration;

use api::inference::InferenceError;
use board::{Inked, Passed, Said};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio::time::Instant;
use zbus::Connection;

use super::{Tell, ToUi};
use crate::search::{Index, QUESTION_LEN_MAX, keep, topic};
use job::{Done, Service, signed};
use prints::Prints;

/// Passages asked about at once: a second's work for the service, after which others have their turn.
const LOT: usize = 16;
/// A question is answered within this: by what it means, or else by its words alone.
const QUESTION_DEADLINE_MS: u32 = 4_000;
/// Where the service was too busy for that (it may be loading its model), it is asked again after so long.
const ASK_AGAIN: Duration = Duration::from_secs(2);
/// After a refusal the service is left alone for so long.
const REST: Duration = Duration::from_secs(30);
/// Ink is read when nothing has changed on the board for so long, or when somebody looks for something.
const INK_AFTER: Duration = Duration::from_secs(60);
/// Whoever asked looks at the answer for so long; it gets better meanwhile, also by what is still being written.
const LOOKED_AT: Duration = Duration::from_secs(60);
/// Between two requests, so that a lesson's own find the service free.
const BREATH: Duration = Duration::from_millis(500);
/// Wishes that may wait; the newest board and question count, and more are not made in a second.
const QUEUE_MAX: usize = 16;

/// How well a question was understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Understanding {
    /// By its words; what it means is being asked.
    Waits,
    /// By what it means, as all of the board is.
    Whole,
    /// By what it means; what some passages mean is not known yet.
    Learns,
    /// By its words alone: the service is away or has no time.
    Away,
}

/// What the screens want of it, or give it.
pub(super) enum Wish {
    /// What the board says now.
    Said(Said),
    /// Pages that answer a question.
    Find { ticket: u64, question: String },
    /// The board is another one now: nothing that was said is known any more.
    Forget,
    /// Another board is open, in this folder; what is known of the one before stays in its own.
    Board(PathBuf),
    /// A page's strokes, which [`ToUi::InkWanted`] has asked for.
    Ink { inked: Inked, strokes: Vec<Vec<Passed>> },
}

/// The end that wishes go into.
pub(super) type Wisher = mpsc::Sender<Wish>;

/// Starts the task; it ends with its wisher.
pub(super) fn start(folder: PathBuf, bus: watch::Receiver<Option<Connection>>, tell: Tell) -> Wisher {
    let (wisher, wishes) = mpsc::channel(QUEUE_MAX);
    tokio::spawn(async move {
        let from = folder.clone();
        let index = tokio::task::spawn_blocking(move || keep::load(&from)).await.unwrap_or_default();
        Searcher::new(folder, index, bus, tell).run(wishes).await;
    });
    wisher
}

struct Searcher<S> {
    folder: PathBuf,
    index: Index,
    prints: Prints,
    /// The board as it is, while PDFs on it are being read.
    waiting: Option<Said>,
    /// Whether the index is on the disk as it is.
    kept: bool,
    /// The service, while its bus is there.
    bus: watch::Receiver<Option<S>>,
    tell: Tell,
    /// The newest question, while somebody may look at its answer.
    open: Option<Open>,
    /// What the service does for us while nobody waits: one thing at a time.
    job: Option<JoinHandle<Done>>,
    /// A page's strokes that came while another job ran; the newest is enough, since only one is asked for at a time.
    ink: Option<(Inked, Vec<Vec<Passed>>)>,
    /// When the service may be asked again, and from when on ink may be read.
    next: Instant,
    next_ink: Instant,
}

/// A question whose answer may still get better.
struct Open {
    ticket: u64,
    question: String,
    /// `None` until the service has told; empty where the words mean nothing to it.
    meaning: Option<Vec<i8>>,
    until: Instant,
    ask: Instant,
}

impl<S: Service> Searcher<S> {
    fn new(folder: PathBuf, index: Index, bus: watch::Receiver<Option<S>>, tell: Tell) -> Self {
        let now = Instant::now();
        let next_ink = now + INK_AFTER;
        let (prints, waiting) = (Prints::new(&folder), None);
        Self {
            folder,
            index,
            prints,
            waiting,
            kept: true,
            bus,
            tell,
            open: None,
            job: None,
            ink: None,
            next: now,
            next_ink,
        }
    }

    async fn run(mut self, mut wishes: mpsc::Receiver<Wish>) {
        loop {
            let here = self.bus.borrow().is_some();
            let free = self.job.is_none() && here;
            let (learns, reads) = (!self.is_understood(), self.index.unread().is_some());
            let ask = self.open.as_ref().filter(|open| here && open.meaning.is_none()).map(|open| open.ask);
            let (next, next_ink) = (self.next, self.next_ink.max(self.next));
            tokio::select! {
                wish = wishes.recv() => match wish {
                    None => return,
                    Some(wish) => self.grant(wish, &mut wishes).await,
                },
                changed = self.bus.changed() => {
                    if changed.is_err() {
                        return;
                    }
                    self.next = Instant::now();
                }
                () = tokio::time::sleep_until(next), if free && learns => {
                    let service = self.bus.borrow().clone();
                    let texts = self.index.unknown(LOT);
                    self.job = service.map(|service| tokio::spawn(job::learn_lot(service, texts)));
                }
                () = tokio::time::sleep_until(ask.unwrap_or(next)), if ask.is_some() => self.ask().await,
                () = tokio::time::sleep_until(next_ink), if free && reads => self.want_ink(),
                () = self.prints.finished(), if self.prints.is_reading() => {
                    if let Some(said) = self.waiting.take() {
                        self.renew(said).await;
                    }
                }
                done = finished(&mut self.job) => {
                    self.job = None;
                    let rest = match done {
                        Some(done) => self.take(done).await,
                        None => REST,
                    };
                    self.next = Instant::now() + rest;
                    self.read();
                }
            }
        }
    }

    /// Whether it is known of every passage what it means.
    fn is_understood(&self) -> bool {
        self.index.unknown(1).is_empty()
    }

    /// Asks the board for the strokes of a page; they come as a wish.
    fn want_ink(&mut self) {
        // Where the board does not answer it is asked again.
        self.next_ink = Instant::now() + REST;
        if let Some(inked) = self.index.unread() {
            (self.tell)(ToUi::InkWanted(inked));
        }
    }

    /// Does what is wished: of all that waits, the newest board and the newest question.
    async fn grant(&mut self, wish: Wish, wishes: &mut mpsc::Receiver<Wish>) {
        let (mut board, mut asked) = (None, None);
        let mut next = Some(wish);
        while let Some(wish) = next {
            match wish {
                Wish::Said(said) => board = Some(said),
                Wish::Forget => {
                    (board, asked) = (None, None);
                    self.forget().await;
                }
                Wish::Board(folder) => {
                    (board, asked) = (None, None);
                    self.go_to(folder).await;
                }
                Wish::Find { ticket, question } => asked = Some((ticket, question)),
                Wish::Ink { inked, strokes } => {
                    self.ink = Some((inked, strokes));
                    self.read();
                }
            }
            next = wishes.try_recv().ok();
        }
        if let Some(said) = board {
            self.renew(said).await;
        }
        if let Some((ticket, question)) = asked {
            self.find(ticket, &question).await;
            self.next_ink = Instant::now();
        }
    }

    /// Takes the board as it is now, as soon as all is read that PDFs on it say.
    async fn renew(&mut self, mut said: Said) {
        if !self.prints.complete(&mut said) {
            self.waiting = Some(said);
            return;
        }
        if self.index.renew(said) {
            self.kept = false;
            // What changed after the question (the board tells of ink a moment late) belongs to its answer.
            self.answer_better();
            self.next_ink = Instant::now() + if self.open.is_some() { BREATH } else { INK_AFTER };
        }
        if self.is_understood() {
            self.keep().await;
        }
    }

    /// Another board: what is known of it lies in its folder.
    async fn go_to(&mut self, folder: PathBuf) {
        if let Some(job) = self.job.take() {
            job.abort();
        }
        self.keep().await;
        (self.open, self.ink, self.waiting) = (None, None, None);
        self.prints = Prints::new(&folder);
        let from = folder.clone();
        self.index = tokio::task::spawn_blocking(move || keep::load(&from)).await.unwrap_or_default();
        (self.folder, self.kept) = (folder, true);
    }

    /// Also of what is just being learnt.
    async fn forget(&mut self) {
        if let Some(job) = self.job.take() {
            job.abort();
        }
        (self.open, self.ink, self.waiting) = (None, None, None);
        self.prints = Prints::new(&self.folder);
        self.index = Index::default();
        self.kept = false;
        self.keep().await;
    }

    /// Has the ink read that waits for it, unless something else is being done.
    fn read(&mut self) {
        if self.job.is_some() {
            return;
        }
        let service = self.bus.borrow().clone();
        if let (Some((inked, strokes)), Some(service)) = (self.ink.take(), service) {
            self.job = Some(tokio::spawn(job::read_page(service, inked, strokes)));
        }
    }

    /// Takes what the service has done; how long to leave it alone.
    async fn take(&mut self, done: Done) -> Duration {
        let error = match done {
            Done::Learnt(texts, Ok((model, meanings))) if meanings.len() == texts.len() => {
                self.index.speaks(&model);
                self.index.learn(&texts, meanings.into_iter().map(signed).collect());
                None
            }
            Done::Learnt(_, Ok(_)) => {
                tracing::error!("the service did not answer for every passage");
                return REST;
            }
            Done::Read(inked, Ok(lines)) => {
                self.index.take_ink(inked, lines);
                self.next_ink = Instant::now() + BREATH;
                None
            }
            // What is too much to be read is not tried again before it is changed.
            Done::Read(inked, Err(InferenceError::DeadlinePassed(_) | InferenceError::BadInk(_))) => {
                self.index.take_ink(inked, Vec::new());
                None
            }
            Done::Learnt(_, Err(error)) | Done::Read(_, Err(error)) => Some(error),
        };
        if let Some(error) = error {
            tracing::info!(%error, "what the board says is learnt later");
            // What is known by now is not learnt twice.
            self.keep().await;
            return REST;
        }
        self.kept = false;
        self.answer_better();
        if self.is_understood() {
            self.keep().await;
        }
        BREATH
    }

    async fn find(&mut self, ticket: u64, question: &str) {
        let question: String = question.chars().take(QUESTION_LEN_MAX).collect();
        self.open = None;
        let found = |hits, understanding| ToUi::Found { ticket, hits, understanding };
        // By words at once: whoever waits for the rest has something to look at.
        (self.tell)(found(self.index.find(&question, None), Understanding::Waits));
        let now = Instant::now();
        self.open = Some(Open { ticket, question, meaning: None, until: now + LOOKED_AT, ask: now });
        self.ask().await;
    }

    /// Asks what the newest question means and answers it.
    async fn ask(&mut self) {
        let service = self.bus.borrow().clone();
        let Some(open) = &mut self.open else { return };
        let learnt = match service {
            Some(service) => service.learn(&[topic(&open.question)], QUESTION_DEADLINE_MS).await,
            None => Err(InferenceError::Bus(zbus::Error::Unsupported)),
        };
        match learnt {
            Ok((model, meanings)) => {
                self.index.speaks(&model);
                open.meaning = Some(meanings.into_iter().next().map(signed).unwrap_or_default());
            }
            Err(error) => {
                tracing::info!(%error, "a question is answered by its words alone");
                open.ask = Instant::now() + ASK_AGAIN;
            }
        }
        self.answer_better();
    }

    /// Answers the newest question by all that is known now.
    fn answer_better(&mut self) {
        self.open = self.open.take().filter(|open| Instant::now() < open.until);
        let Some(Open { ticket, question, meaning, .. }) = &self.open else { return };
        let hits = self.index.find(question, meaning.as_deref().filter(|meaning| !meaning.is_empty()));
        let whole = self.is_understood() && self.index.unread().is_none() && self.waiting.is_none();
        let understanding = match meaning {
            None => Understanding::Away,
            Some(_) if whole => Understanding::Whole,
            Some(_) => Understanding::Learns,
        };
        (self.tell)(ToUi::Found { ticket: *ticket, hits, understanding });
    }

    async fn keep(&mut self) {
        if self.kept {
            return;
        }
        let (folder, index) = (self.folder.clone(), self.index.clone());
        match tokio::task::spawn_blocking(move || keep::save(&folder, &index)).await {
            Ok(Ok(())) => self.kept = true,
            Ok(Err(error)) => {
                tracing::warn!(%error, "the search index is not on the disk; it is made anew after a restart")
            }
            Err(error) => tracing::error!(%error, "writing the search index panicked"),
        }
    }
}

/// Waits for a job to end; `None` where it panicked. Without one it waits for ever.
async fn finished(job: &mut Option<JoinHandle<Done>>) -> Option<Done> {
    match job {
        Some(job) => job.await.ok(),
        None => std::future::pending().await,
    }
}

#[cfg(test)]
mod tests;
