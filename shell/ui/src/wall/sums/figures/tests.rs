//! What is written beside a sum, and what is said instead.

use api::ink::{InkBox, InkGuess};

use super::*;

const BOUNDS: Area = Area::new(10, 20, 300, 100);

fn symbol(left: f64, guesses: &[&str]) -> MathsSymbol {
    let guess = |text: &&str| InkGuess { text: (*text).to_owned(), confidence: 0.6 };
    MathsSymbol {
        place: InkBox { left, top: 0.0, right: left + 8.0, bottom: 12.0 },
        guesses: guesses.iter().map(guess).collect(),
    }
}

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
        ("5\\div4", MathsOutcome::Value, "5/4 = 1.25", "= 5/4 = 1.25"),
        ("\\sqrt{2}", MathsOutcome::Value, "≈ 1.414214", "≈ 1.414214"),
        ("x+3=5", MathsOutcome::Solved, "x = 2", "x = 2"),
        ("1+1=2", MathsOutcome::True, "", "✓"),
        ("1+1=3", MathsOutcome::False, "", "✗"),
    ] {
        assert_eq!(sum(&answer(true, &[(latex, outcome, value)])), Sum::Text(text.to_owned()), "{latex}");
    }
}

#[test]
fn a_value_that_is_not_sure_is_never_written_before_it_is_chosen() {
    let unsure = answer(
        false,
        &[
            ("7\\times3=", MathsOutcome::Value, "21"),
            ("1+", MathsOutcome::Unfinished, ""),
            ("1-3", MathsOutcome::Value, "-2"),
        ],
    );
    assert_eq!(sum(&unsure), Sum::Not(Reading::NoSum));
    let mut figures = Figures::of(unsure, BOUNDS).unwrap();
    assert_eq!(
        (figures.others(), figures.come()),
        (vec!["7×3 = 21".to_owned(), "1−3 = -2".to_owned()], None)
    );
    assert!(!figures.take_other(2) && !figures.is_settled());
    assert!(figures.take_other(1) && figures.is_settled());
    assert_eq!((figures.others(), figures.come()), (vec!["7×3 = 21".to_owned()], Some("= -2".to_owned())));
    // What was taken first can be had back.
    assert!(figures.take_other(0));
    assert_eq!((figures.others(), figures.come()), (vec!["1−3 = -2".to_owned()], Some("21".to_owned())));
    let long = "1".repeat(40);
    for nothing in [&[][..], &[(&*long, MathsOutcome::Value, &*long)], &[("12", MathsOutcome::Number, "")]] {
        assert!(Figures::of(answer(false, nothing), BOUNDS).is_none());
        assert_eq!(sum(&answer(false, nothing)), Sum::Not(Reading::NoSum));
    }
}

#[test]
fn a_sign_that_is_read_otherwise_is_asked_about_as_it_was_chosen() {
    let mut sure = answer(true, &[("1\\times 3", MathsOutcome::Value, "3")]);
    sure.symbols = vec![symbol(0.0, &["1", "7"]), symbol(10.0, &["x", "+"]), symbol(20.0, &["3", "8", "5"])];
    let mut figures = Figures::of(sure, BOUNDS).unwrap();
    let reading = figures.reading();
    let texts: Vec<&str> = reading.words.iter().map(|word| &*word.text).collect();
    assert_eq!(
        (texts, &*reading.words[2].choices),
        (vec!["1", "×", "3"], &["8".to_owned(), "5".to_owned()][..])
    );
    assert!(!figures.choose(2, 2) && !figures.choose(3, 0));
    assert!(figures.choose(2, 1) && figures.choose(0, 0));
    let chosen = figures.chosen();
    let says: Vec<&str> = chosen.iter().map(|one| &*one.latex).collect();
    assert_eq!((says, chosen[2].place.left), (vec!["7", "x", "5"], 20.0));
    figures.wait_for(9);
    assert!(figures.waits_for(9) && !figures.waits_for(8));
    let told = |outcome, value| answer(true, &[("7\\times 5", outcome, value)]).expressions.remove(0);
    figures.take(told(MathsOutcome::Value, "35"));
    assert_eq!((figures.come(), figures.outcome()), (Some("= 35".to_owned()), Reading::Ready));
    figures.take(told(MathsOutcome::Unfinished, ""));
    assert_eq!((figures.come(), figures.outcome()), (None, Reading::Unfinished));
    figures.fail(Reading::Late);
    assert_eq!((figures.come(), figures.outcome(), figures.waits_for(9)), (None, Reading::Late, false));
}

#[test]
fn what_nobody_needs_to_choose_is_not_offered() {
    let with_choice = |outcome| {
        let mut answer = answer(true, &[("?", outcome, "1")]);
        answer.symbols = vec![symbol(0.0, &["1", "7"])];
        answer
    };
    for outcome in [MathsOutcome::Value, MathsOutcome::Unfinished, MathsOutcome::DivisionByZero] {
        assert!(Figures::of(with_choice(outcome), BOUNDS).is_some(), "{outcome:?}");
    }
    for outcome in [MathsOutcome::Number, MathsOutcome::Formula, MathsOutcome::TooHard] {
        assert!(Figures::of(with_choice(outcome), BOUNDS).is_none(), "{outcome:?}");
    }
    let mut alone = with_choice(MathsOutcome::Value);
    alone.symbols[0].guesses.truncate(1);
    assert!(Figures::of(alone, BOUNDS).is_none());
}

#[test]
fn latex_is_said_in_one_line() {
    for (latex, text) in [
        ("\\frac{3}{4}+2", "3/4+2"),
        ("\\frac{1+2}{\\sqrt{4}}", "(1+2)/(√4)"),
        ("5^{2}-9", "5²−9"),
        ("2^{10}\\times x", "2^10× x"),
        ("\\frac{1", "\\frac{1"),
        ("3\\leq\\pi", "3≤π"),
    ] {
        assert_eq!(plain(latex), text);
    }
}

#[test]
fn what_has_no_value_says_why() {
    for (outcome, reading) in [
        (MathsOutcome::Unfinished, Reading::Unfinished),
        (MathsOutcome::DivisionByZero, Reading::ByZero),
        (MathsOutcome::Formula, Reading::NoValue),
        (MathsOutcome::NotReal, Reading::NoValue),
        (MathsOutcome::Number, Reading::NoSum),
        (MathsOutcome::NotArithmetic, Reading::NoSum),
    ] {
        assert_eq!(sum(&answer(true, &[("?", outcome, "")])), Sum::Not(reading), "{outcome:?}");
    }
}
