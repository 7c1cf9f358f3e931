//! What the service is asked while nobody waits: what passages mean, and what a page of ink says.

use api::inference::{InferenceError, InferenceProxy};
use api::search::SearchProxy;
use board::{Inked, Passed};
use zbus::Connection;
use zbus::proxy::CacheProperties;

use crate::bridge::inference::read_strokes;

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

pub(super) async fn learn_lot(connection: Connection, texts: Vec<String>) -> Done {
    let learnt = learn(&connection, &texts, DEADLINE_MS).await;
    Done::Learnt(texts, learnt)
}

pub(super) async fn learn(
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

pub(super) async fn read_page(connection: Connection, inked: Inked, strokes: Vec<Vec<Passed>>) -> Done {
    if strokes.is_empty() {
        return Done::Read(inked, Ok(Vec::new()));
    }
    let lines = read_strokes(&connection, &strokes, DEADLINE_MS).await;
    let says_something = |line: &crate::reading::Line| {
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
