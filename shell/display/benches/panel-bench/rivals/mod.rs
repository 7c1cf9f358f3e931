//! The board beside others, in one run on the same virtual display: the same pointer path by XTEST, the same
//! framebuffer watched. `cargo xtask bench rivals [--quick] [--size 3840x2160]`.
//!
//! Closed loop: the next point comes 4 ms (pen rate) or 30 ms (sparse) after the pixel of the last was seen. The
//! measuring process has one core to itself and polls; the X server and the measured program share the other.
//! A point is seen when ink appears in its row from 40 pixels behind the tip to 72 before it. Points that do not
//! appear within 500 ms count as 500. What does not start is said, never left out.

pub(crate) mod ours;
mod pen;
mod rival;
mod screen;
mod web;
mod xopp;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::boards::{self, Preload};
use crate::measure::load;
use pen::{Pen, Run};
use rival::Rival;
use screen::Screen;

/// The core of the measured programs and their X server; the other is ours.
const THEIR_CPU: &str = "1";
const OUR_CPU: &str = "0";
const PEN_RATE: Duration = Duration::from_millis(4);
const SPARSE: Duration = Duration::from_millis(30);
const ALL: [Rival; 6] =
    [Rival::Bare, Rival::Ours, Rival::OpenBoard, Rival::Xournal, Rival::Excalidraw, Rival::Tldraw];

/// What was asked for.
pub(crate) struct Wish<'a> {
    pub(crate) quick: bool,
    pub(crate) size: (u32, u32),
    /// Only programs with this in their name.
    pub(crate) only: Option<&'a str>,
    /// The bundled pages.
    pub(crate) web: &'a Path,
}

/// One line of the table.
struct Row {
    rival: Rival,
    strokes: usize,
    sparse: Run,
    pen: Run,
}

/// Runs the comparison and prints it.
pub(crate) fn run(wish: &Wish, kept: &Path) {
    for strokes in Rival::Ours.boards(wish.quick) {
        boards::prepare(kept, Preload::Page(*strokes));
    }
    let own = std::process::id().to_string();
    let pinned = Command::new("taskset").args(["-pc", OUR_CPU, &own]).stdout(Stdio::null()).status();
    if !pinned.is_ok_and(|status| status.success()) {
        println!("taskset cannot pin this process: numbers are noisier");
    }
    let port = web::serve(wish.web);
    println!("screen {}x{}, load before: {}; p50 / p99 in ms\n", wish.size.0, wish.size.1, load());
    println!(
        "| board | strokes | sparse (30 ms) | pen rate (4 ms) | MiB | load |\n|---|---|---|---|---|---|"
    );
    let mut rows = Vec::new();
    for rival in ALL {
        if wish.only.is_some_and(|part| !rival.name().to_lowercase().contains(part)) {
            continue;
        }
        for strokes in rival.boards(wish.quick) {
            match measure(rival, *strokes, wish, port) {
                Ok((row, memory)) => {
                    let (sparse, pen) = (shown(row.sparse), shown(row.pen));
                    let name = rival.name();
                    println!("| {name} | {strokes} | {sparse} | {pen} | {memory} | {} |", load());
                    rows.push(row);
                }
                Err(why) => println!("| {} | {strokes} | NOT MEASURED: {why} | | | |", rival.name()),
            }
        }
    }
    ratios(&rows);
    println!("load after: {}", load());
}

fn measure(rival: Rival, strokes: usize, wish: &Wish, web: Option<u16>) -> Result<(Row, u64), String> {
    // Not below `target`: the programs put sockets there, whose paths may have 107 bytes.
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let screen = Screen::start(folder.path(), wish.size, THEIR_CPU).ok_or("Xvfb does not start")?;
    let mut pen = Pen::new(&screen).ok_or("the X server has no XTEST")?;
    let running = rival.start(strokes, &screen, &mut pen, folder.path(), web)?;
    let (sparse, fast) = if wish.quick { (100, 400) } else { (300, 1200) };
    let sparse = pen.run(sparse, SPARSE);
    let fast = pen.run(fast, PEN_RATE);
    Ok((Row { rival, strokes, sparse, pen: fast }, running.memory()))
}

fn shown(run: Run) -> String {
    let latency = run.latency;
    let mut text = format!("{:.2} / {:.1}", latency.p50, latency.p99);
    if run.missed > 0 {
        text += &format!(" ({}/{} missed)", run.missed, run.points);
    }
    text
}

fn ratios(rows: &[Row]) {
    let of =
        |rival: Rival, strokes: usize| rows.iter().find(|row| row.rival == rival && row.strokes == strokes);
    let Some(ours) = of(Rival::Ours, 0) else { return };
    println!("\n| at pen rate, empty boards | p50 over Dais | p99 over Dais | goal |\n|---|---|---|---|");
    for (rival, goal) in
        [(Rival::OpenBoard, 4.0), (Rival::Xournal, 40.0), (Rival::Excalidraw, 40.0), (Rival::Tldraw, 40.0)]
    {
        let Some(row) = of(rival, 0) else { continue };
        let p50 = row.pen.latency.p50 / ours.pen.latency.p50;
        let p99 = row.pen.latency.p99 / ours.pen.latency.p99;
        let verdict = |ratio: f64| if ratio >= goal { "met" } else { "missed" };
        let name = rival.name();
        println!("| {name} | {p50:.1}x ({}) | {p99:.1}x ({}) | {goal}x |", verdict(p50), verdict(p99));
    }
    let big = rows.iter().filter(|row| row.rival == Rival::Ours).max_by_key(|row| row.strokes);
    if let Some(big) = big.filter(|big| big.strokes > 0) {
        let p50 = big.pen.latency.p50 / ours.pen.latency.p50;
        let p99 = big.pen.latency.p99 / ours.pen.latency.p99;
        println!("| Dais, {} strokes over empty | {p50:.2}x | {p99:.2}x | at most 1.10x |", big.strokes);
    }
}
