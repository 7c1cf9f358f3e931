//! What is a ghost and what is not, one case each.

use super::*;

fn through(script: &str, id: &str) -> Vec<String> {
    of(&play(&mut only(Quirks::INFRARED), script), id)
}

/// Frames 8 ms apart from 40 ms on, so many, of a script of places.
fn frames(count: i32, line: impl Fn(i32) -> String) -> String {
    (0..count).map(|step| format!("{}: {}\n", 40 + 8 * step, line(step))).collect()
}

#[test]
fn a_word_between_two_others_written_at_the_same_pace_is_whole() {
    // All go on by 0.8 mm a frame; the heights differ, but by less than a beam's doubt.
    let tooth = |step: i32, by: i32| f64::from((step + by).rem_euclid(16) - 8).abs();
    let script = "0: 1+300,300\n 20: 2+900,700\n 32: 3+302,701\n".to_owned()
        + &frames(40, |step| {
            let on = 0.8 * f64::from(step);
            format!(
                "1>{},{} 2>{},{} 3>{},{}",
                300.0 + on,
                300.0 + tooth(step, 0),
                900.0 + on,
                700.0 + tooth(step, 8),
                302.0 + on,
                699.0 + tooth(step, 4) / 2.0
            )
        })
        + "370: 3-\n 400: 1- 2-\n 600:";
    assert_eq!(through(&script, "3").len(), 42);
}

#[test]
fn where_both_fingers_have_been_for_long_nothing_is_in_doubt() {
    let said = play(&mut only(Quirks::INFRARED), "0: 1+300,300\n 20: 2+900,700\n 100: 3+300,700");
    assert_eq!(of(&said, "3"), ["100D3@300,700"], "at once");
}

#[test]
fn a_dot_between_two_others_is_kept_and_comes_at_its_end_at_the_latest() {
    assert_eq!(through("0: 1+300,300\n 20: 2+900,700\n 30: 3+300,700\n 71: 3-\n 200:", "3").len(), 2);
}

#[test]
fn a_short_dash_of_its_own_is_no_flicker() {
    let script =
        "0: 1+300,300\n 20: 2+900,700\n 30: 3+300,700\n 38: 3>302,701\n 46: 3>304,701\n 54: 3-\n 200:";
    assert_eq!(through(script, "3").len(), 4);
}

#[test]
fn a_ghost_may_be_told_of_before_the_finger_that_makes_it() {
    let script = "0: 1+300,300\n 20: 3+300,700 4+900,300 2+900,700\n 36: 3- 4-\n 60: 2>910,700\n 200:";
    let said = play(&mut only(Quirks::INFRARED), script);
    assert!(of(&said, "3").is_empty() && of(&said, "4").is_empty(), "{said:?}");
    assert_eq!(of(&said, "2"), ["20D2@900,700", "60M2@910,700"]);
}

#[test]
fn of_four_corners_that_come_at_once_none_is_held_back() {
    let said = play(&mut only(Quirks::INFRARED), "0: 1+300,300 2+900,700 3+300,700 4+900,300");
    assert_eq!(said.len(), 4, "{said:?}");
}

#[test]
fn a_ghost_is_found_out_also_beside_another_finger_of_its_column() {
    // 0 stands in the column of 1 too, comes first in the list, and rests.
    let mut script = "0: 0+302,950 1+300,300\n 20: 2+900,700\n 30: 3+300,700\n".to_owned();
    for step in 1..60 {
        let (a, b) = (300 + 3 * step, 700 - 2 * step);
        script.push_str(&format!("{}: 1>{a},300 2>900,{b} 3>{a},{b}\n", 30 + 8 * step));
    }
    script.push_str("520: 1-\n 528: 3-\n 600: 2-\n 700:");
    assert!(through(&script, "3").is_empty());
}

#[test]
fn all_that_is_held_back_comes_through_when_the_panel_goes() {
    let mut sieve = only(Quirks::INFRARED);
    play(&mut sieve, "0: 1+300,300\n 20: 2+900,700\n 30: 3+300,700\n 35: 4+1,500");
    let left = sieve.finish(40_000).into_iter().flat_map(|frame| frame.contacts).count();
    assert_eq!((left, sieve.due_us()), (2, None));
}
