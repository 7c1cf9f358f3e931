//! Sessions as the till keeps them: a table of what happens in each state, and random histories with power cuts, leaping
//! clocks, late proofs, refunds and full disks, after each step of which the rules of the module hold.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

mod history;
mod room;
mod rules;

use room::Room;

use super::{Session, SessionState};
use crate::till::{Ending, Phase, Refused};

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
fn a_clock_that_leaps_takes_no_minute_and_gives_none_away() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.pass(10 * MINUTE);
    room.leap(400 * 24 * 60 * MINUTE as i64);
    assert_eq!(minutes_left(&room), Some(50));
    room.power_cut();
    assert_eq!(minutes_left(&room), Some(50), "the leap is durable");
    // Back to 1970 with the power.
    room.leap_in_the_dark(5 * MINUTE);
    assert_eq!(minutes_left(&room), Some(60), "the whole once more, and no more than that");
    room.pass(30 * MINUTE);
    room.power_cut();
    assert_eq!(minutes_left(&room), Some(30));
}

#[test]
fn time_without_power_is_time() {
    let mut room = Room::new();
    room.buy("a", "hour", 1);
    room.now += 20 * MINUTE;
    room.power_cut();
    assert_eq!(minutes_left(&room), Some(40));
    room.now += 43 * MINUTE;
    room.power_cut();
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
