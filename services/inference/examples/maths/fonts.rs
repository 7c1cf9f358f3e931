//! Pen fonts: SVG fonts whose glyphs are lines, as plotters write them; and digits that people wrote.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

/// Strokes, y down, a digit about one high and standing on nought.
pub(crate) type Glyph = Vec<Vec<(f32, f32)>>;

/// The fonts that the network has not learned from (`HELD_OUT` of `assets/models/maths/shapes.py`).
const UNSEEN: [&str; 6] =
    ["EMSFelix", "EMSElfin", "EMSNixish", "EMSNixishItalic", "EMSReadability", "EMSReadabilityItalic"];
/// Lines of pendigits before its test file, whose writers the network has not seen; and lines of that.
const SEEN_LINES: usize = 6_728;
const UNSEEN_LINES: usize = 3_498;
/// Points of the curve between two of the eight that a digit has.
const CURVE: usize = 4;

/// A font.
pub(crate) struct Font {
    pub(crate) name: String,
    glyphs: BTreeMap<char, Glyph>,
}

impl Font {
    pub(crate) fn glyph(&self, of: char) -> Option<&Glyph> {
        self.glyphs.get(&of)
    }
}

/// Digits by people at a tablet: UCI pendigits as KEEL has them, a line each, eight points and what it is. Only those
/// of writers that the network has not seen.
pub(crate) fn digits(file: &Path) -> anyhow::Result<BTreeMap<char, Vec<Glyph>>> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('@'));
    let mut digits: BTreeMap<char, Vec<Glyph>> = BTreeMap::new();
    for line in lines.skip(SEEN_LINES).take(UNSEEN_LINES) {
        let numbers: Vec<f32> =
            line.split(',').map(|number| number.trim().parse()).collect::<Result<_, _>>()?;
        let [points @ .., digit] = &numbers[..] else { continue };
        let points: Vec<(f32, f32)> =
            points.chunks_exact(2).map(|at| (at[0] / 100.0, -at[1] / 100.0)).collect();
        let digit = char::from_digit(*digit as u32, 10).context("no digit at the end of a line")?;
        digits.entry(digit).or_default().push(vec![curve(&points)]);
    }
    Ok(digits)
}

/// Catmull and Rom's curve through points.
fn curve(points: &[(f32, f32)]) -> Vec<(f32, f32)> {
    let at = |at: isize| points[at.clamp(0, points.len() as isize - 1) as usize];
    let mut curve = Vec::new();
    for from in 0..points.len() as isize - 1 {
        for step in 0..CURVE {
            let t = step as f32 / CURVE as f32;
            let mix = |pick: fn((f32, f32)) -> f32| {
                let [a, b, c, d] = [-1, 0, 1, 2].map(|by| pick(at(from + by)));
                let square = (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t;
                0.5 * (2.0 * b + (c - a) * t + square + (3.0 * b - a - 3.0 * c + d) * t * t * t)
            };
            curve.push((mix(|at| at.0), mix(|at| at.1)));
        }
    }
    curve.extend(points.last());
    curve
}

/// All fonts of a folder whose digits are single lines: those that the network has not seen, or those that it has.
pub(crate) fn read(folder: &Path, seen: bool) -> anyhow::Result<Vec<Font>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let mut fonts = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Others draw outlines, or every line twice.
        let single = name.starts_with("EMS") || name == "HersheySans1";
        if UNSEEN.contains(&name.as_str()) == seen {
            continue;
        }
        if file.extension().is_none_or(|extension| extension != "svg") || !single {
            continue;
        }
        let text = std::fs::read_to_string(&file)?;
        let mut glyphs = BTreeMap::new();
        for part in text.split("<glyph ").skip(1) {
            let (Some(of), Some(way)) = (attribute(part, " unicode"), attribute(part, " d")) else {
                continue;
            };
            // Letters with curves are none that expressions are made of.
            if let (Some(of), Some(way)) = (character(of), way_of(way)) {
                glyphs.insert(of, way);
            }
        }
        let tall =
            glyphs.get(&'0').map(|zero: &Glyph| zero.iter().flatten().map(|at| -at.1).fold(1.0, f32::max));
        let tall = tall.with_context(|| format!("{name} has no digits"))?;
        for glyph in glyphs.values_mut() {
            glyph.iter_mut().flatten().for_each(|at| *at = (at.0 / tall, at.1 / tall));
        }
        fonts.push(Font { name, glyphs });
    }
    anyhow::ensure!(!fonts.is_empty(), "no pen fonts in {}", folder.display());
    Ok(fonts)
}

fn attribute<'a>(part: &'a str, name: &str) -> Option<&'a str> {
    // The first attribute has lost its blank to the split.
    let from = if part.starts_with(&format!("{}=\"", name.trim())) {
        name.len() + 1
    } else {
        part.find(&format!("{name}=\""))? + name.len() + 2
    };
    part[from..].split('"').next()
}

fn character(text: &str) -> Option<char> {
    if let Some(number) = text.strip_prefix("&#x") {
        return char::from_u32(u32::from_str_radix(number.trim_end_matches(';'), 16).ok()?);
    }
    let mut characters = text.chars();
    characters.next().filter(|_| characters.next().is_none())
}

/// `M` begins a stroke, `L` goes on; fonts' y goes up.
fn way_of(way: &str) -> Option<Glyph> {
    let mut strokes: Glyph = Vec::new();
    let mut numbers = Vec::new();
    for word in way.split_whitespace() {
        match word {
            "M" => strokes.push(Vec::new()),
            "L" => {}
            number => {
                numbers.push(number.parse::<f32>().ok()?);
                if let [x, y] = numbers[..] {
                    strokes.last_mut()?.push((x, -y));
                    numbers.clear();
                }
            }
        }
    }
    Some(strokes)
}
