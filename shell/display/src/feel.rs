//! What the panel feels and how soon it is drawn, told to a service page while one is open.

use crate::message::{Felt, FromDisplay};
use touch::{Frame, Phase};

/// Contacts that are kept for one telling: forty fingers at 200 Hz for a fifth of a second. Of a UI that is further
/// behind than that the rest is left out, and nobody is the worse for it.
const FELT_MAX: usize = 1_600;

/// What was felt since it was told last.
#[derive(Default)]
pub(crate) struct Feel {
    on: bool,
    felt: Vec<Felt>,
    /// When the frames came that no picture shows yet.
    waiting: Vec<u64>,
    drawn_us: Vec<u32>,
}

impl Feel {
    pub(crate) fn set(&mut self, on: bool) {
        *self = Self { on, ..Self::default() };
    }

    /// A frame of contacts, and where each of them is in pixels.
    pub(crate) fn frame(&mut self, frame: &Frame, px: impl Fn(touch::PanelPoint) -> (f32, f32)) {
        if !self.on || frame.contacts.is_empty() {
            return;
        }
        let room = FELT_MAX.saturating_sub(self.felt.len());
        self.felt.extend(frame.contacts.iter().take(room).map(|contact| Felt {
            contact: contact.id.0,
            at: px(contact.at),
            wide_um: contact.major_um,
            high_um: contact.minor_um,
            lifts: matches!(contact.phase, Phase::Up | Phase::Cancel),
            time_us: frame.time_us,
        }));
        if self.waiting.len() < FELT_MAX {
            self.waiting.push(frame.time_us);
        }
    }

    /// All that came is on a picture now.
    pub(crate) fn drawn(&mut self, now_us: u64) {
        let took = self.waiting.drain(..).map(|came| now_us.saturating_sub(came));
        self.drawn_us.extend(took.map(|took| u32::try_from(took).unwrap_or(u32::MAX)));
    }

    /// What there is to tell.
    pub(crate) fn take(&mut self) -> Option<FromDisplay> {
        if self.felt.is_empty() && self.drawn_us.is_empty() {
            return None;
        }
        Some(FromDisplay::Felt {
            contacts: std::mem::take(&mut self.felt),
            drawn_us: std::mem::take(&mut self.drawn_us),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use touch::{Contact, ContactId, PanelPoint};

    fn frame(time_us: u64, contacts: u64) -> Frame {
        let at = PanelPoint { x_um: 2_000, y_um: 4_000 };
        let contacts = (0..contacts).map(|id| Contact::new(ContactId(id), Phase::Down, at)).collect();
        Frame { time_us, contacts, ..Frame::default() }
    }

    fn px(at: PanelPoint) -> (f32, f32) {
        (at.x_um as f32 / 1_000.0, at.y_um as f32 / 1_000.0)
    }

    #[test]
    fn it_tells_what_was_felt_and_how_long_it_took_to_be_drawn() {
        let mut feel = Feel::default();
        feel.frame(&frame(1_000, 2), px);
        assert_eq!(feel.take(), None, "nobody asked");
        feel.set(true);
        feel.frame(&frame(1_000, 2), px);
        feel.drawn(9_000);
        let Some(FromDisplay::Felt { contacts, drawn_us }) = feel.take() else { panic!("nothing told") };
        assert_eq!(contacts.iter().map(|felt| felt.contact).collect::<Vec<_>>(), [0, 1]);
        assert_eq!((contacts[0].at, contacts[0].time_us, drawn_us), ((2.0, 4.0), 1_000, vec![8_000]));
        assert_eq!(feel.take(), None);
        feel.drawn(10_000);
        assert_eq!(feel.take(), None, "a picture without a touch");
    }

    #[test]
    fn a_ui_that_does_not_listen_costs_no_memory() {
        let mut feel = Feel::default();
        feel.set(true);
        for time in 0..10_000 {
            feel.frame(&frame(time, 40), px);
        }
        assert_eq!((feel.felt.len(), feel.waiting.len()), (FELT_MAX, FELT_MAX));
    }
}
