//! Instruments under hands, strokes that become figures, and figures drawn with the shape tool.
use super::{Wall, person};
use crate::{Content, Form, InstrumentTool, Outline, PanelPoint, Surface, Tool, Touch};

fn wall() -> Wall {
    Wall::sized(Surface { width_px: 960, height_px: 540, width_um: 1_895_000, height_um: 1_066_000 }, 1)
}

fn lay(wall: &mut Wall, tool: InstrumentTool, x_um: i32, y_um: i32) -> crate::InstrumentId {
    let (id, effects) = wall.board.lay_instrument(tool, PanelPoint::new(x_um, y_um));
    wall.show(effects);
    id
}

/// Everything on the page, as it was made.
fn contents(wall: &Wall) -> Vec<Content> {
    wall.board
        .visible()
        .into_iter()
        .filter_map(|id| wall.board.object(id).map(|object| object.content.clone()))
        .collect()
}

/// The shown damage was enough: the screen is what a whole picture would be.
fn is_whole(wall: &Wall) -> bool {
    wall.screen == wall.full()
}

#[test]
fn ink_along_a_ruler_is_straight_however_the_hand_strays() {
    let mut wall = wall();
    lay(&mut wall, InstrumentTool::Ruler, 900_000, 500_000);
    // The upper edge lies at 455 mm.
    wall.stroke(1, &[(650_000, 452_000), (800_000, 430_000), (950_000, 470_000), (1_150_000, 440_000)]);
    let Content::Stroke(stroke) = &contents(&wall)[0] else { panic!("no stroke") };
    let heights: Vec<i32> = stroke.trace.nodes().map(|node| node.y_um).collect();
    assert!(heights.iter().all(|y| (452_500..=453_500).contains(y)), "{heights:?}");
    assert!(is_whole(&wall));
}

#[test]
fn a_finger_carries_a_ruler_and_two_turn_it() {
    let mut wall = wall();
    let id = lay(&mut wall, InstrumentTool::Ruler, 900_000, 500_000);
    let first = wall.touch(7, 1, 900_000, 500_000);
    wall.down(&first);
    let find = |wall: &Wall| {
        wall.board.instruments().find(|(known, _)| *known == id).map(|(_, found)| *found).unwrap()
    };
    let before = find(&wall);
    wall.now_us += 20_000;
    let moved = wall.touch(7, 1, 950_000, 560_000);
    wall.go(&moved);
    let after = find(&wall);
    let (from, to) = (before.origin(), after.origin());
    assert_eq!((to.x_um - from.x_um, to.y_um - from.y_um), (50_000, 60_000));
    let second = wall.touch(8, 1, 750_000, 560_000);
    wall.down(&second);
    wall.now_us += 20_000;
    let turned = wall.touch(8, 1, 950_000, 760_000);
    wall.go(&turned);
    assert!((find(&wall).degrees() - 270.0).abs() < 0.01, "{}", find(&wall).degrees());
    assert!(is_whole(&wall));
    wall.up(&turned);
    wall.up(&moved);
    assert!(contents(&wall).is_empty() && wall.ops.is_empty(), "carrying leaves no ink");
}

#[test]
fn an_instrument_is_put_away_at_its_cross_and_leaves_nothing() {
    let mut wall = wall();
    for tool in [
        InstrumentTool::Ruler,
        InstrumentTool::HalfSquare,
        InstrumentTool::ThirdSquare,
        InstrumentTool::Protractor,
        InstrumentTool::Compass,
    ] {
        lay(&mut wall, tool, 900_000, 500_000);
        assert!(!wall.is_blank(), "{tool:?} is not to be seen");
        assert!(is_whole(&wall), "{tool:?} is drawn beyond its damage");
        let instrument = *wall.board.instruments().next().unwrap().1;
        let cross =
            (0..1_895).step_by(5).flat_map(|x| (0..1_066).step_by(5).map(move |y| (x * 1000, y * 1000)));
        let cross = cross
            .into_iter()
            .find(|(x, y)| instrument.knob(crate::PagePoint::new(*x, *y)) == Some(crate::Knob::Close))
            .unwrap();
        let touch = wall.touch(9, 1, cross.0, cross.1);
        wall.down(&touch);
        wall.up(&touch);
        assert_eq!(wall.board.instruments().count(), 0);
        assert!(wall.is_blank() && is_whole(&wall));
    }
}

#[test]
fn a_compass_draws_an_arc_and_turns_with_it() {
    let mut wall = wall();
    lay(&mut wall, InstrumentTool::Compass, 900_000, 500_000);
    let compass = *wall.board.instruments().next().unwrap().1;
    let (middle, radius) = (compass.origin(), compass.size_um());
    let at = |degrees: f64, away: f64| {
        let (sin, cos) = degrees.to_radians().sin_cos();
        (middle.x_um + (cos * away) as i32, middle.y_um + (sin * away) as i32)
    };
    let path: Vec<(i32, i32)> = (0..=12).map(|step| at(f64::from(step) * 10.0, radius * 1.1)).collect();
    wall.stroke(1, &[&[at(0.0, radius)], &path[..]].concat());
    let Content::Stroke(stroke) = &contents(&wall)[0] else { panic!("no arc") };
    for node in stroke.trace.nodes() {
        let (dx, dy) = (f64::from(node.x_um - middle.x_um), f64::from(node.y_um - middle.y_um));
        assert!((dx.hypot(dy) - radius).abs() < 1_500.0, "{} instead of {radius}", dx.hypot(dy));
    }
    let turned = wall.board.instruments().next().unwrap().1.degrees();
    assert!((turned - 120.0).abs() < 3.0, "the pencil is at {turned} degrees");
    assert!(is_whole(&wall));
}

/// A rough square, then the pen rests.
fn held_square(wall: &mut Wall, rest_us: u64) -> Touch {
    let corners =
        [(300_000, 300_000), (600_000, 306_000), (596_000, 600_000), (302_000, 594_000), (303_000, 308_000)];
    let mut touch = wall.touch(5, 1, corners[0].0, corners[0].1);
    wall.down(&touch);
    for pair in corners.windows(2) {
        for step in 1..=12 {
            let mix = |a: i32, b: i32| a + (b - a) * step / 12;
            touch = wall.touch(5, 1, mix(pair[0].0, pair[1].0), mix(pair[0].1, pair[1].1));
            wall.go(&touch);
        }
    }
    // A panel reports a resting pen with its tremble.
    let until = wall.now_us + rest_us;
    while wall.now_us < until {
        let wobble = if wall.now_us.is_multiple_of(16_000) { 700 } else { -700 };
        touch = wall.touch(5, 1, corners[4].0 + wobble, corners[4].1);
        wall.go(&touch);
        let effects = wall.board.tick(wall.now_us);
        wall.show(effects);
    }
    touch
}

#[test]
fn a_stroke_held_still_becomes_the_figure_and_undo_gives_the_ink_back() {
    let mut wall = wall();
    let last = held_square(&mut wall, 900_000);
    wall.up(&last);
    let found = contents(&wall);
    let [Content::Shape(shape)] = &found[..] else { panic!("{found:?}") };
    let Outline::Paths(contours) = &shape.outline else { panic!("{shape:?}") };
    assert_eq!(contours[0].points.len(), 4);
    assert!(is_whole(&wall));
    wall.undo(1);
    assert!(matches!(contents(&wall)[..], [Content::Stroke(_)]), "the ink comes back");
    wall.undo(1);
    assert!(wall.is_blank());
    wall.redo(1);
    wall.redo(1);
    assert!(matches!(contents(&wall)[..], [Content::Shape(_)]));
}

#[test]
fn a_stroke_lifted_in_time_stays_ink() {
    let mut wall = wall();
    let last = held_square(&mut wall, 300_000);
    wall.up(&last);
    assert!(matches!(contents(&wall)[..], [Content::Stroke(_)]));
}

#[test]
fn the_shape_tool_shows_what_it_will_draw_and_a_tap_draws_nothing() {
    for form in [Form::Line, Form::Arrow, Form::Rectangle, Form::Ellipse, Form::Triangle, Form::Diamond] {
        let mut wall = wall();
        let effects = wall.board.set_tool(person(1), Tool::Shape(form));
        wall.show(effects);
        let tap = wall.touch(3, 1, 500_000, 500_000);
        wall.down(&tap);
        wall.up(&tap);
        assert!(wall.is_blank() && is_whole(&wall), "{form:?}");
        let start = wall.touch(4, 1, 400_000, 400_000);
        wall.down(&start);
        for step in 1..=6 {
            let touch = wall.touch(4, 1, 400_000 + step * 60_000, 400_000 + step * 40_000);
            wall.go(&touch);
            assert!(!wall.is_blank() && is_whole(&wall), "{form:?} under way");
        }
        let preview = wall.full();
        let end = wall.touch(4, 1, 760_000, 640_000);
        wall.up(&end);
        let found = contents(&wall);
        assert!(matches!(found[..], [Content::Shape(_)]), "{form:?}: {found:?}");
        assert!(is_whole(&wall));
        // An arrow's head comes with its end; all else is what was shown.
        let drawn = wall.full();
        let green = |pixel: &u32| pixel >> 8 & 255;
        let off = preview.iter().zip(&drawn).filter(|(a, b)| green(a).abs_diff(green(b)) > 64).count();
        let inked = drawn.iter().filter(|pixel| **pixel != 0xfffd_fdfb).count();
        assert!(form == Form::Arrow || off * 4 < inked, "{form:?}: {off} of {inked} pixels jump");
        wall.undo(1);
        assert!(wall.is_blank());
    }
}
