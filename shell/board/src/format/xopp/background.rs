//! A page's background: printed paper, a picture, or a page of a PDF.
use crate::{
    format::{Format, FormatError, bounded::Element, geometry::UM_PER_PT},
    paper::{Ground, Paper, Pattern},
};

use super::paint;

/// Steps of Xournal++'s papers, in points: lines, and squares and dots.
pub(super) const LINES_PT: f64 = 24.0;
const GRID_PT: f64 = 14.17;
/// Steps beyond these are no paper, in micrometres.
const SMALLEST_UM: f64 = 500.0;
const LARGEST_UM: f64 = 1_000_000.0;

/// What a background names.
pub(super) enum Background {
    Paper(Paper),
    /// A picture file.
    Picture {
        name: Option<String>,
    },
    /// The same picture as on the page with this number, from 0.
    Same {
        page: usize,
    },
    /// A page of a PDF, from 0; only the first such page says which file.
    Pdf {
        name: Option<String>,
        page: u32,
    },
}

pub(super) fn read(element: &Element) -> Result<Background, FormatError> {
    let name = || element.get("filename").map(|path| file_name(path).to_owned());
    match element.get("type") {
        Some("pixmap") if element.get("domain") == Some("clone") => {
            let page = element.get("filename").and_then(|number| number.parse().ok());
            page.map(|page| Background::Same { page })
                .ok_or_else(|| FormatError::damaged(Format::Xopp, "a background is the same as on no page"))
        }
        Some("pixmap") => Ok(Background::Picture { name: name() }),
        Some("pdf") => {
            let page = element.get("pageno").and_then(|number| number.trim_end_matches('l').parse().ok());
            Ok(Background::Pdf { name: name(), page: page.unwrap_or(1_u32).saturating_sub(1) })
        }
        _ => Ok(Background::Paper(paper(element))),
    }
}

/// A path's last part: a file may name any path of its maker's machine, none of which is opened here.
fn file_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

fn paper(element: &Element) -> Paper {
    let rgb = paint::paper(element.get("color"));
    let pattern = match element.get("style") {
        Some("graph" | "isograph") => Pattern::Grid,
        Some("dotted" | "isodotted") => Pattern::Dots,
        _ => Pattern::Plain,
    };
    let pitch_um = match pattern {
        Pattern::Plain => Paper::PITCH_UM,
        _ => (raster_pt(element).unwrap_or(GRID_PT) * UM_PER_PT).round() as u32,
    };
    Paper { ground: ground(rgb), pattern, pitch_um, size_um: None }
}

/// Our own grounds come back as what they were.
pub(super) fn ground(rgb: u32) -> Ground {
    let ours = [Ground::White, Ground::Green, Ground::Black].into_iter().find(|ground| ground.rgb() == rgb);
    ours.unwrap_or(Ground::Own(rgb))
}

/// The step in a background's `config`, `r1=...`.
pub(super) fn raster_pt(element: &Element) -> Option<f64> {
    let mut config = element.get("config").unwrap_or("").split(',');
    let step: f64 = config.find_map(|part| part.trim().strip_prefix("r1=")?.trim().parse().ok())?;
    step.is_finite().then(|| step.clamp(SMALLEST_UM / UM_PER_PT, LARGEST_UM / UM_PER_PT))
}

/// The attributes of a paper, and whether Xournal++ has what is printed on it where the board prints it.
pub(super) fn write(paper: &Paper, style: Option<&str>) -> (String, bool) {
    let style = style.or(match paper.pattern {
        Pattern::Plain => Some("plain"),
        Pattern::Grid => Some("graph"),
        Pattern::Dots => Some("dotted"),
        Pattern::Lines | Pattern::Staff | Pattern::Tianzige | Pattern::Mizige | Pattern::FourLines => None,
    });
    let colour = paint::write(paper.ground.rgb(), 0xff);
    let mut attributes = format!("type=\"solid\" color=\"{colour}\" style=\"{}\"", style.unwrap_or("plain"));
    if !matches!(paper.pattern, Pattern::Plain) && style.is_some() {
        attributes += &format!(" config=\"r1={:.4}\"", f64::from(paper.pitch_um) / UM_PER_PT);
    }
    (attributes, style.is_some())
}
