//! Strokes of a drawn palm: pages they turn, and motion that turns none.

use super::*;
use crate::vision::hand::tests::drawn;

const FPS: f32 = 15.0;
const PALM: f32 = 60.0;

/// A hand that goes along points of time, x and y (in palms); between them evenly.
struct Film {
    wave: Wave,
    frame: u32,
    turns: Vec<Turn>,
}

impl Film {
    fn new() -> Self {
        Self { wave: Wave::default(), frame: 0, turns: Vec::new() }
    }

    fn show(&mut self, hand: Option<Hand>) {
        self.frame += 1;
        let now = Duration::from_secs_f32(self.frame as f32 / FPS);
        self.turns.extend(self.wave.step(now, hand.as_ref()));
    }

    fn go(mut self, seconds: f32, from: (f32, f32), to: (f32, f32), open: bool) -> Self {
        let frames = (seconds * FPS).round().max(1.0) as u32;
        for frame in 1..=frames {
            let part = frame as f32 / frames as f32;
            let (x, y) = (from.0 + (to.0 - from.0) * part, from.1 + (to.1 - from.1) * part);
            self.show(Some(drawn(Point::new(500.0 + x * PALM, 400.0 + y * PALM), PALM, open)));
        }
        self
    }

    fn wait(mut self, seconds: f32) -> Self {
        for _ in 0..(seconds * FPS) as u32 {
            self.show(None);
        }
        self
    }
}

const STROKE: f32 = 0.45;

#[test]
fn a_stroke_turns_one_page_its_own_way() {
    for (to, turn) in [(3.5, Turn::Next), (-3.5, Turn::Previous)] {
        let film = Film::new().go(0.5, (0.0, 0.0), (0.0, 0.0), true).go(STROKE, (0.0, 0.0), (to, 0.3), true);
        assert_eq!(film.go(1.0, (to, 0.3), (to, 0.3), true).turns, [turn]);
    }
}

#[test]
fn a_long_stroke_is_one_page() {
    // The whole reach of an arm, far and farther.
    for (seconds, to) in [(0.5, 5.5), (1.0, 7.0), (2.0, 14.0)] {
        let film = Film::new().go(0.5, (0.0, 0.0), (0.0, 0.0), true).go(seconds, (0.0, 0.0), (to, 0.0), true);
        assert_eq!(film.go(1.5, (to, 0.0), (to, 0.0), true).turns, [Turn::Next], "{to}");
    }
}

#[test]
fn the_way_back_turns_nothing_and_the_next_stroke_does() {
    let mut film = Film::new().go(0.3, (0.0, 0.0), (0.0, 0.0), true);
    for _ in 0..3 {
        film = film.go(STROKE, (0.0, 0.0), (3.5, 0.0), true).go(STROKE, (3.5, 0.0), (0.0, 0.0), true);
    }
    assert_eq!(film.turns, [Turn::Next; 3]);
    // Long afterwards the other way is a page too.
    let film = film.go(2.0, (0.0, 0.0), (0.0, 0.0), true).go(STROKE, (0.0, 0.0), (-3.5, 0.0), true);
    assert_eq!(film.turns[3..], [Turn::Previous]);
}

#[test]
fn what_is_no_stroke_turns_nothing() {
    let still = |film: Film| film.go(0.5, (0.0, 0.0), (0.0, 0.0), true);
    for (name, film) in [
        ("slow", still(Film::new()).go(3.0, (0.0, 0.0), (5.0, 0.0), true)),
        ("short", still(Film::new()).go(0.3, (0.0, 0.0), (1.4, 0.0), true)),
        ("down", still(Film::new()).go(STROKE, (0.0, 0.0), (0.0, 4.0), true)),
        ("slanting", still(Film::new()).go(STROKE, (0.0, 0.0), (3.0, 2.5), true)),
        (
            "a fist",
            Film::new().go(0.5, (0.0, 0.0), (0.0, 0.0), false).go(STROKE, (0.0, 0.0), (3.5, 0.0), false),
        ),
        (
            "a jump",
            still(Film::new()).go(0.05, (0.0, 0.0), (6.0, 0.0), true).go(0.5, (6.0, 0.0), (6.0, 0.0), true),
        ),
        ("gone between", still(Film::new()).wait(0.4).go(0.5, (3.0, 0.0), (3.0, 0.0), true)),
    ] {
        assert_eq!(film.turns, [], "{name}");
    }
    // Greeting: to and fro by less than a stroke, quickly.
    let mut film = still(Film::new());
    for _ in 0..10 {
        film = film.go(0.2, (0.0, 0.0), (1.2, 0.0), true).go(0.2, (1.2, 0.0), (0.0, 0.0), true);
    }
    assert_eq!(film.turns, []);
}

#[test]
fn near_and_far_hands_are_alike() {
    for scale in [0.3, 1.0, 3.0] {
        let mut wave = Wave::default();
        let mut turns = Vec::new();
        for frame in 0..8_u32 {
            let wrist = Point::new(400.0 + frame as f32 * 0.5 * PALM * scale, 400.0);
            let now = Duration::from_millis(u64::from(frame) * 66);
            turns.extend(wave.step(now, Some(&drawn(wrist, PALM * scale, true))));
        }
        assert_eq!(turns, [Turn::Next], "{scale}");
    }
}

#[test]
fn a_hand_that_hangs_turns_nothing() {
    let mut wave = Wave::default();
    for frame in 0..10_u32 {
        let upright = drawn(Point::new(400.0 + frame as f32 * 30.0, 400.0), PALM, true);
        let joints = upright.joints.map(|joint| Point::new(joint.x, 800.0 - joint.y));
        let now = Duration::from_millis(u64::from(frame) * 66);
        assert_eq!(wave.step(now, Some(&Hand { joints, ..upright })), None);
    }
}
