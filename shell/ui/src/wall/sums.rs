//! A circled sum is worked out: what it comes to lands beside it, and the ink stays. Where the reader is not sure,
//! nothing lands on the board, and the bar says what may be meant.

use std::rc::Rc;

use api::maths::{MathsAnswer, MathsExpression, MathsOutcome};
use board::{Legible, PersonId};
use display::BoardCommand;

use super::Wall;
use super::selections::outcome_of;
use crate::bridge::{FromUi, ReadFailure, ToUi};
use screens::Reading;

/// Expressions that are offered where none is sure; more do not fit on the bar.
const GUESSES_MAX: usize = 2;
/// A longer one fits neither.
const GUESS_LEN_MAX: usize = 28;

/// What comes of a sum.
#[derive(Clone, Debug, PartialEq)]
enum Sum {
    /// This is written beside it.
    Text(String),
    /// The bar says why not, and what may be meant.
    Not(Reading, String),
}

impl Wall {
    /// Asks what a selection comes to.
    pub(super) fn work_out(self: &Rc<Self>, person: PersonId) {
        let mut selections = self.selections.borrow_mut();
        let Some(selection) = selections.get_mut(&person).filter(|selection| selection.ticket.is_none())
        else {
            return;
        };
        let ticket = self.ticket();
        selection.ticket = Some(ticket);
        selection.guesses.clear();
        let ids = selection.ids.clone();
        drop(selections);
        let asker = self.asker.clone();
        let reply = Box::new(move |what| {
            // Sums are read from strokes alone: of a picture there is nothing to work out.
            let answer = match what {
                Some(Legible::Strokes(strokes)) => {
                    if asker.ask(FromUi::WorkOut { ticket, strokes }) {
                        return;
                    }
                    Err(ReadFailure::Failed)
                }
                Some(Legible::Picture(_)) | None => {
                    Ok(MathsAnswer { sure: false, expressions: Vec::new(), symbols: Vec::new() })
                }
            };
            crate::app::teller()(ToUi::WorkedOut { ticket, answer });
        });
        self.command(BoardCommand::Legible { ids, height_px: 1, reply });
        self.show_bar(person);
    }

    /// A sum was worked out. Where the selection has changed since, nothing happens.
    pub fn take_answer(&self, ticket: u64, answer: Result<MathsAnswer, ReadFailure>) {
        let mut selections = self.selections.borrow_mut();
        let found = selections.iter_mut().find(|(_, selection)| selection.ticket == Some(ticket));
        let Some((&person, selection)) = found else { return };
        selection.ticket = None;
        let sum =
            answer.map_or_else(|failure| Sum::Not(outcome_of(failure), String::new()), |answer| sum(&answer));
        let (outcome, text, guesses) = match sum {
            Sum::Text(text) => (Reading::Ready, Some(text), String::new()),
            Sum::Not(outcome, guesses) => (outcome, None, guesses),
        };
        (selection.outcome, selection.guesses) = (outcome, guesses);
        let rect = self.layout.answer(selection.bounds);
        drop(selections);
        if let Some(text) = text {
            self.command(BoardCommand::PlaceText { person, rect, text, replaces: Vec::new() });
            self.command(BoardCommand::ClearSelection { person });
            self.deselect(person);
        } else {
            self.show_bar(person);
        }
    }
}

fn sum(answer: &MathsAnswer) -> Sum {
    let Some(first) = answer.expressions.first() else { return Sum::Not(Reading::NoSum, String::new()) };
    if !answer.sure {
        let guesses: Vec<String> = answer.expressions.iter().filter_map(guess).take(GUESSES_MAX).collect();
        return Sum::Not(Reading::NoSum, guesses.join(" / "));
    }
    match MathsOutcome::from_wire(first.outcome) {
        // An equals sign that is there already is not written again.
        MathsOutcome::Value if first.latex.ends_with('=') => Sum::Text(first.value.clone()),
        MathsOutcome::Value if first.value.starts_with('≈') => Sum::Text(first.value.clone()),
        MathsOutcome::Value => Sum::Text(format!("= {}", first.value)),
        MathsOutcome::Solved => Sum::Text(first.value.clone()),
        MathsOutcome::True => Sum::Text("✓".to_owned()),
        MathsOutcome::False => Sum::Text("✗".to_owned()),
        MathsOutcome::Unfinished => Sum::Not(Reading::Unfinished, String::new()),
        MathsOutcome::DivisionByZero => Sum::Not(Reading::ByZero, String::new()),
        MathsOutcome::Formula
        | MathsOutcome::NotDefined
        | MathsOutcome::NotReal
        | MathsOutcome::TooLarge
        | MathsOutcome::TooHard => Sum::Not(Reading::NoValue, String::new()),
        MathsOutcome::NotArithmetic | MathsOutcome::Unknown => Sum::Not(Reading::NoSum, String::new()),
    }
}

/// An expression with its value as it is offered.
fn guess(expression: &MathsExpression) -> Option<String> {
    let outcome = MathsOutcome::from_wire(expression.outcome);
    let latex = plain(&expression.latex);
    let text = match outcome {
        MathsOutcome::Value => format!("{} = {}", latex.trim_end_matches('='), expression.value),
        MathsOutcome::Solved => format!("{latex}, {}", expression.value),
        _ => return None,
    };
    (text.chars().count() <= GUESS_LEN_MAX).then_some(text)
}

/// Signs instead of LaTeX's names for them. What stands above each other is left as LaTeX says it.
fn plain(latex: &str) -> String {
    [
        ("\\times", "×"),
        ("\\div", "÷"),
        ("\\cdot", "·"),
        ("\\pi", "π"),
        ("\\%", "%"),
        ("^{2}", "²"),
        ("^{3}", "³"),
    ]
    .iter()
    .fold(latex.to_owned(), |text, (name, sign)| text.replace(name, sign))
}

#[cfg(test)]
mod tests;
