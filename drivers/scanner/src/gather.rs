//! Scans -> codes: the prefix is taken off, AIM identifiers and check digits are read, and what is scanned twice
//! within a moment counts once. Pure: the time is an argument.

use std::time::{Duration, Instant};

use crate::code::{Code, Scan, Symbology};
use crate::error::Fault;
use crate::gs1;

/// A code seen again within this time is the same presentation: guns on a stand read what is held to them again and
/// again.
pub const SAME_CODE_WITHIN: Duration = Duration::from_secs(2);
/// Codes remembered for that; a stand does not see more at once.
const REMEMBERED: usize = 8;

/// Judges one scan.
///
/// # Errors
/// [`Fault`] where the scan lacks the prefix or contradicts itself.
pub fn code(scan: Scan, prefix: &[u8]) -> Result<Code, Fault> {
    let sent = scan.bytes.strip_prefix(prefix).ok_or(Fault::NoPrefix)?;
    let (symbology, data) = match scan.symbology {
        Some(told) => (Some(told), sent),
        None => Symbology::split(sent).map_or((None, sent), |(symbology, data)| (Some(symbology), data)),
    };
    if data.is_empty() {
        return Err(Fault::Garbled);
    }
    if let Some(symbology) = symbology {
        let all_digits = data.iter().all(u8::is_ascii_digit);
        if all_digits && symbology.checked_digits().contains(&data.len()) && !gs1::check_digit_fits(data) {
            return Err(Fault::CheckDigit);
        }
        if symbology.is_gs1() {
            gs1::elements(data)?;
        }
    }
    Ok(Code::new(data.to_vec(), symbology))
}

/// The codes of the last moment.
#[derive(Debug, Default)]
pub struct Gather {
    seen: Vec<(Code, Instant)>,
}

impl Gather {
    /// True where the code is to be told: it was not seen within [`SAME_CODE_WITHIN`].
    pub fn is_new(&mut self, code: &Code, now: Instant) -> bool {
        self.seen.retain(|(_, at)| now.saturating_duration_since(*at) < SAME_CODE_WITHIN);
        if let Some((_, at)) = self.seen.iter_mut().find(|(seen, _)| seen == code) {
            *at = now;
            return false;
        }
        if self.seen.len() >= REMEMBERED {
            self.seen.remove(0);
        }
        self.seen.push((code.clone(), now));
        true
    }

    /// Forgets them: the next payer may show the same code.
    pub fn forget(&mut self) {
        self.seen.clear();
    }
}

#[cfg(test)]
mod tests {
    //! Prefixes, identifiers, check digits, twice the same.
    use super::*;

    fn judge(bytes: &[u8], prefix: &[u8]) -> Result<Code, Fault> {
        code(Scan { bytes: bytes.to_vec(), symbology: None }, prefix)
    }

    fn symbology(letter: u8, modifier: u8) -> Option<Symbology> {
        Some(Symbology { letter, modifier })
    }

    #[test]
    fn prefixes_and_identifiers() {
        assert_eq!(judge(b"281234", b""), Ok(Code::new(b"281234".to_vec(), None)));
        assert_eq!(judge(b"~281234", b"~"), Ok(Code::new(b"281234".to_vec(), None)));
        assert_eq!(judge(b"281234", b"~"), Err(Fault::NoPrefix));
        assert_eq!(judge(b"~", b"~"), Err(Fault::Garbled));
        assert_eq!(judge(b"]Q1281234", b""), Ok(Code::new(b"281234".to_vec(), symbology(b'Q', b'1'))));
        assert_eq!(judge(b"]}1281234", b""), Ok(Code::new(b"]}1281234".to_vec(), None)), "no identifier");
    }

    #[test]
    fn a_report_s_own_identifier_counts_and_the_data_may_look_like_another() {
        let scan = Scan { bytes: b"]Q1x".to_vec(), symbology: symbology(b'C', b'0') };
        assert_eq!(code(scan, b""), Ok(Code::new(b"]Q1x".to_vec(), symbology(b'C', b'0'))));
    }

    #[test]
    fn check_digits() {
        assert!(judge(b"]E05901234123457", b"").is_ok());
        assert_eq!(judge(b"]E05901234123458", b""), Err(Fault::CheckDigit));
        assert!(judge(b"]E496385074", b"").is_ok());
        assert_eq!(judge(b"]E496385075", b""), Err(Fault::CheckDigit));
        assert!(judge(b"]Q15901234123458", b"").is_ok(), "any thirteen digits may stand in a QR code");
        assert_eq!(judge(b"]C10109501101530004", b""), Err(Fault::CheckDigit));
        assert!(judge(b"]C10109501101530003", b"").is_ok());
    }

    #[test]
    fn the_same_code_is_one_while_it_is_held_there() {
        let (mut gather, start) = (Gather::default(), Instant::now());
        let (one, other) = (Code::new(b"1".to_vec(), None), Code::new(b"2".to_vec(), None));
        let at = |ms| start + Duration::from_millis(ms);
        assert!(gather.is_new(&one, at(0)));
        assert!(!gather.is_new(&one, at(1500)));
        assert!(gather.is_new(&other, at(1600)));
        assert!(!gather.is_new(&one, at(3400)), "it was there all the time");
        assert!(gather.is_new(&one, at(5400)));
        gather.forget();
        assert!(gather.is_new(&one, at(5500)));
    }

    #[test]
    fn a_crowd_of_codes_does_not_grow() {
        let (mut gather, start) = (Gather::default(), Instant::now());
        for number in 0..100u8 {
            assert!(gather.is_new(&Code::new(vec![number], None), start));
        }
        assert!(gather.seen.len() <= REMEMBERED);
    }
}
