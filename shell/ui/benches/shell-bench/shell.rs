//! The shell as its main function starts it, in a process of its own: the real screens on Slint's thread, the real
//! display thread, its output in memory. Beside them a thread that plays a person, and hears of every picture.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use display::{Area, Taken, Watch};
use rustix::time::{ClockId, clock_gettime};
use ui::app;
use ui::assets::Assets;
use ui::bridge::Bridge;
use ui::layout::Layout;
use ui::look::{Look, Scale, register_fonts};
use ui::settings::{Language, Output, Role, Settings};
use ui::surface::Easel;

use crate::panel::{self, PANEL_MM};
use crate::person::Person;

/// Slint's thread looks up so often whether the measurement is over.
const LOOK: Duration = Duration::from_millis(50);

/// A picture on the display thread.
pub(crate) struct Heard {
    pub(crate) at: Instant,
    /// What was drawn anew.
    pub(crate) areas: Vec<Area>,
}

struct Ear(Sender<Heard>);

impl Watch for Ear {
    fn composed(&mut self, _: &[Taken], areas: &[Area], _: &[u32], _: bool) {
        let at = Instant::now();
        if !areas.is_empty() {
            // The measurement may be over; the display goes on.
            drop(self.0.send(Heard { at, areas: areas.to_vec() }));
        }
    }
}

/// One turn of Slint's thread (timers, messages, drawing): milliseconds of the processor.
pub(crate) struct Turn(pub(crate) f64);

/// Starts the shell and lets `script` play a person on a thread of its own; ends with it.
pub(crate) fn run<T: Send + 'static>(
    size: (u32, u32),
    folder: &Path,
    script: impl FnOnce(Person) -> T + Send + 'static,
) -> T {
    let (fifo, spec) = panel::make(folder);
    let began = Instant::now();
    let (to_ear, ear) = channel();
    let settings = settings(size, folder);
    std::fs::create_dir_all(&settings.state).unwrap();
    let assets = Assets::new(&settings.assets);
    let fonts = assets.fonts().unwrap();
    let config = display::Config {
        size_px: settings.size,
        size_um: settings.size_um(),
        touch: vec![spec],
        placements: settings.placements().unwrap(),
        urgency: touch::Urgency::First,
        output: settings.output.of_display(),
        journal_dir: settings.state.join("board"),
        font: fonts.first().cloned().unwrap_or_default(),
    };
    let (display, platform) = display::start_watched(config, Some(Box::new(Ear(to_ear)))).unwrap();
    slint::platform::set_platform(Box::new(platform)).unwrap();
    register_fonts(fonts);
    let scale = Scale::new(settings.size, settings.size_um());
    let mut look = Look::load(&assets, scale).unwrap();
    look.access = settings.access();
    // What the bus says is not listened to: here is none.
    let bridge = Bridge::start(Arc::new(|_| {}), settings.state.join("board")).unwrap();
    let easel = Easel { display: display.clone(), look, tree: ui::access::Tree::default() };
    app::begin(&settings, easel, Layout::new(settings.size, scale), assets, bridge.asker()).unwrap();
    let (to_turns, turns) = channel();
    let asking = Arc::new(AtomicBool::new(false));
    let person = Person::new(size, &fifo, began, (ear, turns), asking.clone());
    let player = std::thread::spawn(move || script(person));
    while !player.is_finished() {
        if turn(&display, &asking, &to_turns).is_break() {
            break;
        }
    }
    let told = player.join().unwrap();
    app::end();
    display.shutdown();
    told
}

/// One turn; those in which the measurement asks for elements, which people do not, are not counted.
fn turn(display: &display::Display, asking: &AtomicBool, to: &Sender<Turn>) -> ControlFlow<()> {
    let (before, asked) = (clock_gettime(ClockId::ThreadCPUTime), asking.load(Ordering::SeqCst));
    let flow = display.turn(LOOK);
    let after = clock_gettime(ClockId::ThreadCPUTime);
    if !asked && !asking.load(Ordering::SeqCst) {
        let cpu_ms =
            (after.tv_sec - before.tv_sec) as f64 * 1e3 + (after.tv_nsec - before.tv_nsec) as f64 / 1e6;
        // The measurement may be over.
        to.send(Turn(cpu_ms)).ok();
    }
    flow
}

fn settings(size: (u32, u32), folder: &Path) -> Settings {
    Settings {
        role: Role::Both,
        output: Output::Memory,
        size,
        panel_mm: (PANEL_MM.0.unsigned_abs(), PANEL_MM.1.unsigned_abs()),
        state: folder.join("state"),
        lessons: folder.join("lessons"),
        assets: Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fetched"),
        language: Language::En,
        ..Settings::default()
    }
}

/// What a person's eyes and hands are connected to.
pub(crate) type Seen = (Receiver<Heard>, Receiver<Turn>);
