//! `org.dais.Inference1.Maths`: written expressions and what they come to.

use api::inference::InferenceError;
use api::ink::{InkGuess, InkPoint};
use api::maths::{MathsAnswer, MathsExpression, MathsOutcome, MathsSymbol};
use zbus::interface;
use zbus::message::Header;

use super::checks::{client, refused};
use super::ink::{place, stroke};
use crate::desk::Desk;
use crate::ink::Stroke;
use crate::maths::{self, Answer, Expression, Outcome, Read};
use crate::work::Work;

/// The interface.
pub(super) struct Maths {
    desk: Desk,
}

impl Maths {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[interface(name = "org.dais.Inference1.Maths", introspection_docs = false)]
impl Maths {
    #[zbus(out_args("answer"))]
    async fn read(
        &self,
        strokes: Vec<Vec<InkPoint>>,
        deadline_ms: u32,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<MathsAnswer, InferenceError> {
        let asker = self.desk.asker(client(&header), deadline_ms);
        let strokes: Vec<Stroke> = strokes.into_iter().map(stroke).collect();
        maths::check_expression(&strokes).map_err(|error| InferenceError::BadInk(error.to_string()))?;
        let work = |reply| Work::ReadMaths { strokes, reply };
        self.desk.ask(asker, work).await.map(answer).map_err(refused)
    }
}

fn answer(answer: Answer) -> MathsAnswer {
    MathsAnswer {
        sure: answer.sure,
        expressions: answer.expressions.into_iter().map(expression).collect(),
        symbols: answer.symbols.into_iter().map(symbol).collect(),
    }
}

fn expression(Expression { latex, outcome, confidence }: Expression) -> MathsExpression {
    let (outcome, value) = match outcome {
        Outcome::Value(value) => (MathsOutcome::Value, value),
        Outcome::Solved(value) => (MathsOutcome::Solved, value),
        Outcome::True => (MathsOutcome::True, String::new()),
        Outcome::False => (MathsOutcome::False, String::new()),
        Outcome::Formula => (MathsOutcome::Formula, String::new()),
        Outcome::Unfinished => (MathsOutcome::Unfinished, String::new()),
        Outcome::DivisionByZero => (MathsOutcome::DivisionByZero, String::new()),
        Outcome::NotDefined => (MathsOutcome::NotDefined, String::new()),
        Outcome::NotReal => (MathsOutcome::NotReal, String::new()),
        Outcome::TooLarge => (MathsOutcome::TooLarge, String::new()),
        Outcome::TooHard => (MathsOutcome::TooHard, String::new()),
        Outcome::NotArithmetic => (MathsOutcome::NotArithmetic, String::new()),
    };
    MathsExpression { latex, outcome: outcome.to_wire(), value, confidence: confidence.into() }
}

fn symbol(Read { area, readings }: Read) -> MathsSymbol {
    let guess = |(text, confidence): (String, f32)| InkGuess { text, confidence: confidence.into() };
    MathsSymbol { place: place(area), guesses: readings.into_iter().map(guess).collect() }
}
