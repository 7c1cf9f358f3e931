//! Errands: calls that follow a paid attempt (money going back, money being divided) and are made until the channel
//! has done or refused them, however long that takes. Each has a number of its own, so that asking again moves
//! nothing twice.

use super::attempt::{Attempt, AttemptNumber, Refund, Share, Split};
use super::event::Effect;
use super::order::PaymentId;

/// What is to be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Work {
    /// Money goes back; `ask` is staff's name for it, none where it goes back by itself. `back` is what is booked on
    /// the parties of a split; [`Refund::back`] is what of it the channel is still asked to take from them.
    Refund { refund: Refund, ask: Option<PaymentId>, back: Vec<Share>, asked_ms: u64 },
    /// Money is divided; the text is the channel's own number of the trade.
    Split { channel_ref: String, split: Split },
}

/// How far an errand is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Course {
    /// To be done.
    Open,
    /// The channel has done it.
    Done,
    /// The channel will not.
    Refused,
}

/// One errand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Errand {
    /// Whose money it is about.
    pub(super) attempt: Attempt,
    pub(super) work: Work,
    pub(super) course: Course,
    /// A call is under way.
    pub(super) called: bool,
    /// When to call next; none is never.
    pub(super) due_ms: Option<u64>,
    /// Calls answered.
    pub(super) calls: u32,
}

impl Errand {
    pub(super) fn new(attempt: Attempt, work: Work, due_ms: u64) -> Self {
        Self { attempt, work, course: Course::Open, called: false, due_ms: Some(due_ms), calls: 0 }
    }

    /// Its own number.
    pub(super) fn number(&self) -> &AttemptNumber {
        match &self.work {
            Work::Refund { refund, .. } => &refund.number,
            Work::Split { split, .. } => &split.number,
        }
    }

    /// Nothing will be called for it any more.
    pub(super) fn is_final(&self) -> bool {
        self.course != Course::Open && !self.called
    }

    /// The refund, if it is one of this attempt's and was not refused.
    pub(super) fn gives_back(&self, number: &AttemptNumber) -> Option<&Refund> {
        match &self.work {
            Work::Refund { refund, .. }
                if &self.attempt.number == number && self.course != Course::Refused =>
            {
                Some(refund)
            }
            _ => None,
        }
    }

    /// When it was decided; a split is decided when the attempt is paid, soon after it was made.
    pub(super) fn began_ms(&self) -> u64 {
        match &self.work {
            Work::Refund { asked_ms, .. } => *asked_ms,
            Work::Split { .. } => self.attempt.opened_at_ms,
        }
    }

    /// Parties do not give these parts: the refund is asked for without them.
    pub(super) fn withheld(&mut self, shares: &[Share]) {
        if let Work::Refund { refund, .. } = &mut self.work {
            refund.back.retain(|share| !shares.contains(share));
        }
    }

    /// A division was refused: an open refund is asked for without its parties.
    pub(super) fn undivided(&mut self, number: &AttemptNumber) {
        if let Work::Refund { refund, .. } = &mut self.work
            && self.course == Course::Open
            && refund.split.as_ref() == Some(number)
        {
            refund.back.clear();
            refund.split = None;
        }
    }

    /// A division that is still being asked for: no refund of its attempt may overtake it, since parties cannot give
    /// back what they never got. One that nobody asks for any more (a case) holds nothing up.
    pub(super) fn is_dividing(&self) -> bool {
        matches!(self.work, Work::Split { .. })
            && self.course == Course::Open
            && (self.called || self.due_ms.is_some())
    }

    pub(super) fn end(&mut self, course: Course) {
        self.course = course;
        self.due_ms = None;
    }

    /// The next call. A refund that was not acknowledged is first asked about, then sent again with its own number.
    pub(super) fn effect(&self) -> Effect {
        let attempt = self.attempt.clone();
        match &self.work {
            Work::Refund { refund, .. } if self.calls.is_multiple_of(2) => {
                Effect::Refund(attempt, refund.clone())
            }
            Work::Refund { refund, .. } => Effect::RefundQuery(attempt, refund.clone()),
            Work::Split { channel_ref, split } => Effect::Split(attempt, channel_ref.clone(), split.clone()),
        }
    }
}
