//! `org.dais.Inference1.Maths`: written expressions and what they come to. What could be taken for a sum is read
//! as text too, so that no word is.

use std::time::{Duration, Instant};

use api::inference::InferenceError;
use api::ink::{InkGuess, InkPoint};
use api::maths::{MathsAnswer, MathsChosen, MathsExpression, MathsOutcome, MathsSymbol};
use zbus::interface;
use zbus::message::Header;

use super::checks::{client, refused};
use super::ink::{bounds, place, stroke};
use crate::desk::{Asker, Desk};
use crate::ink::{Layout, Script, Stroke};
use crate::maths::{self, Answer, Expression, Outcome, Read};
use crate::work::Work;

/// What the reader of text has not said by then is not waited for: somebody stands beside the sum.
const TEXT_WITHIN: Duration = Duration::from_secs(2);

/// The interface.
pub(super) struct Maths {
    desk: Desk,
}

impl Maths {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk }
    }

    /// Whether the strokes are plainly words. Without a reader of text nobody knows.
    async fn are_words(&self, strokes: Vec<Stroke>, asker: Asker) -> bool {
        let deadline = asker.deadline.min(Instant::now() + TEXT_WITHIN);
        let work = |reply| Work::ReadInk { strokes, layout: Layout::Lines, script: Script::Any, reply };
        match self.desk.ask(Asker { deadline, ..asker }, work).await {
            Ok(lines) => maths::are_words(&lines),
            Err(refusal) => {
                tracing::debug!(?refusal, "a sum was not read as text");
                false
            }
        }
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
        let (as_text, other) = (strokes.clone(), asker.clone());
        let work = |reply| Work::ReadMaths { strokes, reply };
        let read = self.desk.ask(asker, work).await.map_err(refused)?;
        let words = read.is_sum() && self.are_words(as_text, other).await;
        Ok(answer(if words { Answer::default() } else { read }))
    }

    #[zbus(out_args("expression"))]
    async fn evaluate(
        &self,
        symbols: Vec<MathsChosen>,
        deadline_ms: u32,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<MathsExpression, InferenceError> {
        let asker = self.desk.asker(client(&header), deadline_ms);
        let symbols: Vec<_> =
            symbols.into_iter().map(|chosen| (bounds(&chosen.place), chosen.latex)).collect();
        let chosen = maths::choose(&symbols).map_err(|error| InferenceError::BadInk(error.to_string()))?;
        let work = |reply| Work::Evaluate { chosen, reply };
        let evaluated = self.desk.ask(asker, work).await.map_err(refused)?;
        evaluated
            .map(expression)
            .ok_or_else(|| InferenceError::BadInk("there is nothing to work out".to_owned()))
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
        Outcome::Number => (MathsOutcome::Number, String::new()),
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
