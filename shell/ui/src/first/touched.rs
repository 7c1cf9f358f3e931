//! What is touched in a first start.

use std::rc::Rc;

use screens::{FirstAdapter, FirstPage, FirstSurface, FirstTrouble};
use slint::ComponentHandle;

use super::found::Stage;
use super::{First, FirstStep, SetupAsk, Typing};

impl First {
    pub(super) fn connect(self: &Rc<Self>, ui: &FirstSurface) {
        let adapter = ui.global::<FirstAdapter<'_>>();
        let with = |act: fn(&Self)| {
            let first = Rc::downgrade(self);
            move || {
                if let Some(first) = first.upgrade() {
                    act(&first);
                    first.show();
                }
            }
        };
        adapter.on_later(with(|first| first.close(false)));
        adapter.on_finish(with(|first| {
            first.reach(FirstStep::Ended);
            first.close(true);
        }));
        adapter.on_again(with(|first| first.look_for_networks()));
        adapter.on_other_network(with(Self::other_network));
        adapter.on_join(with(Self::join));
        adapter.on_leave_typing(with(Self::leave_typing));
        adapter.on_show_password(with(|first| {
            let mut state = first.state.borrow_mut();
            state.networks.seen_password = !state.networks.seen_password;
        }));
        adapter.on_agree(with(Self::agree));
        self.connect_keys(&adapter);
        self.connect_choices(&adapter);
    }

    fn connect_keys(self: &Rc<Self>, adapter: &FirstAdapter<'_>) {
        let with = |act: fn(&mut Typing)| {
            let first = Rc::downgrade(self);
            move || {
                if let Some(first) = first.upgrade() {
                    act(&mut first.state.borrow_mut().typing);
                    first.show();
                }
            }
        };
        adapter.on_backspace(with(Typing::rub));
        adapter.on_shift(with(|typing| typing.shifted = !typing.shifted));
        adapter.on_other_keys(with(|typing| typing.symbols = !typing.symbols));
        let first = Rc::downgrade(self);
        adapter.on_key(move |key| {
            if let Some(first) = first.upgrade() {
                first.state.borrow_mut().typing.press(&key);
                first.show();
            }
        });
    }

    fn connect_choices(self: &Rc<Self>, adapter: &FirstAdapter<'_>) {
        let first = Rc::downgrade(self);
        adapter.on_language(move |name| {
            // What is told comes back to this screen too, so nothing of it is held meanwhile.
            first.upgrade().iter().for_each(|first| (first.told.language)(&name));
        });
        let first = Rc::downgrade(self);
        adapter.on_go(move |page| first.upgrade().iter().for_each(|first| first.go(page)));
        let first = Rc::downgrade(self);
        adapter.on_choose_region(move |region| {
            if let Some(first) = first.upgrade() {
                first.state.borrow_mut().region = region;
                first.show();
            }
        });
        let first = Rc::downgrade(self);
        adapter.on_choose_zone(move |zone| {
            first.upgrade().iter().for_each(|first| first.ask(SetupAsk::TimeZone(zone.to_string())));
        });
        let first = Rc::downgrade(self);
        adapter.on_search(move |on| {
            if let Some(first) = first.upgrade() {
                let mut state = first.state.borrow_mut();
                (state.searching, state.typing) = (on, Typing::default());
                drop(state);
                first.show();
            }
        });
        let number = |at: i32| usize::try_from(at).unwrap_or(usize::MAX);
        let first = Rc::downgrade(self);
        adapter.on_choose_network(move |at| {
            if let Some(first) = first.upgrade() {
                first.choose_network(number(at));
                first.show();
            }
        });
        let first = Rc::downgrade(self);
        adapter.on_choose_found(move |at| {
            if let Some(first) = first.upgrade() {
                first.choose_found(number(at));
                first.show();
            }
        });
    }

    fn go(&self, page: FirstPage) {
        let state = self.state.borrow();
        let (offered, here) = (state.enrolments.stage == Stage::Offered, state.page);
        drop(state);
        // The way back from an offer leads to the sticks, not past them.
        if here == FirstPage::Enrolment && offered {
            self.forget_offer();
            return self.show();
        }
        self.turn(page);
    }

    fn forget_offer(&self) {
        let mut state = self.state.borrow_mut();
        if state.enrolments.good().len() > 1 {
            state.enrolments.stage = Stage::Several;
            state.enrolments.chosen = None;
            return;
        }
        drop(state);
        self.turn(FirstPage::Network);
    }

    fn look_for_networks(&self) {
        let mut state = self.state.borrow_mut();
        (state.trouble, state.networks.looked) = (FirstTrouble::None, false);
        state.networks.seen.clear();
        drop(state);
        self.ask(SetupAsk::Networks);
    }

    /// The network is chosen anew. One that is being joined goes on.
    fn leave_typing(&self) {
        let mut state = self.state.borrow_mut();
        if !state.networks.joining {
            state.networks.leave();
            state.typing = Typing::default();
            state.trouble = FirstTrouble::None;
        }
    }
}
