//! How a touch panel lies on the screen: a line of the configuration, or a file that a calibration left.

use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use display::{Matrix, Placement, Placements, Turn};
use serde::Deserialize;

/// One panel.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// `vendor:product`, `vendor:product:serial`, or the touch source's path.
    pub panel: String,
    /// Degrees clockwise: 0, 90, 180 or 270.
    #[serde(default)]
    pub turn: u32,
    /// `a b c d e f` as libinput has them.
    pub matrix: Option<[f64; 6]>,
}

impl Panel {
    fn placement(&self) -> Result<Placement> {
        let matrix = self.matrix.map_or(Ok(Matrix::IDENTITY), Matrix::new);
        Ok(Placement { turn: Turn::from_degrees(self.turn)?, matrix: matrix? })
    }
}

/// Those of the configuration.
///
/// # Errors
/// When one cannot be.
pub(super) fn configured(panels: &[Panel]) -> Result<Placements> {
    let mut placements = Placements::default();
    for panel in panels {
        let placement = panel.placement().with_context(|| format!("the panel {}", panel.panel))?;
        placements.set(&panel.panel, placement);
    }
    Ok(placements)
}

/// The same, and those that a folder holds; the folder may be absent.
///
/// # Errors
/// As before. A file of the folder that cannot be is left out with a warning: it was not typed by anybody who could
/// mend it, and a shell that does not start cannot be calibrated anew.
pub(super) fn placements(panels: &[Panel], kept: &Path) -> Result<Placements> {
    let mut placements = configured(panels)?;
    let files = match std::fs::read_dir(kept) {
        Ok(files) => files,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(placements),
        Err(error) => return Err(error).with_context(|| format!("{} cannot be read", kept.display())),
    };
    for path in files.filter_map(|file| Some(file.ok()?.path())) {
        // A file that is being written has another ending.
        if path.extension().is_none_or(|ending| ending != "toml") {
            continue;
        }
        match read(&path) {
            Ok((panel, placement)) => placements.set(&panel.panel, placement),
            Err(error) => tracing::warn!(
                error = format!("{error:#}"),
                file = %path.display(),
                "a calibration cannot be read; calibrate the panel again"
            ),
        }
    }
    Ok(placements)
}

fn read(path: &Path) -> Result<(Panel, Placement)> {
    let panel: Panel = toml::from_str(&std::fs::read_to_string(path)?)?;
    let placement = panel.placement()?;
    Ok((panel, placement))
}

#[cfg(test)]
mod tests;
