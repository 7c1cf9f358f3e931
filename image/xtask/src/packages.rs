//! The Debian packages that Dais needs, from one list with a reason for each: `image/packages.txt`.
//!
//! A line is `package # reason`, or `package | command # reason` where a program from elsewhere does as well (an npm
//! that came with Node's own installer, say): the package is then asked for only if the command fails.

use std::collections::BTreeSet;
use std::io::IsTerminal;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs, io};

use anyhow::{Context, Result, bail};

use crate::{call, say};

/// The list, relative to the workspace.
pub(crate) const LIST: &str = "image/packages.txt";
/// A fresh machine often updates itself in the background: wait for it, two minutes at most.
const LOCK_WAIT: &str = "DPkg::Lock::Timeout=120";

/// What a package is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Section {
    /// Compiling.
    Build,
    /// Fetching assets.
    Assets,
    /// Running the suite.
    Run,
    /// Tests only.
    Test,
    /// Emulated machines: `cargo xtask display` and `devices`.
    Guest,
    /// Only `cargo xtask bench rivals`.
    Rivals,
    /// Only `cargo xtask image`.
    Image,
    /// No packages of this machine: what the tree is made of in which images are built.
    Tools,
    /// Only `cargo xtask bench codes` and `bench inference`.
    Codes,
}

impl Section {
    /// All that the ordinary commands need; what one rare command needs, that command installs.
    pub const ALL: &[Self] = &[Self::Build, Self::Assets, Self::Run, Self::Test];

    fn named(name: &str) -> Option<Self> {
        match name {
            "build" => Some(Self::Build),
            "assets" => Some(Self::Assets),
            "run" => Some(Self::Run),
            "test" => Some(Self::Test),
            "guest" => Some(Self::Guest),
            "rivals" => Some(Self::Rivals),
            "image" => Some(Self::Image),
            "tools" => Some(Self::Tools),
            "codes" => Some(Self::Codes),
            _ => None,
        }
    }
}

/// One line of the list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Package {
    /// Debian's name for it.
    pub name: String,
    /// What it is for.
    pub section: Section,
    /// A command that, where it succeeds, does as well as the package.
    pub instead: Option<String>,
    /// Why Dais needs it.
    pub reason: String,
}

/// Reads the list.
///
/// # Errors
/// Names the line that has no section, an unknown section, a strange name, or no reason.
pub fn parse(text: &str) -> Result<Vec<Package>> {
    let mut section = None;
    let mut packages = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (line, number) = (line.trim(), index + 1);
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            section =
                Some(Section::named(name).with_context(|| format!("line {number}: no section `{name}`"))?);
            continue;
        }
        let section =
            section.with_context(|| format!("line {number}: a package before the first section"))?;
        packages.push(entry(line, section).with_context(|| format!("line {number}"))?);
    }
    Ok(packages)
}

fn entry(line: &str, section: Section) -> Result<Package> {
    let (front, reason) = line.split_once('#').context("write why it is needed: `package # reason`")?;
    let (name, instead) = match front.split_once('|') {
        Some((name, command)) => (name.trim(), Some(command.trim().to_owned())),
        None => (front.trim(), None),
    };
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "+-.".contains(c);
    if name.is_empty() || !name.chars().all(fits) {
        bail!("`{name}` is no Debian package name");
    }
    if reason.trim().is_empty() || instead.as_deref() == Some("") {
        bail!("write why it is needed: `package # reason`, or `package | command # reason`");
    }
    Ok(Package { name: name.to_owned(), section, instead, reason: reason.trim().to_owned() })
}

/// Installs what is missing of these sections; quiet where nothing is.
///
/// # Errors
/// When something is missing and cannot be installed; the text is then the command to run.
pub fn ensure(root: &Path, sections: &[Section]) -> Result<()> {
    let path = root.join(LIST);
    let text = fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut wanted = parse(&text).context(LIST)?;
    wanted.retain(|package| sections.contains(&package.section));
    let Some(installed) = installed()? else {
        say::line("This is no Debian system. Dais needs what these Debian packages hold:");
        for package in &wanted {
            say::line(&format!("  {:34} {}", package.name, package.reason));
        }
        return Ok(());
    };
    let missing = lacking(&wanted, &installed, &works);
    if missing.is_empty() {
        return Ok(());
    }
    install(&missing)
}

/// Those neither installed nor replaced by a command that works.
pub fn lacking<'a>(
    wanted: &'a [Package],
    installed: &BTreeSet<String>,
    works: &dyn Fn(&str) -> bool,
) -> Vec<&'a Package> {
    let has = |package: &&Package| {
        installed.contains(&package.name) || package.instead.as_deref().is_some_and(works)
    };
    wanted.iter().filter(|package| !has(package)).collect()
}

/// Names of all installed packages, or nothing where there is no dpkg.
fn installed() -> Result<Option<BTreeSet<String>>> {
    if !on_path("dpkg-query") || !on_path("apt-get") {
        return Ok(None);
    }
    let format = "-f=${db:Status-Status} ${Package}\n";
    let text = call::output(Command::new("dpkg-query").args(["-W", format]))?;
    Ok(Some(text.lines().filter_map(|line| line.strip_prefix("installed ")).map(str::to_owned).collect()))
}

fn works(command: &str) -> bool {
    let mut words = command.split_whitespace();
    let Some(program) = words.next() else { return false };
    let done = Command::new(program).args(words).stdin(Stdio::null()).output();
    done.is_ok_and(|done| done.status.success())
}

fn on_path(program: &str) -> bool {
    let folders = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&folders).any(|folder| folder.join(program).is_file())
}

fn install(missing: &[&Package]) -> Result<()> {
    say::line("These Debian packages are missing:");
    for package in missing {
        say::line(&format!("  {:34} {}", package.name, package.reason));
    }
    let names: Vec<&str> = missing.iter().map(|package| package.name.as_str()).collect();
    let by_hand = format!("apt-get install --no-install-recommends {}", names.join(" "));
    let Some(mut front) = privilege()? else {
        bail!(
            "this user may not install packages and there is no sudo. Run this as root, then start again:\n  {by_hand}"
        );
    };
    front.extend(["env", "DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    // A stale list is no reason to give up: the packages may be known all the same.
    if !call::status(Command::new(front[0]).args(&front[1..]).args(["-q", "update"]))?.success() {
        say::line("apt-get update failed; trying with the lists that are there");
    }
    let mut command = Command::new(front[0]);
    command.args(&front[1..]).args(["-q", "-o", LOCK_WAIT, "-o", "Dpkg::Use-Pty=0"]);
    command.args(["install", "-y", "--no-install-recommends"]).args(&names);
    if !call::status(&mut command)?.success() {
        bail!("the packages could not be installed. Run this as root, then start again:\n  {by_hand}");
    }
    Ok(())
}

/// What must stand before a command for it to run as root: nothing for root, sudo (which asks only where somebody
/// can answer), or no way at all.
fn privilege() -> Result<Option<Vec<&'static str>>> {
    let owner = fs::metadata("/proc/self").context("/proc is not mounted")?.uid();
    Ok(if owner == 0 {
        Some(Vec::new())
    } else if !on_path("sudo") {
        None
    } else if io::stdin().is_terminal() {
        Some(vec!["sudo"])
    } else {
        Some(vec!["sudo", "-n"])
    })
}
