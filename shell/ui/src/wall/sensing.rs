//! What the room's camera and microphone do to the board: a palm turns its page, and the noise light hears.

use std::rc::Rc;

use display::BoardCommand;

use super::Wall;
use crate::bridge::{FromUi, Sensed};
use crate::files::Wish;

impl Wall {
    pub(super) fn connect_senses(self: &Rc<Self>) {
        let wall = Rc::downgrade(self);
        self.senses.on_live_off(move || wall.upgrade().iter().for_each(Wall::close_devices));
        let asker = self.asker.clone();
        self.class.roll().on_ask(move |list, seconds| {
            if !asker.ask(FromUi::Attend { list: list.to_owned(), seconds }) {
                tracing::debug!("the card reader is asked for later");
            }
        });
        let files = self.files.clone();
        self.class.on_save(move |name, bytes| files.ask(Wish::Put(name, bytes)));
        let senses = Rc::downgrade(&self.senses);
        self.class.on_noise_wanted(move |wanted| {
            if let Some(senses) = senses.upgrade() {
                senses.listen(wanted);
            }
        });
    }

    /// What camera and microphone tell.
    pub fn sense(&self, sensed: Sensed) {
        self.class.set_noise(sensed.noise);
        self.senses.take(sensed);
    }

    /// The language of what is wrong with them.
    pub fn speak(&self, chinese: bool) {
        self.senses.speak(chinese);
    }

    /// A palm was waved: so many pages on, or back, while the board is shown and where there are any.
    pub fn wave(&self, pages: i32) {
        let to = {
            let state = self.state.borrow();
            let to = state.page.checked_add_signed(pages.try_into().unwrap_or(0));
            to.filter(|to| state.visible && *to < state.pages && *to != state.page)
        };
        if let Some(to) = to {
            self.command(BoardCommand::GoToPage(to));
        }
    }
}
