//! `cargo xtask bench inference`: each network of the text path, and a whole page, beside onnxruntime on one thread.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};

use super::venv;
use crate::packages::Section;
use crate::{call, packages, say};

/// The peer, at the version that the table in the benchmark's header was made with.
const PEERS: &[&str] = &["onnxruntime==1.32.0", "numpy==2.4.6"];
const PEER_PROGRAM: &str = include_str!("inference/peer.py");

/// `inference [ARGUMENTS]`; the arguments go to services/inference/benches/networks.
pub(super) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    packages::ensure(root, &[Section::Build, Section::Codes])?;
    let mut arguments = vec!["bench", "-q", "--profile", "dev", "--workspace", "--bench", "networks", "--"];
    let peer = peer(root);
    match &peer {
        Ok(words) => {
            arguments.push("--peer");
            arguments.extend(words.iter().map(String::as_str));
        }
        // Ours can be measured all the same; the table shows who is not there.
        Err(error) => say::trouble(&format!("onnxruntime cannot be run: {error:#}")),
    }
    arguments.extend(words.iter().map(String::as_str));
    let good = call::status(&mut call::cargo(root, &arguments))?.success();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The interpreter and the program that it runs, below `target`.
fn peer(root: &Path) -> Result<[String; 2]> {
    let work = root.join("target/inference");
    fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
    let python = venv::python(&work, PEERS)?;
    let program = work.join("peer.py");
    fs::write(&program, PEER_PROGRAM)?;
    let text = |path: PathBuf| path.to_string_lossy().into_owned();
    Ok([text(python), text(program)])
}
