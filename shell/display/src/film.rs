//! Videos on the board: for each that is in sight a player with a thread of its own, which hands over one frame at a
//! time. The display never waits for a player: it leaves wishes and goes on.
//!
//! A video plays when it comes into sight, from where it was when it was last seen. It stands still while the board
//! is covered or blank, and ends when it is hidden, its page turned or it is erased.

mod pipeline;
mod player;

use crate::inbox::Outbox;
use crate::message::{FilmCommand, FilmTrouble, FromDisplay};
use board::{Bitmap, MediaId};
use player::{Player, Start};
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};

/// Videos that play at once: each costs a decoder, and sounds over one another are no lesson.
const MOST_AT_ONCE: usize = 4;
/// A video that fails is tried again when it comes into sight again, at most so often; a tap tries it always.
const MOST_FAILURES: u32 = 3;
/// Videos whose place is remembered: more than a lesson has.
const MOST_KEPT: usize = 64;

/// What the board says about its videos.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cue {
    /// In sight, so large (pixels).
    Shown {
        file: MediaId,
        live: bool,
        size: (u32, u32),
    },
    Hidden {
        file: MediaId,
    },
    /// Somebody tapped it: plays or pauses.
    Tapped {
        file: MediaId,
    },
}

/// From a player's thread.
pub(crate) struct Word {
    file: MediaId,
    run: u64,
    told: Told,
}

enum Told {
    Frame {
        bitmap: Bitmap,
        at_us: u64,
    },
    Ready {
        length_us: Option<u64>,
    },
    Ended,
    Trouble(FilmTrouble),
    /// The thread's last word.
    Gone,
}

/// Why a player gives up.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fault {
    Trouble(FilmTrouble),
    /// Only its sound cannot be heard: it may be opened again without.
    Sound,
}

/// A video in sight.
struct Shown {
    size: (u32, u32),
    /// `None` while it waits for one, or after it has failed.
    player: Option<Player>,
    failed: bool,
    plays: bool,
    ended: bool,
    at_us: u64,
    length_us: Option<u64>,
}

/// A video that was in sight.
#[derive(Clone, Copy)]
struct Kept {
    file: MediaId,
    at_us: u64,
    plays: bool,
    failures: u32,
}

/// See the module.
pub(crate) struct Films {
    folder: PathBuf,
    out: Outbox,
    runs: u64,
    shown: BTreeMap<MediaId, Shown>,
    /// Players that were told to end and have not.
    leaving: Vec<Player>,
    /// The last one was in sight last.
    kept: VecDeque<Kept>,
    /// Whether anything of the board is seen.
    seen: bool,
    /// For the board, in this order; without a frame the video's place is empty again.
    pub(crate) frames: Vec<(MediaId, Option<Bitmap>)>,
    /// For the UI, in this order.
    pub(crate) events: Vec<FromDisplay>,
}

impl Films {
    /// The films of a board's folder; its files lie in `media`, each under its name.
    pub(crate) fn new(board: &Path, out: Outbox) -> Self {
        Self {
            folder: board.join("media"),
            out,
            runs: 0,
            shown: BTreeMap::new(),
            leaving: Vec::new(),
            kept: VecDeque::new(),
            seen: false,
            frames: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Videos are those of another board's folder from now on; none of the one before is in sight any more.
    pub(crate) fn go_to(&mut self, board: &Path) {
        self.folder = board.join("media");
        self.kept.clear();
    }

    pub(crate) fn cue(&mut self, cue: Cue) {
        match cue {
            Cue::Shown { file, size, .. } => self.show(file, size),
            Cue::Hidden { file } => self.hide(file),
            Cue::Tapped { file } => {
                let plays = self.shown.get(&file).is_some_and(|shown| shown.player.is_some() && shown.plays);
                self.command(file, if plays { FilmCommand::Pause } else { FilmCommand::Play });
            }
        }
    }

    /// Nobody plays to a board that is not seen.
    pub(crate) fn set_seen(&mut self, seen: bool) {
        if std::mem::replace(&mut self.seen, seen) != seen {
            for shown in self.shown.values() {
                shown.player.iter().for_each(|player| player.play(shown.plays && seen));
            }
        }
    }

    fn show(&mut self, file: MediaId, size: (u32, u32)) {
        if let Some(shown) = self.shown.get_mut(&file) {
            shown.size = size;
            shown.player.iter().for_each(|player| player.resize(size));
            return;
        }
        let kept = self.kept(file);
        let failed = kept.failures >= MOST_FAILURES;
        let (plays, at_us) = (kept.plays, kept.at_us);
        let shown = Shown { size, player: None, failed, plays, ended: false, at_us, length_us: None };
        self.shown.insert(file, shown);
        if !failed && !self.begin(file) {
            self.trouble(file, FilmTrouble::TooMany);
        }
    }

    fn kept(&self, file: MediaId) -> Kept {
        let newcomer = Kept { file, at_us: 0, plays: true, failures: 0 };
        self.kept.iter().find(|kept| kept.file == file).copied().unwrap_or(newcomer)
    }

    fn keep(&mut self, kept: Kept) {
        self.kept.retain(|old| old.file != kept.file);
        if self.kept.len() == MOST_KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(kept);
    }

    /// Starts a video's player; false if it must wait for another to end.
    fn begin(&mut self, file: MediaId) -> bool {
        let playing = self.shown.values().filter(|shown| shown.player.is_some()).count();
        if playing >= MOST_AT_ONCE || self.leaving.len() >= MOST_AT_ONCE {
            return false;
        }
        let Some(shown) = self.shown.get_mut(&file) else { return true };
        self.runs += 1;
        let start = Start {
            file,
            path: self.folder.join(file.to_string()),
            run: self.runs,
            size: shown.size,
            plays: shown.plays && self.seen,
            at_us: shown.at_us,
        };
        match Player::start(start, self.out.clone()) {
            Ok(player) => shown.player = Some(player),
            Err(error) => {
                tracing::warn!(%error, "the system refused a video its thread");
                shown.failed = true;
                self.trouble(file, FilmTrouble::TooMany);
            }
        }
        true
    }

    fn hide(&mut self, file: MediaId) {
        let Some(shown) = self.shown.remove(&file) else { return };
        let failures = self.kept(file).failures;
        let at_us = if shown.ended { 0 } else { shown.at_us };
        self.keep(Kept { file, at_us, plays: shown.plays, failures });
        self.leave(shown.player);
        self.frames.push((file, None));
        self.begin_waiting();
    }

    fn leave(&mut self, player: Option<Player>) {
        if let Some(player) = player {
            player.stop();
            self.leaving.push(player);
        }
    }

    fn begin_waiting(&mut self) {
        let waits =
            |(file, shown): (&MediaId, &Shown)| (shown.player.is_none() && !shown.failed).then_some(*file);
        let waiting: Vec<MediaId> = self.shown.iter().filter_map(waits).collect();
        for file in waiting {
            if !self.begin(file) {
                return;
            }
        }
    }

    /// What somebody asks of a video; of one that is not in sight it is remembered.
    pub(crate) fn command(&mut self, file: MediaId, command: FilmCommand) {
        let Some(shown) = self.shown.get_mut(&file) else {
            let mut kept = self.kept(file);
            match command {
                FilmCommand::Play => kept.plays = true,
                FilmCommand::Pause => kept.plays = false,
                FilmCommand::Seek { to_ms } => kept.at_us = u64::from(to_ms) * 1000,
            }
            return self.keep(kept);
        };
        match command {
            FilmCommand::Play => {
                shown.plays = true;
                if std::mem::take(&mut shown.ended) {
                    shown.at_us = 0;
                    shown.player.iter().for_each(|player| player.seek(0));
                }
            }
            FilmCommand::Pause => shown.plays = false,
            FilmCommand::Seek { to_ms } => {
                shown.ended = false;
                shown.at_us = u64::from(to_ms) * 1000;
                shown.player.iter().for_each(|player| player.seek(shown.at_us));
            }
        }
        if let Some(player) = &shown.player {
            player.play(shown.plays && self.seen);
            self.tell(file);
        } else if command == FilmCommand::Play {
            shown.failed = false;
            if !self.begin(file) {
                self.trouble(file, FilmTrouble::TooMany);
            }
        }
    }

    /// Takes what a player says; one that was told to end is heard no more, but for its last word.
    pub(crate) fn take(&mut self, word: Word) {
        let Word { file, run, told } = word;
        let shown = self.shown.get_mut(&file);
        let shown = shown.filter(|shown| shown.player.as_ref().is_some_and(|player| player.run == run));
        match (told, shown) {
            (Told::Gone, _) => self.gone(run),
            (_, None) => {}
            (Told::Frame { bitmap, at_us }, Some(shown)) => {
                shown.at_us = at_us;
                shown.player.iter().for_each(Player::taken);
                self.frames.push((file, Some(bitmap)));
            }
            (Told::Ready { length_us }, Some(shown)) => {
                shown.length_us = length_us;
                self.tell(file);
            }
            (Told::Ended, Some(shown)) => {
                (shown.ended, shown.plays) = (true, false);
                shown.player.iter().for_each(|player| player.play(false));
                self.tell(file);
            }
            (Told::Trouble(trouble), Some(shown)) => {
                shown.failed = true;
                let (player, plays, at_us) = (shown.player.take(), shown.plays, shown.at_us);
                let failures = self.kept(file).failures + 1;
                self.keep(Kept { file, at_us, plays, failures });
                self.leave(player);
                self.trouble(file, trouble);
            }
        }
    }

    fn gone(&mut self, run: u64) {
        if let Some(index) = self.leaving.iter().position(|player| player.run == run) {
            // It has said its last word and returns.
            self.leaving.swap_remove(index).join();
        }
        self.begin_waiting();
    }

    /// Says how a video stands.
    fn tell(&mut self, file: MediaId) {
        let Some(shown) = self.shown.get(&file) else { return };
        let ms = |us: u64| u32::try_from(us / 1000).unwrap_or(u32::MAX);
        self.events.push(FromDisplay::Film {
            file,
            plays: shown.plays,
            ended: shown.ended,
            at_ms: ms(shown.at_us),
            length_ms: shown.length_us.map(ms),
        });
    }

    fn trouble(&mut self, file: MediaId, trouble: FilmTrouble) {
        self.events.push(FromDisplay::FilmTrouble { file, trouble });
    }

    /// Ends all players and waits for them. The display's queue must be closed already, so that none waits for us.
    pub(crate) fn end(mut self) {
        let shown = std::mem::take(&mut self.shown);
        shown.into_values().for_each(|shown| self.leave(shown.player));
        self.leaving.drain(..).for_each(Player::join);
    }
}

#[cfg(test)]
mod tests;
