//! One case on the real path, in a process of its own: a FIFO of kernel events, the touch thread, the display
//! thread, the framebuffer in memory; Slint on this thread, idle, animating or blocked.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::boards::{self, Preload};
use crate::measure::{Latency, memory_kib, switches};
use crate::recording::{self, PAGE, Writing};
use display::{Area, Display, Scene, SurfaceSpec, Taken, ToDisplay, Watch};
use slint::ComponentHandle;
use touch::{InputEvent, SourceSpec, evemu};

/// What the UI thread does meanwhile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ui {
    Idle,
    /// A surface changes 60 times a second.
    Animating,
    /// The thread stands still for 500 ms, again and again.
    Blocked,
}

impl Ui {
    pub(crate) const ALL: [Ui; 3] = [Ui::Idle, Ui::Animating, Ui::Blocked];

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Animating => "animating",
            Self::Blocked => "blocked",
        }
    }

    pub(crate) fn named(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|ui| ui.word() == word)
    }
}

/// How long a blocked UI thread stands still.
const BLOCK: Duration = Duration::from_millis(500);
/// A display that says nothing for so long has drawn all that there is.
const QUIET: Duration = Duration::from_millis(400);
/// A frame's time and its scan's are the same within this, less than half a scan at 240 Hz.
const NEAR_US: u64 = 2_000;
/// A scan that is in no picture after so long is lost.
const GONE: Duration = Duration::from_secs(5);
/// No case waits longer than this for a picture: the most crowded tiles of a page, on a machine that does much else.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an idle board is listened to: any thread that wakes once a second is heard.
const IDLE: Duration = Duration::from_millis(2500);

/// What a board cost to load and keep; times in milliseconds.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Board {
    pub(crate) first_ms: f64,
    pub(crate) full_ms: f64,
    pub(crate) rss_kib: u64,
    /// Wake-ups a second while nobody touches it: of the UI thread, and of all others.
    pub(crate) wakeups_of_ui: f64,
    pub(crate) wakeups: f64,
}

/// What so many pens found.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Found {
    pub(crate) latency: Latency,
    /// Points written into the pipe, and those that never came into a picture.
    pub(crate) sent: usize,
    pub(crate) lost: usize,
}

/// One picture, as the ear heard it.
pub(crate) struct Heard {
    pub(crate) at: Instant,
    /// Time of the newest frame in it, on the display's clock, and of the oldest; 0 for a picture without.
    newest_us: u64,
    oldest_us: u64,
    points: usize,
    shows_ink: bool,
    /// Nothing that is seen is still to be drawn.
    sharp: bool,
    pub(crate) drawn_px: i64,
}

pub(crate) struct Ear {
    to: Sender<Heard>,
    seen_ink: bool,
}

impl Ear {
    pub(crate) fn new(to: Sender<Heard>) -> Self {
        Self { to, seen_ink: false }
    }
}

impl Watch for Ear {
    fn composed(&mut self, frames: &[Taken], areas: &[Area], pixels: &[u32], sharp: bool) {
        let at = Instant::now();
        let times = || frames.iter().map(|frame| frame.time_us);
        let (newest_us, oldest_us) = (times().max().unwrap_or(0), times().min().unwrap_or(0));
        let points = frames.iter().map(|frame| frame.contacts).sum();
        if !self.seen_ink && !areas.is_empty() {
            // Every 97th pixel: a page of writing has ink under a few of them.
            self.seen_ink = pixels.iter().step_by(97).any(|pixel| Some(pixel) != pixels.first());
        }
        // The bench may have ended its listening; the display goes on.
        let drawn_px = areas.iter().map(Area::pixels).sum();
        let shows_ink = self.seen_ink;
        drop(self.to.send(Heard { at, newest_us, oldest_us, points, shows_ink, sharp, drawn_px }));
    }
}

#[allow(clippy::all, unreachable_pub)]
mod shown {
    slint::slint! {
        export component Spinner inherits Window {
            in property <bool> moves;
            background: #f4f2ee;
            Rectangle {
                width: 60px;
                height: 60px;
                background: #d55e00;
                x: root.moves ? mod(animation-tick() / 5ms, root.width / 1px) * 1px : 0px;
            }
        }
    }
}

/// What a case is.
pub(crate) struct Case {
    pub(crate) size: (u32, u32),
    pub(crate) preload: Preload,
    pub(crate) contacts: Vec<usize>,
    pub(crate) ui: Ui,
    pub(crate) seconds: f64,
}

/// Runs a case: what the board cost, and what each number of pens found on it.
pub(crate) fn run(case: &Case, kept: &Path) -> (Board, Vec<Found>) {
    let folder = tempfile::tempdir_in(kept).unwrap();
    boards::copy(kept, case.preload, folder.path());
    let (fifo, spec) = make_fifo(folder.path());
    let (to, ear) = channel();
    let config = boards::config(case.size, folder.path(), vec![spec]);
    let began = Instant::now();
    let watch = Box::new(Ear::new(to));
    let (display, platform) = display::start_watched(config, Some(watch)).unwrap();
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    let mut board = loaded(&ear, began, case.preload);
    board.rss_kib = memory_kib();
    slint::platform::set_platform(Box::new(platform)).unwrap();
    let rect = Area::new(40, 40, 400, 120);
    let spec = SurfaceSpec { name: "spinner", rect, z: 1, owner: None, opaque: true };
    let _place = display.next_surface(spec);
    let spinner = shown::Spinner::new().unwrap();
    spinner.show().unwrap();
    display.send(ToDisplay::Palettes(boards::palettes())).unwrap();
    turn(&display, Duration::ZERO);
    while ear.recv_timeout(QUIET).is_ok() {}
    if case.ui == Ui::Idle {
        let before = switches();
        turn(&display, IDLE);
        let after = switches();
        board.wakeups = (after.0 - before.0) as f64 / IDLE.as_secs_f64();
        board.wakeups_of_ui = (after.1 - before.1) as f64 / IDLE.as_secs_f64();
    }
    spinner.set_moves(case.ui == Ui::Animating);
    let mut pipe = File::options().write(true).open(fifo).unwrap();
    let mut all = Vec::new();
    for contacts in &case.contacts {
        let hz = if *contacts > 10 { 120 } else { 240 };
        let scans = (case.seconds * hz as f64) as u64;
        let writing = Writing::new(*contacts, hz, scans, PAGE, 11);
        let player = thread::spawn(move || play(pipe, began, writing));
        while !player.is_finished() {
            if case.ui == Ui::Blocked {
                thread::sleep(BLOCK);
            }
            turn(&display, Duration::from_millis(20));
        }
        let (sent, open) = player.join().unwrap();
        pipe = open;
        all.push(pair(&sent, &ear));
    }
    display.shutdown();
    (board, all)
}

/// One turn of Slint's loop.
fn turn(display: &Display, limit: Duration) {
    assert!(display.turn(limit).is_continue(), "the display ended");
}

/// A scan on its way.
struct Sent {
    /// When it was written into the pipe.
    at: Instant,
    /// Its time on the panel's clock.
    time_us: u64,
    points: usize,
}

fn make_fifo(folder: &Path) -> (PathBuf, SourceSpec) {
    let (path, desc) = (folder.join("panel"), folder.join("panel.desc"));
    std::fs::write(&desc, evemu::write_description(&recording::panel())).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    (path.clone(), SourceSpec { path, desc: Some(desc) })
}

/// Plays in the panel's own time, which goes on from one recording to the next. The pipe is given back open: a panel
/// does not vanish after a lesson.
fn play(mut pipe: File, clock: Instant, writing: Writing) -> (Vec<Sent>, File) {
    let began = Instant::now();
    let base_us = u64::try_from((began - clock).as_micros()).expect("a run is short");
    let mut sent = Vec::new();
    for scan in writing {
        let on_clock = |event: &InputEvent| InputEvent { time_us: event.time_us + base_us, ..*event };
        let bytes: Vec<u8> = scan.events.iter().map(on_clock).flat_map(InputEvent::to_bytes).collect();
        thread::sleep((began + Duration::from_micros(scan.at_us)).saturating_duration_since(Instant::now()));
        let at = Instant::now();
        pipe.write_all(&bytes).unwrap();
        if scan.points > 0 {
            sent.push(Sent { at, time_us: scan.at_us + base_us, points: scan.points });
        }
    }
    (sent, pipe)
}

/// Waits until the board says that all of it is drawn; when its first ink and its last was.
pub(crate) fn loaded(ear: &Receiver<Heard>, began: Instant, preload: Preload) -> Board {
    let mut found = Board::default();
    loop {
        let heard = ear.recv_timeout(PATIENCE).expect("the board never showed all of its ink");
        let ms = (heard.at - began).as_secs_f64() * 1000.0;
        if heard.shows_ink && heard.drawn_px > 0 {
            found.full_ms = ms;
            found.first_ms = if found.first_ms == 0.0 { ms } else { found.first_ms };
        }
        if heard.sharp && (heard.shows_ink || preload.strokes() == 0) {
            return found;
        }
    }
}

/// Matches pictures to the scans in them by the frames' times, which keep the panel's distances.
///
/// A scan is seen in the first picture that has a frame as new as it: what the driver holds back counts in full.
fn pair(sent: &[Sent], ear: &Receiver<Heard>) -> Found {
    let first_us = sent.first().map_or(0, |scan| scan.time_us);
    let mut waiting = sent.iter().peekable();
    let mut offset = None;
    let (mut each, mut points) = (Vec::new(), 0);
    while waiting.peek().is_some() {
        let Ok(heard) = ear.recv_timeout(GONE) else { break };
        points += heard.points;
        if heard.newest_us == 0 {
            continue;
        }
        let since = *offset.get_or_insert_with(|| heard.oldest_us.wrapping_sub(first_us));
        let newest = heard.newest_us.wrapping_sub(since);
        while let Some(scan) = waiting.next_if(|scan| scan.time_us <= newest.saturating_add(NEAR_US)) {
            let ms = (heard.at - scan.at).as_secs_f64() * 1000.0;
            each.extend(std::iter::repeat_n(ms, scan.points));
            // The touch thread sets its clock again when it finds that the first frame was a late one.
            if scan.time_us.abs_diff(newest) <= NEAR_US {
                offset = Some(heard.newest_us.wrapping_sub(scan.time_us));
            }
        }
    }
    // What was held back may come late.
    while let Ok(heard) = ear.recv_timeout(QUIET) {
        points += heard.points;
    }
    let sent: usize = sent.iter().map(|scan| scan.points).sum();
    Found { sent, lost: sent.saturating_sub(points), latency: Latency::of(each) }
}
