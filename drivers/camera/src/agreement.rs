//! Which of the codes that were read count. Pure: the time is an argument.
//!
//! A QR code corrects errors and proves itself. Bars have one check digit, and a wrong pay code has come out of one
//! frame of real bars: they count when a second frame says the same.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use crate::code::{Code, Symbology};

/// The same code is told again only after this long: a phone held still is one presentation, a second try is another.
const SAME_CODE_ONCE_IN: Duration = Duration::from_secs(2);
/// Codes remembered for [`SAME_CODE_ONCE_IN`]; more than a few in one view is a poster, not a payer.
const REMEMBERED_CODES: usize = 8;
/// Two frames agree on bars when they lie no further apart.
const AGREE_WITHIN: Duration = Duration::from_secs(1);
/// Bars waiting for a second frame; noise must not push out what is really there.
const WAITING_BARS: usize = 8;
/// After a QR code, bars count for nothing for so long: wallets show both, and the QR code is the surer of the two.
const QR_OUTRANKS_FOR: Duration = Duration::from_secs(1);

/// The memory of what was read and told.
#[derive(Debug, Default)]
pub(crate) struct Agreement {
    told: Vec<(Code, Instant)>,
    once: VecDeque<(Code, Instant)>,
    qr_at: Option<Instant>,
}

impl Agreement {
    /// Takes all codes of one frame; answers those that are to be told.
    pub(crate) fn take(&mut self, codes: Vec<Code>, now: Instant) -> Vec<Code> {
        self.told.retain(|(_, at)| now.duration_since(*at) < SAME_CODE_ONCE_IN);
        self.once.retain(|(_, at)| now.duration_since(*at) <= AGREE_WITHIN);
        if codes.iter().any(|code| code.symbology() == Symbology::Qr) {
            self.qr_at = Some(now);
        }
        let outranked = self.qr_at.is_some_and(|at| now.duration_since(at) < QR_OUTRANKS_FOR);
        let mut counting = Vec::new();
        for code in codes {
            if code.symbology().is_bars() && (outranked || !self.agrees(&code, now)) {
                continue;
            }
            // By its bytes: a wallet shows the same number in both kinds.
            let known = self.told.iter().any(|(told, _)| told.reveal() == code.reveal());
            if !known && self.told.len() < REMEMBERED_CODES {
                self.told.push((code.clone(), now));
                counting.push(code);
            }
        }
        counting
    }

    /// Whether an earlier frame said the same; this frame is remembered.
    fn agrees(&mut self, code: &Code, now: Instant) -> bool {
        if let Some((_, at)) = self.once.iter_mut().find(|(seen, _)| seen == code) {
            *at = now;
            return true;
        }
        if self.once.len() == WAITING_BARS {
            self.once.pop_front();
        }
        self.once.push_back((code.clone(), now));
        false
    }
}

#[cfg(test)]
mod tests {
    //! Histories of codes, with our own clock.
    use std::slice::from_ref;

    use super::*;

    fn qr(text: &str) -> Code {
        Code::new(Symbology::Qr, text.into())
    }

    fn bars(text: &str) -> Code {
        Code::new(Symbology::Code128, text.into())
    }

    /// What each of these frames, at its milliseconds, made count.
    fn counted(frames: &[(u64, &[Code])]) -> Vec<Vec<Code>> {
        let (mut agreement, start) = (Agreement::default(), Instant::now());
        let take =
            |(ms, codes): &(u64, &[Code])| agreement.take(codes.to_vec(), start + Duration::from_millis(*ms));
        frames.iter().map(take).collect()
    }

    #[test]
    fn bars_count_when_two_frames_agree_within_a_second() {
        let (right, wrong) = (bars("283167232686563551"), bars("283167232686561401"));
        assert_eq!(
            counted(&[
                (0, from_ref(&right)),
                (100, from_ref(&wrong)),
                (1000, from_ref(&right)),
                (1101, from_ref(&wrong)),
            ]),
            [vec![], vec![], vec![right], vec![]]
        );
    }

    #[test]
    fn the_same_bars_of_another_kind_do_not_agree() {
        let (ean, code_128) = (Code::new(Symbology::Ean, b"96385074".into()), bars("96385074"));
        assert_eq!(
            counted(&[(0, from_ref(&ean)), (33, &[code_128]), (66, from_ref(&ean))])[1..],
            [vec![], vec![ean]]
        );
    }

    #[test]
    fn a_qr_code_counts_at_once_and_outranks_bars() {
        let (qr, bars) = (qr("281234567890123456"), bars("281234567890123456"));
        let other = Code::new(Symbology::Code128, b"1".into());
        assert_eq!(
            counted(&[
                (0, from_ref(&bars)),
                (33, &[bars.clone(), other.clone(), qr.clone()]),
                (66, &[bars.clone(), other.clone()]),
                (1032, &[bars.clone(), other.clone()]),
                (1033, &[bars.clone(), other.clone()]),
                (1066, &[bars.clone(), other.clone()]),
            ]),
            [vec![], vec![qr], vec![], vec![], vec![], vec![other]]
        );
    }

    #[test]
    fn a_poster_of_codes_is_told_up_to_a_few_and_forgotten_again() {
        let poster: Vec<Code> = (0..20).map(|n| qr(&n.to_string())).collect();
        let counted = counted(&[(0, &poster), (1999, &poster), (2000, &poster[10..11])]);
        assert_eq!(counted.iter().map(Vec::len).collect::<Vec<_>>(), [REMEMBERED_CODES, 0, 1]);
    }

    #[test]
    fn phantoms_between_do_not_push_out_what_is_there() {
        let there = bars("281234567890123456");
        let phantoms: Vec<Code> = (0..WAITING_BARS - 1).map(|n| bars(&n.to_string())).collect();
        let frames: [(u64, &[Code]); 3] = [(0, from_ref(&there)), (33, &phantoms), (66, from_ref(&there))];
        assert_eq!(counted(&frames)[2], [there]);
    }
}
