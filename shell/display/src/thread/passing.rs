//! What the display thread passes on between its helpers: ops to the journal, wishes to the desk, cues to the videos,
//! messages to the UI, and back what they have done.

use super::Core;
use crate::inbox::ToUi;
use crate::message::{BoardCommand, FileError, FromDisplay};
use crate::shelf::{Done, Job};

impl Core {
    /// The desk has read or decoded something.
    pub(super) fn done(&mut self, done: Done) {
        let now = self.now_us();
        match done {
            Done::Decoded { file, kind, bitmap } => {
                self.stage.command(BoardCommand::MediaReady { file, kind, bitmap }, now);
            }
            // Its file goes with those of the board that was ended.
            Done::Opened { reply, .. } if self.stage.is_ending() => reply(Err(FileError::Busy)),
            Done::Opened { person, what, remarks, reply } => {
                reply(self.stage.take_in(person, what, now).map(|()| remarks));
            }
            Done::Past(Some(line)) => self.stage.enter_past(*line, None),
            Done::Past(None) => self.tell(FromDisplay::NoPast),
        }
        self.desk.offer();
    }

    pub(super) fn pass_on(&mut self) {
        self.films.set_seen(self.stage.is_seen());
        for cue in std::mem::take(&mut self.stage.cues) {
            self.films.cue(cue);
        }
        self.show_films();
        let now = self.now_us();
        let (fresh, ops) = self.stage.take_ops(now);
        if let Some(fresh) = fresh {
            self.journal.replace(fresh);
        }
        self.journal.write(ops);
        for (file, kind, width_px) in self.stage.wishes.drain(..) {
            self.desk.ask(Job::Decode { file, kind, width_px });
        }
        self.stage.to_ui.extend(self.stage.feel.take().map(ToUi::Event));
        for message in self.stage.to_ui.drain(..) {
            self.post.send(message);
        }
    }

    /// What has come of videos goes to the board and to the UI.
    pub(super) fn show_films(&mut self) {
        let now = self.now_us();
        for (file, frame) in std::mem::take(&mut self.films.frames) {
            self.stage.command(BoardCommand::VideoFrame { file, frame }, now);
        }
        for event in std::mem::take(&mut self.films.events) {
            self.tell(event);
        }
    }
}
