//! What every test here needs: a font without letters, a described panel, fingers, a FIFO to play them into.

#[path = "../../src/test_font.rs"]
mod test_font;
pub(crate) use test_font::font;

use display::{Config, Output, Picture, Sender, ToDisplay};
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};
use touch::{Axis, Description, InputEvent, SourceSpec, code, evemu};

/// A quarter of the wall's pixels: 1 px is about 2 mm.
pub(crate) const SIZE_PX: (u32, u32) = (960, 540);
pub(crate) const SIZE_UM: (i32, i32) = (1_895_000, 1_066_000);

/// No wait in these tests is meant to end by this; it is how long a loaded machine may take.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn config(folder: &Path, touch: Vec<SourceSpec>) -> Config {
    Config {
        size_px: SIZE_PX,
        size_um: SIZE_UM,
        touch,
        placements: touch::Placements::default(),
        urgency: touch::Urgency::Ordinary,
        output: Output::Memory,
        journal_dir: folder.join("board"),
        font: font(),
    }
}

/// A panel of ten contacts, one unit a millimetre, that measures their width.
pub(crate) fn wall() -> Description {
    let mut about = Description { name: "Dais test wall".into(), ..Description::default() };
    for (axis, max, resolution) in [
        (code::ABS_MT_SLOT, 9, 0),
        (code::ABS_MT_TRACKING_ID, 65_535, 0),
        (code::ABS_MT_POSITION_X, 1895, 1),
        (code::ABS_MT_POSITION_Y, 1066, 1),
        (code::ABS_MT_TOUCH_MAJOR, 400, 1),
        (code::ABS_MT_TOUCH_MINOR, 400, 1),
    ] {
        about.axes.insert(axis, Axis { min: 0, max, resolution });
    }
    about
}

/// Millimetres on the wall to a pixel of the picture.
pub(crate) fn px(x_mm: i32, y_mm: i32) -> (u32, u32) {
    ((x_mm * 960 / 1895) as u32, (y_mm * 540 / 1066) as u32)
}

/// Builds recordings: what ten fingers do, in millimetres.
#[derive(Default)]
pub(crate) struct Script {
    pub(crate) events: Vec<InputEvent>,
    time_us: u64,
    ids: i32,
}

impl Script {
    fn abs(&mut self, code: u16, value: i32) {
        self.events.push(InputEvent::new(self.time_us, code::EV_ABS, code, value));
    }

    pub(crate) fn down(&mut self, slot: i32, x: i32, y: i32) -> &mut Self {
        self.abs(code::ABS_MT_SLOT, slot);
        self.ids += 1;
        self.abs(code::ABS_MT_TRACKING_ID, self.ids);
        self.to(slot, x, y)
    }

    pub(crate) fn to(&mut self, slot: i32, x: i32, y: i32) -> &mut Self {
        self.abs(code::ABS_MT_SLOT, slot);
        self.abs(code::ABS_MT_POSITION_X, x);
        self.abs(code::ABS_MT_POSITION_Y, y);
        self
    }

    pub(crate) fn wide(&mut self, slot: i32, major: i32, minor: i32) -> &mut Self {
        self.abs(code::ABS_MT_SLOT, slot);
        self.abs(code::ABS_MT_TOUCH_MAJOR, major);
        self.abs(code::ABS_MT_TOUCH_MINOR, minor);
        self
    }

    pub(crate) fn up(&mut self, slot: i32) -> &mut Self {
        self.abs(code::ABS_MT_SLOT, slot);
        self.abs(code::ABS_MT_TRACKING_ID, -1);
        self
    }

    /// Ends the frame; the next one is `after_ms` later.
    pub(crate) fn frame(&mut self, after_ms: u64) -> &mut Self {
        self.events.push(InputEvent::report(self.time_us));
        self.time_us += after_ms * 1000;
        self
    }

    /// A line drawn by one finger at 100 Hz, from down to up.
    pub(crate) fn line(&mut self, slot: i32, from: (i32, i32), to: (i32, i32)) -> &mut Self {
        self.down(slot, from.0, from.1).frame(10);
        for step in 1..=20 {
            let at = |a: i32, b: i32| a + (b - a) * step / 20;
            self.to(slot, at(from.0, to.0), at(from.1, to.1)).frame(10);
        }
        self.up(slot).frame(10)
    }
}

/// A FIFO that a display reads as its panel.
pub(crate) struct Fifo {
    folder: PathBuf,
    pipe: Option<File>,
}

impl Fifo {
    pub(crate) fn new(folder: &Path) -> (Self, SourceSpec) {
        std::fs::write(folder.join("wall.desc"), evemu::write_description(&wall())).unwrap();
        let path = folder.join("touch.fifo");
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let spec = SourceSpec { path, desc: Some(folder.join("wall.desc")) };
        (Self { folder: folder.to_owned(), pipe: None }, spec)
    }

    /// Plays events at once; opening waits for the reader.
    pub(crate) fn play(&mut self, script: &mut Script) {
        let bytes: Vec<u8> = script.events.drain(..).flat_map(InputEvent::to_bytes).collect();
        self.bytes(&bytes);
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        let path = self.folder.join("touch.fifo");
        let pipe = self.pipe.get_or_insert_with(|| File::options().write(true).open(path).unwrap());
        pipe.write_all(bytes).unwrap();
    }

    /// The panel falls silent for good; the next `play` is another writer.
    pub(crate) fn close(&mut self) {
        self.pipe = None;
    }
}

pub(crate) fn screenshot(to: &Sender) -> Picture {
    let (reply, answer) = channel();
    to.send(ToDisplay::Screenshot(Box::new(move |picture| reply.send(picture).unwrap()))).unwrap();
    answer.recv_timeout(PATIENCE).unwrap()
}

/// Takes pictures until one shows what it should.
pub(crate) fn see(to: &Sender, what: &str, shows: impl Fn(&Picture) -> bool) -> Picture {
    let until = Instant::now() + PATIENCE;
    loop {
        let picture = screenshot(to);
        if shows(&picture) {
            return picture;
        }
        assert!(Instant::now() < until, "never seen: {what}");
    }
}

/// Is there something darker than paper at a place in millimetres?
pub(crate) fn ink_at(picture: &Picture, x_mm: i32, y_mm: i32) -> bool {
    let (x, y) = px(x_mm, y_mm);
    picture.at(x, y).is_some_and(|[red, green, blue]| red.min(green).min(blue) < 160)
}

/// The names of this process' threads.
pub(crate) fn threads() -> Vec<String> {
    let tasks = std::fs::read_dir("/proc/self/task").unwrap();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.ok()?.path().join("comm")).ok());
    names.map(|name| name.trim().to_owned()).collect()
}

/// Threads of the display that are still there.
pub(crate) fn our_threads() -> Vec<String> {
    threads()
        .into_iter()
        .filter(|name| name == "display" || name == "journal" || name.starts_with("touch-"))
        .collect()
}
