//! `cargo xtask bench codes`: our code decoders beside others' on one folder of pictures, the age of live frames, and
//! the long run for wrong reads.

mod table;

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, Result, bail};

use super::{Options, venv};
use crate::packages::Section;
use crate::{call, packages, say};

/// Others' decoders, by their names at PyPI; zbar itself is Debian's.
const PEERS: &[&str] = &["zxing-cpp", "opencv-python-headless", "pyzbar"];
const PEERS_PROGRAM: &str = include_str!("codes/peers.py");

/// `codes [FOLDER] [--live SECONDS] [--frames N]`, any of them.
pub(super) fn run(root: &Path, words: &[String]) -> Result<ExitCode> {
    let options = Options::read(words, &["--live", "--frames"])?;
    let (live, frames) = (options.number("--live")?, options.number("--frames")?);
    let folder = match options.bare[..] {
        [] => None,
        [folder] => Some(fs::canonicalize(folder).with_context(|| format!("no folder {folder}"))?),
        _ => bail!("`bench codes` takes one folder"),
    };
    if folder.is_none() && live.is_none() && frames.is_none() {
        bail!("say what to measure: a folder of pictures, `--live SECONDS` or `--frames N`");
    }
    packages::ensure(root, &[Section::Build, Section::Run])?;
    let mut good = true;
    if let Some(folder) = folder {
        side_by_side(root, &folder)?;
    }
    if let Some(seconds) = live {
        good &= ours(root, &["live", &seconds.to_string()])?;
    }
    if let Some(frames) = frames {
        good &= ours(root, &["frames", &frames.to_string()])?;
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Runs the camera's benchmark. In the `dev` profile what it measures is optimised already, and the decoder's C++ need
/// not be built a second time.
fn ours(root: &Path, words: &[&str]) -> Result<bool> {
    let front = ["bench", "-q", "--profile", "dev", "-p", "camera", "--bench", "codes", "--"];
    Ok(call::status(&mut call::cargo(root, &[&front, words].concat()))?.success())
}

fn side_by_side(root: &Path, folder: &Path) -> Result<()> {
    let work = root.join("target/codes");
    let blank = work.join("blank");
    fs::create_dir_all(&work).with_context(|| format!("{} cannot be made", work.display()))?;
    let text = |path: &Path| path.to_string_lossy().into_owned();
    let (ours_file, blank_file) = (work.join("ours.tsv"), work.join("ours-blank.tsv"));
    for words in [
        vec!["blank".to_owned(), text(&blank)],
        vec!["still".to_owned(), text(folder), text(&ours_file)],
        vec!["still".to_owned(), text(&blank), text(&blank_file)],
    ] {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if !ours(root, &words)? {
            bail!("our own decoders did not run; the reason stands above");
        }
    }
    let mut lines = fs::read_to_string(ours_file)? + &fs::read_to_string(blank_file)?;
    match peers(root, &work, &[folder, &blank]) {
        Ok(theirs) => lines += &theirs,
        // Ours can be measured all the same; the table shows who is not there.
        Err(error) => say::trouble(&format!("others' decoders cannot be run: {error:#}")),
    }
    table::of(&lines).iter().for_each(|line| say::line(line));
    Ok(())
}

/// Runs others' decoders, in an environment of their own below `target`.
fn peers(root: &Path, work: &Path, folders: &[&Path]) -> Result<String> {
    packages::ensure(root, &[Section::Codes])?;
    say::line("others' decoders, from PyPI and Debian");
    let python = venv::python(work, PEERS)?;
    let (program, file) = (work.join("peers.py"), work.join("peers.tsv"));
    fs::write(&program, PEERS_PROGRAM)?;
    call::output(Command::new(&python).arg(&program).arg(&file).args(folders))?;
    Ok(fs::read_to_string(file)?)
}
