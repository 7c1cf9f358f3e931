//! Boxes and marks on a page of 400 x 200 pixels.

use super::*;

fn area(left: i32, top: i32, right: i32, bottom: i32) -> Area {
    Area { left, top, right, bottom }
}

/// A page with these areas filled with ink.
fn page(marks: &[Area]) -> Ink {
    let mut pixels = vec![255_u8; 400 * 200];
    for mark in marks {
        for y in mark.top..mark.bottom {
            for x in mark.left..mark.right {
                pixels[(y * 400 + x) as usize] = 0;
            }
        }
    }
    Ink::of(&Raster::from_rows(&pixels, 400, 200, 400).unwrap())
}

fn upright(areas: &[Area]) -> Vec<Turned> {
    areas.iter().map(Turned::upright).collect()
}

fn areas(lines: &[Turned]) -> Vec<Area> {
    lines.iter().map(Turned::area).collect()
}

#[test]
fn a_character_the_detector_missed_is_one_line_with_air() {
    let ink = page(&[area(100, 50, 110, 100)]);
    assert_eq!(areas(&lines(&[], &ink)), [area(90, 40, 120, 110)]);
    // 三: three strokes, one over the other.
    let ink = page(&[area(50, 40, 100, 45), area(55, 60, 95, 65), area(45, 80, 105, 85)]);
    assert_eq!(lines(&[], &ink).len(), 1);
}

#[test]
fn a_stroke_beside_a_box_joins_its_line() {
    let word = area(50, 50, 150, 90);
    let ink = page(&[area(55, 55, 145, 85), area(170, 52, 175, 88)]);
    let found = areas(&lines(&upright(&[word]), &ink));
    assert_eq!(found.len(), 1);
    assert!(found[0].left <= 50 && found[0].right >= 175, "{found:?}");
}

#[test]
fn a_stroke_on_its_own_row_is_a_line_of_its_own() {
    let word = area(50, 20, 150, 60);
    let ink = page(&[area(55, 25, 145, 55), area(80, 100, 85, 140)]);
    let found = areas(&lines(&upright(&[word]), &ink));
    assert_eq!(found, [word, area(72, 92, 93, 148)]);
}

#[test]
fn dust_and_dots_are_no_lines() {
    let word = area(50, 20, 150, 60);
    let rows = [word, area(50, 100, 150, 140)];
    let ink = page(&[
        area(55, 25, 145, 55),
        area(55, 105, 145, 135),
        area(300, 80, 304, 84),
        area(10, 190, 12, 192),
    ]);
    assert_eq!(areas(&lines(&upright(&rows), &ink)), rows);
}

#[test]
fn words_of_a_line_join_and_columns_do_not() {
    let boxes = [area(10, 20, 80, 50), area(100, 22, 180, 52), area(260, 21, 380, 51), area(10, 90, 60, 120)];
    let ink = page(&boxes.map(|found| found.grown(-4)));
    let found = areas(&lines(&upright(&boxes), &ink));
    assert_eq!(found, [area(10, 20, 180, 52), area(260, 21, 380, 51), area(10, 90, 60, 120)]);
}

#[test]
fn order_is_by_rows_then_by_columns() {
    let boxes =
        [area(10, 120, 60, 150), area(200, 18, 260, 50), area(10, 20, 60, 52), area(100, 124, 160, 152)];
    let found = areas(&in_reading_order(upright(&boxes)));
    assert_eq!(found, [boxes[2], boxes[1], boxes[0], boxes[3]]);
}

#[test]
fn a_photograph_is_left_to_the_detector() {
    let texture: Vec<Area> =
        (0..80).flat_map(|x| (0..40).map(move |y| area(x * 5, y * 5, x * 5 + 3, y * 5 + 3))).collect();
    let ink = page(&texture);
    assert!(!ink.clean);
    assert_eq!(ink.writing_height(), None);
    assert_eq!(lines(&[], &ink), []);
    let word = area(50, 20, 150, 60);
    assert_eq!(areas(&lines(&upright(&[word]), &ink)), [word]);
}

#[test]
fn the_height_of_the_writing_is_that_of_its_taller_marks() {
    let ink =
        page(&[area(10, 10, 14, 14), area(20, 10, 60, 50), area(80, 10, 120, 50), area(150, 30, 160, 34)]);
    assert_eq!(ink.writing_height(), Some(40.0));
    assert_eq!(page(&[]).writing_height(), None);
}

#[test]
fn the_only_line_is_known_without_the_detector() {
    let word = [area(10, 20, 40, 60), area(50, 22, 80, 58), area(90, 50, 94, 56)];
    assert_eq!(only_line(&page(&word)), Some(Turned::upright(&area(2, 12, 102, 68))));
    // A second line, a column far away, and strokes of unknown belonging are left to it.
    assert_eq!(only_line(&page(&[&word[..], &[area(10, 90, 40, 130)]].concat())), None);
    assert_eq!(only_line(&page(&[&word[..], &[area(200, 20, 240, 60)]].concat())), None);
    assert_eq!(only_line(&page(&[area(50, 40, 100, 45), area(45, 80, 105, 85)])), None);
    assert_eq!(only_line(&page(&[])), None);
}
