//! From jittery reports to a smooth path: a wobble filter for slow hands, then a pen tip hung on a spring.
//!
//! Both after google/ink-stroke-modeler (Apache-2.0), whose constants we start from; our own arithmetic, in
//! micrometres and seconds, with nothing allocated.

/// The spring: acceleration per distance, in 1/s2. ink-stroke-modeler's `spring_mass_constant` is 11/32400 s2.
const STIFFNESS: f32 = 32_400.0 / 11.0;
/// The drag on the tip, in 1/s: enough that it does not swing, little enough that it does not lag.
const DRAG: f32 = 72.0;
/// The drag while catching up at the end: critical (twice the root of the stiffness), so it stops where it should.
const END_DRAG: f32 = 108.5;
/// The longest step of the integration, in seconds: a 240 Hz digitiser, and well inside stability.
const STEP_S: f32 = 1.0 / 240.0;
/// The most steps for one report: after a pause of 83 ms the tip has arrived anyway.
const MOST_STEPS: u32 = 20;

/// The wobble filter averages over this long, in microseconds.
const WOBBLE_WINDOW_US: u64 = 40_000;
/// Below this speed the average is taken, in um/s.
const WOBBLE_FULL: f32 = 12_000.0;
/// Above this speed the report is taken as it is, in um/s.
const WOBBLE_NONE: f32 = 25_000.0;
/// How many reports the window holds: 40 ms at 400 Hz.
const WOBBLE_REPORTS: usize = 16;

#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Point {
    pub(crate) x: f32,
    pub(crate) y: f32,
}

impl Point {
    pub(crate) fn distance(self, other: Point) -> f32 {
        let (dx, dy) = (self.x - other.x, self.y - other.y);
        (dx * dx + dy * dy).sqrt()
    }

    pub(crate) fn toward(self, other: Point, part: f32) -> Point {
        Point { x: self.x + (other.x - self.x) * part, y: self.y + (other.y - self.y) * part }
    }
}

/// Averages the reports of a slow contact, whose jitter is larger than its movement.
#[derive(Clone, Debug)]
pub(crate) struct Wobble {
    recent: [(Point, u64); WOBBLE_REPORTS],
    next: usize,
    filled: usize,
}

impl Wobble {
    pub(crate) fn new(at: Point, t_us: u64) -> Wobble {
        Wobble { recent: [(at, t_us); WOBBLE_REPORTS], next: 1, filled: 1 }
    }

    pub(crate) fn filter(&mut self, at: Point, t_us: u64) -> Point {
        self.recent[self.next] = (at, t_us);
        self.next = (self.next + 1) % WOBBLE_REPORTS;
        self.filled = (self.filled + 1).min(WOBBLE_REPORTS);
        let (mut sum, mut count) = (Point::default(), 0.0);
        let (mut path, mut oldest, mut newer) = (0.0, t_us, at);
        for back in 1..=self.filled {
            let (place, when) = self.recent[(self.next + WOBBLE_REPORTS - back) % WOBBLE_REPORTS];
            if t_us.saturating_sub(when) > WOBBLE_WINDOW_US {
                break;
            }
            sum.x += place.x - at.x;
            sum.y += place.y - at.y;
            count += 1.0;
            path += place.distance(newer);
            newer = place;
            oldest = when;
        }
        let seconds = t_us.saturating_sub(oldest) as f32 * 1e-6;
        if seconds <= 0.0 {
            return at;
        }
        let average = Point { x: at.x + sum.x / count, y: at.y + sum.y / count };
        let fast = (path / seconds - WOBBLE_FULL) / (WOBBLE_NONE - WOBBLE_FULL);
        average.toward(at, fast.clamp(0.0, 1.0))
    }
}

/// The pen tip on its spring.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spring {
    pub(crate) tip: Point,
    velocity: Point,
    /// Where the contact was last seen.
    pub(crate) anchor: Point,
}

impl Spring {
    pub(crate) fn new(at: Point) -> Spring {
        Spring { tip: at, velocity: Point::default(), anchor: at }
    }

    /// Speed of the tip, in um/s.
    pub(crate) fn speed(&self) -> f32 {
        self.velocity.distance(Point::default())
    }

    fn step(&mut self, anchor: Point, drag: f32, dt: f32) {
        // Velocity first, then place (semi-implicit): stays stable where the plain way swings up.
        let pull = |to: f32, at: f32, v: f32| ((to - at) * STIFFNESS - v * drag) * dt;
        self.velocity.x += pull(anchor.x, self.tip.x, self.velocity.x);
        self.velocity.y += pull(anchor.y, self.tip.y, self.velocity.y);
        self.tip.x += self.velocity.x * dt;
        self.tip.y += self.velocity.y * dt;
    }

    /// Follows the contact to `to` over `seconds`, telling each place of the tip and the time it took.
    pub(crate) fn follow(&mut self, to: Point, seconds: f32, mut each: impl FnMut(&Spring, f32)) {
        let steps = ((seconds / STEP_S).ceil() as u32).clamp(1, MOST_STEPS);
        let dt = (seconds / steps as f32).clamp(1e-5, STEP_S);
        let from = self.anchor;
        for step in 1..=steps {
            self.anchor = from.toward(to, step as f32 / steps as f32);
            self.step(self.anchor, DRAG, dt);
            each(self, dt);
        }
    }

    /// Lets the tip come to rest at the anchor, telling each place.
    pub(crate) fn settle(&mut self, near: f32, mut each: impl FnMut(&Spring, f32)) {
        let mut before = self.tip.distance(self.anchor);
        for _ in 0..MOST_STEPS {
            if before <= near {
                break;
            }
            self.step(self.anchor, END_DRAG, STEP_S);
            let now = self.tip.distance(self.anchor);
            if now > before {
                break;
            }
            before = now;
            each(self, STEP_S);
        }
        self.tip = self.anchor;
        self.velocity = Point::default();
        each(self, STEP_S);
    }
}
