//! The networks that read text, and a whole page, beside onnxruntime: same machine, same run, same inputs, one thread
//! each, by turns.
//!
//! `cargo xtask bench inference [--rounds N] [--profile]`. Built with the `dev` profile, in which what it measures is
//! compiled with optimisation.

// A benchmark that cannot go on says where; and printing is what it is for.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod page;
mod peer;
mod profile;

use std::path::{Path, PathBuf};

use inference::measure::Network;
use inference::{DETECTOR, READER};
use rustix::time::{ClockId, clock_gettime};

use crate::peer::Peer;

/// Heights and widths at which pages are looked at: a word's surroundings, half a board, a whole one.
const PAGES: [[usize; 2]; 3] = [[192, 320], [384, 640], [544, 960]];
/// Widths of lines: a character, a word, a few words, a sentence, a long line.
const LINES: [usize; 5] = [96, 160, 320, 640, 1280];

struct Words {
    peer: Option<(String, String)>,
    rounds: usize,
    profile: bool,
}

fn main() {
    let words = words();
    let mut peer = words.peer.as_ref().map(|(python, program)| Peer::start(python, program));
    if words.profile {
        profile::print();
        return;
    }
    println!(
        "{:34} {:>16} {:>16} {:>7} {:>8} {:>9}  at {} rounds",
        "processor ms, least/median", "Dais", "onnxruntime", "least", "median", "most |d|", words.rounds
    );
    for [height, width] in PAGES {
        network(DETECTOR, [1, 3, height, width], words.rounds, peer.as_mut());
    }
    for width in LINES {
        network(READER, [1, 3, 48, width], words.rounds, peer.as_mut());
    }
    page::measure(words.rounds, peer.as_mut());
    println!("least, median: Dais divided by onnxruntime.");
}

fn words() -> Words {
    let mut words = Words { peer: None, rounds: 15, profile: false };
    let mut given = std::env::args().skip(1);
    while let Some(word) = given.next() {
        match word.as_str() {
            "--peer" => words.peer = Some((given.next().unwrap(), given.next().unwrap())),
            "--rounds" => words.rounds = given.next().unwrap().parse().expect("--rounds wants a number"),
            "--profile" => words.profile = true,
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

fn open(name: &str) -> Network {
    let bytes = std::fs::read(folder().join(name)).expect("run `cargo xtask assets` first");
    Network::open(name, &bytes).unwrap()
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
    let network = open(name);
    let values = noise(shape.iter().product());
    let path = folder().join(name);
    let (mut ours, mut theirs, mut apart) = (Vec::new(), Vec::new(), None);
    for round in 0..=rounds {
        let start = processor_ms();
        let output = network.run(&shape, &values).unwrap();
        let spent = processor_ms() - start;
        let other = peer.as_mut().map(|peer| peer.run(&path, &shape, &values));
        // The first round makes plans and loads pages.
        if round == 0 {
            apart = other.map(|(_, other)| most_apart(&output, &other));
            continue;
        }
        ours.push(spent);
        theirs.extend(other.map(|(spent, _)| spent));
    }
    let label = format!("{} {}x{}", name.trim_end_matches(".onnx"), shape[2], shape[3]);
    row(&label, ours, theirs, apart);
}

fn row(label: &str, ours: Vec<f64>, theirs: Vec<f64>, apart: Option<f32>) {
    let (ours, theirs) = (least_and_median(ours), least_and_median(theirs));
    let pair = |(least, median): (f64, f64)| format!("{least:.2}/{median:.2}");
    println!(
        "{label:34} {:>16} {:>16} {:>7.2} {:>8.2} {:>9}",
        pair(ours),
        pair(theirs),
        ours.0 / theirs.0,
        ours.1 / theirs.1,
        apart.map_or_else(String::new, |apart| format!("{apart:.1e}")),
    );
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
