//! What is read of a selection: strokes in the order in which they were written, or a picture.
use super::{Wall, person};
use crate::{Board, Legible, ObjectId, PageRect, Passed, Tool};

fn strokes(board: &Board, ids: &[ObjectId]) -> Vec<Vec<Passed>> {
    match board.legible(ids, 100) {
        Some(Legible::Strokes(strokes)) => strokes,
        other => panic!("no strokes but {:?}", other.is_some()),
    }
}

#[test]
fn strokes_come_in_the_order_of_writing_with_their_times() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(200_000, 60_000), (240_000, 60_000)]);
    // Nobody writes on for an hour: what comes then is told as if after a short pause.
    wall.now_us += 3_600_000_000;
    wall.stroke(1, &[(60_000, 60_000), (60_000, 110_000)]);
    let mut ids = wall.board.visible();
    ids.reverse();
    let strokes = strokes(&wall.board, &ids);
    assert_eq!(strokes.len(), 2);
    let first = (strokes[0].first().unwrap(), strokes[0].last().unwrap());
    assert!(first.0.at.distance_squared(crate::PagePoint::new(200_000, 60_000)) < 2_000_i64.pow(2));
    assert!(first.1.at.x_um > 230_000, "from its beginning to its end");
    assert_eq!(first.0.t_ms, 0);
    assert!((60..=200).contains(&first.1.t_ms), "ten reports take 80 ms: {first:?}");
    let pause = strokes[1][0].t_ms - first.1.t_ms;
    assert!((4_000..=5_000).contains(&pause), "{pause} ms");
    assert!(strokes[1].windows(2).all(|pair| pair[0].t_ms <= pair[1].t_ms));
}

#[test]
fn a_stroke_that_was_rubbed_in_two_is_two_strokes_in_their_order_at_its_place_in_time() {
    let mut wall = Wall::new(1);
    wall.stroke(1, &[(60_000, 60_000), (300_000, 60_000)]);
    wall.stroke(1, &[(60_000, 150_000), (300_000, 150_000)]);
    let effects = wall.board.set_tool(person(1), Tool::Eraser);
    wall.show(effects);
    wall.stroke(1, &[(180_000, 30_000), (180_000, 90_000)]);
    let strokes = strokes(&wall.board, &wall.board.visible());
    let ends: Vec<(i32, i32)> =
        strokes.iter().map(|stroke| (stroke[0].at.x_um / 10_000, stroke[0].at.y_um / 50_000)).collect();
    assert_eq!(ends.len(), 3, "{ends:?}");
    assert_eq!((ends[0], ends[2]), ((6, 1), (6, 3)), "{ends:?}");
    assert!(ends[1].0 > 17 && ends[1].1 == 1, "{ends:?}");
}

#[test]
fn marks_say_nothing_and_a_text_among_strokes_makes_a_picture_of_all() {
    let mut wall = Wall::new(1);
    let effects = wall.board.set_tool(person(1), Tool::Highlighter);
    wall.show(effects);
    wall.stroke(1, &[(60_000, 60_000), (300_000, 60_000)]);
    let marks = wall.board.visible();
    assert!(
        matches!(wall.board.legible(&marks, 100), Some(Legible::Picture(_))),
        "a mark alone is looked at"
    );
    let effects = wall.board.set_tool(person(1), Tool::Pen);
    wall.show(effects);
    wall.stroke(1, &[(60_000, 60_000), (300_000, 100_000)]);
    assert_eq!(strokes(&wall.board, &wall.board.visible()).len(), 1);
    let rect = PageRect::new(60_000, 120_000, 340_000, 170_000);
    let effects = wall.board.place_text(person(1), rect, "7", &[], wall.now_us);
    wall.show(effects);
    let all = wall.board.visible();
    assert_eq!(wall.board.legible(&all, 100), wall.board.raster(&all, 100).map(Legible::Picture));
    assert_eq!(wall.board.legible(&[], 100), None);
}
