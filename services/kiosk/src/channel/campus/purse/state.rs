//! A debit of a card's own purse, from the first question to what the card proves. Pure.
//!
//! A card that is pulled away during the commit may have obeyed or not, and only it knows. So what is about to happen
//! is journalled before the debit is sent, and what the purse holds at the next tap says whether it happened.
//!
//! A payment that is taken back while nobody knows is *given up*: from then on the money can never be the canteen's.
//! If the card turns out to be debited at its next tap, that much is put onto its holder's account in the same
//! transaction. So taking back is done at once, whether or not the card ever comes again.

/// What is known of a debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Asked for; nothing that moves money was sent.
    Asked,
    /// A debit and its commit are about to be sent, or were: only the card knows.
    Armed,
    /// The card proved it; the money is the canteen's.
    Taken,
    /// The card proved that it was not debited, or was never asked, and it never will be.
    Spared,
    /// Taken back while only the card knew.
    GivenUp,
    /// Debited and given back to the holder's account.
    Returned,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// The card was read and holds enough: the debit is about to be sent.
    Arm,
    /// It ended before the commit was sent, so the card dropped it.
    Disarm,
    /// The card answered the commit with its proof.
    Committed,
    /// At a new tap the purse holds what it held, less the debit.
    SeenDebited,
    /// At a new tap the purse holds what it held.
    SeenUntouched,
    /// At a new tap the purse holds something else: staff must look.
    SeenUnclear,
    /// The card is refused for good.
    Refuse,
    /// The payment is taken back.
    Revoke,
}

/// What to write into the accounts, in the same transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Booking {
    /// Nothing.
    Nothing,
    /// From the purse to the canteen.
    Charge,
    /// From the canteen to the holder's account.
    GiveBack,
    /// Both, one after the other.
    ChargeAndGiveBack,
}

/// The next state and what to book; none where this cannot happen, and then nothing may be sent or booked.
pub fn step(state: State, event: Event) -> Option<(State, Booking)> {
    use Booking::{Charge, ChargeAndGiveBack, GiveBack, Nothing};
    use Event::{Arm, Committed, Disarm, Refuse, Revoke, SeenDebited, SeenUnclear, SeenUntouched};
    use State::{Armed, Asked, GivenUp, Returned, Spared, Taken};
    Some(match (state, event) {
        (Asked, Arm) => (Armed, Nothing),
        (Asked, Refuse | Revoke) => (Spared, Nothing),
        // It may be tried again: nothing happened.
        (Armed, Disarm | SeenUntouched) => (Asked, Nothing),
        (Armed, Committed | SeenDebited) => (Taken, Charge),
        (Armed, SeenUnclear | Refuse) => (Armed, Nothing),
        (Armed, Revoke) => (GivenUp, Nothing),
        (Taken, Revoke) => (Returned, GiveBack),
        (Spared, Revoke) => (Spared, Nothing),
        (GivenUp, Disarm | SeenUntouched) => (Spared, Nothing),
        (GivenUp, Committed | SeenDebited) => (Returned, ChargeAndGiveBack),
        (GivenUp, SeenUnclear | Refuse | Revoke) => (GivenUp, Nothing),
        (Returned, Revoke) => (Returned, Nothing),
        _ => return None,
    })
}

impl State {
    /// Every state and its name in the file.
    pub const NAMES: [(Self, &str); 6] = [
        (Self::Asked, "asked"),
        (Self::Armed, "armed"),
        (Self::Taken, "taken"),
        (Self::Spared, "spared"),
        (Self::GivenUp, "given-up"),
        (Self::Returned, "returned"),
    ];

    /// Its name in the file.
    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Reads a name; none where it is no state's.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// What a purse held: at the debit, or at a later tap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// The value, in minor units.
    pub value: i64,
    /// How many transactions the card ever committed, where it has a transaction MAC file.
    pub counter: Option<u32>,
}

/// What a later tap says of a debit.
///
/// A counter decides more than the value alone: one transaction more and another value means that the one was not
/// ours.
pub fn judge(before: Held, amount: i64, now: Held) -> Event {
    let debited = before.value.checked_sub(amount) == Some(now.value);
    let untouched = before.value == now.value;
    let since = match (before.counter, now.counter) {
        (Some(before), Some(now)) => now.checked_sub(before),
        _ => None,
    };
    match since {
        Some(0) if untouched => Event::SeenUntouched,
        Some(1) if debited => Event::SeenDebited,
        Some(1) => Event::SeenUntouched,
        Some(_) => Event::SeenUnclear,
        None if before.counter.is_some() => Event::SeenUnclear,
        None if untouched => Event::SeenUntouched,
        None if debited => Event::SeenDebited,
        None => Event::SeenUnclear,
    }
}

#[cfg(test)]
mod tests;
