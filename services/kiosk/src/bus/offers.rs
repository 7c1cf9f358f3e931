//! Baskets and prices between the wire and the actor.

use api::kiosk as wire;

use super::line;
use crate::actor::{Basket, BasketPrice};
use crate::promotion::{Discount, Source};

pub(super) fn basket(lines: Vec<wire::Line>, currency: String, offers: Vec<String>, points: i64) -> Basket {
    Basket { lines: lines.into_iter().map(line).collect(), currency, offers, points }
}

pub(super) fn price(quoted: &BasketPrice) -> wire::Price {
    let order = &quoted.order;
    let gross = order.priced.as_ref().map_or(order.total, |priced| priced.gross);
    let place = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
    let member = quoted.member.as_ref();
    wire::Price {
        gross: gross.minor(),
        total: order.total.minor(),
        discounts: order.priced.iter().flat_map(|priced| &priced.discounts).map(discount).collect(),
        member: member.is_some(),
        tier: member.map_or_else(String::new, |(standing, _)| standing.tier.clone()),
        points: member.map_or(0, |(standing, _)| standing.available),
        earns: member.map_or(0, |(_, earns)| *earns),
        at_hand: quoted.at_hand.clone(),
        left_out: quoted.left_out.iter().map(|(at, why)| (place(*at), why.clone())).collect(),
    }
}

fn discount(discount: &Discount) -> wire::Discount {
    let (kind, name) = match &discount.source {
        Source::Coupon(id) => (wire::OfferKind::Coupon, id.clone()),
        Source::Voucher(serial) => (wire::OfferKind::Voucher, serial.to_string()),
        Source::Points(points) => (wire::OfferKind::Points, points.to_string()),
    };
    wire::Discount { kind: kind.to_wire(), name, amount: discount.amount.minor() }
}
