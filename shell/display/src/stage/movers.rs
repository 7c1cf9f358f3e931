//! People whose fingers move the view for a while instead of writing. Pens and palms do what they always do.

use super::Stage;
use crate::inbox::ToUi;
use crate::message::FromDisplay;
use board::{Grip, PersonId};
use std::collections::BTreeMap;
use touch::{Contact, ContactId, Phase, TipClass, ToolKind};

/// After so long without a finger they write again: nobody finds their ink missing for a choice of long ago.
const STICKS_US: u64 = 10_000_000;

/// A finger that carries a view.
struct Carried {
    person: PersonId,
    pane: usize,
    /// How far the view has followed, in pixels of the board: it goes by whole ones, and must not fall behind.
    x_px: f64,
    y_px: f64,
}

/// Whose fingers move, and which do.
#[derive(Default)]
pub(crate) struct Movers {
    /// Since when nothing was moved.
    since_us: BTreeMap<PersonId, u64>,
    carried: BTreeMap<ContactId, Carried>,
}

impl Movers {
    pub(crate) fn set(&mut self, person: PersonId, on: bool, now_us: u64) {
        if on {
            self.since_us.insert(person, now_us);
        } else {
            self.since_us.remove(&person);
        }
    }

    fn is_busy(&self, person: PersonId) -> bool {
        self.carried.values().any(|carried| carried.person == person)
    }

    /// When the next one writes again.
    pub(super) fn due_us(&self) -> Option<u64> {
        let resting = self.since_us.iter().filter(|(person, _)| !self.is_busy(**person));
        resting.map(|(_, since)| since.saturating_add(STICKS_US)).min()
    }

    /// Two fingers make a gesture of their own.
    pub(super) fn leave(&mut self, contacts: [ContactId; 2]) {
        self.carried.retain(|contact, _| !contacts.contains(contact));
    }
}

impl Stage {
    /// Takes a contact of somebody whose fingers move. False if it is a hand on the board.
    pub(super) fn moves(&mut self, contact: &Contact, person: PersonId, t_us: u64) -> bool {
        let at = self.raised(contact.at);
        if contact.phase == Phase::Down {
            let pen = matches!(contact.class, Some(TipClass::PenTip | TipClass::ThickTip));
            let finger = contact.tool == ToolKind::Finger && !pen && !crate::router::is_palm(contact);
            if !finger || !self.movers.since_us.contains_key(&person) {
                return false;
            }
            let pane = self.board.pane_at(board::PanelPoint::new(at.x_um, at.y_um));
            let (x, y) = self.px(at);
            let carried = Carried { person, pane, x_px: x.into(), y_px: y.into() };
            self.movers.carried.insert(contact.id, carried);
            return true;
        }
        let (x, y) = self.px(at);
        let Some(carried) = self.movers.carried.get_mut(&contact.id) else { return false };
        let grip = |carried: &Carried| Grip { x_px: carried.x_px, y_px: carried.y_px, spread_px: 0.0 };
        let (pane, from) = (carried.pane, grip(carried));
        carried.x_px += (f64::from(x) - carried.x_px).round();
        carried.y_px += (f64::from(y) - carried.y_px).round();
        let to = grip(carried);
        let effects = self.board.view_gesture(pane, &from, &to);
        self.apply(effects);
        if matches!(contact.phase, Phase::Up | Phase::Cancel) {
            self.movers.carried.remove(&contact.id);
            if let Some(since_us) = self.movers.since_us.get_mut(&person) {
                *since_us = t_us;
            }
        }
        true
    }

    /// Those who have rested long enough write again.
    pub(super) fn rest_movers(&mut self, now_us: u64) {
        while self.movers.due_us().is_some_and(|due| due <= now_us) {
            let rested = |movers: &Movers, person: &PersonId, since: &u64| {
                !movers.is_busy(*person) && since.saturating_add(STICKS_US) <= now_us
            };
            let people: Vec<PersonId> = self
                .movers
                .since_us
                .iter()
                .filter(|(person, since)| rested(&self.movers, person, since))
                .map(|(person, _)| *person)
                .collect();
            for person in people {
                self.movers.since_us.remove(&person);
                self.to_ui.push(ToUi::Event(FromDisplay::FingersWrite { person }));
            }
        }
    }
}
