//! Bank cards and phones: the contactless directory `2PAY.SYS.DDF01` (EMV Contactless Book B, 3.3.1).
//!
//! Only the list of applications is read, to know that the certified terminal must take it from here. An uncertified
//! reader may do no more, so no other command for such a card exists in this program.

use super::{accepted, select_name};

/// The directory's name.
const DIRECTORY: &[u8] = b"2PAY.SYS.DDF01";
/// A card has a handful; more is no directory.
const APPLICATIONS_MAX: usize = 16;
/// Application names have 5 to 16 bytes (ISO 7816-4).
const NAME_LENS: std::ops::RangeInclusive<usize> = 5..=16;
/// The longest label (EMV Book 3, tag 50).
const LABEL_LEN_MAX: usize = 16;

/// One application, by its own word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Application {
    /// Its name (AID).
    pub name: Vec<u8>,
    /// What it calls itself, printable characters only.
    pub label: String,
}

/// Asks for the directory.
pub fn select() -> Vec<u8> {
    select_name(DIRECTORY)
}

/// The applications in the directory's answer; none of them where this is no bank card.
pub fn applications(answer: &[u8]) -> Vec<Application> {
    let entries = accepted(answer)
        .and_then(|content| find(content, 0x6F))
        .and_then(|template| find(template, 0xA5))
        .and_then(|proprietary| find(proprietary, 0xBF0C))
        .unwrap_or_default();
    let applications = Tlv(entries).filter(|(tag, _)| *tag == 0x61).filter_map(|(_, entry)| {
        let name = find(entry, 0x4F).filter(|name| NAME_LENS.contains(&name.len()))?;
        let label = find(entry, 0x50).unwrap_or_default().iter().take(LABEL_LEN_MAX);
        let printable = label.filter(|byte| (0x20..0x7F).contains(*byte)).copied().map(char::from);
        Some(Application { name: name.to_vec(), label: printable.collect() })
    });
    applications.take(APPLICATIONS_MAX).collect()
}

/// The issuer's own part (9F0C) of an application's answer to a select, as PBOC's purses have it.
pub(super) fn issuer_part(content: &[u8]) -> Option<&[u8]> {
    find(find(find(content, 0x6F)?, 0xA5)?, 0x9F0C)
}

fn find(content: &[u8], wanted: u16) -> Option<&[u8]> {
    Tlv(content).find(|(tag, _)| *tag == wanted).map(|(_, value)| value)
}

/// BER-TLV with tags of one or two bytes and lengths of up to two; ends at the first thing that is none.
struct Tlv<'a>(&'a [u8]);

impl<'a> Iterator for Tlv<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (tag, rest) = match *self.0 {
            [high, low, ref rest @ ..] if high & 0x1F == 0x1F => (u16::from_be_bytes([high, low]), rest),
            [tag, ref rest @ ..] => (u16::from(tag), rest),
            [] => return None,
        };
        let (length, rest) = match *rest {
            [0x81, length, ref rest @ ..] => (length, rest),
            [length @ 0..=0x7F, ref rest @ ..] => (length, rest),
            _ => return None,
        };
        let (value, rest) = rest.split_at_checked(usize::from(length))?;
        self.0 = rest;
        Some((tag, value))
    }
}

#[cfg(test)]
mod tests {
    //! A directory in EMV's form, cut everywhere; random bytes never panic.
    use super::*;
    use crate::card::aes::hex;

    /// Two applications, the second without a label.
    const DIRECTORY_ANSWER: &str = "6F34840E325041592E5359532E4444463031A522BF0C1F61124F07A000000333010150\
         044361726487010161094F07A00000033301029000";

    #[test]
    fn a_directory_is_listed_and_stops_there() {
        let answer = hex(DIRECTORY_ANSWER).expect("hex");
        let found = applications(&answer);
        let names: Vec<(&[u8], &str)> = found.iter().map(|one| (&one.name[..], &one.label[..])).collect();
        assert_eq!(
            names,
            [(&b"\xA0\x00\x00\x03\x33\x01\x01"[..], "Card"), (&b"\xA0\x00\x00\x03\x33\x01\x02"[..], "")]
        );
        for cut in 0..answer.len() {
            assert!(applications(&answer[..cut]).is_empty(), "without a status, after {cut}");
        }
        assert!(applications(&[0x6A, 0x82]).is_empty());
        assert_eq!(select(), hex("00A404000E325041592E5359532E444446303100").expect("hex"));
    }

    proptest::proptest! {
        #[test]
        fn random_answers_never_panic(mut answer in proptest::collection::vec(0_u8.., 0..270)) {
            answer.extend([0x90, 0x00]);
            proptest::prop_assert!(applications(&answer).len() <= APPLICATIONS_MAX);
        }
    }
}
