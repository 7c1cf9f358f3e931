//! Amounts as text and their sums at the edges of 64 bits.

use super::{Currency, Money, MoneyError};

fn currency(code: &str) -> Currency {
    Currency::parse(code).expect("test code")
}

#[test]
fn text_and_minor_units_agree() {
    for (code, minor, text) in [
        ("CNY", 0, "0.00"),
        ("CNY", 5, "0.05"),
        ("CNY", 1230, "12.30"),
        ("CNY", -7, "-0.07"),
        ("CNY", i64::MAX, "92233720368547758.07"),
        ("JPY", 1200, "1200"),
        ("KWD", 1, "0.001"),
    ] {
        let money = Money::new(minor, currency(code));
        assert_eq!(money.to_decimal(), text);
        assert_eq!(Money::from_decimal(text, currency(code)), Ok(money));
    }
    assert_eq!(Money::from_decimal("12.3", Currency::CNY), Ok(Money::new(1230, Currency::CNY)));
    assert_eq!(Money::from_decimal("12", Currency::CNY), Ok(Money::new(1200, Currency::CNY)));
}

#[test]
fn what_is_no_amount_is_refused() {
    for text in ["", ".", "1.", ".5", "1.234", "1,20", "+1", "--1", "1e3", " 1", "１"] {
        assert_eq!(Money::from_decimal(text, Currency::CNY), Err(MoneyError::NotAnAmount), "{text:?}");
    }
    assert_eq!(Money::from_decimal("92233720368547758.08", Currency::CNY), Err(MoneyError::TooLarge));
    for code in ["", "CN", "cny", "CNYX", "C1Y"] {
        assert!(Currency::parse(code).is_err(), "{code:?}");
    }
}

#[test]
fn no_sum_wraps_or_mixes() {
    let most = Money::new(i64::MAX, Currency::CNY);
    let one = Money::new(1, Currency::CNY);
    assert_eq!(most.plus(one), Err(MoneyError::TooLarge));
    assert_eq!(most.times(2), Err(MoneyError::TooLarge));
    assert_eq!(Money::new(i64::MIN, Currency::CNY).negated(), Err(MoneyError::TooLarge));
    assert_eq!(one.plus(Money::new(1, currency("USD"))), Err(MoneyError::MixedCurrencies));
}
