//! What is measured: the way from the power button to ink, every kind of control, and ten people who write meanwhile.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use display::Area;

use crate::menu;
use crate::panel::SCAN;
use crate::person::Person;
use crate::shell::{self, Turn};

/// Most of a place is drawn anew.
const MOST: f64 = 0.5;
/// A little of it is.
const SOME: f64 = 0.02;
/// A frame's time at 60 Hz, in milliseconds.
pub(crate) const FRAME_MS: f64 = 16.0;
/// People who write, each a contact.
const CROWD: i32 = 10;

/// Milliseconds from one start of the shell to each step on the way to ink.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Start {
    /// From the start of the process until the home screen is seen.
    pub(crate) home: f64,
    /// From the touch that wakes the board until the board is seen, and until the first ink is.
    pub(crate) board: f64,
    pub(crate) ink: f64,
}

/// One control, touched often: milliseconds until it looks pressed, and from the lift until what it does is seen.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answers {
    pub(crate) kind: String,
    pub(crate) pressed: Vec<f64>,
    pub(crate) done: Vec<f64>,
}

/// Time on the processor of Slint's thread, by what was done meanwhile.
#[derive(Clone, Debug, Default)]
pub(crate) struct Frames {
    pub(crate) kind: String,
    pub(crate) cpu_ms: Vec<f64>,
}

fn ms(from: Instant, to: Instant) -> f64 {
    to.saturating_duration_since(from).as_secs_f64() * 1e3
}

/// Starts the shell; `began` is when its process was started.
pub(crate) fn start(size: (u32, u32), folder: &Path, began: Instant) -> Start {
    shell::run(size, folder, move |mut person| {
        let home = person.first(began, person.screen(), MOST);
        let door = person.find("board");
        let touched = person.touch(door);
        let board = person.first(touched.up, middle(&person), MOST);
        let (x, y) = (f64::from(size.0) * 0.4, f64::from(size.1) * 0.3);
        let down = person.write((x, y));
        let tip = Area::new(x as i32 - 8, y as i32 - 8, 32, 16);
        let ink = person.first(down, tip, SOME);
        Start { home: ms(began, home), board: ms(touched.down, board), ink: ms(touched.down, ink) }
    })
}

/// Touches everything `rounds` times.
pub(crate) fn touches(size: (u32, u32), folder: &Path, rounds: usize) -> Vec<Answers> {
    shell::run(size, folder, move |mut person| {
        menu::tell();
        to_board(&mut person);
        let mut told = vec![
            alternate(&mut person, rounds, "a tool of a palette", ["highlighter-1", "pen-1"], None),
            alternate(&mut person, rounds, "a colour", ["colour-3-1", "colour-2-1"], None),
        ];
        for (kind, name) in PANELS {
            told.push(panel(&mut person, rounds, kind, name));
        }
        let board = middle(&person);
        two_pages(&mut person);
        told.push(alternate(
            &mut person,
            rounds,
            "another page",
            ["previous-page", "next-page"],
            Some(board),
        ));
        told.push(alternate(&mut person, rounds, "home, and the board", ["home", "board"], Some(board)));
        let home = person.find("home");
        person.touch(home);
        let kiosk = person.find("canteen");
        person.touch(kiosk);
        person.quiet();
        told.push(alternate(&mut person, rounds, "a dish", [menu::DISH, menu::DISH], None));
        told.push(alternate(
            &mut person,
            rounds,
            "a part of the menu",
            ["category-drinks", "category-meals"],
            Some(board),
        ));
        told
    })
}

/// Ten people write, and somebody else touches everything meanwhile: the frames of each kind of touch, and those
/// while nobody touches anything.
pub(crate) fn crowd(size: (u32, u32), folder: &Path, rounds: usize) -> Vec<Frames> {
    shell::run(size, folder, move |mut person| {
        to_board(&mut person);
        let ends = Arc::new(AtomicBool::new(false));
        let writers = write(&person, ends.clone());
        drop(person.turns());
        sleep(Duration::from_secs(3));
        let mut told = vec![frames("nobody touches anything", &person)];
        for (kind, names) in
            [("a tool of a palette", ["highlighter-1", "pen-1"]), ("a colour", ["colour-3-1", "colour-2-1"])]
        {
            for name in names.into_iter().cycle().take(rounds) {
                let place = person.find(name);
                person.touch(place);
                settle();
            }
            told.push(frames(kind, &person));
        }
        for (kind, name) in PANELS {
            for _ in 0..rounds {
                let dock = person.find(name);
                person.touch(dock);
                settle();
                let cross = closes(&person, name);
                person.touch(cross);
                settle();
            }
            told.push(frames(kind, &person));
        }
        ends.store(true, Ordering::SeqCst);
        writers.join().unwrap();
        told
    })
}

/// What opens from the dock: each by the name of its button.
const PANELS: [(&str, &str); 7] = [
    ("pages", "page"),
    ("insert", "insert"),
    ("present", "present"),
    ("tools", "tools"),
    ("view", "view"),
    ("lesson", "classroom"),
    ("end of class", "end-of-class"),
];

/// Long enough for whatever moves after a touch.
fn settle() {
    sleep(Duration::from_millis(400));
}

fn frames(kind: &str, person: &Person) -> Frames {
    let cpu_ms = person.turns().iter().map(|Turn(cpu_ms)| *cpu_ms).collect();
    Frames { kind: kind.to_owned(), cpu_ms }
}

fn to_board(person: &mut Person) {
    let door = person.find("board");
    person.touch(door);
    person.find("pen-1");
    person.quiet();
}

/// Two pages, each with some ink; the second is shown.
fn two_pages(person: &mut Person) {
    let at = |share: f64, side: u32| share * f64::from(side);
    let (width, height) = person.size();
    for add in [true, false] {
        for row in 1..4 {
            person.write((at(0.4, width), at(0.1 * f64::from(row), height)));
        }
        if add {
            let plus = person.find("new-page");
            person.touch(plus);
            person.find("previous-page");
        }
    }
    person.quiet();
}

/// The part of the screen that everything large changes.
fn middle(person: &Person) -> Area {
    let screen = person.screen();
    Area::new(screen.width * 2 / 5, screen.height / 5, screen.width / 5, screen.height / 5)
}

/// The cross of what a button of the dock has opened.
fn closes(person: &Person, opener: &str) -> Area {
    person.until(&format!("a cross after {opener}"), |all| {
        let of_panel = |surface: &str| !matches!(surface, "dock" | "palette" | "edge-left" | "edge-right");
        let cross = |e: &&api::shell::Element| e.name.starts_with("close-") && of_panel(&e.surface);
        all.iter().find(cross).map(|e| Area::new(e.x, e.y, e.width, e.height))
    })
}

/// Two controls that undo each other; what they do is seen in `place`, or on themselves.
fn alternate(
    person: &mut Person,
    rounds: usize,
    kind: &str,
    names: [&str; 2],
    place: Option<Area>,
) -> Answers {
    let mut answers = Answers { kind: kind.to_owned(), ..Answers::default() };
    for name in names.into_iter().cycle().take(2 * rounds) {
        let control = person.find(name);
        person.quiet();
        let touched = person.touch(control);
        let pressed = person.first(touched.down, control, SOME);
        answers.pressed.push(ms(touched.down, pressed));
        let done =
            person.first(touched.up, place.unwrap_or(control), if place.is_some() { MOST } else { SOME });
        answers.done.push(ms(touched.up, done));
    }
    answers
}

/// Something opens from the dock, and is closed by its cross.
fn panel(person: &mut Person, rounds: usize, kind: &str, name: &str) -> Answers {
    let mut answers = Answers { kind: kind.to_owned(), ..Answers::default() };
    let mut place = None;
    for round in 0..=rounds {
        let button = person.find(name);
        person.quiet();
        let touched = person.touch(button);
        // Where it opens is not known before it has been seen once, and then it counts as all later ones.
        if let Some(place) = place {
            let pressed = person.first(touched.down, button, SOME);
            answers.pressed.push(ms(touched.down, pressed));
            let done = person.first(touched.up, place, MOST);
            answers.done.push(ms(touched.up, done));
        }
        let cross = closes(person, name);
        if round == 0 {
            let all = person.elements();
            let of = all.iter().find(|e| e.x == cross.x && e.y == cross.y && e.name.starts_with("close-"));
            place = of.and_then(|e| person.surface(&e.surface));
        }
        person.quiet();
        person.touch(cross);
        person.until("closed", |all| {
            let gone = !all.iter().any(|e| e.name.starts_with("close-") && e.x == cross.x && e.y == cross.y);
            gone.then_some(())
        });
    }
    answers
}

/// Ten hands that write line after line until told to end: at the top, since a panel closes for whoever writes near it.
fn write(person: &Person, ends: Arc<AtomicBool>) -> std::thread::JoinHandle<()> {
    let (mut hand, (width, height)) = (person.other_hand(), person.size());
    std::thread::spawn(move || {
        let column = f64::from(width) * 0.7 / f64::from(CROWD);
        let at = |pen: i32, scan: u32| {
            let (step, row) = (f64::from(scan % 60), f64::from(scan / 60 % 12));
            let left = f64::from(width) * 0.15 + column * f64::from(pen);
            let wave = (step * 0.6 + f64::from(pen)).sin() * 0.004;
            (left + column * step / 70.0, f64::from(height) * (0.02 + 0.004 * row + wave))
        };
        let mut beat = Instant::now();
        for scan in 0_u32.. {
            let (first, last) = (scan.is_multiple_of(60), scan % 60 == 59);
            let contacts: Vec<_> = (0..CROWD).map(|pen| (pen, (!last).then(|| at(pen, scan)))).collect();
            hand.report(&contacts, first);
            if last && ends.load(Ordering::SeqCst) {
                return;
            }
            beat += SCAN;
            sleep(beat.saturating_duration_since(Instant::now()));
        }
    })
}
