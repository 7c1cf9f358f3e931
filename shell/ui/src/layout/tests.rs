//! Every surface is on the screen, and none lies on another that is always there.

use super::*;

const SCREENS: [(u32, u32); 4] = [(1920, 1080), (3840, 2160), (1080, 1920), (1280, 1024)];

fn layouts() -> impl Iterator<Item = Layout> {
    SCREENS.into_iter().map(|size| Layout::new(size, Scale::new(size, (1_895_000, 1_066_000))))
}

fn is_inside(layout: &Layout, area: Area) -> bool {
    area.intersect(layout.screen()) == area && !area.is_empty()
}

#[test]
fn standing_surfaces_do_not_overlap() {
    for layout in layouts() {
        for place in [DockPlace::Left, DockPlace::Centre, DockPlace::Right] {
            let (left, right) = (layout.edge(false), layout.edge(true));
            let standing =
                [layout.left_palette(), layout.right_palette(), left, right, layout.dock_at(place)];
            for (at, one) in standing.iter().enumerate() {
                assert!(is_inside(&layout, *one), "{one:?}");
                let apart = |other: &Area| one.intersect(*other).is_empty();
                assert!(standing[at + 1..].iter().all(apart), "{layout:?} {place:?}");
            }
            for x in [0, layout.screen().width / 2, layout.screen().width] {
                let panel = layout.panel((1000.0, 400.0), x);
                assert!(is_inside(&layout, panel), "{panel:?}");
                assert!(panel.intersect(layout.dock_at(place)).is_empty(), "{layout:?}");
            }
        }
        let finders = [false, true].map(|right| layout.finder(right));
        for finder in finders {
            assert!(is_inside(&layout, finder), "{layout:?}");
            assert!(finder.intersect(layout.dock()).is_empty(), "{layout:?}");
        }
        if layout.finds_at_both_sides() {
            let [left, right] = finders;
            assert!(left.intersect(right).is_empty(), "{layout:?}");
            assert!(left.intersect(layout.left_palette()).is_empty(), "{layout:?}");
            assert!(right.intersect(layout.right_palette()).is_empty(), "{layout:?}");
        } else {
            assert_eq!(finders[0], finders[1], "{layout:?}");
        }
    }
}

#[test]
fn palettes_are_low_enough_for_a_child() {
    for layout in layouts() {
        assert!(layout.left_palette().y >= layout.screen().height / 3, "{layout:?}");
    }
}

#[test]
fn what_is_asked_for_at_an_edge_is_still_whole() {
    for layout in layouts() {
        let screen = layout.screen();
        for (x, y) in [(0, 0), (screen.width, 0), (0, screen.height), (screen.width, screen.height)] {
            let thing = Area::new(x - 5, y - 5, 10, 10);
            let wanted = [
                layout.palette_at(x, y),
                layout.lasso_bar(thing, true),
                layout.editor(thing),
                layout.text_in(Area::new(x.min(screen.width - 10), y.min(screen.height - 10), 10, 10)),
            ];
            assert!(wanted.iter().all(|area| is_inside(&layout, *area)), "{wanted:?}");
        }
    }
}

#[test]
fn a_bar_does_not_cover_what_was_circled() {
    for layout in layouts() {
        let screen = layout.screen();
        for y in [40, screen.height / 2, screen.height - 300] {
            let thing = Area::new(screen.width / 3, y, 200, 80);
            assert!(layout.lasso_bar(thing, false).intersect(thing).is_empty(), "{y}");
        }
    }
}
