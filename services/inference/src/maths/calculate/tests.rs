//! What expressions come to, as a table: digits and signs as they are typed; `[a|b]` is a fraction, `r(…)` a root,
//! `^(…)` a power, `y` and others letters.

use proptest::prelude::*;

use super::*;

/// A row of what is typed.
fn typed(text: &str) -> Row {
    let characters: Vec<char> = text.chars().filter(|character| *character != ' ').collect();
    let mut at = 0;
    let row = parts(&characters, &mut at);
    assert_eq!(at, characters.len(), "{text}");
    row
}

fn parts(text: &[char], at: &mut usize) -> Row {
    let mut row = Vec::new();
    while let Some(character) = text.get(*at) {
        *at += 1;
        let symbol = match character {
            '|' | ']' | '}' => {
                *at -= 1;
                return row;
            }
            '[' => {
                let over = parts(text, at);
                *at += 1;
                let under = parts(text, at);
                *at += 1;
                row.push(Part::Fraction(over, under));
                continue;
            }
            'r' | '^' | 'c' => {
                *at += 1;
                let inside = parts(text, at);
                *at += 1;
                row.push(match character {
                    'r' => Part::Root(inside, None),
                    'c' => Part::Root(inside, Some(vec![Part::Symbol(Symbol::Digit(3))])),
                    _ => Part::Raised(inside),
                });
                continue;
            }
            '.' => {
                row.push(Part::Point);
                continue;
            }
            digit @ '0'..='9' => Symbol::Digit(*digit as u8 - b'0'),
            '+' => Symbol::Plus,
            '-' => Symbol::Bar,
            '*' => Symbol::Times,
            ':' => Symbol::Divide,
            '=' => Symbol::Equals,
            '<' => Symbol::Less,
            '>' => Symbol::More,
            '≤' => Symbol::AtMost,
            '≥' => Symbol::AtLeast,
            '≠' => Symbol::Unequal,
            '%' => Symbol::Percent,
            '(' => Symbol::Open,
            ')' => Symbol::Close,
            '!' => Symbol::Factorial,
            letter => Symbol::Letter(*letter),
        };
        row.push(Part::Symbol(symbol));
    }
    row
}

fn value(text: &str) -> Outcome {
    outcome(&typed(text))
}

#[test]
fn arithmetic_is_exact() {
    for (text, expected) in [
        ("1+2*3", "7"),
        ("(1+2)*3", "9"),
        ("0.1+0.2", "0.3"),
        ("7:2=", "7/2 = 3.5"),
        ("7:2.0", "3.5"),
        ("[1|3]+[1|6]", "1/2 = 0.5"),
        ("1-[9|4]", "-5/4 = -1.25"),
        ("5:4", "5/4 = 1.25"),
        ("0.5+[1|3]", "5/6 ≈ 0.833333"),
        ("50%*3", "1.5"),
        ("1:(2^{30})", "1/1073741824 ≈ 9.313226×10^-10"),
        ("1:(2^{40})", "≈ 9.094947×10^-13"),
        ("3:(2^{5})", "3/32 = 0.09375"),
        ("[1|3]", "1/3 ≈ 0.333333"),
        ("2[1|2]", "5/2 = 2.5"),
        ("-2^{2}", "-4"),
        ("(-2)^{2}", "4"),
        ("2^{10}", "1024"),
        ("2^{-2}", "1/4 = 0.25"),
        ("4^{[1|2]}", "2"),
        ("r{16}", "4"),
        ("r{2}", "≈ 1.414214"),
        ("c{-27}", "-3"),
        ("r{[9|4]}", "3/2 = 1.5"),
        ("5!", "120"),
        ("15%*200", "30"),
        ("2^{2}%", "0.04"),
        ("2(3+4)", "14"),
        ("3--2", "5"),
        (".5*4", "2"),
        ("10:4*2", "5"),
        ("[1|[1|4]]", "4"),
        ("99999999999999999999+1", "100000000000000000000"),
        ("2^{100}", "≈ 1.267651×10^30"),
        ("r{2}*r{2}", "≈ 2"),
        ("1:8000000", "1/8000000 ≈ 1.25×10^-7"),
    ] {
        assert_eq!(value(text), Outcome::Value(expected.to_owned()), "{text}");
    }
}

#[test]
fn equations_up_to_the_second_power_are_solved() {
    for (text, expected) in [
        ("x+3=5", "x = 2"),
        ("2x-3=4", "x = 7/2 = 3.5"),
        ("3x=1", "x = 1/3 ≈ 0.333333"),
        ("x^{2}=9", "x = -3; x = 3"),
        ("x^{2}-5x+6=0", "x = 2; x = 3"),
        ("x^{2}=2", "x ≈ -1.414214; x ≈ 1.414214"),
        ("x^{2}-2x+1=0", "x = 1"),
        ("2(x+1)=3x-4", "x = 6"),
        ("[x|2]+1=4", "x = 6"),
        ("(x+1)(x-1)=x^{2}+x", "x = -1"),
        ("y+1=0", "y = -1"),
    ] {
        assert_eq!(value(text), Outcome::Solved(expected.to_owned()), "{text}");
    }
    assert_eq!(value("x=x"), Outcome::True);
    assert_eq!(value("x+1=x"), Outcome::False);
    assert_eq!(value("x^{2}+1=0"), Outcome::False);
    assert_eq!(value("1+1=2"), Outcome::True);
    assert_eq!(value("1+1=3"), Outcome::False);
}

#[test]
fn comparisons_hold_or_do_not() {
    for (text, holds) in [
        ("1<2", true),
        ("2<1", false),
        ("2*3>5", true),
        ("[1|3]>0.34", false),
        ("2≤2", true),
        ("3≤2", false),
        ("2≥2", true),
        ("1≥2", false),
        ("1≠2", true),
        ("2≠[4|2]", false),
    ] {
        assert_eq!(value(text), if holds { Outcome::True } else { Outcome::False }, "{text}");
    }
}

#[test]
fn what_has_no_value_says_why() {
    for (text, expected) in [
        ("", Outcome::Unfinished),
        ("1+", Outcome::Unfinished),
        ("(1+2", Outcome::Unfinished),
        ("1+2)", Outcome::Unfinished),
        ("*3", Outcome::Unfinished),
        ("=3", Outcome::Unfinished),
        ("3.", Outcome::Unfinished),
        ("[1|0]", Outcome::DivisionByZero),
        ("1:(2-2)", Outcome::DivisionByZero),
        ("0^{-1}", Outcome::DivisionByZero),
        ("0^{0}", Outcome::NotDefined),
        ("[1|2]!", Outcome::NotDefined),
        ("r{-4}", Outcome::NotReal),
        ("9^{9^{9}}", Outcome::TooLarge),
        ("9999!", Outcome::TooLarge),
        ("x^{3}=8", Outcome::TooHard),
        ("[1|x]=2", Outcome::TooHard),
        ("x+y=2", Outcome::TooHard),
        ("x+1", Outcome::Formula),
        ("x", Outcome::Formula),
        ("b0", Outcome::Formula),
        ("80b=", Outcome::Formula),
        ("12", Outcome::Number),
        ("-0.5=", Outcome::Number),
        ("--5", Outcome::Value("5".to_owned())),
        ("x<2", Outcome::TooHard),
        ("r{2}<2", Outcome::TooHard),
        ("1<2<3", Outcome::NotArithmetic),
        ("1<", Outcome::Unfinished),
        ("%", Outcome::NotArithmetic),
        ("1=2=3", Outcome::NotArithmetic),
        ("1.2.3", Outcome::NotArithmetic),
    ] {
        assert_eq!(value(text), expected, "{text}");
    }
}

#[test]
fn deep_brackets_end_in_words_and_not_in_the_process() {
    let deep = format!("{}1{}", "(".repeat(5_000), ")".repeat(5_000));
    assert_eq!(value(&deep), Outcome::NotArithmetic);
    assert_eq!(value(&format!("{}1", "-".repeat(20_000))), Outcome::Value("1".to_owned()));
}

proptest! {
    #[test]
    fn whole_numbers_are_added_and_multiplied_as_they_are(a in 0_i64..100_000, b in 0_i64..100_000, c in 1_i64..1_000) {
        prop_assert_eq!(value(&format!("{a}+{b}*{c}")), Outcome::Value((a + b * c).to_string()));
        prop_assert_eq!(value(&format!("({a}-{b})*{c}")), Outcome::Value(((a - b) * c).to_string()));
        prop_assert_eq!(value(&format!("{a}*{c}:{c}={a}")), Outcome::True);
    }

    #[test]
    fn what_solves_an_equation_solves_it(a in 1_i64..50, b in 0_i64..500, x in 0_i64..500) {
        let text = format!("{a}x+{b}={}", a * x + b);
        prop_assert_eq!(value(&text), Outcome::Solved(format!("x = {x}")));
    }

    #[test]
    fn both_places_are_found(one in 0_i64..60, other in 0_i64..60) {
        let (sum, product) = (one + other, one * other);
        let (low, high) = (one.min(other), one.max(other));
        let both = if low == high { format!("x = {low}") } else { format!("x = {low}; x = {high}") };
        prop_assert_eq!(value(&format!("x^{{2}}-{sum}x+{product}=0")), Outcome::Solved(both));
    }

    #[test]
    fn whatever_is_written_ends_in_an_outcome(text in "[0-9x+*:=().!-]{0,24}") {
        // Nothing to compare with: only that it comes to an end, and that a value is never empty.
        if let Outcome::Value(shown) | Outcome::Solved(shown) = value(&text) {
            prop_assert!(!shown.is_empty());
        }
    }
}
