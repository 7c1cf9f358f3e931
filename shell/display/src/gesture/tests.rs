//! Fingers in, gestures out: tables of who, where and when.

use super::*;
use touch::Phase;

fn person(number: u8) -> PersonId {
    PersonId::new(number).unwrap()
}

fn point(x: i32, y: i32) -> PanelPoint {
    PanelPoint { x_um: x * 1000, y_um: y * 1000 }
}

/// `MS` lets time pass and takes the steps, `1+P@X,Y` is a finger of person P (1 if left out) coming down,
/// `1@X,Y` a move, `1-` a lift; millimetres. The steps, a word each: `begin12`.
fn play(script: &str) -> (Vec<String>, Option<Gesture>) {
    let mut gestures = Gestures::default();
    let (mut now_us, mut said, mut last) = (0, Vec::new(), None);
    let id = |word: &str| ContactId(word.parse().unwrap());
    let place = |word: &str| {
        let (x, y) = word.split_once(',').unwrap();
        point(x.parse().unwrap(), y.parse().unwrap())
    };
    for word in script.split_whitespace() {
        if let Ok(ms) = word.parse::<u64>() {
            for step in gestures.take(now_us) {
                said.push(format!("{:?}{}{}", step.step, step.contacts[0].0, step.contacts[1].0));
                last = Some(step);
            }
            now_us = ms * 1000;
        } else if let Some((name, rest)) = word.split_once('+') {
            let (number, at) = rest.split_once('@').unwrap();
            let contact = Contact::new(id(name), Phase::Down, place(at));
            gestures.down(&contact, person(number.parse().unwrap_or(1)), now_us);
        } else if let Some((name, at)) = word.split_once('@') {
            gestures.moved(id(name), place(at));
        } else {
            gestures.lifted(id(word.trim_end_matches('-')));
        }
    }
    (said, last)
}

fn steps(script: &str) -> Vec<String> {
    play(script).0
}

#[test]
fn two_fingers_that_begin_slowly_are_a_gesture() {
    let script =
        "1+@500,500 50 2+@600,500 90 91 1@480,500 100 2@640,510 110 110 1- 120 2@700,500 130 2- 140 140";
    assert_eq!(steps(script), ["Begin12", "Move12", "Move12", "End12"]);
}

#[test]
fn it_begins_before_the_ink_is_older_than_what_may_be_taken_back() {
    assert_eq!(steps("1+@500,500 100 2+@600,500 119 120"), Vec::<String>::new());
    assert_eq!(steps("1+@500,500 100 2+@600,500 120 121"), ["Begin12"]);
}

#[test]
fn what_is_no_gesture() {
    for (script, why) in [
        ("1+@500,500 121 2+@600,500 200 201", "too late"),
        ("1+@500,500 50 2+@760,500 200 201", "too far apart"),
        ("1+1@500,500 50 2+2@600,500 200 201", "two people"),
        ("1+@500,500 40 1@520,500 50 2+@600,500 200 201", "the first one writes already"),
        ("1+@500,500 50 2+@600,500 60 2@620,500 65 200 201", "the second one writes"),
        ("1+@500,500 50 2+@600,500 60 3+@550,550 200 201", "three"),
        ("1+@500,500 50 2+@600,500 60 2- 200 201", "a tap beside"),
    ] {
        assert_eq!(steps(script), Vec::<String>::new(), "{why}");
    }
}

#[test]
fn pens_and_palms_make_none() {
    let no = |change: fn(&mut Contact)| {
        let mut gestures = Gestures::default();
        for id in 1..=2 {
            let mut contact = Contact::new(ContactId(id), Phase::Down, point(500 + 50 * id as i32, 500));
            change(&mut contact);
            gestures.down(&contact, PersonId::FIRST, 0);
        }
        gestures.take(100_000).is_empty()
    };
    assert!(!no(|_| {}));
    assert!(no(|contact| contact.tool = ToolKind::Pen));
    assert!(no(|contact| contact.tool = ToolKind::Palm));
    assert!(no(|contact| contact.class = Some(TipClass::PenTip)));
    assert!(no(|contact| contact.class = Some(TipClass::ThickTip)));
}

#[test]
fn two_people_who_pinch_at_once_are_two_gestures() {
    let script = "1+1@500,500 3+2@680,500 20 2+1@600,500 4+2@780,500 60 61 1@490,500 4@800,500 70 71";
    assert_eq!(steps(script), ["Begin12", "Begin34", "Move12", "Move34"]);
}

#[test]
fn a_third_finger_does_not_disturb_a_gesture_and_a_lifted_one_begins_none() {
    assert_eq!(steps("1+@500,500 20 2+@600,500 60 61 3+@550,550 1@480,500 80 81"), ["Begin12", "Move12"]);
    // The finger that stays is spent until it lifts too.
    assert_eq!(steps("1+@500,500 20 2+@600,500 60 61 1- 70 3+@550,550 200 201"), ["Begin12", "End12"]);
}

#[test]
fn forty_fingers_are_twenty_gestures() {
    let mut gestures = Gestures::default();
    for id in 0..40 {
        let at = point(40 * (id / 4) as i32 * 4 + 30 * (id % 2) as i32, if id % 4 < 2 { 200 } else { 800 });
        let who = person((id / 4 + 1) as u8);
        gestures.down(&Contact::new(ContactId(id), Phase::Down, at), who, 0);
    }
    assert_eq!(gestures.take(50_000).len(), 20);
    for id in 0..40 {
        gestures.lifted(ContactId(id));
    }
    assert_eq!(gestures.take(60_000).len(), 20, "and all of them end");
    assert!(gestures.fingers.is_empty() && gestures.pairs.is_empty());
}

fn similarity(from: [(i32, i32); 2], to: [(i32, i32); 2]) -> Similarity {
    let points = |at: [(i32, i32); 2]| at.map(|(x, y)| point(x, y));
    let contacts = [ContactId(1), ContactId(2)];
    let (person, step) = (PersonId::FIRST, Step::Move);
    Gesture { step, person, contacts, from: points(from), to: points(to) }.similarity()
}

#[test]
fn similarities() {
    let close = |a: f64, b: f64| (a - b).abs() < 1e-9;
    let pan = similarity([(0, 0), (100, 0)], [(50, 20), (150, 20)]);
    assert_eq!((pan.from, pan.to), (point(50, 0), point(100, 20)));
    assert!(close(pan.factor, 1.0) && close(pan.turn.0, 1.0));
    let zoom = similarity([(0, 0), (100, 0)], [(-50, 0), (150, 0)]);
    assert!(close(zoom.factor, 2.0) && close(zoom.turn.0, 1.0) && zoom.from == zoom.to);
    let turn = similarity([(0, 0), (100, 0)], [(50, -50), (50, 50)]);
    assert!(close(turn.factor, 1.0) && close(turn.turn.0, 0.0) && close(turn.turn.1, 1.0));
    let nothing = similarity([(0, 0), (100, 0)], [(50, 0), (50, 0)]);
    assert!(nothing.factor == 0.0 && nothing.turn == (1.0, 0.0));
}

#[test]
fn the_last_step_tells_the_whole_way() {
    let (_, last) = play("1+@500,500 50 2+@600,500 95 96 1@400,500 105 2@700,500 110 111");
    let last = last.unwrap();
    assert_eq!(
        (last.from, last.to),
        ([point(500, 500), point(600, 500)], [point(400, 500), point(700, 500)])
    );
}
