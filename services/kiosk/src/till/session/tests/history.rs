//! Random histories. After every event: a room has one session, no longer in a row than is sold; what was accepted is
//! in a session with all of its time; none ends before its time; and a restart at this moment changes nothing. Beside them
//! an [`Allowance`] counts what really goes by: whatever the wall clock is set to, no time is given twice, and nobody loses
//! more than a mark's interval of it to a power cut.

use proptest::prelude::*;

use super::room::Room;
use super::{MINUTE, session};
use crate::till::{Fate, PaymentId, Record, Session, SessionChange, SessionState};

#[derive(Clone, Debug)]
enum Step {
    Order {
        offer: &'static str,
        count: u32,
    },
    Scan,
    Prove {
        back: usize,
    },
    Dismiss,
    Cancel,
    Refund {
        back: usize,
        minor: i64,
    },
    Pass(u64),
    /// The wall clock is set.
    Leap(i64),
    /// The till is dead for so long, and the wall clock is set meanwhile.
    Restart {
        dead: u64,
        set: i64,
    },
    /// The power is away for so long, and the wall clock comes back with less than that, or with what it read long ago.
    PowerCut {
        dark: u64,
        behind: u64,
    },
}

/// Clocks are set by seconds, and by years.
fn set() -> impl Strategy<Value = i64> {
    let (minute, year) = (60_000_i64, 365 * 24 * 60 * 60_000_i64);
    prop_oneof![-5_000_i64..5_000, -600 * minute..600 * minute, -40 * year..40 * year]
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
        2 => set().prop_map(Step::Leap),
        1 => (0_u64..20 * MINUTE, set()).prop_map(|(dead, set)| Step::Restart { dead, set }),
        2 => (0_u64..20 * MINUTE, prop_oneof![0_u64..40 * MINUTE, 0_u64..40 * 365 * 24 * 60 * MINUTE])
            .prop_map(|(dark, behind)| Step::PowerCut { dark, behind }),
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
    room.restart();
    let after: Vec<Session> = room.till.sessions().cloned().collect();
    assert_eq!(before, after);
}

/// Longest that a mark is old.
const MARKED_MS: u64 = 30_000;
/// Less than this is no clock that was set.
const STEERED_MS: u64 = 1_000;

/// How much of a session there may be, by what really goes by since it was last bought or sent back.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Allowance {
    first: PaymentId,
    ends_ms: u64,
    /// At least so much is left, and at most so much.
    least_ms: u64,
    most_ms: u64,
}

impl Allowance {
    /// So much was left when it was looked at.
    fn of(room: &Room) -> Option<Self> {
        let session = session(room)?;
        let left = session.ends_ms.saturating_sub(room.now);
        Some(Self { first: session.first.clone(), ends_ms: session.ends_ms, least_ms: left, most_ms: left })
    }

    /// So much has gone by for whoever is in the room, and so much of it or more may be counted.
    fn spend(&mut self, gone_ms: u64, counted_ms: u64) {
        self.most_ms = self.most_ms.saturating_sub(gone_ms);
        self.least_ms = self.least_ms.saturating_sub(counted_ms);
    }

    fn hold(&mut self, room: &Room) {
        let Some(session) = session(room).filter(|session| session.first == self.first) else {
            assert!(self.least_ms <= STEERED_MS, "gone with {} ms of it", self.least_ms);
            return;
        };
        let left = session.ends_ms.saturating_sub(room.now);
        assert!(left <= self.most_ms + STEERED_MS, "{left} ms are left, and {} are bought", self.most_ms);
        assert!(left + STEERED_MS >= self.least_ms, "{left} ms are left, and {} are bought", self.least_ms);
        let running = session.state(room.now) == SessionState::Running;
        assert_eq!(running, left > 0);
        self.ends_ms = session.ends_ms;
    }
}

/// The clocks go on, are set, or forget; whether this was such a step.
fn clocks(room: &mut Room, step: &Step, allowance: &mut Option<Allowance>) -> bool {
    let (gone, counted) = match *step {
        Step::Pass(ms) => (ms, ms),
        Step::Leap(_) => (0, 0),
        Step::Restart { dead, .. } => (dead, dead),
        // Without power nobody is in the room; what was used since the last mark is counted once more at most.
        Step::PowerCut { dark, .. } => (0, dark + MARKED_MS),
        _ => return false,
    };
    allowance.iter_mut().for_each(|allowance| allowance.spend(gone, counted));
    match *step {
        Step::Pass(ms) => room.pass_checked(ms, checked),
        Step::Leap(ms) => room.leap(ms),
        Step::Restart { dead, set } => {
            room.steady.ms += dead;
            room.now = room.now.saturating_add(dead).saturating_add_signed(set);
            room.restart();
        }
        Step::PowerCut { dark, behind } => room.power_cut_to((room.now + dark).saturating_sub(behind)),
        _ => {}
    }
    allowance.iter_mut().for_each(|allowance| allowance.hold(room));
    room.seen = room.records.len();
    true
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn no_history_loses_paid_time_or_gives_any_away(steps in proptest::collection::vec(step(), 1..40)) {
        let mut room = Room::new();
        let (mut begun, mut allowance): (Vec<String>, Option<Allowance>) = (Vec::new(), None);
        for (at, step) in steps.into_iter().enumerate() {
            if clocks(&mut room, &step, &mut allowance) {
                survives(&mut room);
                continue;
            }
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
                Step::Pass(_) | Step::Leap(_) | Step::Restart { .. } | Step::PowerCut { .. } => {}
            }
            checked(&mut room, before);
            if session(&room).map(|session| (&session.first, session.ends_ms))
                != allowance.as_ref().map(|allowance| (&allowance.first, allowance.ends_ms))
            {
                allowance = Allowance::of(&room);
            }
            survives(&mut room);
        }
    }
}
