//! What of ours lies in an image, part by part (`image/os/parts.toml`), laid out as it lies on the target.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

/// The list of them, relative to the workspace.
const LIST: &str = "image/os/parts.toml";
/// The compiler's settings for what ships (`Cargo.toml`); cargo leaves its programs in a folder of this name.
pub(super) const PROFILE: &str = "shipped";
/// Where the services look for fonts, icons, pictures and models.
const ASSETS: &str = "usr/share/dais/assets";

/// How mkosi is told a part: below its output folder, where [`stage`] has put it.
const STAGED: &str = "%O/ours/";
/// Where policies of the bus lie.
const POLICIES: &str = "usr/share/dbus-1/system.d";

/// One part of an image.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Programs, and the crate that each is built from.
    #[serde(default)]
    pub programs: BTreeMap<String, String>,
    /// Below `assets`, and below where the services look for them.
    #[serde(default)]
    pub assets: BTreeMap<String, PathBuf>,
    /// Files and folders below `image/rootfs`.
    pub files: Vec<PathBuf>,
}

/// All parts by their names.
///
/// # Errors
/// Names the line that is wrong.
pub fn read(root: &Path) -> Result<BTreeMap<String, Part>> {
    let text = fs::read_to_string(root.join(LIST)).with_context(|| format!("{LIST} cannot be read"))?;
    toml::from_str(&text).context(LIST)
}

/// Names of the parts that a variant has, as its file tells mkosi.
///
/// # Errors
/// The variant has no file.
pub fn of_variant(root: &Path, variant: &str) -> Result<Vec<String>> {
    let file = root.join("image/os/mkosi.profiles").join(variant).join("mkosi.conf");
    let text = fs::read_to_string(&file).with_context(|| format!("{} cannot be read", file.display()))?;
    Ok(text.lines().filter_map(|line| line.trim().strip_prefix(STAGED)).map(str::to_owned).collect())
}

/// Names on the bus that the variant's services own: each has a policy named so.
pub(super) fn bus_names(root: &Path, variant: &str) -> Result<BTreeSet<String>> {
    let parts = read(root)?;
    let has = of_variant(root, variant)?;
    let files = has.iter().filter_map(|name| parts.get(name)).flat_map(|part| &part.files);
    let policies = files.filter(|file| file.starts_with(POLICIES)).filter_map(|file| file.file_stem());
    Ok(policies.map(|name| name.to_string_lossy().into_owned()).collect())
}

/// Lays every part out in a folder of its own below `place`. The programs have been built.
pub(super) fn stage(root: &Path, place: &Path) -> Result<()> {
    if place.exists() {
        fs::remove_dir_all(place).with_context(|| format!("{} cannot be emptied", place.display()))?;
    }
    for (name, part) in read(root)? {
        let folder = place.join(&name);
        for program in part.programs.keys() {
            lay(&root.join("target").join(PROFILE).join(program), &folder.join("usr/bin").join(program))?;
        }
        for file in &part.files {
            lay(&root.join("image/rootfs").join(file), &folder.join(file))?;
        }
        for (from, to) in &part.assets {
            lay(&root.join("assets").join(from), &folder.join(ASSETS).join(to))?;
        }
    }
    Ok(())
}

/// A file, or all files below a folder, without taking their room twice.
fn lay(from: &Path, to: &Path) -> Result<()> {
    let told = || format!("{} cannot be laid out as {}", from.display(), to.display());
    if fs::metadata(from).with_context(told)?.is_dir() {
        for entry in fs::read_dir(from).with_context(told)? {
            let entry = entry?;
            lay(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    if let Some(folder) = to.parent() {
        fs::create_dir_all(folder).with_context(told)?;
    }
    match fs::hard_link(from, to) {
        // Another file system than ours.
        Err(error) if error.kind() == io::ErrorKind::CrossesDevices => {
            fs::copy(from, to).with_context(told)?;
        }
        linked => linked.with_context(told)?,
    }
    Ok(())
}
