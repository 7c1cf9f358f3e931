//! What happens to trades, with the sandbox's own time.

use super::*;
use crate::clock::VirtualClock;
use crate::fault::Plan;

fn world() -> World {
    World::new(VirtualClock::start(1), 7, Plan::default())
}

fn order(channel: Channel, number: &str) -> Order {
    Order {
        channel,
        out_trade_no: number.to_owned(),
        fen: 1230,
        subject: "午餐".to_owned(),
        notify_url: Some("http://127.0.0.1:9/n".to_owned()),
        instalments: None,
    }
}

fn money(world: &World, channel: Channel) -> i64 {
    let balances = world.books.get(&channel).map(crate::book::Book::balances).unwrap_or_default();
    assert_eq!(balances.values().sum::<i64>(), 0, "double entry");
    balances.get(MERCHANT).copied().unwrap_or(0)
}

#[test]
fn a_shown_code_is_paid_once() {
    let mut world = world();
    let code = offer(&mut world, order(Channel::Alipay, "A00001"), SHOWN_LIFE).expect("code");
    assert_eq!(offer(&mut world, order(Channel::Alipay, "A00001"), SHOWN_LIFE), Ok(code.clone()));
    assert!(world.shown(&code).is_some());
    assert!(pay(&mut world, Channel::Alipay, "A00001"));
    assert!(!pay(&mut world, Channel::Alipay, "A00001"), "twice");
    assert_eq!(money(&world, Channel::Alipay), 1230);
    assert_eq!(offer(&mut world, order(Channel::Alipay, "A00001"), SHOWN_LIFE), Err(Clash::Paid));
    let mut other = order(Channel::Alipay, "A00002");
    offer(&mut world, other.clone(), SHOWN_LIFE).expect("code");
    other.fen = 1;
    assert_eq!(offer(&mut world, other, SHOWN_LIFE), Err(Clash::Different));
}

#[test]
fn each_scenario_does_what_it_says() {
    for (last, want, paid) in [
        ("01", Charge::Paid, 1230),
        ("02", Charge::Waiting, 0),
        ("03", Charge::Paid, 1230),
        ("04", Charge::DeadCode, 0),
        ("05", Charge::Nothing, 0),
        ("06", Charge::Paid, 1230),
        ("07", Charge::Paid, 1230),
        ("08", Charge::Paid, 1230),
        ("10", Charge::Paid, 1230),
        ("11", Charge::Paid, 1230),
    ] {
        let mut world = world();
        let code = format!("13{:014}{last}", 5);
        assert_eq!(charge(&mut world, order(Channel::Wechat, "W00001"), &code), want, "{last}");
        assert_eq!(money(&world, Channel::Wechat), paid, "{last}");
    }
}

#[test]
fn the_password_comes_after_two_queries() {
    let mut world = world();
    charge(&mut world, order(Channel::Alipay, "A00001"), "280000000000000002");
    let mut ask = || queried(&mut world, Channel::Alipay, "A00001").expect("trade").state;
    assert_eq!([ask(), ask(), ask()], [State::Waiting, State::Waiting, State::Paid]);
}

#[test]
fn a_code_is_used_once_and_belongs_to_one_channel() {
    let mut world = world();
    let code = "280000000000000001";
    assert_eq!(charge(&mut world, order(Channel::Alipay, "A00001"), code), Charge::Paid);
    assert_eq!(charge(&mut world, order(Channel::Alipay, "A00001"), code), Charge::Paid, "the same again");
    assert_eq!(charge(&mut world, order(Channel::Alipay, "A00002"), code), Charge::DeadCode);
    assert_eq!(charge(&mut world, order(Channel::Wechat, "W00001"), "280000000000000101"), Charge::DeadCode);
    assert_eq!(money(&world, Channel::Alipay), 1230);
}

#[test]
fn what_waits_too_long_closes() {
    let mut world = world();
    charge(&mut world, order(Channel::Alipay, "A00001"), "280000000000000002");
    world.clock.advance(WAITING_LIFE - 1);
    expire_due(&mut world);
    assert!(world.trade(Channel::Alipay, "A00001").expect("trade").open());
    world.clock.advance(1);
    expire_due(&mut world);
    assert!(!pay(&mut world, Channel::Alipay, "A00001"));
    assert_eq!(money(&world, Channel::Alipay), 0);
}

#[test]
fn taking_back_returns_the_money_and_bars_the_number() {
    let mut world = world();
    charge(&mut world, order(Channel::Alipay, "A00001"), "280000000000000001");
    assert_eq!(take_back(&mut world, Channel::Alipay, "A00001"), TakenBack::Refunded);
    assert_eq!(take_back(&mut world, Channel::Alipay, "A00001"), TakenBack::Refunded, "again");
    assert_eq!(money(&world, Channel::Alipay), 0);
    assert_eq!(take_back(&mut world, Channel::Alipay, "NEVER1"), TakenBack::Unknown);
    let late = charge(&mut world, order(Channel::Alipay, "NEVER1"), "280000000000000201");
    assert_eq!(late, Charge::Clash(Clash::Closed));
}

#[test]
fn refunds_are_done_once_and_never_exceed() {
    let mut world = world();
    charge(&mut world, order(Channel::Wechat, "W00001"), "130000000000000001");
    let mut back = |number: &str, fen| refund(&mut world, Channel::Wechat, "W00001", number, fen);
    assert_eq!(back("R1", 1000), Refunding::Moved);
    assert_eq!(back("R1", 1000), Refunding::Before);
    assert_eq!(back("R1", 999), Refunding::Different);
    assert_eq!(back("R2", 231), Refunding::TooMuch);
    assert_eq!(back("R2", 230), Refunding::Moved);
    assert_eq!(money(&world, Channel::Wechat), 0);
}

#[test]
fn notifies_follow_the_schedule_until_accepted() {
    let mut world = world();
    charge(&mut world, order(Channel::Alipay, "A00001"), "280000000000000001");
    let deliver = |world: &mut World, accepted| {
        let due = world.outbox.due(world.now());
        for notice in &due {
            let delivery = crate::notice::Delivery {
                id: notice.id.clone(),
                channel: notice.channel,
                out_trade_no: notice.out_trade_no.clone(),
                at: world.now(),
                status: None,
                accepted,
                probe: false,
            };
            world.outbox.delivered(notice.slot, delivery);
        }
        due.len()
    };
    assert_eq!(deliver(&mut world, false), 1);
    assert_eq!(deliver(&mut world, false), 0, "not before four minutes");
    world.clock.advance(4 * MINUTE);
    assert_eq!(deliver(&mut world, false), 1);
    world.clock.advance(10 * MINUTE);
    assert_eq!(deliver(&mut world, true), 1);
    world.clock.advance(30 * HOUR);
    assert_eq!(deliver(&mut world, false), 0, "accepted ones rest");
    let ids: Vec<_> = world.outbox.log().iter().map(|delivery| &delivery.id).collect();
    assert!(ids.windows(2).all(|pair| pair[0] == pair[1]), "one id over all deliveries");
}
