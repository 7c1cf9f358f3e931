//! The pen: pointer events by the XTEST extension, and the wait until the framebuffer shows what came of them.

use std::io::IoSlice;
use std::time::{Duration, Instant};

use super::screen::Screen;
use crate::measure::Latency;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::xproto::{ConfigureWindowAux, ConnectionExt, MapState};
use x11rb::rust_connection::RustConnection;

/// From one point to the next, in pixels: `OpenBoard` leaves points out that are nearer than 10.
const STEP: i32 = 12;
/// Pixels before and after the tip that are watched: smoothing leaves ink behind, prediction draws ahead.
const BEHIND: i32 = 40;
const AHEAD: i32 = 72;
/// How much a pixel's three channels change together where ink appears on paper or on other ink.
const CHANGE: u32 = 100;
/// A point that is not seen within this time is counted as missed, and as this long.
const MISSED: Duration = Duration::from_millis(500);
/// Pause between the lift and the next stroke.
const BETWEEN: Duration = Duration::from_millis(60);

/// XTEST's `FakeInput` (X Test Extension 2.2, section 4): types of the core protocol.
const PRESS: u8 = 4;
const RELEASE: u8 = 5;
const MOTION: u8 = 6;

/// What a run of points gave.
#[derive(Clone, Copy, Default)]
pub(crate) struct Run {
    pub(crate) latency: Latency,
    pub(crate) points: usize,
    pub(crate) missed: usize,
}

/// The part of the screen that strokes are drawn in, where every board has paper.
#[derive(Clone, Copy)]
pub(crate) struct Band {
    x0: i32,
    x1: i32,
    y0: i32,
    y1: i32,
    row: i32,
}

impl Band {
    pub(crate) fn of(size: (u32, u32)) -> Self {
        let part = |of: u32, percent: u32| (of * percent / 100).cast_signed();
        Self {
            x0: part(size.0, 17),
            x1: part(size.0, 82),
            y0: part(size.1, 15),
            y1: part(size.1, 87),
            row: part(size.1, 2),
        }
    }
}

pub(crate) struct Pen<'a> {
    screen: &'a Screen,
    connection: RustConnection,
    root: u32,
    xtest: u8,
    band: Band,
    /// The row that the next stroke is drawn in.
    y: i32,
}

impl<'a> Pen<'a> {
    pub(crate) fn new(screen: &'a Screen) -> Option<Self> {
        let (connection, number) = RustConnection::connect(Some(&screen.display)).ok()?;
        let root = connection.setup().roots.get(number)?.root;
        let xtest = connection.query_extension(b"XTEST").ok()?.reply().ok()?;
        let band = Band::of(screen.size);
        let y = band.y0;
        xtest.present.then_some(Self { screen, connection, root, xtest: xtest.major_opcode, band, y })
    }

    fn fake(&self, kind: u8, detail: u8, x: i32, y: i32) {
        let mut request = [0_u8; 36];
        request[..2].copy_from_slice(&[self.xtest, 2]);
        request[2..4].copy_from_slice(&9_u16.to_ne_bytes());
        request[4..6].copy_from_slice(&[kind, detail]);
        request[12..16].copy_from_slice(&self.root.to_ne_bytes());
        request[24..26].copy_from_slice(&(x as i16).to_ne_bytes());
        request[26..28].copy_from_slice(&(y as i16).to_ne_bytes());
        let sent = self.connection.send_request_without_reply(&[IoSlice::new(&request)], Vec::new());
        drop(sent.expect("the X server is there"));
        self.connection.flush().expect("the X server is there");
    }

    /// Gives every large window the whole screen.
    pub(crate) fn spread_windows(&self) {
        let Some(tree) = self.connection.query_tree(self.root).ok().and_then(|tree| tree.reply().ok()) else {
            return;
        };
        let (width, height) = self.screen.size;
        for window in tree.children {
            let shown =
                self.connection.get_window_attributes(window).ok().and_then(|about| about.reply().ok());
            let at = self.connection.get_geometry(window).ok().and_then(|at| at.reply().ok());
            let (Some(shown), Some(at)) = (shown, at) else { continue };
            if shown.map_state == MapState::VIEWABLE && at.width >= 400 && at.height >= 300 {
                let whole = ConfigureWindowAux::new().x(0).y(0).width(width).height(height);
                drop(self.connection.configure_window(window, &whole));
            }
        }
        drop(self.connection.flush());
    }

    /// Draws one stroke and says whether any ink came of it.
    pub(crate) fn probe(&mut self) -> bool {
        const POINTS: usize = 12;
        let missed = self.stroke(POINTS, Duration::from_millis(30), &mut Vec::new());
        let took = missed < POINTS;
        if !took {
            // No ink, so the row is as good as new.
            self.y -= self.band.row;
        }
        took
    }

    /// Draws `points` points, the next `pause` after the last was seen.
    pub(crate) fn run(&mut self, points: usize, pause: Duration) -> Run {
        let mut each = Vec::new();
        let mut missed = 0;
        while each.len() < points && self.y < self.band.y1 {
            let in_row = ((self.band.x1 - self.band.x0) / STEP) as usize;
            missed += self.stroke(in_row.min(points - each.len()), pause, &mut each);
        }
        Run { points: each.len(), missed, latency: Latency::of(each) }
    }

    /// One stroke on a row of its own; how many of its points were not seen.
    fn stroke(&mut self, points: usize, pause: Duration, each: &mut Vec<f64>) -> usize {
        let (mut x, y) = (self.band.x0, self.y);
        let mut missed = 0;
        self.fake(MOTION, 0, x, y);
        std::thread::sleep(BETWEEN);
        self.fake(PRESS, 1, x, y);
        std::thread::sleep(BETWEEN);
        for _ in 0..points {
            x += STEP;
            let (seen, took) = self.point(x, y);
            each.push(took.as_secs_f64() * 1000.0);
            missed += usize::from(!seen);
            wait(pause);
        }
        self.fake(RELEASE, 1, x, y);
        std::thread::sleep(BETWEEN);
        self.y += self.band.row;
        missed
    }

    /// Moves to a point and waits until it shows.
    fn point(&self, x: i32, y: i32) -> (bool, Duration) {
        let mut before = [0_u8; ((BEHIND + AHEAD) * 4) as usize];
        let mut now = before;
        self.screen.read(x - BEHIND, y, &mut before);
        let began = Instant::now();
        self.fake(MOTION, 0, x, y);
        loop {
            self.screen.read(x - BEHIND, y, &mut now);
            let took = began.elapsed();
            if took > MISSED {
                return (false, MISSED);
            }
            if differs(&before, &now) {
                return (true, took);
            }
        }
    }
}

fn differs(before: &[u8], now: &[u8]) -> bool {
    let pixels = before.as_chunks::<4>().0.iter().zip(now.as_chunks::<4>().0);
    pixels.into_iter().any(|(old, new)| {
        old != new
            && (0..3).map(|channel| u32::from(old[channel].abs_diff(new[channel]))).sum::<u32>() > CHANGE
    })
}

/// Exact to some microseconds, as a sleep of this length is not.
fn wait(pause: Duration) {
    let until = Instant::now() + pause;
    std::thread::sleep(pause.saturating_sub(Duration::from_millis(1)));
    while Instant::now() < until {
        std::hint::spin_loop();
    }
}
