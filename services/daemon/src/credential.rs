//! Secrets by systemd credentials: files in `$CREDENTIALS_DIRECTORY`, never configuration, arguments or logs.

use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};

/// Largest credential; a certificate chain is far smaller, and systemd's own limit is 1 MiB.
const CREDENTIAL_LEN_MAX: u64 = 64 * 1024;

/// The bytes of one credential.
pub fn credential(name: &str) -> anyhow::Result<Vec<u8>> {
    let dir = std::env::var_os("CREDENTIALS_DIRECTORY")
        .context("there is no credentials directory; the unit's LoadCredential= lines give one")?;
    if name.contains('/') || name.starts_with('.') {
        bail!("{name} is not the name of a credential");
    }
    let mut bytes = Vec::new();
    std::fs::File::open(Path::new(&dir).join(name))
        .with_context(|| {
            format!("the credential {name} is missing; add it to the unit's LoadCredential= lines")
        })?
        .take(CREDENTIAL_LEN_MAX + 1)
        .read_to_end(&mut bytes)
        .with_context(|| format!("the credential {name} cannot be read"))?;
    if bytes.len() as u64 > CREDENTIAL_LEN_MAX {
        bail!("the credential {name} is larger than {CREDENTIAL_LEN_MAX} bytes");
    }
    Ok(bytes)
}
