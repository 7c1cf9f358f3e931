//! Figures under pens that are held still: of several strokes, of several people, with what moves them afterwards.
use super::{Wall, person};
use crate::{BoardEvent, ContactId, Content, Outline, PageRect, Shape, Surface, Touch};

fn wall() -> Wall {
    Wall::sized(Surface { width_px: 960, height_px: 540, width_um: 1_895_000, height_um: 1_066_000 }, 1)
}

fn contents(wall: &Wall) -> Vec<Content> {
    let object = |id| wall.board.object(id).map(|object| object.content.clone());
    wall.board.visible().into_iter().filter_map(object).collect()
}

fn shapes(wall: &Wall) -> Vec<Shape> {
    let shape = |content| match content {
        Content::Shape(shape) => Some(shape),
        _ => None,
    };
    contents(wall).into_iter().filter_map(shape).collect()
}

fn is_whole(wall: &Wall) -> bool {
    wall.screen == wall.full()
}

/// A pen that goes through these places and stays on the glass.
fn draw(wall: &mut Wall, by: u8, path: &[(i32, i32)]) -> Touch {
    let contact = 1_000 + wall.now_us;
    let mut touch = wall.touch(contact, by, path[0].0, path[0].1);
    wall.down(&touch);
    for pair in path.windows(2) {
        for step in 1..=12 {
            let mix = |a: i32, b: i32| a + (b - a) * step / 12;
            touch = wall.touch(contact, by, mix(pair[0].0, pair[1].0), mix(pair[0].1, pair[1].1));
            wall.go(&touch);
        }
    }
    touch
}

/// These pens rest, trembling, for so long.
fn rest(wall: &mut Wall, pens: &mut [Touch], rest_us: u64) {
    let until = wall.now_us + rest_us;
    let places: Vec<_> = pens.iter().map(|pen| pen.at).collect();
    while wall.now_us < until {
        let wobble = if wall.now_us.is_multiple_of(16_000) { 700 } else { -700 };
        for (pen, at) in pens.iter_mut().zip(&places) {
            *pen = wall.touch(pen.contact.0, pen.person.number(), at.x_um + wobble, at.y_um);
            wall.go(pen);
        }
        let effects = wall.board.tick(wall.now_us);
        wall.show(effects);
    }
}

fn hold(wall: &mut Wall, by: u8, path: &[(i32, i32)]) -> Touch {
    let mut pens = [draw(wall, by, path)];
    rest(wall, &mut pens, 800_000);
    pens[0]
}

/// A pen goes on to another place, and time passes.
fn go_to(wall: &mut Wall, pen: &Touch, x_um: i32, y_um: i32) -> Touch {
    let mut last = *pen;
    for step in 1..=10 {
        let mix = |a: i32, b: i32| a + (b - a) * step / 10;
        wall.now_us += 20_000;
        last = wall.touch(pen.contact.0, pen.person.number(), mix(pen.at.x_um, x_um), mix(pen.at.y_um, y_um));
        wall.go(&last);
    }
    last
}

const SQUARE: [(i32, i32); 5] =
    [(300_000, 300_000), (600_000, 306_000), (596_000, 600_000), (302_000, 594_000), (303_000, 308_000)];

/// The box around all that is on the page.
fn bounds(wall: &Wall) -> PageRect {
    wall.board.bounds(&wall.board.visible()).expect("an empty page")
}

#[test]
fn a_head_held_makes_the_line_before_an_arrow_and_undo_gives_both_strokes_back() {
    let mut wall = wall();
    let line = draw(&mut wall, 1, &[(300_000, 500_000), (800_000, 500_000)]);
    wall.up(&line);
    let head = hold(&mut wall, 1, &[(730_000, 450_000), (805_000, 500_000), (735_000, 555_000)]);
    wall.up(&head);
    let found = shapes(&wall);
    assert!(matches!(&found[..], [Shape { arrows: (false, true), .. }]), "{:?}", contents(&wall));
    assert_eq!(contents(&wall).len(), 1, "the strokes are replaced");
    assert!(is_whole(&wall));
    wall.undo(1);
    assert!(matches!(contents(&wall)[..], [Content::Stroke(_), Content::Stroke(_)]), "{:?}", contents(&wall));
    wall.redo(1);
    assert_eq!(shapes(&wall), found);
    assert!(is_whole(&wall));
}

#[test]
fn four_lines_the_last_one_held_are_a_rectangle() {
    let mut wall = wall();
    let corners = [(300_000, 300_000), (900_000, 300_000), (900_000, 700_000), (300_000, 700_000)];
    for side in 0..3 {
        let pen = draw(&mut wall, 1, &[corners[side], corners[side + 1]]);
        wall.up(&pen);
    }
    let pen = hold(&mut wall, 1, &[corners[3], corners[0]]);
    wall.up(&pen);
    let [Shape { outline: Outline::Paths(contours), .. }] = &shapes(&wall)[..] else {
        panic!("{:?}", contents(&wall))
    };
    assert!(contours[0].closed && contours[0].points.len() == 4);
    assert_eq!(contents(&wall).len(), 1);
    assert!(is_whole(&wall));
}

#[test]
fn lines_across_a_rectangle_are_a_table_also_when_the_rectangle_was_made_before() {
    let mut wall = wall();
    let frame =
        [(300_000, 300_000), (900_000, 300_000), (900_000, 700_000), (300_000, 700_000), (302_000, 304_000)];
    let pen = hold(&mut wall, 1, &frame);
    wall.up(&pen);
    assert_eq!(shapes(&wall).len(), 1);
    let row = draw(&mut wall, 1, &[(305_000, 500_000), (895_000, 505_000)]);
    wall.up(&row);
    let column = hold(&mut wall, 1, &[(600_000, 305_000), (604_000, 697_000)]);
    wall.up(&column);
    let found = shapes(&wall);
    let [Shape { outline: Outline::Paths(contours), .. }] = &found[..] else {
        panic!("{:?}", contents(&wall))
    };
    assert_eq!((contours.len(), contents(&wall).len()), (3, 1), "a frame and two lines");
    wall.undo(1);
    assert_eq!((shapes(&wall).len(), contents(&wall).len()), (1, 3), "the frame, and both lines as ink");
    assert!(is_whole(&wall));
}

#[test]
fn two_people_have_each_their_own_figure_under_way() {
    let mut wall = wall();
    // One's line and the other's line; then both hold a head: neither takes the other's line.
    let first = draw(&mut wall, 1, &[(200_000, 300_000), (700_000, 300_000)]);
    let second = draw(&mut wall, 2, &[(200_000, 340_000), (700_000, 340_000)]);
    wall.up(&first);
    wall.up(&second);
    let one = draw(&mut wall, 1, &[(630_000, 260_000), (704_000, 300_000), (630_000, 345_000)]);
    let other = draw(&mut wall, 2, &[(270_000, 300_000), (197_000, 340_000), (270_000, 385_000)]);
    let mut pens = [one, other];
    rest(&mut wall, &mut pens, 900_000);
    pens.iter().for_each(|pen| wall.up(pen));
    let mut arrows: Vec<_> = shapes(&wall).iter().map(|shape| shape.arrows).collect();
    arrows.sort_unstable();
    assert_eq!(arrows, [(false, true), (true, false)], "{:?}", contents(&wall));
    assert!(is_whole(&wall));
    wall.undo(2);
    assert_eq!(
        (shapes(&wall).len(), contents(&wall).len()),
        (1, 3),
        "only the second person's strokes come back"
    );
}

#[test]
fn while_it_is_held_the_pen_moves_a_corner_and_its_tremble_moves_nothing() {
    let mut wall = wall();
    let pen = hold(&mut wall, 1, &SQUARE);
    let before = bounds(&wall);
    let pen = go_to(&mut wall, &pen, 203_000, 208_000);
    assert!(is_whole(&wall));
    let after = bounds(&wall);
    assert!(after.width_um() > before.width_um() + 80_000, "{before:?} {after:?}");
    assert!(
        (after.x1_um - before.x1_um).abs() < 3_000 && (after.y1_um - before.y1_um).abs() < 3_000,
        "the corner across stays"
    );
    wall.up(&pen);
    wall.undo(1);
    assert_eq!(bounds(&wall), before, "the first step back is the adjusting");
    wall.undo(1);
    assert!(matches!(contents(&wall)[..], [Content::Stroke(_)]), "the second is the figure");
}

#[test]
fn while_it_is_held_the_pen_turns_a_line_about_its_other_end() {
    let mut wall = wall();
    let pen = hold(&mut wall, 1, &[(300_000, 500_000), (800_000, 504_000)]);
    let pen = go_to(&mut wall, &pen, 300_000, 900_000);
    wall.up(&pen);
    let found = bounds(&wall);
    assert!(found.width_um() < 40_000 && (found.height_um() - 400_000).abs() < 40_000, "{found:?}");
    assert!(is_whole(&wall));
}

#[test]
fn handles_stay_after_the_lift_and_a_pen_that_rests_on_one_takes_it() {
    let mut wall = wall();
    let pen = hold(&mut wall, 1, &SQUARE);
    wall.up(&pen);
    let handles = wall.board.handles(person(1)).expect("no handles are shown");
    assert!(is_whole(&wall));
    assert!(
        !wall.events.iter().any(|event| matches!(event, BoardEvent::Selected { .. })),
        "no bar comes up while drawing"
    );
    let before = bounds(&wall);
    let at = handles.corners[2];
    let mut pens = [wall.touch(77, 1, at.x_um, at.y_um)];
    wall.down(&pens[0]);
    rest(&mut wall, &mut pens, 450_000);
    assert!(wall.board.is_holding(ContactId(77)), "the pen holds the handle");
    let pen = go_to(&mut wall, &pens[0], at.x_um + 90_000, at.y_um + 90_000);
    wall.up(&pen);
    let after = bounds(&wall);
    assert!(
        after.x1_um > before.x1_um + 60_000 && (after.x0_um - before.x0_um).abs() < 3_000,
        "{before:?} {after:?}"
    );
    assert_eq!(contents(&wall).len(), 1, "taking hold leaves no ink");
    assert!(wall.board.handles(person(1)).is_some(), "and the handles stay");
    assert!(is_whole(&wall));
}

#[test]
fn a_pen_that_moves_at_once_on_a_handle_writes_and_the_handles_go() {
    let mut wall = wall();
    let pen = hold(&mut wall, 1, &SQUARE);
    wall.up(&pen);
    let at = wall.board.handles(person(1)).expect("no handles are shown").sides[1];
    let line = draw(&mut wall, 1, &[(at.x_um, at.y_um), (at.x_um + 300_000, at.y_um)]);
    wall.up(&line);
    assert!(matches!(contents(&wall)[..], [Content::Shape(_), Content::Stroke(_)]), "{:?}", contents(&wall));
    assert!(wall.board.handles(person(1)).is_none());
    assert!(is_whole(&wall));
}

#[test]
fn a_stroke_held_in_the_midst_of_writing_stays_ink() {
    let mut wall = wall();
    for x in [200_000, 290_000, 380_000] {
        let pen = draw(&mut wall, 1, &[(x, 500_000), (x + 40_000, 570_000), (x + 60_000, 500_000)]);
        wall.up(&pen);
    }
    let letter =
        [(480_000, 500_000), (550_000, 502_000), (549_000, 570_000), (481_000, 569_000), (481_000, 502_000)];
    let pen = hold(&mut wall, 1, &letter);
    wall.up(&pen);
    assert!(shapes(&wall).is_empty(), "{:?}", contents(&wall));
    // The same stroke a while later is a figure.
    wall.now_us += 15_000_000;
    let again = letter.map(|(x, y)| (x + 400_000, y));
    let pen = hold(&mut wall, 1, &again);
    wall.up(&pen);
    assert_eq!(shapes(&wall).len(), 1);
}

#[test]
fn ink_that_was_rubbed_out_or_taken_back_is_no_part_of_a_figure() {
    let mut wall = wall();
    let line = draw(&mut wall, 1, &[(300_000, 500_000), (800_000, 500_000)]);
    wall.up(&line);
    wall.undo(1);
    let head = hold(&mut wall, 1, &[(730_000, 450_000), (805_000, 500_000), (735_000, 555_000)]);
    wall.up(&head);
    assert!(shapes(&wall).is_empty(), "{:?}", contents(&wall));
    assert_eq!(contents(&wall).len(), 1);
}
