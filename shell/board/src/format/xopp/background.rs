//! A page's background: printed paper, a picture, or a page of a PDF.
use crate::{
    format::{Format, FormatError, bounded::Element, geometry::UM_PER_PT},
    paper::{Ground, Paper, Pattern},
};

use super::paint;

/// Steps of Xournal++'s papers, in points: lines, squares and dots, and from one staff's top to its bottom line.
const LINES_PT: f64 = 24.0;
const GRID_PT: f64 = 14.17;
const STAFF_PT: f64 = 20.0;
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
    let (pattern, step_pt) = match element.get("style") {
        Some("lined" | "ruled") => (Pattern::Lines, LINES_PT),
        Some("graph" | "isograph") => (Pattern::Grid, GRID_PT),
        Some("dotted" | "isodotted") => (Pattern::Dots, GRID_PT),
        Some("staves") => (Pattern::Staff, STAFF_PT),
        _ => (Pattern::Plain, GRID_PT),
    };
    let step_um = raster_pt(element.get("config").unwrap_or("")).unwrap_or(step_pt) * UM_PER_PT;
    let pitch_um = match pattern {
        Pattern::Plain => Paper::PITCH_UM,
        _ if step_um.is_finite() => step_um.clamp(SMALLEST_UM, LARGEST_UM).round() as u32,
        _ => Paper::PITCH_UM,
    };
    Paper { ground: ground(rgb), pattern, pitch_um, size_um: None }
}

/// Our own grounds come back as what they were.
pub(super) fn ground(rgb: u32) -> Ground {
    let ours = [Ground::White, Ground::Green, Ground::Black].into_iter().find(|ground| ground.rgb() == rgb);
    ours.unwrap_or(Ground::Own(rgb))
}

/// The step in a background's `config`, `r1=...`.
fn raster_pt(config: &str) -> Option<f64> {
    config.split(',').find_map(|part| part.trim().strip_prefix("r1=")?.trim().parse().ok())
}

/// The attributes of a printed paper, and whether Xournal++ has it.
pub(super) fn write(paper: &Paper) -> (String, bool) {
    let style = match paper.pattern {
        Pattern::Plain => Some("plain"),
        Pattern::Grid => Some("graph"),
        Pattern::Dots => Some("dotted"),
        Pattern::Lines => Some("ruled"),
        Pattern::Staff => Some("staves"),
        Pattern::Tianzige | Pattern::Mizige | Pattern::FourLines => None,
    };
    let colour = paint::write(paper.ground.rgb(), 0xff);
    let mut attributes = format!("type=\"solid\" color=\"{colour}\" style=\"{}\"", style.unwrap_or("plain"));
    if !matches!(paper.pattern, Pattern::Plain) && style.is_some() {
        attributes += &format!(" config=\"r1={:.4}\"", f64::from(paper.pitch_um) / UM_PER_PT);
    }
    (attributes, style.is_some())
}
