//! Puts an image together: our programs from this workspace, the rest from Debian, by mkosi in the tools tree.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Instant;

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

use super::keys::{BootKey, Keys, UPDATES};
use super::parts;
use super::summary::Summary;
use super::tools::Tools;
use super::update;
use crate::{assets, call, say};

/// Where the declarations lie, relative to the workspace.
const DECLARED: &str = "image/os";
/// What mkosi sets before each line that tells what it does now.
const STEP: &str = "\u{2023}";
/// Bytes that are read at once for a hash.
const CHUNK: usize = 1 << 20;

/// What is built: the product, or the same once more for a test.
pub(super) struct Edition<'a> {
    /// How its files are called.
    pub(super) name: &'a str,
    pub(super) variant: &'a str,
    pub(super) version: &'a str,
    /// A folder of files that lie over all others.
    pub(super) over: Option<&'a Path>,
}

/// A finished image.
#[derive(Clone)]
pub(super) struct Image {
    pub(super) disk: PathBuf,
    pub(super) name: String,
    pub(super) variant: String,
    pub(super) version: String,
    pub(super) root_hash: String,
}

/// Builds the variant, and the files with which units that have an older version are brought to it.
pub(super) fn image(root: &Path, work: &Path, tools: &Tools, variant: &str) -> Result<Image> {
    assets::fetch(root)?;
    say::line("building our programs");
    programs(root)?;
    let ours = work.join("ours");
    parts::stage(root, &ours)?;
    let keys = Keys::ready(work, tools, UPDATES)?;
    keys.trusted_by(&ours.join("base"))?;
    let (name, version) = (format!("dais-{variant}"), env!("CARGO_PKG_VERSION"));
    let image = edition(root, work, tools, &Edition { name: &name, variant, version, over: None })?;
    let files = update::lay(work, &image, &version_folder(work, &image))?;
    keys.sign(&files)?;
    Ok(image)
}

/// Where the files of an update lie, on the way to a stick.
fn version_folder(work: &Path, image: &Image) -> PathBuf {
    work.join("update").join(&image.name)
}

/// Builds this edition, unless nothing that goes into it has changed. Ours has been laid out.
pub(super) fn edition(root: &Path, work: &Path, tools: &Tools, wanted: &Edition<'_>) -> Result<Image> {
    let name = wanted.name;
    let (told, mark) = (work.join(format!("{name}.txt")), work.join(format!("{name}.inputs")));
    let (ours, declared) = (work.join("ours"), root.join(DECLARED));
    let key = BootKey::ready(work, tools)?;
    let mut places =
        vec![ours.as_path(), &declared, &key.certificate, tools.tree_name(), Path::new(wanted.version)];
    places.extend(wanted.over);
    let inputs = hash(&places)?;
    let disk = work.join(format!("{name}.raw"));
    if disk.is_file() && fs::read_to_string(&mark).is_ok_and(|known| known == inputs) {
        say::line(&format!("{name} is up to date:\n{}", fs::read_to_string(&told)?));
    } else {
        update::forget(work, name)?;
        if mark.exists() {
            fs::remove_file(&mark)?;
        }
        say::line(&format!(
            "building {name}; the first time, with Debian's packages, takes some ten minutes"
        ));
        let started = Instant::now();
        mkosi(work, tools, wanted, &key)?;
        let summary = Summary::of(work, name)?.to_string();
        fs::write(&told, &summary)?;
        fs::write(&mark, &inputs)?;
        say::line(&format!("{name} in {} s:\n{summary}", started.elapsed().as_secs()));
    }
    Ok(Image {
        disk,
        name: name.to_owned(),
        variant: wanted.variant.to_owned(),
        version: wanted.version.to_owned(),
        root_hash: Summary::of(work, name)?.root_hash,
    })
}

/// Builds what ships, with the compiler's settings for it.
fn programs(root: &Path) -> Result<()> {
    let mut command = call::cargo(root, &["build", "--profile", parts::PROFILE]);
    for part in parts::read(root)?.values() {
        for (program, package) in &part.programs {
            command.args(["--package", package, "--bin", program]);
        }
    }
    if !call::status(&mut command)?.success() {
        bail!("the build failed; the reason stands above");
    }
    Ok(())
}

/// Runs mkosi, shows its steps, and keeps all it says in a file.
fn mkosi(work: &Path, tools: &Tools, wanted: &Edition<'_>, key: &BootKey) -> Result<()> {
    let place = |name: &str| -> Result<PathBuf> {
        let folder = work.join(name);
        fs::create_dir_all(&folder)?;
        Ok(folder)
    };
    let log = work.join("build.log");
    let mut said = File::create(&log)?;
    let mut command = tools.command("mkosi");
    command.args(["--directory", DECLARED, "--profile", wanted.variant, "--force"]);
    command.args(["--image-version", wanted.version, "--output", wanted.name]);
    command.arg("--output-directory").arg(work);
    if let Some(over) = wanted.over {
        command.arg("--extra-tree").arg(over);
    }
    key.signs(&mut command);
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
    Ok(digits(all))
}

/// The hash of what is in a file.
pub(super) fn sum(file: &Path) -> Result<String> {
    let mut all = Sha256::new();
    read(file, &mut all).with_context(|| format!("{}", file.display()))?;
    Ok(digits(all))
}

fn digits(all: Sha256) -> String {
    all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
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
        read(place, all)?;
    }
    Ok(())
}

fn read(place: &Path, all: &mut Sha256) -> Result<()> {
    let mut file = File::open(place)?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let count = file.read(&mut chunk)?;
        if count == 0 {
            return Ok(());
        }
        all.update(&chunk[..count]);
    }
}
