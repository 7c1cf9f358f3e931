//! Many fingers that are one hand: a fist or a flat hand that wipes is seen as four and more contacts close together.
//!
//! They must come down at once and go the same way. From then on all of them are palms, also those that join.

use crate::sieve::{Report, Tally};
use crate::{Contact, ContactId, PanelPoint, Phase, TipClass, ToolKind};
use std::collections::BTreeMap;

/// So many contacts are a hand: three fingers may be a gesture.
const FINGERS: usize = 4;
/// No two of them are further apart: a hand's width with the thumb.
const HAND_UM: i64 = 120_000;
/// They come down within this time of one another; two children never do that so close.
const TOGETHER_US: u64 = 120_000;
/// The hand is judged when its last finger has been down so long ...
const LOOK_US: u64 = 40_000;
/// ... or one of them has gone so far: within 80 ms the board takes its ink back.
const LOOK_UM: i64 = 6_000;
/// The fingers of one hand go the same way, but for the panel's tremble ...
const KEEP_UM: i64 = 3_000;
/// ... and this part of the way that they have gone: skin rolls and slips, and hands turn.
const KEEP_SHARE: i64 = 4;

#[derive(Debug, Default)]
pub(crate) struct Fists {
    down: BTreeMap<ContactId, Finger>,
    hands: u64,
}

#[derive(Clone, Copy, Debug)]
struct Finger {
    first: Report,
    last: Contact,
    /// Where it was when the last finger came down near it: from then on all of a hand go together.
    from: PanelPoint,
    hand: Option<u64>,
    /// It was looked at for long enough.
    judged: bool,
}

impl Fists {
    pub(crate) fn run(&mut self, mut reports: Vec<Report>, now_us: u64, tally: &mut Tally) -> Vec<Report> {
        let before: Vec<_> = self.down.iter().map(|(id, finger)| (*id, finger.hand)).collect();
        let mut lifted = Vec::new();
        for report in &reports {
            let contact = report.contact;
            match contact.phase {
                Phase::Down if contact.tool == ToolKind::Finger => {
                    let hand = self.joins(&contact);
                    for near in self.down.values_mut().filter(|other| other.reaches(&contact)) {
                        near.from = near.last.at;
                    }
                    let (last, from) = (contact, contact.at);
                    self.down.insert(contact.id, Finger { first: *report, last, from, hand, judged: false });
                }
                Phase::Down => {}
                Phase::Move => {
                    if let Some(finger) = self.down.get_mut(&contact.id) {
                        finger.last = contact;
                    }
                }
                Phase::Up | Phase::Cancel => {
                    lifted.extend(
                        self.down.remove(&contact.id).and_then(|finger| finger.hand.map(|_| contact.id)),
                    );
                }
            }
        }
        self.find(now_us, tally);
        let in_hand = |fists: &Self, id| fists.down.get(&id).is_some_and(|finger| finger.hand.is_some());
        // Fingers that rest say nothing by themselves, so those that are new in a hand are reported.
        for (id, _) in before.into_iter().filter(|(_, hand)| hand.is_none()) {
            let told = reports.iter().any(|report| report.contact.id == id);
            if let Some(finger) = self.down.get(&id).filter(|_| in_hand(self, id) && !told) {
                let contact = Contact { phase: Phase::Move, ..finger.last };
                reports.push(Report { time_us: now_us, contact });
            }
        }
        for Report { contact, .. } in &mut reports {
            if in_hand(self, contact.id) || lifted.contains(&contact.id) {
                (contact.tool, contact.class) = (ToolKind::Palm, Some(TipClass::Palm));
            }
        }
        reports
    }

    /// When fingers that say nothing must be judged.
    pub(crate) fn due_us(&self) -> Option<u64> {
        let groups = self.groups();
        groups.iter().map(|group| last_down(group).saturating_add(LOOK_US)).min()
    }

    /// The hand that a new contact belongs to: one of which it is in reach.
    fn joins(&self, contact: &Contact) -> Option<u64> {
        let within = |finger: &&Finger| finger.reaches(contact);
        let near = self.down.values().filter(|finger| finger.hand.is_some()).find(within)?.hand?;
        let all = self.down.values().filter(|finger| finger.hand == Some(near));
        // Of a hand that has mostly lifted, nothing is joined.
        (all.clone().count() >= FINGERS - 1 && all.clone().all(|finger| within(&finger))).then_some(near)
    }

    fn find(&mut self, now_us: u64, tally: &mut Tally) {
        for group in self.groups() {
            let timely = now_us >= last_down(&group).saturating_add(LOOK_US);
            if !timely && group.iter().all(|finger| finger.way_um() < LOOK_UM) {
                continue;
            }
            let is_hand = keep_together(&group);
            self.hands += u64::from(is_hand);
            tally.fists += u64::from(is_hand);
            for finger in &group {
                if let Some(known) = self.down.get_mut(&finger.first.contact.id) {
                    known.hand = is_hand.then_some(self.hands);
                    known.judged = timely;
                }
            }
        }
    }

    /// Fingers that may become a hand: they came down together and close to each other. Each is in
    /// one group.
    fn groups(&self) -> Vec<Vec<Finger>> {
        let is_free = |finger: &&Finger| finger.hand.is_none() && !finger.judged;
        let mut free: Vec<_> = self.down.values().filter(is_free).copied().collect();
        free.sort_by_key(|finger| (finger.first.time_us, finger.first.contact.id));
        let mut groups = Vec::new();
        while free.len() >= FINGERS {
            let seed = free.remove(0);
            let mut group = vec![seed];
            for finger in &free {
                let together = finger.first.time_us.saturating_sub(seed.first.time_us) <= TOGETHER_US;
                let near =
                    |other: &Finger| other.first.contact.at.distance_um(finger.first.contact.at) <= HAND_UM;
                if together && group.iter().all(near) {
                    group.push(*finger);
                }
            }
            if group.len() >= FINGERS {
                free.retain(|one| !group.iter().any(|other| other.first.contact.id == one.first.contact.id));
                groups.push(group);
            }
        }
        groups
    }
}

fn last_down(group: &[Finger]) -> u64 {
    group.iter().map(|finger| finger.first.time_us).max().unwrap_or(0)
}

impl Finger {
    fn reaches(&self, contact: &Contact) -> bool {
        self.last.at.distance_um(contact.at) <= HAND_UM
    }

    /// How far it has gone together with the others.
    fn way_um(&self) -> i64 {
        self.from.distance_um(self.last.at)
    }

    /// Where it would be if it had gone as another one has.
    fn as_other(&self, other: &Self) -> PanelPoint {
        let go = |own: i32, from: i32, to: i32| own.saturating_add(to).saturating_sub(from);
        PanelPoint {
            x_um: go(self.from.x_um, other.from.x_um, other.last.at.x_um),
            y_um: go(self.from.y_um, other.from.y_um, other.last.at.y_um),
        }
    }
}

fn keep_together(group: &[Finger]) -> bool {
    let slack = KEEP_UM + group.iter().map(Finger::way_um).max().unwrap_or(0) / KEEP_SHARE;
    group.iter().enumerate().all(|(number, a)| {
        group.iter().skip(number + 1).all(|b| a.last.at.distance_um(a.as_other(b)) <= slack)
    })
}

#[cfg(test)]
mod tests;
