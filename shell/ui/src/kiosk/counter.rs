//! What is held to the counter while nobody pays: a card shows its owner what it holds, for a while; a code goes to
//! the sheet where offers are gathered. Nothing of it is kept.

use std::rc::Rc;

use api::counter::{Movement, Presented, Taken, Wanted};
use slint::{ComponentHandle, ModelRc, VecModel};

use super::Kiosk;
use crate::bridge::{FromUi, Hidden};
use crate::price;
use screens::{CardAdapter, CardView, MoveRow, Moved, OffersAdapter};

/// How long a card is shown, in seconds.
const SHOWN: u32 = 20;
/// How long it is looked at: a card that was taken away meanwhile must not keep the menu from who comes next.
const LOOKED_AT: u32 = 5;
/// How long the till is asked for it; and after how many seconds it is asked again.
const WANTED: u32 = 45;
const AGAIN: u32 = 20;

/// What the counter was asked for, and what it showed.
#[derive(Default)]
pub(super) struct Counter {
    wanted: Option<Wanted>,
    /// Seconds since it was said.
    said: u32,
    view: Option<CardView>,
    left: u32,
}

impl Counter {
    /// Whether what a card holds is shown.
    pub(super) fn shows(&self) -> bool {
        self.view.is_some()
    }

    /// Shows this; for how many seconds.
    fn show(&mut self, view: CardView) -> u32 {
        self.left = if view == CardView::Looking { LOOKED_AT } else { SHOWN };
        self.view = Some(view);
        self.left
    }

    /// A second has gone by; how many are left of what is shown, where anything is.
    fn second(&mut self) -> Option<u32> {
        self.view?;
        self.left = self.left.saturating_sub(1);
        Some(self.left)
    }
}

impl Kiosk {
    pub(super) fn connect_counter(self: &Rc<Self>) {
        let weak = Rc::downgrade(self);
        self.screen.global::<CardAdapter<'_>>().on_close(move || {
            if let Some(kiosk) = weak.upgrade() {
                kiosk.touched();
                kiosk.close_card();
            }
        });
    }

    /// Says what is wanted, where that is another thing now, and now and then again.
    pub(super) fn want(&self) {
        let (choosing, here) = (self.till.borrow().is_choosing(), self.till.borrow().here);
        let wanted = match self.offers.borrow().is_open() {
            _ if !choosing || !self.shown.get() || self.staff.is_open() => Wanted::Nothing,
            true => Wanted::CardsAndCodes,
            false => Wanted::Cards,
        };
        let mut counter = self.counter.borrow_mut();
        counter.said = counter.said.saturating_add(1);
        let again = wanted != Wanted::Nothing && counter.said >= AGAIN;
        if here && (counter.wanted != Some(wanted) || again) {
            let seconds = if wanted == Wanted::Nothing { 0 } else { WANTED };
            if self.asker.ask(FromUi::Want { wanted: wanted.to_wire(), seconds }) {
                (counter.wanted, counter.said) = (Some(wanted), 0);
            }
        }
        drop(counter);
        if !choosing && self.counter.borrow().view.is_some() {
            self.close_card();
        }
    }

    /// A till that starts anew has to be asked anew.
    pub(super) fn want_anew(&self) {
        self.counter.borrow_mut().wanted = None;
    }

    /// Something was held to the counter.
    pub fn take_presented(&self, taken: Taken) {
        match Presented::from_wire(taken.kind) {
            Presented::Looking => self.show_card(CardView::Looking),
            Presented::Hidden => self.show_card(CardView::Hidden),
            Presented::Card => {
                self.fill_card(&taken);
                self.show_card(CardView::Shown);
            }
            Presented::Offer => {
                self.touched();
                self.take_scanned(Hidden(taken.text));
            }
            Presented::PayCode => self.screen.global::<OffersAdapter<'_>>().set_pay_code(true),
            // It was taken, or forgotten, or somebody pays: what is shown goes when its time is over.
            Presented::Nothing | Presented::Unknown => {}
        }
    }

    /// A second has gone by.
    pub(super) fn tick_counter(&self) {
        self.want();
        let Some(left) = self.counter.borrow_mut().second() else { return };
        self.screen.global::<CardAdapter<'_>>().set_left(super::number(left));
        if left == 0 {
            self.close_card();
        }
    }

    fn show_card(&self, view: CardView) {
        let seconds = self.counter.borrow_mut().show(view);
        let adapter = self.screen.global::<CardAdapter<'_>>();
        adapter.set_left(super::number(seconds));
        adapter.set_view(view);
        if view != CardView::Shown {
            forget(&adapter);
        }
    }

    /// Nothing of it stays, not even behind the picture.
    fn close_card(&self) {
        self.counter.borrow_mut().view = None;
        let adapter = self.screen.global::<CardAdapter<'_>>();
        adapter.set_view(CardView::None);
        forget(&adapter);
    }

    fn fill_card(&self, taken: &Taken) {
        let adapter = self.screen.global::<CardAdapter<'_>>();
        adapter.set_balance(price::show(taken.balance, &taken.currency).into());
        adapter.set_has_purse(taken.has_purse);
        adapter.set_purse(price::show(taken.purse, &taken.currency).into());
        let row = |(at_ms, kind, amount): &(i64, u32, i64)| MoveRow {
            when: when(*at_ms).into(),
            moved: match Movement::from_wire(*kind) {
                Movement::TopUp => Moved::TopUp,
                Movement::Charge => Moved::Charge,
                Movement::Back => Moved::Back,
                Movement::Other | Movement::Unknown => Moved::Other,
            },
            amount: format!(
                "{}{}",
                if *amount > 0 { "+" } else { "" },
                price::show(*amount, &taken.currency)
            )
            .into(),
            came_in: *amount > 0,
        };
        let rows: Vec<MoveRow> = taken.last.iter().map(row).collect();
        adapter.set_last(ModelRc::new(VecModel::from(rows)));
    }
}

fn forget(adapter: &CardAdapter<'_>) {
    adapter.set_balance("".into());
    adapter.set_purse("".into());
    adapter.set_has_purse(false);
    adapter.set_last(ModelRc::default());
}

/// `11-30 12:05`, at this place.
fn when(at_ms: i64) -> String {
    let Ok(at) = jiff::Timestamp::from_millisecond(at_ms) else { return String::new() };
    let at = at.to_zoned(jiff::tz::TimeZone::system()).datetime();
    format!("{:02}-{:02} {:02}:{:02}", at.month(), at.day(), at.hour(), at.minute())
}

#[cfg(test)]
mod tests {
    //! How long the menu is covered.
    use super::*;

    /// Seconds until nothing is left of it.
    fn covered(counter: &mut Counter) -> usize {
        std::iter::repeat_with(|| counter.second()).position(|left| left == Some(0)).unwrap() + 1
    }

    #[test]
    fn a_card_that_was_taken_away_while_it_was_looked_at_keeps_the_menu_for_five_seconds() {
        let mut counter = Counter::default();
        assert_eq!(counter.second(), None);
        counter.show(CardView::Looking);
        assert_eq!(covered(&mut counter), 5);
        // What is seen at last is there long enough to be read.
        counter.show(CardView::Looking);
        counter.second();
        for view in [CardView::Hidden, CardView::Shown] {
            counter.show(view);
            assert_eq!(covered(&mut counter), 20);
        }
    }
}
