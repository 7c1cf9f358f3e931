//! Ten fingers that come, cross the panel and go; every contact that the driver tells of them is compared.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use touch::{ContactId, Frame, Heard, PanelPoint, Phase, Placements, Source, TouchError};

use super::uhid::{self, Finger, Uhid};
use super::{SCREEN, node_of, open};
use crate::flat::Flat;

pub(super) const FINGERS: usize = uhid::FINGERS;
/// Frames in which all fingers touch.
pub(super) const STEPS: usize = 8;
/// In an emulated machine a frame takes a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(60);
/// The kernel lifts the fingers of a panel that says nothing of them for 100 ms (hid-multitouch's sticky fingers).
const STALL: Duration = Duration::from_millis(90);
/// One visit in so many may be void for that.
const STALLED_SHARE: usize = 10;

/// Where a finger is in a step, in the panel's units. None is ever where it was before, so the kernel leaves none out.
pub(super) fn unit(finger: usize, step: usize) -> (i32, i32) {
    ((1_000 + 3_000 * finger + 7 * step) as i32, (2_000 + 3_000 * step + 11 * finger) as i32)
}

/// The same on the screen.
pub(super) fn point(finger: usize, step: usize) -> PanelPoint {
    let um = |unit: i32, size: i32| (i64::from(unit) * i64::from(size) / i64::from(uhid::MAX)) as i32;
    let (x, y) = unit(finger, step);
    PanelPoint { x_um: um(x, SCREEN.0), y_um: um(y, SCREEN.1) }
}

/// What was told of each contact, in the order in which they came.
#[derive(Default)]
pub(super) struct Told(BTreeMap<ContactId, Vec<(Phase, PanelPoint)>>);

impl Told {
    pub(super) fn add(&mut self, frame: &Frame) {
        for contact in &frame.contacts {
            self.0.entry(contact.id).or_default().push((contact.phase, contact.at));
        }
    }

    /// Contacts that have lifted.
    fn lifted(&self) -> usize {
        let ends = self.0.values().filter_map(|life| life.last());
        ends.filter(|(phase, _)| *phase == Phase::Up).count()
    }

    /// Contacts that were told this many times at least.
    fn long(&self, length: usize) -> usize {
        self.0.values().filter(|life| life.len() >= length).count()
    }

    /// Every finger went down, moved and lifted exactly as it did.
    pub(super) fn check(&self, fingers: usize, steps: usize) -> Result<()> {
        if self.0.len() != fingers {
            bail!("{} contacts instead of {fingers}", self.0.len());
        }
        for (finger, (id, life)) in self.0.iter().enumerate() {
            let mut wanted: Vec<_> = (0..steps).map(|step| (Phase::Move, point(finger, step))).collect();
            wanted[0].0 = Phase::Down;
            wanted.push((Phase::Up, point(finger, steps - 1)));
            if *life != wanted {
                bail!("finger {finger} ({id:?}) was told as {life:?} instead of {wanted:?}");
            }
        }
        Ok(())
    }
}

/// Listens until all fingers have lifted, or more that never came.
pub(super) fn listen(source: &mut Source, told: &mut Told, fingers: usize) -> Result<()> {
    hear(source, told, |told| told.lifted() >= fingers)
}

fn hear(source: &mut Source, told: &mut Told, done: impl Fn(&Told) -> bool) -> Result<()> {
    while !done(told) {
        match source.next(PATIENCE) {
            Heard::Frame(frame) => told.add(&frame),
            Heard::Nothing => bail!("the panel says nothing"),
            Heard::Strange(error) => return Err(error.into()),
            Heard::Ended(_, why) => bail!("the panel has ended: {why:?}"),
        }
    }
    Ok(())
}

/// What plays the fingers.
pub(super) trait Panel {
    /// All fingers are where they are in this step.
    fn step(&mut self, step: usize) -> Result<()>;
    /// All lift from there.
    fn lift(&mut self, step: usize) -> Result<()>;
}

/// A whole visit of ten fingers; then they come again, and the panel is pulled out from under them.
pub(super) fn visit(mut panel: impl Panel, source: &mut Source) -> Result<()> {
    let mut told = Told::default();
    for step in 0..STEPS {
        panel.step(step)?;
    }
    panel.lift(STEPS - 1)?;
    listen(source, &mut told, FINGERS)?;
    told.check(FINGERS, STEPS)?;
    let mut told = Told::default();
    panel.step(0)?;
    panel.step(1)?;
    hear(source, &mut told, |told| told.long(2) == FINGERS)?;
    drop(panel);
    loop {
        match source.next(PATIENCE) {
            Heard::Ended(frame, Some(TouchError::Lost(_))) => {
                told.add(&frame);
                break;
            }
            // The kernel lifts what is down when a device goes; whether that is heard before the end is a race.
            Heard::Frame(frame) => told.add(&frame),
            other => bail!("{other:?} when the panel was pulled out"),
        }
    }
    told.check(FINGERS, 2).context("pulled out")?;
    match source.next(Duration::ZERO) {
        Heard::Ended(frame, None) if frame.is_empty() => Ok(()),
        other => bail!("{other:?} after the end"),
    }
}

struct Hid {
    panel: Uhid,
    scan: u16,
    /// When it last said something of fingers that touch.
    last: Option<Instant>,
    /// It was silent for longer than the kernel waits.
    stalled: Rc<Cell<bool>>,
}

impl Hid {
    fn fingers(&mut self, step: usize, touches: bool) -> Result<()> {
        let fingers: Vec<_> = (0..FINGERS)
            .map(|finger| {
                let (x, y) = unit(finger, step);
                Finger { id: finger as u8, touches, x: x as u16, y: y as u16 }
            })
            .collect();
        // A frame every 8 ms, in units of 100 us.
        self.scan = self.scan.wrapping_add(80);
        self.panel.frame(&fingers, self.scan)?;
        let stalled = self.last.is_some_and(|last| last.elapsed() > STALL);
        self.stalled.set(self.stalled.get() || stalled);
        self.last = touches.then(Instant::now);
        Ok(())
    }
}

impl Panel for Hid {
    fn step(&mut self, step: usize) -> Result<()> {
        self.fingers(step, true)
    }

    fn lift(&mut self, step: usize) -> Result<()> {
        self.fingers(step, false)
    }
}

/// Plugs a HID panel in and out. A visit in which a busy machine held the panel up until the kernel lifted its fingers
/// proves nothing, and is made again.
pub(super) fn hid_cycles(vendor: u16, product: u16, cycles: usize) -> Result<String> {
    let mut flat = Flat::default();
    let (mut cycle, mut void) = (0, 0);
    while cycle < cycles {
        let serial = format!("cycle{}", cycle + void);
        let panel = Uhid::plug(vendor, product, &serial)?;
        let mut source =
            open(&node_of(&format!("{vendor:04x}:{product:04x}:{serial}"))?, &Placements::default())?;
        let stalled = Rc::new(Cell::new(false));
        let visited = visit(Hid { panel, scan: 0, last: None, stalled: stalled.clone() }, &mut source);
        drop(source);
        match visited {
            Ok(()) => {
                cycle += 1;
                flat.cycle()?;
            }
            Err(_) if stalled.get() && void <= cycles / STALLED_SHARE => void += 1,
            Err(error) => return Err(error.context(format!("cycle {cycle}, {void} visits void before"))),
        }
    }
    Ok(format!("{}, {void} visits void on a busy machine", flat.verdict()?))
}
