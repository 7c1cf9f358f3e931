//! Who has what in hand: while somebody moves an object, the hands of others slide off it.
use crate::{affine::Affine, hand::ContactId, object::ObjectId, person::PersonId, scene::Scene};

/// A hand that has not moved for so long holds nothing any more, in microseconds: who walks away keeps nobody
/// waiting.
const SILENCE_US: u64 = 3_000_000;

/// One hand on one object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Hold {
    pub(crate) person: PersonId,
    contact: ContactId,
    moved_us: u64,
}

impl Hold {
    fn is_fresh(&self, now_us: u64) -> bool {
        now_us.saturating_sub(self.moved_us) < SILENCE_US
    }
}

/// What a hand found in the hands of others.
pub(crate) type Taken = Vec<(PersonId, Vec<ObjectId>)>;

impl Scene {
    /// Who else holds an object just now.
    pub(crate) fn held_by_other(&self, id: ObjectId, person: PersonId, now_us: u64) -> Option<PersonId> {
        let hold = self.holds.get(&id)?;
        (hold.is_fresh(now_us) && hold.person != person).then_some(hold.person)
    }

    /// Takes those of some objects out that others hold, and says who.
    pub(crate) fn slide_off(&self, ids: &mut Vec<ObjectId>, contact: ContactId, now_us: u64) -> Taken {
        let mut taken: Taken = Vec::new();
        ids.retain(|id| match self.holds.get(id) {
            None => true,
            Some(hold) if hold.contact == contact || !hold.is_fresh(now_us) => true,
            Some(Hold { person: holder, .. }) => {
                let holder = *holder;
                match taken.iter_mut().find(|(other, _)| *other == holder) {
                    Some((_, ids)) => ids.push(*id),
                    None => taken.push((holder, vec![*id])),
                }
                false
            }
        });
        taken
    }

    /// A hand takes hold of objects that nobody else holds. Who held them without moving for too long has lost
    /// them, and what had not been let go of goes back.
    pub(crate) fn hold(&mut self, ids: &[ObjectId], person: PersonId, contact: ContactId, now_us: u64) {
        for id in ids {
            if self.holds.get(id).is_some_and(|hold| hold.contact != contact) {
                self.drag(&[*id], &Affine::IDENTITY);
            }
            self.holds.insert(*id, Hold { person, contact, moved_us: now_us });
        }
    }

    /// Which of some objects a hand still holds. `now_us` if it has moved.
    pub(crate) fn keep_hold(&mut self, ids: &mut Vec<ObjectId>, contact: ContactId, now_us: Option<u64>) {
        ids.retain(|id| match self.holds.get_mut(id) {
            Some(hold) if hold.contact == contact => {
                hold.moved_us = now_us.unwrap_or(hold.moved_us);
                true
            }
            _ => false,
        });
    }

    /// A hand lets go of everything.
    pub(crate) fn release(&mut self, contact: ContactId) {
        self.holds.retain(|_, hold| hold.contact != contact);
    }
}
