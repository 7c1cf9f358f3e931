//! Debian's kernel, from its package but not installed: the image, and the modules that are asked for with all that they
//! need, in the order in which they must be loaded.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::{call, say};

/// The kernel that is tried unless another is named: the one that Debian 12 installs.
pub(in crate::proof) const STANDARD: &str = "linux-image-amd64";

/// An unpacked kernel package.
pub(in crate::proof) struct Kernel {
    /// As `uname -r` tells it.
    pub(in crate::proof) version: String,
    pub(in crate::proof) image: PathBuf,
    modules: Vec<PathBuf>,
    /// Names of what is part of the image and no module here.
    built_in: Vec<String>,
}

/// A module's name and its bytes, uncompressed.
pub(in crate::proof) type Module = (String, Vec<u8>);

/// Downloads and unpacks the package, or the one that a package without content stands for; only once for the workspace.
pub(in crate::proof) fn fetch(root: &Path, package: &str) -> Result<Kernel> {
    let package = resolve(package)?;
    let work = root.join("target/kernels");
    fs::create_dir_all(&work)?;
    let folder = work.join(&package);
    if !folder.join("boot").is_dir() {
        say::line(&format!("downloading {package}"));
        let half = work.join("unpacking");
        if half.exists() {
            fs::remove_dir_all(&half)?;
        }
        fs::create_dir_all(&half)?;
        call::output(Command::new("apt-get").args(["-q", "download", &package]).current_dir(&half))?;
        let deb = files(&half, &|name| name.ends_with(".deb"))?;
        let deb = deb.first().context("apt-get downloaded nothing")?;
        call::output(Command::new("dpkg-deb").arg("-x").args([deb, &half]))?;
        fs::remove_file(deb)?;
        fs::rename(&half, &folder).context("the kernel's folder cannot be renamed")?;
    }
    let image = files(&folder.join("boot"), &|name| name.starts_with("vmlinuz-"))?;
    let image = image.first().with_context(|| format!("{package} has no kernel image"))?.clone();
    let name = image.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let version = name.trim_start_matches("vmlinuz-").to_owned();
    let below = ["lib/modules", "usr/lib/modules"].map(|place| folder.join(place));
    let tree = below.iter().find(|place| place.is_dir()).context("the kernel has no modules")?;
    let modules = files(tree, &|name| name.ends_with(".ko") || name.ends_with(".ko.xz"))?;
    let listed = files(tree, &|name| name == "modules.builtin")?;
    let listed = fs::read_to_string(listed.first().context("the kernel does not list what it holds")?)?;
    let built_in = listed.lines().map(|line| module_name(Path::new(line))).collect();
    Ok(Kernel { version, image, modules, built_in })
}

/// The package that holds the kernel: a name such as `linux-image-amd64` only depends on it.
fn resolve(package: &str) -> Result<String> {
    let fits = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    if !package.starts_with("linux-image-") || !package.chars().all(fits) {
        bail!("`{package}` is no kernel package, such as linux-image-amd64");
    }
    let known = call::output(Command::new("apt-cache").args(["show", "--no-all-versions", package]))
        .with_context(|| format!("apt knows no {package}; try `apt-get update`"))?;
    let needs = known.lines().find_map(|line| line.strip_prefix("Depends: ")).unwrap_or_default();
    let first = needs.split([',', ' ']).next().unwrap_or_default();
    Ok(if first.starts_with("linux-image-") { first } else { package }.to_owned())
}

/// All files below a folder whose name fits.
fn files(folder: &Path, fits: &dyn Fn(&str) -> bool) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).with_context(|| format!("{}", folder.display()))? {
            let entry = entry?;
            // A link leads out of the package.
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if fits(&entry.file_name().to_string_lossy()) {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

impl Kernel {
    /// The named modules, each after those it needs.
    pub(in crate::proof) fn modules(&self, names: &[&str]) -> Result<Vec<Module>> {
        let mut ordered = Vec::new();
        for name in names {
            self.add(name, &mut ordered, &mut Vec::new())?;
        }
        Ok(ordered)
    }

    fn add(&self, name: &str, ordered: &mut Vec<Module>, above: &mut Vec<String>) -> Result<()> {
        let there = ordered.iter().map(|(known, _)| known).chain(above.iter()).chain(&self.built_in);
        if there.into_iter().any(|known| known == name) {
            return Ok(());
        }
        let Some(path) = self.modules.iter().find(|path| module_name(path) == name) else {
            bail!("the kernel {} has no module {name}", self.version);
        };
        let packed = path.extension().is_some_and(|ending| ending == "xz");
        let bytes = if packed {
            let done = Command::new("xz").arg("-dc").arg(path).output().context("`xz` cannot be started")?;
            done.stdout
        } else {
            fs::read(path)?
        };
        above.push(name.to_owned());
        for needed in needs(&bytes).with_context(|| format!("{} is no module", path.display()))? {
            self.add(&needed, ordered, above)?;
        }
        above.pop();
        ordered.push((name.to_owned(), bytes));
        Ok(())
    }
}

/// A module's name as the kernel spells it.
fn module_name(path: &Path) -> String {
    let file = path.file_name().unwrap_or_default().to_string_lossy().replace('-', "_");
    file.split('.').next().unwrap_or_default().to_owned()
}

/// What a module says it needs: `depends=a,b`, ended by a zero byte, among its properties.
pub(in crate::proof) fn needs(module: &[u8]) -> Option<Vec<String>> {
    const WORD: &[u8] = b"\0depends=";
    let at = module.windows(WORD.len()).position(|window| window == WORD)? + WORD.len();
    let end = module[at..].iter().position(|byte| *byte == 0)?;
    let names = String::from_utf8_lossy(&module[at..at + end]).replace('-', "_");
    Some(names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect())
}
