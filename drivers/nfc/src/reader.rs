//! The owner's side: starts `dais-nfc`, restarts it when it dies or hangs, and hands on taps.
//!
//! Everything happens in the owner's own thread inside [`Reader::next`] and [`Reader::exchange`], but for one small
//! thread per child that turns its stdout into events. The child's stdin carries commands for the card and is held
//! open: when the owner is killed the kernel closes it, and the child ends. (A parent-death signal would fire when the
//! spawning *thread* ends.)

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, SyncSender};
use std::time::{Duration, Instant};

use crate::apdu::{Apdu, NoAnswer, Request};
use crate::ask::{Ask, Link};
use crate::card::{Card, Tap, Uid};
use crate::event::{Event, LineError, Missing};

mod child;

use child::{Heard, Running};

/// Events that may wait for the owner. The child is blocked beyond this, and what waited too long is stale anyway.
const WAITING_EVENTS: usize = 16;
/// A card read so long before anybody listened is not about what is on the screen now, and is dropped. An owner that
/// listens gets it however late its turn comes on a busy machine.
const TAP_FRESH: Duration = Duration::from_secs(2);
/// The child tells that it is alive every second; libnfc's own longest wait is about one second more.
const SILENT_CHILD: Duration = Duration::from_secs(5);
/// Restarts: at once, then doubling from the first of these to the second, so that a reader that makes libnfc abort
/// on every byte does not take the processor.
const RESTART_FIRST: Duration = Duration::from_millis(50);
const RESTART_MOST: Duration = Duration::from_secs(2);
/// So many deaths without a single "ready" between are told to the owner, once.
const DEATHS_TO_TELL: u32 = 5;

/// Why no card can be read at the moment. The reader keeps trying: call [`Reader::next`] again.
#[derive(Debug, thiserror::Error)]
pub enum ReaderError {
    /// The reader's program cannot be started.
    #[error("the card reader program {program} cannot be started: reinstall Dais ({source})")]
    Program {
        /// The program.
        program: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no working reader. Told once for each time it goes missing.
    #[error("the card reader is missing: {0}")]
    Missing(Missing),
    /// The program ends again and again.
    #[error(
        "the card reader program failed {0} times in a row: unplug the reader, plug it in again, or replace it"
    )]
    KeepsFailing(u32),
}

/// Makes a reader's owner look up from [`Reader::next`], from any thread.
#[derive(Clone, Debug)]
pub struct Waker(SyncSender<Heard>);

impl Waker {
    /// Ends the owner's wait now, or its next one.
    pub fn wake(&self) {
        // Full: then it has something to look up for anyway. Gone: then nobody waits.
        drop(self.0.try_send(Heard::Wake));
    }
}

/// A card reader. Blocking: give it a thread of its own. Dropping it ends its child.
#[derive(Debug)]
pub struct Reader {
    program: PathBuf,
    place: String,
    running: Option<Running>,
    heard: Receiver<Heard>,
    waker: Waker,
    /// What happened while a command was under way, for the next [`Reader::next`].
    kept: VecDeque<Result<Tap, ReaderError>>,
    children: u32,
    seq: u32,
    start_at: Instant,
    deaths: u32,
    ready: bool,
    lying: Option<Uid>,
    missing: Option<Missing>,
    /// What phones are shown, by each child.
    shown: Option<Link>,
}

impl Reader {
    /// Starts `program` (the `dais-nfc` binary) on a reader's place: a libnfc connection string such as
    /// `pn532_uart:/dev/ttyUSB0:115200`, or `pcsc[:NAME]`. Returns at once; the reader may turn out to be missing
    /// later.
    ///
    /// # Errors
    /// [`ReaderError::Program`] where the program cannot be started at all.
    pub fn spawn(program: &Path, place: &str) -> Result<Self, ReaderError> {
        let (send, heard) = mpsc::sync_channel(WAITING_EVENTS);
        let mut reader = Self {
            program: program.to_owned(),
            place: place.to_owned(),
            running: None,
            heard,
            waker: Waker(send),
            kept: VecDeque::new(),
            children: 0,
            seq: 0,
            start_at: Instant::now(),
            deaths: 0,
            ready: false,
            lying: None,
            missing: None,
            shown: None,
        };
        reader.start()?;
        Ok(reader)
    }

    /// True while the reader is open and polling for cards.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// The child's process id while it runs, for those who watch it.
    pub fn child_id(&self) -> Option<u32> {
        self.running.as_ref().map(Running::id)
    }

    /// Makes [`Self::next`] return early, from another thread.
    pub fn waker(&self) -> Waker {
        self.waker.clone()
    }

    /// Waits for the next tap until `deadline` or until it is woken; `None` when nothing happened. A card that lies on
    /// the reader is told once, also across a restart of the child.
    ///
    /// # Errors
    /// [`ReaderError`], each condition once; the reader goes on trying, so call again.
    pub fn next(&mut self, deadline: Instant) -> Result<Option<Tap>, ReaderError> {
        let began = Instant::now();
        loop {
            if let Some(kept) = self.kept.pop_front() {
                return kept.map(Some);
            }
            let now = Instant::now();
            let Some(running) = &self.running else {
                if self.start_at > deadline {
                    std::thread::park_timeout(deadline.saturating_duration_since(now));
                    return Ok(None);
                }
                std::thread::park_timeout(self.start_at.saturating_duration_since(now));
                if Instant::now() >= self.start_at {
                    self.start()?;
                }
                continue;
            };
            let silent_at = running.heard.max(began) + SILENT_CHILD;
            match self.hear(deadline.min(silent_at))? {
                Some(Heard::Wake) => return Ok(None),
                Some(Heard::Line { at, event, .. }) => {
                    if let Some(tap) = self.take(at, event, began)? {
                        return Ok(Some(tap));
                    }
                }
                Some(Heard::Ended { .. }) => {}
                None if Instant::now() >= silent_at => {
                    tracing::warn!("card reader program hangs, restarting it");
                    self.bury()?;
                }
                None => return Ok(None),
            }
        }
    }

    /// Shows phones this link, in place of the one before, or none any more: between two looks for a card the reader
    /// plays a tag that leads there, where it can. Returns at once; asking for what is shown already costs nothing.
    pub fn show(&mut self, link: Option<Link>) {
        if self.shown != link {
            self.shown = link;
            self.tell_shown();
        }
    }

    fn tell_shown(&mut self) {
        let Some(running) = &mut self.running else { return };
        if let Err(error) = running.ask(&Ask::Show(self.shown.clone())) {
            tracing::warn!(%error, "the card reader program takes no commands");
        }
    }

    /// Sends a command to the card with this uid, which must lie on the reader, and waits for its answer.
    ///
    /// # Errors
    /// [`NoAnswer`]; where it is not [`NoAnswer::NotThere`] the card may have obeyed. A card that left is told by
    /// [`Self::next`] as gone, and told anew when it comes back.
    pub fn exchange(&mut self, uid: Uid, apdu: Apdu, deadline: Instant) -> Result<Apdu, NoAnswer> {
        self.seq = self.seq.wrapping_add(1);
        let seq = self.seq;
        let request = Request { seq, uid, apdu };
        let Some(running) = &mut self.running else { return Err(NoAnswer::NotThere) };
        if let Err(error) = running.ask(&Ask::Exchange(request)) {
            tracing::warn!(%error, "the card reader program takes no commands");
            return Err(NoAnswer::ReaderLost);
        }
        let answer = self.answer(seq, deadline);
        if !matches!(answer, Ok(_) | Err(NoAnswer::NotThere)) {
            // The next time it is seen is a new tap, also where the child has not noticed that it left.
            self.lying = None;
        }
        answer
    }

    /// Waits for the answer to a request; taps meanwhile are kept for [`Self::next`].
    fn answer(&mut self, wanted: u32, deadline: Instant) -> Result<Apdu, NoAnswer> {
        let began = Instant::now();
        loop {
            let told = match self.hear(deadline) {
                Ok(Some(Heard::Line { event: Ok(Event::Answer { seq, answer }), .. })) if seq == wanted => {
                    return answer;
                }
                Ok(Some(Heard::Line { at, event, .. })) => self.take(at, event, began).transpose(),
                Ok(Some(Heard::Wake)) => None,
                // Its own limits are far shorter: it hangs, and the next wait buries it.
                Ok(None) => return Err(NoAnswer::ReaderLost),
                Ok(Some(Heard::Ended { .. })) => return Err(NoAnswer::ReaderLost),
                Err(error) => {
                    self.kept.push_back(Err(error));
                    return Err(NoAnswer::ReaderLost);
                }
            };
            if let Some(told) = told
                && self.kept.len() < WAITING_EVENTS
            {
                self.kept.push_back(told);
            }
        }
    }

    /// Hears one thing of the living child, or none until the deadline. A child that ended is buried.
    fn hear(&mut self, deadline: Instant) -> Result<Option<Heard>, ReaderError> {
        loop {
            let now = Instant::now();
            let heard = match self.heard.recv_timeout(deadline.saturating_duration_since(now)) {
                Ok(heard) => heard,
                // We hold a sender ourselves, so the channel never ends.
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return Ok(None),
            };
            let living = self.running.as_mut();
            match heard {
                Heard::Wake => return Ok(Some(heard)),
                Heard::Line { child, .. } => match living {
                    Some(running) if running.number == child => {
                        running.heard = now;
                        return Ok(Some(heard));
                    }
                    _ => {}
                },
                Heard::Ended { child } => {
                    if living.is_some_and(|running| running.number == child) {
                        tracing::warn!("card reader program ended, restarting it");
                        self.bury()?;
                        return Ok(Some(heard));
                    }
                }
            }
        }
    }

    /// An event that was told then; the owner has listened since `began`.
    fn take(
        &mut self,
        at: Instant,
        event: Result<Event, LineError>,
        began: Instant,
    ) -> Result<Option<Tap>, ReaderError> {
        let event = match event {
            Ok(event) => event,
            Err(error) => {
                tracing::warn!(%error, "line from the card reader program dropped");
                return Ok(None);
            }
        };
        match event {
            Event::Ready => {
                self.ready = true;
                self.deaths = 0;
                self.missing = None;
                Ok(None)
            }
            // An answer that nobody waits for any more.
            Event::Alive | Event::Answer { .. } => Ok(None),
            Event::Missing(why) => self.went_missing(why),
            Event::Card(card) => Ok(self.came(card, is_fresh(at, began))),
            Event::LeftTooSoon => Ok(self.nothing_read(is_fresh(at, began), Tap::LeftTooSoon)),
            Event::TwoCards => Ok(self.nothing_read(is_fresh(at, began), Tap::TwoCards)),
            Event::Unreadable => Ok(self.nothing_read(is_fresh(at, began), Tap::Unreadable)),
            Event::Gone => Ok(self.lying.take().map(|_| Tap::Gone)),
        }
    }

    fn went_missing(&mut self, why: Missing) -> Result<Option<Tap>, ReaderError> {
        self.ready = false;
        if self.missing.replace(why) == Some(why) {
            return Ok(None);
        }
        Err(ReaderError::Missing(why))
    }

    fn came(&mut self, card: Card, fresh: bool) -> Option<Tap> {
        let told = self.lying.replace(card.uid) == Some(card.uid);
        if told {
            return None;
        }
        if !fresh {
            tracing::info!("a card read while nobody was listening was dropped");
            return None;
        }
        Some(Tap::Card(card))
    }

    /// A child that was restarted, or has found its reader again, may meet this where a card lay before: that one's
    /// stay is over, and when it comes back it is a new tap.
    fn nothing_read(&mut self, fresh: bool, tap: Tap) -> Option<Tap> {
        self.lying = None;
        fresh.then_some(tap)
    }

    fn start(&mut self) -> Result<(), ReaderError> {
        self.children = self.children.wrapping_add(1);
        let send = self.waker.0.clone();
        let running = Running::start(&self.program, &self.place, self.children, send)
            .map_err(|source| ReaderError::Program { program: self.program.clone(), source })?;
        self.running = Some(running);
        if self.shown.is_some() {
            self.tell_shown();
        }
        Ok(())
    }

    /// Ends and reaps the child, and plans the next start.
    fn bury(&mut self) -> Result<(), ReaderError> {
        self.running = None;
        self.ready = false;
        let wait = match self.deaths {
            0 => Duration::ZERO,
            n => (RESTART_FIRST * 2u32.saturating_pow(n - 1)).min(RESTART_MOST),
        };
        self.start_at = Instant::now() + wait;
        self.deaths = self.deaths.saturating_add(1);
        if self.deaths == DEATHS_TO_TELL {
            return Err(ReaderError::KeepsFailing(self.deaths));
        }
        Ok(())
    }
}

/// Whether what was told then is news to an owner that has listened since `began`.
fn is_fresh(at: Instant, began: Instant) -> bool {
    began.saturating_duration_since(at) < TAP_FRESH
}

#[cfg(test)]
mod tests {
    //! What is news and what is not.
    use super::*;

    #[test]
    fn news_is_what_is_told_while_somebody_listens_or_just_before() {
        let began = Instant::now() + TAP_FRESH * 2;
        let moment = Duration::from_millis(1);
        assert!(!is_fresh(began - TAP_FRESH, began));
        assert!(is_fresh(began - TAP_FRESH + moment, began));
        // However late the owner's turn comes.
        assert!(is_fresh(began, began) && is_fresh(began + TAP_FRESH * 10, began));
    }
}
