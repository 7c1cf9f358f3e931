//! What is done to a selection: by handles, by commands, by two people at once.
use super::{Wall, damage::Act, person};
use crate::{
    Affine, BoardEvent, Colour, Content, Media, MediaId, MediaKind, ObjectId, Outline, PagePoint, PageRect,
    Pile, Shape,
};

fn figure(rect: PageRect) -> Shape {
    Shape {
        outline: Outline::rectangle(rect),
        colour: Colour::BLUE,
        width_um: 4_000,
        dash: crate::Dash::Solid,
        fill: None,
        arrows: (false, false),
    }
}

/// A wall with rectangles of 40 mm, each selected by nobody.
fn figures(corners: &[(i32, i32)]) -> (Wall, Vec<ObjectId>) {
    let mut wall = Wall::new(1);
    for (x, y) in corners {
        let shape = figure(PageRect::new(*x, *y, x + 40_000, y + 40_000));
        let effects = wall.board.add_shape(person(1), shape, wall.now_us);
        wall.show(effects);
    }
    let ids = wall.board.visible();
    (wall, ids)
}

fn select(wall: &mut Wall, by: u8, ids: &[ObjectId]) {
    let effects = wall.board.select(person(by), ids);
    wall.show(effects);
}

fn bounds(wall: &Wall, id: ObjectId) -> PageRect {
    wall.board.bounds(&[id]).unwrap()
}

#[test]
fn a_corner_scales_about_the_opposite_one_and_a_side_stretches_one_way() {
    let (mut wall, ids) = figures(&[(100_000, 100_000)]);
    wall.act(&Act::Tool { by: 2, tool: 3, colour: 0 });
    select(&mut wall, 2, &ids);
    let before = bounds(&wall, ids[0]);
    let corner = wall.board.handles(person(2)).unwrap().corners[2];
    wall.stroke(2, &[(corner.x_um, corner.y_um), (corner.x_um + 28_000, corner.y_um + 28_000)]);
    let after = bounds(&wall, ids[0]);
    let grown = f64::from(after.width_um()) / f64::from(before.width_um());
    assert!((1.4..1.6).contains(&grown), "{grown}");
    assert!((after.x0_um - before.x0_um).abs() < 6_000, "the other corner stays: {after:?}");
    wall.undo(2);
    assert_eq!(bounds(&wall, ids[0]), before);
    select(&mut wall, 2, &ids);
    let side = wall.board.handles(person(2)).unwrap().sides[1];
    wall.stroke(2, &[(side.x_um, side.y_um), (side.x_um + 30_000, side.y_um + 50_000)]);
    let after = bounds(&wall, ids[0]);
    assert!(after.width_um() > before.width_um() + 20_000);
    assert!((after.height_um() - before.height_um()).abs() < 4_000, "only its line is thicker: {after:?}");
    assert!(wall.screen == wall.full());
}

#[test]
fn the_knob_turns_and_stops_at_steps_of_fifteen_degrees() {
    let (mut wall, ids) = figures(&[(150_000, 100_000)]);
    wall.act(&Act::Tool { by: 2, tool: 3, colour: 0 });
    select(&mut wall, 2, &ids);
    let handles = wall.board.handles(person(2)).unwrap();
    let centre = PagePoint::new(170_000, 120_000);
    let reach = f64::from(centre.y_um - handles.knob.y_um);
    // To 43 degrees: near enough to 45.
    let (sin, cos) = 43.0_f64.to_radians().sin_cos();
    let to = (centre.x_um + (sin * reach) as i32, centre.y_um - (cos * reach) as i32);
    wall.stroke(2, &[(handles.knob.x_um, handles.knob.y_um), to]);
    let placed = wall.board.scene.placed(ids[0]).unwrap();
    let [a, b, ..] = placed.by.factors();
    assert!((b.atan2(a).to_degrees() - 45.0).abs() < 0.1, "{placed:?}");
    let middle = bounds(&wall, ids[0]).middle();
    assert!(middle.distance_squared(centre) < 1_000 * 1_000, "it turns about its middle");
}

#[test]
fn a_group_is_selected_moved_and_copied_together() {
    let (mut wall, ids) = figures(&[(20_000, 20_000), (120_000, 20_000), (220_000, 20_000)]);
    select(&mut wall, 1, &ids[..2]);
    let effects = wall.board.group_selection(person(1), wall.now_us);
    wall.show(effects);
    select(&mut wall, 2, &ids[..1]);
    assert_eq!(wall.board.selection(person(2)), &ids[..2]);
    let effects = wall.board.duplicate_selection(person(2), wall.now_us);
    wall.show(effects);
    let copies = wall.board.selection(person(2)).to_vec();
    assert_eq!(copies.len(), 2);
    assert!(copies.iter().all(|id| !ids.contains(id)));
    select(&mut wall, 1, &copies[..1]);
    assert_eq!(wall.board.selection(person(1)), copies, "the copies are a group of their own");
    let effects = wall.board.ungroup_selection(person(1), wall.now_us);
    wall.show(effects);
    select(&mut wall, 1, &copies[..1]);
    assert_eq!(wall.board.selection(person(1)).len(), 1);
    wall.undo(2);
    assert_eq!(wall.board.visible(), ids, "one step to undo");
}

#[test]
fn what_is_copied_is_pasted_on_another_page_as_it_looked() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(50_000, 100_000), (350_000, 100_000)]);
    let ids = wall.board.visible();
    select(&mut wall, 1, &ids);
    for effects in [
        wall.board.recolour_selection(person(1), Colour::GREEN, wall.now_us),
        wall.board.rewidth_selection(person(1), 12_000, wall.now_us),
        wall.board.transform_selection(person(1), Affine::shift(0, 50_000), wall.now_us),
    ] {
        wall.show(effects);
    }
    let shown = wall.full();
    assert!(wall.board.copy_selection(person(1)));
    wall.act(&Act::Page { add: true, number: 0 });
    assert!(wall.is_blank());
    let effects = wall.board.paste(person(1), 0, 0, wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.visible().len(), 1);
    let effects = wall.board.deselect(person(1));
    wall.show(effects);
    wall.act(&Act::Page { add: false, number: 0 });
    let effects = wall.board.deselect(person(1));
    wall.show(effects);
    let first = wall.full();
    wall.act(&Act::Page { add: false, number: 1 });
    assert!(wall.full() == first, "the copy looks like the original");
    assert!(shown != first || wall.board.selection(person(1)).is_empty());
}

#[test]
fn things_are_laid_over_and_under_each_other() {
    let (mut wall, ids) =
        figures(&[(20_000, 20_000), (40_000, 40_000), (60_000, 60_000), (250_000, 100_000)]);
    let order = |wall: &Wall| -> Vec<usize> {
        wall.board.visible().iter().map(|id| ids.iter().position(|other| other == id).unwrap()).collect()
    };
    let stack = |wall: &mut Wall, which: &[usize], pile: Pile| {
        let chosen: Vec<_> = which.iter().map(|at| ids[*at]).collect();
        select(wall, 1, &chosen);
        let effects = wall.board.stack_selection(person(1), pile, wall.now_us);
        wall.show(effects);
        order(wall)
    };
    assert_eq!(stack(&mut wall, &[0], Pile::Top), [1, 2, 3, 0]);
    assert_eq!(stack(&mut wall, &[2, 3], Pile::Bottom), [2, 3, 1, 0]);
    assert_eq!(stack(&mut wall, &[0], Pile::Bottom), [0, 2, 3, 1]);
    assert_eq!(stack(&mut wall, &[0], Pile::Up), [2, 0, 3, 1], "over the next that it touches");
    assert_eq!(stack(&mut wall, &[1], Pile::Down), [2, 1, 0, 3], "3 is far away and does not matter");
    assert_eq!(stack(&mut wall, &[1], Pile::Top), [2, 0, 3, 1]);
    assert_eq!(stack(&mut wall, &[1], Pile::Up), [2, 0, 3, 1], "there is nothing above");
    assert!(wall.screen == wall.full());
    while wall.board.can_undo(person(1)) {
        wall.undo(1);
    }
    assert!(wall.board.visible().is_empty());
}

#[test]
fn what_is_pinned_stays_until_it_is_tapped_and_set_free() {
    let (mut wall, ids) = figures(&[(100_000, 100_000)]);
    select(&mut wall, 1, &ids);
    let effects = wall.board.pin_selection(person(1), true, wall.now_us);
    wall.show(effects);
    let before = bounds(&wall, ids[0]);
    wall.act(&Act::Tool { by: 2, tool: 4, colour: 0 });
    wall.stroke(2, &[(100_000, 120_000), (200_000, 120_000)]);
    wall.act(&Act::Tool { by: 2, tool: 2, colour: 0 });
    wall.stroke(2, &[(50_000, 100_000), (200_000, 100_000)]);
    wall.act(&Act::Clear { by: 2 });
    assert_eq!(bounds(&wall, ids[0]), before);
    wall.act(&Act::Tool { by: 2, tool: 3, colour: 0 });
    wall.stroke(
        2,
        &[(60_000, 60_000), (180_000, 60_000), (180_000, 180_000), (60_000, 180_000), (60_000, 60_000)],
    );
    assert!(wall.board.selection(person(2)).is_empty(), "the loop does not meet it");
    wall.stroke(2, &[(100_000, 120_000), (100_000, 120_000)]);
    assert_eq!(wall.board.selection(person(2)), ids, "a tap does");
    let effects = wall.board.pin_selection(person(2), false, wall.now_us);
    wall.show(effects);
    let effects = wall.board.transform_selection(person(2), Affine::shift(10_000, 0), wall.now_us);
    wall.show(effects);
    assert_eq!(bounds(&wall, ids[0]).x0_um, before.x0_um + 10_000);
}

#[test]
fn hands_slide_off_what_somebody_else_moves_until_that_hand_is_silent() {
    let (mut wall, ids) = figures(&[(100_000, 100_000)]);
    for by in [1, 2] {
        wall.act(&Act::Tool { by, tool: 4, colour: 0 });
    }
    let start = bounds(&wall, ids[0]);
    let down = wall.touch(1, 1, 100_000, 120_000);
    wall.down(&down);
    for step in 1..5 {
        let go = wall.touch(1, 1, 100_000 + step * 10_000, 120_000);
        wall.go(&go);
    }
    wall.events.clear();
    let other = wall.touch(2, 2, 140_000, 120_000);
    wall.down(&other);
    let held = BoardEvent::Held { person: person(2), holder: person(1), ids: ids.clone() };
    assert_eq!(wall.events, [held]);
    let away = wall.touch(2, 2, 300_000, 120_000);
    wall.go(&away);
    wall.up(&away);
    assert!(bounds(&wall, ids[0]).x0_um < start.x0_um + 60_000);
    // Person 1 stands still for more than three seconds: the object is anybody's.
    wall.now_us += 3_100_000;
    let other = wall.touch(3, 2, 140_000, 120_000);
    wall.down(&other);
    let up = wall.touch(3, 2, 140_000, 160_000);
    wall.go(&up);
    wall.up(&up);
    let taken = bounds(&wall, ids[0]);
    assert_eq!(
        (taken.x0_um, taken.y0_um),
        (start.x0_um, start.y0_um + 40_000),
        "the silent hand's way is gone"
    );
    let lift = wall.touch(1, 1, 300_000, 120_000);
    wall.up(&lift);
    assert_eq!(bounds(&wall, ids[0]), taken, "and it has nothing in hand any more");
    assert!(wall.screen == wall.full());
}

#[test]
fn notes_texts_and_pictures_are_made_reworded_and_selected() {
    let mut wall = Wall::new(1);
    wall.board.set_colour(person(1), Colour::YELLOW);
    let media = Media {
        file: MediaId([7; 32]),
        kind: MediaKind::Picture,
        rect: PageRect::new(200_000, 20_000, 300_000, 90_000),
    };
    for effects in [
        wall.board.add_note(person(1), PageRect::new(20_000, 20_000, 90_000, 90_000), "one", wall.now_us),
        wall.board.add_text(person(1), PagePoint::new(20_000, 120_000), 0, "two", wall.now_us),
        wall.board.add_text(person(1), PagePoint::new(20_000, 120_000), 0, " \n", wall.now_us),
        wall.board.add_media(person(1), media.clone(), wall.now_us),
    ] {
        wall.show(effects);
    }
    let ids = wall.board.visible();
    assert_eq!(ids.len(), 3, "blanks are no text");
    for (id, words) in ids.iter().zip(["three", "four"]) {
        let effects = wall.board.edit_text(person(2), *id, words, wall.now_us);
        wall.show(effects);
        assert_eq!(wall.board.text(*id), Some(words));
    }
    let Content::Note(note) = wall.board.scene.placed(ids[0]).unwrap().content else { panic!("no note") };
    assert_eq!((note.paper, note.colour, note.text.as_str()), (Colour::YELLOW, Colour::BLACK, "three"));
    wall.undo(2);
    wall.undo(2);
    assert_eq!((wall.board.text(ids[0]), wall.board.text(ids[1])), (Some("one"), Some("two")));
    wall.act(&Act::Tool { by: 2, tool: 3, colour: 0 });
    wall.stroke(2, &[(250_000, 50_000), (250_000, 50_000)]);
    assert_eq!(wall.board.selection(person(2)), &ids[2..]);
    let effects = wall.board.edit_text(person(1), ids[1], "", wall.now_us);
    wall.show(effects);
    assert_eq!(wall.board.visible().len(), 2, "a text without words is gone");
}
