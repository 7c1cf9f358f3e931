//! The events of `linux/input.h` that sound: `struct input_event` is a time of two machine words, which the kernel
//! fills in, then type and code of 16 bits and a value of 32.

use crate::signal::Hertz;

const EV_SYN: u16 = 0x00;
const EV_SND: u16 = 0x12;
/// A sound of the device's own pitch: 1 starts it, 0 ends it.
const SND_BELL: u16 = 1;
/// A tone in hertz, 0 ends it.
const SND_TONE: u16 = 2;
const TIME: usize = 2 * size_of::<usize>();
/// Bytes of one event.
pub const SIZE: usize = TIME + 8;

/// How a device sounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Voice {
    /// At any pitch.
    Tone,
    /// At its own.
    Bell,
}

impl Voice {
    /// From the device's bits of `EV_SND`, the best it has.
    pub fn of(bits: u32) -> Option<Self> {
        let has = |code: u16| bits >> code & 1 == 1;
        match () {
            () if has(SND_TONE) => Some(Self::Tone),
            () if has(SND_BELL) => Some(Self::Bell),
            () => None,
        }
    }

    /// The events that start a tone or end it.
    pub fn events(self, tone: Option<Hertz>) -> [u8; 2 * SIZE] {
        let (code, value) = match self {
            Self::Tone => (SND_TONE, tone.map_or(0, |hertz| i32::from(hertz.0))),
            Self::Bell => (SND_BELL, i32::from(tone.is_some())),
        };
        let mut bytes = [0; 2 * SIZE];
        let (sound, report) = bytes.split_at_mut(SIZE);
        put(sound, EV_SND, code, value);
        put(report, EV_SYN, 0, 0);
        bytes
    }
}

fn put(event: &mut [u8], kind: u16, code: u16, value: i32) {
    event[TIME..TIME + 2].copy_from_slice(&kind.to_ne_bytes());
    event[TIME + 2..TIME + 4].copy_from_slice(&code.to_ne_bytes());
    event[TIME + 4..].copy_from_slice(&value.to_ne_bytes());
}

/// What a device that is written these bytes does: each tone that starts, none where one ends. Only whole events
/// count, as in the kernel.
pub fn heard(bytes: &[u8]) -> Vec<Option<Hertz>> {
    let fields = |event: &[u8]| {
        let half = |at: usize| u16::from_ne_bytes([event[TIME + at], event[TIME + at + 1]]);
        let value = i32::from_ne_bytes([event[TIME + 4], event[TIME + 5], event[TIME + 6], event[TIME + 7]]);
        (half(0), half(2), value)
    };
    let tone = |(kind, code, value): (u16, u16, i32)| match (kind, code) {
        (EV_SND, SND_TONE | SND_BELL) => Some(u16::try_from(value).ok().filter(|hz| *hz > 0).map(Hertz)),
        _ => None,
    };
    bytes.chunks_exact(SIZE).map(fields).filter_map(tone).collect()
}

#[cfg(test)]
mod tests {
    //! Bytes of events, as a 64-bit machine has them.
    use super::*;

    #[test]
    fn voices() {
        for (bits, voice) in [
            (0b110, Some(Voice::Tone)), // PC speaker, pwm-beeper
            (0b010, Some(Voice::Bell)), // gpio-beeper
            (0b001, None),              // a keyboard's click
            (0, None),
        ] {
            assert_eq!(Voice::of(bits), voice, "{bits:b}");
        }
    }

    #[cfg(all(target_pointer_width = "64", target_endian = "little"))]
    #[test]
    fn bytes_of_a_tone() {
        let bytes = Voice::Tone.events(Some(Hertz(880)));
        assert_eq!(
            &bytes[..24],
            &[0; 16].iter().copied().chain([0x12, 0, 2, 0, 0x70, 3, 0, 0]).collect::<Vec<u8>>()
        );
        assert_eq!(bytes[24..], [0; 24]);
        assert_eq!(&Voice::Bell.events(Some(Hertz(880)))[16..24], &[0x12, 0, 1, 0, 1, 0, 0, 0]);
    }

    #[test]
    fn what_was_written_is_heard() {
        for tone in [None, Some(Hertz(330)), Some(Hertz(4000))] {
            assert_eq!(heard(&Voice::Tone.events(tone)), [tone]);
            assert_eq!(heard(&Voice::Bell.events(tone)), [tone.map(|_| Hertz(1))]);
            assert_eq!(heard(&Voice::Tone.events(tone)[..SIZE - 1]), [], "torn");
        }
    }
}
