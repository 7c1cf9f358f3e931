//! `org.dais.Inference1.Search`: what passages mean, as directions to compare.

use api::inference::InferenceError;
use api::search::PASSAGES_MAX;
use zbus::interface;
use zbus::message::Header;

use super::checks::{client, refused};
use crate::desk::Desk;
use crate::search::Embedding;
use crate::work::Work;

/// The interface.
pub(super) struct Search {
    desk: Desk,
}

impl Search {
    pub(super) fn new(desk: Desk) -> Self {
        Self { desk }
    }
}

#[interface(name = "org.dais.Inference1.Search", introspection_docs = false)]
impl Search {
    #[zbus(out_args("embeddings"))]
    async fn embed(
        &self,
        passages: Vec<String>,
        deadline_ms: u32,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<Vec<Vec<u8>>, InferenceError> {
        let asker = self.desk.asker(client(&header), deadline_ms);
        if passages.len() > PASSAGES_MAX {
            return Err(InferenceError::TooLarge(format!(
                "{} passages in one call; at most {PASSAGES_MAX}",
                passages.len()
            )));
        }
        let embeddings =
            self.desk.ask(asker, |reply| Work::Embed { passages, reply }).await.map_err(refused)?;
        Ok(embeddings.into_iter().map(bytes).collect())
    }
}

fn bytes(embedding: Option<Embedding>) -> Vec<u8> {
    embedding.map_or_else(Vec::new, |Embedding(steps)| steps.into_iter().map(i8::cast_unsigned).collect())
}
