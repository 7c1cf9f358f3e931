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
    let mut film = Film::new().go(0.5, (0.0, 0.0), (0.0, 0.0), true);
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
        for frame in 0..13_u32 {
            let wrist = Point::new(400.0 + frame.saturating_sub(5) as f32 * 0.5 * PALM * scale, 400.0);
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

/// Numbers that are nearly normal, their deviation 1, of one seed.
struct Noise(u64);

impl Noise {
    fn even(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 40) as f32 / (1 << 24) as f32
    }

    fn next(&mut self) -> f32 {
        (0..4).map(|_| self.even() - 0.5).sum::<f32>() * 3.0_f32.sqrt()
    }
}

/// Strokes of somebody who talks for ten minutes with an open hand: it wanders about a place in front of the body and is
/// pulled back, as far (`reach`, in palms) and as quickly (`seconds`) as hands do, and is seen half of the time.
fn talking(reach: f32, seconds: f32, seed: u64) -> usize {
    let (mut wave, mut noise, mut turns) = (Wave::default(), Noise(seed), 0);
    let (mut place, mut pull) = ((0.0, 0.0), (0.0, 0.0));
    let step = 1.0 / (FPS * seconds);
    let (jitter, follow) = (reach * (2.0 * step).sqrt(), (4.0 * step).min(1.0));
    for frame in 0..9000_u32 {
        // A target that moves at random, and a hand that follows it smoothly.
        pull = (pull.0 * (1.0 - step) + jitter * noise.next(), pull.1 * (1.0 - step) + jitter * noise.next());
        place = (place.0 + (pull.0 - place.0) * follow, place.1 + (pull.1 - place.1) * follow);
        let hand = drawn(Point::new(500.0 + place.0 * PALM, 400.0 + place.1 * PALM), PALM, true);
        let seen = (frame / 150).is_multiple_of(2);
        let now = Duration::from_secs_f32(frame as f32 / FPS);
        turns += usize::from(wave.step(now, seen.then_some(&hand)).is_some());
    }
    turns
}

#[test]
fn hands_that_talk_turn_a_page_a_minute_at_most() {
    let kinds =
        [(0.5, 0.5), (1.0, 0.5), (1.0, 1.0), (1.5, 0.5), (1.5, 1.0), (2.0, 0.5), (2.0, 1.0), (3.0, 2.0)];
    for (reach, seconds) in kinds {
        let turns: usize = (0..20).map(|seed| talking(reach, seconds, seed)).sum();
        let turns = turns as f32 / 20.0;
        eprintln!("reach {reach} palms, {seconds} s: {turns:.1} strokes in ten minutes");
        // The hand is seen for five of them.
        assert!(turns < 8.0, "{reach} palms, {seconds} s: {turns}");
    }
}

/// A wave that is meant, as a camera of so many frames a second shows it: the palm is held up for half a second, waved at
/// random to one side and held again. It trembles, blurs in a fifth of the moving frames, and one in twenty shows none.
fn meant(fps: f32, seed: u64) -> bool {
    let (mut wave, mut noise, mut turns) = (Wave::default(), Noise(seed), Vec::new());
    let (length, seconds) = (2.6 + 2.4 * noise.even(), 0.3 + 0.35 * noise.even());
    let side = if noise.even() < 0.5 { 1.0 } else { -1.0 };
    let phase = noise.even();
    for frame in 0..(fps * 1.8) as u32 {
        let at = (frame as f32 + phase) / fps;
        let part = ((at - 0.6) / seconds).clamp(0.0, 1.0);
        let x = side * length * (0.5 - 0.5 * (std::f32::consts::PI * part).cos());
        let moves = part > 0.0 && part < 1.0;
        let (dx, dy) = (0.03 * noise.next(), 0.03 * noise.next());
        let (blurs, hides) = (moves && noise.even() < 0.2, noise.even() < 0.05);
        let hand = drawn(Point::new(500.0 + (x + dx) * PALM, 400.0 + (0.1 * x + dy) * PALM), PALM, !blurs);
        turns.extend(wave.step(Duration::from_secs_f32(at), (!hides).then_some(&hand)));
    }
    turns == [if side > 0.0 { Turn::Next } else { Turn::Previous }]
}

#[test]
fn waves_that_are_meant_turn_one_page() {
    for (fps, least) in [(8.0, 600), (10.0, 800), (15.0, 950), (30.0, 980)] {
        let turned = (0..1000).filter(|seed| meant(fps, *seed)).count();
        eprintln!("{fps} frames a second: {turned} of 1000");
        assert!(turned >= least, "{fps} frames a second: {turned}");
    }
}
