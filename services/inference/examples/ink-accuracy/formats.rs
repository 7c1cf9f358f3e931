//! Files with ink of people: CASIA's `.pot`, Tegaki's XML, and a plain text of our own.

use std::path::Path;

use anyhow::{Context, Result, bail};
use inference::{Point, Stroke};

/// Ink and what it says.
pub(crate) struct Sample {
    pub(crate) text: String,
    pub(crate) strokes: Vec<Stroke>,
}

pub(crate) fn read(path: &Path) -> Result<Vec<Sample>> {
    let bytes = std::fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let samples = match path.extension().and_then(|kind| kind.to_str()) {
        Some("pot") => pot(&bytes),
        Some("xml") => tegaki(&String::from_utf8(bytes)?),
        _ => plain(&String::from_utf8(bytes)?),
    };
    samples.with_context(|| format!("{} is not in its format", path.display()))
}

/// CASIA-OLHWDB characters: size, GB code in four bytes (last first), strokes, then points; (-1, 0) ends a stroke and
/// (-1, -1) the character. All numbers are 16 bits, little endian.
fn pot(bytes: &[u8]) -> Result<Vec<Sample>> {
    let mut samples = Vec::new();
    let mut rest = bytes;
    while rest.len() >= 8 {
        let size = usize::from(u16::from_le_bytes([rest[0], rest[1]]));
        if size < 8 || size > rest.len() {
            bail!("a character of {size} bytes");
        }
        let (one, after) = rest.split_at(size);
        rest = after;
        let code: Vec<u8> = [one[3], one[2]].into_iter().filter(|&byte| byte != 0).collect();
        let mut strokes = Vec::new();
        let mut points = Vec::new();
        for pair in one[8..].chunks_exact(4) {
            let (x, y) = (i16::from_le_bytes([pair[0], pair[1]]), i16::from_le_bytes([pair[2], pair[3]]));
            match (x, y) {
                (-1, -1) => break,
                (-1, 0) => strokes.push(Stroke(std::mem::take(&mut points))),
                (x, y) => points.push(Point { x: f32::from(x), y: f32::from(y), t: 0 }),
            }
        }
        samples.extend(gb2312(&code).map(|text| Sample { text, strokes }));
    }
    Ok(samples)
}

/// GB 2312 by way of the classes that the recogniser knows, which are in its order; `None` for anything else.
fn gb2312(code: &[u8]) -> Option<String> {
    let classes: Vec<char> = include_str!("../../../../assets/models/ink/ink-classes.txt").chars().collect();
    match *code {
        [letter] if letter.is_ascii_graphic() => Some(char::from(letter).to_string()),
        [row, cell] if row >= 0xB0 && cell >= 0xA1 => {
            let (row, cell) = (usize::from(row - 0xB0), usize::from(cell - 0xA1));
            // The last row of level one has 89 characters.
            let at = if row < 40 { row * 94 + cell } else { 3755 + (row - 40) * 94 + cell };
            let known = if row < 39 {
                cell < 94
            } else if row == 39 {
                cell < 89
            } else {
                at < 6763
            };
            known.then(|| classes[at].to_string())
        }
        _ => None,
    }
}

fn tegaki(text: &str) -> Result<Vec<Sample>> {
    let between = |text: &str, before: &str, after: &str| -> Option<String> {
        let begin = text.find(before)? + before.len();
        Some(text[begin..begin + text[begin..].find(after)?].to_owned())
    };
    let said = between(text, "<utf8>", "</utf8>").context("no <utf8>")?;
    let strokes = text.split("<stroke>").skip(1).map(|stroke| {
        let points = stroke.split("<point ").skip(1).filter_map(|point| {
            let number = |name: &str| between(point, &format!("{name}=\""), "\"")?.parse().ok();
            Some(Point { x: number("x")?, y: number("y")?, t: 0 })
        });
        Stroke(points.collect())
    });
    Ok(vec![Sample { text: said, strokes: strokes.collect() }])
}

fn plain(text: &str) -> Result<Vec<Sample>> {
    let mut samples: Vec<Sample> = Vec::new();
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        if let Some(said) = line.strip_prefix("= ") {
            samples.push(Sample { text: said.to_owned(), strokes: Vec::new() });
            continue;
        }
        let points = line.split_whitespace().map(|pair| {
            let (x, y) = pair.split_once(',').context("a point without a comma")?;
            Ok(Point { x: x.parse()?, y: y.parse()?, t: 0 })
        });
        let stroke = Stroke(points.collect::<Result<_>>()?);
        samples.last_mut().context("a stroke before any text")?.strokes.push(stroke);
    }
    Ok(samples)
}
