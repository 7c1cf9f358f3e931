//! Where sheets lie: beside each other where there is room, never outside, low enough to be reached.

use display::Area;

use crate::kept::prefs::Hand;
use crate::layout::Layout;

/// Between sheets, in design units.
const GAP: f32 = 14.0;
/// How far one lies from the one below it, where no place is free.
const STEP: f32 = 56.0;

/// In the middle above the dock.
pub fn above_dock(layout: &Layout, size: (f32, f32)) -> Area {
    let (width, height) = (layout.px(size.0), layout.px(size.1));
    let dock = layout.dock();
    let x = (layout.screen().width - width) / 2;
    inside(Area::new(x, dock.y - height - layout.px(GAP), width, height), layout.screen())
}

/// Where it covers least of what lies there: beside the palette of the hand that writes, so that the middle stays free
/// for writing, and from there to the other side and up.
pub fn free(layout: &Layout, size: (f32, f32), others: &[Area], hand: Hand) -> Area {
    let middle = above_dock(layout, size);
    let (screen, gap) = (layout.screen(), layout.px(GAP));
    let (left, right) = (layout.left_palette().right() + gap, layout.right_palette().x - gap);
    if right - left < middle.width || middle.y < 0 {
        // One below another on a screen where nothing fits between the palettes.
        let by = layout.px(STEP) * i32::try_from(others.len() % 4).unwrap_or(0);
        return inside(Area { x: middle.x + by, y: middle.y - by, ..middle }, screen);
    }
    let step = usize::try_from(layout.px(STEP).max(1)).unwrap_or(1);
    let rows = (0..=middle.y).rev().step_by(step);
    let columns = || (left..=right - middle.width).rev().step_by(step).chain([left]);
    let covered = |area: &Area| -> i64 {
        let near = |other: &Area| {
            Area::new(other.x - gap, other.y - gap, other.width + 2 * gap, other.height + 2 * gap)
        };
        others.iter().map(|other| near(other).intersect(*area).pixels()).sum()
    };
    // The first of the best: lower before higher, right before left.
    let sided = move |x: i32| if hand == Hand::Left { left + right - middle.width - x } else { x };
    rows.flat_map(|y| columns().map(move |x| Area { x: sided(x), y, ..middle }))
        .min_by_key(covered)
        .unwrap_or(middle)
}

/// The same sheet in another size, about its middle.
pub fn resized(layout: &Layout, from: Area, size: (f32, f32)) -> Area {
    let (width, height) = (layout.px(size.0), layout.px(size.1));
    let (x, y) = (from.x + (from.width - width) / 2, from.y + (from.height - height) / 2);
    inside(Area::new(x, y, width, height), layout.screen())
}

/// A sheet that has been moved by so many pixels, wholly on the screen.
pub fn moved(from: Area, (x, y): (f32, f32), screen: Area) -> Area {
    let by = |px: f32| if px.is_finite() { px.round() as i32 } else { 0 };
    inside(Area { x: from.x.saturating_add(by(x)), y: from.y.saturating_add(by(y)), ..from }, screen)
}

fn inside(area: Area, screen: Area) -> Area {
    let most = |screen: i32, size: i32| (screen - size).max(0);
    Area {
        x: area.x.clamp(0, most(screen.width, area.width)),
        y: area.y.clamp(0, most(screen.height, area.height)),
        ..area
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::look::Scale;

    const SIZES: [(f32, f32); 4] = [(760.0, 524.0), (640.0, 442.0), (600.0, 384.0), (580.0, 592.0)];

    fn layouts() -> impl Iterator<Item = Layout> {
        [(1920, 1080), (3840, 2160), (1080, 1920), (1280, 1024)]
            .into_iter()
            .map(|size| Layout::new(size, Scale::new(size, (1_895_000, 1_066_000))))
    }

    #[test]
    fn sheets_lie_on_the_screen_and_beside_each_other_while_there_is_room() {
        for layout in layouts() {
            let mut others: Vec<Area> = Vec::new();
            for size in SIZES {
                let area = free(&layout, size, &others, Hand::Right);
                assert_eq!(area.intersect(layout.screen()), area, "{layout:?}");
                others.push(area);
            }
        }
        let wide = Layout::new((3840, 2160), Scale::new((3840, 2160), (1_895_000, 1_066_000)));
        let one = free(&wide, SIZES[0], &[], Hand::Right);
        let other = free(&wide, SIZES[1], &[one], Hand::Right);
        assert!(one.intersect(other).is_empty(), "{one:?} {other:?}");
        for palette in [wide.left_palette(), wide.right_palette(), wide.dock()] {
            assert!(one.intersect(palette).is_empty() && other.intersect(palette).is_empty());
        }
        assert!(one.y > wide.screen().height / 3, "the first is not in the top third: {one:?}");
        assert!(one.x > wide.screen().width / 2, "the middle stays free: {one:?}");
        let mirrored = free(&wide, SIZES[0], &[], Hand::Left);
        assert_eq!((mirrored.x, mirrored.y), (wide.screen().width - one.right(), one.y));
    }

    #[test]
    fn nothing_is_moved_off_the_screen() {
        let screen = Area::new(0, 0, 1920, 1080);
        let from = Area::new(500, 400, 640, 442);
        assert_eq!(moved(from, (20.4, -10.0), screen), Area { x: 520, y: 390, ..from });
        for far in [(1e9, 1e9), (-1e9, -1e9), (f32::NAN, f32::INFINITY), (1e30, -1e30)] {
            let area = moved(from, far, screen);
            assert_eq!(area.intersect(screen), area, "{far:?}");
        }
    }
}
