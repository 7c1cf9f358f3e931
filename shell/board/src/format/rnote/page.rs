//! Sheets: what they are printed on, and which stroke lies on which.
use serde_json::Value;

use super::thing::colour;
use crate::{
    format::{
        FormatError, Limits,
        curve::Place,
        fields::{list, number, text},
        limits::within,
    },
    paper::{Ground, Paper, Pattern},
};

const UM_PER_INCH: f64 = 25_400.0;
/// What a note's numbers may be: resolutions and sides of sheets in pixels.
const DPI: std::ops::RangeInclusive<f64> = 1.0..=10_000.0;
const SIDE: std::ops::RangeInclusive<f64> = 1.0..=1_000_000.0;
/// A4 at 96 dots an inch.
const A4: (f64, f64) = (793.7, 1_122.5);

pub(super) struct Pages {
    paper: Paper,
    dpi: f64,
    /// The sides of a sheet and how many there are; without it there is one without end.
    sheets: Option<(f64, f64, usize)>,
    top: f64,
    left: f64,
}

impl Pages {
    pub(super) fn of(note: &Value, limits: &Limits) -> Result<Pages, FormatError> {
        // Since 0.13 what a sheet is like is apart from where the note lies.
        let config = note.get("config").unwrap_or(note);
        let format = config.get("format").unwrap_or(&Value::Null);
        let dpi = number(format, "dpi").filter(|dpi| DPI.contains(dpi)).unwrap_or(96.0);
        let side = |name: &str, otherwise: f64| {
            number(format, name).filter(|side| SIDE.contains(side)).unwrap_or(otherwise)
        };
        let (width, height) = (side("width", A4.0), side("height", A4.1));
        let endless = matches!(text(config, "layout"), Some("infinite" | "semi_infinite" | "semi-infinite"));
        let sheets = if endless {
            None
        } else {
            let all = number(note, "height").unwrap_or(height);
            // Rounding leaves a hair of the next sheet.
            let count = (all / height - 0.01).ceil().max(1.0);
            within("pages", count as u64, limits.pages)?;
            Some((width, height, count as usize))
        };
        let origin = |name: &str| number(note, name).filter(|place| place.is_finite()).unwrap_or(0.0);
        let (left, top) = if endless { (0.0, 0.0) } else { (origin("x"), origin("y")) };
        let paper = paper(config.get("background").unwrap_or(&Value::Null), UM_PER_INCH / dpi, sheets);
        Ok(Pages { paper, dpi, sheets, top, left })
    }

    pub(super) fn um_per_px(&self) -> f64 {
        UM_PER_INCH / self.dpi
    }

    pub(super) fn count(&self) -> usize {
        self.sheets.map_or(1, |(_, _, count)| count)
    }

    pub(super) fn paper(&self) -> Paper {
        self.paper
    }

    /// Which sheet a place is on; the nearest if it is on none.
    pub(super) fn number_of(&self, place: Place) -> usize {
        let Some((_, height, count)) = self.sheets else { return 0 };
        (((place.1 - self.top) / height).floor().max(0.0) as usize).min(count - 1)
    }

    /// Where a sheet's corner is in the note.
    pub(super) fn origin(&self, number: usize) -> Place {
        (self.left, self.sheets.map_or(0.0, |(_, height, _)| self.top + number as f64 * height))
    }
}

fn paper(background: &Value, um_per_px: f64, sheets: Option<(f64, f64, usize)>) -> Paper {
    let rgb = background.get("color").and_then(colour).map_or(0xff_ffff, |colour| colour.on(0xff_ffff).rgb());
    let pattern = match text(background, "pattern") {
        Some("lines") => Pattern::Lines,
        Some("grid" | "isometric_grid") => Pattern::Grid,
        Some("dots" | "isometric_dots") => Pattern::Dots,
        _ => Pattern::Plain,
    };
    let step = list(background, "pattern_size").get(1).and_then(Value::as_f64).filter(|step| *step >= 1.0);
    let um = |px: f64| (px * um_per_px).round().clamp(1.0, f64::from(i32::MAX)) as u32;
    Paper {
        ground: Ground::Own(rgb),
        pattern,
        pitch_um: um(step.unwrap_or(32.0)),
        size_um: sheets.map(|(width, height, _)| (um(width), um(height))),
    }
}
