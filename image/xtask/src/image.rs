//! `cargo xtask image`: one bootable disk image from Debian's packages and our own programs, and a boot of it in an
//! emulated machine. What is in it stands in files: `image/os` (how it is built), `image/rootfs` (ours on the target).

pub mod parts;

mod boot;
mod build;
mod keys;
mod summary;
mod tools;
mod update;

use std::fs;
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::packages::{self, Section};

/// What an image can be for; each has a file in `image/os/mkosi.profiles`.
pub const VARIANTS: [&str; 3] = ["panel", "kiosk", "both"];
/// The variant that is built unless another is named.
const STANDARD: &str = "both";
/// Where everything is made, relative to the workspace.
const WORK: &str = "target/image";

/// What is done with a built image.
type Test = fn(&Path, &Path, &tools::Tools, &build::Image) -> Result<ExitCode>;

/// `[VARIANT]` builds; `test [VARIANT]` builds what has changed and boots it; `test update [VARIANT]` brings it to a
/// next version.
pub(crate) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let (test, variant): (Option<Test>, _) = match words[..] {
        [] => (None, STANDARD),
        ["test"] => (Some(boot::test), STANDARD),
        ["test", "update"] => (Some(boot::life::test), STANDARD),
        ["test", "update", variant] => (Some(boot::life::test), variant),
        ["test", variant] => (Some(boot::test), variant),
        [variant] => (None, variant),
        _ => bail!("`image` takes `test`, `test update`, a variant, or both; `cargo xtask help` tells more"),
    };
    if !VARIANTS.contains(&variant) {
        bail!("no variant `{variant}`; there are {}", VARIANTS.join(", "));
    }
    packages::ensure(root, &[Section::Build, Section::Assets, Section::Image])?;
    let work = root.join(WORK);
    fs::create_dir_all(&work)?;
    let tools = tools::Tools::ready(root, &work)?;
    let image = build::image(root, &work, &tools, variant)?;
    test.map_or(Ok(ExitCode::SUCCESS), |test| test(root, &work, &tools, &image))
}

#[cfg(test)]
mod tests;
