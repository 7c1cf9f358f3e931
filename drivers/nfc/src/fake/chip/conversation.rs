//! One command to the card in the field, which may leave before, in the middle of it, or before its answer arrives.

use super::{Chip, Cut, Leaves, STATUS_OK, STATUS_RF_TIMEOUT};
use crate::card::Uid;
use crate::fake::cards::Processor;

impl Chip {
    /// Status and answer of a card that speaks no ISO 14443-4.
    pub(super) fn exchange_native(&mut self, uid: Uid, sent: &[u8]) -> Vec<u8> {
        let answered = self.leaving(|processor| processor.obey_native(sent), uid);
        match answered {
            Some(Ok(answer)) => [&[self.status(STATUS_OK)], &answer[..]].concat(),
            Some(Err(status)) => {
                self.wake_cards();
                vec![self.status(status)]
            }
            None => vec![self.status(STATUS_RF_TIMEOUT)],
        }
    }

    /// Has the card do something, or leave before or after it; none where it leaves before its answer arrives.
    pub(super) fn leaving<T>(&mut self, does: impl FnOnce(&mut Processor) -> T, uid: Uid) -> Option<T> {
        self.heard = self.heard.saturating_add(1);
        let cut = match &mut self.cut {
            Some(Cut { answered: 0, obeyed, leaves }) => Some((*obeyed, *leaves)),
            Some(cut) => {
                cut.answered -= 1;
                None
            }
            None => None,
        };
        let within = self.within.filter(|_| cut.is_some());
        let mut empty = Processor::Empty;
        let processor = self.processor(uid).unwrap_or(&mut empty);
        if let Some(seed) = within {
            processor.tear_next_write(seed);
        }
        let answer = (!matches!(cut, Some((false, _)))).then(|| does(processor));
        let Some((_, leaves)) = cut else { return answer };
        (self.cut, self.within) = (None, None);
        match leaves {
            Leaves::Card => self.card = None,
            Leaves::Cable => self.pulled = true,
        }
        None
    }
}
