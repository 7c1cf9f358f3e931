//! One bit of a version's root that is turned, where a start reads it.

use std::fs::{self, File};
use std::os::unix::fs::FileExt;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::call;
use crate::image::build::Image;
use crate::image::tools::Tools;

/// A byte of the root, and what it is not to be.
pub(super) struct Turned {
    at: u64,
    byte: u8,
    partition: String,
}

impl Turned {
    /// The first byte of a program as it lies in the image's root, with one bit turned.
    pub(super) fn of(tools: &Tools, image: &Image, program: &str) -> Result<Self> {
        let root = root(image)?;
        let mut dump = tools.command("dump.erofs");
        let extents = call::output(dump.arg(format!("--path={program}")).arg("-e").arg(&root))?;
        let at = first_block(&extents).with_context(|| format!("where {program} lies:\n{extents}"))?;
        let mut byte = [0];
        File::open(&root)?.read_exact_at(&mut byte, at)?;
        Ok(Self { at, byte: byte[0] ^ 1, partition: partition(&image.root_hash)? })
    }

    /// What does it on the unit, below all that proves it.
    pub(super) fn command(&self) -> String {
        let Self { at, byte, partition } = self;
        format!(
            "printf '\\{byte:03o}' | dd of=/dev/disk/by-partuuid/{partition} bs=1 seek={at} conv=notrunc,fsync 2>/dev/null"
        )
    }
}

/// The file that the build left of the root.
fn root(image: &Image) -> Result<PathBuf> {
    let folder = image.disk.parent().context("an image in no folder")?;
    let start = format!("{}.root.", image.name);
    let entries = fs::read_dir(folder)?.collect::<Result<Vec<_>, _>>()?;
    let mut files = entries.iter().filter(|file| file.file_name().to_string_lossy().starts_with(&start));
    files.next().map(fs::DirEntry::path).with_context(|| format!("{start}*.raw"))
}

/// Where the file's first block lies, as `dump.erofs -e` tells it.
pub(in crate::image) fn first_block(extents: &str) -> Option<u64> {
    let line = extents.lines().find_map(|line| line.trim().strip_prefix("0:"))?;
    let (_, place) = line.split('|').nth(1)?.split_once(':')?;
    place.split_once("..")?.0.trim().parse().ok()
}

/// The name that a root's partition has by its hash (`systemd-veritysetup-generator(8)`): the first half of it.
pub(in crate::image) fn partition(root_hash: &str) -> Result<String> {
    let part = |from: usize, to: usize| root_hash.get(from..to).context("a hash that is too short");
    Ok([part(0, 8)?, part(8, 12)?, part(12, 16)?, part(16, 20)?, part(20, 32)?].join("-"))
}
