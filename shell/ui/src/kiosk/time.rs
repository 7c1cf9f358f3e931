//! Time in a room is paid on the same screens as a meal.

use api::kiosk::Line;
use api::sessions::SessionOffer;
use slint::ComponentHandle;

use super::Kiosk;
use screens::{Notice, OffersAdapter};

impl Kiosk {
    /// Begins an order of so many of an offer in a row; false where another payment is in the way.
    pub fn buy_time(&self, offer: &SessionOffer, count: u32, currency: &str) -> bool {
        if !self.till.borrow().is_choosing() || !self.till.borrow().here {
            return false;
        }
        self.for_time.set(true);
        let total = offer.price.saturating_mul(count.into());
        let line = Line { sku: offer.id.clone(), quantity: count, unit_price: offer.price };
        self.begin(vec![line], total, currency.to_owned(), None);
        true
    }

    /// What is sold by time, for a receipt's names.
    pub fn name_time(&self, offers: Vec<SessionOffer>) {
        self.till.borrow_mut().time = offers;
    }

    /// Whether time is being bought, or how that ended is being read.
    pub fn is_buying_time(&self) -> bool {
        self.for_time.get()
    }

    /// A payment of time that a shell before this one has begun.
    pub fn resume_time(&self) {
        let till = self.till.borrow();
        let known = till.awaited.as_ref().map_or(&till.payment.id, |(id, _)| id);
        let kept = self.keeper.recall().filter(|kept| kept.id == *known);
        // Whatever else is being paid on a board that is locked, the way back leads to its lock too.
        self.for_time.set(kept.is_none_or(|kept| kept.for_time));
        drop(till);
        self.show();
    }

    /// Nothing is being paid, and nobody reads how it ended.
    pub fn is_idle(&self) -> bool {
        self.till.borrow().is_choosing()
    }

    /// Nobody has begun anything, and nothing is said that somebody may read: the menu stands as everybody finds it.
    pub fn is_untouched(&self) -> bool {
        let till = self.till.borrow();
        let quiet = till.here && !till.locked() && till.notice() == Notice::None;
        let shows = self.counter.borrow().shows() || self.screen.global::<OffersAdapter<'_>>().get_pay_code();
        quiet && till.is_choosing() && !self.staff.is_open() && !self.is_used() && !shows
    }

    /// Leaves the time that was bought, or not; whether the till refused it.
    pub fn leave_time(&self) -> bool {
        self.for_time.set(false);
        let mut till = self.till.borrow_mut();
        let refused = till.refusal.take().is_some() | std::mem::take(&mut till.not_kept);
        drop(till);
        self.show();
        refused
    }
}
