//! What a unit that has an older version is brought to this one with: hashes, root and kernel file under the names that
//! `image/os/mkosi.extra/usr/lib/sysupdate.d` looks for, and a list of what is in them, which is signed.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::build::{self, Image};

/// The list (`sysupdate.d(5)`).
pub(super) const SUMS: &str = "SHA256SUMS";
/// Kinds of files that a build leaves a partition in, as `mkosi.repart` names them.
const PARTITIONS: [&str; 2] = ["root", "verity"];

/// Lays the files of an update out in a folder, without taking their room twice; its list, which is not signed yet.
pub(super) fn lay(work: &Path, image: &Image, folder: &Path) -> Result<PathBuf> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let mut found = 0;
    for entry in fs::read_dir(work)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if let Some(released) = released(&name, &image.name, &image.variant, &image.version) {
            fs::hard_link(&file, folder.join(released))?;
            found += 1;
        }
    }
    if found != PARTITIONS.len() + 1 {
        bail!("the build of {} left {found} files for an update", image.name);
    }
    list(folder)
}

/// Writes the list of the folder's files.
pub(super) fn list(folder: &Path) -> Result<PathBuf> {
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    let mut lines = String::new();
    for file in files.iter().filter(|file| !file.ends_with(SUMS)) {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        lines.push_str(&format!("{} *{name}\n", build::sum(file)?));
    }
    let sums = folder.join(SUMS);
    fs::write(&sums, lines)?;
    Ok(sums)
}

/// The name that a file of a build has in an update.
pub(super) fn released(file: &str, build: &str, variant: &str, version: &str) -> Option<String> {
    let rest = file.strip_prefix(build)?.strip_prefix('.')?;
    if rest == "efi" {
        return Some(format!("dais-{variant}_{version}.efi"));
    }
    let (kind, identifier) = rest.strip_suffix(".raw")?.split_once('.')?;
    PARTITIONS.contains(&kind).then(|| format!("dais-{variant}_{version}_{identifier}.{kind}"))
}

/// Removes the partitions of an earlier build: they are called after what is in them, so another build does not
/// replace them.
pub(super) fn forget(work: &Path, build: &str) -> Result<()> {
    for entry in fs::read_dir(work)? {
        let file = entry?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if PARTITIONS.iter().any(|kind| name.starts_with(&format!("{build}.{kind}."))) {
            fs::remove_file(&file).with_context(|| format!("{}", file.display()))?;
        }
    }
    Ok(())
}

/// The version that comes so many releases after this one.
pub(super) fn after(version: &str, releases: u64) -> Result<String> {
    let (series, last) =
        version.rsplit_once('.').context("a version has numbers with points between them")?;
    let last: u64 = last.parse().with_context(|| format!("version {version}"))?;
    Ok(format!("{series}.{}", last + releases))
}
