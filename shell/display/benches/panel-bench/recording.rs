//! Generated recordings: people who write lines of cursive side by side, as an 86-inch panel would report them.
//!
//! Only sums and products of numbers that a `f64` holds exactly enough are used (no sine of the system's library),
//! so the recording is the same on every machine.

use touch::{Axis, Decoder, Description, Fed, Frame, InputEvent, Panel, code};

/// 86 inches, in millimetres.
pub(crate) const PANEL_MM: (i32, i32) = (1895, 1066);
pub(crate) const PANEL_UM: (i32, i32) = (PANEL_MM.0 * 1000, PANEL_MM.1 * 1000);
/// Units of the panel to a millimetre.
const RESOLUTION: i32 = 20;
/// Contacts that the panel tells apart.
const SLOTS: i32 = 40;
/// Points of one stroke, and scans with the pen up after it: a tenth of a second, as between words. A shorter gap the
/// driver takes for a shadow and closes.
pub(crate) const STROKE_POINTS: usize = 40;
const GAP_SCANS: usize = 24;
/// Scans from the beginning of a stroke to that of the next.
pub(crate) const STROKE_SCANS: usize = STROKE_POINTS + GAP_SCANS;
/// A line of writing: how far a stroke goes on, how high it is, how far the next line is, in millimetres.
const ADVANCE_MM: f64 = 26.0;
const HEIGHT_MM: f64 = 16.0;
const LINE_MM: f64 = 30.0;
/// A fingertip or thick pen, in millimetres: the engine must not take it for a palm.
const TIP_MM: i32 = 6;

/// A part of the panel, in millimetres.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Region {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// The whole panel with a margin that no stroke leaves.
pub(crate) const PAGE: Region = Region { x: 20.0, y: 20.0, width: 1855.0, height: 1026.0 };

/// The crowded square of a board that a palm goes over, and where the palm's middle goes.
pub(crate) const SQUARE: Region = Region { x: 800.0, y: 400.0, width: 180.0, height: 180.0 };
pub(crate) const SQUARE_WAY: Region = Region { x: 870.0, y: 430.0, width: 40.0, height: 120.0 };

/// One scan of the panel.
pub(crate) struct Scan {
    pub(crate) at_us: u64,
    pub(crate) events: Vec<InputEvent>,
    /// Contacts that it reports.
    pub(crate) points: usize,
}

/// What the panel says of itself.
pub(crate) fn panel() -> Description {
    let axis = |max, resolution| Axis { min: 0, max, resolution };
    let (width, height) = (PANEL_MM.0 * RESOLUTION, PANEL_MM.1 * RESOLUTION);
    Description {
        name: "Dais bench panel".to_owned(),
        axes: [
            (code::ABS_MT_SLOT, axis(SLOTS - 1, 0)),
            (code::ABS_MT_TRACKING_ID, axis(0xffff, 0)),
            (code::ABS_MT_POSITION_X, axis(width, RESOLUTION)),
            (code::ABS_MT_POSITION_Y, axis(height, RESOLUTION)),
            (code::ABS_MT_TOUCH_MAJOR, axis(width, RESOLUTION)),
            (code::ABS_MT_TOUCH_MINOR, axis(width, RESOLUTION)),
        ]
        .into(),
        ..Description::default()
    }
}

/// The frames that the driver makes of scans.
pub(crate) fn frames(scans: impl IntoIterator<Item = Scan>) -> impl Iterator<Item = Frame> {
    let panel = Panel::new(&panel(), Some(PANEL_UM)).expect("the bench's own panel is whole");
    let mut decoder = Decoder::new(panel);
    scans.into_iter().flat_map(|scan| scan.events).filter_map(move |event| match decoder.feed(event) {
        Fed::Frame(frame) => Some(frame),
        Fed::Nothing | Fed::Lost | Fed::Strange(_) => None,
    })
}

/// People who write at once, each in a part of a region.
pub(crate) struct Writing {
    pens: Vec<Pen>,
    hz: u64,
    scan: u64,
    tracking: i32,
    /// Scans still to come with pens down; then all lift.
    left: u64,
}

struct Pen {
    region: Region,
    random: Random,
    /// Strokes begun so far.
    strokes: usize,
    /// Where in the cycle of stroke and gap it is.
    step: usize,
    from: (f64, f64),
    shape: [f64; 4],
    down: bool,
}

impl Writing {
    /// `pens` pens for `scans` scans at `hz`; the seed chooses what they write.
    pub(crate) fn new(pens: usize, hz: u64, scans: u64, region: Region, seed: u64) -> Self {
        let (columns, rows) = grid(pens);
        let cell = (region.width / columns as f64, region.height / rows as f64);
        let pens = (0..pens).map(|pen| {
            let (x, y) = ((pen % columns) as f64 * cell.0, (pen / columns) as f64 * cell.1);
            let region =
                Region { x: region.x + x, y: region.y + y, width: cell.0 - 2.0, height: cell.1 - 2.0 };
            Pen::new(region, seed.wrapping_mul(1000) + pen as u64)
        });
        Self { pens: pens.collect(), hz, scan: 0, tracking: 0, left: scans }
    }
}

/// Columns and rows for so many people before a wide panel.
fn grid(pens: usize) -> (usize, usize) {
    match pens {
        0..=1 => (1, 1),
        2 => (2, 1),
        3..=5 => (5, 1),
        6..=10 => (5, 2),
        _ => (10, pens.div_ceil(10)),
    }
}

impl Iterator for Writing {
    type Item = Scan;

    fn next(&mut self) -> Option<Scan> {
        let ends = self.left == 0;
        if ends && self.pens.iter().all(|pen| !pen.down) {
            return None;
        }
        self.left = self.left.saturating_sub(1);
        let at_us = self.scan * 1_000_000 / self.hz;
        self.scan += 1;
        let mut scan = Scan { at_us, events: Vec::with_capacity(self.pens.len() * 4 + 1), points: 0 };
        for (slot, pen) in (0..).zip(&mut self.pens) {
            pen.report(slot, ends, &mut self.tracking, &mut scan);
        }
        scan.events.push(InputEvent::report(at_us));
        Some(scan)
    }
}

impl Pen {
    fn new(region: Region, seed: u64) -> Self {
        let mut random = Random(seed ^ 0x9e37_79b9_7f4a_7c15);
        // Pens do not lift all in the same scan.
        let step = random.below(STROKE_POINTS as u64) as usize + STROKE_POINTS;
        Self { region, random, strokes: 0, step, from: (0.0, 0.0), shape: [0.0; 4], down: false }
    }

    fn report(&mut self, slot: i32, ends: bool, tracking: &mut i32, scan: &mut Scan) {
        let at_us = scan.at_us;
        let mut put = |code, value| scan.events.push(InputEvent::new(at_us, code::EV_ABS, code, value));
        self.step += 1;
        if self.down && (ends || self.step >= STROKE_POINTS) {
            put(code::ABS_MT_SLOT, slot);
            put(code::ABS_MT_TRACKING_ID, -1);
            self.down = false;
        } else if self.down {
            let (x, y) = self.place();
            put(code::ABS_MT_SLOT, slot);
            put(code::ABS_MT_POSITION_X, x);
            put(code::ABS_MT_POSITION_Y, y);
        } else if !ends && self.step >= STROKE_SCANS {
            self.begin();
            *tracking = (*tracking + 1) & 0xffff;
            let (x, y) = self.place();
            put(code::ABS_MT_SLOT, slot);
            put(code::ABS_MT_TRACKING_ID, *tracking);
            put(code::ABS_MT_POSITION_X, x);
            put(code::ABS_MT_POSITION_Y, y);
            put(code::ABS_MT_TOUCH_MAJOR, TIP_MM * RESOLUTION);
            put(code::ABS_MT_TOUCH_MINOR, TIP_MM * RESOLUTION);
        } else {
            return;
        }
        scan.points += 1;
    }

    /// The next word's place: from left to right, from top to bottom, then over it again, a little beside.
    fn begin(&mut self) {
        let in_line = ((self.region.width / (ADVANCE_MM + 4.0)) as usize).max(1);
        let lines = ((self.region.height / LINE_MM) as usize).max(1);
        let (word, line) = (self.strokes % in_line, self.strokes / in_line % lines);
        let mut beside = |by: f64| by * self.random.unit();
        self.from = (
            self.region.x + word as f64 * (ADVANCE_MM + 4.0) + beside(8.0),
            self.region.y + line as f64 * LINE_MM + HEIGHT_MM / 2.0 + beside(10.0),
        );
        self.shape = [1.0 + beside(1.5), beside(1.0), 0.5 + beside(0.5), 1.0 + beside(4.0)];
        self.strokes += 1;
        self.step = 0;
        self.down = true;
    }

    fn place(&self) -> (i32, i32) {
        let t = self.step as f64 / STROKE_POINTS as f64;
        let [loops, phase, height, slant] = self.shape;
        let y = wave(loops * t + phase) * height * HEIGHT_MM / 2.0;
        let x = ADVANCE_MM * t + slant * wave(loops * t + phase + 0.25);
        let units = |mm: f64, most: i32| ((mm * f64::from(RESOLUTION)) as i32).clamp(0, most * RESOLUTION);
        (units(self.from.0 + x, PANEL_MM.0), units(self.from.1 + y, PANEL_MM.1))
    }
}

/// A round wave of period 1 between -1 and 1, made of two parabolas.
fn wave(t: f64) -> f64 {
    let t = t - t.floor();
    let half = |t: f64| 16.0 * t * (0.5 - t);
    if t < 0.5 { half(t) } else { -half(t - 0.5) }
}

/// One pen that makes exactly `count` points at 240 Hz, 8 pixels of a 3840-pixel screen apart, to and fro, and lifts.
pub(crate) fn points(count: u64) -> Vec<Scan> {
    const STEP: i32 = PANEL_MM.0 * RESOLUTION * 8 / 3840;
    const ROW: u64 = 400;
    let mut all = Vec::new();
    for step in 0..=count {
        let at_us = step * 1_000_000 / 240;
        let (row, column) = (step / ROW, (step % ROW) as i32);
        let x = if row.is_multiple_of(2) { column } else { ROW as i32 - column };
        let mut events = vec![InputEvent::new(at_us, code::EV_ABS, code::ABS_MT_SLOT, 0)];
        let mut put = |code, value| events.push(InputEvent::new(at_us, code::EV_ABS, code, value));
        if step == count {
            put(code::ABS_MT_TRACKING_ID, -1);
        } else {
            if step == 0 {
                put(code::ABS_MT_TRACKING_ID, 1);
            }
            put(code::ABS_MT_POSITION_X, 2 * RESOLUTION + x * STEP);
            put(code::ABS_MT_POSITION_Y, 2 * RESOLUTION + (row as i32 % 80) * 3 * STEP);
        }
        events.push(InputEvent::report(at_us));
        all.push(Scan { at_us, events, points: 1 });
    }
    all
}

/// A palm as wide as `width_mm` that goes over a region line by line, at `hz`, `scans` long.
pub(crate) fn palm(region: Region, width_mm: i32, hz: u64, scans: u64) -> Vec<Scan> {
    let mut all = Vec::new();
    for step in 0..=scans {
        let at_us = step * 1_000_000 / hz;
        let t = step as f64 / scans as f64;
        let (x, y) = (region.x + region.width * (0.5 + 0.5 * wave(t)), region.y + region.height * t);
        let mut events = Vec::new();
        let mut put = |code, value| events.push(InputEvent::new(at_us, code::EV_ABS, code, value));
        put(code::ABS_MT_SLOT, 0);
        if step == scans {
            put(code::ABS_MT_TRACKING_ID, -1);
        } else {
            if step == 0 {
                put(code::ABS_MT_TRACKING_ID, 1);
                put(code::ABS_MT_TOUCH_MAJOR, width_mm * RESOLUTION);
                put(code::ABS_MT_TOUCH_MINOR, width_mm * RESOLUTION);
            }
            put(code::ABS_MT_POSITION_X, (x * f64::from(RESOLUTION)) as i32);
            put(code::ABS_MT_POSITION_Y, (y * f64::from(RESOLUTION)) as i32);
        }
        events.push(InputEvent::report(at_us));
        all.push(Scan { at_us, events, points: 1 });
    }
    all
}

/// SplitMix64 (Steele et al. 2014): small, and the same everywhere.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end.max(1)
    }

    /// 0..1.
    fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
