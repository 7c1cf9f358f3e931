//! The serial line from the emulated chip to its host: as slow as a real one where it is told to be, and with a fault
//! at any byte. Pure; the time is an argument.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// A byte of noise; with this no frame begins.
const NOISE: u8 = 0xA5;

/// What goes wrong at one byte of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mischief {
    /// So many bytes are lost from there.
    Lose(u32),
    /// These bits of the byte are turned over.
    Garble(u8),
    /// So many bytes of noise come before it.
    Noise(u32),
    /// It and all after it come that much later.
    Late(Duration),
    /// The cable is pulled before it.
    Unplug,
    /// The card leaves before it.
    Take,
}

/// A mischief, so many bytes from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Bytes that still pass.
    pub after: u32,
    /// What happens then.
    pub mischief: Mischief,
}

/// How slow the line and the field are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pace {
    /// One byte on the line, either way.
    pub byte: Duration,
    /// What the chip does with a card, without the card's own time.
    pub field: Duration,
}

/// What arrives at the host, or happens, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// A byte.
    Byte(u8),
    /// The end of the cable.
    Unplug,
    /// The end of the card's stay.
    Take,
}

/// The line.
#[derive(Debug, Default)]
pub struct Wire {
    pace: Pace,
    fault: Option<Fault>,
    lose: u32,
    /// When the line is free again.
    free_at: Option<Instant>,
    queue: VecDeque<(Instant, Arrival)>,
}

impl Wire {
    /// Sets how slow it is from now on.
    pub fn set_pace(&mut self, pace: Pace) {
        self.pace = pace;
    }

    /// Arms a fault, or takes it back.
    pub fn set_fault(&mut self, fault: Option<Fault>) {
        (self.fault, self.lose) = (fault, 0);
    }

    /// The host has sent so many bytes, and what they order takes the field where `field`: no answer comes before.
    pub fn heard(&mut self, now: Instant, bytes: usize, field: bool) {
        let took = self.pace.byte * u32::try_from(bytes).unwrap_or(u32::MAX);
        let field = if field { self.pace.field } else { Duration::ZERO };
        self.free_at = Some(self.free_at.map_or(now, |at| at.max(now)) + took + field);
    }

    /// The chip sends these bytes.
    pub fn send(&mut self, now: Instant, bytes: &[u8]) {
        for byte in bytes {
            let mut byte = *byte;
            if let Some(mischief) = self.next_fault() {
                match mischief {
                    Mischief::Lose(count) => self.lose = count,
                    Mischief::Garble(bits) => byte ^= bits,
                    Mischief::Noise(count) => {
                        (0..count).for_each(|_| self.push(now, Arrival::Byte(NOISE)));
                    }
                    Mischief::Late(by) => {
                        self.free_at = Some(self.free_at.map_or(now, |at| at.max(now)) + by);
                    }
                    Mischief::Unplug => self.push(now, Arrival::Unplug),
                    Mischief::Take => self.push(now, Arrival::Take),
                }
            }
            match self.lose {
                0 => self.push(now, Arrival::Byte(byte)),
                _ => self.lose -= 1,
            }
        }
    }

    /// The mischief, where this byte is the one.
    fn next_fault(&mut self) -> Option<Mischief> {
        let fault = self.fault.as_mut()?;
        if fault.after > 0 {
            fault.after -= 1;
            return None;
        }
        self.fault.take().map(|fault| fault.mischief)
    }

    fn push(&mut self, now: Instant, arrival: Arrival) {
        let at = self.free_at.map_or(now, |at| at.max(now)) + self.pace.byte;
        self.free_at = Some(at);
        self.queue.push_back((at, arrival));
    }

    /// When the next thing arrives.
    pub fn due(&self) -> Option<Instant> {
        self.queue.front().map(|(at, _)| *at)
    }

    /// What has arrived by now, one thing at a time.
    pub fn take(&mut self, now: Instant) -> Option<Arrival> {
        self.due().filter(|at| *at <= now)?;
        self.queue.pop_front().map(|(_, arrival)| arrival)
    }

    /// The cable is out: what was on the line is lost.
    pub fn clear(&mut self) {
        self.queue.clear();
        self.free_at = None;
    }
}

#[cfg(test)]
mod tests {
    //! Each mischief at each byte, and a line that takes its time.
    use super::*;

    fn sent(wire: &mut Wire, now: Instant, bytes: &[u8]) -> Vec<Arrival> {
        wire.send(now, bytes);
        std::iter::from_fn(|| wire.take(now)).collect()
    }

    #[test]
    fn mischief_happens_once_at_its_byte() {
        let now = Instant::now();
        let bytes = [1, 2, 3].map(Arrival::Byte);
        let [one, two, three] = bytes;
        for (mischief, expected) in [
            (Mischief::Lose(1), vec![one, three]),
            (Mischief::Lose(9), vec![one]),
            (Mischief::Garble(0x80), vec![one, Arrival::Byte(0x82), three]),
            (Mischief::Noise(2), vec![one, Arrival::Byte(NOISE), Arrival::Byte(NOISE), two, three]),
            (Mischief::Unplug, vec![one, Arrival::Unplug, two, three]),
            (Mischief::Take, vec![one, Arrival::Take, two, three]),
            (Mischief::Late(Duration::from_secs(1)), vec![one]),
        ] {
            let mut wire = Wire::default();
            wire.set_fault(Some(Fault { after: 1, mischief }));
            assert_eq!(sent(&mut wire, now, &[1, 2, 3]), expected, "{mischief:?}");
            wire.set_fault(None);
            let later = now + Duration::from_secs(2);
            let rest = if matches!(mischief, Mischief::Late(_)) { vec![two, three] } else { vec![] };
            assert_eq!(sent(&mut wire, later, &[1, 2, 3]), [rest, bytes.to_vec()].concat(), "{mischief:?}");
        }
    }

    #[test]
    fn a_slow_line_counts_both_ways_and_the_field() {
        let now = Instant::now();
        let ms = Duration::from_millis;
        let mut wire = Wire::default();
        wire.set_pace(Pace { byte: ms(1), field: ms(10) });
        wire.heard(now, 5, true);
        wire.send(now, &[1, 2]);
        assert_eq!(wire.due(), Some(now + ms(16)));
        assert_eq!(wire.take(now + ms(15)), None);
        assert_eq!(wire.take(now + ms(16)), Some(Arrival::Byte(1)));
        assert_eq!(wire.take(now + ms(16)), None);
        assert_eq!(wire.take(now + ms(17)), Some(Arrival::Byte(2)));
    }
}
