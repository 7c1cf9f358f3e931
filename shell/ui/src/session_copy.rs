//! What the screens know of time that is sold: a copy of what the till tells, counted on by this machine's steady clock.
//! Pure; [`crate::session`] shows it.

use std::time::{Duration, Instant};

use api::sessions::{Session, SessionOffer, SessionState};
use screens::TimeWarning;

/// When it is said that the time is nearly over: enough to pay for more before it is.
const SOON: Duration = Duration::from_secs(5 * 60);
/// And again.
const LAST: Duration = Duration::from_secs(60);

/// The copy.
#[derive(Debug, Default)]
pub struct SessionCopy {
    /// The unit's room; empty: whichever there is.
    room: String,
    /// Currency of all prices.
    pub currency: String,
    offers: Vec<SessionOffer>,
    current: Option<(Session, Instant)>,
    /// The till is there.
    here: bool,
}

/// The time of a session as it is now.
#[derive(Clone, Debug, PartialEq)]
pub struct Time {
    /// The payment that began it.
    pub first: String,
    /// What is to be said of it.
    pub warning: TimeWarning,
    /// Until the paid time, or the grace, is over.
    pub left: Duration,
    /// All of the grace.
    pub grace: Duration,
}

impl SessionCopy {
    /// For the unit of a room; empty is whichever there is.
    pub fn new(room: &str) -> Self {
        Self { room: room.to_owned(), ..Self::default() }
    }

    /// What the till sells by time, in the order to show it.
    pub fn take_offers(&mut self, currency: String, offers: Vec<SessionOffer>) {
        let room = &self.room;
        let here = |offer: &SessionOffer| room.is_empty() || offer.room == *room;
        self.offers = offers.into_iter().filter(here).collect();
        self.currency = currency;
    }

    /// The sessions that run, as the till has just told.
    pub fn take_current(&mut self, sessions: Vec<Session>, now: Instant) {
        let room = &self.room;
        let ours = sessions.into_iter().find(|session| room.is_empty() || session.room == *room);
        self.current = ours.map(|session| (session, now));
    }

    /// The till is there, or gone. What is paid is paid: the time that it told is counted on, and its grace.
    pub fn set_here(&mut self, here: bool) {
        self.here = here;
    }

    /// The session that the till shows, by its first payment, or none; nothing where the till is away.
    pub fn shown(&self) -> Option<Option<&str>> {
        self.here.then(|| self.current.as_ref().map(|(session, _)| session.first.as_str()))
    }

    /// What is sold for this room.
    pub fn offers(&self) -> &[SessionOffer] {
        &self.offers
    }

    /// The room that is told to people; empty where nothing is known of it.
    pub fn room(&self) -> &str {
        let first = self.offers.first().map_or("", |offer| &offer.room);
        if self.room.is_empty() { first } else { &self.room }
    }

    /// What one more in a row would be; none where no more is sold, or nobody could sell it.
    pub fn more(&self) -> Option<&SessionOffer> {
        let (session, _) = self.current.as_ref().filter(|(session, _)| session.more > 0 && self.here)?;
        self.offers.iter().find(|offer| offer.id == session.offer)
    }

    /// The session as it is now; none where the board is not anybody's.
    pub fn now(&self, now: Instant) -> Option<Time> {
        let (session, told) = self.current.as_ref()?;
        let gone = now.saturating_duration_since(*told);
        let (left, grace) = (Duration::from_millis(session.left_ms), Duration::from_millis(session.grace_ms));
        let time = |warning, left| Some(Time { first: session.first.clone(), warning, left, grace });
        let paid = SessionState::from_wire(session.state) == SessionState::Running;
        if paid && gone < left {
            let left = left - gone;
            let warning = match left {
                left if left <= LAST => TimeWarning::Last,
                left if left <= SOON => TimeWarning::Soon,
                _ => TimeWarning::None,
            };
            return time(warning, left);
        }
        let closes = if paid { left + grace } else { left };
        let left = closes.saturating_sub(gone);
        // The till alone ends it while it is there: it knows whether more is being paid for.
        if left.is_zero() && !self.here { None } else { time(TimeWarning::Grace, left) }
    }
}

#[cfg(test)]
mod tests;
