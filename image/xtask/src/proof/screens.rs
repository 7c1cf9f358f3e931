//! `cargo xtask screens`: every screen that the tests draw, as a picture to look at; `--accept` keeps small copies of them
//! as the good ones, which the tests compare with.

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};

use crate::packages::{self, Section};
use crate::{assets, call, say};

/// Where the good ones lie.
const GOLDEN: &str = "shell/ui/tests/golden";

/// `[--accept]`.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let accepts = match words {
        [] => false,
        [word] if word == "--accept" => true,
        _ => bail!("it is `cargo xtask screens` or `cargo xtask screens --accept`"),
    };
    packages::ensure(root, &[Section::Build, Section::Test])?;
    assets::fetch(root)?;
    let pictures = root.join("target/screens");
    empty(&pictures)?;
    if accepts {
        empty(&root.join(GOLDEN))?;
    }
    let mut tests = call::cargo(root, &["test", "-q", "-p", "ui", "--test", "it", "--no-fail-fast"]);
    tests.env("DAIS_PICTURES", &pictures);
    if accepts {
        tests.env("DAIS_GOLDEN", "accept");
    }
    let good = call::status(&mut tests)?.success();
    say::line(&format!("every screen is in {}", pictures.display()));
    if accepts {
        say::line(&format!("they are the good ones from now on: {GOLDEN} belongs into the next commit"));
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Without what an earlier run left there, since screens go too.
fn empty(folder: &Path) -> Result<()> {
    let cannot = || format!("{} cannot be emptied", folder.display());
    if folder.is_dir() {
        fs::remove_dir_all(folder).with_context(cannot)?;
    }
    fs::create_dir_all(folder).with_context(cannot)
}
