//! Things found, lost, found again and crossing each other keep their numbers or get new ones.

use super::*;

const SIDE: f32 = 40.0;

fn face(x: f32) -> Rect {
    Rect::around(Point::new(x, 100.0), SIDE, SIDE)
}

fn everywhere() -> [Look; 1] {
    [Look { place: Rect { left: 0.0, top: 0.0, right: 2000.0, bottom: 1000.0 }, least: 0.0, most: 1000.0 }]
}

fn at(frame: u32) -> Duration {
    Duration::from_millis(200) * frame
}

#[test]
fn once_is_nothing_twice_counts_and_a_flicker_stays() {
    let mut tracker = Tracker::default();
    let counted: Vec<usize> = [1, 0, 1, 1, 0, 1, 0, 0, 0, 0, 0]
        .iter()
        .enumerate()
        .map(|(frame, seen)| {
            let found = vec![face(100.0); *seen];
            tracker.step(at(frame as u32), &found, &everywhere());
            tracker.tracks().count()
        })
        .collect();
    assert_eq!(counted, [0, 0, 0, 1, 1, 1, 1, 1, 1, 0, 0]);
}

#[test]
fn what_is_not_looked_for_stays_until_nothing_is_known() {
    let mut tracker = Tracker::default();
    for frame in 0..2 {
        tracker.step(at(frame), &[face(100.0)], &everywhere());
    }
    let elsewhere = Look { place: Rect { left: 500.0, ..everywhere()[0].place }, ..everywhere()[0] };
    let larger = Look { least: 2.0 * SIDE, ..everywhere()[0] };
    for frame in 2..100 {
        tracker.step(at(frame), &[], &[elsewhere, larger]);
        assert_eq!(tracker.tracks().count(), 1, "{frame}");
    }
    tracker.step(at(102), &[], &[]);
    assert_eq!(tracker.tracks().count(), 0);
}

#[test]
fn two_that_pass_each_other_keep_their_numbers_apart() {
    let mut tracker = Tracker::default();
    let mut numbers = Vec::new();
    for frame in 0..30_u32 {
        // One walks right, the other left, one a head lower.
        let step = frame as f32 * 14.0;
        let low = face(500.0 - step).moved(0.0, 0.9 * SIDE);
        tracker.step(at(frame), &[face(100.0 + step), low], &everywhere());
        if frame > 1 {
            let mut places: Vec<(u32, f32)> =
                tracker.tracks().map(|track| (track.number, track.place.centre().y.round())).collect();
            places.sort_by_key(|(number, _)| *number);
            numbers.push(places);
        }
    }
    assert!(numbers.iter().all(|places| places[..] == [(0, 100.0), (1, 136.0)]), "{numbers:?}");
}

#[test]
fn a_fast_small_face_is_followed_by_its_speed() {
    let mut tracker = Tracker::default();
    let mut x = 100.0;
    for frame in 0..20_u32 {
        tracker.step(at(frame), &[face(x)], &everywhere());
        assert!(tracker.tracks().count() <= 1);
        // It speeds up until it moves by more than its side from look to look.
        x += SIDE * (0.3 + 0.1 * frame as f32).min(1.2);
    }
    assert_eq!(tracker.tracks().map(|track| track.number).collect::<Vec<_>>(), [0]);
}

#[test]
fn a_hostile_picture_does_not_fill_memory() {
    let mut tracker = Tracker::default();
    let many: Vec<Rect> = (0..5000).map(|at| face(at as f32 * 100.0)).collect();
    for frame in 0..3 {
        tracker.step(at(frame), &many, &[]);
    }
    assert_eq!(tracker.tracks().count(), TRACKS_MAX);
}
