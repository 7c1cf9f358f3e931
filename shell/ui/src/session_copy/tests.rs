//! The time that is left, as a table of moments.

use super::*;

fn session(state: SessionState, left_s: u64, more: u32) -> Session {
    Session {
        room: "101".into(),
        offer: "hour".into(),
        first: "a".into(),
        state: state.to_wire(),
        left_ms: left_s * 1000,
        grace_ms: 120_000,
        more,
    }
}

fn offer(id: &str, room: &str) -> SessionOffer {
    SessionOffer { id: id.into(), room: room.into(), length_ms: 3_600_000, ..SessionOffer::default() }
}

#[test]
fn what_is_said_and_when() {
    let told = Instant::now();
    let mut copy = SessionCopy::new("101");
    copy.set_here(true);
    assert_eq!(copy.now(told), None);
    copy.take_current(vec![session(SessionState::Running, 3600, 1)], told);
    for (after_s, warning, left_s) in [
        (0, TimeWarning::None, 3600),
        (3299, TimeWarning::None, 301),
        (3300, TimeWarning::Soon, 300),
        (3539, TimeWarning::Soon, 61),
        (3540, TimeWarning::Last, 60),
        (3599, TimeWarning::Last, 1),
        (3600, TimeWarning::Grace, 120),
        (3719, TimeWarning::Grace, 1),
        (3720, TimeWarning::Grace, 0),
        (9999, TimeWarning::Grace, 0),
    ] {
        let time = copy.now(told + Duration::from_secs(after_s)).unwrap();
        assert_eq!((time.warning, time.left.as_secs()), (warning, left_s), "after {after_s} s");
    }
    copy.take_current(Vec::new(), told);
    assert_eq!(copy.now(told), None, "the till has the last word");
}

#[test]
fn without_the_till_paid_time_is_counted_on_and_then_over() {
    let told = Instant::now();
    let mut copy = SessionCopy::new("");
    copy.set_here(true);
    copy.take_offers("CNY".into(), vec![offer("hour", "101")]);
    copy.take_current(vec![session(SessionState::Running, 600, 1)], told);
    assert_eq!(copy.more().unwrap().id, "hour");
    copy.set_here(false);
    assert_eq!(copy.more(), None, "nobody can sell it");
    assert_eq!(copy.now(told + Duration::from_secs(599)).unwrap().warning, TimeWarning::Last);
    assert_eq!(copy.now(told + Duration::from_secs(719)).unwrap().left.as_secs(), 1);
    assert_eq!(copy.now(told + Duration::from_secs(720)), None);
    copy.set_here(true);
    copy.take_current(vec![session(SessionState::Grace, 30, 0)], told);
    assert_eq!(copy.now(told).unwrap().warning, TimeWarning::Grace);
    assert_eq!(copy.more(), None, "no more in a row");
}

#[test]
fn a_unit_knows_its_own_room_alone() {
    let mut copy = SessionCopy::new("102");
    copy.take_offers("CNY".into(), vec![offer("hour", "101"), offer("class", "102")]);
    assert_eq!(copy.offers().iter().map(|offer| &*offer.id).collect::<Vec<_>>(), ["class"]);
    copy.take_current(vec![session(SessionState::Running, 600, 1)], Instant::now());
    assert_eq!(copy.now(Instant::now()), None, "another room's");
    assert_eq!(copy.room(), "102");
}
