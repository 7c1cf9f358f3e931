//! What a touch on the kiosk's screen does, and what the seconds do.

use std::rc::Rc;

use slint::{ComponentHandle, SharedString};

use super::presence::Tick;
use super::{Kiosk, show_time};
use crate::bridge::{Answer, FromUi, Hidden};
use crate::till_copy::{TillCopy, has_ended};
use api::kiosk::{Line, Payment};
use screens::{KioskAdapter, Theme};

/// How much larger the larger words are.
const LARGER: f32 = 1.25;

impl Kiosk {
    pub(super) fn connect(self: &Rc<Self>) {
        let adapter = self.screen.global::<KioskAdapter<'_>>();
        let with = |act: fn(&Rc<Self>)| {
            let kiosk = Rc::downgrade(self);
            move || {
                if let Some(kiosk) = kiosk.upgrade() {
                    kiosk.touched();
                    act(&kiosk);
                }
            }
        };
        let with_dish = |act: fn(&mut TillCopy, &str)| {
            let kiosk = Rc::downgrade(self);
            move |sku: SharedString| {
                if let Some(kiosk) = kiosk.upgrade() {
                    kiosk.touched();
                    kiosk.choose(|till| act(till, &sku));
                }
            }
        };
        adapter.on_more(with_dish(|till, sku| {
            till.basket.more(sku);
        }));
        adapter.on_less(with_dish(|till, sku| till.basket.less(sku)));
        adapter.on_empty(with(|kiosk| kiosk.choose(|till| till.basket.clear())));
        adapter.on_pay(with(|kiosk| kiosk.pay()));
        adapter.on_cancel(with(|kiosk| kiosk.cancel()));
        adapter.on_dismiss(with(|kiosk| kiosk.dismiss()));
        adapter.on_send_stars(with(|kiosk| kiosk.send_stars()));
        adapter.on_print(with(|kiosk| kiosk.print()));
        adapter.on_here(with(|kiosk| kiosk.show()));
        adapter.on_anew(with(|kiosk| kiosk.start_anew()));
        let weak = Rc::downgrade(self);
        adapter.on_rate(move |stars| {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.rate(stars);
            }
        });
        let weak = Rc::downgrade(self);
        adapter.on_choose_category(move |index| {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.touched();
                kiosk.choose(|till| till.category = usize::try_from(index).unwrap_or(0));
            }
        });
        let weak = Rc::downgrade(self);
        adapter.on_choose_large(move |larger| {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.touched();
                kiosk.set_size(larger, kiosk.lower.get());
            }
        });
        let weak = Rc::downgrade(self);
        adapter.on_choose_low(move |lower| {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.touched();
                kiosk.set_size(kiosk.larger.get(), lower);
            }
        });
    }

    /// Somebody is there.
    pub(super) fn touched(&self) {
        let mut presence = self.presence.get();
        presence.touched();
        self.presence.set(presence);
    }

    fn set_size(&self, larger: bool, lower: bool) {
        self.larger.set(larger);
        self.lower.set(lower);
        self.screen.global::<Theme<'_>>().set_u(if larger { self.unit * LARGER } else { self.unit });
        self.show();
    }

    /// As the next person should find it. A payment in flight is the till's and stays.
    pub(super) fn start_anew(&self) {
        {
            let mut till = self.till.borrow_mut();
            if !till.is_choosing() {
                return;
            }
            till.basket.clear();
            till.category = 0;
            till.refusal = None;
            till.not_kept = false;
        }
        self.forget_offers();
        self.forget_guest();
        self.set_size(false, false);
    }

    fn choose(&self, act: impl FnOnce(&mut TillCopy)) {
        {
            let mut till = self.till.borrow_mut();
            if !till.is_choosing() {
                return;
            }
            till.refusal = None;
            till.not_kept = false;
            act(&mut till);
        }
        self.quote();
        self.show();
    }

    fn pay(&self) {
        let order = {
            let till = self.till.borrow();
            // While the till is asked what offers make of the price, nothing is begun at another.
            if !till.is_choosing() || !till.here || self.offers.borrow().is_asking() {
                return;
            }
            till.basket.order(&till.dishes).map(|(lines, total)| (lines, total, till.currency.clone()))
        };
        let Some((lines, gross, currency)) = order else { return };
        let total = self.offers.borrow().total().unwrap_or(gross);
        let taken = self.offers.borrow().taken();
        self.for_time.set(false);
        self.begin(lines, total, currency, taken);
    }

    /// Begins an order, once its id is kept.
    pub(super) fn begin(
        &self,
        lines: Vec<Line>,
        total: i64,
        currency: String,
        taken: Option<(Vec<Hidden>, i64)>,
    ) {
        match self.keeper.begin(total, &currency, self.for_time.get()) {
            Ok(kept) => {
                let mut till = self.till.borrow_mut();
                till.refusal = None;
                till.not_kept = false;
                till.awaited = Some((kept.id.clone(), total));
                self.after.borrow_mut().bought(&kept.id, &lines);
                let id = kept.id;
                let begin = match taken {
                    Some((offers, points)) => {
                        FromUi::BeginWith { id, lines, total, currency, offers, points }
                    }
                    None => FromUi::Begin { id, lines, total, currency },
                };
                if !self.asker.ask(begin) {
                    till.awaited = None;
                    till.refusal = Some(Answer::Silent);
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the payment id cannot be kept");
                self.till.borrow_mut().not_kept = true;
            }
        }
        self.show();
    }

    fn cancel(&self) {
        let id = {
            let till = self.till.borrow();
            till.awaited.as_ref().map_or_else(|| till.payment.id.clone(), |(id, _)| id.clone())
        };
        if !id.is_empty() && !self.asker.ask(FromUi::Cancel { id }) {
            self.till.borrow_mut().refusal = Some(Answer::Silent);
            self.show();
        }
    }

    fn dismiss(&self) {
        let (id, ended, empty) = {
            let till = self.till.borrow();
            (till.payment.id.clone(), has_ended(till.state()), till.basket.count() == 0)
        };
        if !ended {
            return;
        }
        // The screen goes back at once; should the till say the payment is still there, it shows again.
        if self.asker.ask(FromUi::Dismiss { id }) {
            self.till.borrow_mut().payment = Payment::default();
        }
        if empty {
            self.start_anew();
        }
        self.show();
    }

    /// Something of somebody's lies on the menu, or it is as they wanted it.
    pub(super) fn is_used(&self) -> bool {
        let changed = self.larger.get() || self.lower.get() || self.offers.borrow().is_open();
        changed || self.has_guest() || self.till.borrow().basket.count() > 0
    }

    /// A second has gone by.
    pub(super) fn tick(&self) {
        self.staff.tick();
        self.tick_counter();
        let (ended, choosing) = {
            let till = self.till.borrow();
            (has_ended(till.state()), till.is_choosing())
        };
        if ended {
            return self.count_down();
        }
        let used = choosing && !self.staff.is_open() && self.is_used();
        let mut presence = self.presence.get();
        let tick = presence.tick(used, self.shown.get());
        self.presence.set(presence);
        match tick {
            Tick::Same if choosing => {}
            Tick::Same => show_time(&self.till.borrow(), &self.screen.global::<KioskAdapter<'_>>()),
            Tick::Asks => self.show(),
            Tick::Anew => {
                self.start_anew();
                self.show();
            }
        }
    }

    fn count_down(&self) {
        let left = {
            let mut till = self.till.borrow_mut();
            till.seconds_left = till.seconds_left.saturating_sub(1);
            till.seconds_left
        };
        if left == 0 { self.dismiss() } else { self.show() }
    }
}
