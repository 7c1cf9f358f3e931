//! Random histories. After every event: a room has one session, no longer in a row than is sold; what was accepted is
//! in a session with all of its time; nobody loses paid time to a clock; none ends before its time; and a power cut at
//! this moment changes nothing.

use proptest::prelude::*;

use super::room::Room;
use super::{MINUTE, session};
use crate::till::{Fate, Record, Session, SessionChange};

#[derive(Clone, Debug)]
enum Step {
    Order { offer: &'static str, count: u32 },
    Scan,
    Prove { back: usize },
    Dismiss,
    Cancel,
    Refund { back: usize, minor: i64 },
    Pass(u64),
    Leap(u64),
    PowerCut,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (prop_oneof![Just("hour"), Just("class")], 1_u32..3).prop_map(|(offer, count)| {
            Step::Order { offer, count: if offer == "class" { 1 } else { count } }
        }),
        2 => Just(Step::Scan),
        4 => (0_usize..3).prop_map(|back| Step::Prove { back }),
        2 => Just(Step::Dismiss),
        1 => Just(Step::Cancel),
        1 => (0_usize..3, prop_oneof![Just(2_000_i64), Just(700)])
            .prop_map(|(back, minor)| Step::Refund { back, minor }),
        4 => (0_u64..40 * MINUTE).prop_map(Step::Pass),
        1 => (6 * MINUTE..600 * MINUTE).prop_map(Step::Leap),
        1 => Just(Step::PowerCut),
    ]
}

/// Holds what the records of an event made of a session against what it was before.
fn checked(room: &mut Room, before: Option<Session>) {
    let mut ends_ms = before.as_ref().map_or(0, |session| session.ends_ms);
    for record in &room.records[room.seen..] {
        match record {
            Record::Paid { id, at_ms, fate: Fate::Accepted { .. }, .. } => {
                let bought = room.records.iter().find_map(|known| match known {
                    Record::Begun { id: known, order, .. } if known == id => order.session.clone(),
                    _ => None,
                });
                ends_ms = ends_ms.max(*at_ms) + bought.expect("only time is sold").length_ms;
                let now = session(room).expect("what is accepted is given");
                assert_eq!(now.ends_ms, ends_ms, "with all of its time");
            }
            Record::Session { what: SessionChange::Over, at_ms, .. } => {
                let closed = before.as_ref().expect("there was one");
                assert!(*at_ms >= closed.closes_ms(), "ended {at_ms} before its time: {closed:?}");
            }
            _ => {}
        }
    }
    if let Some(session) = session(room) {
        assert!(session.more() < 3 || session.ends_ms <= room.now, "{session:?} is nobody's");
        assert!(session.ends_ms <= room.now + 3 * 60 * MINUTE, "longer than all that may be bought");
    }
    room.seen = room.records.len();
}

/// The same records give the same sessions.
fn survives(room: &mut Room) {
    let before: Vec<Session> = room.till.sessions().cloned().collect();
    room.power_cut();
    let after: Vec<Session> = room.till.sessions().cloned().collect();
    assert_eq!(before, after);
}

fn leap(room: &mut Room, ms: u64) {
    let before = session(room).cloned();
    room.leap(i64::try_from(ms).expect("small"));
    let after = session(room).map(|session| session.ends_ms);
    assert_eq!(before.map(|session| session.ends_ms + ms), after, "nobody loses time to a leap");
    room.seen = room.records.len();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_history_loses_paid_time_or_gives_any_away(steps in proptest::collection::vec(step(), 1..40)) {
        let mut room = Room::new();
        let mut begun: Vec<String> = Vec::new();
        for (at, step) in steps.into_iter().enumerate() {
            let before = session(&room).cloned();
            let from_the_end = |back: usize| begun.iter().rev().nth(back).cloned();
            match step {
                Step::Order { offer, count } => {
                    let name = format!("p{at}");
                    if room.order(&name, offer, count).is_ok() {
                        begun.push(name);
                    }
                }
                Step::Scan => {
                    let waits = room.till.listens().then(|| room.till.shown()).flatten();
                    waits.iter().for_each(|view| room.scan(view.id.as_str()));
                }
                Step::Prove { back } => from_the_end(back).iter().for_each(|name| room.prove(name)),
                Step::Dismiss => room.dismiss(),
                Step::Cancel => room.cancel(),
                Step::Refund { back, minor } => from_the_end(back).iter().for_each(|name| {
                    room.recall(name);
                    room.refund(name, minor);
                }),
                Step::Pass(ms) => room.pass_checked(ms, checked),
                Step::Leap(ms) => leap(&mut room, ms),
                Step::PowerCut => room.power_cut(),
            }
            checked(&mut room, before);
            survives(&mut room);
        }
    }
}
