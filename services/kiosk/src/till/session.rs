//! Paid sessions: a room for so long, bought as any order is. That it is paid is the right to it, so a session is the
//! fold of the till's records and of nothing else: it begins at the moment of the proof, every further paid order of
//! the same person lengthens it, money that goes back takes its time away, and when its grace is over it is gone.
//!
//! Rules of time. A session ends at a moment, not after so many ticks, so that a restart or a power cut changes
//! nothing. Its time is counted by the steady clock ([`Mark`]), so that a wall clock that is set moves the session along
//! (a record says so): nobody loses paid time to a corrected clock, and no clock gives any of it twice. A session is
//! lengthened from its end, or from the proof where that comes in the grace. An order that is being paid on the screen
//! holds the grace.
//!
//! Rule of late money. A session whose proof comes late is given if its room is free (or it lengthens the session
//! that it was bought for) and the order is not older than its limit; otherwise the money goes back by itself.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::event::{Effect, Refused};
use super::order::PaymentId;
use super::payment::Payment;
use super::record::Record;
use super::step::Till;

pub use mark::{Mark, Steady};
pub use offer::{Offer, OfferRules, OfferRulesError};

mod mark;
mod offer;

/// What an order of a session bought; kept with it, so that a changed configuration changes nothing that was sold.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bought {
    /// What was offered, by its name.
    pub offer: String,
    /// Where.
    pub room: String,
    /// How many in a row.
    pub count: u32,
    /// How many one session may have at most.
    pub in_a_row: u32,
    /// How long all of them are.
    pub length_ms: u64,
    /// How long the room stays open after the end.
    pub grace_ms: u64,
    /// How old the order may be when it is proved paid.
    pub late_ms: u64,
    /// The session that it lengthens, by its first payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extends: Option<PaymentId>,
}

/// What happens to a session beside its payments.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionChange {
    /// The wall clock was set by so much, and the session goes along.
    Moved { by_ms: i64 },
    /// Both clocks were looked at: so much of the session's time is used for good.
    Seen(Mark),
    /// Its grace is over.
    Over,
}

/// How far a session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionState {
    /// Paid time.
    Running,
    /// The paid time is over; the room is open for a moment more.
    Grace,
}

/// One room's session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Where.
    pub room: String,
    /// What was offered.
    pub offer: String,
    /// The payment that began it.
    pub first: PaymentId,
    /// Since when.
    pub began_ms: u64,
    /// Until when it is paid.
    pub ends_ms: u64,
    /// How long it stays open then.
    pub grace_ms: u64,
    in_a_row: u32,
    parts: Vec<Part>,
}

/// One payment of a session.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Part {
    id: PaymentId,
    count: u32,
    length_ms: u64,
    back: bool,
}

impl Session {
    fn begun(at_ms: u64, id: &PaymentId, bought: &Bought) -> Self {
        Self {
            room: bought.room.clone(),
            offer: bought.offer.clone(),
            first: id.clone(),
            began_ms: at_ms,
            ends_ms: at_ms.saturating_add(bought.length_ms),
            grace_ms: bought.grace_ms,
            in_a_row: bought.in_a_row,
            parts: vec![Part::of(id, bought)],
        }
    }

    fn count(&self) -> u32 {
        self.parts.iter().filter(|part| !part.back).fold(0, |sum, part| sum.saturating_add(part.count))
    }

    /// How many more may be bought in a row.
    pub fn more(&self) -> u32 {
        self.in_a_row.saturating_sub(self.count())
    }

    /// How far it is.
    pub fn state(&self, now: u64) -> SessionState {
        if now < self.ends_ms { SessionState::Running } else { SessionState::Grace }
    }

    /// When its grace is over.
    pub fn closes_ms(&self) -> u64 {
        self.ends_ms.saturating_add(self.grace_ms)
    }
}

impl Part {
    fn of(id: &PaymentId, bought: &Bought) -> Self {
        Self { id: id.clone(), count: bought.count, length_ms: bought.length_ms, back: false }
    }
}

/// All sessions, at most one a room.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Sessions {
    rooms: BTreeMap<String, Session>,
    /// When the clocks were looked at last, by the session's first payment.
    marks: BTreeMap<PaymentId, Mark>,
    /// What they read then; not lasting.
    seen_ms: u64,
    steady: Option<Steady>,
}

impl Sessions {
    pub(super) fn all(&self) -> impl Iterator<Item = &Session> {
        self.rooms.values()
    }

    /// Whether a payment's records are still needed.
    pub(super) fn keeps(&self, id: &PaymentId) -> bool {
        self.all().any(|session| session.parts.iter().any(|part| &part.id == id))
    }

    /// Whether an order may be begun now; where a session of the same kind runs, it lengthens that.
    pub(super) fn admit(&self, bought: &mut Bought) -> Result<(), Refused> {
        let Some(session) = self.rooms.get(&bought.room) else { return Ok(()) };
        if session.offer != bought.offer {
            return Err(Refused::RoomTaken);
        }
        if bought.count > session.more() {
            return Err(Refused::TooLong);
        }
        bought.extends = Some(session.first.clone());
        Ok(())
    }

    /// Whether what was bought can be given at the moment of its proof.
    pub(super) fn gives(&self, now: u64, begun_ms: u64, bought: &Bought) -> bool {
        match self.rooms.get(&bought.room) {
            Some(session) => {
                bought.extends.as_ref() == Some(&session.first) && bought.count <= session.more()
            }
            None => now.saturating_sub(begun_ms) <= bought.late_ms,
        }
    }

    /// An order is proved paid, and accepted.
    pub(super) fn paid(&mut self, at_ms: u64, id: &PaymentId, bought: &Bought) {
        match self.rooms.get_mut(&bought.room) {
            Some(session) if bought.extends.as_ref() == Some(&session.first) => {
                session.ends_ms = session.ends_ms.max(at_ms).saturating_add(bought.length_ms);
                session.parts.push(Part::of(id, bought));
            }
            Some(_) => {}
            None => {
                self.rooms.insert(bought.room.clone(), Session::begun(at_ms, id, bought));
            }
        }
    }

    /// All money of a payment goes back, and its time with it; never before the moment at which that was asked for.
    pub(super) fn back(&mut self, at_ms: u64, id: &PaymentId) {
        for session in self.rooms.values_mut() {
            let Some(part) = session.parts.iter_mut().find(|part| &part.id == id && !part.back) else {
                continue;
            };
            part.back = true;
            let shorter = session.ends_ms.saturating_sub(part.length_ms).max(at_ms);
            session.ends_ms = session.ends_ms.min(shorter);
        }
    }

    /// Lets a change take effect.
    pub(super) fn change(&mut self, id: &PaymentId, what: SessionChange) {
        for session in self.rooms.values_mut() {
            match what {
                SessionChange::Moved { by_ms } if &session.first == id => {
                    session.began_ms = session.began_ms.saturating_add_signed(by_ms);
                    session.ends_ms = session.ends_ms.saturating_add_signed(by_ms);
                }
                SessionChange::Moved { .. } | SessionChange::Seen(_) => {}
                SessionChange::Over => session.parts.retain(|part| &part.id != id),
            }
        }
        self.rooms.retain(|_room, session| !session.parts.is_empty());
        if let SessionChange::Seen(mark) = what {
            self.marks.insert(id.clone(), mark);
        }
        let rooms = &self.rooms;
        self.marks.retain(|first, _| rooms.values().any(|session| &session.first == first));
    }

    /// What becomes of each session by what the clocks read now: where the wall clock was set it goes along, and its
    /// mark is made anew where it is old.
    fn looked(&self, now: u64) -> Vec<(PaymentId, SessionChange)> {
        let Some(steady) = self.steady else { return Vec::new() };
        let mut changes = Vec::new();
        for first in self.all().map(|session| &session.first) {
            let look = self.marks.get(first).map(|mark| mark.look(now, steady));
            let by_ms = look.map_or(0, |look| look.set_by_ms);
            if by_ms != 0 {
                changes.push((first.clone(), SessionChange::Moved { by_ms }));
            }
            let fresh = look.map_or(Some(Mark { wall_ms: now, steady }), |look| look.fresh);
            changes.extend(fresh.map(|mark| (first.clone(), SessionChange::Seen(mark))));
        }
        changes
    }

    /// Every payment of the sessions whose grace is over, but for that in a room where somebody is paying for more.
    fn over(&self, now: u64, held: Option<&str>) -> Vec<PaymentId> {
        let over = self.all().filter(|session| now >= session.closes_ms() && held != Some(&*session.room));
        over.flat_map(|session| &session.parts).map(|part| part.id.clone()).collect()
    }

    /// When something about them changes by itself.
    pub(super) fn next_due_ms(&self, held: Option<&str>) -> Option<u64> {
        let due = |session: &Session| {
            let turns = if self.seen_ms < session.ends_ms {
                session.ends_ms
            } else if held == Some(&*session.room) {
                u64::MAX
            } else {
                session.closes_ms()
            };
            let mark = self.marks.get(&session.first).zip(self.steady);
            mark.map_or(turns, |(mark, steady)| {
                turns.min(self.seen_ms.saturating_add(mark.due_in_ms(steady)))
            })
        };
        self.all().map(due).min()
    }
}

impl Till {
    /// The sessions, at most one a room.
    pub fn sessions(&self) -> impl Iterator<Item = &Session> {
        self.sessions.all()
    }

    /// Whether what a payment is for can be given now.
    pub(super) fn can_give(&self, now: u64, payment: &Payment) -> bool {
        let bought = payment.order.session.as_ref();
        bought.is_none_or(|bought| self.sessions.gives(now, payment.begun_ms, bought))
    }

    /// The room for which the payment on the screen buys time.
    pub(super) fn buys_time(&self) -> Option<&str> {
        let payment = self.current.as_ref().and_then(|id| self.live.get(id))?;
        let open = !payment.phase.is_over() && !payment.parked;
        payment.order.session.as_ref().filter(|_| open).map(|bought| &*bought.room)
    }

    /// What the steady clock reads; told before each step.
    pub fn look(&mut self, steady: Steady) {
        self.sessions.steady = Some(steady);
    }

    /// Moves the sessions along with a wall clock that was set, before anything else is made of what it reads.
    pub(super) fn follow_clocks(&mut self, now: u64, fx: &mut Vec<Effect>) {
        for (id, what) in self.sessions.looked(now) {
            self.append(Record::Session { id, what, at_ms: now }, fx);
        }
        self.sessions.seen_ms = now;
    }

    /// Marks a session that has just begun, and ends those whose grace is over.
    pub(super) fn tend_sessions(&mut self, now: u64, fx: &mut Vec<Effect>) {
        self.follow_clocks(now, fx);
        if now < self.hold_until_ms {
            return;
        }
        let held = self.buys_time().map(str::to_owned);
        for id in self.sessions.over(now, held.as_deref()) {
            self.append(Record::Session { id, what: SessionChange::Over, at_ms: now }, fx);
        }
    }
}

#[cfg(test)]
mod tests;
