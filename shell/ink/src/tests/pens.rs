//! Made-up pens for measuring: ways of writing on a wall as a motion of time, and a digitiser that reports
//! them with noise, in steps, and not quite in time. Everything is a function of a seed.
//!
//! Handwriting is a sum of ballistic strokes that start before the last has ended (Plamondon's kinematic
//! theory, with minimum-jerk strokes after Flash and Hogan), or two oscillations that drift (Hollerbach).

/// A pen's place at a time, in micrometres and seconds.
pub(crate) type Motion = Box<dyn Fn(f64) -> (f64, f64)>;

pub(crate) struct Pen {
    pub(crate) name: &'static str,
    pub(crate) seconds: f64,
    pub(crate) motion: Motion,
}

/// A small generator of repeatable numbers (the constants of Knuth's MMIX).
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    /// 0..1.
    pub(crate) fn part(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.part()
    }

    /// Normal, by the sum of twelve.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.part()).sum::<f64>() - 6.0
    }
}

/// The way gone of a stroke that starts and ends at rest with the least jerk.
fn ballistic(part: f64) -> f64 {
    let t = part.clamp(0.0, 1.0);
    t * t * t * (10.0 + t * (6.0 * t - 15.0))
}

/// Connected loops: letters of this height, so many a second.
fn loops(dice: &mut Dice, height: f64, hertz: f64) -> Motion {
    let turn = std::f64::consts::TAU * hertz;
    let (phase, lean, wide) = (dice.between(0.8, 2.2), dice.between(-0.2, 0.5), dice.between(0.5, 0.9));
    let (beat, deep) = (dice.between(0.2, 0.5), dice.between(0.1, 0.4));
    Box::new(move |t| {
        let grow = 1.0 + deep * (turn * beat * t).sin();
        let up = height * 0.5 * grow * (turn * t).sin();
        let x = height * 0.45 * hertz * t + height * 0.5 * wide * (turn * t + phase).sin() + lean * up;
        (100_000.0 + x, 300_000.0 - up)
    })
}

/// Print: strokes from place to place, each starting while the last still slows down.
fn strokes(dice: &mut Dice, length: f64, seconds: f64, overlap: f64) -> Motion {
    let mut begin = 0.0;
    let pieces: Vec<(f64, f64, f64, f64)> = (0..40)
        .map(|number| {
            let lasts = seconds * dice.between(0.7, 1.4);
            let angle = dice.between(0.0, std::f64::consts::TAU);
            let far = length * dice.between(0.4, 1.3);
            let piece = (begin, lasts, far * angle.cos() + length * 0.1, far * angle.sin());
            begin += lasts * (1.0 - overlap * if number % 3 == 0 { 0.0 } else { 1.0 });
            piece
        })
        .collect();
    Box::new(move |t| {
        pieces.iter().fold((500_000.0, 500_000.0), |(x, y), (begin, lasts, dx, dy)| {
            let gone = ballistic((t - begin) / lasts);
            (x + dx * gone, y + dy * gone)
        })
    })
}

/// Hatching to and fro.
fn hatching(length: f64, hertz: f64) -> Motion {
    let turn = std::f64::consts::TAU * hertz;
    Box::new(move |t| {
        // A little of the third harmonic makes the ends quick, as a hand does.
        let swing = (turn * t).sin() - (3.0 * turn * t).sin() * 0.06;
        (400_000.0 + length * 0.5 * swing + 4_000.0 * t, 400_000.0 + length * 0.35 * swing + 20_000.0 * t)
    })
}

/// Pens as they write on a wall: sizes in micrometres.
pub(crate) fn pens(seed: u64) -> Vec<Pen> {
    let mut dice = Dice(seed);
    let mut pens = Vec::new();
    let mut add = |name, seconds, motion| pens.push(Pen { name, seconds, motion });
    for _ in 0..4 {
        let (small, large) = (dice.between(1.8, 3.2), dice.between(1.2, 2.2));
        add("small letters", 5.0, loops(&mut dice, 18_000.0, small));
        add("large letters", 5.0, loops(&mut dice, 45_000.0, large));
        add("print", 6.0, strokes(&mut dice, 25_000.0, 0.22, 0.35));
        add("large print", 8.0, strokes(&mut dice, 70_000.0, 0.32, 0.3));
        add("slow drawing", 10.0, strokes(&mut dice, 60_000.0, 0.8, 0.4));
    }
    add("fast lines", 8.0, strokes(&mut dice, 350_000.0, 0.55, 0.15));
    add("hatching", 4.0, hatching(90_000.0, 2.2));
    pens
}

/// How a device reports.
#[derive(Clone, Copy)]
pub(crate) struct Digitiser {
    pub(crate) hertz: f64,
    /// Standard deviation of a report's place, in micrometres.
    pub(crate) noise_um: f64,
    /// The step of a reported place, in micrometres.
    pub(crate) step_um: f64,
    /// Standard deviation of a report's time, in seconds.
    pub(crate) late_s: f64,
}

/// An infrared frame: its beams are millimetres apart, its places are rounded to parts of them.
pub(crate) const FRAME: Digitiser =
    Digitiser { hertz: 120.0, noise_um: 60.0, step_um: 58.0, late_s: 0.000_1 };
/// A good active pen.
pub(crate) const ACTIVE: Digitiser =
    Digitiser { hertz: 240.0, noise_um: 20.0, step_um: 10.0, late_s: 0.000_05 };

/// What the device says of a pen: place in micrometres, time in microseconds.
pub(crate) fn reports(pen: &Pen, device: Digitiser, seed: u64) -> Vec<(i32, i32, u64)> {
    let mut dice = Dice(seed);
    (0..(pen.seconds * device.hertz) as u64)
        .map(|report| {
            let t = report as f64 / device.hertz;
            let (x, y) = (pen.motion)(t);
            let mut step = |um: f64| {
                let um = um + dice.normal() * device.noise_um;
                ((um / device.step_um).round() * device.step_um) as i32
            };
            let (x, y) = (step(x), step(y));
            (x, y, 1_000_000 + ((t + dice.normal() * device.late_s) * 1e6) as u64)
        })
        .collect()
}
