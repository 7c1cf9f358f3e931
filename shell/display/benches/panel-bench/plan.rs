//! Which cases there are, each in a process of its own, and the tables they make.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::boards::{self, Preload};
use crate::gates;
use crate::inside;
use crate::live::{self, Board, Case, Found, Ui};
use crate::measure::{Latency, load};
use crate::table;
use crate::zoom;

pub(crate) const SIZES: [&str; 2] = ["1920x1080", "3840x2160"];
const STROKES: [usize; 4] = [0, 1_000, 10_000, 100_000];
/// Boards whose view is moved; the short run moves the first.
static ZOOMED: [usize; 2] = [10_000, 100_000];
const CONTACTS: [usize; 5] = [1, 2, 5, 10, 40];
/// The board's own time when a measurement begins: later than everything that was preloaded.
const BEGIN_US: u64 = 1_000_000_000_000;
/// Between two measurements on one board.
const LATER_US: u64 = 1_000_000_000;

/// How much of everything.
pub(crate) struct Extent {
    pub(crate) strokes: Vec<usize>,
    pub(crate) contacts: Vec<usize>,
    pub(crate) uis: Vec<Ui>,
    zoomed: &'static [usize],
    /// The UI is busy on the empty board only, which is the one that L3 asks for.
    busy_on_empty: bool,
    /// Seconds of writing in a live case.
    seconds: f64,
    /// Scans of an inside case.
    scans: u64,
    /// Points of the shorter of the two counted runs.
    points: u64,
}

/// `1920x1080`.
pub(crate) fn size(word: &str) -> (u32, u32) {
    let (width, height) = word.split_once('x').expect("WIDTHxHEIGHT");
    (width.parse().expect("a width"), height.parse().expect("a height"))
}

pub(crate) fn run(kept: &Path, quick: bool) {
    let extent = if quick {
        let (strokes, contacts) = (vec![0, 100_000], vec![1, 10, 40]);
        let (uis, zoomed, busy_on_empty) = (vec![Ui::Idle, Ui::Blocked], &ZOOMED[..1], true);
        Extent { strokes, contacts, uis, zoomed, busy_on_empty, seconds: 1.0, scans: 300, points: 500 }
    } else {
        let (strokes, contacts, uis) = (STROKES.to_vec(), CONTACTS.to_vec(), Ui::ALL.to_vec());
        let (zoomed, busy_on_empty) = (&ZOOMED[..], false);
        Extent { strokes, contacts, uis, zoomed, busy_on_empty, seconds: 2.0, scans: 1500, points: 2000 }
    };
    for strokes in &extent.strokes {
        boards::prepare(kept, Preload::Page(*strokes));
    }
    for strokes in extent.zoomed {
        boards::prepare(kept, Preload::Page(*strokes));
    }
    boards::prepare(kept, Preload::Square);
    let began = Instant::now();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    println!("{cores} cores shared with everything else; load before: {}", load());
    let mut lines = Vec::new();
    let inside = insides(&extent, &mut lines);
    let live = lives(&extent, &mut lines);
    ratios(&inside, &live, &mut lines);
    palms(&mut lines);
    zooms(extent.zoomed, &mut lines);
    counted(&extent, &mut lines);
    table::print(&extent, &inside, &live);
    println!("\n{}", gates::HEAD);
    lines.iter().for_each(|line| println!("{line}"));
    println!("\nload after: {}; took {:.0} s", load(), began.elapsed().as_secs_f64());
}

/// Latencies by size, strokes and contacts (and what the UI does).
pub(crate) type Inside = BTreeMap<(&'static str, usize, usize), Latency>;
pub(crate) type Live = BTreeMap<(&'static str, usize, usize, &'static str), Found>;

fn insides(extent: &Extent, lines: &mut Vec<String>) -> Inside {
    println!("\nIn this process, frame to framebuffer: p50 / p99 / max in ms");
    let mut all = Inside::new();
    for size in SIZES {
        for strokes in &extent.strokes {
            let said = child(&["inside", size, &strokes.to_string(), &extent.scans.to_string()]);
            let mut row = format!("{size} {strokes:>6} strokes");
            for contacts in table::INSIDE {
                let latency = latency(&said, &format!("contacts{contacts}"));
                row += &format!("  {contacts:>2}: {}", shown(latency));
                all.insert((size, *strokes, contacts), latency);
            }
            println!("{row}  load {}", load());
            let biggest = extent.strokes.last() == Some(strokes) && size == SIZES[1];
            if biggest {
                let one = numbers(&said, "one");
                lines.push(gates::line(
                    "R1",
                    "pixels drawn a point over its box, 1 contact",
                    one[0],
                    gates::R1_RATIO,
                    "x",
                ));
                lines.push(gates::line("R1", "the same, 10 contacts", one[1], gates::R1_RATIO, "x"));
                let undo = latency_of(&numbers(&said, "undo"));
                lines.push(gates::line(
                    "U1",
                    &format!("undo on {strokes} strokes, p99 (p50 {:.2})", undo.p50),
                    undo.p99,
                    gates::U1_P99,
                    "ms",
                ));
                let found = latency(&said, "said");
                let what = format!("all that is said on {strokes} strokes, p99 (p50 {:.2})", found.p50);
                lines.push(gates::line("F1", &what, found.p99, gates::F1_P99, "ms"));
                let disk = numbers(&said, "disk");
                let what = format!("one more stroke on disk ({} write, {} sync)", disk[1], disk[2]);
                lines.push(gates::line("D2", &what, disk[0], gates::D2_BYTES, "bytes"));
            }
        }
    }
    all
}

/// The child of [`insides`].
pub(crate) fn inside(size: (u32, u32), strokes: usize, scans: u64, kept: &Path) {
    let mut replay = inside::replay(size, Preload::Page(strokes), kept);
    let mut time = BEGIN_US;
    let mut later = || {
        time += LATER_US;
        time
    };
    for contacts in table::INSIDE {
        inside::latency(&mut replay, contacts, scans / 4, later());
        let Latency { p50, p99, max } = inside::latency(&mut replay, contacts, scans, later());
        println!("contacts{contacts} {p50} {p99} {max}");
    }
    let one = inside::touched(&mut replay, 1, size.0, later());
    println!("one {one} {}", inside::touched(&mut replay, 10, size.0, later()));
    let (bytes, writes, syncs) = inside::append(&mut replay, later());
    println!("disk {bytes} {writes} {syncs}");
    let Latency { p50, p99, max } = inside::undo(&mut replay);
    println!("undo {p50} {p99} {max}");
    let Latency { p50, p99, max } = inside::said(&mut replay);
    println!("said {p50} {p99} {max}");
}

fn lives(extent: &Extent, lines: &mut Vec<String>) -> Live {
    println!("\nThrough the FIFO and two threads, event to pixel: p50 / p99 / max in ms");
    let mut all = Live::new();
    let mut boards = BTreeMap::new();
    for size in SIZES {
        for strokes in &extent.strokes {
            for ui in
                extent.uis.iter().filter(|ui| **ui == Ui::Idle || *strokes == 0 || !extent.busy_on_empty)
            {
                let (board, found) = live(size, *strokes, *ui, extent);
                let mut row = format!("{size} {strokes:>6} strokes, UI {:9}", ui.word());
                for (contacts, found) in extent.contacts.iter().zip(found) {
                    row += &format!("  {contacts:>2}: {}", shown(found.latency));
                    if found.lost > 0 {
                        row += &format!(" LOST {} of {}", found.lost, found.sent);
                    }
                    all.insert((size, *strokes, *contacts, ui.word()), found);
                }
                println!("{row}  load {}", load());
                if *ui == Ui::Idle {
                    boards.insert((size, *strokes), board);
                }
            }
        }
    }
    let lost: usize = all.values().map(|found| found.lost).sum();
    let sent: usize = all.values().map(|found| found.sent).sum();
    lines.push(gates::line("L2", &format!("points lost of {sent}"), lost as f64, 0.0, "points"));
    let big = extent.strokes.last().copied().unwrap_or_default();
    for size in SIZES {
        kept_boards(size, boards[&(size, 0)], boards[&(size, big)], big, lines);
    }
    all
}

/// M1, D1 and B1: an empty board and one of `big` strokes.
fn kept_boards(size: &str, empty: Board, full: Board, big: usize, lines: &mut Vec<String>) {
    let each = (full.rss_kib.saturating_sub(empty.rss_kib)) as f64 * 1024.0 / big as f64;
    let what = format!("{size}: resident bytes a stroke of {big}, all in");
    lines.push(gates::line("M1", &what, each, gates::M1_BYTES, "bytes"));
    // The picture of a page is as large as the screen, however many strokes made it.
    let (width, height) = self::size(size);
    let picture = f64::from(width) * f64::from(height) * 4.0 / big as f64;
    let what = format!("{size}: the same without one screen of ink");
    lines.push(gates::line("M1", &what, each - picture, gates::M1_BYTES, "bytes"));
    let what = format!("{size}: first ink of {big} strokes");
    lines.push(gates::line("D1", &what, full.first_ms, gates::D1_FIRST, "ms"));
    lines.push(gates::line("D1", &format!("{size}: all of them drawn"), full.full_ms, gates::D1_FULL, "ms"));
    let what = format!("{size}: idle wake-ups a second (UI thread {:.1})", full.wakeups_of_ui);
    lines.push(gates::line("B1", &what, full.wakeups, gates::B1_WAKEUPS, "a second"));
}

fn ratios(inside: &Inside, live: &Live, lines: &mut Vec<String>) {
    let big = inside.keys().map(|key| key.1).max().unwrap_or_default();
    for size in SIZES {
        let one = inside[&(size, 0, 1)];
        lines.push(gates::line(
            "L1",
            &format!("{size}: in process, 1 contact, p50"),
            one.p50,
            gates::L1_P50,
            "ms",
        ));
        lines.push(gates::line("L1", &format!("{size}: p99"), one.p99, gates::L1_P99, "ms"));
        let full = inside[&(size, big, 1)];
        lines.push(gates::line(
            "S1",
            &format!("{size}: L1 p50 at {big} strokes over empty"),
            full.p50 / one.p50,
            gates::S1_RATIO,
            "x",
        ));
        lines.push(gates::line(
            "S1",
            &format!("{size}: L1 p99 at {big} strokes over empty"),
            full.p99 / one.p99,
            gates::S1_RATIO,
            "x",
        ));
        lines.push(gates::line(
            "S1",
            &format!("{size}: slowest point at {big} strokes"),
            full.max,
            gates::S1_MAX,
            "ms",
        ));
        for (contacts, gate) in [(10, gates::L2_TEN_P99), (40, gates::L2_FORTY_P99)] {
            let idle = live[&(size, 0, contacts, "idle")].latency;
            lines.push(gates::line(
                "L2",
                &format!("{size}: live, {contacts} contacts, p99"),
                idle.p99,
                gate,
                "ms",
            ));
            let full = live[&(size, big, contacts, "idle")].latency;
            lines.push(gates::line(
                "S1",
                &format!("{size}: L2, {contacts} contacts, p99 at {big} over empty"),
                full.p99 / idle.p99,
                gates::S1_RATIO,
                "x",
            ));
            let blocked = live[&(size, 0, contacts, "blocked")].latency;
            lines.push(gates::line(
                "L3",
                &format!("{size}: {contacts} contacts, UI blocked over idle, p99"),
                blocked.p99 / idle.p99,
                gates::L3_RATIO,
                "x",
            ));
        }
    }
}

fn palms(lines: &mut Vec<String>) {
    let said = child(&["palm", SIZES[1]]);
    let palm = latency_of(&numbers(&said, "palm"));
    let what =
        format!("palm of 300 px on {} strokes, a frame (p50 {:.2})", Preload::Square.strokes(), palm.p50);
    lines.push(gates::line("E1", &what, palm.max, gates::E1_MAX, "ms"));
}

/// The child of [`palms`].
pub(crate) fn palm(size: (u32, u32), kept: &Path) {
    let mut replay = inside::replay(size, Preload::Square, kept);
    let Latency { p50, p99, max } = inside::palm(&mut replay, size.0);
    println!("palm {p50} {p99} {max}");
}

fn zooms(boards: &[usize], lines: &mut Vec<String>) {
    for strokes in boards {
        let said = child(&["zoom", SIZES[1], &strokes.to_string()]);
        let (first, sharp) = (latency(&said, "first"), latency(&said, "sharp"));
        let what = format!("{strokes} strokes: a moved view is seen, slowest (p50 {:.2})", first.p50);
        lines.push(gates::line("Z1", &what, first.max, gates::Z1_FIRST, "ms"));
        let what = format!("{strokes} strokes: and is sharp, slowest (p50 {:.1})", sharp.p50);
        lines.push(gates::line("Z1", &what, sharp.max, gates::Z1_SHARP, "ms"));
    }
}

/// The child of [`zooms`].
pub(crate) fn zoom(size: (u32, u32), strokes: usize, kept: &Path) {
    let zoom::Seen { first, sharp } = zoom::run(size, Preload::Page(strokes), kept);
    println!("first {} {} {}", first.p50, first.p99, first.max);
    println!("sharp {} {} {}", sharp.p50, sharp.p99, sharp.max);
}

/// I1 and A1 under valgrind: two runs each, so that starting up falls out of the difference.
fn counted(extent: &Extent, lines: &mut Vec<String>) {
    let each = |tool, word| {
        let (short, long) = (total(tool, word, extent.points)?, total(tool, word, extent.points * 2)?);
        Some(long.saturating_sub(short) as f64 / extent.points as f64)
    };
    match each(CALLGRIND, "Collected : ") {
        Some(ir) => {
            let what = "thousand instructions a point, all in";
            lines.push(gates::line("I1", what, ir / 1000.0, gates::I1_KILO, "kIr"));
        }
        None => lines.push("| I1 | not measured: valgrind is not installed | | | |".to_owned()),
    }
    match each(HEAP, "total heap usage: ") {
        Some(blocks) => {
            let what = "blocks of memory asked for a point, all in";
            lines.push(gates::line("A1", what, blocks, gates::A1_BLOCKS, "blocks"));
        }
        None => lines.push("| A1 | not measured: valgrind is not installed | | | |".to_owned()),
    }
}

/// Counts instructions.
const CALLGRIND: &[&str] = &["--tool=callgrind", "--callgrind-out-file=/dev/null"];
/// Counts blocks, and does nothing else that takes time.
const HEAP: &[&str] = &["--tool=memcheck", "--leak-check=no", "--undef-value-errors=no"];

/// What valgrind says after a word at the end of a run that makes so many points.
fn total(tool: &[&str], word: &str, points: u64) -> Option<u64> {
    let ourselves = std::env::current_exe().unwrap();
    let points = points.to_string();
    let output =
        Command::new("valgrind").args(tool).arg(ourselves).args(["points", &points]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let rest = text.lines().find_map(|line| line.split_once(word))?.1;
    rest.split_whitespace().next()?.replace(',', "").parse().ok()
}

fn live(size: &str, strokes: usize, ui: Ui, extent: &Extent) -> (Board, Vec<Found>) {
    let mut words = vec![strokes.to_string(), ui.word().to_owned(), extent.seconds.to_string()];
    words.extend(extent.contacts.iter().map(usize::to_string));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let said = child(&[&["live", size][..], &words].concat());
    let n = numbers(&said, "board");
    let board =
        Board { first_ms: n[0], full_ms: n[1], rss_kib: n[2] as u64, wakeups: n[3], wakeups_of_ui: n[4] };
    let found = extent.contacts.iter().map(|contacts| {
        let n = numbers(&said, &format!("contacts{contacts}"));
        Found { latency: latency_of(&n), sent: n[3] as usize, lost: n[4] as usize }
    });
    (board, found.collect())
}

/// The child of [`live`].
pub(crate) fn live_child(case: &Case, kept: &Path) {
    let (board, found) = live::run(case, kept);
    let Board { first_ms, full_ms, rss_kib, wakeups, wakeups_of_ui } = board;
    println!("board {first_ms} {full_ms} {rss_kib} {wakeups} {wakeups_of_ui}");
    for (contacts, found) in case.contacts.iter().zip(found) {
        let Found { latency: Latency { p50, p99, max }, sent, lost } = found;
        println!("contacts{contacts} {p50} {p99} {max} {sent} {lost}");
    }
}

/// Runs ourselves with other words; what it printed.
fn child(words: &[&str]) -> String {
    let ourselves = std::env::current_exe().unwrap();
    let output = Command::new(ourselves).args(words).stderr(Stdio::inherit()).output().unwrap();
    assert!(output.status.success(), "the case {words:?} failed");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// The numbers after a word at the beginning of a line.
fn numbers(said: &str, word: &str) -> Vec<f64> {
    let rest = said.lines().find_map(|line| line.strip_prefix(word)?.strip_prefix(' '));
    rest.unwrap_or_default().split_whitespace().map(|word| word.parse().expect("a number")).collect()
}

fn latency(said: &str, word: &str) -> Latency {
    latency_of(&numbers(said, word))
}

fn latency_of(numbers: &[f64]) -> Latency {
    Latency { p50: numbers[0], p99: numbers[1], max: numbers[2] }
}

fn shown(latency: Latency) -> String {
    format!("{:.3}/{:.3}/{:.2}", latency.p50, latency.p99, latency.max)
}
