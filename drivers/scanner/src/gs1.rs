//! Element strings of GS1 (General Specifications, sections 3.2 and 7.8): application identifiers and their values.

use std::fmt;

use crate::error::Fault;

/// The separator after an element of no fixed length, where another follows.
const GS: u8 = 0x1d;
/// The longest value of an element without a fixed length.
const VALUE_MAX: usize = 90;

/// One element. A value may be a person's number, so it does not print.
#[derive(Clone, PartialEq, Eq)]
pub struct Element {
    /// The application identifier's digits, such as `01` for a trade item number.
    pub identifier: String,
    /// Its value.
    pub value: Vec<u8>,
}

impl fmt::Debug for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Element({}, {} bytes)", self.identifier, self.value.len())
    }
}

/// How many digits an identifier that begins with these two has.
fn identifier_digits(first_two: u8) -> Option<usize> {
    Some(match first_two {
        0..=4 | 10..=22 | 30 | 37 | 90..=99 => 2,
        23..=25 | 40..=42 | 71 => 3,
        31..=36 | 39 | 43 | 70 | 72 | 80..=82 => 4,
        _ => return None,
    })
}

/// Bytes of the value, by the first two digits, where the standard fixes them (figure 7.8.5-2).
fn fixed_length(first_two: u8) -> Option<usize> {
    Some(match first_two {
        0 => 18,
        1..=3 => 14,
        4 => 16,
        11..=19 | 31..=36 => 6,
        20 => 2,
        41 => 13,
        _ => return None,
    })
}

/// Takes an element string apart.
///
/// # Errors
/// [`Fault::Garbled`] where it is none, [`Fault::CheckDigit`] where the number of an item or a parcel has a wrong
/// check digit.
pub fn elements(mut rest: &[u8]) -> Result<Vec<Element>, Fault> {
    let mut elements = Vec::new();
    while !rest.is_empty() {
        let (element, after) = element(rest)?;
        elements.push(element);
        rest = after;
    }
    Ok(elements)
}

fn element(bytes: &[u8]) -> Result<(Element, &[u8]), Fault> {
    let two =
        bytes.first_chunk::<2>().filter(|two| two.iter().all(u8::is_ascii_digit)).ok_or(Fault::Garbled)?;
    let first_two = (two[0] - b'0') * 10 + (two[1] - b'0');
    let digits = identifier_digits(first_two).ok_or(Fault::Garbled)?;
    let (identifier, rest) = bytes.split_at_checked(digits).ok_or(Fault::Garbled)?;
    if !identifier.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Garbled);
    }
    let until = rest.iter().position(|byte| *byte == GS);
    let length = match fixed_length(first_two) {
        Some(length) => length,
        None => until.unwrap_or(rest.len()),
    };
    let (value, after) = rest.split_at_checked(length).ok_or(Fault::Garbled)?;
    if value.is_empty() || value.len() > VALUE_MAX || value.contains(&GS) {
        return Err(Fault::Garbled);
    }
    if matches!(first_two, 0..=2) && !check_digit_fits(value) {
        return Err(Fault::CheckDigit);
    }
    let after = after.strip_prefix(&[GS]).unwrap_or(after);
    let identifier = identifier.iter().map(|digit| char::from(*digit)).collect();
    Ok((Element { identifier, value: value.to_vec() }, after))
}

/// True where the last digit is the check digit of those before it (General Specifications, section 7.9): weights 3
/// and 1 from the right. False for what is no digits.
pub fn check_digit_fits(digits: &[u8]) -> bool {
    let weights = [1, 3].into_iter().cycle();
    let sum = digits.iter().rev().zip(weights).try_fold(0u32, |sum, (digit, weight)| {
        digit.is_ascii_digit().then(|| sum + u32::from(digit - b'0') * weight)
    });
    !digits.is_empty() && sum.is_some_and(|sum| sum % 10 == 0)
}

#[cfg(test)]
mod tests {
    //! Published examples, and what is none.
    use super::*;

    fn read(text: &[u8]) -> Result<Vec<(String, Vec<u8>)>, Fault> {
        elements(text).map(|all| all.into_iter().map(|e| (e.identifier, e.value)).collect())
    }

    fn pair(identifier: &str, value: &[u8]) -> (String, Vec<u8>) {
        (identifier.to_owned(), value.to_vec())
    }

    #[test]
    fn element_strings() {
        assert_eq!(
            read(b"010950110153000317140704\x0010".strip_suffix(b"\x0010").unwrap()),
            Ok(vec![pair("01", b"09501101530003"), pair("17", b"140704")])
        );
        assert_eq!(
            read(b"010950110153000310AB-123\x1d3103001750"),
            Ok(vec![pair("01", b"09501101530003"), pair("10", b"AB-123"), pair("3103", b"001750")])
        );
        assert_eq!(
            read(b"00006141411234567890\x1d8020A1"),
            Ok(vec![pair("00", b"006141411234567890"), pair("8020", b"A1")])
        );
        assert_eq!(read(b"253950110153000312"), Ok(vec![pair("253", b"950110153000312")]));
    }

    #[test]
    fn no_element_strings() {
        for text in [&b"0109501101530"[..], b"9", b"AB", b"5012", b"10", b"10\x1d", b"31x3001750", b"\x1d10A"]
        {
            assert_eq!(read(text), Err(Fault::Garbled), "{text:?}");
        }
        assert_eq!(read(b"0109501101530004"), Err(Fault::CheckDigit));
        assert_eq!(read(&[b"10".as_slice(), &[b'A'; 91]].concat()), Err(Fault::Garbled));
    }

    #[test]
    fn check_digits() {
        for good in [&b"5901234123457"[..], b"96385074", b"036000291452", b"09501101530003"] {
            assert!(check_digit_fits(good));
            for (place, digit) in (0..good.len()).flat_map(|place| (b'0'..=b'9').map(move |d| (place, d))) {
                let mut other = good.to_vec();
                other[place] = digit;
                assert_eq!(check_digit_fits(&other), other == good, "one wrong digit is always seen");
            }
        }
        assert!(!check_digit_fits(b"") && !check_digit_fits(b"59012x4123457"));
    }
}
