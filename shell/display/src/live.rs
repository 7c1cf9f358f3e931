//! Cameras, other devices' screens and streams on the board: for each that is in sight, or shown small in a panel, an
//! eye with a thread of its own. The display never waits for one: an eye is told what is wanted, and hands over one
//! frame at a time, the newest.
//!
//! The display opens them itself, as it plays films, rather than having frames handed over by another service: a frame
//! crosses no process, and what stalls is a thread that nobody waits for. A device is open only while somebody sees
//! what it shows.
//!
//! Nothing is kept of what was shown but the newest picture, beside the file that says what was shown: see [`still`].

mod eye;
mod inputs;
mod shrink;
pub(crate) mod still;

use crate::inbox::Outbox;
use crate::message::{FromDisplay, LiveLoss, LiveSource, LiveState, Reply, SnapError};
use board::{Bitmap, MediaId, PersonId};
use eye::{Ask, Eye, Start, Wish};
use inputs::Inputs;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Sources that are open at once: each costs a decoder, and a panel lists no more.
const MOST_OPEN: usize = 8;

/// From an eye's thread, or from the one that watches what is plugged in.
pub(crate) enum Word {
    /// What is plugged in.
    Inputs(Vec<LiveSource>),
    /// Of an eye.
    Eye { file: MediaId, run: u64, told: Told },
}

pub(crate) enum Told {
    /// For the board.
    Frame(Bitmap),
    /// For the UI.
    Preview(Bitmap),
    State {
        state: LiveState,
        source: LiveSource,
    },
    /// A still picture somebody asked for, as JPEG.
    Picture {
        person: PersonId,
        bytes: Option<Vec<u8>>,
        reply: Reply<Result<(), SnapError>>,
    },
    /// The thread's last word.
    Gone,
}

/// A still picture that is to be put on a page.
pub(crate) struct Snapped {
    pub(crate) person: PersonId,
    pub(crate) bytes: Vec<u8>,
    pub(crate) reply: Reply<Result<(), SnapError>>,
}

/// What is wanted of a source, and its eye.
#[derive(Default)]
struct Wanted {
    /// `None` while another eye on it has not gone, or where too many are open.
    eye: Option<Eye>,
    /// How large it is on the board, where it is in sight.
    size: Option<(u32, u32)>,
    /// How wide it is shown in a panel.
    preview_px: Option<u32>,
    /// Known where a panel asked; otherwise it is read from the shelf.
    source: Option<LiveSource>,
    frozen: bool,
}

impl Wanted {
    fn wish(&self, seen: bool) -> Wish {
        let rests = !seen && self.preview_px.is_none();
        Wish { size: self.size, preview_px: self.preview_px, frozen: self.frozen, rests }
    }
}

/// See the module.
pub(crate) struct Lives {
    folder: PathBuf,
    out: Outbox,
    allowed: bool,
    /// Whether anything of the board is seen.
    seen: bool,
    runs: u64,
    wanted: BTreeMap<MediaId, Wanted>,
    /// What they are, as far as their eyes have told: device or not, and how they were last.
    known: BTreeMap<MediaId, (LiveSource, LiveState)>,
    leaving: Vec<Eye>,
    inputs: Option<Inputs>,
    /// Windows that stand still; they do so as well when they are seen again.
    frozen: Vec<MediaId>,
    /// For the board, in this order; without a frame the window shows what was kept.
    pub(crate) frames: Vec<(MediaId, Option<Bitmap>)>,
    /// For the UI, in this order.
    pub(crate) events: Vec<FromDisplay>,
    /// For the desk.
    pub(crate) snapped: Vec<Snapped>,
}

/// Windows that are remembered as standing still: more than a lesson has.
const MOST_FROZEN: usize = 64;

impl Lives {
    /// The sources of a board's folder; what they are lies in `media`.
    pub(crate) fn new(board: &Path, out: Outbox) -> Self {
        Self {
            folder: board.join("media"),
            out,
            allowed: false,
            seen: false,
            runs: 0,
            wanted: BTreeMap::new(),
            known: BTreeMap::new(),
            leaving: Vec::new(),
            inputs: None,
            frozen: Vec::new(),
            frames: Vec::new(),
            events: Vec::new(),
            snapped: Vec::new(),
        }
    }

    /// Windows are those of another board's folder from now on; none of the one before is in sight any more.
    pub(crate) fn go_to(&mut self, board: &Path) {
        self.folder = board.join("media");
        (self.known, self.frozen) = (BTreeMap::new(), Vec::new());
    }

    /// Devices may be opened, or no longer.
    pub(crate) fn allow(&mut self, allowed: bool) {
        self.allowed = allowed;
        if !allowed {
            self.look(false);
        }
    }

    /// Of what nobody sees nothing is open: the board is covered or blank.
    pub(crate) fn set_seen(&mut self, seen: bool) {
        if std::mem::replace(&mut self.seen, seen) != seen {
            let wanted: Vec<MediaId> = self.wanted.keys().copied().collect();
            wanted.into_iter().for_each(|file| self.renew(file));
        }
    }

    /// Begins or ends watching what is plugged in.
    pub(crate) fn look(&mut self, on: bool) {
        if !on || !self.allowed {
            if let Some(inputs) = self.inputs.take() {
                inputs.stop();
            }
            if on {
                self.events.push(FromDisplay::Inputs(Vec::new()));
            }
        } else if self.inputs.is_none() {
            self.inputs = Inputs::start(self.out.clone())
                .map_err(|error| tracing::warn!(%error, "inputs are not looked for"))
                .ok();
        }
    }

    /// A window is in sight, so large.
    pub(crate) fn show(&mut self, file: MediaId, size: (u32, u32)) {
        let wanted = self.wanted.entry(file).or_default();
        wanted.size = Some(size);
        wanted.frozen = self.frozen.contains(&file);
        self.renew(file);
    }

    /// Whether it is one of these that is out of sight.
    pub(crate) fn hide(&mut self, file: MediaId) -> bool {
        let Some(wanted) = self.wanted.get_mut(&file).filter(|wanted| wanted.size.is_some()) else {
            return false;
        };
        wanted.size = None;
        self.frames.push((file, None));
        self.renew(file);
        true
    }

    pub(crate) fn preview(&mut self, source: LiveSource, width_px: Option<u32>) {
        let file = source.id();
        if width_px.is_some() || self.wanted.contains_key(&file) {
            let wanted = self.wanted.entry(file).or_default();
            (wanted.preview_px, wanted.source) = (width_px, Some(source));
            self.renew(file);
        }
    }

    pub(crate) fn freeze(&mut self, file: MediaId, on: bool) {
        self.frozen.retain(|other| *other != file);
        if on {
            self.frozen.truncate(MOST_FROZEN - 1);
            self.frozen.push(file);
        }
        if let Some(wanted) = self.wanted.get_mut(&file) {
            wanted.frozen = on;
            self.renew(file);
        }
        self.tell(file);
    }

    pub(crate) fn snap(&mut self, person: PersonId, file: MediaId, reply: Reply<Result<(), SnapError>>) {
        match self.wanted.get(&file).and_then(|wanted| wanted.eye.as_ref()) {
            Some(eye) => eye.ask(Ask { person, reply }),
            None => reply(Err(SnapError::NoPicture)),
        }
    }

    /// Opens, closes or tells an eye what is wanted now.
    fn renew(&mut self, file: MediaId) {
        let open = self.wanted.values().filter(|wanted| wanted.eye.is_some()).count();
        let Some(wanted) = self.wanted.get_mut(&file) else { return };
        if wanted.size.is_none() && wanted.preview_px.is_none() {
            let eye = self.wanted.remove(&file).and_then(|wanted| wanted.eye);
            self.leave(eye);
            return;
        }
        if let Some(eye) = &wanted.eye {
            return eye.want(wanted.wish(self.seen));
        }
        // A device opens once: the eye that closes it goes first.
        if self.leaving.iter().any(|eye| eye.file == file) {
            return;
        }
        if open >= MOST_OPEN {
            let source = wanted.source.clone().unwrap_or_else(|| LiveSource::found(""));
            return self.stands(file, source, LiveState::Lost(LiveLoss::TooMany));
        }
        self.runs += 1;
        let start = Start {
            file,
            run: self.runs,
            folder: self.folder.clone(),
            source: wanted.source.clone(),
            allowed: self.allowed,
        };
        match Eye::start(start, self.out.clone()) {
            Ok(eye) => {
                eye.want(wanted.wish(self.seen));
                wanted.eye = Some(eye);
            }
            Err(error) => tracing::warn!(%error, "the system refused a source its thread"),
        }
    }

    fn leave(&mut self, eye: Option<Eye>) {
        if let Some(eye) = eye {
            eye.stop();
            self.leaving.push(eye);
        }
    }

    /// Takes what an eye says; one that was told to end is heard no more, but for its last word.
    pub(crate) fn take(&mut self, word: Word) {
        let (file, run, told) = match word {
            Word::Inputs(sources) => return self.events.push(FromDisplay::Inputs(sources)),
            Word::Eye { file, run, told } => (file, run, told),
        };
        let eye = self.wanted.get(&file).and_then(|wanted| wanted.eye.as_ref());
        let eye = eye.filter(|eye| eye.run == run);
        match (told, eye) {
            (Told::Gone, eye) => {
                let ended_itself = eye.is_some();
                self.gone(file, run, ended_itself);
            }
            (Told::Picture { reply, bytes: None, .. }, _) => reply(Err(SnapError::NoPicture)),
            (Told::Picture { person, bytes: Some(bytes), reply }, _) => {
                self.snapped.push(Snapped { person, bytes, reply });
            }
            (_, None) => {}
            (Told::Frame(bitmap), Some(eye)) => {
                eye.taken();
                self.frames.push((file, Some(bitmap)));
            }
            (Told::Preview(bitmap), Some(eye)) => {
                eye.preview_taken();
                self.events.push(FromDisplay::LivePicture { file, bitmap });
            }
            (Told::State { state, source }, Some(_)) => self.stands(file, source, state),
        }
    }

    fn gone(&mut self, file: MediaId, run: u64, ended_itself: bool) {
        if ended_itself && let Some(wanted) = self.wanted.get_mut(&file) {
            // It cannot work here; somebody has to ask again.
            if let Some(eye) = wanted.eye.take() {
                eye.join();
            }
            return;
        }
        if let Some(index) = self.leaving.iter().position(|eye| eye.run == run) {
            // It has said its last word and returns.
            self.leaving.swap_remove(index).join();
        }
        if !self.wanted.contains_key(&file)
            && let Some((source, _)) = self.known.remove(&file)
        {
            self.events.push(told(file, &source, LiveState::Closed, false));
        }
        let waiting = self.wanted.iter().filter(|(_, wanted)| wanted.eye.is_none());
        let waiting: Vec<MediaId> = waiting.map(|(file, _)| *file).collect();
        waiting.into_iter().for_each(|file| self.renew(file));
    }

    fn stands(&mut self, file: MediaId, source: LiveSource, state: LiveState) {
        self.known.insert(file, (source, state));
        self.tell(file);
    }

    /// Says how a source stands.
    fn tell(&mut self, file: MediaId) {
        let Some((source, state)) = self.known.get(&file) else { return };
        let frozen = self.frozen.contains(&file);
        self.events.push(told(file, source, *state, frozen));
    }

    /// Ends all eyes and waits for them. The display's queue must be closed already, so that none waits for us.
    pub(crate) fn end(mut self) {
        self.look(false);
        let wanted = std::mem::take(&mut self.wanted);
        wanted.into_values().for_each(|wanted| self.leave(wanted.eye));
        self.leaving.drain(..).for_each(Eye::join);
    }
}

fn told(file: MediaId, source: &LiveSource, state: LiveState, frozen: bool) -> FromDisplay {
    FromDisplay::Live { file, name: source.name.clone(), device: source.is_device(), state, frozen }
}

#[cfg(test)]
mod tests;
