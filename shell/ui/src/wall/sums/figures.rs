//! A sum in somebody's hands: its signs with what else each may be, what the whole may be instead, and what it comes to.
//! Pure.

use api::maths::{MathsAnswer, MathsChosen, MathsExpression, MathsOutcome, MathsSymbol};
use display::Area;

use crate::reading::{self, CHOICES_MAX, Word};
use screens::Reading;

/// Other expressions that are offered.
const OTHERS_MAX: usize = 3;
/// A longer one fits on no chip.
const OTHER_LEN_MAX: usize = 40;
/// A sign is marked as unsure below this.
const SURE: f64 = 0.9;

/// What comes of a sum.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Sum {
    /// This is written beside it.
    Text(String),
    /// Why not.
    Not(Reading),
}

/// A sum that can be read otherwise. What was written is in it, so it has no `Debug`.
#[derive(Clone, PartialEq)]
pub(in crate::wall) struct Figures {
    symbols: Vec<MathsSymbol>,
    /// What it is taken for; nothing before anybody has said what is meant.
    taken: Option<MathsExpression>,
    /// What the whole may be instead, each with a value.
    others: Vec<MathsExpression>,
    /// Around the circled ink, in pixels.
    bounds: Area,
    /// The asking under way.
    ticket: Option<u64>,
    /// Why there is no value.
    outcome: Reading,
}

impl Figures {
    /// Of an answer, if there is anything in it to choose: a sum that has a value, or might have one.
    pub(super) fn of(answer: MathsAnswer, bounds: Area) -> Option<Figures> {
        let first = answer.expressions.first()?;
        let taken = answer.sure.then(|| first.clone());
        let others: Vec<MathsExpression> = answer
            .expressions
            .iter()
            .skip(usize::from(answer.sure))
            .filter(|other| guess(other).is_some())
            .take(OTHERS_MAX)
            .cloned()
            .collect();
        let is_sum = taken.as_ref().map_or(!others.is_empty(), |taken| {
            !matches!(
                MathsOutcome::from_wire(taken.outcome),
                MathsOutcome::Formula
                    | MathsOutcome::Number
                    | MathsOutcome::TooHard
                    | MathsOutcome::NotArithmetic
            )
        });
        let choosable = !others.is_empty() || answer.symbols.iter().any(|symbol| symbol.guesses.len() > 1);
        let (ticket, outcome) = (None, Reading::Ready);
        (is_sum && choosable).then_some(Figures {
            symbols: answer.symbols,
            taken,
            others,
            bounds,
            ticket,
            outcome,
        })
    }

    /// The same with why it has no value.
    pub(super) fn with(self, outcome: Reading) -> Figures {
        // That nobody is sure is said anyway.
        Figures { outcome: if self.taken.is_some() { outcome } else { Reading::Ready }, ..self }
    }

    pub(super) fn bounds(&self) -> Area {
        self.bounds
    }

    /// Why it has no value; ready where it has, or where nothing was chosen yet.
    pub(in crate::wall) fn outcome(&self) -> Reading {
        self.outcome
    }

    /// Whether what is meant is settled.
    pub(in crate::wall) fn is_settled(&self) -> bool {
        self.taken.is_some()
    }

    /// Its signs as words that can be chosen.
    pub(super) fn reading(&self) -> reading::Reading {
        let latex = self.taken.as_ref().map_or("", |taken| &taken.latex);
        let word = |symbol: &MathsSymbol| {
            let mut signs = symbol.guesses.iter().map(|guess| sign(&guess.text, latex));
            let text = signs.next().unwrap_or_default();
            let sure = symbol.guesses.first().is_some_and(|first| first.confidence >= SURE);
            Word { before: String::new(), text, choices: signs.take(CHOICES_MAX).collect(), sure }
        };
        reading::Reading { words: self.symbols.iter().map(word).collect() }
    }

    /// Reads one sign otherwise, as [`reading::Reading::choose`] does with its word.
    pub(in crate::wall) fn choose(&mut self, symbol: usize, choice: usize) -> bool {
        let Some(symbol) = self.symbols.get_mut(symbol) else { return false };
        if choice + 1 >= symbol.guesses.len() {
            return false;
        }
        let chosen = symbol.guesses.remove(choice + 1);
        symbol.guesses.insert(0, chosen);
        true
    }

    /// What the whole may be instead, as it is offered.
    pub(in crate::wall) fn others(&self) -> Vec<String> {
        self.others.iter().filter_map(guess).collect()
    }

    /// Takes one of the others for what is meant; what it was taken for is another then.
    pub(in crate::wall) fn take_other(&mut self, at: usize) -> bool {
        if at >= self.others.len() {
            return false;
        }
        let other = self.others.remove(at);
        self.others.extend(self.taken.take().filter(|taken| guess(taken).is_some()));
        self.take(other);
        true
    }

    /// Takes this for what is meant.
    pub(super) fn take(&mut self, expression: MathsExpression) {
        self.ticket = None;
        self.others.retain(|other| other.latex != expression.latex);
        self.outcome = match come(&expression) {
            Sum::Text(_) => Reading::Ready,
            Sum::Not(outcome) => outcome,
        };
        self.taken = Some(expression);
    }

    /// It could not be worked out.
    pub(super) fn fail(&mut self, outcome: Reading) {
        (self.ticket, self.taken, self.outcome) = (None, None, outcome);
    }

    /// What is to stand beside it.
    pub(super) fn come(&self) -> Option<String> {
        match come(self.taken.as_ref()?) {
            Sum::Text(text) => Some(text),
            Sum::Not(_) => None,
        }
    }

    pub(super) fn wait_for(&mut self, ticket: u64) {
        self.ticket = Some(ticket);
    }

    pub(super) fn waits_for(&self, ticket: u64) -> bool {
        self.ticket == Some(ticket)
    }

    /// Its symbols as they are read now.
    pub(super) fn chosen(&self) -> Vec<MathsChosen> {
        let chosen = |symbol: &MathsSymbol| {
            let latex = symbol.guesses.first()?.text.clone();
            Some(MathsChosen { place: symbol.place, latex })
        };
        self.symbols.iter().filter_map(chosen).collect()
    }
}

/// What comes of an answer.
pub(super) fn sum(answer: &MathsAnswer) -> Sum {
    match answer.expressions.first() {
        Some(first) if answer.sure => come(first),
        _ => Sum::Not(Reading::NoSum),
    }
}

/// What is written beside an expression that is meant.
fn come(expression: &MathsExpression) -> Sum {
    match MathsOutcome::from_wire(expression.outcome) {
        // An equals sign that is there already is not written again.
        MathsOutcome::Value if expression.latex.ends_with('=') => Sum::Text(expression.value.clone()),
        MathsOutcome::Value if expression.value.starts_with('≈') => Sum::Text(expression.value.clone()),
        MathsOutcome::Value => Sum::Text(format!("= {}", expression.value)),
        MathsOutcome::Solved => Sum::Text(expression.value.clone()),
        MathsOutcome::True => Sum::Text("✓".to_owned()),
        MathsOutcome::False => Sum::Text("✗".to_owned()),
        MathsOutcome::Unfinished => Sum::Not(Reading::Unfinished),
        MathsOutcome::DivisionByZero => Sum::Not(Reading::ByZero),
        MathsOutcome::Formula
        | MathsOutcome::NotDefined
        | MathsOutcome::NotReal
        | MathsOutcome::TooLarge
        | MathsOutcome::TooHard => Sum::Not(Reading::NoValue),
        MathsOutcome::Number | MathsOutcome::NotArithmetic | MathsOutcome::Unknown => {
            Sum::Not(Reading::NoSum)
        }
    }
}

/// An expression with its value as it is offered.
fn guess(expression: &MathsExpression) -> Option<String> {
    let latex = plain(&expression.latex);
    let sum = latex.trim_end_matches('=');
    let text = match MathsOutcome::from_wire(expression.outcome) {
        MathsOutcome::Value if expression.value.starts_with('≈') => format!("{sum} {}", expression.value),
        MathsOutcome::Value => format!("{sum} = {}", expression.value),
        MathsOutcome::Solved => format!("{latex}, {}", expression.value),
        MathsOutcome::True => format!("{latex} ✓"),
        MathsOutcome::False => format!("{latex} ✗"),
        _ => return None,
    };
    (text.chars().count() <= OTHER_LEN_MAX).then_some(text)
}

/// LaTeX's names of signs, and the signs.
const SIGNS: [(&str, &str); 12] = [
    ("\\times", "×"),
    ("\\div", "÷"),
    ("\\cdot", "·"),
    ("\\pi", "π"),
    ("\\leq", "≤"),
    ("\\geq", "≥"),
    ("\\neq", "≠"),
    ("\\%", "%"),
    ("\\sqrt{}", "√"),
    ("^{2}", "²"),
    ("^{3}", "³"),
    ("-", "−"),
];

/// A symbol as it is shown. A cross is a letter until it stands between numbers, and a dot may be a point: the whole
/// sum says what they are.
fn sign(symbol: &str, whole: &str) -> String {
    match symbol {
        "x" if whole.contains("\\times") && !whole.replace("\\", " ").contains('x') => "×".to_owned(),
        "\\cdot" if whole.contains('.') => ".".to_owned(),
        other => plain(other),
    }
}

/// A LaTeX expression in one line, as people type it.
fn plain(latex: &str) -> String {
    let text = SIGNS.iter().fold(latex.to_owned(), |text, (name, sign)| text.replace(name, sign));
    let mut rest = text.as_str();
    let mut out = String::new();
    while let Some(first) = rest.chars().next() {
        if let Some((over, under, after)) = rest.strip_prefix("\\frac").and_then(two_groups) {
            out.push_str(&format!("{}/{}", grouped(&plain(over)), grouped(&plain(under))));
            rest = after;
        } else if let Some((inside, after)) = rest.strip_prefix("\\sqrt").and_then(group) {
            out.push_str(&format!("√{}", grouped(&plain(inside))));
            rest = after;
        } else if let Some((power, after)) = rest.strip_prefix('^').and_then(group) {
            out.push_str(&format!("^{}", grouped(&plain(power))));
            rest = after;
        } else {
            out.push(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
    }
    out
}

/// In brackets where it is more than one number or letter.
fn grouped(text: &str) -> String {
    let whole =
        text.chars().all(|letter| letter.is_ascii_digit() || letter == '.') || text.chars().count() == 1;
    if whole { text.to_owned() } else { format!("({text})") }
}

/// What is in the braces that a text begins with, and what follows.
fn group(text: &str) -> Option<(&str, &str)> {
    let inside = text.strip_prefix('{')?;
    let mut deep = 1_usize;
    for (at, letter) in inside.char_indices() {
        match letter {
            '{' => deep += 1,
            '}' => deep -= 1,
            _ => {}
        }
        if deep == 0 {
            return Some((inside.get(..at)?, inside.get(at + 1..)?));
        }
    }
    None
}

fn two_groups(text: &str) -> Option<(&str, &str, &str)> {
    let (one, rest) = group(text)?;
    let (other, rest) = group(rest)?;
    Some((one, other, rest))
}

#[cfg(test)]
mod tests;
