//! Puts an image together: our programs from this workspace, the rest from Debian, by mkosi in the tools tree.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::parts;
use super::summary::Summary;
use super::tools::Tools;
use crate::{assets, call, say};

/// Where the declarations lie, relative to the workspace.
const DECLARED: &str = "image/os";
/// What mkosi sets before each line that tells what it does now.
const STEP: &str = "\u{2023}";
/// Bytes that are read at once for a hash.
const CHUNK: usize = 1 << 20;

/// A finished image.
pub(super) struct Image {
    pub(super) disk: PathBuf,
    pub(super) variant: String,
}

/// Builds the variant, unless nothing that goes into it has changed.
pub(super) fn image(root: &Path, work: &Path, tools: &Tools, variant: &str) -> Result<Image> {
    assets::fetch(root)?;
    say::line("building our programs");
    if !call::status(&mut call::cargo(root, &["build", "--workspace", "--bins"]))?.success() {
        bail!("the build failed; the reason stands above");
    }
    let ours = work.join("ours");
    parts::stage(root, &ours)?;
    let name = format!("dais-{variant}");
    let image = Image { disk: work.join(format!("{name}.raw")), variant: variant.to_owned() };
    let (told, mark) = (work.join(format!("{name}.txt")), work.join(format!("{name}.inputs")));
    let inputs = hash(&[&ours, &root.join(DECLARED), tools.tree_name()])?;
    if image.disk.is_file() && fs::read_to_string(&mark).is_ok_and(|known| known == inputs) {
        say::line(&format!("{name} is up to date:\n{}", fs::read_to_string(&told)?));
        return Ok(image);
    }
    if mark.exists() {
        fs::remove_file(&mark)?;
    }
    say::line(&format!("building {name}; the first time, with Debian's packages, takes some ten minutes"));
    let started = Instant::now();
    mkosi(work, tools, variant)?;
    let summary = Summary::of(work, &name)?.to_string();
    fs::write(&told, &summary)?;
    fs::write(&mark, &inputs)?;
    say::line(&format!("{name} in {} s:\n{summary}", started.elapsed().as_secs()));
    Ok(image)
}

/// Runs mkosi, shows its steps, and keeps all it says in a file.
fn mkosi(work: &Path, tools: &Tools, variant: &str) -> Result<()> {
    let place = |name: &str| -> Result<PathBuf> {
        let folder = work.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    let log = work.join("build.log");
    let mut said = File::create(&log)?;
    let mut command = tools.command("mkosi");
    command.args(["--directory", DECLARED, "--profile", variant, "--force"]);
    command.args(["--image-version", env!("CARGO_PKG_VERSION")]).arg("--output-directory").arg(work);
    command.arg("--cache-directory").arg(place("cache")?);
    command.arg("--package-cache-directory").arg(place("packages")?);
    command.arg("--workspace-directory").arg(place("work")?).arg("build");
    command.stdin(Stdio::null()).stdout(said.try_clone()?).stderr(Stdio::piped());
    let mut running = command.spawn().context("`setpriv` cannot be started")?;
    let steps = running.stderr.take().context("mkosi says nothing")?;
    for line in BufReader::new(steps).split(b'\n') {
        let line = line?;
        let text = String::from_utf8_lossy(&line);
        writeln!(said, "{text}")?;
        if let Some(step) = text.strip_prefix(STEP) {
            say::line(&format!("  {}", step.trim_end()));
        }
    }
    if !running.wait()?.success() {
        bail!("the image could not be built; {} tells why", log.display());
    }
    Ok(())
}

/// One hash of all files below these places: their names, and what is in them.
fn hash(places: &[&Path]) -> Result<String> {
    let mut all = Sha256::new();
    for place in places {
        add(place, &mut all).with_context(|| format!("{}", place.display()))?;
    }
    Ok(all.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

fn add(place: &Path, all: &mut Sha256) -> Result<()> {
    all.update(place.file_name().unwrap_or(place.as_os_str()).as_encoded_bytes());
    all.update([0]);
    if place.is_symlink() {
        // Where it leads is what counts; that may be on the target alone.
        all.update(fs::read_link(place)?.as_os_str().as_encoded_bytes());
        return Ok(());
    }
    if place.is_dir() {
        let mut below = fs::read_dir(place)?.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
        below.sort();
        return below.iter().try_for_each(|path| add(path, all));
    }
    if place.is_file() {
        let mut file = File::open(place)?;
        let mut chunk = vec![0; CHUNK];
        loop {
            let count = file.read(&mut chunk)?;
            if count == 0 {
                break;
            }
            all.update(&chunk[..count]);
        }
    }
    Ok(())
}
