//! The camera's networks on synthetic films: faces counted and followed, everybody kept in view, hands raised, pages
//! turned by a waved palm and by nothing else.

use std::f32::consts::PI;
use std::time::{Duration, Instant};

use inference::Leave;
use inference::catalogue::{self, Files};
use inference::vision::{Rect, Session, Sight, Turn, Vision, Wants};

use crate::film::{Actor, Pose, SIZE, Scene};
use crate::{PATIENCE, assets, models};

const WOMAN: &str = "1f469-1f3fb.webp";
const MAN: &str = "1f468-1f3fd.webp";
const PERSON: &str = "1f9d1-1f3fb.webp";
const RAISING: &str = "1f64b-1f3fb.webp";
const PALM: &str = "1f590-1f3fb.webp";
/// A webcam in a classroom's light.
const FPS: f32 = 15.0;

fn vision() -> Vision {
    let listed = catalogue::read(&assets().join("models/manifest.toml")).unwrap();
    Vision::open(&Files::new(&models(), listed)).expect("run `cargo xtask assets` first")
}

fn leave() -> Leave {
    Leave::until(Instant::now() + PATIENCE)
}

/// Shows a film of so many seconds to a session; `draw` gets the scene and the seconds at which the shutter opens and
/// closes.
fn show(vision: &Vision, wants: Wants, seconds: f32, draw: impl Fn(&mut Scene, f32, f32)) -> Vec<Sight> {
    let mut session = Session::new(wants, SIZE.0, SIZE.1);
    let rooms: Vec<Scene> = (0..3).map(Scene::room).collect();
    let frames = (seconds * FPS) as usize;
    (0..frames)
        .map(|frame| {
            let mut scene = rooms[frame % rooms.len()].clone();
            let at = frame as f32 / FPS;
            // The shutter is open for a sixtieth of a second.
            draw(&mut scene, at, at + 1.0 / 60.0);
            let now = Duration::from_secs_f32(at);
            let plan = session.plan(now);
            let seen = vision.look(&scene.frame(), &plan, &leave()).unwrap();
            session.take(now, &plan, &seen)
        })
        .collect()
}

fn turns(film: &[Sight]) -> Vec<Turn> {
    film.iter().filter_map(|sight| sight.turn).collect()
}

#[test]
fn faces_of_a_class_are_counted_near_and_far() {
    let vision = vision();
    let mut scene = Scene::room(1);
    let actors = [WOMAN, MAN, PERSON].map(Actor::load);
    let mut places = Vec::new();
    for (row, (height, y)) in [(56.0, 380.0), (90.0, 470.0), (150.0, 620.0)].into_iter().enumerate() {
        for seat in 0..5 {
            let x = 150.0 + 245.0 * seat as f32 + 30.0 * row as f32;
            scene.draw(&actors[(seat + row) % 3], Pose::at(x, y, height));
            places.push((x, y, height));
        }
    }
    let count = vision.count(&scene.frame(), &leave()).unwrap();
    for (x, y, height) in &places {
        let own = |face: &Rect| {
            let centre = face.centre();
            (centre.x - x).abs() < 0.4 * height && (centre.y - y).abs() < 0.5 * height
        };
        let found = count.faces.iter().filter(|face| own(&face.place)).count();
        assert_eq!(found, 1, "at {x}, {y}: {:?}", count.faces);
    }
    assert_eq!(count.faces.len(), 15);
    assert!(count.persons >= 15);
    let nobody = vision.count(&Scene::room(2).frame(), &leave()).unwrap();
    assert_eq!((nobody.faces.len(), nobody.persons), (0, 0));
}

#[test]
fn a_presenter_who_walks_is_followed_and_kept_in_view() {
    let vision = vision();
    let woman = Actor::load(WOMAN);
    // From left to right in eight seconds, then standing.
    let x = |at: f32| 250.0 + 700.0 * (at / 8.0).min(1.0);
    let wants = Wants { faces: true, view: true, ..Wants::default() };
    let film = show(&vision, wants, 11.0, |scene, from, to| {
        scene.draw_moving(&woman, Pose::at(x(from), 300.0, 180.0), Pose::at(x(to), 300.0, 180.0));
    });
    let late = &film[FPS as usize..];
    let counts: Vec<usize> = late.iter().map(|sight| sight.faces.len()).collect();
    assert!(counts.iter().all(|count| *count == 1), "{counts:?}");
    for (frame, sight) in film.iter().enumerate().skip(2 * FPS as usize) {
        let centre = sight.view.centre();
        let off = (centre.x - x(frame as f32 / FPS)).abs();
        assert!(off < 0.45 * sight.view.width(), "frame {frame}: {:?}", sight.view);
    }
    // Head and chest of somebody so near need 583 of the 720 lines, as measured; a view of that height reaches the
    // frame's edge before its middle reaches the presenter, who must be in it wholly.
    let last = &film[film.len() - 1];
    let (view, face) = (&last.view, &last.faces[0]);
    assert!(view.height() < 0.85 * SIZE.1 as f32, "{last:?}");
    let middle = 950.0_f32.min(SIZE.0 as f32 - view.width() / 2.0);
    assert!((view.centre().x - middle).abs() < 20.0, "{last:?}");
    assert!(face.left >= view.left && face.right <= view.right, "{last:?}");
    assert!(face.top >= view.top && face.bottom <= view.bottom, "{last:?}");
}

#[test]
fn a_raised_hand_is_told_and_its_neighbours_is_not() {
    let vision = vision();
    let (raising, man) = (Actor::load(RAISING), Actor::load(MAN));
    let wants = Wants { raised: true, ..Wants::default() };
    let film = show(&vision, wants, 6.0, |scene, _, _| {
        scene.draw(&raising, Pose::at(400.0, 420.0, 240.0));
        scene.draw(&man, Pose::at(850.0, 420.0, 220.0));
    });
    let last = &film[film.len() - 1];
    assert_eq!(last.faces.len(), 2, "{last:?}");
    assert_eq!(last.raised.len(), 1, "{last:?}");
    assert!((last.raised[0].centre().x - 400.0).abs() < 80.0, "{last:?}");
    assert!(film.iter().all(|sight| sight.raised.iter().all(|face| face.centre().x < 600.0)));
}

/// Where a waving palm is: it rests at the left for a second, goes right in half a second, and rests there.
fn stroke(at: f32, from: f32, to: f32) -> f32 {
    let part = ((at - 1.0) / 0.5).clamp(0.0, 1.0);
    from + (to - from) * (0.5 - 0.5 * (PI * part).cos())
}

#[test]
fn a_waved_palm_turns_one_page_each_way() {
    let vision = vision();
    let palm = Actor::load(PALM);
    let wants = Wants { pages: true, ..Wants::default() };
    for height in [150.0, 260.0] {
        for (from, to, turn) in [(420.0, 860.0, Turn::Next), (860.0, 420.0, Turn::Previous)] {
            let reach = (to - from) * height / 200.0;
            let pose = |at: f32| Pose::at(stroke(at, from, from + reach), 380.0, height);
            let film = show(&vision, wants, 2.2, |scene, from, to| {
                scene.draw_moving(&palm, pose(from), pose(to));
            });
            assert_eq!(turns(&film), [turn], "{height} from {from}");
        }
    }
}

#[test]
fn other_motion_turns_no_page() {
    let vision = vision();
    let (palm, woman) = (Actor::load(PALM), Actor::load(WOMAN));
    let wants = Wants { pages: true, ..Wants::default() };
    let still = show(&vision, wants, 1.5, |scene, _, _| {
        scene.draw(&palm, Pose::at(600.0, 380.0, 200.0));
        scene.draw(&woman, Pose::at(850.0, 330.0, 200.0));
    });
    assert_eq!(turns(&still), []);
    // A palm held up while its owner walks by.
    let walking = show(&vision, wants, 3.0, |scene, from, to| {
        let pose = |at: f32| Pose::at(300.0 + 130.0 * at, 380.0, 200.0);
        scene.draw_moving(&palm, pose(from), pose(to));
    });
    assert_eq!(turns(&walking), []);
    // A hand that goes up and down, as in counting time.
    let beating = show(&vision, wants, 3.0, |scene, from, to| {
        let pose = |at: f32| Pose::at(600.0, 380.0 + 180.0 * (2.0 * PI * at).sin(), 200.0);
        scene.draw_moving(&palm, pose(from), pose(to));
    });
    assert_eq!(turns(&beating), []);
    // A head that goes fast from side to side.
    let heads = show(&vision, wants, 2.0, |scene, from, to| {
        let pose = |at: f32| Pose::at(640.0 + 300.0 * (2.0 * PI * at).sin(), 380.0, 220.0);
        scene.draw_moving(&woman, pose(from), pose(to));
    });
    assert_eq!(turns(&heads), []);
}
