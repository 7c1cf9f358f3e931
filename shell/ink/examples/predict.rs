//! Gate P1: how far the tail's end is from where the contact is 16 ms later, in pixels at 60 px/cm.
//!
//! ```sh
//! cargo run --release -p ink --example predict [recording.evemu ...]
//! ```
//! First the made-up pens of the tests on three digitisers, then recordings of real ones in evemu's format: each
//! contact of a touch screen, each time a pen's tip is down. There the truth is the contact's own later
//! reports, noise and all. "Beyond" is how much too far along its way a prediction went, in 99 of 100.
#[path = "../src/tests/pens.rs"]
mod pens;

use ink::{Brush, Sample, Stroker};

const AHEAD_US: u32 = 16_000;
const PX_UM: f64 = 10_000.0 / 60.0;
/// Shorter contacts are taps, and reports further apart than this, in microseconds, have nothing between them.
const SHORTEST: usize = 9;
const GAP_US: u64 = 30_000;
/// Units a millimetre where a recording does not say: what Wacom's pens of that time have.
const RESOLUTION: f64 = 200.0;

/// The first of the made-up pens are one of each kind, and so are the last two.
const KINDS: usize = 5;

type Report = (i32, i32, u64);
/// How far off, and how far beyond.
type Errors = Vec<(f64, f64)>;

fn main() {
    for (name, device) in [("frame, 120 Hz", pens::FRAME), ("active pen, 240 Hz", pens::ACTIVE)] {
        let mut all = Errors::new();
        for (number, pen) in pens::pens(7).iter().enumerate() {
            let reports = pens::reports(pen, device, number as u64 * 31 + 5);
            let truth = |us: f64| {
                let then = us * 1e-6 - 1.0;
                (then <= pen.seconds).then(|| (pen.motion)(then))
            };
            let errors = follow(&reports, truth);
            if number < KINDS || number + 2 >= pens::pens(7).len() {
                report(&format!("  {}", pen.name), errors.clone());
            }
            all.extend(errors);
        }
        report(&format!("made-up pens on a {name}"), all);
    }
    for path in std::env::args().skip(1) {
        match std::fs::read(&path) {
            Ok(bytes) => {
                let contacts = contacts(&String::from_utf8_lossy(&bytes));
                let errors = contacts.iter().flat_map(|reports| follow(reports, |us| between(reports, us)));
                report(&format!("{path}, {} contacts", contacts.len()), errors.collect());
            }
            Err(error) => eprintln!("{path}: {error}"),
        }
    }
}

fn report(what: &str, mut errors: Errors) {
    if errors.is_empty() {
        eprintln!("{what}: nothing to measure");
        return;
    }
    let count = errors.len();
    let rms = (errors.iter().map(|(off, _)| off * off).sum::<f64>() / count as f64).sqrt();
    errors.sort_by(|a, b| a.0.total_cmp(&b.0));
    let most = errors[count * 95 / 100].0;
    errors.sort_by(|a, b| a.1.total_cmp(&b.1));
    let beyond = errors[count * 99 / 100].1;
    eprintln!("{what}: {count} predictions, rms {rms:.2} px, p95 {most:.2} px, beyond {beyond:.2} px");
}

/// Writes one contact and measures every prediction.
fn follow(reports: &[Report], truth: impl Fn(f64) -> Option<(f64, f64)>) -> Errors {
    let sample = |(x_um, y_um, t_us): Report| Sample { x_um, y_um, t_us, pressure: None };
    let mut stroker = Stroker::new(Brush { width_um: 4_000, lively: true }, sample(reports[0]));
    let mut errors = Errors::new();
    for (number, report) in reports.iter().enumerate().skip(1) {
        stroker.push(sample(*report));
        let then = report.2 as f64 + f64::from(AHEAD_US);
        let (Some(goal), Some((x, y)), Some(next)) =
            (stroker.tail(AHEAD_US).last(), truth(then), truth(then + 2_000.0))
        else {
            continue;
        };
        if number >= 4 {
            let (dx, dy) = (f64::from(goal.x_um) - x, f64::from(goal.y_um) - y);
            let (way_x, way_y) = (next.0 - x, next.1 - y);
            let beyond = (dx * way_x + dy * way_y) / way_x.hypot(way_y).max(1.0);
            errors.push((dx.hypot(dy) / PX_UM, beyond / PX_UM));
        }
    }
    errors
}

/// Where a contact was, by its reports before and after.
fn between(reports: &[Report], us: f64) -> Option<(f64, f64)> {
    let after = reports.partition_point(|report| (report.2 as f64) < us);
    let (a, b) = (reports.get(after.checked_sub(1)?)?, reports.get(after)?);
    let part = (us - a.2 as f64) / (b.2 - a.2) as f64;
    let at = |a: i32, b: i32| f64::from(a) + f64::from(b - a) * part;
    (b.2 - a.2 <= GAP_US).then(|| (at(a.0, b.0), at(a.1, b.1)))
}

/// A contact while it is down.
#[derive(Clone, Default)]
struct Slot {
    down: bool,
    moved: bool,
    x: i32,
    y: i32,
    reports: Vec<Report>,
}

/// What a device has said since the start of a recording.
#[derive(Default)]
struct Device {
    slots: Vec<Slot>,
    slot: usize,
    multi: bool,
    units: (f64, f64),
    /// The device's own clock (MSC_TIMESTAMP), which is more even than the kernel's; 0 where there is none.
    clock_us: u64,
    stamp: u64,
    done: Vec<Vec<Report>>,
}

/// Every contact of a recording: evemu-format(5), `A:` axes and `E:` events.
fn contacts(text: &str) -> Vec<Vec<Report>> {
    let mut device = Device { slots: vec![Slot::default(); 64], ..Device::default() };
    let mut units = [0.0; 64];
    for words in text.lines().filter_map(|line| line.strip_prefix("A:")) {
        let words: Vec<&str> = words.split_whitespace().collect();
        let axis = words.first().and_then(|word| usize::from_str_radix(word, 16).ok());
        if let (Some(axis), Some(unit)) = (axis, words.get(5).and_then(|word| word.parse().ok()))
            && let Some(place) = units.get_mut(axis)
        {
            *place = unit;
        }
        device.multi |= axis == Some(0x35);
    }
    let (x, y) = if device.multi { (units[0x35], units[0x36]) } else { (units[0], units[1]) };
    device.units = if x > 0.0 && y > 0.0 { (x, y) } else { (RESOLUTION, RESOLUTION) };
    for line in text.lines().filter_map(|line| line.strip_prefix("E:")) {
        if let Some((us, kind, code, value)) = event(line) {
            device.take(us, kind, code, value);
        }
    }
    device.done.retain(|reports| reports.len() >= SHORTEST);
    device.done
}

/// Time in microseconds, kind, code, value.
fn event(line: &str) -> Option<(u64, u16, u16, i32)> {
    let mut words = line.split_whitespace();
    let (seconds, micros) = words.next()?.split_once('.')?;
    let us = seconds.parse::<u64>().ok()?.checked_mul(1_000_000)? + micros.parse::<u64>().ok()?;
    let mut code = || u16::from_str_radix(words.next()?, 16).ok();
    let (kind, code) = (code()?, code()?);
    Some((us, kind, code, words.next()?.parse().ok()?))
}

impl Device {
    fn take(&mut self, us: u64, kind: u16, code: u16, value: i32) {
        let slot = &mut self.slots[if self.multi { self.slot } else { 0 }];
        match (kind, code, self.multi) {
            (3, 0x2f, true) => self.slot = (value.max(0) as usize).min(self.slots.len() - 1),
            (3, 0x39, true) | (1, 0x14a, false) => {
                slot.down = if self.multi { value >= 0 } else { value == 1 };
                self.done.push(std::mem::take(&mut slot.reports));
            }
            (3, 0x35, true) | (3, 0, false) => (slot.x, slot.moved) = (value, true),
            (3, 0x36, true) | (3, 1, false) => (slot.y, slot.moved) = (value, true),
            (4, 5, _) => self.tick(us, value as u64),
            (0, 0, _) => self.frame(us),
            _ => {}
        }
    }

    fn tick(&mut self, us: u64, stamp: u64) {
        // The stamp starts again from nought now and then, and after a pause.
        let since = if stamp >= self.stamp { stamp - self.stamp } else { stamp };
        self.clock_us = if self.clock_us > 0 && since < GAP_US { self.clock_us + since } else { us };
        self.stamp = stamp;
    }

    fn frame(&mut self, us: u64) {
        let us = if self.clock_us > 0 { self.clock_us } else { us };
        let um = |units: i32, a_mm: f64| (f64::from(units) * 1_000.0 / a_mm) as i32;
        for slot in self.slots.iter_mut().filter(|slot| slot.moved) {
            slot.moved = false;
            let newer = slot.reports.last().is_none_or(|last| last.2 < us);
            if slot.down && newer {
                slot.reports.push((um(slot.x, self.units.0), um(slot.y, self.units.1), us));
            }
        }
    }
}
