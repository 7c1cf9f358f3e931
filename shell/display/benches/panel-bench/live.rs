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
use display::{Area, Scene, SurfaceSpec, ToDisplay, Watch};
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
/// No case waits longer than this for a picture.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long an idle board is listened to.
const IDLE: Duration = Duration::from_secs(4);

/// What one case found; times in milliseconds.
#[derive(Clone, Copy, Default, Debug)]
pub(crate) struct Found {
    pub(crate) latency: Latency,
    pub(crate) sent: usize,
    pub(crate) lost: usize,
    pub(crate) strokes: usize,
    pub(crate) first_ms: f64,
    pub(crate) full_ms: f64,
    pub(crate) rss_kib: u64,
    pub(crate) wakeups: f64,
    pub(crate) wakeups_of_ui: f64,
}

/// One picture, as the ear heard it.
struct Heard {
    at: Instant,
    frames: usize,
    shows_ink: bool,
}

struct Ear {
    to: Sender<Heard>,
    seen_ink: bool,
}

impl Watch for Ear {
    fn composed(&mut self, frames: usize, areas: &[Area], pixels: &[u32]) {
        let at = Instant::now();
        if !self.seen_ink && !areas.is_empty() {
            // Every 97th pixel: a page of writing has ink under a few of them.
            self.seen_ink = pixels.iter().step_by(97).any(|pixel| Some(pixel) != pixels.first());
        }
        // The bench may have ended its listening; the display goes on.
        drop(self.to.send(Heard { at, frames, shows_ink: self.seen_ink }));
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
    pub(crate) contacts: usize,
    pub(crate) ui: Ui,
    pub(crate) seconds: f64,
}

impl Case {
    /// Scans a second: 240, and 120 for a panel with forty contacts.
    fn hz(&self) -> u64 {
        if self.contacts > 10 { 120 } else { 240 }
    }
}

/// Runs a case.
pub(crate) fn run(case: &Case, kept: &Path) -> Found {
    let folder = tempfile::tempdir_in(kept).unwrap();
    boards::copy(kept, case.preload, folder.path());
    let (fifo, spec) = make_fifo(folder.path());
    let (to, ear) = channel();
    let config = boards::config(case.size, folder.path(), vec![spec]);
    let began = Instant::now();
    let watch = Box::new(Ear { to, seen_ink: false });
    let (display, platform) = display::start_watched(config, Some(watch)).unwrap();
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    let mut found = loaded(&ear, began, case.preload);
    found.rss_kib = memory_kib();
    slint::platform::set_platform(Box::new(platform)).unwrap();
    let place = Area::new(40, 40, 400, 120);
    let _place = display.next_surface(SurfaceSpec { name: "spinner", rect: place, z: 1, owner: None, opaque: true });
    let spinner = shown::Spinner::new().unwrap();
    spinner.show().unwrap();
    display.send(ToDisplay::Palettes(boards::palettes())).unwrap();
    let turn = |limit| assert!(display.turn(limit).is_continue(), "the display ended");
    turn(Duration::ZERO);
    quiet(&ear);
    if case.contacts == 0 {
        let before = switches();
        turn(IDLE);
        let after = switches();
        found.wakeups = (after.0 - before.0) as f64 / IDLE.as_secs_f64();
        found.wakeups_of_ui = (after.1 - before.1) as f64 / IDLE.as_secs_f64();
        display.shutdown();
        return found;
    }
    spinner.set_moves(case.ui == Ui::Animating);
    let scans = (case.seconds * case.hz() as f64) as u64;
    let writing = Writing::new(case.contacts, case.hz(), scans, PAGE, 11);
    let player = thread::spawn(move || play(fifo, writing));
    while !player.is_finished() {
        if case.ui == Ui::Blocked {
            thread::sleep(BLOCK);
        }
        turn(Duration::from_millis(20));
    }
    let (sent, _pipe) = player.join().unwrap();
    let before = boards::bytes(folder.path());
    pair(&sent, &ear, &mut found);
    display.shutdown();
    assert!(boards::bytes(folder.path()) >= before);
    found.strokes = boards::ops(folder.path()).len() - case.preload.strokes();
    found
}

/// A scan on its way: when it was written, and how many contacts it reports.
type Sent = Vec<(Instant, usize)>;

fn make_fifo(folder: &Path) -> (PathBuf, SourceSpec) {
    let (path, desc) = (folder.join("panel"), folder.join("panel.desc"));
    std::fs::write(&desc, evemu::write_description(&recording::panel())).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    (path.clone(), SourceSpec { path, desc: Some(desc) })
}

/// Plays in the panel's own time. The pipe is given back open: a panel does not vanish after a lesson.
fn play(fifo: PathBuf, writing: Writing) -> (Sent, File) {
    let mut pipe = File::options().write(true).open(fifo).unwrap();
    let began = Instant::now();
    let mut sent = Sent::new();
    for scan in writing {
        let bytes: Vec<u8> = scan.events.iter().copied().flat_map(InputEvent::to_bytes).collect();
        thread::sleep((began + Duration::from_micros(scan.at_us)).saturating_duration_since(Instant::now()));
        let now = Instant::now();
        pipe.write_all(&bytes).unwrap();
        if scan.points > 0 {
            sent.push((now, scan.points));
        }
    }
    (sent, pipe)
}

/// Waits until the board is drawn; when its first ink and its last was.
fn loaded(ear: &Receiver<Heard>, began: Instant, preload: Preload) -> Found {
    let mut found = Found::default();
    let until = Instant::now() + PATIENCE;
    loop {
        match ear.recv_timeout(QUIET) {
            Ok(heard) => {
                let ms = (heard.at - began).as_secs_f64() * 1000.0;
                if heard.shows_ink {
                    found.full_ms = ms;
                    found.first_ms = if found.first_ms == 0.0 { ms } else { found.first_ms };
                }
            }
            Err(_) if found.full_ms > 0.0 || preload.strokes() == 0 => return found,
            Err(_) => assert!(Instant::now() < until, "the board never showed its ink"),
        }
    }
}

fn quiet(ear: &Receiver<Heard>) {
    while ear.recv_timeout(QUIET).is_ok() {}
}

/// Matches pictures to the scans in them: both come in order.
fn pair(sent: &Sent, ear: &Receiver<Heard>, found: &mut Found) {
    let mut waiting = sent.iter();
    let mut each = Vec::new();
    let mut taken = 0;
    while taken < sent.len() {
        let Ok(heard) = ear.recv_timeout(Duration::from_secs(5)) else { break };
        for (at, points) in waiting.by_ref().take(heard.frames) {
            let ms = (heard.at - *at).as_secs_f64() * 1000.0;
            each.extend(std::iter::repeat_n(ms, *points));
        }
        taken += heard.frames;
    }
    found.sent = sent.iter().map(|(_, points)| points).sum();
    found.lost = waiting.map(|(_, points)| points).sum();
    found.latency = Latency::of(each);
}
