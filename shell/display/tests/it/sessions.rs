//! What people do in the recorded sessions, in whole numbers only, so that a recording is the same wherever it is
//! made. Places are in tenths of a millimetre.

use crate::bench::Script;
use std::collections::BTreeMap;
use touch::{Axis, Description, InputEvent, code, evemu};

/// Sixty reports a second, as an infrared frame gives with ten fingers on it.
const PERIOD_MS: u64 = 16;

/// The panel of the sessions: ten contacts, ten units a millimetre, with their width.
fn fine_wall() -> Description {
    let mut about = Description { name: "Dais fine wall".into(), ..Description::default() };
    for (axis, max, resolution) in [
        (code::ABS_MT_SLOT, 9, 0),
        (code::ABS_MT_TRACKING_ID, 65_535, 0),
        (code::ABS_MT_POSITION_X, 18_950, 10),
        (code::ABS_MT_POSITION_Y, 10_660, 10),
        (code::ABS_MT_TOUCH_MAJOR, 4_000, 10),
        (code::ABS_MT_TOUCH_MINOR, 4_000, 10),
    ] {
        about.axes.insert(axis, Axis { min: 0, max, resolution });
    }
    about
}

/// A session as evemu's text.
pub(crate) fn text(script: Script) -> String {
    evemu::write_description(&fine_wall()) + &evemu::write_events(&slim(script.events))
}

/// Without what a kernel would not repeat: the slot that is meant already, the place that a contact has already.
fn slim(events: Vec<InputEvent>) -> Vec<InputEvent> {
    let mut slot = -1;
    let mut known: BTreeMap<(i32, u16), i32> = BTreeMap::new();
    let news = |event: &InputEvent| match (event.kind, event.code) {
        (code::EV_ABS, code::ABS_MT_SLOT) => std::mem::replace(&mut slot, event.value) != event.value,
        (code::EV_ABS, axis) => known.insert((slot, axis), event.value) != Some(event.value),
        _ => true,
    };
    events.into_iter().filter(news).collect()
}

/// The sine of so many thirty-seconds of a turn, in thousandths.
fn sine(step: i32) -> i32 {
    const QUARTER: [i32; 9] = [0, 195, 383, 556, 707, 831, 924, 981, 1000];
    let at = |step: i32| QUARTER[step as usize];
    match step.rem_euclid(32) {
        step @ 0..=8 => at(step),
        step @ 9..=16 => at(16 - step),
        step @ 17..=24 => -at(step - 16),
        step => -at(32 - step),
    }
}

/// A place on a circle, so many thirty-seconds of a turn from its right.
fn round(centre: (i32, i32), radius: i32, step: i32) -> (i32, i32) {
    (centre.0 + radius * sine(step + 8) / 1000, centre.1 + radius * sine(step) / 1000)
}

/// Loops as of a written "eee", from left to right.
fn loops(from: (i32, i32), step: i32) -> (i32, i32) {
    round((from.0 + step * 45, from.1), 300, step * 3)
}

/// Teeth of a saw.
fn teeth(from: (i32, i32), step: i32) -> (i32, i32) {
    let tooth = step % 10;
    (from.0 + step * 70, from.1 + 90 * tooth.min(10 - tooth))
}

/// Contacts that go their ways at once, so many steps, from down to up.
fn together(script: &mut Script, steps: i32, ways: &[&dyn Fn(i32) -> (i32, i32)]) {
    for step in 0..=steps {
        for (slot, way) in (0..).zip(ways) {
            let (x, y) = way(step);
            match step {
                0 => script.down(slot, x, y),
                _ => script.to(slot, x, y),
            };
        }
        script.frame(PERIOD_MS);
    }
    for slot in 0..ways.len() as i32 {
        script.up(slot);
    }
    script.frame(PERIOD_MS);
}

fn between(from: (i32, i32), to: (i32, i32), steps: i32) -> impl Fn(i32) -> (i32, i32) {
    move |step| {
        let mix = |a: i32, b: i32| a + (b - a) * step / steps;
        (mix(from.0, to.0), mix(from.1, to.1))
    }
}

/// As fingers that pull a view do: they begin slowly.
fn eased(from: (i32, i32), to: (i32, i32), steps: i32) -> impl Fn(i32) -> (i32, i32) {
    move |step| between(from, to, steps * steps)(step * step)
}

/// Two people write at once, one loops, one teeth.
pub(crate) fn two_people() -> Script {
    let mut script = Script::default();
    let ways: [&dyn Fn(i32) -> (i32, i32); 2] =
        [&|step| loops((2_500, 5_000), step), &|step| teeth((12_500, 4_800), step)];
    together(&mut script, 40, &ways);
    script
}

/// One writes and wipes it with the palm, while the other goes on writing.
pub(crate) fn palm_erases() -> Script {
    let mut script = Script::default();
    together(&mut script, 14, &[&between((2_000, 4_000), (8_000, 4_300), 14)]);
    together(&mut script, 14, &[&between((2_000, 5_500), (8_000, 5_300), 14)]);
    let (palm, pen) = (between((4_000, 3_600), (6_500, 5_600), 24), |step| teeth((12_000, 5_000), step));
    for step in 0..=24 {
        let ((x, y), (pen_x, pen_y)) = (palm(step), pen(step));
        match step {
            0 => script.down(0, x, y).wide(0, 1_000, 800).down(1, pen_x, pen_y).wide(1, 90, 80),
            _ => script.to(0, x, y).to(1, pen_x, pen_y),
        };
        script.frame(PERIOD_MS);
    }
    script.up(0).up(1).frame(PERIOD_MS);
    script
}

/// Writes, pulls the view larger, writes in it; then two fingers, too far apart for one hand, that write.
pub(crate) fn pinch() -> Script {
    let mut script = Script::default();
    together(&mut script, 24, &[&|step| loops((3_500, 5_000), step)]);
    script.frame(400);
    together(
        &mut script,
        20,
        &[&eased((4_000, 5_000), (2_500, 4_400), 20), &eased((5_000, 5_000), (6_500, 5_600), 20)],
    );
    script.frame(400);
    together(&mut script, 20, &[&|step| teeth((5_500, 7_500), step)]);
    script.frame(400);
    together(
        &mut script,
        16,
        &[&eased((2_500, 5_000), (4_400, 4_600), 16), &eased((6_500, 5_000), (5_400, 4_800), 16)],
    );
    script
}

/// A line along a ruler laid in the middle, the ruler carried by two hands, an arc with a compass.
pub(crate) fn instruments() -> Script {
    let mut script = Script::default();
    let stray = |step: i32| (6_500 + step * 200, 4_500 + [0, 60, -80, 40][step as usize % 4]);
    together(&mut script, 20, &[&stray]);
    script.frame(200);
    together(
        &mut script,
        16,
        &[&between((7_500, 5_000), (6_500, 6_200), 16), &between((9_500, 5_000), (9_300, 7_600), 16)],
    );
    script.frame(200);
    let arc = |step: i32| round((13_250, 3_000), 1_500 + step * 8, step);
    together(&mut script, 14, &[&arc]);
    script
}

/// A square and a round, each held still at its end.
pub(crate) fn held() -> Script {
    let mut script = Script::default();
    let corners = [(3_000, 3_000), (6_000, 3_060), (5_960, 6_000), (3_020, 5_940), (3_030, 3_080)];
    let square = |step: i32| {
        let side = (step / 8).min(3);
        between(corners[side as usize], corners[side as usize + 1], 8)(step - side * 8)
    };
    let circle = |step: i32| round((14_000, 5_000), 1_700 + [0, 25, -20][step as usize % 3], step);
    for step in 0..=32 {
        let (one, two) = (square(step), circle(step));
        match step {
            0 => script.down(0, one.0, one.1).down(1, two.0, two.1),
            _ => script.to(0, one.0, one.1).to(1, two.0, two.1),
        };
        script.frame(if step < 32 { PERIOD_MS } else { 900 });
    }
    script.up(0).up(1).frame(PERIOD_MS);
    script
}

/// Two people, each in a pane of their own; one goes over the divider.
pub(crate) fn split() -> Script {
    let mut script = Script::default();
    let ways: [&dyn Fn(i32) -> (i32, i32); 2] =
        [&|step| loops((2_000, 4_000), step), &|step| loops((12_000, 4_500), step)];
    together(&mut script, 30, &ways);
    script.frame(200);
    together(&mut script, 16, &[&between((7_000, 7_000), (12_500, 7_800), 16)]);
    script.frame(200);
    together(&mut script, 16, &[&|step| teeth((11_000, 8_000), step)]);
    script
}

/// Writes and marks on a green board, rubs out, circles and drags.
pub(crate) fn green_board() -> Script {
    let mut script = Script::default();
    let ways: [&dyn Fn(i32) -> (i32, i32); 2] =
        [&|step| loops((2_000, 3_000), step), &between((11_500, 3_000), (16_500, 3_400), 24)];
    together(&mut script, 24, &ways);
    script.frame(300);
    let ways: [&dyn Fn(i32) -> (i32, i32); 2] =
        [&between((2_200, 2_500), (3_300, 3_500), 16), &|step| round((14_000, 3_200), 3_600, step * 2)];
    together(&mut script, 16, &ways);
    script.frame(300);
    together(&mut script, 16, &[&between((14_000, 3_200), (13_000, 6_500), 16)]);
    script
}
