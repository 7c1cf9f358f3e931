//! Days cut at GMT+8, and every class of difference planted where the plan says.

use super::*;
use crate::cashier;
use crate::clock::VirtualClock;
use crate::fault::Plan;
use crate::trade::Order;

/// Three payments of 12.30, one refund of 1.00 and one whole reversal, all just now.
fn world() -> (World, Date) {
    let mut world = World::new(VirtualClock::start(1), 7, Plan::default());
    for (number, code) in [("B00001", "01"), ("B00002", "11"), ("B00003", "21")] {
        let order = Order {
            channel: Channel::Alipay,
            out_trade_no: number.to_owned(),
            fen: 1230,
            subject: "午餐".to_owned(),
            notify_url: None,
            instalments: None,
        };
        cashier::charge(&mut world, order, &format!("2800000000000000{code}"));
    }
    cashier::refund(&mut world, Channel::Alipay, "B00001", "R00001", 100);
    cashier::take_back(&mut world, Channel::Alipay, "B00002");
    let day = day_of(world.now());
    (world, day)
}

fn made(class: Class, nth: usize) -> Result<Vec<Row>, NoSuchRow> {
    let (mut world, day) = world();
    make(&mut world, Channel::Alipay, day, &[Difference { class, nth }])
}

#[test]
fn the_right_bill_tells_what_the_book_holds() {
    let (mut world, day) = world();
    let rows = make(&mut world, Channel::Alipay, day, &[]).expect("bill");
    let sum: i64 = rows.iter().map(|row| if row.kind == Kind::Payment { row.fen } else { -row.fen }).sum();
    assert_eq!((rows.len(), sum), (5, world.books[&Channel::Alipay].balances()["merchant"]));
    let fees: i64 = rows.iter().map(|row| row.fee).sum();
    assert_eq!(fees, sum * 6, "0.6 %");
    assert_eq!(make(&mut world, Channel::Wechat, day, &[]), Ok(Vec::new()), "another channel's is empty");
}

#[test]
fn a_bill_is_ready_at_ten_of_the_next_day() {
    let (mut world, day) = world();
    assert_eq!(ready(&world, Channel::Alipay, day), None);
    let until = begins(day) + READY_AFTER - world.now();
    world.clock.advance(until - SECOND);
    assert_eq!(ready(&world, Channel::Alipay, day), None);
    world.clock.advance(SECOND);
    assert_eq!(ready(&world, Channel::Alipay, day).map(|rows| rows.len()), Some(5));
}

#[test]
fn days_are_cut_at_gmt_8() {
    let day = date("2026-01-02").expect("date");
    assert_eq!(begins(day), 1_767_283_200_000, "2026-01-01T16:00:00Z");
    assert_eq!((day_of(begins(day)), day_of(begins(day) - 1)), (day, day.previous_day().expect("day")));
}

#[test]
fn every_class_changes_what_it_names_and_nothing_else() {
    let right = {
        let (mut world, day) = world();
        make(&mut world, Channel::Alipay, day, &[]).expect("bill")
    };
    for (class, rows, same) in [
        (Class::Drop, 4, 4),
        (Class::Foreign, 6, 5),
        (Class::Amount, 5, 4),
        (Class::State, 5, 4),
        (Class::Duplicate, 6, 6),
        (Class::OtherDay, 4, 4),
        (Class::Fee, 5, 4),
        (Class::RefundMissing, 4, 4),
    ] {
        let planted = made(class, 0).expect("planted");
        // The worlds' clocks differ by moments; what happened to which number does not.
        let key = |row: &Row| (row.kind, row.out_trade_no.clone(), row.refund.clone(), row.fen, row.fee);
        let kept = planted.iter().filter(|row| right.iter().any(|one| key(one) == key(row))).count();
        assert_eq!((planted.len(), kept), (rows, same), "{class:?}");
    }
    assert_eq!(made(Class::Drop, 5), Err(NoSuchRow(0)));
    assert_eq!(made(Class::State, 3), Err(NoSuchRow(0)), "there are three payments");
    assert_eq!(made(Class::RefundMissing, 2), Err(NoSuchRow(0)), "two went back");
}

#[test]
fn a_moved_row_is_on_the_next_days_bill() {
    let (mut world, day) = world();
    let plan = [Difference { class: Class::OtherDay, nth: 0 }];
    make(&mut world, Channel::Alipay, day, &plan).expect("bill");
    let next = day.next_day().expect("day");
    let rows = make(&mut world, Channel::Alipay, next, &[]).expect("bill");
    assert_eq!(rows.len(), 1);
    assert_eq!(day_of(rows[0].at), next);
}
