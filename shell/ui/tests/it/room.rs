//! A real display in memory with one finger on it: what a screen does when it is touched, and what it looks like.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use api::shell::Element;
use display::{Area, Display, Output, Picture, Placements, SourceSpec, ToDisplay};
use screens::ToastSurface;
use ui::access::Tree;
use ui::assets::Assets;
use ui::layout::Layout;
use ui::look::{Look, Scale, register_fonts};
use ui::surface::{Easel, Level, Surface};

use crate::easel::assets_folder;

/// Long enough for a loaded machine; nothing waits this long where all is well.
const PATIENCE: Duration = Duration::from_secs(30);
const SIZE_UM: (i32, i32) = (1_895_000, 1_066_000);
/// A panel of ten contacts, ten units a millimetre, as evemu describes it.
const PANEL: &str = "# EVEMU 1.3\nN: Dais test wall\nI: 0003 0001 0001 0001\n\
    B: 00 01 00 00 00 00 00 00 00\nB: 03 00 00 00 00 00 80 60 02\n\
    A: 2f 0 9 0 0 0\nA: 35 0 18950 0 0 10\nA: 36 0 10660 0 0 10\nA: 39 0 65535 0 0 0\n";

/// The kernel's numbers for what a finger does (linux/input-event-codes.h).
const EV_SYN: u16 = 0;
const EV_ABS: u16 = 3;
const SLOT: u16 = 0x2f;
const X: u16 = 0x35;
const Y: u16 = 0x36;
const TRACKING_ID: u16 = 0x39;

/// The display and what surfaces are made with.
pub(crate) struct Room {
    pub(crate) display: Display,
    pub(crate) easel: Rc<Easel>,
    pub(crate) layout: Layout,
    pub(crate) folder: PathBuf,
    size: (u32, u32),
    finger: Finger,
    /// Slint ends once its last window is hidden; on a panel one always stays.
    _stays: Surface<ToastSurface>,
}

struct Finger {
    pipe: File,
    time_us: i64,
    id: i32,
}

impl Room {
    /// On a thread of its own, as Slint keeps one platform a thread, and once a process. Where assets are not fetched, says so.
    pub(crate) fn with(size: (u32, u32), act: impl FnOnce(&mut Room) + Send) {
        if !assets_folder().join("fonts").is_dir() {
            println!("skipped: assets are not fetched (cargo xtask assets)");
            return;
        }
        std::thread::scope(|scope| {
            let acting = scope.spawn(|| {
                let folder = tempfile::tempdir().unwrap();
                let mut room = Room::new(size, folder.path());
                act(&mut room);
                room.display.shutdown();
            });
            if let Err(panic) = acting.join() {
                std::panic::resume_unwind(panic);
            }
        });
    }

    fn new(size: (u32, u32), folder: &Path) -> Self {
        let (desc, path) = (folder.join("wall.desc"), folder.join("touch.fifo"));
        std::fs::write(&desc, PANEL).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &path, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let assets = Assets::new(assets_folder());
        let fonts = assets.fonts().unwrap();
        let (display, platform) = display::start(display::Config {
            size_px: size,
            size_um: SIZE_UM,
            touch: vec![SourceSpec { path: path.clone(), desc: Some(desc) }],
            placements: Placements::default(),
            urgency: touch::Urgency::Ordinary,
            output: Output::Memory,
            journal_dir: folder.join("board"),
            font: fonts[0].clone(),
        })
        .unwrap();
        slint::platform::set_platform(Box::new(platform)).unwrap();
        register_fonts(fonts);
        let scale = Scale::new(size, SIZE_UM);
        let easel = Rc::new(Easel {
            display: display.clone(),
            look: Look::load(&assets, scale).unwrap(),
            tree: Tree::default(),
        });
        let finger = Finger { pipe: File::options().write(true).open(path).unwrap(), time_us: 0, id: 0 };
        let (layout, folder) = (Layout::new(size, scale), folder.to_owned());
        let corner = Area::new(0, 0, 1, 1);
        let stays = easel.make("stays", corner, Level::Screen, None, ToastSurface::new).unwrap();
        stays.set_visible(true);
        Self { display, easel, layout, folder, size, finger, _stays: stays }
    }

    pub(crate) fn size(&self) -> (u32, u32) {
        self.size
    }

    pub(crate) fn scale(&self) -> Scale {
        Scale::new(self.size, SIZE_UM)
    }

    /// Runs the event loop until something is so.
    pub(crate) fn until(&self, what: &str, so: impl Fn() -> bool) {
        let began = Instant::now();
        while !so() {
            if began.elapsed() > PATIENCE {
                self.save(&format!("never-{}", what.replace(' ', "-")));
                panic!("never so: {what}");
            }
            assert!(self.display.turn(Duration::from_millis(10)).is_continue());
        }
    }

    /// Touches the middle of an element.
    pub(crate) fn touch(&mut self, element: &Element) {
        self.drag(element, (0, 0));
    }

    /// Takes hold of the middle of an element, goes so many pixels, and lets go.
    pub(crate) fn drag(&mut self, element: &Element, by: (i32, i32)) {
        // The display must have the surface where the element is before a finger can meet it.
        self.picture();
        let from = (element.x + element.width / 2, element.y + element.height / 2);
        let units = |px: i32, side: u32, all: i32| (px * all / side as i32).clamp(0, all);
        // No hand is faster than this, and a panel takes what is for another one.
        let steps = (by.0.abs().max(by.1.abs()) / 20).max(1);
        let at = |step: i32| {
            let (x, y) = (from.0 + by.0 * step / steps, from.1 + by.1 * step / steps);
            (units(x, self.size.0, 18_950), units(y, self.size.1, 10_660))
        };
        let places: Vec<(i32, i32)> = (0..=if by == (0, 0) { 0 } else { steps }).map(at).collect();
        self.finger.play(&places);
    }

    /// The screen as it is once everything asked for so far has been drawn.
    pub(crate) fn picture(&self) -> Picture {
        assert!(self.display.turn(Duration::from_millis(1)).is_continue());
        let (send, picture) = mpsc::channel();
        let hand_on = Box::new(move |picture| send.send(picture).unwrap());
        self.display.send(ToDisplay::Screenshot(hand_on)).unwrap();
        picture.recv_timeout(PATIENCE).unwrap()
    }

    /// Where DAIS_PICTURES names a folder, leaves the screen there.
    pub(crate) fn save(&self, name: &str) {
        if let Some(folder) = std::env::var_os("DAIS_PICTURES") {
            let path = Path::new(&folder).join(format!("{name}-{}.png", self.size.1));
            std::fs::write(path, self.picture().to_png().unwrap()).unwrap();
        }
    }
}

impl Finger {
    fn play(&mut self, places: &[(i32, i32)]) {
        self.id += 1;
        self.say(&[(EV_ABS, SLOT, 0), (EV_ABS, TRACKING_ID, self.id)]);
        for (x, y) in places {
            self.say(&[(EV_ABS, X, *x), (EV_ABS, Y, *y), (EV_SYN, 0, 0)]);
            self.time_us += 10_000;
        }
        self.say(&[(EV_ABS, TRACKING_ID, -1), (EV_SYN, 0, 0)]);
        self.time_us += 200_000;
    }

    /// Events as the kernel's `struct input_event` has them.
    fn say(&mut self, events: &[(u16, u16, i32)]) {
        let mut bytes = Vec::new();
        for (kind, code, value) in events {
            bytes.extend((self.time_us / 1_000_000).to_ne_bytes());
            bytes.extend((self.time_us % 1_000_000).to_ne_bytes());
            bytes.extend(kind.to_ne_bytes());
            bytes.extend(code.to_ne_bytes());
            bytes.extend(value.to_ne_bytes());
        }
        self.pipe.write_all(&bytes).unwrap();
    }
}
