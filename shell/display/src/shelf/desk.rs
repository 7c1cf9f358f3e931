//! The desk: a thread that reads, decodes and writes files, so that ink never waits for one. What it is asked comes
//! through a bounded queue; what it has done goes to the display's inbox like everything else.

use super::{Shelf, ShelfError};
use crate::config::DisplayError;
use crate::inbox::{Input, Outbox};
use crate::live::still;
use crate::message::{FileBeside, FileError, LiveSource, Reply};
use board::format::{Format, FormatError, Lettering, Limits, Remark, Saved, open, page, save, sniff};
use board::{Bitmap, Content, Document, MediaId, MediaKind, PersonId, Timeline};
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::{Builder, JoinHandle};

/// Files that may wait: more than a class hands in at once.
const QUEUE: usize = 64;

/// The shape that a video is given on the board.
const FILM_PX: (u32, u32) = (1920, 1080);

/// What the desk is asked.
pub(crate) enum Job {
    /// A picture is to be shown so wide.
    Decode { file: MediaId, kind: MediaKind, width_px: u32 },
    /// A file somebody chose.
    Open {
        person: PersonId,
        bytes: Vec<u8>,
        beside: Vec<FileBeside>,
        reply: Reply<Result<Vec<Remark>, FileError>>,
    },
    /// A window that shows a live source.
    Place { person: PersonId, source: LiveSource, reply: Reply<Result<(), FileError>> },
    /// The board as another program's file.
    Save { document: Document, format: Format, reply: Reply<Result<Saved, FileError>> },
    /// The board's journal, to look back at.
    Past,
    /// What comes later is about the board of this folder.
    Move(PathBuf),
    /// A document of one page as a small picture.
    Thumbnail { document: Document, width_px: u32, reply: Reply<Option<Bitmap>> },
}

/// What the desk has done.
pub(crate) enum Done {
    Decoded {
        file: MediaId,
        kind: MediaKind,
        bitmap: Bitmap,
    },
    /// What was done on the board; `None`: the disk does not give it back.
    Past(Option<Box<Timeline>>),
    /// A file was read, and all that it shows is on the shelf.
    Opened {
        person: PersonId,
        what: Found,
        remarks: Vec<Remark>,
        reply: Reply<Result<Vec<Remark>, FileError>>,
    },
}

/// What was in a file.
pub(crate) enum Found {
    /// Pages of their own.
    Pages(Document),
    /// A picture or a video, to be put on the page that the person works on: its size in pixels.
    Media { file: MediaId, kind: MediaKind, size_px: (u32, u32) },
}

/// The display thread's end.
pub(crate) struct Desk {
    to: Option<SyncSender<Job>>,
    thread: Option<JoinHandle<()>>,
    /// Pictures that found no room in the queue; the board asks for each once, so this is as bounded as it is.
    waiting: VecDeque<Job>,
}

impl Desk {
    pub(crate) fn start(board: &Path, font: &[u8], out: Outbox) -> Result<Self, DisplayError> {
        let lettering = Lettering::new(font.to_vec()).map_err(|_| DisplayError::Font)?;
        let (to, from) = sync_channel(QUEUE);
        let journal = board.join(crate::journal_thread::FILE);
        let clerk = Clerk { shelf: Shelf::new(board), journal, lettering, from, out };
        let thread =
            Builder::new().name("desk".into()).spawn(move || clerk.run()).map_err(DisplayError::Thread)?;
        Ok(Self { to: Some(to), thread: Some(thread), waiting: VecDeque::new() })
    }

    /// Asks without ever waiting. A picture waits its turn; a person hears at once that there is no room.
    pub(crate) fn ask(&mut self, job: Job) {
        self.waiting.push_back(job);
        self.offer();
    }

    /// Offers again what found no room: to be called whenever the desk has done something.
    pub(crate) fn offer(&mut self) {
        let Some(to) = &self.to else { return };
        while let Some(job) = self.waiting.pop_front() {
            match to.try_send(job) {
                Ok(()) => {}
                Err(TrySendError::Full(job @ (Job::Decode { .. } | Job::Move(_)))) => {
                    self.waiting.push_front(job);
                    return;
                }
                Err(TrySendError::Full(job) | TrySendError::Disconnected(job)) => refuse(job),
            }
        }
    }

    /// Ends after what is being done now: an import that no board waits for any more is left.
    pub(crate) fn end(mut self) {
        self.waiting.clear();
        self.to = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            tracing::error!("the desk's thread panicked");
        }
    }
}

fn refuse(job: Job) {
    match job {
        Job::Decode { .. } | Job::Move(_) => {}
        Job::Open { reply, .. } => reply(Err(FileError::Busy)),
        Job::Place { reply, .. } => reply(Err(FileError::Busy)),
        Job::Save { reply, .. } => reply(Err(FileError::Busy)),
        Job::Thumbnail { reply, .. } => reply(None),
        Job::Past => tracing::warn!("the desk has too much to do to look back"),
    }
}

struct Clerk {
    shelf: Shelf,
    journal: PathBuf,
    lettering: Lettering,
    from: Receiver<Job>,
    out: Outbox,
}

impl Clerk {
    fn run(mut self) {
        while let Ok(job) = self.from.recv() {
            let done = match job {
                Job::Move(board) => {
                    (self.shelf, self.journal) =
                        (Shelf::new(&board), board.join(crate::journal_thread::FILE));
                    None
                }
                Job::Decode { file, kind, width_px } => self.decode(file, kind, width_px),
                Job::Open { person, bytes, beside, reply } => self.open(person, &bytes, &beside, reply),
                Job::Place { person, source, reply } => self.place(person, &source, reply),
                Job::Save { document, format, reply } => {
                    reply(self.save(document, format));
                    None
                }
                Job::Past => Some(Done::Past(self.past())),
                Job::Thumbnail { document, width_px, reply } => {
                    reply(self.thumbnail(document, width_px));
                    None
                }
            };
            if done.is_some_and(|done| !self.out.send(Input::Desk(Box::new(done)))) {
                return;
            }
        }
    }

    fn past(&self) -> Option<Box<Timeline>> {
        let mut ops = Vec::new();
        match board::read_journal(&self.journal, |op| ops.push(op)) {
            Ok(()) => Some(Box::new(Timeline::new(ops))),
            Err(error) => {
                tracing::warn!(%error, "the lesson cannot be looked back at");
                None
            }
        }
    }

    /// A picture that cannot be decoded stays an empty sheet on the board; opening it has told why.
    fn decode(&self, file: MediaId, kind: MediaKind, width_px: u32) -> Option<Done> {
        let bytes = match kind {
            MediaKind::Live => still::read(self.shelf.folder(), file)?,
            _ => {
                self.shelf.read(file).map_err(|error| tracing::warn!(%error, "a picture is missing")).ok()?
            }
        };
        match page::decode(&bytes, kind, width_px, &Limits::BOARD) {
            Ok(bitmap) => Some(Done::Decoded { file, kind, bitmap }),
            Err(error) => {
                tracing::warn!(%error, "a picture cannot be shown");
                None
            }
        }
    }

    /// What a window shows is kept as a file like all that is shown, so that a power cut leaves no empty frame.
    fn place(
        &self,
        person: PersonId,
        source: &LiveSource,
        reply: Reply<Result<(), FileError>>,
    ) -> Option<Done> {
        let file = source.id();
        match self.shelf.keep(file, &source.to_bytes()) {
            Ok(()) => {
                let what = Found::Media { file, kind: MediaKind::Live, size_px: FILM_PX };
                let reply: Reply<Result<Vec<Remark>, _>> = Box::new(|opened| reply(opened.map(drop)));
                Some(Done::Opened { person, what, remarks: Vec::new(), reply })
            }
            Err(error) => {
                reply(Err(error.into()));
                None
            }
        }
    }

    fn open(
        &self,
        person: PersonId,
        bytes: &[u8],
        beside: &[FileBeside],
        reply: Reply<Result<Vec<Remark>, FileError>>,
    ) -> Option<Done> {
        match self.read(bytes, beside) {
            Ok((what, remarks)) => Some(Done::Opened { person, what, remarks, reply }),
            Err(error) => {
                reply(Err(error));
                None
            }
        }
    }

    fn read(&self, bytes: &[u8], beside: &[FileBeside]) -> Result<(Found, Vec<Remark>), FileError> {
        if matches!(sniff(bytes), Some(Format::Png | Format::Jpeg | Format::WebP)) {
            // Decoded once here, so that a damaged picture is told now and not when it is shown.
            let bitmap = board::format::picture::decode(bytes, &Limits::BOARD)?;
            let file = MediaId::of(bytes);
            self.shelf.keep(file, bytes)?;
            let size_px = (bitmap.width, bitmap.height);
            return Ok((Found::Media { file, kind: MediaKind::Picture, size_px }, Vec::new()));
        }
        if is_film(bytes) {
            let file = MediaId::of(bytes);
            self.shelf.keep(file, bytes)?;
            // Its own shape is known when it plays; it is shown whole within this one.
            return Ok((Found::Media { file, kind: MediaKind::Video, size_px: FILM_PX }, Vec::new()));
        }
        let find = |name: &str| {
            let found = beside.iter().find(|file| file.name == name);
            found.map(|file| Arc::from(file.bytes.as_slice()))
        };
        let mut opened = open(bytes, &find, &Limits::BOARD)?;
        for (file, bytes) in &opened.document.media {
            self.shelf.keep(*file, bytes)?;
        }
        // The board needs their names only; the bytes are on the shelf.
        opened.document.media.clear();
        Ok((Found::Pages(opened.document), opened.remarks))
    }

    /// Of pictures that are missing or damaged the page shows an empty sheet.
    fn thumbnail(&self, mut document: Document, width_px: u32) -> Option<Bitmap> {
        still::develop(self.shelf.folder(), &mut document);
        let things = document.sheets.iter().flat_map(|sheet| &sheet.things);
        // A video is shown as a sign that it is one.
        let files = things.filter_map(|thing| match &thing.content {
            Content::Media(media) if !media.kind.moves() => Some(media.file),
            _ => None,
        });
        for file in files.collect::<BTreeSet<MediaId>>() {
            match self.shelf.read(file) {
                Ok(bytes) => drop(document.media.insert(file, bytes.into())),
                Err(error) => tracing::warn!(%error, "a picture is missing on a small page"),
            }
        }
        match page::picture(&document, 0, width_px, &self.lettering) {
            Ok((bitmap, _)) => Some(bitmap),
            Err(error) => {
                tracing::warn!(%error, "a page cannot be shown small");
                None
            }
        }
    }

    fn save(&self, mut document: Document, format: Format) -> Result<Saved, FileError> {
        let mut missing = 0;
        still::develop(self.shelf.folder(), &mut document);
        for file in document.shown() {
            if document.media.contains_key(&file) {
                continue;
            }
            match self.shelf.read(file) {
                Ok(bytes) => drop(document.media.insert(file, bytes.into())),
                Err(ShelfError::Gone | ShelfError::Spoilt) => missing += 1,
                Err(error) => return Err(error.into()),
            }
        }
        let mut saved = save(&document, format, &self.lettering)?;
        if missing > 0 {
            saved.remarks.push(Remark::LeftOut { what: "pictures whose files are gone", count: missing });
        }
        Ok(saved)
    }
}

impl From<ShelfError> for FileError {
    fn from(error: ShelfError) -> Self {
        Self::Disk(error.to_string())
    }
}

impl From<FormatError> for FileError {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

/// Whether bytes are of a video: MP4 and its kin, WebM and Matroska, Ogg, AVI.
fn is_film(bytes: &[u8]) -> bool {
    let at = |from: usize, sign: &[u8]| bytes.get(from..from + sign.len()) == Some(sign);
    at(4, b"ftyp") || at(0, b"\x1a\x45\xdf\xa3") || at(0, b"OggS") || (at(0, b"RIFF") && at(8, b"AVI "))
}
