//! Objects as a grey picture, for recognition.
use ink::{Mask, Rect, Scale};

use crate::{
    affine::Affine,
    draw::Onto,
    object::{Content, ObjectId},
    paint::to_grey,
    scene::Scene,
    text::Typeface,
};

/// A grey picture: 255 is paper, 0 is ink, row by row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gray {
    pub width: u32,
    pub height: u32,
    pub pixels: Vec<u8>,
}

/// The margin around the ink, as a part of the picture's height: models are trained on lines with some air.
const MARGIN: f32 = 0.12;
/// The widest picture, in pixels; a longer line is made smaller to fit.
const WIDEST_PX: f32 = 4_096.0;
/// The lowest line there is, in micrometres: a lone dash is not blown up to the full height.
const LOWEST_UM: f32 = 30_000.0;
/// The tallest picture that is asked for, in pixels.
const TALLEST_PX: u32 = 2_048;
/// A line is at least this wide, in pixels of radius: thinner ones fade away in a small picture.
const THINNEST_PX: f32 = 0.9;

pub(crate) fn raster(scene: &Scene, ids: &[ObjectId], height_px: u32) -> Option<Gray> {
    let mut shown: Vec<ObjectId> = ids.iter().copied().filter(|id| scene.is_shown(*id)).collect();
    let marks_only = shown.iter().all(|id| is_mark(scene, *id));
    // A highlighter says that something matters, not what it says.
    shown.retain(|id| marks_only || !is_mark(scene, *id));
    let bounds = scene.bounds(&shown)?;
    let height_px = height_px.clamp(16, TALLEST_PX);
    let (wide, high) = (bounds.width_um() as f32, (bounds.height_um() as f32).max(LOWEST_UM));
    let inner = height_px as f32 * (1.0 - 2.0 * MARGIN);
    let margin = height_px as f32 * MARGIN;
    let factor = (inner / high).min((WIDEST_PX - 2.0 * margin) / wide.max(1.0));
    // A scale is a whole number of pixels over a whole number of micrometres: kept fine enough.
    let scale = Scale::new((factor * 1e8).round() as u32, 100_000_000);
    let width_px = (scale.px(wide) + 2.0 * margin).ceil() as i32;
    let top = (height_px as f32 - scale.px(bounds.height_um() as f32)) / 2.0;
    let offset = (scale.um(margin) as i32 - bounds.x0_um, scale.um(top) as i32 - bounds.y0_um);
    let area = Rect::sized(0, 0, width_px, height_px as i32);
    let mut mask = Mask::new();
    let panel = |at: ink::TileAt| !at.rect().intersect(&area).is_empty();
    for id in shown {
        let Some(placed) = scene.placed(id) else { continue };
        match &placed.content {
            Content::Stroke(stroke) => {
                let thinnest = scale.um(THINNEST_PX).ceil() as u16;
                let thick = |node: ink::Node| ink::Node { radius_um: node.radius_um.max(thinnest), ..node };
                for trace in std::iter::once(&stroke.trace).chain(&placed.more) {
                    let nodes: Vec<ink::Node> = trace.nodes().map(|node| thick(placed.node(node))).collect();
                    mask.stroke(&nodes, offset, scale, &panel);
                }
            }
            Content::Text(text) => {
                let onto = Onto::new(placed.by.then(&Affine::shift(offset.0, offset.1)), scale);
                let room = Typeface::room_um(text, scene.width_um);
                let at = (text.at.x_um, text.at.y_um);
                scene.typeface.letters(&text.text, at, text.size_um, room, &onto, area, &mut |glyph| {
                    glyph.cover(&mut mask, area, &panel);
                });
            }
            Content::Shape(_) | Content::Note(_) | Content::Media(_) => {}
        }
    }
    Some(Gray { width: width_px as u32, height: height_px, pixels: to_grey(&mask, area) })
}

fn is_mark(scene: &Scene, id: ObjectId) -> bool {
    scene.slot(id).is_some_and(|slot| scene.objects.ink(slot).1)
}
