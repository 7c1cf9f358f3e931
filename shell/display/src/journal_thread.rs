//! The journal's thread: it alone waits for the disk. Ops come through a bounded queue; what the disk does not
//! take stays in memory, in order, and is tried again until it does.

use crate::config::DisplayError;
use crate::inbox::{Input, Outbox};
use crate::message::Trouble;
use board::{Journal, JournalError, Medium, Op};
use std::collections::VecDeque;
use std::io;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// The board's file in the journal folder.
const FILE: &str = "board.journal";
/// Ops on the way to the thread: a class writes ten a second, so this is minutes of a disk that hangs.
const QUEUE: usize = 1024;
/// Ops written together; while the disk is busy with one lot the next one gathers.
const LOT: usize = 256;
/// A disk that is full or broken is tried again this often: deleting a file helps within a second.
const RETRY: Duration = Duration::from_secs(1);
/// While ops wait for room in the queue, they are offered again this often.
const OFFER: Duration = Duration::from_millis(100);
/// At the end a disk that takes nothing is given this long: no longer than systemd waits before it kills.
const LAST_CHANCE: Duration = Duration::from_secs(5);

/// The display thread's end.
pub(crate) struct JournalThread {
    to: Option<SyncSender<Op>>,
    thread: Option<JoinHandle<usize>>,
    /// What found no room in the queue, in order. As long as the board itself holds it, so may this list.
    waiting: VecDeque<Op>,
}

/// Opens the journal (making the folder where missing) and reads it, op by op; says whether it was whole.
pub(crate) fn open(folder: &Path, each: impl FnMut(Op)) -> Result<(Journal, bool), DisplayError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| DisplayError::Folder { path: folder.to_owned(), source })?;
    let (journal, recovery) = Journal::open_each(&folder.join(FILE), each).map_err(DisplayError::Journal)?;
    if !recovery.is_clean() {
        tracing::warn!(
            records = recovery.records,
            torn_bytes = recovery.torn_bytes,
            damaged_bytes = recovery.damaged_bytes,
            "the board's journal was repaired"
        );
    }
    Ok((journal, recovery.is_clean()))
}

impl JournalThread {
    /// Starts the thread on an open journal.
    pub(crate) fn start<M: Medium + Send + 'static>(journal: Journal<M>, out: Outbox) -> io::Result<Self> {
        let (to, from) = sync_channel(QUEUE);
        let writer = Writer { journal, from, out, state: State::Well };
        let thread = Builder::new().name("journal".into()).spawn(move || writer.run())?;
        Ok(Self { to: Some(to), thread: Some(thread), waiting: VecDeque::new() })
    }

    /// Passes ops on without ever waiting.
    pub(crate) fn write(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.waiting.extend(ops);
        let Some(to) = &self.to else { return };
        while let Some(op) = self.waiting.pop_front() {
            match to.try_send(op) {
                Ok(()) => {}
                Err(TrySendError::Full(op)) => {
                    self.waiting.push_front(op);
                    return;
                }
                Err(TrySendError::Disconnected(_)) => {
                    tracing::error!("the journal's thread has ended");
                    self.to = None;
                    return;
                }
            }
        }
    }

    /// When [`JournalThread::write`] should be called again although nothing new has come.
    pub(crate) fn look_again(&self) -> Option<Duration> {
        (self.to.is_some() && !self.waiting.is_empty()).then_some(OFFER)
    }

    /// Has everything written and ends the thread. May wait for the disk: nobody draws any more.
    pub(crate) fn end(mut self) {
        if let Some(to) = self.to.take() {
            for op in self.waiting.drain(..) {
                if to.send(op).is_err() {
                    break;
                }
            }
        }
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(0)) | None => {}
            Some(Ok(lost)) => {
                tracing::error!(lost, "the disk took nothing to the last: these steps are lost")
            }
            Some(Err(_)) => tracing::error!("the journal's thread panicked"),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    Well,
    Full,
    Broken,
}

struct Writer<M: Medium> {
    journal: Journal<M>,
    from: Receiver<Op>,
    out: Outbox,
    state: State,
}

impl<M: Medium> Writer<M> {
    /// Runs until the display has gone; how many records could not be written.
    fn run(mut self) -> usize {
        loop {
            let first = if self.journal.pending() > 0 {
                self.from.recv_timeout(RETRY)
            } else {
                self.from.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match first {
                Ok(op) => self.append(&op),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.last_chance(),
            }
            while let Ok(op) = self.from.try_recv() {
                self.append(&op);
                if self.journal.pending() >= LOT {
                    break;
                }
            }
            self.flush();
        }
    }

    fn append(&mut self, op: &Op) {
        if let Err(error) = self.journal.append(op) {
            self.is(State::Broken, &error.to_string());
        }
    }

    fn flush(&mut self) {
        match self.journal.flush() {
            Ok(()) => self.is(State::Well, ""),
            Err(error @ JournalError::Full(_)) => self.is(State::Full, &error.to_string()),
            Err(error) => self.is(State::Broken, &error.to_string()),
        }
    }

    /// Tells of a change, once.
    fn is(&mut self, state: State, why: &str) {
        let before = std::mem::replace(&mut self.state, state);
        if before == state {
            return;
        }
        let trouble = match state {
            State::Well => Trouble::JournalRoom,
            State::Full => Trouble::JournalFull,
            State::Broken => Trouble::JournalBroken,
        };
        if state == State::Well {
            tracing::info!("the board's journal is written again");
        } else {
            tracing::warn!(why, "the board's journal is not written");
        }
        // A display that has gone needs to hear nothing.
        self.out.send(Input::Journal(trouble));
    }

    fn last_chance(mut self) -> usize {
        let until = Instant::now() + LAST_CHANCE;
        while self.journal.pending() > 0 {
            self.flush();
            if self.state == State::Well || Instant::now() >= until {
                break;
            }
            // Nothing can come through the queue any more, so this is only a pause.
            std::thread::sleep(OFFER);
        }
        self.journal.pending()
    }
}

#[cfg(test)]
mod tests;
