//! When speech begins and ends, from how likely each 16 ms of sound is speech.
//!
//! It begins when most of the last 80 ms were likely speech, and ends after 0.5 s in which hardly anything was: a
//! cough does not begin it and the gap before a "t" does not end it. Both are told with the time at which they truly
//! were, which is earlier than the time of telling.

/// Samples at 16 kHz that are judged at once: 16 ms.
pub(crate) const FRAME: usize = 256;
/// As likely as this is speech: where `earshot` separates best.
const LIKELY: f32 = 0.5;
/// Less likely than this is none. Between the two, what was goes on.
const UNLIKELY: f32 = 0.35;
/// Frames that are looked at for a beginning, and how many of them must be likely.
const BEGIN_AMONG: u32 = 5;
const BEGIN_LIKELY: u32 = 4;
/// Frames without speech after which it has ended: 0.5 s, longer than pauses inside a sentence mostly are.
const END_AFTER: u64 = 31;

/// A change, and the frame since the beginning of all in which it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Somebody speaks from the beginning of this frame on.
    Began(u64),
    /// Nobody speaks from the beginning of this frame on.
    Ended(u64),
}

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Activity {
    frames: u64,
    /// The last frames, a bit each, newest lowest.
    likely: u32,
    /// Whether somebody speaks, and the frame after the last one that was speech.
    speaking: Option<u64>,
}

impl Activity {
    /// Somebody speaks.
    pub(crate) fn is_speaking(&self) -> bool {
        self.speaking.is_some()
    }

    /// Takes the next frame's likelihood in.
    pub(crate) fn judge(&mut self, probability: f32) -> Option<Change> {
        let now = self.frames;
        self.frames += 1;
        let likely = probability >= LIKELY;
        self.likely = (self.likely << 1) | u32::from(likely);
        match &mut self.speaking {
            Some(last) if probability >= UNLIKELY => {
                *last = now + 1;
                None
            }
            Some(last) => {
                let ended = *last;
                (now + 1 - ended >= END_AFTER).then(|| {
                    self.speaking = None;
                    Change::Ended(ended)
                })
            }
            None => {
                let recent = self.likely & ((1 << BEGIN_AMONG) - 1);
                (recent.count_ones() >= BEGIN_LIKELY).then(|| {
                    self.speaking = Some(now + 1);
                    // Bits older than the sound itself are zero, so this is never before its beginning.
                    let since = u64::from(31 - recent.leading_zeros());
                    self.likely = 0;
                    Change::Began(now - since)
                })
            }
        }
    }

    /// The sound has ended, or a piece of it is missing: who spoke is no longer heard.
    pub(crate) fn interrupt(&mut self) -> Option<Change> {
        self.likely = 0;
        self.speaking.take().map(Change::Ended)
    }

    /// Frames went missing.
    pub(crate) fn skip(&mut self, frames: u64) {
        self.frames += frames;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn run(probabilities: impl IntoIterator<Item = f32>) -> Vec<Change> {
        let mut activity = Activity::default();
        probabilities.into_iter().filter_map(|probability| activity.judge(probability)).collect()
    }

    fn frames(parts: &[(usize, f32)]) -> impl Iterator<Item = f32> {
        parts.iter().flat_map(|(count, probability)| std::iter::repeat_n(*probability, *count))
    }

    #[test]
    fn words_begin_and_end_where_they_are() {
        assert_eq!(run(frames(&[(10, 0.0), (20, 0.9), (40, 0.1)])), [Change::Began(10), Change::Ended(30)]);
        assert_eq!(
            run(frames(&[(10, 0.9), (30, 0.1), (5, 0.4), (40, 0.1)])),
            [Change::Began(0), Change::Ended(45)]
        );
    }

    #[test]
    fn a_click_does_not_begin_it_and_a_pause_does_not_end_it() {
        assert_eq!(run(frames(&[(10, 0.0), (3, 1.0), (50, 0.0)])), []);
        assert_eq!(run(frames(&[(10, 1.0), (30, 0.0), (3, 1.0), (30, 0.0)])), [Change::Began(0)]);
        // Half a likelihood neither begins nor ends it.
        assert_eq!(run(frames(&[(100, 0.4)])), []);
    }

    proptest! {
        #[test]
        fn beginnings_and_ends_alternate_and_never_go_back(
            probabilities in prop::collection::vec(0.0..1.0_f32, 0..600)
        ) {
            let (mut speaking, mut last) = (false, 0);
            for change in run(probabilities) {
                let at = match change {
                    Change::Began(at) => { prop_assert!(!speaking); at }
                    Change::Ended(at) => { prop_assert!(speaking); at }
                };
                prop_assert!(at >= last);
                (speaking, last) = (!speaking, at);
            }
        }
    }
}
