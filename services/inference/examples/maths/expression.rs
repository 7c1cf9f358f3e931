//! Expressions of school arithmetic and algebra, by chance.

use inference::maths::Outcome;

use crate::hand::Hand;

/// A part of an expression.
#[derive(Clone, Debug)]
pub(crate) enum Part {
    Sign(char),
    Fraction(Vec<Part>, Vec<Part>),
    Root(Vec<Part>),
    Raised(Vec<Part>),
}

/// An expression, and what it comes to where that is known beforehand.
pub(crate) struct Meant {
    pub(crate) parts: Vec<Part>,
    outcome: Option<Outcome>,
}

/// A sort of expression.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sort {
    /// One digit alone.
    Digit,
    Sums,
    Products,
    Decimals,
    Brackets,
    Fractions,
    Powers,
    Roots,
    Linear,
    Quadratic,
    Word,
}

fn signs(text: &str) -> Vec<Part> {
    text.chars().map(Part::Sign).collect()
}

impl Sort {
    pub(crate) const ALL: [Sort; 11] = [
        Sort::Digit,
        Sort::Sums,
        Sort::Products,
        Sort::Decimals,
        Sort::Brackets,
        Sort::Fractions,
        Sort::Powers,
        Sort::Roots,
        Sort::Linear,
        Sort::Quadratic,
        Sort::Word,
    ];

    pub(crate) fn expression(self, hand: &mut Hand) -> Meant {
        let (a, b, c) = (hand.whole(2, 99), hand.whole(2, 99), hand.whole(2, 9));
        let value = |number: i64| Some(Outcome::Value(number.to_string()));
        match self {
            Sort::Digit => {
                let digit = hand.whole(0, 9);
                Meant { parts: signs(&digit.to_string()), outcome: Some(Outcome::Number) }
            }
            Sort::Sums => Meant { parts: signs(&format!("{a}+{b}-{c}=")), outcome: value(a + b - c) },
            Sort::Products => {
                let times = Meant { parts: signs(&format!("{a}×{b}=")), outcome: value(a * b) };
                let over = Meant { parts: signs(&format!("{}÷{c}=", a * c)), outcome: value(a) };
                if hand.chance() { times } else { over }
            }
            Sort::Decimals => {
                let sum = a * 10 + b;
                let shown = format!("{}.{}", sum / 10, sum % 10).trim_end_matches(".0").to_owned();
                let parts = signs(&format!("{a}+{}.{}=", b / 10, b % 10));
                Meant { parts, outcome: Some(Outcome::Value(shown)) }
            }
            Sort::Brackets => {
                Meant { parts: signs(&format!("{c}×({a}+{b})=")), outcome: value(c * (a + b)) }
            }
            Sort::Fractions => {
                let mut parts = vec![Part::Fraction(signs(&(a * c).to_string()), signs(&c.to_string()))];
                parts.extend(signs(&format!("+{b}=")));
                Meant { parts, outcome: value(a + b) }
            }
            Sort::Powers => {
                let power = hand.whole(2, 3);
                let mut parts = signs(&c.to_string());
                parts.push(Part::Raised(signs(&power.to_string())));
                parts.extend(signs(&format!("+{a}=")));
                Meant { parts, outcome: value(c.pow(power as u32) + a) }
            }
            Sort::Roots => {
                let mut parts = vec![Part::Root(signs(&(c * c).to_string()))];
                parts.extend(signs(&format!("+{a}=")));
                Meant { parts, outcome: value(c + a) }
            }
            Sort::Linear => {
                let x = hand.whole(1, 20);
                let parts = signs(&format!("{c}x+{b}={}", c * x + b));
                Meant { parts, outcome: Some(Outcome::Solved(format!("x = {x}"))) }
            }
            Sort::Word => {
                const WORDS: [&str; 30] = [
                    "HI", "cat", "THE", "hi", "Hello", "is", "it", "no", "go", "box", "Bob", "all", "two",
                    "if", "SOS", "TEXT", "FILL", "OIL", "Lesson", "to", "of", "ill", "dog", "Tom", "HOT",
                    "book", "Zoo", "Pi", "six", "red",
                ];
                let word = WORDS[hand.whole(0, 29) as usize];
                Meant { parts: signs(word), outcome: None }
            }
            Sort::Quadratic => {
                let (one, other) = (hand.whole(1, 9), hand.whole(10, 19));
                let mut parts = signs("x");
                parts.push(Part::Raised(signs("2")));
                parts.extend(signs(&format!("-{}x+{}=0", one + other, one * other)));
                Meant { parts, outcome: Some(Outcome::Solved(format!("x = {one}; x = {other}"))) }
            }
        }
    }
}

impl Meant {
    pub(crate) fn comes_to(&self, outcome: &Outcome) -> bool {
        self.outcome.as_ref() == Some(outcome)
    }

    pub(crate) fn latex(&self) -> String {
        latex(&self.parts)
    }

    /// Every symbol, in LaTeX.
    pub(crate) fn symbols(&self) -> Vec<String> {
        let mut all = Vec::new();
        symbols(&self.parts, &mut all);
        all
    }
}

fn sign(of: char) -> String {
    match of {
        '×' => "\\times".to_owned(),
        '÷' => "\\div".to_owned(),
        other => other.to_string(),
    }
}

fn latex(parts: &[Part]) -> String {
    let part = |part: &Part| match part {
        Part::Sign(of) => sign(*of),
        Part::Fraction(over, under) => format!("\\frac{{{}}}{{{}}}", latex(over), latex(under)),
        Part::Root(inside) => format!("\\sqrt{{{}}}", latex(inside)),
        Part::Raised(over) => format!("^{{{}}}", latex(over)),
    };
    parts.iter().map(part).collect()
}

fn symbols(parts: &[Part], all: &mut Vec<String>) {
    for part in parts {
        match part {
            // The network's name for a point is that of the dot it is.
            Part::Sign('.') => all.push("\\cdot".to_owned()),
            Part::Sign(of) => all.push(sign(*of)),
            Part::Fraction(over, under) => {
                all.push("-".to_owned());
                symbols(over, all);
                symbols(under, all);
            }
            Part::Root(inside) => {
                all.push("\\sqrt{}".to_owned());
                symbols(inside, all);
            }
            Part::Raised(over) => symbols(over, all),
        }
    }
}
