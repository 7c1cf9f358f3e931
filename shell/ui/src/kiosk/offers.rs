//! Coupons, vouchers and a member's code, typed before an order is begun: the till says what they make of the price,
//! and only at that price the order is begun.

use std::rc::Rc;

use api::kiosk::Price;
use slint::ComponentHandle;

use super::Kiosk;
use crate::bridge::{FromUi, Hidden};
use crate::price;
use crate::rows::kept;
use screens::{OfferRow, OffersAdapter};

/// Longest text that is typed: a name of a coupon, or a member's code.
const TYPED_MAX: usize = 40;
/// Texts that one order takes; the till has limits of its own below this.
const OFFERS_MAX: usize = 8;
/// A member's name in codes, and the digits after it.
const HANDLE_LEN: usize = 12;
const DIGITS_LEN: usize = 8;

/// What was typed and what came of it.
#[derive(Default)]
pub(super) struct Offers {
    open: bool,
    typed: String,
    texts: Vec<Hidden>,
    uses_points: bool,
    /// The question that is under way, by its number.
    asked: Option<u64>,
    tickets: u64,
    price: Option<Price>,
    refused: bool,
}

impl Offers {
    /// What is to be paid with what the till took; none where nothing was typed.
    pub(super) fn total(&self) -> Option<i64> {
        self.price.as_ref().map(|price| price.total)
    }

    /// Nothing is begun while the till is asked what it costs.
    pub(super) fn is_asking(&self) -> bool {
        self.asked.is_some()
    }

    /// The texts and points that the price is made with.
    pub(super) fn taken(&self) -> Option<(Vec<Hidden>, i64)> {
        self.price.as_ref()?;
        Some((self.texts.clone(), if self.uses_points { i64::MAX } else { 0 }))
    }

    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    fn add(&mut self) -> bool {
        let text = offer(&self.typed);
        self.typed.clear();
        self.take(text)
    }

    fn take(&mut self, text: Hidden) -> bool {
        self.refused = false;
        let fresh = !text.0.is_empty() && !self.texts.contains(&text) && self.texts.len() < OFFERS_MAX;
        if fresh {
            self.texts.push(text);
        }
        fresh
    }
}

/// What was typed as the till reads it: a member's name and digits in one go are a member's code.
fn offer(typed: &str) -> Hidden {
    let plain = typed.trim();
    let (name, digits) = plain.split_at_checked(HANDLE_LEN).unwrap_or((plain, ""));
    let is_member = digits.len() == DIGITS_LEN
        && digits.bytes().all(|digit| digit.is_ascii_digit())
        && name.bytes().all(|letter| letter.is_ascii_alphanumeric());
    Hidden(if is_member { format!("DM1.{}.{digits}", name.to_ascii_uppercase()) } else { plain.to_owned() })
}

impl Kiosk {
    pub(super) fn connect_offers(self: &Rc<Self>) {
        let adapter = self.screen.global::<OffersAdapter<'_>>();
        let with = |act: fn(&Self, &str)| {
            let kiosk = Rc::downgrade(self);
            move |text: &str| {
                if let Some(kiosk) = kiosk.upgrade() {
                    kiosk.touched();
                    act(&kiosk, text);
                    kiosk.show();
                }
            }
        };
        let show = with(|kiosk, _| {
            kiosk.offers.borrow_mut().open = true;
            kiosk.want();
        });
        adapter.on_show(move || show(""));
        let hide = with(|kiosk, _| {
            kiosk.offers.borrow_mut().open = false;
            kiosk.want();
        });
        adapter.on_hide(move || hide(""));
        let key = with(|kiosk, text| {
            let mut offers = kiosk.offers.borrow_mut();
            if offers.typed.len() < TYPED_MAX {
                offers.typed.push_str(text);
            }
            offers.refused = false;
        });
        adapter.on_key(move |text| key(&text));
        let rub = with(|kiosk, _| {
            kiosk.offers.borrow_mut().typed.pop();
        });
        adapter.on_rub(move || rub(""));
        let add = with(|kiosk, _| {
            if kiosk.offers.borrow_mut().add() {
                kiosk.quote();
            }
        });
        adapter.on_add(move || add(""));
        let weak = Rc::downgrade(self);
        adapter.on_drop(move |index| {
            if let (Some(kiosk), Ok(index)) = (weak.upgrade(), usize::try_from(index)) {
                kiosk.touched();
                let mut offers = kiosk.offers.borrow_mut();
                if index < offers.texts.len() {
                    offers.texts.remove(index);
                }
                drop(offers);
                kiosk.quote();
                kiosk.show();
            }
        });
        let weak = Rc::downgrade(self);
        adapter.on_use_points(move |wanted| {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.touched();
                kiosk.offers.borrow_mut().uses_points = wanted;
                kiosk.quote();
                kiosk.show();
            }
        });
    }

    /// A code was read at the counter: it counts as if it were typed.
    pub(super) fn take_scanned(&self, text: Hidden) {
        {
            let mut offers = self.offers.borrow_mut();
            if !offers.open || !offers.take(text) {
                return;
            }
        }
        self.quote();
        self.show();
    }

    /// Asks what the tray costs with what was typed; the last question counts.
    pub(super) fn quote(&self) {
        let till = self.till.borrow();
        let order = till.basket.order(&till.dishes);
        self.screen.global::<OffersAdapter<'_>>().set_pay_code(false);
        let mut offers = self.offers.borrow_mut();
        (offers.price, offers.asked) = (None, None);
        if offers.texts.is_empty() {
            offers.uses_points = false;
            return;
        }
        let Some((lines, _)) = order else { return };
        offers.tickets += 1;
        let ticket = offers.tickets;
        let points = if offers.uses_points { i64::MAX } else { 0 };
        let (texts, currency) = (offers.texts.clone(), till.currency.clone());
        if self.asker.ask(FromUi::Quote { ticket, lines, currency, offers: texts, points }) {
            offers.asked = Some(ticket);
        } else {
            offers.refused = true;
        }
    }

    /// The till said what it costs, or that it cannot. What it does not take is taken away, so that what is shown is
    /// what is paid.
    pub fn take_price(&self, ticket: u64, price: Option<Price>) {
        let again = {
            let mut offers = self.offers.borrow_mut();
            if offers.asked != Some(ticket) {
                return;
            }
            offers.asked = None;
            match price {
                None => {
                    offers.refused = true;
                    offers.texts.pop();
                    !offers.texts.is_empty()
                }
                Some(price) if price.left_out.iter().any(|(at, _)| (*at as usize) < offers.texts.len()) => {
                    offers.refused = true;
                    let left: Vec<usize> = price.left_out.iter().map(|(at, _)| *at as usize).collect();
                    let mut at = 0;
                    offers.texts.retain(|_| {
                        at += 1;
                        !left.contains(&(at - 1))
                    });
                    !offers.texts.is_empty()
                }
                Some(price) => {
                    offers.price = Some(price);
                    false
                }
            }
        };
        if again {
            self.quote();
        }
        self.show();
    }

    /// As the next person should find it.
    pub(super) fn forget_offers(&self) {
        let mut offers = self.offers.borrow_mut();
        *offers = Offers { tickets: offers.tickets, ..Offers::default() };
    }

    pub(super) fn show_offers(&self, gross: i64, currency: &str) {
        let offers = self.offers.borrow();
        let adapter = self.screen.global::<OffersAdapter<'_>>();
        adapter.set_open(offers.open);
        adapter.set_typed(offers.typed.as_str().into());
        adapter.set_asking(offers.is_asking());
        adapter.set_refused(offers.refused);
        let price = offers.price.as_ref();
        adapter.set_member(price.is_some_and(|price| price.member));
        adapter.set_tier(price.map_or("", |price| &price.tier).into());
        let number = |many: i64| i32::try_from(many).unwrap_or(i32::MAX);
        adapter.set_points(price.map_or(0, |price| number(price.points)));
        adapter.set_earns(price.map_or(0, |price| number(price.earns)));
        adapter.set_uses_points(offers.uses_points);
        adapter.set_gross(price::show(gross, currency).into());
        adapter.set_total(price::show(offers.total().unwrap_or(gross), currency).into());
        let rows: Vec<OfferRow> = offers.texts.iter().map(|text| row(text, price, currency)).collect();
        adapter.set_offers(kept(adapter.get_offers(), rows));
    }
}

fn row(text: &Hidden, price: Option<&Price>, currency: &str) -> OfferRow {
    let off = price.and_then(|price| price.discounts.iter().find(|discount| discount.name == text.0));
    // A member's code is for the till alone; its digits are not shown once they are typed.
    let shown = text
        .0
        .strip_prefix("DM1.")
        .and_then(|rest| rest.split_once('.'))
        .map_or(text.0.as_str(), |(name, _)| name);
    let note = off.map_or_else(String::new, |discount| price::show(-discount.amount, currency));
    OfferRow { text: shown.into(), note: note.into(), taken: price.is_some() }
}

#[cfg(test)]
mod tests {
    //! What is typed.
    use super::*;

    #[test]
    fn a_members_name_and_digits_are_a_members_code() {
        assert_eq!(offer("7K3M9QWERTYZ12345678").0, "DM1.7K3M9QWERTYZ.12345678");
        for other in
            ["WELCOME5", "7K3M9QWERTYZ1234567X", "7K3M9QWERTYZ123456789", "DM1.7K3M9QWERTYZ.12345678"]
        {
            assert_eq!(offer(other).0, other);
        }
        assert_eq!(format!("{:?}", offer("7K3M9QWERTYZ12345678")), "Hidden(**)");
    }

    #[test]
    fn a_text_counts_once() {
        let mut offers = Offers { typed: "WELCOME5".into(), ..Offers::default() };
        assert!(offers.add());
        offers.typed = "WELCOME5".into();
        assert!(!offers.add());
        assert_eq!((offers.texts.len(), offers.typed.as_str()), (1, ""));
    }
}
