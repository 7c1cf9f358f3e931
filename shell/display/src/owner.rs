//! Whose a contact is. From the strongest sign to the weakest: the pen's number; a ring that waits for this touch; a
//! palette or fresh writing within reach, in the same zone; the zone; the kind of tip; where a person has paired;
//! the nearest palette however far; person 1.
//!
//! A person is where their palette is and where they have just written. Each of those places is as far away as it
//! lies, and a little further for every second that has passed; whoever has just used their palette counts as nearer
//! by a third. So a lasso begun far from its palette is its owner's if they have written there, and a neighbour who
//! is writing at that very place keeps it. Pure, whole numbers only.

use board::PersonId;
use std::collections::{BTreeMap, VecDeque};
use touch::{Contact, PanelPoint, TipClass};

/// An arm's length: beyond it a palette is a weak sign.
const REACH_UM: i64 = 700_000;
/// A palette was just used if it was within this time.
const RECENT_US: u64 = 8_000_000;
/// Whoever has just used their palette counts as nearer by so many thousandths; the gain wears off by `RECENT_US`.
const RECENT_GAIN: i64 = 350;
/// Writing tells where a person is for this long ...
const WRITING_US: u64 = 60_000_000;
/// ... if it is not further away than this: the next word, or the writing itself.
const WRITING_UM: i64 = 200_000;
/// A place grows this much further away each second: people walk about.
const AWAY_UM_S: i64 = 5_000;
/// Of each person so many last strokes are remembered.
const STROKES: usize = 8;
/// A ring waits this long for its touch: a card is put away, a finger is put down.
const PAIRING_US: u64 = 30_000_000;
/// The narrowest zone in which a person can write.
const ZONE_UM: i32 = 300_000;

/// Columns of the board, one person each, with dividers between them that can be moved.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Zones {
    width_um: i32,
    dividers_um: Vec<i32>,
    people: Vec<PersonId>,
}

/// Why a board cannot be divided so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ZoneError {
    #[error("a board is divided into 2 to 4 zones, not into {0}; choose other people")]
    Count(usize),
    #[error("a zone is at least 300 mm wide; choose fewer zones for this board")]
    Narrow,
    #[error("each zone belongs to another person; person {0} has two")]
    Twice(u8),
}

/// A touch that is waited for: the next one inside this ring is the person's who held a card or phone to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Pairing {
    pub person: PersonId,
    pub at: PanelPoint,
    pub radius_um: i64,
}

/// All that is known of who is where.
#[derive(Debug, Default)]
pub(crate) struct Owners {
    pens: BTreeMap<u32, PersonId>,
    palettes: Vec<(PersonId, PanelPoint)>,
    used_us: BTreeMap<PersonId, u64>,
    strokes: BTreeMap<PersonId, VecDeque<(u64, PanelPoint)>>,
    zones: Option<Zones>,
    tips: BTreeMap<TipClass, PersonId>,
    pairings: Vec<(u64, Pairing)>,
    /// Where the touch of a pairing was.
    paired: BTreeMap<PersonId, PanelPoint>,
}

impl Owners {
    /// Whose contact this is that has come down; to its lift it stays theirs.
    pub(crate) fn whose(&mut self, contact: &Contact, now_us: u64) -> PersonId {
        let person = self.decide(contact, now_us);
        if let Some(serial) = contact.serial {
            // The pen's first touch decides whose it is; it then stays theirs on the whole panel.
            self.pens.entry(serial).or_insert(person);
        }
        person
    }

    fn decide(&mut self, contact: &Contact, now_us: u64) -> PersonId {
        let pen = contact.serial.and_then(|serial| self.pens.get(&serial).copied());
        let at = contact.at;
        let tip = |owners: &Self| contact.class.and_then(|class| owners.tips.get(&class).copied());
        let nearest = |places: Vec<(PersonId, PanelPoint)>| {
            let nearest =
                places.into_iter().min_by_key(|(person, place)| (place.distance_squared(at), *person));
            nearest.map(|(person, _)| person)
        };
        pen.or_else(|| self.ring(at, now_us))
            .or_else(|| self.present(at, now_us))
            .or_else(|| self.zones.as_ref().map(|zones| zones.person(at)))
            .or_else(|| tip(self))
            .or_else(|| nearest(self.paired.iter().map(|(person, place)| (*person, *place)).collect()))
            .or_else(|| nearest(self.palettes.clone()))
            .unwrap_or(PersonId::FIRST)
    }

    /// The person whose palette or writing is nearest, if any is within reach.
    fn present(&self, at: PanelPoint, now_us: u64) -> Option<PersonId> {
        let zone = |place: PanelPoint| self.zones.as_ref().map(|zones| zones.number(place));
        let palettes = self.palettes.iter().map(|(person, place)| (*person, *place, 0));
        let strokes = self.strokes.iter().flat_map(|(person, strokes)| {
            let age = |then: u64| now_us.saturating_sub(then);
            let fresh = strokes.iter().filter(move |(then, _)| age(*then) <= WRITING_US);
            fresh.map(move |(then, place)| (*person, *place, age(*then)))
        });
        let written = strokes.filter(|(_, place, _)| place.distance_um(at) <= WRITING_UM);
        palettes
            .chain(written)
            .filter(|(_, place, _)| zone(*place) == zone(at))
            .map(|(person, place, age_us)| {
                let seconds = i64::try_from(age_us / 1_000_000).unwrap_or(i64::MAX);
                let away_um = place.distance_um(at).saturating_add(seconds.saturating_mul(AWAY_UM_S));
                (self.gained(person, away_um, now_us), person)
            })
            .min()
            .filter(|(away_um, _)| *away_um <= REACH_UM)
            .map(|(_, person)| person)
    }

    fn gained(&self, person: PersonId, away_um: i64, now_us: u64) -> i64 {
        let Some(used_us) = self.used_us.get(&person) else { return away_um };
        let left_us = RECENT_US.saturating_sub(now_us.saturating_sub(*used_us));
        let gain = RECENT_GAIN * i64::try_from(left_us / 1000).unwrap_or(0) / (RECENT_US / 1000) as i64;
        away_um.saturating_mul(1000 - gain) / 1000
    }

    /// The person of the ring that this touch was waited for by; the ring is then gone.
    fn ring(&mut self, at: PanelPoint, now_us: u64) -> Option<PersonId> {
        self.pairings.retain(|(since, _)| now_us.saturating_sub(*since) <= PAIRING_US);
        let inside = |(_, ring): &(u64, Pairing)| ring.at.distance_um(at) <= ring.radius_um;
        let (_, ring) = self.pairings.remove(self.pairings.iter().position(inside)?);
        self.paired.insert(ring.person, at);
        // Being there now is as good as having written there.
        self.wrote(ring.person, at, now_us);
        Some(ring.person)
    }

    /// The next touch inside the ring is this person's. A person has one ring; a newer one takes its place.
    pub(crate) fn pair(&mut self, pairing: Pairing, now_us: u64) {
        self.pairings.retain(|(_, old)| old.person != pairing.person);
        self.pairings.push((now_us, pairing));
    }

    pub(crate) fn set_palettes(&mut self, palettes: Vec<(PersonId, PanelPoint)>) {
        self.palettes = palettes;
    }

    /// A person has pressed something on their palette.
    pub(crate) fn used_palette(&mut self, person: PersonId, now_us: u64) {
        self.used_us.insert(person, now_us);
    }

    /// A person's contact has lifted here.
    pub(crate) fn wrote(&mut self, person: PersonId, at: PanelPoint, now_us: u64) {
        let strokes = self.strokes.entry(person).or_default();
        if strokes.len() >= STROKES {
            strokes.pop_front();
        }
        strokes.push_back((now_us, at));
    }

    /// `None`: the board is one.
    pub(crate) fn set_zones(&mut self, zones: Option<Zones>) {
        self.zones = zones;
    }

    /// All tips of this size are the person's; `None`: nobody's.
    pub(crate) fn bind_tip(&mut self, class: TipClass, person: Option<PersonId>) {
        match person {
            Some(person) => drop(self.tips.insert(class, person)),
            None => drop(self.tips.remove(&class)),
        }
    }
}

impl Zones {
    /// Columns of the same width, one for each person from left to right.
    pub fn new(width_um: i32, people: Vec<PersonId>) -> Result<Self, ZoneError> {
        let count = people.len();
        if !(2..=4).contains(&count) {
            return Err(ZoneError::Count(count));
        }
        let twice = people.iter().enumerate().find(|(place, person)| people[..*place].contains(person));
        if let Some((_, person)) = twice {
            return Err(ZoneError::Twice(person.number()));
        }
        if i64::from(width_um) < i64::from(ZONE_UM) * count as i64 {
            return Err(ZoneError::Narrow);
        }
        let dividers_um = (1..count as i32).map(|number| width_um / count as i32 * number).collect();
        Ok(Self { width_um, dividers_um, people })
    }

    /// Moves a divider (counted from 0 at the left), as far as both zones beside it stay wide enough; where it is.
    pub fn move_divider(&mut self, number: usize, to_um: i32) -> Option<i32> {
        let left = number.checked_sub(1).and_then(|left| self.dividers_um.get(left)).copied().unwrap_or(0);
        let right = self.dividers_um.get(number + 1).copied().unwrap_or(self.width_um);
        let divider = self.dividers_um.get_mut(number)?;
        // Between two dividers there is room for two zones: `new` and this keep it so.
        *divider = to_um.max(left + ZONE_UM).min(right - ZONE_UM);
        Some(*divider)
    }

    fn number(&self, at: PanelPoint) -> usize {
        self.dividers_um.iter().filter(|divider| at.x_um >= **divider).count()
    }

    fn person(&self, at: PanelPoint) -> PersonId {
        self.people.get(self.number(at)).copied().unwrap_or(PersonId::FIRST)
    }
}

#[cfg(test)]
mod tests;
