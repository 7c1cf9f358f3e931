//! What the service is asked while nobody waits: what passages mean, and what a page of ink says.

use api::inference::{InferenceError, InferenceProxy};
use api::search::SearchProxy;
use board::{Inked, Passed};
use zbus::Connection;
use zbus::proxy::CacheProperties;

use crate::bridge::inference::read_strokes;
use crate::reading::Line;

/// The service may take this long: so long a deadline makes it serve first whoever waits for an answer.
const DEADLINE_MS: u32 = 60_000;
/// Lines less certain than this are figures, or nobody can read them.
const LEGIBLE: f64 = 0.5;
/// Letters of a line that says something.
const LETTERS_MIN: usize = 2;

/// Which model speaks, and what each passage means to it.
pub(super) type Learnt = (String, Vec<Vec<u8>>);

/// A job that has ended.
pub(super) enum Done {
    /// What these passages mean.
    Learnt(Vec<String>, Result<Learnt, InferenceError>),
    /// What a page's ink says, line by line.
    Read(Inked, Result<Vec<String>, InferenceError>),
}

/// Who knows what passages mean and reads ink.
pub(super) trait Service: Clone + Send + Sync + 'static {
    /// What passages mean.
    fn learn(
        &self,
        texts: &[String],
        deadline_ms: u32,
    ) -> impl Future<Output = Result<Learnt, InferenceError>> + Send;

    /// What ink says.
    fn read(&self, strokes: &[Vec<Passed>])
    -> impl Future<Output = Result<Vec<Line>, InferenceError>> + Send;
}

impl Service for Connection {
    async fn learn(&self, texts: &[String], deadline_ms: u32) -> Result<Learnt, InferenceError> {
        learn(self, texts, deadline_ms).await
    }

    async fn read(&self, strokes: &[Vec<Passed>]) -> Result<Vec<Line>, InferenceError> {
        read_strokes(self, strokes, DEADLINE_MS).await
    }
}

pub(super) async fn learn_lot(service: impl Service, texts: Vec<String>) -> Done {
    let learnt = service.learn(&texts, DEADLINE_MS).await;
    Done::Learnt(texts, learnt)
}

async fn learn(
    connection: &Connection,
    texts: &[String],
    deadline_ms: u32,
) -> Result<Learnt, InferenceError> {
    let service = SearchProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    let passages: Vec<&str> = texts.iter().map(String::as_str).collect();
    let meanings = service.embed(&passages, deadline_ms).await?;
    // Asked for afterwards: these are the versions of what has just answered.
    let service = InferenceProxy::builder(connection).cache_properties(CacheProperties::No).build().await?;
    let models = service.models().await?;
    let of_search = models.iter().filter(|model| model.task == "search");
    let names: Vec<String> = of_search.map(|model| format!("{} {}", model.name, model.version)).collect();
    Ok((names.join(", "), meanings))
}

pub(super) async fn read_page(service: impl Service, inked: Inked, strokes: Vec<Vec<Passed>>) -> Done {
    if strokes.is_empty() {
        return Done::Read(inked, Ok(Vec::new()));
    }
    let lines = service.read(&strokes).await;
    let says_something = |line: &Line| {
        let letters = line.text.chars().filter(|letter| letter.is_alphanumeric()).count();
        line.confidence >= LEGIBLE && letters >= LETTERS_MIN
    };
    Done::Read(
        inked,
        lines.map(|lines| lines.into_iter().filter(says_something).map(|line| line.text).collect()),
    )
}

pub(super) fn signed(bytes: Vec<u8>) -> Vec<i8> {
    bytes.into_iter().map(u8::cast_signed).collect()
}
