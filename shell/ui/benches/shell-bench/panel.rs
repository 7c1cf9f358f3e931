//! A panel that is not there: the kernel's own bytes, written into a FIFO that the shell's touch thread reads like a
//! device. A report is one write, which a pipe keeps whole, so several hands have a handle each.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use display::SourceSpec;
use rustix::fs::{CWD, FileType, Mode, mknodat};
use touch::{Axis, Description, InputEvent, code, evemu};

/// 86 inches, in millimetres.
pub(crate) const PANEL_MM: (i32, i32) = (1895, 1066);
/// Units of the panel to a millimetre.
const RESOLUTION: i32 = 20;
/// Contacts that the panel tells apart.
const SLOTS: i32 = 40;
/// A fingertip, in millimetres.
const TIP_MM: i32 = 9;
/// A panel reports so often.
pub(crate) const SCAN: Duration = Duration::from_millis(5);

/// One hand's end of the panel.
pub(crate) struct Hand {
    pipe: File,
    screen: (u32, u32),
    began: Instant,
    slot: i32,
    tracking: i32,
}

/// Makes the panel in a folder: its FIFO, and what the shell is told of it.
pub(crate) fn make(folder: &Path) -> (PathBuf, SourceSpec) {
    let (path, desc) = (folder.join("panel"), folder.join("panel.desc"));
    let axis = |max, resolution| Axis { min: 0, max, resolution };
    let (width, height) = (PANEL_MM.0 * RESOLUTION, PANEL_MM.1 * RESOLUTION);
    let description = Description {
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
    };
    std::fs::write(&desc, evemu::write_description(&description)).unwrap();
    mknodat(CWD, &path, FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).unwrap();
    (path.clone(), SourceSpec { path, desc: Some(desc) })
}

impl Hand {
    /// A hand whose contacts have the slots from `slot` on; all hands count time from `began`.
    pub(crate) fn new(fifo: &Path, screen: (u32, u32), began: Instant, slot: i32) -> Self {
        // For both ways, so that it opens before the shell does.
        let pipe = File::options().read(true).write(true).open(fifo).unwrap();
        Self { pipe, screen, began, slot, tracking: slot * 1000 }
    }

    /// One report: where contacts are, in pixels of the screen; `None` lifts.
    pub(crate) fn report(&mut self, contacts: &[(i32, Option<(f64, f64)>)], down: bool) -> Instant {
        let time_us = u64::try_from(self.began.elapsed().as_micros()).unwrap();
        let mut bytes = Vec::new();
        let mut put = |code, value| {
            let event = InputEvent { time_us, kind: code::EV_ABS, code, value };
            bytes.extend_from_slice(&event.to_bytes());
        };
        for (slot, at) in contacts {
            put(code::ABS_MT_SLOT, self.slot + slot);
            let Some((x, y)) = at else {
                put(code::ABS_MT_TRACKING_ID, -1);
                continue;
            };
            if down {
                self.tracking = (self.tracking + 1) & 0xffff;
                put(code::ABS_MT_TRACKING_ID, self.tracking);
                put(code::ABS_MT_TOUCH_MAJOR, TIP_MM * RESOLUTION);
                put(code::ABS_MT_TOUCH_MINOR, TIP_MM * RESOLUTION);
            }
            put(code::ABS_MT_POSITION_X, units(*x, self.screen.0, PANEL_MM.0));
            put(code::ABS_MT_POSITION_Y, units(*y, self.screen.1, PANEL_MM.1));
        }
        bytes.extend_from_slice(&InputEvent::report(time_us).to_bytes());
        let at = Instant::now();
        self.pipe.write_all(&bytes).unwrap();
        at
    }
}

fn units(px: f64, screen: u32, mm: i32) -> i32 {
    (px / f64::from(screen) * f64::from(mm * RESOLUTION)).round() as i32
}
