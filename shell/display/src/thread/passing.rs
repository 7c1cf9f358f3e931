//! What the display thread passes on between its helpers: ops to the journal, wishes to the desk, cues to the videos,
//! messages to the UI, and back what they have done.

use super::Core;
use crate::film::{self, Cue};
use crate::inbox::ToUi;
use crate::live::{self, Snapped};
use crate::message::{BoardCommand, FileError, FilmCommand, FromDisplay, LiveWish, Reply, SnapError};
use crate::shelf::{Done, Job};
use board::MediaId;

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
        self.lives.set_seen(self.stage.is_seen());
        for cue in std::mem::take(&mut self.stage.cues) {
            match cue {
                Cue::Shown { file, live: true, size } => self.lives.show(file, size),
                Cue::Hidden { file } if self.lives.hide(file) => {}
                cue => self.films.cue(cue),
            }
        }
        self.show_films();
        self.show_lives();
        let now = self.now_us();
        let (fresh, ops) = self.stage.take_ops(now);
        // First what was done on the board that is replaced: after it, it would be the new one's.
        self.journal.write(ops);
        if let Some(fresh) = fresh {
            self.journal.replace(fresh);
        }
        for (file, kind, width_px) in self.stage.wishes.drain(..) {
            self.desk.ask(Job::Decode { file, kind, width_px });
        }
        self.stage.to_ui.extend(self.stage.feel.take().map(ToUi::Event));
        for message in self.stage.to_ui.drain(..) {
            self.post.send(message);
        }
    }

    /// What somebody asks of live sources.
    pub(super) fn take_of_live(&mut self, wish: LiveWish) {
        match wish {
            LiveWish::Allow(allowed) => self.lives.allow(allowed),
            LiveWish::Look(on) => self.lives.look(on),
            LiveWish::Preview { source, width_px } => self.lives.preview(source, width_px),
            // Its file would be deleted with those of the board that was ended.
            LiveWish::Place { reply, .. } if self.stage.is_ending() => reply(Err(FileError::Busy)),
            LiveWish::Place { person, source, reply } => self.desk.ask(Job::Place { person, source, reply }),
            LiveWish::Freeze { file, on } => self.lives.freeze(file, on),
            LiveWish::Snap { person, file, reply } => self.lives.snap(person, file, reply),
        }
        self.show_lives();
    }

    /// What has come of live sources goes to the board, to the UI and to the desk.
    pub(super) fn show_lives(&mut self) {
        let now = self.now_us();
        for (file, frame) in std::mem::take(&mut self.lives.frames) {
            self.stage.command(BoardCommand::VideoFrame { file, frame }, now);
        }
        for event in std::mem::take(&mut self.lives.events) {
            self.tell(event);
        }
        for Snapped { person, bytes, reply } in std::mem::take(&mut self.lives.snapped) {
            let reply: Reply<Result<_, FileError>> =
                Box::new(|opened| reply(opened.map(drop).map_err(SnapError::File)));
            if self.stage.is_ending() {
                reply(Err(FileError::Busy));
            } else {
                self.desk.ask(Job::Open { person, bytes, beside: Vec::new(), reply });
            }
        }
    }

    pub(super) fn hear_film(&mut self, word: film::Word) {
        self.films.take(word);
        self.show_films();
    }

    pub(super) fn hear_live(&mut self, word: live::Word) {
        self.lives.take(word);
        self.show_lives();
    }

    pub(super) fn command_film(&mut self, file: MediaId, command: FilmCommand) {
        self.films.command(file, command);
        self.show_films();
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
