//! The list of planted faults: services/kiosk/mutations.toml, read and held against the source as it is now.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use serde::Deserialize;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Faults {
    /// Tests that must catch a fault which names none of its own: parts of test names.
    pub(super) tests: Vec<String>,
    pub(super) fault: Vec<Fault>,
}

/// One fault.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault {
    pub(super) name: String,
    /// Relative to the workspace.
    pub(super) file: String,
    /// Text that stands in the file exactly once.
    pub(super) find: String,
    /// What stands there instead.
    pub(super) replace: String,
    /// What would go wrong in a canteen.
    #[serde(rename = "why")]
    pub(super) _why: String,
    /// Parts of the names of the tests that must catch it, where the usual ones are not meant.
    #[serde(default)]
    pub(super) tests: Vec<String>,
}

impl Faults {
    pub(super) fn read(path: &Path) -> Result<Self> {
        let text = fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        Self::parse(&text)
    }

    /// Reads the list; every name is there once.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let faults: Self = toml::from_str(text).context("the list of faults")?;
        let names: BTreeSet<&str> = faults.fault.iter().map(|fault| fault.name.as_str()).collect();
        if names.len() != faults.fault.len() {
            bail!("two faults have the same name");
        }
        Ok(faults)
    }

    /// Which tests a fault is for.
    pub(super) fn tests<'a>(&'a self, fault: &'a Fault) -> &'a [String] {
        if fault.tests.is_empty() { &self.tests } else { &fault.tests }
    }
}

impl Fault {
    /// The source with the fault in it.
    ///
    /// # Errors
    /// When the text to find is not there exactly once: the source has moved, and the list must follow it.
    pub(super) fn plant(&self, source: &str) -> Result<String> {
        match source.matches(&self.find).count() {
            1 if self.find != self.replace => Ok(source.replacen(&self.find, &self.replace, 1)),
            1 => bail!("`{}` replaces a text by itself", self.name),
            0 => bail!(
                "`{}`: its text is not in {} any more; point it at what does that now",
                self.name,
                self.file
            ),
            many => bail!("`{}`: its text is {many} times in {}; make it longer", self.name, self.file),
        }
    }
}
