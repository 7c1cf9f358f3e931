//! `org.dais.Inference1.Search`: what passages mean. Contract in words: `xml/org.dais.Inference1.xml`.

use zbus::proxy;

use crate::inference::InferenceError;

/// Passages that one call may have: a page's, many times over.
pub const PASSAGES_MAX: usize = 256;

/// The sentence encoder as its callers see it.
#[proxy(
    interface = "org.dais.Inference1.Search",
    default_service = "org.dais.Inference1",
    default_path = "/org/dais/Inference1"
)]
pub trait Search {
    /// What each of at most [`PASSAGES_MAX`] passages means: 512 signed bytes, a direction of length about 127; none
    /// for a passage without a word. Only the first 2,000 characters of each count. `deadline_ms` is counted from the
    /// call's arrival; 0 takes the service's own limit.
    fn embed(&self, passages: &[&str], deadline_ms: u32) -> Result<Vec<Vec<u8>>, InferenceError>;
}
