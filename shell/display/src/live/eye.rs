//! One source's thread. It is told what is wanted, not what to do; only the newest wish counts, so nothing piles up and
//! nobody waits for it.

use super::shrink::Raw;
use super::{Told, Word, still};
use crate::inbox::{Input, Outbox};
use crate::message::{LiveLoss, LiveSource, LiveState, Reply, SnapError};
use board::{MediaId, PersonId};
use capture::watchdog::Limits;
use capture::{Capture, CaptureError, Frame, Kind, Loss, Monitor, Seen, Size, Source};
use image::codecs::jpeg::JpegEncoder;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

/// Longest wait for a frame: a wish is seen at least so often.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Small pictures in a panel: enough to see which source it is and to hold a page under a camera.
const PREVIEW_EVERY: Duration = Duration::from_millis(100);
/// How old the picture may be that a power cut leaves of a window.
const STILL_EVERY: Duration = Duration::from_secs(30);
/// Of still pictures: print and handwriting keep their edges.
const JPEG_QUALITY: u8 = 92;
/// Still pictures that wait: several people press the button, and one is taken after the other.
const ASKS: usize = 4;

/// Somebody wants a still picture.
pub(super) struct Ask {
    pub(super) person: PersonId,
    pub(super) reply: Reply<Result<(), SnapError>>,
}

/// What an eye begins with.
pub(super) struct Start {
    pub(super) file: MediaId,
    /// Unique in the life of the display.
    pub(super) run: u64,
    /// Where the file lies that says what it is, and the newest picture is kept.
    pub(super) folder: PathBuf,
    /// What it is, where that is known already.
    pub(super) source: Option<LiveSource>,
    /// Devices of this unit may be opened.
    pub(super) allowed: bool,
}

/// What is wanted of an eye.
#[derive(Clone, Copy)]
pub(super) struct Wish {
    /// How large it is on the board.
    pub(super) size: Option<(u32, u32)>,
    /// How wide in a panel.
    pub(super) preview_px: Option<u32>,
    /// What is seen stays.
    pub(super) frozen: bool,
    /// Nobody sees it.
    pub(super) rests: bool,
}

/// The same, where the thread looks.
#[derive(Default)]
struct Wanted {
    stop: AtomicBool,
    frozen: AtomicBool,
    rests: AtomicBool,
    /// The width in the upper half; 0: it is not on the board.
    size: AtomicU64,
    /// 0: it is not in a panel.
    preview_px: AtomicU64,
    /// A frame waits at the display; the next is not wanted yet.
    waits: AtomicBool,
    preview_waits: AtomicBool,
}

/// The display's end.
pub(super) struct Eye {
    pub(super) file: MediaId,
    pub(super) run: u64,
    wanted: Arc<Wanted>,
    asks: SyncSender<Ask>,
    thread: JoinHandle<()>,
}

impl Eye {
    pub(super) fn start(start: Start, out: Outbox) -> io::Result<Self> {
        let (asks, asked) = sync_channel(ASKS);
        let wanted = Arc::new(Wanted::default());
        let (file, run, theirs) = (start.file, start.run, wanted.clone());
        let thread = Builder::new().name("live".into()).spawn(move || {
            let say = |told| out.send(Input::Live(Word::Eye { file, run, told }));
            look(&start, &theirs, &asked, &say);
            // Whoever still waits for a picture hears that there is none.
            asked.try_iter().for_each(|ask| (ask.reply)(Err(SnapError::NoPicture)));
            say(Told::Gone);
        })?;
        Ok(Self { file, run, wanted, asks, thread })
    }

    pub(super) fn want(&self, wish: Wish) {
        let Wish { size, preview_px, frozen, rests } = wish;
        let size = size.map_or(0, |(width, height)| u64::from(width) << 32 | u64::from(height));
        self.wanted.size.store(size, Ordering::Relaxed);
        self.wanted.preview_px.store(preview_px.map_or(0, u64::from), Ordering::Relaxed);
        self.wanted.frozen.store(frozen, Ordering::Relaxed);
        self.wanted.rests.store(rests, Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    pub(super) fn taken(&self) {
        self.wanted.waits.store(false, Ordering::Relaxed);
    }

    pub(super) fn preview_taken(&self) {
        self.wanted.preview_waits.store(false, Ordering::Relaxed);
    }

    pub(super) fn ask(&self, ask: Ask) {
        if let Err(error) = self.asks.try_send(ask) {
            let (std::sync::mpsc::TrySendError::Full(ask) | std::sync::mpsc::TrySendError::Disconnected(ask)) =
                error;
            (ask.reply)(Err(SnapError::NoPicture));
        }
    }

    /// Asks the thread to end; it says so with [`Told::Gone`].
    pub(super) fn stop(&self) {
        self.wanted.stop.store(true, Ordering::Relaxed);
        self.thread.thread().unpark();
    }

    /// Waits for the thread's end.
    pub(super) fn join(self) {
        if self.thread.join().is_err() {
            tracing::error!("a live source's thread panicked");
        }
    }
}

/// The thread's own.
struct View<'a> {
    start: &'a Start,
    wanted: &'a Wanted,
    asked: &'a Receiver<Ask>,
    say: &'a dyn Fn(Told) -> bool,
    source: LiveSource,
    /// What is shown: the newest frame, or the one it stands still at.
    newest: Option<Frame>,
    /// The board, and the panel, have not been given it.
    fresh: (bool, bool),
    size: u64,
    previewed: Option<Instant>,
    kept: Option<Instant>,
    state: LiveState,
}

fn look(start: &Start, wanted: &Wanted, asked: &Receiver<Ask>, say: &dyn Fn(Told) -> bool) {
    let source = start.source.clone().or_else(|| {
        let bytes = std::fs::read(start.folder.join(start.file.to_string())).ok()?;
        LiveSource::of_bytes(&bytes)
    });
    let Some(source) = source else {
        let source = LiveSource::found("");
        say(Told::State { state: LiveState::Lost(LiveLoss::Failed), source });
        return;
    };
    let mut view = View {
        start,
        wanted,
        asked,
        say,
        source,
        newest: None,
        fresh: (false, false),
        size: 0,
        previewed: None,
        kept: None,
        state: LiveState::Opening,
    };
    view.tell(LiveState::Opening);
    if view.source.is_device() && !start.allowed {
        return view.tell(LiveState::Lost(LiveLoss::Off));
    }
    if let Err(error) = view.watch() {
        tracing::warn!("a live source cannot be opened here");
        view.tell(LiveState::Lost(match error {
            CaptureError::NotInstalled(_) => LiveLoss::NotInstalled,
            CaptureError::WrongKind(_) => LiveLoss::Failed,
        }));
    }
    view.keep();
}

impl View<'_> {
    fn is_wanted(&self) -> bool {
        !self.wanted.stop.load(Ordering::Relaxed)
    }

    fn tell(&mut self, state: LiveState) {
        self.state = state;
        (self.say)(Told::State { state, source: self.source.clone() });
    }

    /// Until nobody wants it any more.
    fn watch(&mut self) -> Result<(), CaptureError> {
        while self.is_wanted() {
            if self.stands() {
                self.rest();
                continue;
            }
            let Some(source) = self.find()? else { break };
            let limits = if self.source.is_device() { Limits::default() } else { Limits::of_stream() };
            let mut capture = Capture::with_limits(source, Size::MOST, limits)?;
            while self.is_wanted() && !self.stands() {
                match capture.next(Instant::now() + LOOK_EVERY)? {
                    Seen::Frame(frame) => self.came(frame),
                    Seen::Lost(loss) => {
                        self.tell(LiveState::Lost(of(&loss)));
                        // What has only a name may come back as another device of that name.
                        if loss == Loss::Unplugged && self.source.found_name().is_some() {
                            break;
                        }
                    }
                    Seen::Nothing => {}
                }
                self.deliver();
            }
        }
        Ok(())
    }

    /// Whether nobody sees it, or what was seen last is all that is wanted: then nothing need be open.
    fn stands(&self) -> bool {
        let is_so = |wanted: &AtomicBool| wanted.load(Ordering::Relaxed);
        is_so(&self.wanted.rests) || (self.newest.is_some() && is_so(&self.wanted.frozen))
    }

    fn rest(&mut self) {
        self.tell(LiveState::Stands);
        self.keep();
        while self.is_wanted() && self.stands() {
            self.deliver();
            std::thread::park_timeout(LOOK_EVERY);
        }
    }

    /// The device to open, as soon as it is there; none where it is no longer wanted.
    fn find(&mut self) -> Result<Option<Source>, CaptureError> {
        let Some(name) = self.source.found_name().map(str::to_owned) else {
            if !self.is_wanted() {
                return Ok(None);
            }
            let source = Source::of_kind(Kind::Video, &self.source.line);
            return source.map(Some).map_err(|error| CaptureError::WrongKind(error.0));
        };
        let monitor = Monitor::start()?;
        while self.is_wanted() {
            let is_it = |source: &Source| source.kind() == Kind::Video && source.name() == name;
            if let Some(source) = monitor.inputs().into_iter().find(is_it) {
                return Ok(Some(source));
            }
            if self.state != LiveState::Lost(LiveLoss::Unplugged) {
                self.tell(LiveState::Lost(LiveLoss::Unplugged));
            }
            if monitor.next(Instant::now() + LOOK_EVERY).is_some() {
                tracing::debug!("an input came or left");
            }
            self.deliver();
        }
        Ok(None)
    }

    fn came(&mut self, frame: Frame) {
        if self.state != LiveState::Comes {
            self.tell(LiveState::Comes);
        }
        self.newest = Some(frame);
        self.fresh = (true, true);
        if self.kept.is_none_or(|kept| kept.elapsed() > STILL_EVERY) {
            self.keep();
        }
    }

    /// Hands on what is wanted and was not given yet.
    fn deliver(&mut self) {
        self.asked.try_iter().for_each(|ask| {
            let bytes = self.newest.as_ref().and_then(|frame| jpeg(raw(frame)));
            (self.say)(Told::Picture { person: ask.person, bytes, reply: ask.reply });
        });
        let size = self.wanted.size.load(Ordering::Relaxed);
        // What stands still is shown in its new size as well.
        self.fresh.0 |= std::mem::replace(&mut self.size, size) != size;
        let Some(frame) = &self.newest else { return };
        if size != 0 && self.fresh.0 && !self.wanted.waits.swap(true, Ordering::Relaxed) {
            self.fresh.0 = false;
            (self.say)(Told::Frame(raw(frame).fit(((size >> 32) as u32, size as u32))));
        }
        let wide = self.wanted.preview_px.load(Ordering::Relaxed) as u32;
        let is_due = self.previewed.is_none_or(|at| at.elapsed() >= PREVIEW_EVERY);
        if wide != 0 && self.fresh.1 && is_due && !self.wanted.preview_waits.swap(true, Ordering::Relaxed) {
            (self.fresh.1, self.previewed) = (false, Some(Instant::now()));
            (self.say)(Told::Preview(raw(frame).fit((wide, wide * 9 / 16))));
        }
    }

    /// Keeps the newest picture for when nothing comes.
    fn keep(&mut self) {
        self.kept = Some(Instant::now());
        let Some(frame) = &self.newest else { return };
        let kept = jpeg(raw(frame)).map(|jpeg| still::keep(&self.start.folder, self.start.file, &jpeg));
        if let Some(Err(error)) = kept {
            tracing::warn!(%error, "the newest picture of a source is not kept");
        }
    }
}

fn raw(frame: &Frame) -> Raw<'_> {
    Raw { pixels: frame.pixels(), width: frame.width(), height: frame.height() }
}

fn jpeg(raw: Raw<'_>) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (width, height) = (u32::try_from(raw.width).ok()?, u32::try_from(raw.height).ok()?);
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY);
    encoder.encode(&raw.rgb(), width, height, image::ExtendedColorType::Rgb8).ok()?;
    Some(bytes)
}

fn of(loss: &Loss) -> LiveLoss {
    match loss {
        Loss::Unplugged => LiveLoss::Unplugged,
        Loss::NoSignal | Loss::Unstable => LiveLoss::NoSignal,
        Loss::OutOfRange => LiveLoss::OutOfRange,
        Loss::Stalled => LiveLoss::Silent,
        Loss::Busy => LiveLoss::Busy,
        Loss::Forbidden => LiveLoss::Forbidden,
        Loss::Failed(_) => LiveLoss::Failed,
    }
}
