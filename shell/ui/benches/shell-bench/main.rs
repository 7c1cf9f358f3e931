//! What a person feels of the screens: from the start of the process to ink, from a touch to the picture's answer, and
//! what Slint's thread costs while ten people write.
//!
//! `cargo xtask bench shell [--quick]`. Everything goes the way that it goes on a panel: the kernel's events through a
//! FIFO, the touch thread, the display thread, the surface that was touched, Slint's thread, and back into the picture in
//! memory; only a screen's own delay is not in it. Each case is a process of its own. Built with the `dev` profile, in
//! which ink, board, display and Slint's renderer are optimised, and the screens' own code is not.
//!
//! - *Start*: from before the process is started until the home screen is seen; then from the touch of *Write* until the
//!   board is there and the first stroke, begun at that moment, is seen.
//! - *Touch*: from the moment a finger comes down until the control looks pressed, and from its lift until what it does
//!   is seen: the control chosen, most of the panel drawn, most of the board changed.
//! - *Frame*: time on the processor (not on the clock) of each turn of Slint's thread while ten people write at 200 Hz and
//!   somebody touches things meanwhile. None may take longer than a picture, 16 ms.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout)] // a measurement ends where something is not as it must be

mod cases;
mod menu;
mod panel;
mod person;
mod shell;

use std::process::Command;
use std::time::{Duration, Instant};

use cases::{Answers, FRAME_MS, Frames, Start};
use rustix::time::{ClockId, clock_gettime};

const SIZES: [(u32, u32); 2] = [(1920, 1080), (3840, 2160)];
const USAGE: &str = "shell-bench [--quick]";

fn main() {
    // Cargo adds a word of its own.
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        [] => plan(10, 15),
        ["--quick"] => plan(3, 4),
        // The words of its own children.
        ["start", width, height, began] => {
            let began = Instant::now() - Duration::from_nanos(now_ns() - began.parse::<u64>().unwrap());
            let Start { home, board, ink } = cases::start(size(width, height), folder().path(), began);
            println!("= {home} {board} {ink}");
        }
        ["touches", width, height, rounds] => {
            for Answers { kind, pressed, done } in
                cases::touches(size(width, height), folder().path(), rounds.parse().unwrap())
            {
                println!("= {kind}|{}|{}", list(&pressed), list(&done));
            }
        }
        ["crowd", width, height, rounds] => {
            for Frames { kind, cpu_ms } in
                cases::crowd(size(width, height), folder().path(), rounds.parse().unwrap())
            {
                println!("= {kind}|{}", list(&cpu_ms));
            }
        }
        _ => println!("{USAGE}"),
    }
}

fn plan(starts: usize, rounds: usize) {
    println!("load before: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
    println!("\n| start, ms (p50 / worst of {starts}) | {} |\n|---|---|---|", heads());
    let all: Vec<Vec<Vec<f64>>> = SIZES
        .iter()
        .map(|(width, height)| {
            let once = |_| {
                let words =
                    [&*width.to_string(), &*height.to_string(), &*now_ns().to_string()].map(str::to_owned);
                numbers(&child("start", &words)[0])
            };
            (0..starts).map(once).collect()
        })
        .collect();
    for (step, name) in
        ["process to home screen", "touch to board", "touch to first ink"].into_iter().enumerate()
    {
        let cells = all.iter().map(|starts| {
            let each = sorted(starts.iter().map(|start| start[step]).collect());
            format!("{:.0} / {:.0}", part(&each, 50), part(&each, 100))
        });
        row(name, cells);
    }
    println!(
        "\n| touch, ms (p50 / p99 of {} and more) | {} |\n|---|---|---|---|---|",
        rounds,
        SIZES.map(|(w, h)| format!("{w}x{h}, pressed | done")).join(" | ")
    );
    let all: Vec<Vec<String>> = SIZES.iter().map(|size| sized("touches", *size, rounds)).collect();
    for (small, large) in all[0].iter().zip(&all[1]) {
        let cells = [small, large].into_iter().flat_map(|line| {
            let lists: Vec<String> =
                line.split('|').skip(1).map(|list| pair(&sorted(numbers(list)))).collect();
            lists
        });
        row(small.split('|').next().unwrap_or_default(), cells);
    }
    println!(
        "\n| frame while ten write, ms of the processor | frames | p50 / p99 / worst | over 16 ms |\n|---|---|---|---|"
    );
    for line in sized("crowd", SIZES[1], rounds) {
        let (kind, list) = line.split_once('|').unwrap();
        let each = sorted(numbers(list));
        let over = each.iter().filter(|ms| **ms > FRAME_MS).count();
        let times = format!("{:.1} / {:.1} / {:.1}", part(&each, 50), part(&each, 99), part(&each, 100));
        row(kind, [each.len().to_string(), times, over.to_string()].into_iter());
    }
}

fn sized(case: &str, (width, height): (u32, u32), rounds: usize) -> Vec<String> {
    child(case, &[width.to_string(), height.to_string(), rounds.to_string()])
}

/// Runs a case in a process of its own; what it found, a line each.
fn child(case: &str, words: &[String]) -> Vec<String> {
    let output = Command::new(std::env::current_exe().unwrap()).arg(case).args(words).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{case}: {said}{}", String::from_utf8_lossy(&output.stderr));
    said.lines().filter_map(|line| line.strip_prefix("= ")).map(str::to_owned).collect()
}

fn row(name: &str, cells: impl Iterator<Item = String>) {
    println!("| {name} | {} |", cells.collect::<Vec<_>>().join(" | "));
}

fn heads() -> String {
    SIZES.map(|(width, height)| format!("{width}x{height}")).join(" | ")
}

fn pair(each: &[f64]) -> String {
    format!("{:.1} / {:.1}", part(each, 50), part(each, 99))
}

/// So many of a hundred are at most this.
fn part(each: &[f64], of_hundred: usize) -> f64 {
    each.get(each.len().saturating_sub(1) * of_hundred / 100).copied().unwrap_or_default()
}

fn sorted(mut each: Vec<f64>) -> Vec<f64> {
    each.sort_unstable_by(f64::total_cmp);
    each
}

fn list(each: &[f64]) -> String {
    each.iter().map(f64::to_string).collect::<Vec<_>>().join(" ")
}

fn numbers(list: &str) -> Vec<f64> {
    list.split_whitespace().map(|word| word.parse().unwrap()).collect()
}

fn size(width: &str, height: &str) -> (u32, u32) {
    (width.parse().unwrap(), height.parse().unwrap())
}

fn folder() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap()
}

/// The machine's own clock, which all processes share.
fn now_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}
