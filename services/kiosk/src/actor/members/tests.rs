//! Who is remembered, for how long, and how birthdays are written.

use super::{REMEMBERED_MAX, REMEMBERED_MS, Recognised, read_birthday};
use crate::member::{Birthday, Handle, IdentityKind, Token, TokenKey};

const NOW: u64 = 1_767_323_045_000;

fn code(number: u8) -> Token {
    TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Member, &[number])
}

fn member(number: u8) -> Handle {
    Handle::from_random([number; 12])
}

#[test]
fn a_code_is_remembered_for_ten_minutes_or_until_its_member_has_ordered() {
    let mut recognised = Recognised::default();
    recognised.keep(NOW, code(1), member(1));
    recognised.keep(NOW + 60_000, code(2), member(2));
    assert_eq!(recognised.find(NOW + REMEMBERED_MS - 1, &code(1)), Some(member(1)));
    assert_eq!(recognised.find(NOW + REMEMBERED_MS - 1, &code(3)), None);
    assert_eq!(recognised.find(NOW + REMEMBERED_MS, &code(1)), None);
    recognised.forget(&member(1));
    assert_eq!(recognised.find(NOW + REMEMBERED_MS, &code(2)), Some(member(2)));
    recognised.forget(&member(2));
    assert_eq!(recognised.find(NOW + REMEMBERED_MS, &code(2)), None);
}

#[test]
fn no_more_than_so_many_are_remembered_the_oldest_leaving_first() {
    let mut recognised = Recognised::default();
    for number in 0..=u8::try_from(REMEMBERED_MAX).unwrap() {
        recognised.keep(NOW, code(number), member(number));
    }
    assert_eq!(recognised.0.len(), REMEMBERED_MAX);
    assert_eq!(recognised.find(NOW, &code(0)), None);
    assert_eq!(recognised.find(NOW, &code(1)), Some(member(1)));
}

#[test]
fn a_birthday_is_a_month_and_a_day_that_some_year_has() {
    for (text, month, day) in [("01-31", 1, 31), ("02-29", 2, 29), ("12-01", 12, 1)] {
        assert_eq!(read_birthday(text).unwrap(), Birthday::new(month, day), "{text}");
    }
    assert_eq!(read_birthday("").unwrap(), None);
    for text in ["02-30", "13-01", "1-31", "01-1", "0131", "01-31-2000", "+1-31", "一-一", "-"] {
        assert!(read_birthday(text).is_err(), "{text}");
    }
}
