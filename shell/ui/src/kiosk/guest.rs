//! What a student chose for themselves alone: another language, reading aloud. It goes when they go.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use slint::ComponentHandle;

use super::Kiosk;
use screens::KioskAdapter;

/// What the whole shell must hear of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GuestWish {
    /// What is touched is read aloud, or not.
    Reads(bool),
    /// The student has gone: the screens speak as they did before.
    Gone,
}

/// Called for each wish.
type Wish = Rc<dyn Fn(GuestWish)>;

/// See the module.
#[derive(Default)]
pub(super) struct Guest {
    reads: Cell<bool>,
    /// Whether the language of this kiosk is Chinese, where nobody has chosen another for themselves.
    shipped: Cell<Option<bool>>,
    wish: RefCell<Option<Wish>>,
}

impl Guest {
    pub(super) fn reads(&self) -> bool {
        self.reads.get()
    }
}

impl Kiosk {
    /// Tells what a student wishes.
    pub fn on_guest(&self, wish: impl Fn(GuestWish) + 'static) {
        *self.guest.wish.borrow_mut() = Some(Rc::new(wish));
    }

    /// The language that every student finds.
    pub fn set_shipped(&self, chinese: bool) {
        self.guest.shipped.set(Some(chinese));
    }

    /// Somebody is there, though they have not touched the screen itself.
    pub fn noticed(&self) {
        let asked = self.presence.get().left().is_some();
        self.touched();
        if asked {
            self.show();
        }
    }

    pub(super) fn connect_guest(self: &Rc<Self>) {
        let kiosk = Rc::downgrade(self);
        self.screen.global::<KioskAdapter<'_>>().on_choose_reads(move |reads| {
            if let Some(kiosk) = kiosk.upgrade() {
                kiosk.touched();
                kiosk.guest.reads.set(reads);
                kiosk.wish(GuestWish::Reads(reads));
                kiosk.show();
            }
        });
    }

    /// Whether the screen is as somebody wanted it for themselves.
    pub(super) fn has_guest(&self) -> bool {
        let another = self.guest.shipped.get().is_some_and(|shipped| shipped != self.chinese.get());
        another || self.guest.reads.get()
    }

    pub(super) fn forget_guest(&self) {
        if self.has_guest() {
            self.guest.reads.set(false);
            self.wish(GuestWish::Gone);
        }
    }

    fn wish(&self, wish: GuestWish) {
        // It may come back here, so nothing is borrowed while it runs.
        let tell = self.guest.wish.borrow().clone();
        if let Some(tell) = tell {
            tell(wish);
        }
    }
}
