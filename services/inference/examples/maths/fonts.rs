//! Pen fonts: SVG fonts whose glyphs are lines, as plotters write them.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;

/// Strokes, y down, a digit about one high and standing on nought.
pub(crate) type Glyph = Vec<Vec<(f32, f32)>>;

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

/// All fonts of a folder whose digits are single lines.
pub(crate) fn read(folder: &Path) -> anyhow::Result<Vec<Font>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.sort();
    let mut fonts = Vec::new();
    for file in files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        // Others draw outlines, or every line twice.
        let single = name.starts_with("EMS") || name == "HersheySans1";
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
