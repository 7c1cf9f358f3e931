//! `cargo dev`: from a fresh clone to the running suite in one command.

use std::env;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use crate::packages::Section;
use crate::{assets, call, packages, say};

/// What the suite itself prints for `--help`; read here, so that whoever only asks need not build it first.
const USAGE: &str = "services/suite/src/usage.txt";

/// Prepares, builds, then becomes the suite, so that Ctrl-C reaches it and nothing stands between.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<ExitCode> {
    if arguments.iter().any(|word| word == "--help" || word == "-h") {
        let usage = fs::read_to_string(root.join(USAGE)).with_context(|| format!("{USAGE} is missing"))?;
        say::line(usage.trim_end());
        return Ok(ExitCode::SUCCESS);
    }
    packages::ensure(root, &[Section::Build, Section::Assets, Section::Run])?;
    assets::fetch(root)?;
    say::line("building (the first time takes several minutes)");
    if !call::status(&mut call::cargo(root, &["build", "--workspace", "--bins"]))?.success() {
        bail!("the build failed; the reason stands above");
    }
    let ourselves = env::current_exe().context("the path of this tool is unknown")?;
    let suite = ourselves.with_file_name("dais-suite");
    let failure = Command::new(&suite).arg("dev").args(arguments).current_dir(root).exec();
    Err(failure).with_context(|| format!("{} cannot be started", suite.display()))
}
