//! What is written beside a sum, and what is said instead.

use super::*;

fn answer(sure: bool, expressions: &[(&str, MathsOutcome, &str)]) -> MathsAnswer {
    let expression = |(latex, outcome, value): &(&str, MathsOutcome, &str)| MathsExpression {
        latex: (*latex).to_owned(),
        outcome: outcome.to_wire(),
        value: (*value).to_owned(),
        confidence: 0.5,
    };
    MathsAnswer { sure, expressions: expressions.iter().map(expression).collect(), symbols: Vec::new() }
}

#[test]
fn a_sure_sum_is_written_with_one_equals_sign() {
    for (latex, outcome, value, text) in [
        ("12+34", MathsOutcome::Value, "46", "= 46"),
        ("12+34=", MathsOutcome::Value, "46", "46"),
        ("\\sqrt{2}", MathsOutcome::Value, "≈ 1.414214", "≈ 1.414214"),
        ("x+3=5", MathsOutcome::Solved, "x = 2", "x = 2"),
        ("1+1=2", MathsOutcome::True, "", "✓"),
        ("1+1=3", MathsOutcome::False, "", "✗"),
    ] {
        assert_eq!(sum(&answer(true, &[(latex, outcome, value)])), Sum::Text(text.to_owned()), "{latex}");
    }
}

#[test]
fn a_value_that_is_not_sure_is_never_written() {
    let unsure = answer(
        false,
        &[
            ("7\\times3=", MathsOutcome::Value, "21"),
            ("1+", MathsOutcome::Unfinished, ""),
            ("1-3", MathsOutcome::Value, "-2"),
        ],
    );
    assert_eq!(sum(&unsure), Sum::Not(Reading::NoSum, "7×3 = 21 / 1-3 = -2".to_owned()));
    assert_eq!(sum(&answer(false, &[])), Sum::Not(Reading::NoSum, String::new()));
    let long = "1".repeat(40);
    assert_eq!(
        sum(&answer(false, &[(&long, MathsOutcome::Value, &long)])),
        Sum::Not(Reading::NoSum, String::new())
    );
}

#[test]
fn what_has_no_value_says_why() {
    for (outcome, reading) in [
        (MathsOutcome::Unfinished, Reading::Unfinished),
        (MathsOutcome::DivisionByZero, Reading::ByZero),
        (MathsOutcome::Formula, Reading::NoValue),
        (MathsOutcome::NotReal, Reading::NoValue),
        (MathsOutcome::NotArithmetic, Reading::NoSum),
    ] {
        assert_eq!(
            sum(&answer(true, &[("?", outcome, "")])),
            Sum::Not(reading, String::new()),
            "{outcome:?}"
        );
    }
}
