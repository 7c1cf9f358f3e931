//! What an image came to: sizes, and the hash that stands for every byte of its root.

use std::fmt;
use std::fs::{self, File};
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// Where an erofs file system describes itself (`Documentation/filesystems/erofs.rst`, `fs/erofs/erofs_fs.h`).
const EROFS_AT: u64 = 1024;
const EROFS_MAGIC: u32 = 0xe0f5_e1e2;
/// Bytes of the description that are read: up to and with the number of blocks.
const EROFS_HEAD: usize = 40;
/// What stands before it on the command line (`systemd-veritysetup-generator(8)`).
const ROOT_HASH: &[u8] = b"roothash=";
/// A file's blocks are counted in these, whatever the file system (`stat(2)`).
const STAT_BLOCK: u64 = 512;
const MB: f64 = 1e6;

/// What is told after a build.
pub(super) struct Summary {
    pub(super) root_hash: String,
    root: u64,
    kernel: u64,
    disk: u64,
    disk_used: u64,
}

impl Summary {
    /// Reads what the build left.
    pub(super) fn of(work: &Path, name: &str) -> Result<Self> {
        let disk = fs::metadata(work.join(format!("{name}.raw")))?;
        let kernel = work.join(format!("{name}.efi"));
        let root = one(work, &format!("{name}.root"), ".raw")?;
        let mut head = [0; EROFS_HEAD];
        File::open(&root)?.read_exact_at(&mut head, EROFS_AT)?;
        Ok(Self {
            root_hash: root_hash(&fs::read(&kernel)?)
                .with_context(|| format!("{}", kernel.display()))?
                .to_owned(),
            root: erofs_size(&head).with_context(|| format!("{}", root.display()))?,
            kernel: fs::metadata(&kernel)?.len(),
            disk: disk.len(),
            disk_used: disk.blocks() * STAT_BLOCK,
        })
    }
}

impl fmt::Display for Summary {
    #[expect(clippy::cast_precision_loss, reason = "sizes of files, told to a tenth of a megabyte")]
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mb = |bytes: u64| format!("{:8.1} MB", bytes as f64 / MB);
        writeln!(to, "  root (erofs)         {}", mb(self.root))?;
        writeln!(to, "  kernel and initrd    {}", mb(self.kernel))?;
        writeln!(
            to,
            "  disk                 {}, of which {} are used",
            mb(self.disk),
            mb(self.disk_used).trim()
        )?;
        write!(to, "  root hash            {}", self.root_hash)
    }
}

/// The hash of all hashes of the root, as the command line in a kernel file names it.
pub(super) fn root_hash(kernel: &[u8]) -> Result<&str> {
    let at = kernel.windows(ROOT_HASH.len()).position(|bytes| bytes == ROOT_HASH);
    let start = at.context("the kernel's command line names no root")? + ROOT_HASH.len();
    let digits = kernel[start..].iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    Ok(std::str::from_utf8(&kernel[start..start + digits])?)
}

/// How many bytes an erofs file system takes, by its own description.
pub(super) fn erofs_size(head: &[u8; EROFS_HEAD]) -> Result<u64> {
    let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
    if word(0) != EROFS_MAGIC {
        bail!("no erofs file system");
    }
    let block_bits = u32::from(head[12]);
    1_u64
        .checked_shl(block_bits)
        .and_then(|block| block.checked_mul(u64::from(word(36))))
        .context("an erofs file system with blocks that are too large")
}

/// The file whose name begins and ends so.
fn one(folder: &Path, begin: &str, end: &str) -> Result<PathBuf> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with(begin) && name.ends_with(end) {
            return Ok(entry.path());
        }
    }
    bail!("the build left no {begin}*{end}")
}
