//! Z1: how soon a view that moves is seen (scaled from what was drawn), and how soon it is sharp.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use crate::boards::{self, Preload};
use crate::live::{Ear, Heard, loaded};
use crate::measure::Latency;
use board::{Grip, PagePoint, View, Zoom};
use display::{BoardCommand, Display, Scene, ToDisplay};

/// A display that draws nothing for so long has drawn all that there is.
const QUIET: Duration = Duration::from_millis(400);
/// Between two positions of the fingers: a panel of 60 scans a second.
const STEP: Duration = Duration::from_micros(16_667);
/// Positions of one pinch or pan.
const STEPS: i32 = 12;
/// Times that everything is done: a crowded page takes long to be sharp.
const ROUNDS: usize = 2;

/// Milliseconds from the command to its first picture, and to the last one it brought.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen {
    pub(crate) first: Latency,
    pub(crate) sharp: Latency,
}

/// Moves the view of a board as a finger and as buttons do.
pub(crate) fn run(size: (u32, u32), preload: Preload, kept: &Path) -> Seen {
    let folder = tempfile::tempdir_in(kept).unwrap();
    boards::copy(kept, preload, folder.path());
    let (to, ear) = channel();
    let config = boards::config(size, folder.path(), Vec::new());
    let began = Instant::now();
    let (display, _platform) = display::start_watched(config, Some(Box::new(Ear::new(to)))).unwrap();
    display.send(ToDisplay::Scene(Scene::Board)).unwrap();
    loaded(&ear, began, preload);
    let (first, sharp) = (Vec::new(), Vec::new());
    let mut moves = Moves { display, ear, size, sent: began, seen: 0.0, first, sharp };
    for _ in 0..ROUNDS {
        // A button: half as large, twice as large at a place never shown, and back.
        for (x_mm, y_mm, zoom) in [(0, 0, 0.5), (400, 200, 2.0), (0, 0, 1.0)] {
            let view = View { origin: PagePoint::new(x_mm * 1000, y_mm * 1000), zoom: Zoom::new(zoom) };
            moves.step(BoardCommand::SetView { pane: 0, view });
            moves.settle();
        }
        // Two fingers: apart, aside, and together again.
        for (spread_px, aside_px) in [((800, 1520), 0), ((800, 800), 1000), ((1520, 800), -400)] {
            moves.fingers(spread_px, aside_px);
        }
    }
    moves.display.shutdown();
    assert!(!moves.first.is_empty(), "no view was ever seen to move");
    Seen { first: Latency::of(moves.first), sharp: Latency::of(moves.sharp) }
}

struct Moves {
    display: Display,
    ear: Receiver<Heard>,
    size: (u32, u32),
    /// When the last command was sent, and how long after it its first picture came.
    sent: Instant,
    seen: f64,
    first: Vec<f64>,
    sharp: Vec<f64>,
}

impl Moves {
    /// Two fingers about the middle of the screen, so far apart at first and at last, that go so far aside.
    fn fingers(&mut self, spread_px: (i32, i32), aside_px: i32) {
        let grip = |step: i32| Grip {
            x_px: f64::from(self.size.0) / 2.0 + f64::from(aside_px * step / STEPS),
            y_px: f64::from(self.size.1) / 2.0,
            spread_px: f64::from(spread_px.0 + (spread_px.1 - spread_px.0) * step / STEPS),
        };
        let grips: Vec<Grip> = (0..=STEPS).map(grip).collect();
        let mut due = Instant::now();
        for pair in grips.windows(2) {
            std::thread::sleep(due.saturating_duration_since(Instant::now()));
            due += STEP;
            self.step(BoardCommand::MoveView { pane: 0, from: pair[0], to: pair[1] });
        }
        self.settle();
    }

    /// Sends a command and waits for its first picture, which is one of the whole screen.
    fn step(&mut self, command: BoardCommand) {
        while self.ear.try_recv().is_ok() {}
        self.sent = Instant::now();
        self.display.send(ToDisplay::Board(command)).unwrap();
        let screen = i64::from(self.size.0) * i64::from(self.size.1);
        while let Ok(heard) = self.ear.recv_timeout(QUIET) {
            if heard.drawn_px >= screen {
                self.first.push(self.since(&heard));
                self.seen = self.since(&heard);
                return;
            }
        }
    }

    /// Waits until nothing is drawn any more: the last picture since the last command is the sharp one.
    fn settle(&mut self) {
        let mut last = self.seen;
        while let Ok(heard) = self.ear.recv_timeout(QUIET) {
            if heard.drawn_px > 0 {
                last = self.since(&heard);
            }
        }
        self.sharp.push(last);
    }

    fn since(&self, heard: &Heard) -> f64 {
        (heard.at - self.sent).as_secs_f64() * 1000.0
    }
}
