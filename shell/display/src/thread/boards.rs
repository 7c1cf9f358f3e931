//! One board after another: the one that is shown is on the disk before the next one is read, and whatever else works
//! with a board's folder goes there with it.

use super::Core;
use crate::journal_thread::Kept;
use crate::message::{FileError, FromDisplay, Reply, Trouble};
use crate::shelf::Job;
use std::path::PathBuf;

/// A board that is being opened.
pub(super) struct Opening {
    folder: PathBuf,
    reply: Reply<Result<(), FileError>>,
}

impl Core {
    pub(super) fn open_board(&mut self, folder: PathBuf, reply: Reply<Result<(), FileError>>) {
        if !self.stage.make_room() {
            return reply(Err(FileError::Busy));
        }
        // What was done so far goes to the journal first, in the same queue.
        self.pass_on();
        self.journal.open(folder.clone());
        self.opening = Some(Opening { folder, reply });
    }

    pub(super) fn board_opened(&mut self, opened: Result<Kept, String>) {
        let Some(Opening { folder, reply }) = self.opening.take() else { return };
        match opened {
            Ok(kept) => {
                self.desk.ask(Job::Move(folder.clone()));
                self.films.go_to(&folder);
                self.lives.go_to(&folder);
                self.stage.opened(Some(kept.ops));
                if !kept.was_whole {
                    self.tell(FromDisplay::Trouble(Trouble::RecoveredTail));
                }
                reply(Ok(()));
            }
            Err(why) => {
                self.stage.opened(None);
                reply(Err(FileError::Disk(why)));
            }
        }
    }
}
