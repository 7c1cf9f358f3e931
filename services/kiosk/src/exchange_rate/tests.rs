//! Rates computed with Python's decimal module, rounding at the middle, expiry, and the bound of a round trip.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{Binding, Quote, QuoteError, Rate, half_even};
use crate::till::{Currency, Money};

const MADE: u64 = 1_790_000_000_000;
const LIFE: u64 = 600_000;

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).unwrap())
}

fn quote(payer: &str, numerator: u64, denominator: u64, markup_bp: u32) -> Quote {
    Quote {
        id: "Q1".into(),
        source: "bank".into(),
        till: Currency::CNY,
        payer: Currency::parse(payer).unwrap(),
        rate: Rate { numerator, denominator },
        markup_bp,
        made_at_ms: MADE,
        expires_ms: MADE + LIFE,
        binding: Binding::Informative,
    }
}

#[test]
fn amounts_computed_by_another_program() {
    // (Decimal(fen)/100 * rate * (1 + bp/10000)).quantize(unit, ROUND_HALF_EVEN)
    for (fen, payer, numerator, denominator, markup_bp, expect) in [
        (1_800, "USD", 1_395, 10_000, 0, "2.51"),
        (1_800, "USD", 1_395, 10_000, 300, "2.59"),
        (1_800, "JPY", 2_113, 100, 0, "380"),
        (1_800, "JPY", 2_113, 100, 150, "386"),
        (1_800, "KWD", 429, 10_000, 0, "0.772"),
        (1, "KWD", 429, 10_000, 0, "0.000"),
        (50, "JPY", 1, 1, 0, "0"),
        (150, "JPY", 1, 1, 0, "2"),
        (250, "JPY", 1, 1, 0, "2"),
        (251, "JPY", 1, 1, 0, "3"),
        (0, "USD", 1, 7, 0, "0.00"),
    ] {
        let quote = quote(payer, numerator, denominator, markup_bp);
        let quoted = quote.shown(money(fen, "CNY"), MADE).unwrap();
        assert_eq!(quoted.shown.to_decimal(), expect, "{fen} fen in {payer}");
        assert_eq!(quoted.charged, money(fen, "CNY"), "the till charges its own currency");
    }
}

#[test]
fn a_quote_counts_from_when_it_was_made_until_it_expires() {
    let quote = quote("USD", 14, 100, 0);
    let at = |now| quote.shown(money(100, "CNY"), now).map(|quoted| quoted.binding);
    assert_eq!(at(MADE - 1), Err(QuoteError::NotYet));
    assert_eq!(at(MADE), Ok(Binding::Informative));
    assert_eq!(at(MADE + LIFE - 1), Ok(Binding::Informative));
    assert_eq!(at(MADE + LIFE), Err(QuoteError::Expired));
    assert_eq!(quote.accept(MADE + LIFE), Err(QuoteError::Expired));
    let accepted = quote.accept(MADE + 5).unwrap();
    assert_eq!(accepted.shown(money(100, "CNY"), MADE + 6).unwrap().binding, Binding::Accepted);
    assert_eq!(accepted.shown(money(100, "CNY"), MADE + LIFE), Err(QuoteError::Expired));
}

#[test]
fn quotes_and_amounts_out_of_bounds_are_refused() {
    let good = quote("USD", 14, 100, 0);
    let change = |change: &dyn Fn(&mut Quote)| {
        let mut quote = good.clone();
        change(&mut quote);
        quote.check()
    };
    assert_eq!(good.check(), Ok(()));
    assert_eq!(change(&|q| q.payer = q.till), Err(QuoteError::SameCurrency));
    for broken in [
        &(|q: &mut Quote| q.id.clear()) as &dyn Fn(&mut Quote),
        &|q| q.id = "x".repeat(65),
        &|q| q.id = "a b".into(),
        &|q| q.rate.numerator = 0,
        &|q| q.rate.denominator = 0,
        &|q| q.rate.numerator = 1_000_000_000_001,
        &|q| q.markup_bp = 2_001,
        &|q| q.expires_ms = q.made_at_ms,
        &|q| q.expires_ms = q.made_at_ms + 86_400_001,
    ] {
        assert_eq!(change(broken), Err(QuoteError::Malformed));
    }
    assert_eq!(good.shown(money(1, "USD"), MADE), Err(QuoteError::WrongCurrency));
    assert_eq!(good.back(money(1, "CNY"), MADE), Err(QuoteError::WrongCurrency));
    assert_eq!(good.shown(money(-1, "CNY"), MADE), Err(QuoteError::BadAmount));
    let dear = quote("KWD", 1_000_000_000_000, 1, 2_000);
    assert_eq!(dear.shown(money(i64::MAX, "CNY"), MADE), Err(QuoteError::BadAmount));
    for (over, under) in [(-1, 1), (1, 0), (1, -1)] {
        assert_eq!(half_even(over, under), None);
    }
}

proptest! {
    /// Rounding twice loses at most half a unit of the payer's currency, seen in the till's, and half of the till's.
    #[test]
    fn a_round_trip_is_bounded(
        fen in 0_i64..1_000_000_000,
        numerator in 1_u64..1_000_000,
        denominator in 1_u64..1_000_000,
        markup_bp in 0_u32..=2_000,
        payer in prop::sample::select(vec!["USD", "JPY", "KWD"]),
    ) {
        let quote = quote(payer, numerator, denominator, markup_bp);
        let shown = quote.shown(money(fen, "CNY"), MADE).unwrap().shown;
        let back = quote.back(shown, MADE).unwrap();
        let places = Currency::parse(payer).unwrap().exponent() as u32;
        let over = i128::from(numerator) * i128::from(10_000 + markup_bp) * 10_i128.pow(places);
        let under = i128::from(denominator) * 10_000 * 100;
        // |shown * under - fen * over| <= under / 2, and |back - fen| <= under / (2 over) + 1/2.
        prop_assert!(2 * (i128::from(shown.minor()) * under - i128::from(fen) * over).abs() <= under);
        prop_assert!(2 * over * (i128::from(back.minor()) - i128::from(fen)).abs() <= under + over);
    }

    #[test]
    fn more_is_never_less(fen in 0_i64..1_000_000, more in 0_i64..1_000, numerator in 1_u64..10_000, denominator in 1_u64..10_000) {
        let quote = quote("USD", numerator, denominator, 0);
        let shown = |fen| quote.shown(money(fen, "CNY"), MADE).unwrap().shown.minor();
        prop_assert!(shown(fen) <= shown(fen + more));
    }

    #[test]
    fn half_even_is_nearest_and_even_in_the_middle(over in 0_i128..1_000_000, under in 1_i128..1_000) {
        let whole = half_even(over, under).unwrap();
        let off = (2 * (whole * under - over)).abs();
        prop_assert!(off <= under);
        prop_assert!(off < under || whole % 2 == 0);
    }
}

#[test]
fn a_rate_is_told_with_its_markup() {
    for (payer, numerator, denominator, markup_bp, expect) in [
        ("USD", 1_395, 10_000, 0, "1 CNY = 0.1395 USD"),
        ("USD", 1_395, 10_000, 300, "1 CNY = 0.143685 USD"),
        ("JPY", 20, 1, 0, "1 CNY = 20 JPY"),
        ("JPY", 2_113, 100, 150, "1 CNY = 21.44695 JPY"),
        ("KWD", 1, 3, 0, "1 CNY = 0.33333333 KWD"),
    ] {
        assert_eq!(quote(payer, numerator, denominator, markup_bp).text().unwrap(), expect);
    }
}

#[test]
fn all_of_an_amount_is_shown_as_on_the_receipt_and_a_part_in_proportion() {
    let quoted = quote("USD", 1_395, 10_000, 300).shown(money(1_800, "CNY"), MADE).unwrap();
    assert_eq!(quoted.part(money(1_800, "CNY")), Some(money(259, "USD")));
    // Python: (Decimal(259) * 600 / 1800).quantize(1, ROUND_HALF_EVEN), and so on.
    for (fen, cents) in [(0, 0), (600, 86), (900, 130), (1_200, 173), (7, 1)] {
        assert_eq!(quoted.part(money(fen, "CNY")), Some(money(cents, "USD")), "{fen} fen");
    }
    for amount in [money(1_801, "CNY"), money(-1, "CNY"), money(1, "USD")] {
        assert_eq!(quoted.part(amount), None);
    }
}
