//! Offers before the order: what it costs with what the payer shows, an order begun at that price, and how it was.

use std::collections::BTreeSet;

use tokio::runtime::Handle as Runtime;
use tokio::sync::oneshot;

use super::batch::reply_to;
use super::members::Stop;
use super::office::send;
use super::{Actor, Rejection};
use crate::ledger::desk::Standing;
use crate::member::{Handle, MemberCode};
use crate::promotion::{Choice, PointsOffer, Rules, Shown, Source, Voucher, choose};
use crate::risk::Subjects;
use crate::till::{Buyer, Currency, Event, Line, Order, OrderError, PaymentId, Refused, SessionRules};

/// Most texts beside one order: every voucher and coupon that rules can allow, a member and a campaign.
const OFFERS_MAX: usize = 20;
/// Longest text that is looked at; vouchers, the longest, have 235 characters.
const OFFER_LEN_MAX: usize = 256;
/// The best feedback.
const STARS_MAX: u32 = 5;

/// What a payer wants, and shows for it.
pub(crate) struct Basket {
    pub(crate) lines: Vec<Line>,
    pub(crate) currency: String,
    /// Texts as they were scanned or typed; a member code among them is a secret.
    pub(crate) offers: Vec<String>,
    /// Points that the member would spend at most.
    pub(crate) points: i64,
}

/// What it costs.
#[derive(Debug)]
pub(crate) struct BasketPrice {
    /// The order at its price; without offers and member it is the bare one.
    pub(crate) order: Order,
    /// What the member has, and what the order earns.
    pub(crate) member: Option<(Standing, i64)>,
    /// Coupons that the member was given and has not used.
    pub(crate) at_hand: Vec<String>,
    /// What was not taken: its place, or the count of the offers for the points, and why.
    pub(crate) left_out: Vec<(usize, String)>,
}

/// The texts told apart, each with its place.
struct Sorted<'a> {
    shown: Shown<'a>,
    campaign: Option<String>,
    left_out: Vec<(usize, String)>,
}

impl Actor {
    pub(super) fn quote(
        &mut self,
        runtime: &Runtime,
        basket: &Basket,
        reply: oneshot::Sender<Result<BasketPrice, Rejection>>,
    ) -> anyhow::Result<()> {
        self.commit(runtime)?;
        let quoted = Stop::told(self.price(basket))?;
        send(reply, quoted);
        Ok(())
    }

    /// Begins an order with offers in a commit of its own, since one that is refused then is refused with all that it
    /// was written with.
    pub(super) fn begin_with(
        &mut self,
        runtime: &Runtime,
        id: &str,
        total: i64,
        basket: &Basket,
        reply: oneshot::Sender<Result<(), Rejection>>,
    ) -> anyhow::Result<()> {
        self.commit(runtime)?;
        let known = match self.lookup(id)? {
            Ok(known) => known,
            Err(rejection) => {
                send(reply, Err(rejection));
                return Ok(());
            }
        };
        if let Some(view) = known {
            let rules = self.policy.promotion.as_ref();
            let same = view.order.instalment.is_none()
                && view.order.same_lines(&basket.lines, total, &basket.currency)
                && same_offers(&view.order, basket, rules);
            send(reply, if same { Ok(()) } else { Err(Refused::IdReused.into()) });
            return Ok(());
        }
        let (id, order) = match Stop::told(self.priced_order(id, total, basket))? {
            Ok(priced) => priced,
            Err(rejection) => {
                send(reply, Err(rejection));
                return Ok(());
            }
        };
        let member = order.member.as_ref().map(|member| member.handle.clone());
        self.step(Event::Begin { id: id.clone(), order }, reply_to(reply));
        self.commit(runtime)?;
        let begun = self.books.as_ref().is_some_and(|books| books.till.view(&id).is_some());
        if let Some(member) = member.filter(|_| begun) {
            self.recognised.forget(&member);
        }
        Ok(())
    }

    /// A campaign was on this kiosk's screen: the loop begins before anybody is known, so the kiosk stands for who saw it.
    pub(super) fn shown(&mut self, campaign: &str, showing: &str) -> Result<(), Stop> {
        let (now, showing) = ((self.clock)(), PaymentId::new(showing)?);
        if self.policy.promotion.as_ref().and_then(|rules| rules.campaign(campaign)).is_none() {
            return Err(Rejection::Offer("there is no campaign of this name".to_owned()).into());
        }
        let books = self.books.as_mut().ok_or(Rejection::Locked)?;
        let kiosk = Subjects::new(self.policy.members.as_ref(), books.till.tag()).kiosk();
        Ok(books.ledger.shown(campaign, kiosk, &showing, now)?)
    }

    /// The event of a payer's feedback.
    pub(super) fn feedback(&mut self, id: &str, stars: u32) -> anyhow::Result<Result<Event, Rejection>> {
        if !(1..=STARS_MAX).contains(&stars) {
            return Ok(Err(Rejection::Stars));
        }
        let view = match self.lookup(id)? {
            Ok(Some(view)) => view,
            Ok(None) => return Ok(Err(self.unknown())),
            Err(rejection) => return Ok(Err(rejection)),
        };
        self.recall(&view.id)?;
        Ok(Ok(Event::Feedback { id: view.id, stars }))
    }

    /// The order at the price that was said. Whatever is shown must be taken: a payer who is told a price must not
    /// learn later that a voucher or the member was left out.
    fn priced_order(&mut self, id: &str, total: i64, basket: &Basket) -> Result<(PaymentId, Order), Stop> {
        let id = PaymentId::new(id)?;
        let quoted = self.price(basket)?;
        let refused = quoted.left_out.into_iter().find(|(place, _)| *place < basket.offers.len());
        if let Some((_, why)) = refused {
            return Err(Rejection::Offer(why).into());
        }
        if quoted.order.total.minor() != total {
            return Err(OrderError::WrongTotal.into());
        }
        Ok((id, quoted.order))
    }

    fn price(&mut self, basket: &Basket) -> Result<BasketPrice, Stop> {
        if let Some(rules) = self.policy.sessions.as_ref().filter(|rules| rules.sells(&basket.lines)) {
            let order = timed(rules, self.menu.currency, basket)?;
            return Ok(BasketPrice { order, member: None, at_hand: Vec::new(), left_out: Vec::new() });
        }
        let now = (self.clock)();
        let bare = Order::gross(&self.menu, basket.lines.clone(), &basket.currency)?;
        if basket.offers.len() > OFFERS_MAX {
            return Err(Rejection::Offer(format!("an order takes at most {OFFERS_MAX} offers")).into());
        }
        let mut left_out = Vec::new();
        let buyer = self.buyer(basket, &mut left_out)?;
        let books = self.books.as_ref().ok_or(Rejection::Locked)?;
        let fallback = Rules::default();
        let rules = self.policy.promotion.as_ref();
        let mut sorted = self.sort(basket, buyer.as_ref(), now)?;
        left_out.append(&mut sorted.left_out);
        let standing = match &buyer {
            Some(buyer) => Some(books.ledger.standing(&buyer.handle, now)?),
            None => None,
        };
        let wanted = basket.points.max(0);
        let can = standing.as_ref().map_or(0, |standing| standing.available);
        sorted.shown.points = (wanted > 0 && can > 0).then_some(PointsOffer { points: wanted.min(can) });
        let rules = rules.unwrap_or(&fallback);
        let choice = choose(&bare.lines, &sorted.shown, rules, now)
            .map_err(|why| Rejection::Offer(why.to_string()))?;
        let Choice { priced, left_out: more } = choice;
        left_out.extend(more);
        if wanted > 0 && !priced.discounts.iter().any(|one| matches!(one.source, Source::Points(_))) {
            let why = if buyer.is_some() { NO_POINTS } else { POINTS_OF_WHOM };
            left_out.push((basket.offers.len(), why.to_owned()));
        }
        left_out.sort();
        let at_hand = self.at_hand(&sorted.shown, buyer.as_ref())?;
        let mut order = if priced.discounts.is_empty() { bare } else { bare.with_price(priced)? };
        order.campaign = sorted.campaign;
        let member = match (&buyer, standing) {
            (Some(buyer), Some(standing)) => {
                Some((standing, books.ledger.would_earn(&buyer.handle, order.total.minor(), now)?))
            }
            _ => None,
        };
        order.member = buyer;
        Ok(BasketPrice { order, member, at_hand, left_out })
    }

    /// The member whose code is shown, of several the first.
    fn buyer(&mut self, basket: &Basket, left_out: &mut Vec<(usize, String)>) -> Result<Option<Buyer>, Stop> {
        let mut found = None;
        for (place, text) in basket.offers.iter().enumerate().filter(|(_, text)| MemberCode::claims(text)) {
            if found.is_some() {
                left_out.push((place, "an order has one member".to_owned()));
                continue;
            }
            match self.member_by_code(text) {
                Ok(buyer) => found = Some(buyer),
                Err(Stop::No(Rejection::Member(why))) => left_out.push((place, why.to_string())),
                Err(stop) => return Err(stop),
            }
        }
        Ok(found)
    }

    /// Tells vouchers, coupons and campaigns apart.
    fn sort(&self, basket: &Basket, buyer: Option<&Buyer>, now: u64) -> Result<Sorted<'_>, Stop> {
        let books = self.books.as_ref().ok_or(Rejection::Locked)?;
        let mut sorted = Sorted { shown: Shown::default(), campaign: None, left_out: Vec::new() };
        let mut seen = BTreeSet::new();
        for (place, text) in basket.offers.iter().enumerate() {
            let text = text.trim();
            if MemberCode::claims(text) {
                continue;
            }
            let out = &mut sorted.left_out;
            let Some(rules) = &self.policy.promotion else {
                out.push((place, "this till takes no offers".to_owned()));
                continue;
            };
            if text.len() > OFFER_LEN_MAX || !seen.insert(text) {
                out.push((place, if text.len() > OFFER_LEN_MAX { UNKNOWN } else { TWICE }.to_owned()));
            } else if Voucher::claims(text) {
                match Voucher::read(text, rules, now) {
                    Err(why) => out.push((place, why.to_string())),
                    Ok(voucher) if books.ledger.holder(voucher.serial)?.is_some() => {
                        out.push((place, format!("the voucher {} was used before", voucher.serial)));
                    }
                    Ok(voucher) => sorted.shown.vouchers.push((place, voucher)),
                }
            } else if let Some(coupon) = rules.coupon(text) {
                let token = buyer.map(|buyer| &buyer.token);
                sorted.shown.coupons.push((place, books.ledger.presented(coupon, token)?));
            } else if rules.campaign(text).is_some() && sorted.campaign.is_none() {
                sorted.campaign = Some(text.to_owned());
            } else {
                let known = rules.campaign(text).is_some();
                out.push((
                    place,
                    if known { "an order comes from one campaign" } else { UNKNOWN }.to_owned(),
                ));
            }
        }
        Ok(sorted)
    }

    /// Coupons that a member was given and has not used, but for those that are shown.
    fn at_hand(&self, shown: &Shown<'_>, buyer: Option<&Buyer>) -> Result<Vec<String>, Stop> {
        let (Some(books), Some(rules), Some(buyer)) = (&self.books, &self.policy.promotion, buyer) else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for coupon in rules.coupons.iter().filter(|coupon| coupon.by_grant) {
            let has = books.ledger.presented(coupon, Some(&buyer.token))?;
            let is_shown = shown.coupons.iter().any(|(_, one)| one.coupon.id == coupon.id);
            if !is_shown && coupon.is_left(has.used_by_member, has.used_by_all, has.granted).is_ok() {
                found.push(coupon.id.clone());
            }
        }
        Ok(found)
    }
}

/// Time in a room at its one price: who comes with offers is told so, and not let pay without them unawares.
fn timed(rules: &SessionRules, till: Currency, basket: &Basket) -> Result<Order, OrderError> {
    if !basket.offers.is_empty() || basket.points > 0 {
        return Err(OrderError::SessionPlain);
    }
    let sum = basket.lines.iter().try_fold(0_i64, |sum, line| {
        line.unit_price.checked_mul(line.quantity.into()).and_then(|price| sum.checked_add(price))
    });
    rules.order(till, basket.lines.clone(), sum.ok_or(OrderError::WrongTotal)?, &basket.currency)
}

/// What none of our forms is.
const UNKNOWN: &str = "this is no voucher, coupon, campaign or member code of this till";
/// A coupon or voucher counts once.
const TWICE: &str = "this was shown twice; it counts once";
/// Points without a member.
const POINTS_OF_WHOM: &str = "points are a member's: show the member code";
/// Too few points, or too cheap an order.
const NO_POINTS: &str = "there are too few points for this order";

/// Whether an order that was begun before was begun with these offers: with all of them and no others, since every offer
/// must be taken. Nothing is looked up: a code that was used and a voucher that has expired since still name the same.
fn same_offers(order: &Order, basket: &Basket, rules: Option<&Rules>) -> bool {
    let (mut members, mut campaigns): (Vec<Handle>, Vec<&str>) = (Vec::new(), Vec::new());
    let mut named = BTreeSet::new();
    for text in basket.offers.iter().map(|text| text.trim()) {
        if let Ok(code) = MemberCode::read(text) {
            members.push(code.handle);
        } else if let Some(serial) = Voucher::serial_of(text) {
            named.insert(Source::Voucher(serial));
        } else if rules.is_some_and(|rules| rules.coupon(text).is_some()) {
            named.insert(Source::Coupon(text.to_owned()));
        } else {
            campaigns.push(text);
        }
    }
    let (mut used, mut points) = (BTreeSet::new(), 0);
    for discount in order.priced.iter().flat_map(|priced| &priced.discounts) {
        match &discount.source {
            Source::Points(count) => points = *count,
            source => drop(used.insert(source.clone())),
        }
    }
    let member = order.member.as_ref().map(|member| &member.handle);
    named == used
        && points <= basket.points
        && members.iter().eq(member)
        && campaigns == order.campaign.as_deref().into_iter().collect::<Vec<_>>()
}
