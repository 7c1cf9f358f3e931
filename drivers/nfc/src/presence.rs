//! What the polls saw -> came, left, left too soon. Pure.
//!
//! A card counts as read only when it was selected and then proved to be still there, and alone. That second look is
//! what separates a tap from a card that brushed the field, and a card from a purse that holds two: which of them is to
//! pay, only the person can say.

use crate::card::Card;
use crate::event::Event;

/// A card that is lying there may miss one look (a hand moves, the field dips); missing this many in a row means gone.
const MISSED_LOOKS_TO_LEAVE: u8 = 2;

/// What one poll asks the reader to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Poll {
    /// Look for a card.
    Select,
    /// Look how many cards lie there; where it is one, select it anew.
    Count,
    /// Look whether the selected card is still there.
    Check,
}

/// What the reader answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seen {
    /// To [`Poll::Select`] and [`Poll::Count`]: no card in the field.
    Empty,
    /// To [`Poll::Select`]: this card answered.
    Answered(Card),
    /// To [`Poll::Select`] and [`Poll::Count`]: a card lies there that the reader cannot read.
    Unreadable,
    /// To [`Poll::Count`]: this card is still there, and no other.
    Alone(Card),
    /// To [`Poll::Count`]: more than one card lies there.
    Two,
    /// To [`Poll::Check`]: it is still there.
    Still,
    /// To [`Poll::Check`]: it did not answer.
    NoAnswer,
    /// To [`Poll::Check`]: the reader saw it leave, so that what lies there next is a new tap, also the same card.
    Left,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nothing known yet: the first poll tells whether a card lies there.
    Fresh,
    Empty,
    /// Selected, not yet proved.
    Proving(Card),
    /// Several lie there, and that was told.
    Crowded,
    /// One lies there that cannot be read, and that was told.
    Blocked,
    /// Told.
    Lying {
        card: Card,
        missed: u8,
    },
    /// Lost sight of a told card: looking whether the same one answers again.
    Seeking {
        card: Card,
        missed: u8,
    },
}

/// The state between polls of one open reader.
#[derive(Debug)]
pub struct Presence(State);

impl Default for Presence {
    fn default() -> Self {
        Self(State::Fresh)
    }
}

impl Presence {
    /// What to ask the reader now.
    pub fn poll(&self) -> Poll {
        match self.0 {
            State::Fresh | State::Empty | State::Blocked | State::Seeking { .. } => Poll::Select,
            State::Proving(_) | State::Crowded => Poll::Count,
            State::Lying { .. } => Poll::Check,
        }
    }

    /// True where the next poll must follow at once: a card is being proved.
    pub fn urgent(&self) -> bool {
        matches!(self.0, State::Proving(_))
    }

    /// True where no card was seen by the last poll.
    pub fn empty(&self) -> bool {
        matches!(self.0, State::Empty)
    }

    /// The card that lies there, once it was told.
    pub fn lying(&self) -> Option<Card> {
        match self.0 {
            State::Lying { card, .. } => Some(card),
            _ => None,
        }
    }

    /// The card that lies there did not answer a command: its session is over, and what answers next is a new tap.
    pub fn lost(&mut self) -> Option<Event> {
        let told = self.lying().map(|_| Event::Gone);
        if told.is_some() {
            self.0 = State::Empty;
        }
        told
    }

    /// Takes the chip's answer and says what to tell.
    pub fn step(&mut self, seen: Seen) -> Option<Event> {
        let (next, event) = match (self.0, seen) {
            (State::Fresh, Seen::Empty) => (State::Empty, Some(Event::Gone)),
            (State::Fresh | State::Empty | State::Blocked, Seen::Answered(card)) => {
                (State::Proving(card), None)
            }
            (State::Blocked, Seen::Unreadable) => (State::Blocked, None),
            (State::Blocked, Seen::Empty) => (State::Empty, None),
            (State::Fresh | State::Empty | State::Proving(_) | State::Crowded, Seen::Unreadable) => {
                (State::Blocked, Some(Event::Unreadable))
            }
            (State::Proving(before), Seen::Alone(card)) if same(before, card) => {
                (State::Lying { card, missed: 0 }, Some(Event::Card(card)))
            }
            (State::Proving(_), Seen::Alone(other)) => (State::Proving(other), None),
            (State::Proving(_), Seen::Two) => (State::Crowded, Some(Event::TwoCards)),
            (State::Proving(_), _) => (State::Empty, Some(Event::LeftTooSoon)),
            (State::Crowded, Seen::Alone(card)) => {
                (State::Lying { card, missed: 0 }, Some(Event::Card(card)))
            }
            (State::Crowded, Seen::Empty) => (State::Empty, None),
            (State::Lying { card, .. }, Seen::Still) => (State::Lying { card, missed: 0 }, None),
            (State::Lying { .. }, Seen::Left) => (State::Empty, Some(Event::Gone)),
            (State::Lying { card, missed }, Seen::NoAnswer) => {
                (State::Seeking { card, missed: missed + 1 }, None)
            }
            (State::Seeking { card, .. }, Seen::Answered(other)) if other == card => {
                (State::Lying { card, missed: 0 }, None)
            }
            (State::Seeking { .. }, Seen::Answered(other)) => (State::Proving(other), Some(Event::Gone)),
            (State::Seeking { .. }, Seen::Unreadable) => (State::Blocked, Some(Event::Gone)),
            (State::Seeking { card, missed }, Seen::Empty) if missed + 1 < MISSED_LOOKS_TO_LEAVE => {
                (State::Seeking { card, missed: missed + 1 }, None)
            }
            (State::Seeking { .. }, Seen::Empty) => (State::Empty, Some(Event::Gone)),
            (state, _) => (state, None),
        };
        self.0 = next;
        event
    }
}

/// Whether this can be the same card, selected anew: one that makes its number up makes up another.
fn same(before: Card, now: Card) -> bool {
    before == now || before.uid.is_random() && now.uid.is_random()
}

#[cfg(test)]
mod tests {
    //! Each history of answers gives exactly these events.
    use super::*;
    use crate::card::{CardKind, Uid};

    fn card(last: u8) -> Card {
        Card { uid: Uid::new(&[4, 1, 2, last]).unwrap(), kind: CardKind::Classic }
    }

    fn run(history: &[Seen]) -> Vec<Event> {
        let mut presence = Presence::default();
        history
            .iter()
            .filter_map(|seen| {
                let poll = presence.poll();
                let fits = match seen {
                    Seen::Empty | Seen::Unreadable => poll != Poll::Check,
                    Seen::Answered(_) => poll == Poll::Select,
                    Seen::Alone(_) | Seen::Two => poll == Poll::Count,
                    Seen::Still | Seen::NoAnswer | Seen::Left => poll == Poll::Check,
                };
                assert!(fits, "{seen:?} to {poll:?} in {presence:?}");
                presence.step(*seen)
            })
            .collect()
    }

    #[test]
    fn a_card_lost_in_a_command_is_a_new_tap_when_it_answers_again() {
        let mut presence = Presence::default();
        assert_eq!(presence.lost(), None);
        for (seen, told) in
            [(Seen::Answered(card(1)), None), (Seen::Alone(card(1)), Some(Event::Card(card(1))))]
        {
            assert_eq!(presence.step(seen), told);
        }
        assert_eq!(presence.lying(), Some(card(1)));
        assert_eq!(presence.lost(), Some(Event::Gone));
        assert_eq!(presence.lying(), None);
        assert_eq!(presence.step(Seen::Answered(card(1))), None);
        assert_eq!(presence.step(Seen::Alone(card(1))), Some(Event::Card(card(1))));
    }

    #[test]
    fn histories() {
        use Seen::*;
        let (a, b) = (card(1), card(2));
        let phone = |last| Card { uid: Uid::new(&[8, 1, 2, last]).unwrap(), kind: CardKind::IsoDep };
        for (history, events) in [
            (vec![Empty, Empty, Empty], vec![Event::Gone]),
            (vec![Answered(a), Alone(a), Still], vec![Event::Card(a)]),
            (vec![Empty, Answered(a), Empty, Empty], vec![Event::Gone, Event::LeftTooSoon]),
            (vec![Answered(a), Alone(b), Alone(b)], vec![Event::Card(b)]),
            (vec![Answered(phone(1)), Alone(phone(2)), Still], vec![Event::Card(phone(2))]),
            (vec![Answered(a), Alone(a), NoAnswer, Answered(a), Still], vec![Event::Card(a)]),
            (vec![Answered(a), Alone(a), NoAnswer, Empty, Empty], vec![Event::Card(a), Event::Gone]),
            (
                vec![Answered(a), Alone(a), Left, Answered(a), Alone(a)],
                vec![Event::Card(a), Event::Gone, Event::Card(a)],
            ),
            (
                vec![Answered(a), Alone(a), NoAnswer, Answered(b), Alone(b)],
                vec![Event::Card(a), Event::Gone, Event::Card(b)],
            ),
            (
                vec![Answered(a), Alone(a), NoAnswer, Answered(b), Empty],
                vec![Event::Card(a), Event::Gone, Event::LeftTooSoon],
            ),
            (vec![Answered(a), Two, Two, Alone(b), Still], vec![Event::TwoCards, Event::Card(b)]),
            (vec![Answered(a), Two, Empty, Empty], vec![Event::TwoCards]),
            (vec![Unreadable, Unreadable, Empty, Unreadable], vec![Event::Unreadable, Event::Unreadable]),
            (vec![Unreadable, Answered(a), Alone(a)], vec![Event::Unreadable, Event::Card(a)]),
        ] {
            assert_eq!(run(&history), events, "{history:?}");
        }
    }
}
