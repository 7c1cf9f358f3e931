//! Pages: an Excalidraw scene is one without end, so that the board's pages become frames that say what they were.
use serde_json::{Map, Value, json};

use super::{UM_PER_PX, element::Element};
use crate::{
    format::{
        css::{Css, hex_rgb},
        fields::{is_set, number, text},
    },
    paper::{Ground, Paper, Pattern},
};

/// The step of a scene's grid where it does not say, in pixels.
const GRID_PX: f64 = 20.0;
/// Patterns by the names that stand in our frames.
const PATTERNS: [(&str, Pattern); 8] = [
    ("plain", Pattern::Plain),
    ("grid", Pattern::Grid),
    ("dots", Pattern::Dots),
    ("lines", Pattern::Lines),
    ("staff", Pattern::Staff),
    ("tianzige", Pattern::Tianzige),
    ("mizige", Pattern::Mizige),
    ("four-lines", Pattern::FourLines),
];

/// The number of the page that a frame of ours stands for.
pub(super) fn number_of(element: Element<'_>) -> Option<u64> {
    (element.kind() == "frame").then(|| element.ours().get("page")?.as_u64()).flatten()
}

/// A scene's background and grid.
pub(super) fn of_scene(file: &Value) -> Paper {
    let state = file.get("appState").unwrap_or(&Value::Null);
    let ground = ground(text(state, "viewBackgroundColor").unwrap_or("#ffffff"));
    let step = number(state, "gridSize").filter(|step| *step >= 1.0);
    // Scenes of before 2024 have no switch: there a grid without a size is off.
    let on = match state.get("gridModeEnabled") {
        Some(_) => is_set(state, "gridModeEnabled"),
        None => step.is_some(),
    };
    if !on {
        return Paper { ground, ..Paper::default() };
    }
    let pitch_um = (step.unwrap_or(GRID_PX).min(10_000.0) * UM_PER_PX) as u32;
    Paper { ground, pattern: Pattern::Grid, pitch_um, size_um: None }
}

fn ground(colour: &str) -> Ground {
    let rgb = Css::parse(colour).map_or(0xff_ffff, |colour| colour.on(0xff_ffff).rgb());
    [Ground::White, Ground::Green, Ground::Black]
        .into_iter()
        .find(|known| known.rgb() == rgb)
        .unwrap_or(Ground::Own(rgb))
}

/// The paper of a frame of ours.
pub(super) fn of_frame(frame: Element<'_>) -> Paper {
    let ours = frame.ours();
    let pattern = text(ours, "pattern").unwrap_or("");
    let pattern = PATTERNS.iter().find(|(name, _)| *name == pattern).map_or(Pattern::Plain, |known| known.1);
    let um = |name: &str| ours.get(name).and_then(Value::as_u64).and_then(|um| u32::try_from(um).ok());
    Paper {
        ground: ground(text(ours, "ground").unwrap_or("#ffffff")),
        pattern,
        pitch_um: um("pitch").filter(|um| *um > 0).unwrap_or(Paper::PITCH_UM),
        size_um: um("width").zip(um("height")),
    }
}

/// What a frame says of the page it stands for.
pub(super) fn told(number: usize, paper: &Paper) -> Value {
    let mut told = Map::new();
    let pattern =
        PATTERNS.iter().find(|(_, pattern)| *pattern == paper.pattern).map_or("plain", |known| known.0);
    told.insert("page".to_owned(), json!(number));
    told.insert("ground".to_owned(), json!(ground_hex(paper)));
    told.insert("pattern".to_owned(), json!(pattern));
    told.insert("pitch".to_owned(), json!(paper.pitch_um));
    if let Some((width, height)) = paper.size_um {
        told.insert("width".to_owned(), json!(width));
        told.insert("height".to_owned(), json!(height));
    }
    Value::Object(told)
}

/// `viewBackgroundColor` of a scene on this paper.
pub(super) fn ground_hex(paper: &Paper) -> String {
    hex_rgb(paper.ground.rgb())
}

/// A scene's `appState`.
pub(super) fn state(paper: &Paper) -> Value {
    let on = paper.pattern == Pattern::Grid;
    let step = if on { (f64::from(paper.pitch_um) / UM_PER_PX).round().max(1.0) } else { GRID_PX };
    json!({
        "gridSize": step as u64,
        "gridStep": 5,
        "gridModeEnabled": on,
        "viewBackgroundColor": ground_hex(paper),
    })
}
