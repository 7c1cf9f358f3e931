//! Which networks look at which frame, and what their answers mean together, without any network.

use super::*;
use crate::vision::hand::tests::drawn;
use crate::vision::raise::Arm;

fn at(millis: u64) -> Duration {
    Duration::from_millis(millis)
}

fn wants(faces: bool, view: bool, raised: bool, pages: bool) -> Wants {
    Wants { faces, view, raised, pages }
}

fn face(x: f32) -> Rect {
    Rect::around(Point::new(x, 200.0), 40.0, 40.0)
}

#[test]
fn only_what_is_wanted_is_looked_for_and_not_oftener_than_needed() {
    let plans = |wants| {
        let mut session = Session::new(wants, 1280, 720);
        (0..31).map(|frame| session.plan(at(frame * 33))).collect::<Vec<Plan>>()
    };
    assert!(plans(Wants::default()).iter().all(|plan| *plan == Plan::default()));
    let counting = plans(wants(true, false, false, false));
    assert_eq!(counting.iter().filter(|plan| plan.near).count(), 5);
    let tiles: Vec<Square> = counting.iter().filter_map(|plan| plan.far).collect();
    assert_eq!(tiles.iter().map(|tile| tile.side).collect::<Vec<_>>(), [1280.0, 480.0, 480.0, 480.0, 480.0]);
    assert!(counting.iter().all(|plan| plan.palm.is_none() && plan.raise.is_empty() && !plan.bodies));
    let paging = plans(wants(false, false, false, true));
    assert_eq!(paging.iter().filter(|plan| plan.palm.is_some()).count(), 7);
    assert!(paging.iter().all(|plan| !plan.near && plan.far.is_none()));
    let raising = plans(wants(false, false, true, false));
    assert_eq!(raising.iter().filter(|plan| plan.bodies).count(), 1);
}

#[test]
fn a_found_hand_is_followed_in_every_frame_and_a_lost_one_is_looked_for() {
    let mut session = Session::new(wants(false, false, false, true), 1280, 720);
    let plan = session.plan(at(0));
    assert!(plan.hand.is_none() && plan.palm.is_some());
    let hand = drawn(Point::new(600.0, 400.0), 60.0, true);
    session.take(at(0), &plan, &Seen { hand: Some(hand.clone()), ..Seen::default() });
    let plan = session.plan(at(33));
    assert_eq!(plan.hand, Some(hand.square()));
    session.take(at(33), &plan, &Seen::default());
    assert_eq!(session.plan(at(66)).hand, None);
}

#[test]
fn a_followed_hand_comes_before_all_else() {
    let looks = |hand: bool| {
        let mut session = Session::new(wants(true, false, true, true), 1280, 720);
        let (mut hands, mut others) = (0, 0);
        for frame in 0..60_u64 {
            let plan = session.plan(at(frame * 66));
            hands += usize::from(plan.hand.is_some());
            others += usize::from(plan.near) + plan.raise.len() + usize::from(plan.bodies);
            let hand = hand.then(|| drawn(Point::new(600.0, 400.0), 60.0, true));
            let seen = Seen { hand, faces: vec![face(300.0)], ..Seen::default() };
            session.take(at(frame * 66), &plan, &seen);
        }
        (hands, others)
    };
    let (alone, followed) = (looks(false), looks(true));
    assert_eq!((alone.0, followed.0), (0, 59), "in every frame after the first");
    assert!(followed.1 * 3 < alone.1 && followed.1 > 0, "{alone:?} {followed:?}");
}

#[test]
fn a_waved_hand_turns_a_page() {
    let mut session = Session::new(wants(false, false, false, true), 1280, 720);
    let mut turns = Vec::new();
    for frame in 0..18_u32 {
        let now = at(u64::from(frame) * 66);
        let plan = session.plan(now);
        // Held up for a moment, then waved.
        let hand = Some(drawn(Point::new(400.0 + frame.saturating_sub(6) as f32 * 30.0, 400.0), 60.0, true));
        turns.extend(session.take(now, &plan, &Seen { hand, ..Seen::default() }).turn);
    }
    assert_eq!(turns, [Turn::Next]);
}

#[test]
fn everybodys_turn_comes_and_an_upheld_palm_is_looked_at_until_it_is_raised() {
    let mut session = Session::new(wants(true, true, true, false), 1280, 720);
    let faces: Vec<Rect> = (0..7).map(|at| face(100.0 + 150.0 * at as f32)).collect();
    let (mut looked, mut raised_at) = (std::collections::BTreeSet::new(), None);
    for frame in 0..100_u64 {
        let now = at(frame * 100);
        let plan = session.plan(now);
        // The fifth holds a hand up beside the head all the time.
        let palm = Point::new(faces[4].right + 30.0, faces[4].top);
        let palms = |square: &Square| {
            let seen = Rect::around(square.centre, square.side, square.side).contains(palm);
            if seen { vec![palm] } else { Vec::new() }
        };
        looked.extend(plan.raise.iter().map(|(number, _)| *number));
        let seen = Seen {
            faces: if plan.near { faces.clone() } else { Vec::new() },
            palms: plan.raise.iter().map(|(_, square)| palms(square)).collect(),
            ..Seen::default()
        };
        let sight = session.take(now, &plan, &seen);
        if !sight.raised.is_empty() {
            assert_eq!(sight.raised.len(), 1);
            assert!(sight.raised[0].contains(faces[4].centre()));
            raised_at.get_or_insert(now);
        }
        if frame > 4 {
            assert_eq!(sight.faces.len(), 7);
            assert!(sight.view.height() > 0.0);
        }
    }
    assert_eq!(looked.len(), 7);
    assert!(raised_at.is_some_and(|at| at < Duration::from_secs(4)), "{raised_at:?}");
}

#[test]
fn a_body_with_an_arm_up_raises_its_faces_hand() {
    let mut session = Session::new(wants(false, false, true, false), 1280, 720);
    let arm = |x, y| Arm { shoulder: Point::new(x, 280.0), wrist: Point::new(x, y), visibility: 0.9 };
    let body = Pose { nose: Point::new(300.0, 205.0), arms: [arm(340.0, 120.0), arm(260.0, 400.0)] };
    let mut raised = 0;
    for frame in 0..40_u64 {
        let now = at(frame * 100);
        let plan = session.plan(now);
        let seen = Seen {
            faces: if plan.near { vec![face(300.0), face(700.0)] } else { Vec::new() },
            palms: plan.raise.iter().map(|_| Vec::new()).collect(),
            bodies: if plan.bodies { vec![body] } else { Vec::new() },
            ..Seen::default()
        };
        raised = session.take(now, &plan, &seen).raised.len();
    }
    assert_eq!(raised, 1);
}
