//! Fingers, pens and palms on a panel that is not there: the kernel's own bytes, written into a FIFO that the
//! shell reads like a device.

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use rustix::fs::{CWD, FileType, Mode, OFlags, mknodat};
use tokio::time::MissedTickBehavior;
use touch::{Axis, Description, InputEvent, code, evemu};

/// Contacts that the panel tells apart.
const SLOTS: i32 = 40;
/// Units a millimetre.
const RESOLUTION: i32 = 20;
/// 86 inches, a board's panel.
const BOARD_MM: (i32, i32) = (1895, 1066);
/// 32 inches upright, a kiosk's.
const KIOSK_MM: (i32, i32) = (398, 708);
/// Time between two frames of the panel, 200 Hz.
const FRAME: Duration = Duration::from_millis(5);
/// How long a hand is off the glass between two touches at least: nobody taps one place more than ten times a second, and a
/// panel takes what comes back within 25 ms for the same touch.
const OFF_THE_GLASS: Duration = Duration::from_millis(50);
/// A fingertip's width in panel units, 9 mm.
const FINGERTIP: i32 = 9 * RESOLUTION;

/// How large the panel behind a screen of so many pixels is, in millimetres: an upright one is a kiosk's.
pub fn panel_mm(screen: (u32, u32)) -> (i32, i32) {
    if screen.0 < screen.1 { KIOSK_MM } else { BOARD_MM }
}

/// One contact's way over the screen, in screen pixels.
#[derive(Clone, Debug)]
pub struct Contact {
    /// The points it passes, one a frame.
    pub points: Vec<(f64, f64)>,
    /// Its width in millimetres; above 22 it is a palm.
    pub width_mm: i32,
}

impl Contact {
    /// A fingertip that passes these points.
    pub fn finger(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { points: points.into_iter().collect(), width_mm: FINGERTIP / RESOLUTION }
    }

    /// A flat hand that passes these points.
    pub fn palm(points: impl IntoIterator<Item = (f64, f64)>) -> Self {
        Self { points: points.into_iter().collect(), width_mm: 60 }
    }
}

/// The panel's writing end.
#[derive(Debug)]
pub struct Fingers {
    fifo: File,
    screen: (u32, u32),
    begun: Instant,
    tracking: i32,
    lifted: Option<tokio::time::Instant>,
}

impl Fingers {
    /// Makes the panel in `dir`; returns it and the `--touch` argument for the shell.
    pub fn make(dir: &Path, screen: (u32, u32)) -> Result<(Self, String)> {
        let (fifo, desc) = (dir.join("panel"), dir.join("panel.desc"));
        if !fifo.exists() {
            mknodat(CWD, &fifo, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0)
                .context("the panel's FIFO cannot be made")?;
        }
        std::fs::write(&desc, evemu::write_description(&description(panel_mm(screen))))?;
        let spec = format!("{},{}", fifo.display(), desc.display());
        // Open for both ways, so that neither side waits for the other and the reader sees no end of file.
        let file = File::options()
            .read(true)
            .write(true)
            .custom_flags(OFlags::CLOEXEC.bits().cast_signed())
            .open(&fifo)?;
        Ok((Self { fifo: file, screen, begun: Instant::now(), tracking: 0, lifted: None }, spec))
    }

    /// Touches a point and lets go, no sooner after the last touch than a hand can.
    pub async fn tap(&mut self, x: i32, y: i32) -> Result<()> {
        if let Some(lifted) = self.lifted {
            tokio::time::sleep_until(lifted + OFF_THE_GLASS).await;
        }
        let point = (f64::from(x), f64::from(y));
        self.play(&[Contact::finger([point; 4])]).await
    }

    /// Plays several contacts at once, each in a slot of its own, frame by frame, until all have lifted.
    pub async fn play(&mut self, paths: &[Contact]) -> Result<()> {
        let longest = paths.iter().map(|path| path.points.len()).max().unwrap_or(0);
        self.frames(paths, longest + 1).await?;
        self.lifted = Some(tokio::time::Instant::now());
        Ok(())
    }

    /// The same without the lift at the end: the hand stays where it is.
    pub async fn play_and_stay(&mut self, paths: &[Contact]) -> Result<()> {
        let shortest = paths.iter().map(|path| path.points.len()).min().unwrap_or(0);
        self.frames(paths, shortest).await
    }

    /// Lifts so many hands that stayed.
    pub fn lift(&mut self, count: usize) -> Result<()> {
        let time_us = u64::try_from(self.begun.elapsed().as_micros())?;
        let mut bytes = Vec::new();
        for slot in (0..SLOTS).take(count) {
            for (code, value) in [(code::ABS_MT_SLOT, slot), (code::ABS_MT_TRACKING_ID, -1)] {
                bytes.extend_from_slice(&InputEvent { time_us, kind: code::EV_ABS, code, value }.to_bytes());
            }
        }
        bytes.extend_from_slice(&InputEvent::report(time_us).to_bytes());
        Ok(self.fifo.write_all(&bytes)?)
    }

    async fn frames(&mut self, paths: &[Contact], count: usize) -> Result<()> {
        // A hand moves in real time, and so does a panel's clock.
        let mut beat = tokio::time::interval(FRAME);
        beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        for frame in 0..count {
            beat.tick().await;
            let time_us = u64::try_from(self.begun.elapsed().as_micros())?;
            let mut bytes = Vec::new();
            for (slot, path) in (0..SLOTS).zip(paths) {
                self.write(&mut bytes, slot, path, (frame, time_us));
            }
            bytes.extend_from_slice(&InputEvent::report(time_us).to_bytes());
            self.fifo.write_all(&bytes)?;
        }
        Ok(())
    }

    /// The raw bytes of a broken panel.
    pub fn garble(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.fifo.write_all(bytes)?)
    }

    fn write(&mut self, bytes: &mut Vec<u8>, slot: i32, path: &Contact, (frame, time_us): (usize, u64)) {
        let mut put = |code, value| {
            bytes.extend_from_slice(&InputEvent { time_us, kind: code::EV_ABS, code, value }.to_bytes())
        };
        if frame == path.points.len() {
            put(code::ABS_MT_SLOT, slot);
            put(code::ABS_MT_TRACKING_ID, -1);
        } else if let Some(&(x, y)) = path.points.get(frame) {
            put(code::ABS_MT_SLOT, slot);
            if frame == 0 {
                self.tracking = (self.tracking + 1) & 0xffff;
                put(code::ABS_MT_TRACKING_ID, self.tracking);
                put(code::ABS_MT_TOUCH_MAJOR, path.width_mm * RESOLUTION);
                put(code::ABS_MT_TOUCH_MINOR, path.width_mm * RESOLUTION);
            }
            put(code::ABS_MT_POSITION_X, units(x, self.screen.0, panel_mm(self.screen).0));
            put(code::ABS_MT_POSITION_Y, units(y, self.screen.1, panel_mm(self.screen).1));
        }
    }
}

fn units(px: f64, screen: u32, mm: i32) -> i32 {
    (px / f64::from(screen) * f64::from(mm * RESOLUTION)).round() as i32
}

fn description((width, height): (i32, i32)) -> Description {
    let axis = |max, resolution| Axis { min: 0, max, resolution };
    Description {
        name: "Dais suite panel".to_owned(),
        keys: [code::BTN_TOUCH].into(),
        axes: [
            (code::ABS_MT_SLOT, axis(SLOTS - 1, 0)),
            (code::ABS_MT_TOUCH_MAJOR, axis(width * RESOLUTION, RESOLUTION)),
            (code::ABS_MT_TOUCH_MINOR, axis(height * RESOLUTION, RESOLUTION)),
            (code::ABS_MT_POSITION_X, axis(width * RESOLUTION, RESOLUTION)),
            (code::ABS_MT_POSITION_Y, axis(height * RESOLUTION, RESOLUTION)),
            (code::ABS_MT_TRACKING_ID, axis(0xffff, 0)),
        ]
        .into(),
        ..Description::default()
    }
}
