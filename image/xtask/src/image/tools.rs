//! The tools tree: a Debian of its own with the programs that build and boot images, in the versions that fit each
//! other, whatever this machine has. It is made once for each list of packages, and entered for one command at a time.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use crate::packages::{self, Section};
use crate::{call, say};

/// The release that image and tools are made of.
const RELEASE: &str = "trixie";
const MIRROR: &str = "http://deb.debian.org/debian";
/// What a person would read, and nobody reads there.
const WITHOUT: &[&str] =
    &["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*", "/usr/share/info/*"];
/// Enters the tree.
const ENTER: &str = "image/os/enter";

/// A tree that is complete.
pub(super) struct Tools {
    root: PathBuf,
    tree: PathBuf,
}

impl Tools {
    /// The tree for today's list of packages, made if it is not there; trees of older lists are removed.
    pub(super) fn ready(root: &Path, work: &Path) -> Result<Self> {
        let text = fs::read_to_string(root.join(packages::LIST))?;
        let mut names: Vec<String> = packages::parse(&text)
            .context(packages::LIST)?
            .into_iter()
            .filter(|package| package.section == Section::Tools)
            .map(|package| package.name)
            .collect();
        names.sort();
        let tree = work.join(folder_name(&names));
        if !tree.is_dir() {
            remove_others(work)?;
            build(&names, work, &tree)?;
        }
        Ok(Self { root: root.to_owned(), tree })
    }

    /// A command in the tree. The workspace lies at its own place there; nothing else of this machine does.
    pub(super) fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        // It must not outlive us, whatever ends us.
        command.args(["--pdeathsig", "KILL", "unshare", "--mount", "--propagation", "private", "--"]);
        command.arg(self.root.join(ENTER)).args([&self.tree, &self.root]).arg(program);
        command.current_dir(&self.root);
        command
    }

    /// Another tree, another name.
    pub(super) fn tree_name(&self) -> &Path {
        Path::new(self.tree.file_name().unwrap_or_default())
    }
}

/// Another list of packages, another tree.
pub(super) fn folder_name(names: &[String]) -> String {
    let hash = Sha256::digest(format!("{RELEASE}\n{}", names.join("\n")));
    let short: String = hash.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("tools-{short}")
}

fn remove_others(work: &Path) -> Result<()> {
    for entry in fs::read_dir(work)? {
        let entry = entry?;
        if entry.file_name().to_string_lossy().starts_with("tools-") {
            fs::remove_dir_all(entry.path())
                .with_context(|| format!("{} cannot be removed", entry.path().display()))?;
        }
    }
    Ok(())
}

/// Half a tree has another name, so that what has the right name is whole.
fn build(names: &[String], work: &Path, tree: &Path) -> Result<()> {
    say::line(&format!(
        "making the tools tree: {} packages of Debian {RELEASE}; a minute or two",
        names.len()
    ));
    let half = work.join("tools-half");
    let mut command = Command::new("mmdebstrap");
    command.args(["--quiet", "--variant=minbase", "--components=main"]);
    command.arg(format!("--include={}", names.join(",")));
    command.arg("--aptopt=Acquire::Languages \"none\"");
    command.args(WITHOUT.iter().map(|glob| format!("--dpkgopt=path-exclude={glob}")));
    command.arg(RELEASE).arg(&half).arg(MIRROR);
    if !call::status(&mut command)?.success() {
        bail!("the tools tree could not be made; the reason stands above");
    }
    fs::rename(&half, tree).context("the tools tree cannot be renamed")
}
