//! Starting other programs: cargo without our own build's variables, and any program with a clear word when it is
//! missing or fails.

use std::env;
use std::path::Path;
use std::process::{Command, ExitStatus};

use anyhow::{Context, Result, bail};

/// A command for the cargo that started us, in the workspace's folder.
///
/// `cargo run` hands this tool variables about its own package; a nested cargo must not see them, or build scripts
/// that look at them would run again each time.
pub(crate) fn cargo(root: &Path, words: &[&str]) -> Command {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(program);
    command.args(words).current_dir(root);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") || text == "LD_LIBRARY_PATH"
        {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end with our own input and output.
///
/// # Errors
/// When the program is missing.
pub(crate) fn status(command: &mut Command) -> Result<ExitStatus> {
    let program = command.get_program().to_string_lossy().into_owned();
    command.status().with_context(|| format!("`{program}` cannot be started"))
}

/// Runs to the end and keeps what it printed.
///
/// # Errors
/// When the program is missing or fails; the text then holds what it printed on standard error.
pub(crate) fn output(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let done = command.output().with_context(|| format!("`{program}` cannot be started"))?;
    if !done.status.success() {
        bail!("`{program}` failed ({}):\n{}", done.status, String::from_utf8_lossy(&done.stderr).trim_end());
    }
    Ok(String::from_utf8_lossy(&done.stdout).into_owned())
}
