//! A stream that is always in the panel of sources.

use std::fmt;

use anyhow::{Context, Result};
use display::LiveSource;
use serde::Deserialize;

/// A stream, as a technician writes it.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stream {
    /// As people know it.
    name: String,
    /// Where it comes from; it may hold a password.
    address: String,
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Stream {
    pub(super) fn source(&self) -> Result<LiveSource> {
        LiveSource::stream(Some(&self.name), &self.address).with_context(|| {
            format!(
                "streams: the address of {:?} must begin with rtsp://, rtsps://, http://, https:// or udp://",
                self.name
            )
        })
    }
}
