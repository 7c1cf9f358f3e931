//! The time under which each undo and refund was first sent, kept over a restart: one small file each.
//!
//! ACP names a transaction by order number and `txnTime` together. The number follows from the attempt or the refund;
//! the time has to be the present one, so it is written down, durably, before anything is sent. A repetition sends
//! the same two and so can never become a second transaction.
//!
//! What is so old that UnionPay itself sends no money back for it any more is removed, a few files with each new one.

use std::collections::BinaryHeap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::wire;

/// Longest content: `yyyyMMddHHmmss`.
const TIME_LEN: usize = 14;
/// How long a time is kept. No UnionPay product sends money back later than 330 days after the payment (QR codes 30),
/// and a payment is older than its undo or refund: after this, a number that was sent under a forgotten time is refused
/// by UnionPay, and moves nothing a second time. The month above is for a wrong clock.
const KEPT_S: i64 = 360 * 86_400;
/// Files looked into with each that is written: far more than are added, and few enough that no refund waits for it.
const LOOKED_INTO_MAX: usize = 64;

/// The folder.
#[derive(Clone, Debug)]
pub(super) struct Times(PathBuf);

impl Times {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self(folder)
    }

    /// The time written down for a number.
    pub(super) async fn known(&self, number: &str) -> io::Result<Option<String>> {
        let path = self.0.join(number);
        blocking(move || match fs::read_to_string(&path) {
            Ok(text) if is_time(&text) => Ok(Some(text)),
            Ok(_broken) => Err(io::Error::new(io::ErrorKind::InvalidData, "no time of a transaction")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        })
        .await
    }

    /// Writes a time down, over another one where there is one; it lasts once this has returned.
    pub(super) async fn write(&self, number: &str, time: &str) -> io::Result<()> {
        let (folder, number, time) = (self.0.clone(), number.to_owned(), time.to_owned());
        blocking(move || write(&folder, &number, &time)).await
    }
}

impl Times {
    /// Removes times that no refund reaches any more by `now_s`, the oldest files first; answers how many.
    pub(super) async fn prune(&self, now_s: i64) -> io::Result<usize> {
        let folder = self.0.clone();
        blocking(move || prune(&folder, now_s)).await
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> io::Result<T> + Send + 'static) -> io::Result<T> {
    tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
}

fn is_time(text: &str) -> bool {
    text.len() == TIME_LEN && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whole or not at all: a new file is made durable and then takes the name.
fn write(folder: &Path, number: &str, time: &str) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let (path, new) = (folder.join(number), folder.join(format!("{number}.new")));
    let mut file = File::create(&new)?;
    file.write_all(time.as_bytes())?;
    file.sync_all()?;
    fs::rename(&new, &path)?;
    File::open(folder)?.sync_all()
}

fn prune(folder: &Path, now_s: i64) -> io::Result<usize> {
    let mut removed = 0_usize;
    for path in oldest(folder)? {
        // What cannot be read as a time stays: its number must not become unknown.
        let time = fs::read_to_string(&path).ok().filter(|text| is_time(text));
        let old =
            time.and_then(|time| wire::seconds(&time)).is_some_and(|at| now_s.saturating_sub(at) > KEPT_S);
        if old {
            fs::remove_file(&path)?;
            removed = removed.saturating_add(1);
        }
    }
    Ok(removed)
}

/// The files that were written first. Their order only says where to look; their content decides.
fn oldest(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut oldest: BinaryHeap<(SystemTime, PathBuf)> = BinaryHeap::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.metadata()?;
        if file.is_file() {
            oldest.push((file.modified()?, entry.path()));
        }
        if oldest.len() > LOOKED_INTO_MAX {
            oldest.pop();
        }
    }
    Ok(oldest.into_iter().map(|(_written, path)| path).collect())
}

#[cfg(test)]
mod tests;
