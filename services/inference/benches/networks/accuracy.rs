//! The readers of lines on 20,000 rendered characters, each line beside what onnxruntime's numbers for it say.
//!
//! Chinese lines are characters of GB 2312's first level in a random order, so that no reader is helped by what usually
//! follows; English ones are words of our own README. The bundled font, and any other that `--font FILE` names.
//!
//! 29 November 2026, onnxruntime 1.32.0, 20,010 characters in 1,365 lines of each font: **every one of the 5,460 lines is
//! the same as by onnxruntime's numbers.**
//!
//! | reader | Noto Sans SC | WQY MicroHei | gate |
//! |---|---|---|---|
//! | PP-OCRv6 tiny | 0.45 % | 0.50 % | 0.5 % |
//! | PP-OCRv6 small | **0.24 %** | **0.33 %** | 0.1 % |
//!
//! The small reader misses its gate, which was set on running text of 705 characters; what it takes wrongly here, it
//! takes wrongly in onnxruntime too.

use std::path::{Path, PathBuf};

use inference::measure::{LineReader, runs_of};

use crate::peer::Peer;
use crate::sheet::{Font, Sheet};
use crate::{bytes, folder};

/// Characters a font and reader.
const CHARACTERS: usize = 20_000;
/// Networks, their dictionaries, and the share of wrong characters that is too many, in percent.
const READERS: [(&str, &str, f64); 2] = [
    ("ppocrv6-tiny-rec.onnx", "ppocrv6-tiny-dict.txt", 0.5),
    ("ppocrv6-small-rec.onnx", "ppocrv6-dict.txt", 0.1),
];
/// Characters a Chinese line, and words an English one.
const LENGTHS: (usize, usize) = (12, 4);
/// Heights of the type, in pixels, by turns.
const SIZES: [f32; 4] = [24.0, 30.0, 36.0, 44.0];
/// GB 2312's first level.
const FIRST_LEVEL: usize = 3755;

pub(crate) fn measure(fonts: &[PathBuf], mut peer: Option<&mut Peer>) {
    let assets = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets");
    let mut faces = vec![("the bundled font".to_owned(), Font::bundled(&assets))];
    faces.extend(fonts.iter().map(|path| (path.display().to_string(), Font::read(path))));
    for (face, font) in &faces {
        let lines = lines(&assets, font);
        let count: usize = lines.iter().map(|line| line.chars().count()).sum();
        for (name, dictionary, most) in READERS {
            let reader = LineReader::open(name, &bytes(name), &bytes(dictionary)).unwrap();
            let (mut wrong, mut other) = (0, 0);
            for (at, line) in lines.iter().enumerate() {
                let picture = set(font, SIZES[at % SIZES.len()], line);
                let (text, runs) = runs_of(|| reader.read(&picture).unwrap());
                wrong += edits(&joined(&text), &joined(line));
                if let Some(peer) = &mut peer {
                    let (shape, values) = &runs[0].1[0];
                    let theirs = reader.decode(&peer.run(&folder().join(name), shape, values).1);
                    other += usize::from(theirs != text);
                }
            }
            let share = wrong as f64 / count as f64 * 100.0;
            let beside = if peer.is_some() { format!(", {other} not as onnxruntime") } else { String::new() };
            println!(
                "{name}, {face}: {wrong} of {count} characters wrong, {share:.2} % (gate {most}); {} lines{beside}",
                lines.len()
            );
        }
    }
}

/// Characters whose blanks do not count: between Chinese ones they are a matter of taste.
fn joined(text: &str) -> Vec<char> {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

fn lines(assets: &Path, font: &Font) -> Vec<String> {
    let classes = std::fs::read_to_string(assets.join("models/ink/ink-classes.txt")).unwrap();
    let chinese: Vec<char> = classes.chars().take(FIRST_LEVEL).filter(|one| font.has(*one)).collect();
    let readme = std::fs::read_to_string(assets.join("../README.md")).unwrap();
    let is_word = |word: &&str| word.len() > 1 && word.chars().all(|letter| letter.is_ascii_alphabetic());
    let english: Vec<&str> = readme.split_whitespace().filter(is_word).collect();
    let mut state = 0x9E37_79B9_u32;
    let mut pick = |most: usize| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state as usize % most
    };
    let (mut lines, mut count) = (Vec::new(), 0);
    while count < CHARACTERS {
        let line: String = if lines.len() % 3 == 2 {
            (0..LENGTHS.1).map(|_| english[pick(english.len())]).collect::<Vec<_>>().join(" ")
        } else {
            (0..LENGTHS.0).map(|_| chinese[pick(chinese.len())]).collect()
        };
        count += line.chars().count();
        lines.push(line);
    }
    lines
}

fn set(font: &Font, size: f32, line: &str) -> inference::Raster {
    let margin = size / 4.0;
    let mut sheet =
        Sheet::blank((font.width(size, line) + 2.0 * margin) as usize, (size * 1.2 + margin) as usize);
    sheet.write(font, size, (margin, margin / 2.0 + size * 0.95), line);
    sheet.raster()
}

/// The least number of characters to put in, take out or change (Levenshtein).
fn edits(from: &[char], to: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (at, one) in from.iter().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], at + 1);
        for (place, other) in to.iter().enumerate() {
            let change = diagonal + usize::from(one != other);
            diagonal = row[place + 1];
            row[place + 1] = change.min(row[place] + 1).min(diagonal + 1);
        }
    }
    row[to.len()]
}
