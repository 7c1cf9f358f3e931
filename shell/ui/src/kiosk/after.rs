//! After paying: the receipt as a code to take along, and how it was in two taps.

use api::kiosk::{Device, Line, PaymentState};
use slint::{ComponentHandle, Image};

use super::Kiosk;
use crate::bridge::FromUi;
use crate::till_copy::{PAID_SECONDS, channel};
use crate::{code_picture, price};
use screens::{DeviceView, KioskAdapter, Say, SayKiosk};

/// What is known of a payment beyond what the till tells.
#[derive(Default)]
pub(super) struct After {
    /// What was ordered, by the payment's id; gone with a restart, after which a receipt tells only the sum.
    order: Option<(String, Vec<Line>)>,
    /// Whose receipt is drawn.
    drawn: String,
    stars: u32,
    /// Whose stars were told.
    told: String,
    /// Whose receipt was asked for on paper.
    printed: String,
}

impl After {
    /// An order is begun.
    pub(super) fn bought(&mut self, id: &str, lines: &[Line]) {
        self.order = Some((id.to_owned(), lines.to_vec()));
    }
}

impl Kiosk {
    /// Draws the receipt of a payment that has just been paid, and forgets that of one that has gone.
    pub(super) fn show_after(&self) {
        let adapter = self.screen.global::<KioskAdapter<'_>>();
        let till = self.till.borrow();
        let mut after = self.after.borrow_mut();
        if till.state() != PaymentState::Paid {
            if !after.drawn.is_empty() {
                (after.drawn, after.stars) = (String::new(), 0);
                adapter.set_has_receipt(false);
                adapter.set_receipt(Image::default());
            }
        } else if after.drawn != till.payment.id {
            after.drawn.clone_from(&till.payment.id);
            let picture = code_picture::draw(&self.receipt(&till, &after));
            adapter.set_has_receipt(picture.is_some());
            adapter.set_receipt(picture.unwrap_or_default());
        }
        let printer = till.device(Device::Printer) == DeviceView::Ready;
        adapter.set_can_print(till.prints_asked && (printer || after.printed == till.payment.id));
        adapter.set_printed(!after.printed.is_empty() && after.printed == till.payment.id);
        adapter.set_stars(super::number(after.stars));
        adapter.set_thanked(!after.told.is_empty() && after.told == till.payment.id);
    }

    /// The receipt as text, which every phone shows without a network.
    fn receipt(&self, till: &super::TillCopy, after: &After) -> String {
        let words = self.screen.global::<SayKiosk<'_>>();
        let payment = &till.payment;
        let mut text = vec![words.invoke_receipt_head().to_string(), payment.id.clone()];
        let ours = after.order.as_ref().filter(|(id, _)| *id == payment.id);
        for line in ours.iter().flat_map(|(_, lines)| lines) {
            let dish = till.dishes.iter().find(|dish| dish.sku == line.sku);
            let time = till.time.iter().find(|offer| offer.id == line.sku);
            let names = dish.map(|dish| (&dish.name_zh, &dish.name_en));
            let names = names.or_else(|| time.map(|offer| (&offer.name_zh, &offer.name_en)));
            let name = names.map_or(line.sku.as_str(), |(zh, en)| if self.chinese.get() { zh } else { en });
            let sum = line.unit_price.saturating_mul(line.quantity.into());
            text.push(format!("{} × {name} {}", line.quantity, price::show(sum, &payment.currency)));
        }
        let way = self.screen.global::<Say<'_>>().invoke_channel(channel(payment.paid_by));
        let total = price::show(payment.total, &payment.currency);
        text.push(words.invoke_receipt_sum(total.into(), way).to_string());
        if payment.pickup > 0 && !self.for_time.get() {
            text.push(words.invoke_receipt_number(super::number(payment.pickup)).to_string());
        }
        text.join("\n")
    }

    /// The receipt on paper, once: a second touch is a nervous finger, and the till would print it once anyway.
    pub(super) fn print(&self) {
        let (id, paid) = {
            let till = self.till.borrow();
            (till.payment.id.clone(), till.state() == PaymentState::Paid)
        };
        let mut after = self.after.borrow_mut();
        if paid && after.printed != id && self.asker.ask(FromUi::Print { id: id.clone() }) {
            after.printed = id;
        }
        drop(after);
        self.stay();
    }

    /// The first tap: how it was.
    pub(super) fn rate(&self, stars: i32) {
        self.after.borrow_mut().stars = u32::try_from(stars).unwrap_or(0);
        self.stay();
    }

    /// The second: it is told, once.
    pub(super) fn send_stars(&self) {
        let (id, paid) = {
            let till = self.till.borrow();
            (till.payment.id.clone(), till.state() == PaymentState::Paid)
        };
        let mut after = self.after.borrow_mut();
        let stars = after.stars;
        if paid && stars > 0 && after.told != id && self.asker.ask(FromUi::Feedback { id: id.clone(), stars })
        {
            after.told = id;
        }
        drop(after);
        self.stay();
    }

    /// Whoever touches the end of a payment is still reading it.
    fn stay(&self) {
        {
            let mut till = self.till.borrow_mut();
            till.seconds_left = till.seconds_left.max(PAID_SECONDS / 2);
        }
        self.show_after();
        self.show();
    }
}
