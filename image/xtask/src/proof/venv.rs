//! An environment of Python's own below `target`, for peers that come from PyPI.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::call;

/// The interpreter of the environment in `work/venv`, which holds `wanted` (`name` or `name==version`), wheels only.
pub(super) fn python(work: &Path, wanted: &[&str]) -> Result<PathBuf> {
    let venv = work.join("venv");
    let python = venv.join("bin/python");
    if !python.exists() {
        call::output(Command::new("python3").args(["-m", "venv"]).arg(&venv))?;
    }
    call::output(
        Command::new(&python)
            .args(["-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary", ":all:"])
            .args(wanted),
    )?;
    Ok(python)
}
