//! The address of a stream, typed on the panel.

use std::rc::Rc;

use crate::rows::kept_keys;
use display::LiveSource;
use screens::SourcesAdapter;

use super::{TYPED_MAX, Wall};

/// The longest address that is taken.
const LONGEST: usize = 512;
/// Keys as addresses need them.
const LETTERS: [&str; 4] = ["1234567890", "qwertyuiop", "asdfghjkl-", "zxcvbnm./:"];
const SIGNS: [&str; 4] = ["1234567890", "@?=&%_#+~!", "$'()*,;[]-", "/.:"];

/// What was typed so far, and on which keys.
#[derive(Default)]
pub(super) struct Address {
    pub(super) typing: bool,
    text: String,
    wrong: bool,
    shifted: bool,
    symbols: bool,
}

impl Address {
    pub(super) fn show(&self, adapter: &SourcesAdapter<'_>) {
        adapter.set_typing(self.typing);
        adapter.set_address(self.text.as_str().into());
        adapter.set_address_wrong(self.wrong);
        adapter.set_shifted(self.shifted);
        adapter.set_symbols(self.symbols);
        let case = |letter: char| match self.shifted {
            true => letter.to_ascii_uppercase(),
            false => letter,
        };
        let rows = if self.symbols { &SIGNS } else { &LETTERS };
        let rows = rows.iter().map(|keys| keys.chars().map(|key| case(key).to_string()).collect::<Vec<_>>());
        adapter.set_rows(kept_keys(adapter.get_rows(), rows));
    }

    /// A key, or how an address begins, which takes the place of another beginning.
    fn press(&mut self, key: &str) {
        self.wrong = false;
        if key.ends_with("://") {
            let rest = self.text.split_once("://").map_or(self.text.as_str(), |(_, rest)| rest);
            self.text = format!("{key}{rest}");
        } else if key != " " && self.text.len() + key.len() <= LONGEST {
            self.text.push_str(key);
        }
        self.shifted = false;
    }
}

impl Wall {
    pub(super) fn connect_address(self: &Rc<Self>, adapter: &SourcesAdapter<'_>) {
        let with = |act: fn(&mut Address)| {
            let wall = Rc::downgrade(self);
            move || {
                if let Some(wall) = wall.upgrade() {
                    act(&mut wall.sources.borrow_mut().address);
                    wall.renew_sources();
                    wall.show_sources();
                }
            }
        };
        adapter.on_type(with(|address| address.typing = true));
        adapter.on_cancel(with(|address| *address = Address::default()));
        adapter.on_backspace(with(|address| {
            address.wrong = false;
            address.text.pop();
        }));
        adapter.on_shift(with(|address| address.shifted = !address.shifted));
        adapter.on_other_keys(with(|address| address.symbols = !address.symbols));
        let wall = Rc::downgrade(self);
        adapter.on_key(move |key| {
            if let Some(wall) = wall.upgrade() {
                wall.sources.borrow_mut().address.press(&key);
                wall.show_sources();
            }
        });
        let wall = Rc::downgrade(self);
        adapter.on_done(move || wall.upgrade().iter().for_each(Wall::finish_address));
    }

    fn finish_address(self: &Rc<Self>) {
        let mut sources = self.sources.borrow_mut();
        let Some(source) = LiveSource::stream(None, &sources.address.text) else {
            sources.address.wrong = true;
            drop(sources);
            return self.show_sources();
        };
        sources.address = Address::default();
        sources.typed.retain(|other| *other != source);
        sources.typed.insert(0, source.clone());
        sources.typed.truncate(TYPED_MAX);
        drop(sources);
        self.place_source(source);
        self.show_sources();
    }
}

#[cfg(test)]
mod tests {
    //! What keys make of an address.
    use super::*;

    #[test]
    fn a_beginning_takes_the_place_of_another_and_spaces_are_left_out() {
        let mut address = Address::default();
        for key in ["rtsp://", "c", "a", " ", "m", "http://"] {
            address.press(key);
        }
        assert_eq!(address.text, "http://cam");
        (0..600).for_each(|_| address.press("x"));
        assert_eq!(address.text.len(), LONGEST);
    }
}
