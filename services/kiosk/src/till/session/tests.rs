//! Sessions as the till keeps them: a table of what happens in each state, and random histories with power cuts, leaping
//! clocks, late proofs, refunds and full disks, after each step of which the rules of the module hold.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod history;
mod room;
mod rules;

use room::Room;

use super::{Session, SessionState};
use crate::till::{Ending, Phase, Record, Refused, SessionChange};

const MINUTE: u64 = 60_000;

/// What stands in room 101.
fn session(room: &Room) -> Option<&Session> {
    room.till.sessions().find(|session| session.room == "101")
}

fn minutes_left(room: &Room) -> Option<u64> {
    session(room).map(|session| session.ends_ms.saturating_sub(room.now) / MINUTE)
}

#[test]
fn the_proof_begins_it_and_not_the_order() {
    let mut room = Room::new();
    room.order("a", "hour", 1).unwrap();
    room.pass(2 * MINUTE);
    assert_eq!(session(&room), None, "nothing is paid");
    room.prove("a");
    assert_eq!(minutes_left(&room), Some(60));
    assert_eq!(session(&room).unwrap().first.as_str(), "a");
    assert_eq!(session(&room).unwrap().more(), 2);
}

#[test]
fn it_runs_then_has_a_grace_then_is_gone() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(60 * MINUTE - 1);
    assert_eq!(session(&room).unwrap().state(room.now), SessionState::Running);
    room.pass(1);
    assert_eq!(session(&room).unwrap().state(room.now), SessionState::Grace);
    room.pass(2 * MINUTE - 1);
    assert!(session(&room).is_some());
    room.pass(1);
    assert_eq!(session(&room), None);
    room.buy("b", "hour", 1);
    assert_eq!(session(&room).unwrap().first.as_str(), "b", "another's is another");
}

#[test]
fn more_is_counted_from_the_end_or_from_the_proof_in_the_grace() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(50 * MINUTE);
    room.buy("b", "hour", 1);
    assert_eq!(minutes_left(&room), Some(70));
    room.pass(71 * MINUTE);
    assert_eq!(session(&room).unwrap().state(room.now), SessionState::Grace);
    room.buy("c", "hour", 1);
    assert_eq!(minutes_left(&room), Some(60), "no paid minute goes to the grace");
    assert_eq!(session(&room).unwrap().first.as_str(), "a");
    room.dismiss();
    assert_eq!(room.order("d", "hour", 1), Err(Refused::TooLong));
    assert_eq!(room.order("e", "class", 1), Err(Refused::RoomTaken));
}

#[test]
fn who_is_paying_for_more_holds_the_grace() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(61 * MINUTE);
    room.order("b", "hour", 1).unwrap();
    room.pass(90_000);
    assert!(session(&room).is_some(), "the grace would be over, and somebody is paying");
    room.prove("b");
    assert_eq!(minutes_left(&room), Some(60));
    // Nobody pays: with the payment the room is given back.
    room.pass(61 * MINUTE);
    room.dismiss();
    room.order("c", "hour", 1).unwrap();
    room.pass(2 * MINUTE);
    assert!(session(&room).is_some());
    room.pass(MINUTE);
    assert_eq!(session(&room), None);
}

#[test]
fn late_money_is_given_or_goes_back() {
    let mut room = Room::new();
    room.order("a", "hour", 1).unwrap();
    room.scan("a");
    room.pass(14 * MINUTE);
    room.prove("a");
    assert_eq!(minutes_left(&room), Some(60), "late, and the room is free");

    let mut room = Room::new();
    room.order("a", "hour", 1).unwrap();
    room.scan("a");
    room.pass(16 * MINUTE);
    room.prove("a");
    assert_eq!(session(&room), None, "the payer has gone");
    assert_eq!(room.returned("a"), 1);
    room.refunds_done();
    assert_eq!(room.phase("a"), Phase::Ended(Ending::NotGiven));

    let mut room = Room::new();
    room.order("a", "hour", 1).unwrap();
    room.scan("a");
    // Nobody knows yet; staff let the next one pay.
    room.pass(4 * MINUTE);
    room.buy("b", "hour", 1);
    room.prove("a");
    assert_eq!(session(&room).unwrap().first.as_str(), "b");
    assert_eq!(minutes_left(&room), Some(60), "somebody else's hour is not lengthened");
    assert_eq!(room.returned("a"), 1);
}

#[test]
fn what_is_sent_back_takes_its_time_away() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(10 * MINUTE);
    room.buy("b", "hour", 1);
    room.refund("b", 500);
    assert_eq!(minutes_left(&room), Some(110), "a part of the price is goodwill");
    room.refund("b", 1_500);
    assert_eq!(minutes_left(&room), Some(50));
    room.refund("a", 2_000);
    assert_eq!(minutes_left(&room), Some(0));
    assert_eq!(session(&room).unwrap().state(room.now), SessionState::Grace, "a line may be finished");
    room.pass(2 * MINUTE);
    assert_eq!(session(&room), None);
}

#[test]
fn a_wall_clock_that_is_set_takes_no_minute_and_gives_none() {
    let day = 24 * 60 * MINUTE as i64;
    for by_ms in [400 * day, -400 * day, 7 * MINUTE as i64, -7 * MINUTE as i64, 1_000, -1_000] {
        let mut room = Room::new();
        room.buy("a", "hour", 1);
        room.pass(10 * MINUTE);
        room.leap(by_ms);
        assert_eq!(minutes_left(&room), Some(50), "set by {by_ms} ms");
        room.restart();
        assert_eq!(minutes_left(&room), Some(50), "and it is durable");
        room.buy("b", "hour", 1);
        assert_eq!(
            minutes_left(&room),
            Some(110),
            "an order that comes after it finds the session in its place"
        );
    }
}

#[test]
fn a_wall_clock_that_is_set_while_the_till_is_dead_gives_nothing() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(10 * MINUTE);
    // One second before the next mark, which is what an impatient hand would choose.
    room.pass(29_000);
    room.now -= 60 * MINUTE;
    room.steady.ms += 5 * MINUTE;
    room.restart();
    let left = session(&room).unwrap().ends_ms - room.now;
    assert_eq!(left, 45 * MINUTE - 29_000, "the steady clock tells how long it was dead");
}

#[test]
fn a_wall_clock_that_forgets_the_year_with_the_power_gives_nothing_twice() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(10 * MINUTE);
    for cut in 1..=4 {
        room.pass(29_000);
        room.power_cut_to(5 * MINUTE);
        let left = session(&room).unwrap().ends_ms - room.now;
        assert_eq!(left, 50 * MINUTE - cut * 30_000, "what may have been used since the mark is used");
    }
    // The network corrects it: nobody had that time.
    room.leap(53 * 365 * 24 * 60 * MINUTE as i64);
    assert_eq!(minutes_left(&room), Some(48));
    room.pass(48 * MINUTE);
    assert_eq!(session(&room).unwrap().state(room.now), SessionState::Grace);
}

#[test]
fn a_wall_clock_that_is_steered_is_followed_and_takes_nothing() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    for _ in 0..100 {
        room.pass(30_000);
        room.now -= 900;
    }
    room.leap(0);
    let left = session(&room).unwrap().ends_ms - room.now;
    let fair = 10 * MINUTE;
    assert!(left.abs_diff(fair) < 1_000, "{left} ms are left of {fair}");
}

#[test]
fn both_clocks_are_marked_while_it_runs_and_no_longer() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(70 * MINUTE);
    let marks = |room: &Room| {
        let seen = |record: &&Record| matches!(record, Record::Session { what: SessionChange::Seen(_), .. });
        room.records.iter().filter(seen).count()
    };
    let once = marks(&room);
    assert!((120..=126).contains(&once), "{once} marks in an hour and its grace");
    room.pass(70 * MINUTE);
    assert_eq!(marks(&room), once);
}

#[test]
fn time_without_power_is_time() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.power_cut(20 * MINUTE);
    assert_eq!(minutes_left(&room), Some(40));
    room.power_cut(43 * MINUTE);
    assert_eq!(session(&room), None);
}

#[test]
fn a_refund_of_an_old_session_touches_no_new_one() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(70 * MINUTE);
    room.buy("b", "hour", 1);
    room.dismiss();
    room.recall("a");
    room.refund("a", 2_000);
    assert_eq!(minutes_left(&room), Some(60));
    assert_eq!(session(&room).unwrap().first.as_str(), "b");
}
