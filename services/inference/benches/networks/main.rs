//! The networks that read text, and a whole page, beside onnxruntime: same machine, same run, same inputs, one thread
//! each, by turns.
//!
//! `cargo xtask bench inference [--rounds N] [--profile] [--without-avx512] [--accuracy [--font FILE]...]`. Built with the `dev` profile, in which what
//! it measures is compiled with optimisation.
//!
//! # What was measured
//!
//! 29 November 2026, two cores of an AMD EPYC (Zen 4) shared with builds, load 14; onnxruntime 1.32.0; processor
//! milliseconds of one thread, least of 9 rounds, and Dais divided by onnxruntime of the least and of the medians. The
//! last column is the same ratio of the least without AVX-512 on our side alone (`--without-avx512`, 5 rounds);
//! onnxruntime kept it. Gate: at most 1.0 for each network that reads text.
//!
//! | network, rows x columns | Dais | tract 0.23.9 | onnxruntime | least | median | AVX2 |
//! |---|---|---|---|---|---|---|
//! | PP-OCRv6 tiny, finds lines, 192x320 | 5.46 | 14.91 | 6.13 | 0.89 | 0.87 | 0.94 |
//! | 384x640 | 23.96 | 80.60 | 25.08 | 0.96 | 0.99 | 0.99 |
//! | 544x960 | 53.53 | 149.15 | 57.47 | 0.93 | 0.94 | 0.99 |
//! | PP-OCRv6 tiny, reads a line, 48x96 | 1.36 | 2.86 | 1.79 | 0.76 | 0.77 | 0.80 |
//! | 48x160 | 2.19 | 4.22 | 2.62 | 0.84 | 0.82 | 0.87 |
//! | 48x320 | 4.32 | 7.75 | 4.86 | 0.89 | 0.88 | 0.96 |
//! | 48x640 | 8.52 | 14.86 | 9.10 | 0.94 | 0.93 | 0.99 |
//! | 48x1280 | 17.59 | 28.51 | 18.10 | 0.97 | 0.95 | 1.02 |
//! | PP-OCRv6 small, reads a line, 48x96 | 7.07 | 13.60 | 8.22 | 0.86 | 0.85 | 0.97 |
//! | 48x320 | 23.22 | 39.20 | 24.21 | 0.96 | 0.95 | 1.02 |
//! | 48x640 | 47.43 | 79.79 | 47.98 | 0.99 | 0.98 | 1.08 |
//! | BlazeFace short, 128x128 | 1.15 | 3.73 | 1.58 | 0.73 | 0.72 | 0.71 |
//! | BlazeFace full, 192x192 | 3.51 | 14.40 | 4.01 | 0.88 | 0.89 | 0.92 |
//! | palm detection, 192x192 | 7.47 | 61.50 | 12.41 | 0.60 | 0.61 | 0.65 |
//! | hand landmarks, 224x224 | 4.63 | 17.94 | 4.19 | 1.10 | 1.05 | 1.25 |
//! | pose detection, 224x224 | 11.19 | 37.53 | 11.08 | 1.01 | 1.03 | 1.09 |
//! | pose landmarks, 256x256 | 4.66 | 18.39 | 4.90 | 0.95 | 0.95 | 0.99 |
//! | a page of ten lines, 1280x720 | 173.48 | | 167.99 | 1.03 | 1.04 | 1.05 |
//!
//! The page's first number is everything from pixels to text; onnxruntime's is the runs of the networks alone, to which a
//! pipeline around it adds its own preparation.

// A benchmark that cannot go on says where; and printing is what it is for.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod accuracy;
mod page;
mod peer;
mod profile;
mod sheet;

use std::path::{Path, PathBuf};

use inference::measure::Network;
use inference::{DETECTOR, READER};
use rustix::time::{ClockId, clock_gettime};

use crate::peer::Peer;

/// Networks and the sides of their inputs: pages (a word's surroundings, half a board, a whole one), lines (a character, a
/// word, a few words, a sentence, a long line), and what the camera's networks are made for. Those that this version's
/// assets have not are left out.
const CASES: [(&str, &[[usize; 2]]); 9] = [
    (DETECTOR, &[[192, 320], [384, 640], [544, 960]]),
    (READER, &[[48, 96], [48, 160], [48, 320], [48, 640], [48, 1280]]),
    ("ppocrv6-small-rec.onnx", &[[48, 96], [48, 320], [48, 640]]),
    ("blazeface-short.onnx", &[[128, 128]]),
    ("blazeface-full.onnx", &[[192, 192]]),
    ("palm-detection-lite.onnx", &[[192, 192]]),
    ("hand-landmark-lite.onnx", &[[224, 224]]),
    ("pose-detection.onnx", &[[224, 224]]),
    ("pose-landmark-lite.onnx", &[[256, 256]]),
];

struct Words {
    peer: Option<(String, String)>,
    rounds: usize,
    profile: bool,
    accuracy: bool,
    fonts: Vec<PathBuf>,
}

fn main() {
    let words = words();
    let mut peer = words.peer.as_ref().map(|(python, program)| Peer::start(python, program));
    if words.profile {
        profile::print();
        return;
    }
    if words.accuracy {
        accuracy::measure(&words.fonts, peer.as_mut());
        return;
    }
    println!(
        "{:28} {:>15} {:>15} {:>15} {:>6} {:>6} {:>8}",
        "processor ms, least/median", "Dais", "tract", "onnxruntime", "least", "median", "most |d|"
    );
    for (name, sides) in CASES {
        if !folder().join(name).exists() {
            println!("{name} is not installed");
            continue;
        }
        for [height, width] in sides {
            network(name, [1, 3, *height, *width], words.rounds, peer.as_mut());
        }
    }
    page::measure(words.rounds, peer.as_mut());
    println!(
        "{} rounds. least, median: Dais divided by onnxruntime. |d|: furthest from onnxruntime's first output.",
        words.rounds
    );
}

fn words() -> Words {
    let mut words = Words { peer: None, rounds: 15, profile: false, accuracy: false, fonts: Vec::new() };
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        match word.as_str() {
            "--peer" => words.peer = Some((given.next().unwrap(), given.next().unwrap())),
            "--rounds" => words.rounds = given.next().unwrap().parse().expect("--rounds wants a number"),
            "--profile" => words.profile = true,
            "--accuracy" => words.accuracy = true,
            "--font" => words.fonts.push(given.next().expect("--font wants a file").into()),
            "--without-avx512" => inference::measure::without_avx512(),
            // cargo's own word for a benchmark.
            "--bench" => {}
            other => panic!("no option {other}"),
        }
    }
    words
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/fetched/models").canonicalize().unwrap()
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).expect("run `cargo xtask assets` first")
}

fn open(name: &str) -> Network {
    Network::open(name, &bytes(name)).unwrap()
}

/// Numbers from -1 to 1 that are the same in each run.
fn noise(count: usize) -> Vec<f32> {
    let mut state = 0x9E37_79B9_u32;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as f32 / u32::MAX as f32 * 2.0 - 1.0
    };
    (0..count).map(|_| next()).collect()
}

fn network(name: &str, shape: [usize; 4], rounds: usize, mut peer: Option<&mut Peer>) {
    let (network, reference) = (open(name), Network::open_in_tract(name, &bytes(name)).unwrap());
    let values = noise(shape.iter().product());
    let path = folder().join(name);
    let (mut times, mut apart) = (Times::default(), None);
    for round in 0..=rounds {
        let start = processor_ms();
        let output = network.run(&shape, &values).unwrap();
        let ours = processor_ms();
        reference.run(&shape, &values).unwrap();
        let tracts = processor_ms();
        let other = peer.as_mut().map(|peer| peer.run(&path, &shape, &values));
        // The first round makes plans and loads pages.
        if round == 0 {
            apart = other.map(|(_, other)| most_apart(&output, &other));
            continue;
        }
        times.ours.push(ours - start);
        times.tract.push(tracts - ours);
        times.theirs.extend(other.map(|(spent, _)| spent));
    }
    times.print(&format!("{} {}x{}", name.trim_end_matches(".onnx"), shape[2], shape[3]), apart);
}

/// Milliseconds of each round.
#[derive(Default)]
struct Times {
    ours: Vec<f64>,
    tract: Vec<f64>,
    theirs: Vec<f64>,
}

impl Times {
    fn print(self, label: &str, apart: Option<f32>) {
        let [ours, tract, theirs] = [self.ours, self.tract, self.theirs].map(least_and_median);
        let pair = |(least, median): (f64, f64)| {
            if least.is_nan() { "-".to_owned() } else { format!("{least:.2}/{median:.2}") }
        };
        println!(
            "{label:28} {:>15} {:>15} {:>15} {:>6.2} {:>6.2} {:>8}",
            pair(ours),
            pair(tract),
            pair(theirs),
            ours.0 / theirs.0,
            ours.1 / theirs.1,
            apart.map_or_else(String::new, |apart| format!("{apart:.0e}")),
        );
    }
}

fn least_and_median(mut times: Vec<f64>) -> (f64, f64) {
    times.sort_by(f64::total_cmp);
    let at = |index: usize| times.get(index).copied().unwrap_or(f64::NAN);
    (at(0), at(times.len() / 2))
}

fn most_apart(ours: &[f32], theirs: &[f32]) -> f32 {
    assert_eq!(ours.len(), theirs.len());
    ours.iter().zip(theirs).map(|(ours, theirs)| (ours - theirs).abs()).fold(0.0, f32::max)
}

/// What this process has computed so far, in milliseconds.
fn processor_ms() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e3 + time.tv_nsec as f64 / 1e6
}
