//! The house rules that a machine can check: sizes, headers, names, who may import whom, reasons, licences.
//!
//! What is absent is the architecture: the tables in [`walls`] say who may know what, and everything else is refused.
//! A rule whose reason is gone is deleted here.

mod code;
mod files;
mod names;
mod sizes;
mod walls;

use std::fmt;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Result;

use crate::assets::manifest::{MANIFESTS, Manifest};
use crate::{packages, say};

/// One place that breaks a rule.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Offence {
    /// The file, relative to the workspace.
    pub path: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What to do about it.
    pub word: String,
}

impl Offence {
    fn new(path: &str, line: usize, word: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line, word: word.into() }
    }
}

impl fmt::Display for Offence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.path, self.word),
            line => write!(f, "{}:{line}: {}", self.path, self.word),
        }
    }
}

/// Prints every offence and how many there are.
pub(crate) fn report(root: &Path) -> Result<ExitCode> {
    let offences = check(root)?;
    for offence in &offences {
        say::line(&offence.to_string());
    }
    say::line(&format!("tidy: {} offences", offences.len()));
    Ok(if offences.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// All offences of the workspace, in the order of its files.
///
/// # Errors
/// When a file cannot be read.
pub fn check(root: &Path) -> Result<Vec<Offence>> {
    let mut offences = Vec::new();
    for file in files::walk(root)? {
        judge(&file, &mut offences);
    }
    offences.sort();
    Ok(offences)
}

/// A file as the rules see it: its path relative to the workspace, and its text, if it is text.
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: Option<String>,
}

fn judge(file: &File, offences: &mut Vec<Offence>) {
    names::path(&file.path, offences);
    let Some(text) = &file.text else {
        names::blob(&file.path, offences);
        return;
    };
    names::machine_paths(&file.path, text, offences);
    match file.path.as_str() {
        "Cargo.toml" => walls::reasons(&file.path, text, offences),
        path if MANIFESTS.contains(&path) => {
            if let Err(error) = Manifest::parse(text) {
                offences.push(Offence::new(&file.path, 0, format!("{error:#}")));
            }
        }
        "image/packages.txt" => {
            if let Err(error) = packages::parse(text) {
                offences.push(Offence::new(&file.path, 0, format!("{error:#}")));
            }
        }
        path if path.ends_with("/Cargo.toml") => walls::manifest(path, text, offences),
        path if path.ends_with(".rs") => rust(path, text, offences),
        path if path.ends_with(".slint") => sizes::slint(path, text, offences),
        _ => {}
    }
}

fn rust(path: &str, text: &str, offences: &mut Vec<Offence>) {
    let bare = code::bare(text);
    sizes::rust(path, text, &bare, offences);
    names::header(path, text, offences);
    names::items(path, &bare, offences);
    walls::knowledge(path, text, &bare, offences);
}

#[cfg(test)]
mod tests;
