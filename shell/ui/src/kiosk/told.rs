//! What the till tells, each to where it is kept.

use super::Kiosk;
use crate::bridge::ToUi;

impl Kiosk {
    /// Takes what comes from the till.
    pub fn take(&self, message: ToUi) {
        match message {
            ToUi::Menu(menu) => self.take_menu(menu),
            ToUi::Payment(payment) => self.take_payment(payment),
            ToUi::Waits(waits) => self.take_waits(waits),
            ToUi::Sight(sight) => self.take_sight(sight.as_ref()),
            ToUi::Devices(devices) => self.take_devices(devices),
            ToUi::Presented(taken) => self.take_presented(taken),
            ToUi::Standing(standing) => self.take_standing(standing),
            ToUi::TillGone => self.lose(),
            ToUi::Answer { id, answer } => self.take_answer(&id, answer),
            ToUi::Price { ticket, price } => self.take_price(ticket, price),
            ToUi::Staff(said) => self.take_staff(said),
            ToUi::Looked { id, payment } => self.take_looked(&id, payment.as_ref()),
            _ => tracing::error!("this is not from the till"),
        }
    }
}
