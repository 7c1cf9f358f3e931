//! What the till answered, as a person at the terminal reads it.

use api::kiosk::{Channel, Price};
use api::members::{FunnelStep, Points, StepCount};
use api::receipts::{Receipt, ReceiptState};
use api::staff::{Balance, DayReport, Refund, RefundState};

/// Fen as yuan.
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}¥{}.{:02}", fen.unsigned_abs() / 100, fen.unsigned_abs() % 100)
}

/// One a line, or a word for none.
fn lines(rows: impl Iterator<Item = String>, none: &str) -> String {
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() { none.to_owned() } else { rows.join("\n") }
}

pub(super) fn refunds(refunds: &[Refund]) -> String {
    let row = |refund: &Refund| {
        let state = match RefundState::from_wire(refund.state) {
            RefundState::Open => "on its way",
            RefundState::Done => "back",
            RefundState::Refused => "refused by the channel: give it back another way",
            RefundState::Unknown => "not known",
        };
        let ask = if refund.ask.is_empty() { "by itself" } else { &refund.ask };
        format!("{:>10}  {state}  ({ask}, number {})", yuan(refund.amount), refund.number)
    };
    lines(refunds.iter().map(row), "nothing went back")
}

pub(super) fn balances(balances: &[Balance]) -> String {
    let row =
        |balance: &Balance| format!("{:>12} {} {}", yuan(balance.amount), balance.currency, balance.account);
    lines(balances.iter().map(row), "nothing is booked yet")
}

pub(super) fn day(report: &DayReport) -> String {
    let rows = report.channels.iter().map(|day| {
        format!(
            "{:<10} {:>4} payments {:>10}, {} refunds {:>9}, fees {:>8}, left {:>10}",
            format!("{:?}", Channel::from_wire(day.channel)),
            day.payments,
            yuan(day.gross),
            day.refunds,
            yuan(day.refunded),
            yuan(day.fees),
            yuan(day.net)
        )
    });
    let channels = lines(rows, "nothing was sold");
    let carried =
        lines(report.carried.iter().map(|number| format!("carried over: {number}")), "nothing carried over");
    format!("{} is closed\n{channels}\n{carried}\nchain {}", report.day, report.chain)
}

pub(super) fn receipts(receipts: &[Receipt]) -> String {
    let row = |receipt: &Receipt| {
        let state = match ReceiptState::from_wire(receipt.state) {
            ReceiptState::Waiting => "waits",
            ReceiptState::Printing => "is being printed",
            ReceiptState::Printed => "printed",
            ReceiptState::Unproved => "perhaps printed: look, and print a copy if it is not",
            ReceiptState::Late => "too late for its payer",
            ReceiptState::Handed => "handed to the printing service",
            ReceiptState::Unknown => "not known",
        };
        format!("{}  {state}{}", receipt.payment, if receipt.copy { ", a copy" } else { "" })
    };
    lines(receipts.iter().map(row), "no receipts yet")
}

pub(super) fn points(points: &Points) -> String {
    format!(
        "{}: {} points to spend, {} in all, tier {}",
        points.handle, points.available, points.balance, points.tier
    )
}

pub(super) fn funnel(counts: &[StepCount]) -> String {
    let row = |count: &StepCount| {
        let step = match FunnelStep::from_wire(count.step) {
            FunnelStep::Shown => "shown",
            FunnelStep::Scanned => "scanned",
            FunnelStep::Ordered => "ordered",
            FunnelStep::Paid => "paid",
            FunnelStep::Feedback => "feedback",
            FunnelStep::Rewarded => "rewarded",
            FunnelStep::Unknown => "not known",
        };
        format!("{step:<9} {:>5} times by {:>5} members", count.events, count.members)
    };
    lines(counts.iter().map(row), "nothing yet")
}

pub(super) fn price(price: &Price) -> String {
    let off =
        price.discounts.iter().map(|discount| format!("{:>10}  {}", yuan(-discount.amount), discount.name));
    let left = price.left_out.iter().map(|(place, why)| format!("offer {place} does not count: {why}"));
    let mut said: Vec<String> = vec![format!("{:>10}  price", yuan(price.gross))];
    said.extend(off);
    said.push(format!("{:>10}  to pay", yuan(price.total)));
    said.extend(left);
    if price.member {
        said.push(format!("member, tier {}: {} points, earns {}", price.tier, price.points, price.earns));
    }
    said.extend(price.at_hand.iter().map(|coupon| format!("at hand: {coupon}")));
    said.join("\n")
}

#[cfg(test)]
mod tests {
    //! Money, and what is said of nothing.
    use super::*;

    #[test]
    fn money_is_in_yuan_and_nothing_is_said_in_words() {
        assert_eq!([yuan(1250), yuan(-5), yuan(0)], ["¥12.50", "-¥0.05", "¥0.00"]);
        assert_eq!(refunds(&[]), "nothing went back");
        let done = RefundState::Done.to_wire();
        let one = Refund { number: "K1".into(), ask: "lunch-300".into(), amount: 300, state: done };
        assert_eq!(refunds(&[one]), "     ¥3.00  back  (lunch-300, number K1)");
        let report = DayReport {
            day: "2026-01-31".into(),
            channels: Vec::new(),
            carried: Vec::new(),
            chain: "ab".into(),
        };
        assert_eq!(day(&report), "2026-01-31 is closed\nnothing was sold\nnothing carried over\nchain ab");
    }
}
