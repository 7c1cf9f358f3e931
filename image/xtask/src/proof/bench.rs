//! `cargo xtask bench till`: how many payments a second the till makes durable, beside what disk and RSA alone allow.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::call;

/// `till [ARGUMENTS]`; the arguments go to services/kiosk/benches/till.rs.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let Some(("till", rest)) = words.split_first().map(|(name, rest)| (name.as_str(), rest)) else {
        bail!("there is one benchmark: `cargo xtask bench till`");
    };
    let mut arguments = vec!["bench", "-q", "-p", "kiosk", "--bench", "till", "--"];
    arguments.extend(rest.iter().map(String::as_str));
    let good = call::status(&mut call::cargo(root, &arguments))?.success();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
