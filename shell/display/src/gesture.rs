//! Two fingers of one person that pan, zoom and turn: when they are a gesture, and what it does to the plane.
//!
//! Ink is drawn at once. A second finger makes a gesture of two only if it comes soon after the first, within a hand's
//! reach, of the same person, with no third one near, and if both begin slowly; then the little ink there is must be
//! taken back. So two people who write side by side never pinch together. Pure: who a contact belongs to is told.

use board::PersonId;
use std::collections::BTreeMap;
use touch::{Contact, ContactId, PanelPoint, TipClass, ToolKind};

/// A hand reaches this far between thumb and little finger, in micrometres.
const REACH_UM: i64 = 250_000;
/// The second finger comes within this time; no more ink than that is ever taken back.
const TOGETHER_US: u64 = 120_000;
/// Both are watched this long, unless the time for taking back is over before.
const WATCH_US: u64 = 40_000;
/// Writing begins faster than this, in micrometres a millisecond (mm/s) ...
const SLOW_UM_MS: u64 = 250;
/// ... and further than this, which is a finger that settles.
const SETTLES_UM: i64 = 5_000;

/// What a gesture does now.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// Both fingers' ink is to be taken back.
    Begin,
    Move,
    /// One finger has lifted; the other one does nothing more until it lifts.
    End,
}

/// Two fingers that moved `from` where the gesture began `to` where they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Gesture {
    pub step: Step,
    pub person: PersonId,
    pub contacts: [ContactId; 2],
    pub from: [PanelPoint; 2],
    pub to: [PanelPoint; 2],
}

/// A move of the plane that keeps shapes: what lies at `from` goes to `to`, scaled by `factor` and turned around it.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Similarity {
    pub from: PanelPoint,
    pub to: PanelPoint,
    pub factor: f64,
    /// Cosine and sine of the turn, clockwise on the screen; no angle, because `atan2` differs between machines.
    pub turn: (f64, f64),
}

/// All fingers that may become gestures, and all gestures.
#[derive(Debug, Default)]
pub(crate) struct Gestures {
    fingers: BTreeMap<ContactId, Finger>,
    pairs: Vec<Pair>,
    ended: Vec<Gesture>,
}

#[derive(Clone, Copy, Debug)]
struct Finger {
    person: PersonId,
    down_us: u64,
    down_at: PanelPoint,
    at: PanelPoint,
    /// It may still be paired.
    free: bool,
}

#[derive(Debug)]
struct Pair {
    contacts: [ContactId; 2],
    person: PersonId,
    /// When it is decided; past once it has begun.
    due_us: u64,
    /// The fingers' places when the gesture began; `None` while they are watched.
    from: Option<[PanelPoint; 2]>,
    to: [PanelPoint; 2],
}

impl Gestures {
    /// A finger comes down on the board. Pens, passive ones too, and palms make no gestures.
    pub(crate) fn down(&mut self, contact: &Contact, person: PersonId, now_us: u64) {
        let tip = matches!(contact.class, Some(TipClass::PenTip | TipClass::ThickTip | TipClass::Palm));
        if contact.tool != ToolKind::Finger || tip {
            return;
        }
        let at = contact.at;
        let fresh = Finger { person, down_us: now_us, down_at: at, at, free: true };
        let near: Vec<_> = self.near(at, person).collect();
        self.fingers.insert(contact.id, fresh);
        match near.as_slice() {
            [] => {}
            [first] => self.watch(*first, contact.id, now_us),
            // Three fingers are a hand that rests, or writing; nothing that is not yet a gesture becomes one.
            _ => near.into_iter().chain([contact.id]).for_each(|id| self.refuse(id)),
        }
    }

    pub(crate) fn moved(&mut self, id: ContactId, at: PanelPoint) {
        if let Some(finger) = self.fingers.get_mut(&id) {
            finger.at = at;
        }
    }

    /// The contact lifts, or is no finger any more: its gesture ends.
    pub(crate) fn lifted(&mut self, id: ContactId) {
        self.end(id);
        self.fingers.remove(&id);
    }

    /// Ends the gesture of a contact; none of its fingers begins another.
    pub(crate) fn end(&mut self, id: ContactId) {
        let Some(place) = self.pairs.iter().position(|pair| pair.contacts.contains(&id)) else { return };
        let mut pair = self.pairs.swap_remove(place);
        self.follow(&mut pair);
        self.ended.extend(pair.gesture(Step::End));
        for id in pair.contacts {
            self.refuse(id);
        }
    }

    /// When [`Gestures::take`] must be called at the latest.
    pub(crate) fn due_us(&self) -> Option<u64> {
        self.pairs.iter().filter(|pair| pair.from.is_none()).map(|pair| pair.due_us).min()
    }

    /// What has happened since the last call, at most one step a gesture: call it at the end of each frame.
    pub(crate) fn take(&mut self, now_us: u64) -> Vec<Gesture> {
        let mut steps = std::mem::take(&mut self.ended);
        for mut pair in std::mem::take(&mut self.pairs) {
            let moved = self.follow(&mut pair);
            if pair.from.is_some() {
                steps.extend(pair.gesture(Step::Move).filter(|_| moved));
                self.pairs.push(pair);
            } else if pair.contacts.iter().any(|id| !self.slow(*id, now_us)) {
                pair.contacts.into_iter().for_each(|id| self.refuse(id));
            } else {
                if now_us >= pair.due_us {
                    pair.from = Some(pair.to);
                    steps.extend(pair.gesture(Step::Begin));
                }
                self.pairs.push(pair);
            }
        }
        steps
    }

    /// The fingers of this person that a new one here lies near to, and that came down a moment ago.
    fn near(&self, at: PanelPoint, person: PersonId) -> impl Iterator<Item = ContactId> {
        let near = move |finger: &Finger| finger.person == person && finger.at.distance_um(at) <= REACH_UM;
        self.fingers.iter().filter(move |(_, finger)| near(finger)).map(|(id, _)| *id)
    }

    fn watch(&mut self, first: ContactId, second: ContactId, now_us: u64) {
        let Some(finger) = self.fingers.get(&first) else { return };
        let timely = now_us.saturating_sub(finger.down_us) <= TOGETHER_US;
        if !finger.free || !timely || !self.slow(first, now_us) {
            return;
        }
        let latest = finger.down_us.saturating_add(TOGETHER_US);
        let due_us = now_us.saturating_add(WATCH_US).min(latest);
        let to = [finger.at, self.fingers.get(&second).map_or(finger.at, |finger| finger.at)];
        let (contacts, person) = ([first, second], finger.person);
        for id in contacts {
            self.refuse(id);
        }
        self.pairs.push(Pair { contacts, person, due_us, from: None, to });
    }

    /// A finger that is watched or refused is not paired with another; a pair that is watched is none any more.
    fn refuse(&mut self, id: ContactId) {
        if let Some(finger) = self.fingers.get_mut(&id) {
            finger.free = false;
        }
        self.pairs.retain(|pair| pair.from.is_some() || !pair.contacts.contains(&id));
    }

    fn slow(&self, id: ContactId, now_us: u64) -> bool {
        self.fingers.get(&id).is_some_and(|finger| {
            let way_um = finger.down_at.distance_um(finger.at);
            let most_um = now_us.saturating_sub(finger.down_us).saturating_mul(SLOW_UM_MS) / 1000;
            way_um <= SETTLES_UM.max(i64::try_from(most_um).unwrap_or(i64::MAX))
        })
    }

    /// Takes over where the pair's fingers are; true if one has moved.
    fn follow(&self, pair: &mut Pair) -> bool {
        let before = pair.to;
        for (id, to) in pair.contacts.iter().zip(&mut pair.to) {
            if let Some(finger) = self.fingers.get(id) {
                *to = finger.at;
            }
        }
        pair.to != before
    }
}

impl Pair {
    fn gesture(&self, step: Step) -> Option<Gesture> {
        let Pair { contacts, person, to, .. } = *self;
        Some(Gesture { step, person, contacts, from: self.from?, to })
    }
}

impl Gesture {
    /// The one similarity that takes both fingers along.
    pub fn similarity(&self) -> Similarity {
        let middle = |[a, b]: [PanelPoint; 2]| PanelPoint {
            x_um: a.x_um.midpoint(b.x_um),
            y_um: a.y_um.midpoint(b.y_um),
        };
        let between = |[a, b]: [PanelPoint; 2]| {
            (f64::from(b.x_um) - f64::from(a.x_um), f64::from(b.y_um) - f64::from(a.y_um))
        };
        // As complex numbers the new distance by the old one is both the factor and the turn.
        let ((x, y), (u, v)) = (between(self.from), between(self.to));
        let square = (x * x + y * y).max(1.0);
        let (re, im) = ((u * x + v * y) / square, (v * x - u * y) / square);
        let factor = (re * re + im * im).sqrt();
        // Two fingers in one place turn nothing.
        let turn = if factor > 0.0 { (re / factor, im / factor) } else { (1.0, 0.0) };
        Similarity { from: middle(self.from), to: middle(self.to), factor, turn }
    }
}

#[cfg(test)]
mod tests;
