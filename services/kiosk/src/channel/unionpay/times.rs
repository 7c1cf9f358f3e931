//! The time under which each undo and refund was first sent, kept over a restart: one small file each.
//!
//! ACP names a transaction by order number and `txnTime` together. The number follows from the attempt or the refund;
//! the time has to be the present one, so it is written down, durably, before anything is sent. A repetition sends
//! the same two and so can never become a second transaction.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

/// Longest content: `yyyyMMddHHmmss`.
const TIME_LEN: usize = 14;

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

#[cfg(test)]
mod tests;
