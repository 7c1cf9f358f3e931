//! What is laid on the reader and taken away.

use super::{Chip, Field, PROCESSORS_MAX};
use crate::card::{Card, CardKind, Uid};
use crate::fake::cards::Processor;

impl Chip {
    /// Lays a card on the reader, in place of what lies there; returns the bytes of a reply this completes.
    pub fn put(&mut self, uid: Uid, kind: CardKind) -> Vec<u8> {
        (self.card, self.beside) = (Some((Card { uid, kind }, Field::Idle)), None);
        self.arrived()
    }

    /// Lays a card beside the one that lies there.
    pub fn put_beside(&mut self, uid: Uid, kind: CardKind) -> Vec<u8> {
        self.beside = Some((Card { uid, kind }, Field::Idle));
        self.arrived()
    }

    /// Lays two cards on the reader in one movement, in place of what lies there.
    pub fn put_both(&mut self, one: Card, other: Card) -> Vec<u8> {
        (self.card, self.beside) = (Some((one, Field::Idle)), Some((other, Field::Idle)));
        self.arrived()
    }

    pub(super) fn arrived(&mut self) -> Vec<u8> {
        match self.waiting.take() {
            Some(command) => {
                let reply = self.execute(&command);
                self.remember(reply)
            }
            None => Vec::new(),
        }
    }

    /// Lays a card with a processor on the reader. One with this uid that was there before comes back as it left.
    pub fn put_processor(&mut self, uid: Uid, make: impl Into<Processor>) -> Vec<u8> {
        if self.processor(uid).is_none() {
            if self.processors.len() >= PROCESSORS_MAX {
                self.processors.remove(0);
            }
            self.processors.push((uid, make.into()));
        }
        let kind = self.processor(uid).map_or(CardKind::IsoDep, |processor| processor.kind());
        self.put(uid, kind)
    }

    /// The card with this uid, where it has a processor.
    pub fn processor(&mut self, uid: Uid) -> Option<&mut Processor> {
        self.processors.iter_mut().find(|(known, _)| *known == uid).map(|(_, processor)| processor)
    }

    /// Every card with a processor is made anew when it is next put: what it says then, a copy of it could say.
    pub fn forget(&mut self) {
        self.processors.clear();
    }

    /// Takes everything away.
    pub fn take(&mut self) {
        (self.card, self.beside) = (None, None);
    }

    /// Takes this card away.
    pub fn take_one(&mut self, uid: Uid) {
        for place in [&mut self.card, &mut self.beside] {
            place.take_if(|(card, _)| card.uid == uid);
        }
    }

    pub(super) fn wake_cards(&mut self) {
        for (_, field) in [&mut self.card, &mut self.beside].into_iter().flatten() {
            *field = Field::Idle;
        }
    }
}
