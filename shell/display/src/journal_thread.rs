//! The journal's thread: it alone waits for the disk. Ops come through a bounded queue; what the disk does not
//! take stays in memory, in order, and is tried again until it does.

mod replace;

use crate::config::DisplayError;
use crate::inbox::{Input, Outbox, Post, ToUi};
use crate::message::{FromDisplay, Trouble};
use crate::stage::Stage;
use board::{Journal, JournalError, Medium, Op};
use std::collections::VecDeque;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// The board's file in the journal folder.
pub(crate) const FILE: &str = "board.journal";
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

/// What puts a new board in the place of the one in a folder.
pub(crate) fn replacing(folder: std::path::PathBuf) -> Replace<std::fs::File> {
    Box::new(move |ops| replace::replace(&folder, ops))
}

/// What opens the board of another folder.
pub(crate) fn opening() -> Open<std::fs::File> {
    Box::new(|folder| {
        let mut ops = Vec::new();
        let (journal, was_whole) = open(folder, |op| ops.push(op))?;
        let replace = replacing(folder.to_owned());
        Ok(Opened { journal, replace, board: Kept { ops, was_whole } })
    })
}

/// A board that was opened, with what opens next.
pub(crate) struct Opened<M> {
    pub(crate) journal: Journal<M>,
    pub(crate) replace: Replace<M>,
    pub(crate) board: Kept,
}

/// What a journal has kept of a board.
pub(crate) struct Kept {
    pub(crate) ops: Vec<Op>,
    pub(crate) was_whole: bool,
}

/// Opens a folder's journal and reads it.
pub(crate) type Open<M> = Box<dyn FnMut(&Path) -> Result<Opened<M>, DisplayError> + Send>;

/// The display thread's end.
pub(crate) struct JournalThread {
    to: Option<SyncSender<Word>>,
    thread: Option<JoinHandle<usize>>,
    /// What found no room in the queue, in order. As long as the board itself holds it, so may this list.
    waiting: VecDeque<Word>,
}

/// What the thread is told.
enum Word {
    Op(Op),
    /// A new board takes the old one's place, with these steps already on it.
    Replace(Vec<Op>),
    /// Somebody waits until all that came before is on the disk.
    Settle,
    /// What comes later is another folder's, once all that came before is on the disk.
    Open(PathBuf),
}

/// Writes a new board in the place of the old one, and gives its journal.
pub(crate) type Replace<M> = Box<dyn FnMut(&[Op]) -> Result<Journal<M>, JournalError> + Send>;

/// Opens the journal (making the folder where missing) and reads it, op by op; says whether it was whole.
pub(crate) fn open(folder: &Path, each: impl FnMut(Op)) -> Result<(Journal, bool), DisplayError> {
    std::fs::create_dir_all(folder)
        .map_err(|source| DisplayError::Folder { path: folder.to_owned(), source })?;
    replace::settle(folder).map_err(|source| DisplayError::Folder { path: folder.to_owned(), source })?;
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
    pub(crate) fn start<M: Medium + Send + 'static>(
        journal: Journal<M>,
        replace: Replace<M>,
        open: Open<M>,
        out: Outbox,
    ) -> io::Result<Self> {
        let (to, from) = sync_channel(QUEUE);
        let writer = Writer { journal, replace, open, replaces: None, from, out, state: State::Well };
        let thread = Builder::new().name("journal".into()).spawn(move || writer.run())?;
        Ok(Self { to: Some(to), thread: Some(thread), waiting: VecDeque::new() })
    }

    /// Passes ops on without ever waiting.
    pub(crate) fn write(&mut self, ops: impl IntoIterator<Item = Op>) {
        self.waiting.extend(ops.into_iter().map(Word::Op));
        self.offer();
    }

    /// Has the board replaced by one with these steps; what is written later is the new one's.
    pub(crate) fn replace(&mut self, ops: Vec<Op>) {
        self.waiting.push_back(Word::Replace(ops));
        self.offer();
    }

    /// Has [`Input::Settled`] sent when all that was given so far is on the disk.
    pub(crate) fn settle(&mut self) {
        self.waiting.push_back(Word::Settle);
        self.offer();
    }

    /// Has another folder's board opened; [`Input::Opened`] tells what came of it. Nothing must be written before that.
    pub(crate) fn open(&mut self, folder: PathBuf) {
        self.waiting.push_back(Word::Open(folder));
        self.offer();
    }

    fn offer(&mut self) {
        let Some(to) = &self.to else { return };
        while let Some(word) = self.waiting.pop_front() {
            match to.try_send(word) {
                Ok(()) => {}
                Err(TrySendError::Full(word)) => {
                    self.waiting.push_front(word);
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
            for word in self.waiting.drain(..) {
                if to.send(word).is_err() {
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
    replace: Replace<M>,
    open: Open<M>,
    /// The steps of the new board, as long as the disk does not take it.
    replaces: Option<Vec<Op>>,
    from: Receiver<Word>,
    out: Outbox,
    state: State,
}

impl<M: Medium> Writer<M> {
    /// Runs until the display has gone; how many records could not be written.
    fn run(mut self) -> usize {
        loop {
            let first = if self.journal.pending() > 0 || self.replaces.is_some() {
                self.from.recv_timeout(RETRY)
            } else {
                self.from.recv().map_err(|_| RecvTimeoutError::Disconnected)
            };
            match first {
                Ok(word) => self.hear(word),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return self.last_chance(),
            }
            while let Ok(word) = self.from.try_recv() {
                self.hear(word);
                if self.journal.pending() >= LOT {
                    break;
                }
            }
            self.flush();
        }
    }

    fn hear(&mut self, word: Word) {
        match word {
            // What is done on a board that is not there yet is written with it.
            Word::Op(op) => match &mut self.replaces {
                Some(ops) => ops.push(op),
                None => self.append(&op),
            },
            Word::Settle => {
                self.flush();
                // A display that has gone needs to hear nothing.
                self.out.send(Input::Settled);
            }
            Word::Replace(ops) => {
                self.flush();
                self.replaces = Some(ops);
            }
            Word::Open(folder) => {
                let opened = self.open(&folder).map_err(|why| why.to_string());
                // A display that has gone needs to hear nothing.
                self.out.send(Input::Opened(Box::new(opened)));
            }
        }
    }

    /// The journal of another folder, if all of this one is on the disk.
    fn open(&mut self, folder: &Path) -> Result<Kept, DisplayError> {
        self.flush();
        if self.journal.pending() > 0 || self.replaces.is_some() {
            let source = io::Error::other("what was written last is not on the disk yet");
            return Err(DisplayError::Folder { path: folder.to_owned(), source });
        }
        let Opened { journal, replace, board } = (self.open)(folder)?;
        (self.journal, self.replace) = (journal, replace);
        Ok(board)
    }

    /// Puts the new board in its place, if one waits and the disk takes it.
    fn replace(&mut self) {
        let Some(ops) = self.replaces.take() else { return };
        match (self.replace)(&ops) {
            Ok(journal) => {
                self.journal = journal;
                self.is(State::Well, "");
                // A display that has gone needs to hear nothing.
                self.out.send(Input::Replaced);
            }
            Err(error) => {
                self.replaces = Some(ops);
                let state = if matches!(error, JournalError::Full(_)) { State::Full } else { State::Broken };
                self.is(state, &error.to_string());
            }
        }
    }

    fn append(&mut self, op: &Op) {
        if let Err(error) = self.journal.append(op) {
            self.is(State::Broken, &error.to_string());
        }
    }

    fn flush(&mut self) {
        if self.replaces.is_some() {
            self.replace();
            return;
        }
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
        while self.journal.pending() > 0 || self.replaces.is_some() {
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

/// Recalls what is kept, and keeps what is done from now on.
pub(crate) fn keep(
    folder: &Path,
    stage: &mut Stage,
    post: &Post,
    out: &Outbox,
) -> Result<JournalThread, DisplayError> {
    let (journal, was_whole) = open(folder, |op| stage.recall(op))?;
    stage.recalled();
    tell_of_tail(post, was_whole);
    let (replace, open) = (replacing(folder.to_owned()), opening());
    JournalThread::start(journal, replace, open, out.clone()).map_err(DisplayError::Thread)
}

/// A power cut has torn the journal's last record.
fn tell_of_tail(post: &Post, was_whole: bool) {
    if !was_whole {
        post.send(ToUi::Event(FromDisplay::Trouble(Trouble::RecoveredTail)));
    }
}

#[cfg(test)]
mod tests;
