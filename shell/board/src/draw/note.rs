//! Sticky notes: paper with a soft shadow, and words that fit on it.
use super::{Brush, Onto, frame::Frame};
use crate::{note::Note, paper::Ground, point::PageRect, text::Typeface};

/// The paper's corners, in micrometres.
const ROUND_UM: f64 = 1_200.0;
/// The shadow: how far it falls, how far it fades, and its darkness.
const FALLS_UM: f64 = 1_600.0;
const FADES_UM: f64 = 6_000.0;
/// How far the shadow reaches from the paper.
pub(crate) const REACH_UM: i32 = 7_600;
const DARK: f64 = 70.0;
/// From the paper's edge to the words: a part of the note's shorter side, and at least this.
const MARGIN: i32 = 14;
const MARGIN_UM: i32 = 3_000;
/// Words that do not fit are made smaller down to this, in micrometres; what then does not fit is not shown.
const SMALLEST_UM: u32 = 4_000;

pub(super) fn draw(note: &Note, onto: &Onto, brush: &mut Brush<'_>) {
    let said = note.text.as_str();
    let fallen = PageRect {
        y0_um: note.rect.y0_um.saturating_add(FALLS_UM as i32),
        y1_um: note.rect.y1_um.saturating_add(FALLS_UM as i32),
        ..note.rect
    };
    let (paper, fall) = (Frame::new(note.rect, onto), Frame::new(fallen, onto));
    let (Some(paper), Some(fall)) = (paper, fall) else { return };
    let colour = note.paper.rgb() | 0xff00_0000;
    let px = onto.px_per_um();
    let fades = FADES_UM * px;
    brush.cover(&fall.bounds(FADES_UM).union(&paper.bounds(0.0)), &|x, y| {
        let cover = (0.5 - paper.outside_px(x, y, ROUND_UM)).clamp(0.0, 1.0);
        if cover >= 1.0 {
            return colour;
        }
        let away = 1.0 - (fall.outside_px(x, y, ROUND_UM) / fades).clamp(0.0, 1.0);
        let shadow = ink::premultiply(0, (away * away * DARK) as u8);
        ink::over(shadow, colour, (cover * 255.0 + 0.5) as u8)
    });
    let rect = note.rect;
    let margin = (rect.width_um().min(rect.height_um()) / MARGIN).max(MARGIN_UM);
    let inside = rect.grown(-margin);
    if inside.is_empty() || said.trim().is_empty() {
        return;
    }
    let size_um = fitting(brush.typeface, said, note.size_um, inside.width_um(), inside.height_um());
    brush.letters(said, (inside.x0_um, inside.y0_um), size_um, inside.width_um() as f32, onto);
    brush.lay_ink_on(note.colour, Ground::Own(note.paper.rgb()));
}

/// The height of a line, at most as wished, with which words fit into a box.
pub(crate) fn fitting(typeface: &Typeface, said: &str, wished_um: u32, width_um: i32, height_um: i32) -> u32 {
    let mut size_um = wished_um.max(SMALLEST_UM);
    while size_um > SMALLEST_UM {
        let (wide, lines) = typeface.measure(said, size_um, width_um as f32);
        if wide <= width_um as f32 && u64::from(lines) * u64::from(size_um) <= height_um as u64 {
            break;
        }
        size_um = (size_um - size_um / 8).max(SMALLEST_UM);
    }
    size_um
}
