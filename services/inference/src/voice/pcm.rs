//! Sound as it comes through a descriptor: signed samples of 16 bits, little end first, one channel; cut anywhere.

use std::collections::VecDeque;
use std::time::Duration;

/// How many samples a second there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// What voice models listen to: 16,000.
    Voice,
    /// What microphones and recordings have: 48,000.
    Full,
}

impl Rate {
    /// The one with so many samples a second.
    pub fn of(samples_a_second: u32) -> Option<Self> {
        [Self::Voice, Self::Full].into_iter().find(|rate| rate.samples_a_second() == samples_a_second)
    }

    /// Samples a second.
    pub fn samples_a_second(self) -> u32 {
        match self {
            Self::Voice => 16_000,
            Self::Full => 48_000,
        }
    }

    /// How long so many samples last.
    pub(crate) fn duration(self, samples: usize) -> Duration {
        Duration::from_secs(1) * u32::try_from(samples).unwrap_or(u32::MAX) / self.samples_a_second()
    }

    /// How long so many samples last, in milliseconds.
    pub(crate) fn milliseconds(self, samples: u64) -> u64 {
        samples.saturating_mul(1000) / u64::from(self.samples_a_second())
    }
}

/// Bytes to samples. A read may end between the two bytes of a sample.
#[derive(Default)]
pub(crate) struct Decoder {
    odd: Option<u8>,
}

impl Decoder {
    /// The samples of these bytes, which follow those of the last call.
    pub(crate) fn decode<'a>(&'a mut self, bytes: &'a [u8]) -> impl Iterator<Item = i16> + 'a {
        let (first, rest) = match (self.odd.take(), bytes.split_first()) {
            (Some(low), Some((high, rest))) => (Some(i16::from_le_bytes([low, *high])), rest),
            (odd, _) => {
                self.odd = odd;
                (None, bytes)
            }
        };
        let pairs = rest.chunks_exact(2);
        if let [last] = pairs.remainder() {
            self.odd = Some(*last);
        }
        first.into_iter().chain(pairs.map(|two| i16::from_le_bytes([two[0], two[1]])))
    }
}

/// Samples to bytes.
pub(crate) fn encode(samples: &[i16], bytes: &mut Vec<u8>) {
    bytes.extend(samples.iter().flat_map(|sample| sample.to_le_bytes()));
}

/// Sound that waits to be listened to. It never grows beyond its limit: what is newest stays, and how much had to go
/// is counted, so that times stay right.
pub(crate) struct Backlog {
    samples: VecDeque<i16>,
    most: usize,
    dropped: u64,
}

impl Backlog {
    /// At most so many samples.
    pub(crate) fn new(most: usize) -> Self {
        Self { samples: VecDeque::new(), most, dropped: 0 }
    }

    /// Takes more in; how many had to go for it.
    pub(crate) fn extend(&mut self, samples: impl Iterator<Item = i16>) -> usize {
        self.samples.extend(samples);
        let above = self.samples.len().saturating_sub(self.most);
        self.samples.drain(..above);
        self.dropped += above as u64;
        above
    }

    /// The oldest of what waits, at most so many samples, and how many were dropped before it since the last call.
    pub(crate) fn take(&mut self, most: usize) -> (Vec<i16>, u64) {
        let count = most.min(self.samples.len());
        (self.samples.drain(..count).collect(), std::mem::take(&mut self.dropped))
    }

    /// How many wait.
    pub(crate) fn len(&self) -> usize {
        self.samples.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn samples_survive_any_cuts(samples in prop::collection::vec(any::<i16>(), 0..200),
                                    cuts in prop::collection::vec(1..9_usize, 0..200)) {
            let mut bytes = Vec::new();
            encode(&samples, &mut bytes);
            let (mut decoder, mut got, mut rest) = (Decoder::default(), Vec::new(), bytes.as_slice());
            for cut in cuts.into_iter().chain([usize::MAX]) {
                let (head, tail) = rest.split_at(cut.min(rest.len()));
                got.extend(decoder.decode(head));
                rest = tail;
            }
            prop_assert_eq!(got, samples);
        }

        #[test]
        fn the_newest_stay_and_the_others_are_counted(pieces in prop::collection::vec(0..40_usize, 1..20)) {
            let (mut backlog, mut next) = (Backlog::new(50), 0_i16);
            for piece in &pieces {
                backlog.extend((0..*piece).map(|at| next + at as i16));
                next += *piece as i16;
                prop_assert!(backlog.len() <= 50);
            }
            let (mut kept, dropped) = backlog.take(7);
            prop_assert!(kept.len() <= 7);
            let (rest, more) = backlog.take(usize::MAX);
            kept.extend(rest);
            prop_assert_eq!(more, 0);
            prop_assert_eq!(kept.len() as u64 + dropped, next as u64);
            prop_assert_eq!(kept, (dropped as i16..next).collect::<Vec<_>>());
            prop_assert_eq!(backlog.take(usize::MAX), (vec![], 0));
        }
    }
}
