//! Every fuzz target over its seeds and over seeded random mutations of them, on every run of the tests: what
//! libFuzzer searches for hours, this keeps from coming back.

use std::fs;
use std::path::{Path, PathBuf};

use super::TARGETS;

/// Mutations of one target: a second or two for all of them together.
const MUTATIONS: u64 = 3_000;
/// Longest input tried; longer ones find nothing new in parsers of this size.
const BYTES_MAX: usize = 4_096;
/// Pieces that parsers look for, put in at random.
const WORDS: &[&[u8]] = &[
    b"{",
    b"}",
    b"\"",
    b"\\",
    b"\\u0000",
    b",",
    b":",
    b"\r\n",
    b"\n\n",
    b"\t",
    b"-----BEGIN ",
    b"-----",
    b"\"sign\"",
    b"_response",
    b"-1",
    b"9223372036854775808",
    b"0.001",
    b"1e9",
    b"null",
    b"\xEF\xBB\xBF",
    b"\xFF",
    b"<![CDATA[",
    b"]]>",
    b"&#x0;",
    b"%",
    b"+",
    b"`",
];

fn seeds(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds").join(name);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        let bytes = fs::read(&path).expect("seed");
        let hex = path.extension().is_some_and(|ending| ending == "hex");
        (path, if hex { unhex(&bytes) } else { bytes })
    };
    paths.into_iter().map(read).collect()
}

/// A `.hex` seed is bytes that are no text, two digits each; blanks and line ends are for the eye.
fn unhex(text: &[u8]) -> Vec<u8> {
    let digits: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    let byte = |pair: &[u8]| {
        let pair = std::str::from_utf8(pair).expect("hexadecimal digits");
        u8::from_str_radix(pair, 16).expect("hexadecimal digits")
    };
    digits.chunks(2).map(byte).collect()
}

/// SplitMix64, as in the till's simulation.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % u64::try_from(limit.max(1)).expect("a size")).expect("a size")
    }

    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
}

/// One to eight small damages.
fn mutate(random: &mut Random, seed: &[u8], other: &[u8]) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..=random.below(8) {
        let at = random.below(bytes.len() + 1);
        match random.below(7) {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, random.byte()),
            2 if at < bytes.len() => bytes[at] = random.byte(),
            3 if at < bytes.len() => bytes[at] ^= 1 << random.below(8),
            4 => {
                let word = WORDS[random.below(WORDS.len())];
                bytes.splice(at..at, word.iter().copied());
            }
            5 => {
                let end = at + random.below(bytes.len() - at + 1);
                let piece = bytes[at..end].to_vec();
                bytes.splice(at..at, piece);
            }
            _ => {
                let from = random.below(other.len() + 1);
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
        }
        bytes.truncate(BYTES_MAX);
    }
    bytes
}

fn survives(name: &str, run: fn(&[u8]), bytes: &[u8], from: &str) {
    let outcome = std::panic::catch_unwind(|| run(bytes));
    assert!(outcome.is_ok(), "{name} panics over {from}: {:?}", String::from_utf8_lossy(bytes));
}

#[test]
fn every_target_survives_its_seeds_and_mutations_of_them() {
    for target in TARGETS {
        let seeds = seeds(target.name);
        assert!(!seeds.is_empty(), "{} has no seeds", target.name);
        for (path, bytes) in &seeds {
            survives(target.name, target.run, bytes, &path.display().to_string());
        }
        for number in 0..MUTATIONS {
            let mut random = Random(number);
            let (seed, other) = (random.below(seeds.len()), random.below(seeds.len()));
            let bytes = mutate(&mut random, &seeds[seed].1, &seeds[other].1);
            survives(target.name, target.run, &bytes, &format!("mutation {number}"));
        }
    }
}

#[test]
fn every_folder_of_seeds_belongs_to_a_target() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for entry in fs::read_dir(folder).expect("seeds") {
        let name = entry.expect("entry").file_name().into_string().expect("text");
        // Targets of crates that the kiosk may not know live in the fuzz program.
        let elsewhere = ["sandbox_", "touch_", "capture_"].iter().any(|crate_| name.starts_with(crate_));
        assert!(elsewhere || TARGETS.iter().any(|target| target.name == name), "{name} is nobody's");
    }
}
