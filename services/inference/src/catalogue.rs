//! Which model files there should be, from the models' manifest: name, version, SHA-256 and golden sample of each.
//!
//! Models are the assets whose place is below `models/`. Only what we need of it is read, because its format belongs
//! to the build.

use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use crate::golden::Golden;

/// Where models lie below the assets.
const FOLDER: &str = "models/";
/// Larger than any model that runs in time on a device's two cores; keeps a wrong file from filling memory.
const FILE_LEN_MAX: u64 = 64 * 1024 * 1024;

/// One model file as the manifest has it.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Its name in the models' folder.
    pub name: String,
    /// Version of the package that it came from.
    pub version: String,
    pub(crate) sha256: String,
    pub(crate) golden: Option<Golden>,
}

/// Why the manifest cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum CatalogueError {
    /// It cannot be read.
    #[error("the list of models {path} cannot be read; install the assets")]
    Unreadable {
        /// The manifest.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// It is not a manifest.
    #[error("the list of models {path} is not valid ({why}); install the assets again")]
    Invalid {
        /// The manifest.
        path: PathBuf,
        /// What is wrong with it. Not the parser's error, which carries the whole text.
        why: String,
    },
}

/// Why a model file is not used.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// The manifest does not name it.
    #[error("the manifest does not list {name}; install the assets of this version")]
    NotListed {
        /// The file.
        name: String,
    },
    /// It is not there, or cannot be read.
    #[error("the model {name} cannot be read; install the assets")]
    Missing {
        /// The file.
        name: String,
        /// What the system says.
        source: io::Error,
    },
    /// Not a byte of it is trusted.
    #[error("the model {name} is not the listed one (its SHA-256 differs); install the assets again")]
    WrongHash {
        /// The file.
        name: String,
    },
}

#[derive(Deserialize)]
struct Manifest {
    #[serde(default, rename = "package")]
    packages: Vec<Package>,
    #[serde(default, rename = "asset")]
    assets: Vec<Asset>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
}

#[derive(Deserialize)]
struct Asset {
    package: String,
    target: String,
    sha256: String,
    golden: Option<Golden>,
}

/// What tells one state of the manifest from another without reading it; nothing where it is not there.
pub(crate) fn stamp(manifest: &Path) -> Option<(SystemTime, u64, u64)> {
    let file = std::fs::metadata(manifest).ok()?;
    Some((file.modified().ok()?, file.len(), file.ino()))
}

/// All listed models, in the manifest's order.
pub fn read(manifest: &Path) -> Result<Vec<Listed>, CatalogueError> {
    let text = std::fs::read_to_string(manifest)
        .map_err(|source| CatalogueError::Unreadable { path: manifest.to_owned(), source })?;
    parse(&text).map_err(|error| CatalogueError::Invalid {
        path: manifest.to_owned(),
        why: error.message().to_owned(),
    })
}

fn parse(text: &str) -> Result<Vec<Listed>, toml::de::Error> {
    let manifest: Manifest = toml::from_str(text)?;
    let version_of = |asset: &Asset| {
        let package = manifest.packages.iter().find(|package| package.name == asset.package);
        package.map(|package| package.version.clone()).unwrap_or_default()
    };
    let models = manifest.assets.iter().filter_map(|asset| {
        let name = asset.target.strip_prefix(FOLDER)?;
        let sha256 = asset.sha256.to_ascii_lowercase();
        // A name with a slash would lead out of the folder.
        (!name.contains('/')).then(|| Listed {
            name: name.to_owned(),
            version: version_of(asset),
            sha256,
            golden: asset.golden.clone(),
        })
    });
    Ok(models.collect())
}

/// The model files of a folder, each trusted only if it is the listed one.
#[derive(Clone, Debug)]
pub struct Files {
    folder: PathBuf,
    listed: Vec<Listed>,
}

impl Files {
    /// The files of `folder`, as `listed`.
    pub fn new(folder: &Path, listed: Vec<Listed>) -> Self {
        Self { folder: folder.to_owned(), listed }
    }

    /// Every listed model.
    pub fn listed(&self) -> &[Listed] {
        &self.listed
    }

    /// A listed file's entry.
    pub(crate) fn entry(&self, name: &str) -> Option<&Listed> {
        self.listed.iter().find(|listed| listed.name == name)
    }

    /// The listed hashes of these files, by which one set of them is told from another.
    pub(crate) fn hashes(&self, names: &[&str]) -> Vec<String> {
        let hash = |name: &&str| self.entry(name).map(|listed| listed.sha256.clone()).unwrap_or_default();
        names.iter().map(hash).collect()
    }

    /// The bytes of a listed file, which are the listed ones.
    pub fn bytes(&self, name: &str) -> Result<Vec<u8>, FileError> {
        let Some(listed) = self.entry(name) else {
            return Err(FileError::NotListed { name: name.to_owned() });
        };
        let missing = |source| FileError::Missing { name: name.to_owned(), source };
        let mut bytes = Vec::new();
        let file = File::open(self.folder.join(name)).map_err(missing)?;
        file.take(FILE_LEN_MAX + 1).read_to_end(&mut bytes).map_err(missing)?;
        let digest = Sha256::digest(&bytes);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        if hex == listed.sha256 { Ok(bytes) } else { Err(FileError::WrongHash { name: name.to_owned() }) }
    }
}

#[cfg(test)]
mod tests;
