//! The view arrives without overshoot, rests while faces move a little, and never leaves the frame.

use super::*;

fn face(x: f32, y: f32, side: f32) -> Rect {
    Rect::around(Point::new(x, y), side, side)
}

fn run(framing: &mut Framing, from: f32, seconds: f32, fps: f32, faces: &[Rect]) -> Vec<Rect> {
    let frames = (seconds * fps) as u32;
    let at = |frame: u32| Duration::from_secs_f32(from + frame as f32 / fps);
    (1..=frames).map(|frame| framing.step(at(frame), faces)).collect()
}

#[test]
fn it_goes_to_the_presenter_without_overshoot_at_any_frame_rate() {
    let mut ends = Vec::new();
    for fps in [5.0, 30.0] {
        let mut framing = Framing::new(1280, 720);
        run(&mut framing, 0.0, 0.2, fps, &[]);
        let views = run(&mut framing, 0.2, 4.0, fps, &[face(900.0, 250.0, 60.0)]);
        for two in views.windows(2) {
            assert!(
                two[1].height() <= two[0].height() + 0.01 && two[1].centre().x >= two[0].centre().x - 0.01
            );
        }
        let last = *views.last().unwrap();
        assert!((last.height() - 258.0).abs() < 3.0 && (last.centre().x - 900.0).abs() < 3.0, "{last:?}");
        assert!((last.width() / last.height() - 16.0 / 9.0).abs() < 1e-3);
        ends.push(views[views.len() / 4 - 1]);
    }
    assert!(ends[0].centre().distance(ends[1].centre()) < 1.0, "{ends:?}");
}

#[test]
fn small_moves_do_not_move_it_and_large_ones_do() {
    let mut framing = Framing::new(1280, 720);
    let rest = *run(&mut framing, 0.0, 12.0, 10.0, &[face(640.0, 300.0, 60.0)]).last().unwrap();
    for (at, x) in [625.0, 655.0, 640.0, 630.0].into_iter().enumerate() {
        for view in run(&mut framing, 12.0 + at as f32, 1.0, 10.0, &[face(x, 300.0, 62.0)]) {
            assert!(view.centre().distance(rest.centre()) < 0.1, "{view:?}");
        }
    }
    let moved = *run(&mut framing, 16.0, 6.0, 10.0, &[face(760.0, 300.0, 60.0)]).last().unwrap();
    assert!((moved.centre().x - 760.0).abs() < 2.0);
}

#[test]
fn two_people_are_both_in_it_and_nobody_is_the_whole_frame() {
    let mut framing = Framing::new(1280, 720);
    let two = [face(300.0, 200.0, 50.0), face(800.0, 260.0, 50.0)];
    let view = *run(&mut framing, 0.0, 6.0, 10.0, &two).last().unwrap();
    assert!(two.iter().all(|face| view.overlap(face) > 0.99 * face.area()), "{view:?}");
    let stays = *run(&mut framing, 6.0, 3.5, 10.0, &[]).last().unwrap();
    assert!(stays.centre().distance(view.centre()) < 2.0);
    let whole = *run(&mut framing, 9.5, 8.0, 10.0, &[]).last().unwrap();
    assert!(whole.height() > 718.0, "{whole:?}");
}

#[test]
fn it_never_leaves_the_frame() {
    let mut framing = Framing::new(640, 480);
    let mut state = 7_u32;
    let mut random = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / 16_777_216.0
    };
    for frame in 0..2000_u32 {
        let faces: Vec<Rect> = (0..(random() * 4.0) as usize)
            .map(|_| face(random() * 900.0 - 130.0, random() * 700.0 - 110.0, 10.0 + random() * 400.0))
            .collect();
        let view = framing.step(Duration::from_millis(u64::from(frame) * 120), &faces);
        let inside = view.left >= -0.1 && view.top >= -0.1 && view.right <= 640.1 && view.bottom <= 480.1;
        assert!(inside && view.height() > 100.0, "{view:?}");
    }
}
