//! Pure: one job's way through a printer, and what became of it. Bytes and the time go in, bytes to send come out.
//!
//! First the printer is asked how it is; a printer in trouble is sent nothing. Then the job goes out, then the mark's
//! answer is waited for, and meanwhile the printer is asked on. Only the answer with this job's mark is a proof. As soon
//! as one byte of the job may have left, anything else is [`Outcome::Unproved`]: it may be on paper, whole or in part.
//!
//! A printer without marks is asked how its paper is (`GS r`), which it answers in its turn. That answer has no name, so
//! one to an earlier job must not be taken for it: before a job such a printer is asked [`FENCE`] times, until it has
//! answered as often and is quiet, and then how it is; behind the job it is asked [`PAPERS`] times, more often than can be
//! left over, and only so many answers are the proof.

mod outcome;

use std::time::{Duration, Instant};

use crate::escpos::{Commands, Mark, ask};
use crate::reply::{Replies, Reply};
use crate::status::Status;

pub use outcome::{Outcome, Why};

/// How long to wait for what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// For a printer on the network to take the connection.
    pub connect: Duration,
    /// For an answer to `DLE EOT`, which printers give within milliseconds, behind a slow radio bridge within a second.
    pub answer: Duration,
    /// From one question to the next while the mark is waited for.
    pub again: Duration,
    /// For any progress of a printer that says that it is well: the slowest print 50 mm a second, so a receipt of half
    /// a metre takes ten.
    pub progress: Duration,
    /// For a person to mend what a printer says is wrong in the middle of a job: fetch a roll and put it in.
    pub mend: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(3),
            again: Duration::from_secs(1),
            progress: Duration::from_secs(30),
            mend: Duration::from_secs(600),
        }
    }
}

/// How a printer proves what is on paper.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// It answers with the job's own mark (`GS ( H`), as most do that cut.
    #[default]
    Mark,
    /// It knows no marks, and answers in its turn how its paper is (`GS r`).
    Status,
}

/// How often a printer without marks is asked before a job, and behind it.
pub const FENCE: usize = 3;
pub const PAPERS: usize = 5;
/// Bytes of one such question.
const PAPER_BYTES: usize = 3;
/// What stood in the printer one behind the other is answered within milliseconds; with so long a pause after it there is
/// no more.
const QUIET: Duration = Duration::from_millis(200);

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next<'a> {
    /// Send of this what the line takes, tell by [`Printing::sent`]; hear at the same time, until then at most.
    Send(&'a [u8], Instant),
    /// Hear, until then at most.
    Hear(Instant),
    /// Over.
    Done(Outcome),
}

#[derive(Debug)]
enum Stage {
    /// Asked `DLE EOT n`, at.
    Asking(u8, Instant),
    /// Asked how the paper is, at; so many answers came, the last one then.
    Fencing(Instant, usize, Instant),
    /// So much of the job is sent; when there was progress.
    Sending(usize, Instant),
    /// All sent; when there was progress, and the question under way, since when.
    Awaiting(Instant, Option<(u8, Instant)>),
    Done(Outcome),
}

/// Questions before a job, and again while it prints.
const QUESTIONS: std::ops::RangeInclusive<u8> = 1..=4;

/// What ends a job well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ending {
    /// All questions are answered.
    Asked,
    /// Its mark.
    Mark(Mark),
    /// [`PAPERS`] answers, of which so many came; and whether none can be left over from before.
    Papers(usize, bool),
}

/// One job under way.
#[derive(Debug)]
pub struct Printing {
    job: Vec<u8>,
    ending: Ending,
    limits: Limits,
    stage: Stage,
    /// A question that is not wholly sent.
    question: Vec<u8>,
    /// The question to ask next while the mark is waited for, and when.
    turn: (u8, Instant),
    replies: Replies,
    status: Status,
    /// Since when it says that something is wrong.
    ill_since: Option<Instant>,
    /// Marks of earlier jobs that came late.
    late: Vec<Mark>,
}

impl Printing {
    /// A job whose last command asks for `mark`.
    pub fn new(job: Vec<u8>, mark: Mark, limits: Limits, now: Instant) -> Self {
        Self::start(job, Ending::Mark(mark), Replies::default(), limits, now)
    }

    /// A job that ends by asking [`PAPERS`] times how the paper is.
    pub fn by_status(job: Vec<u8>, limits: Limits, now: Instant) -> Self {
        Self::start(job, Ending::Papers(0, false), Replies::with_papers(), limits, now)
    }

    /// Only asks how the printer is; ends in [`Outcome::Printed`] once all is answered.
    pub fn asking(limits: Limits, now: Instant) -> Self {
        Self::start(Vec::new(), Ending::Asked, Replies::default(), limits, now)
    }

    fn start(job: Vec<u8>, ending: Ending, replies: Replies, limits: Limits, now: Instant) -> Self {
        let mut printing = Self {
            job,
            ending,
            limits,
            stage: Stage::Asking(0, now),
            question: Vec::new(),
            turn: (*QUESTIONS.start(), now),
            replies,
            status: Status::default(),
            ill_since: None,
            late: Vec::new(),
        };
        printing.ask_first(1, now);
        printing
    }

    /// What the printer said of itself so far.
    pub fn status(&self) -> Status {
        self.status
    }

    /// Marks of earlier jobs that were heard: proofs that came late.
    pub fn late(&self) -> &[Mark] {
        &self.late
    }

    /// Bytes that belonged to no answer.
    pub fn noise(&self) -> u64 {
        self.replies.dropped()
    }

    /// What to do next.
    pub fn next(&self) -> Next<'_> {
        match &self.stage {
            Stage::Done(outcome) => Next::Done(*outcome),
            Stage::Asking(_, since) => {
                let due = *since + self.limits.answer;
                if self.question.is_empty() { Next::Hear(due) } else { Next::Send(&self.question, due) }
            }
            Stage::Fencing(since, ..) if !self.question.is_empty() => {
                Next::Send(&self.question, *since + self.limits.progress)
            }
            Stage::Fencing(_, FENCE.., last) => Next::Hear(*last + QUIET),
            Stage::Fencing(since, ..) => Next::Hear(*since + self.limits.progress),
            Stage::Sending(sent, progress) => Next::Send(&self.job[*sent..], self.patience(*progress)),
            Stage::Awaiting(progress, asked) => {
                let end = self.patience(*progress);
                if !self.question.is_empty() {
                    return Next::Send(&self.question, end);
                }
                let due = match asked {
                    Some((_, since)) => *since + self.limits.answer,
                    None => self.turn.1,
                };
                Next::Hear(due.min(end))
            }
        }
    }

    /// So many bytes of what was to send are with the line.
    pub fn sent(&mut self, count: usize, now: Instant) {
        match &mut self.stage {
            Stage::Asking(..) | Stage::Fencing(..) | Stage::Awaiting(..) => {
                self.question.drain(..count.min(self.question.len()));
            }
            Stage::Sending(sent, progress) => {
                *sent += count;
                if count > 0 {
                    *progress = now;
                }
                if *sent >= self.job.len() {
                    self.turn = (*QUESTIONS.start(), now + self.limits.again);
                    self.stage = Stage::Awaiting(now, None);
                }
            }
            Stage::Done(_) => {}
        }
    }

    /// Bytes came.
    pub fn heard(&mut self, bytes: &[u8], now: Instant) {
        for reply in self.replies.take(bytes) {
            match reply {
                Reply::Told(four) => self.status.take_told(four),
                Reply::Answer(byte) => self.answered(byte, now),
                Reply::Printed(mark) if Ending::Mark(mark) == self.ending && self.begun() => {
                    self.stage = Stage::Done(Outcome::Printed);
                }
                Reply::Printed(mark) => self.late.push(mark),
                Reply::Paper(_) => self.heard_paper(now),
            }
            self.note_health(now);
        }
    }

    /// The time passed.
    pub fn tick(&mut self, now: Instant) {
        match self.stage {
            Stage::Done(_) => {}
            Stage::Asking(_, since) => {
                if now >= since + self.limits.answer {
                    self.end(Why::Silent);
                }
            }
            Stage::Fencing(_, FENCE.., last) if now >= last + QUIET => {
                self.ending = Ending::Papers(0, true);
                self.ask_first(*QUESTIONS.start(), now);
            }
            Stage::Fencing(since, heard, _) => {
                if heard < FENCE && now >= since + self.limits.progress {
                    self.end(Why::Silent);
                }
            }
            Stage::Sending(_, progress) => {
                if now >= self.patience(progress) {
                    self.give_up();
                }
            }
            Stage::Awaiting(progress, asked) => {
                if now >= self.patience(progress) {
                    return self.give_up();
                }
                match asked {
                    // An answer that was lost is asked for again; silence ends by the patience for any progress.
                    Some((n, since)) if now >= since + self.limits.answer => self.ask_again(n, now),
                    None if now >= self.turn.1 => self.ask_again(self.turn.0, now),
                    _ => {}
                }
            }
        }
    }

    /// It goes no further: the line broke, or the kiosk ends.
    pub fn stop(&mut self, why: Why) {
        if !matches!(self.stage, Stage::Done(_)) {
            self.end(why);
        }
    }

    /// Whether a byte of the job may have left.
    pub fn begun(&self) -> bool {
        matches!(self.stage, Stage::Sending(1.., _) | Stage::Awaiting(_, _))
    }

    fn answered(&mut self, byte: u8, now: Instant) {
        match self.stage {
            // What was not wholly asked cannot be answered: an older question's answer.
            Stage::Asking(..) | Stage::Awaiting(..) if !self.question.is_empty() => {}
            Stage::Asking(n, _) => {
                self.status.take_answer(n, byte);
                if n < *QUESTIONS.end() {
                    self.ask_first(n + 1, now);
                } else {
                    self.all_answered(now);
                }
            }
            Stage::Awaiting(progress, Some((n, _))) => {
                self.status.take_answer(n, byte);
                let next = if n < *QUESTIONS.end() { n + 1 } else { *QUESTIONS.start() };
                // One round at a time, then a pause.
                let at = if next == *QUESTIONS.start() { now + self.limits.again } else { now };
                self.turn = (next, at);
                self.stage = Stage::Awaiting(progress, None);
            }
            Stage::Fencing(..) | Stage::Sending(..) | Stage::Awaiting(_, None) | Stage::Done(_) => {}
        }
    }

    /// It has said how it is.
    fn all_answered(&mut self, now: Instant) {
        self.stage = match (self.ending, self.status.trouble()) {
            (Ending::Asked, _) => Stage::Done(Outcome::Printed),
            (_, Some(trouble)) => Stage::Done(Outcome::NotBegun(trouble.into())),
            (Ending::Papers(_, false), None) => {
                let mut fence = Commands::new();
                for _ in 0..FENCE {
                    fence.status();
                }
                self.question = fence.into_bytes();
                Stage::Fencing(now, 0, now)
            }
            (Ending::Mark(_) | Ending::Papers(_, true), None) => Stage::Sending(0, now),
        };
    }

    /// An answer to `GS r`. Behind a job it counts once no more than such questions are left to send.
    fn heard_paper(&mut self, now: Instant) {
        match (&mut self.stage, &mut self.ending) {
            (Stage::Fencing(_, heard, last), _) => (*heard, *last) = (*heard + 1, now),
            (Stage::Sending(sent, _), Ending::Papers(heard, _))
                if self.job.len() - *sent < PAPERS * PAPER_BYTES =>
            {
                *heard += 1;
            }
            (Stage::Awaiting(..), Ending::Papers(heard, _)) => {
                *heard += 1;
                if *heard >= PAPERS {
                    self.stage = Stage::Done(Outcome::Printed);
                }
            }
            _ => {}
        }
    }

    fn ask_first(&mut self, n: u8, now: Instant) {
        self.question = ask(n).to_vec();
        self.stage = Stage::Asking(n, now);
    }

    fn ask_again(&mut self, n: u8, now: Instant) {
        if let Stage::Awaiting(progress, _) = self.stage
            && self.question.is_empty()
        {
            self.question = ask(n).to_vec();
            self.stage = Stage::Awaiting(progress, Some((n, now)));
        }
    }

    /// Trouble that begins stops the clock of progress, and its end starts it anew.
    fn note_health(&mut self, now: Instant) {
        match (self.status.trouble(), self.ill_since) {
            (Some(_), None) => self.ill_since = Some(now),
            (None, Some(_)) => {
                self.ill_since = None;
                if let Stage::Sending(_, progress) | Stage::Awaiting(progress, _) = &mut self.stage {
                    *progress = now;
                }
            }
            _ => {}
        }
    }

    /// How long to wait without progress.
    fn patience(&self, progress: Instant) -> Instant {
        match self.ill_since {
            Some(since) => since + self.limits.mend,
            None => progress + self.limits.progress,
        }
    }

    fn give_up(&mut self) {
        self.end(self.status.trouble().map_or(Why::Silent, Why::Trouble));
    }

    fn end(&mut self, why: Why) {
        let outcome = if self.begun() { Outcome::Unproved(why) } else { Outcome::NotBegun(why) };
        self.stage = Stage::Done(outcome);
    }
}

#[cfg(test)]
mod tests;
