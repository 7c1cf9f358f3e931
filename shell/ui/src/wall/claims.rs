//! Whose palette it is: somebody holds their card to the reader, and the palette wears their name and the colour they
//! wrote with before. What a palette draws is its owner's, also in the lesson as it was. Names go with the class.

use std::collections::BTreeMap;
use std::rc::Rc;

use board::{Colour, PersonId};
use display::BoardCommand;
use slint::ComponentHandle;

use super::Wall;
use crate::class::roll::Claimed;
use screens::{ClaimState, PaletteAdapter};

/// Owners of palettes, and the colours they like.
#[derive(Default)]
pub(super) struct Claims {
    owners: BTreeMap<PersonId, String>,
    colours: BTreeMap<String, Colour>,
}

impl Claims {
    /// Whose palette it is.
    pub(super) fn owner(&self, person: PersonId) -> &str {
        self.owners.get(&person).map_or("", String::as_str)
    }

    /// Somebody writes in another colour.
    pub(super) fn chose(&mut self, person: PersonId, colour: Colour) {
        if let Some(owner) = self.owners.get(&person) {
            self.colours.insert(owner.clone(), colour);
        }
    }

    /// It is this one's from now on, who has no other. The colour they wrote with before.
    fn own(&mut self, person: PersonId, name: &str) -> Option<Colour> {
        self.owners.retain(|_, owner| owner != name);
        self.owners.insert(person, name.to_owned());
        self.colours.get(name).copied()
    }
}

impl Wall {
    pub(super) fn connect_claim(self: &Rc<Self>, person: PersonId, adapter: &PaletteAdapter<'_>) {
        let wall = Rc::downgrade(self);
        adapter.on_claim_it(move || wall.upgrade().iter().for_each(|wall| wall.claim(person)));
        let wall = Rc::downgrade(self);
        adapter.on_end_claim(move || {
            wall.upgrade().iter().for_each(|wall| {
                wall.class.roll().claim_no_more();
                wall.show_claim(person, ClaimState::None);
            });
        });
    }

    /// The palette waits for its owner's card, or is nobody's any more.
    fn claim(self: &Rc<Self>, person: PersonId) {
        if self.claims.borrow_mut().owners.remove(&person).is_some() {
            return self.show_owners();
        }
        let wall = Rc::downgrade(self);
        self.class.roll().claim(move |claimed| {
            if let Some(wall) = wall.upgrade() {
                wall.claimed(person, claimed);
            }
        });
        self.show_claim(person, ClaimState::Waits);
    }

    fn claimed(&self, person: PersonId, claimed: Claimed) {
        let state = match claimed {
            Claimed::Owner(name) => {
                let colour = self.claims.borrow_mut().own(person, &name);
                if let Some(colour) = colour {
                    self.choose(person, |hue| hue.colour = colour);
                    self.command(BoardCommand::SetColour { person, colour });
                } else if let Some(hue) = self.hues.borrow().get(&person) {
                    self.claims.borrow_mut().chose(person, hue.colour);
                }
                self.show_owners();
                ClaimState::None
            }
            Claimed::Stranger => ClaimState::Stranger,
            Claimed::Unread => ClaimState::Unread,
            Claimed::Nobody => ClaimState::Nobody,
            Claimed::NoReader => ClaimState::NoReader,
        };
        self.show_claim(person, state);
    }

    fn show_claim(&self, person: PersonId, state: ClaimState) {
        if let Some(palette) = self.palettes.borrow().get(&person) {
            palette.ui.global::<PaletteAdapter<'_>>().set_claim(state);
        }
    }

    fn show_owners(&self) {
        let claims = self.claims.borrow();
        for (person, palette) in &*self.palettes.borrow() {
            palette.ui.global::<PaletteAdapter<'_>>().set_owner(claims.owner(*person).into());
        }
    }

    /// Somebody new opens a palette of this number.
    pub(super) fn claim_anew(&self, person: PersonId) {
        self.claims.borrow_mut().owners.remove(&person);
    }

    /// The class is over: nobody owns anything.
    pub(super) fn forget_owners(&self) {
        self.class.roll().claim_no_more();
        *self.claims.borrow_mut() = Claims::default();
        self.show_owners();
        self.palettes.borrow().keys().for_each(|person| self.show_claim(*person, ClaimState::None));
    }
}

#[cfg(test)]
mod tests {
    //! Who owns what.
    use super::*;

    #[test]
    fn somebody_owns_one_palette_and_takes_their_colour_along() {
        let mut claims = Claims::default();
        let person = |number| PersonId::new(number).unwrap();
        assert_eq!(claims.own(person(1), "李华"), None);
        claims.chose(person(1), Colour::GREEN);
        claims.chose(person(2), Colour::PURPLE);
        assert_eq!(claims.own(person(3), "李华"), Some(Colour::GREEN));
        assert_eq!([1, 2, 3].map(|number| claims.owner(person(number))), ["", "", "李华"]);
        assert_eq!(claims.own(person(3), "Ada"), None);
        assert_eq!(claims.owner(person(3)), "Ada");
    }
}
