//! Writing that must stay ink.
use std::path::Path;

use anyhow::Context as _;
use ink::Node;

/// A written character: its strokes, in any unit, y down.
pub(crate) struct Character(Vec<Vec<(f64, f64)>>);

/// The most characters that are looked at.
const MOST: usize = 1_500;

impl Character {
    /// The strokes at a size and a place in a line of writing, in micrometres.
    pub(crate) fn placed(&self, size_um: f64, x_um: f64) -> Vec<Vec<Node>> {
        let all = || self.0.iter().flatten();
        let (x0, y0) = all().fold((f64::MAX, f64::MAX), |low, at| (low.0.min(at.0), low.1.min(at.1)));
        let (x1, y1) = all().fold((f64::MIN, f64::MIN), |high, at| (high.0.max(at.0), high.1.max(at.1)));
        let scale = size_um / (x1 - x0).max(y1 - y0).max(1e-9);
        let place = |at: &(f64, f64)| {
            Node::nearest((at.0 - x0) * scale + x_um + 2e5, (at.1 - y0) * scale + 3e5, 2_000.0, 0)
        };
        self.0.iter().map(|stroke| stroke.iter().map(place).collect()).collect()
    }
}

/// Medians of `hanzi-writer-data`.
pub(crate) fn hanzi(folder: &Path) -> anyhow::Result<Vec<Character>> {
    let mut files: Vec<_> = std::fs::read_dir(folder)?.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.file_stem().is_some_and(|stem| stem.to_string_lossy().chars().count() == 1));
    files.sort();
    let step = (files.len() / MOST).max(1);
    let read = |file: &std::path::PathBuf| -> anyhow::Result<Character> {
        let text = std::fs::read(file)?;
        let json: serde_json::Value =
            serde_json::from_slice(&text).with_context(|| format!("{}", file.display()))?;
        let medians = json["medians"].as_array().context("no medians")?;
        let number = |at: &serde_json::Value, index: usize| at[index].as_f64().unwrap_or_default();
        // Their y goes up.
        let stroke = |median: &serde_json::Value| {
            let points = median.as_array().into_iter().flatten();
            points.map(|at| (number(at, 0), -number(at, 1))).collect()
        };
        Ok(Character(medians.iter().map(stroke).collect()))
    };
    files.iter().step_by(step).map(read).collect()
}

/// A character a line.
pub(crate) fn ink(file: &Path) -> anyhow::Result<Vec<Character>> {
    let text = std::fs::read_to_string(file)?;
    let mut characters = Vec::new();
    for line in text.lines() {
        let (_, strokes) = line.split_once('\t').context("a line without a tab")?;
        let point = |at: &str| -> anyhow::Result<(f64, f64)> {
            let (x, y) = at.split_once(',').context("a point without a comma")?;
            Ok((x.parse()?, y.parse()?))
        };
        let stroke = |stroke: &str| stroke.split_whitespace().map(point).collect::<anyhow::Result<Vec<_>>>();
        characters.push(Character(strokes.split(';').map(stroke).collect::<anyhow::Result<Vec<_>>>()?));
    }
    Ok(characters)
}
