//! The last warnings and worse of our services: out of systemd's journal, or out of a folder of log files where there is
//! no journal. A line's level is the one it begins with, as our services write it; else the journal's.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use api::admin::LogLine;
use serde::Deserialize;
use tokio::io::AsyncReadExt;
use tokio::process::Command;

/// Lines that are told: what a person reads through, not an archive.
pub const LINES_MAX: usize = 100;
/// Letters of a line; more is cut.
const TEXT_MAX: usize = 400;
/// Entries of the journal that are looked through for them, good news too.
const ENTRIES_MAX: usize = 2_000;
/// What so many entries take at most; a journal that says more is not read to its end.
const BYTES_MAX: u64 = 8 * 1024 * 1024;
/// Of each file the last part is looked through.
const TAIL_MAX: u64 = 256 * 1024;
/// How long the journal may take.
const JOURNAL_MAX: Duration = Duration::from_secs(4);

const ERROR: u32 = 3;
const WARNING: u32 = 4;

/// Where the log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Log {
    /// systemd's.
    Journal,
    /// A file for each program, `NAME.log`.
    Folder(PathBuf),
}

impl Log {
    /// The last lines of level warning and worse, newest first. Where the log cannot be read, that is the only line.
    pub async fn last(&self) -> Vec<LogLine> {
        let read = match self {
            Self::Journal => tokio::time::timeout(JOURNAL_MAX, journal()).await.unwrap_or_else(|_late| {
                Err(std::io::Error::new(std::io::ErrorKind::TimedOut, "the journal does not answer"))
            }),
            Self::Folder(folder) => {
                let folder = folder.clone();
                let read = tokio::task::spawn_blocking(move || files(&folder)).await;
                read.unwrap_or_else(|broken| Err(std::io::Error::other(broken)))
            }
        };
        match read {
            Ok(mut lines) => {
                lines.truncate(LINES_MAX);
                lines
            }
            Err(error) => {
                let text = format!("the log cannot be read: {error}");
                vec![LogLine { time_ms: 0, unit: "dais-admin".to_owned(), level: WARNING, text }]
            }
        }
    }
}

async fn journal() -> std::io::Result<Vec<LogLine>> {
    let mut command = Command::new("journalctl");
    command.args(["--output=json", "--output-fields=MESSAGE,PRIORITY,_SYSTEMD_UNIT,UNIT", "--no-pager"]);
    command.args(["--quiet", "--reverse", "--unit=dais-*", &format!("--lines={ENTRIES_MAX}")]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true).spawn()?;
    let mut text = Vec::new();
    if let Some(output) = child.stdout.take() {
        output.take(BYTES_MAX).read_to_end(&mut text).await?;
    }
    Ok(String::from_utf8_lossy(&text).lines().filter_map(entry).collect())
}

/// What of an entry is looked at (systemd.journal-fields(7)). A message that is not text comes as numbers.
#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "MESSAGE")]
    message: serde_json::Value,
    #[serde(rename = "PRIORITY", default)]
    priority: String,
    #[serde(rename = "_SYSTEMD_UNIT", default)]
    unit: String,
    /// Whom the service manager speaks about.
    #[serde(rename = "UNIT", default)]
    about: String,
    #[serde(rename = "__REALTIME_TIMESTAMP", default)]
    time_us: String,
}

fn entry(line: &str) -> Option<LogLine> {
    let entry: Entry = serde_json::from_str(line).ok()?;
    let text = entry.message.as_str()?;
    let (level, text) = level(text).or_else(|| Some((entry.priority.parse().ok()?, text)))?;
    let unit = if entry.about.is_empty() { &entry.unit } else { &entry.about };
    let time_ms = entry.time_us.parse::<u64>().unwrap_or(0) / 1000;
    made(time_ms, unit.trim_end_matches(".service"), level, text)
}

/// The last lines of each file, the files that changed last first.
fn files(folder: &Path) -> std::io::Result<Vec<LogLine>> {
    let mut logs: Vec<(std::time::SystemTime, PathBuf)> = std::fs::read_dir(folder)?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let log = entry.path().extension().is_some_and(|ending| ending == "log");
            log.then(|| Some((entry.metadata().ok()?.modified().ok()?, entry.path()))).flatten()
        })
        .collect();
    logs.sort();
    let mut lines = Vec::new();
    for (_, path) in logs.iter().rev() {
        let unit = path.file_stem().unwrap_or_default().to_string_lossy();
        let text = tail(path)?;
        let worse = text.lines().rev().filter_map(level);
        lines.extend(worse.filter_map(|(level, text)| made(0, &unit, level, text)));
    }
    Ok(lines)
}

fn tail(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let from = file.metadata()?.len().saturating_sub(TAIL_MAX);
    file.seek(SeekFrom::Start(from))?;
    let mut bytes = Vec::new();
    file.take(TAIL_MAX).read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The level that one of our services wrote before a line.
fn level(line: &str) -> Option<(u32, &str)> {
    let (word, rest) = line.trim_start().split_once(' ')?;
    let level = match word {
        "ERROR" => ERROR,
        "WARN" => WARNING,
        "INFO" => 6,
        "DEBUG" | "TRACE" => 7,
        _ => return None,
    };
    Some((level, rest))
}

fn made(time_ms: u64, unit: &str, level: u32, text: &str) -> Option<LogLine> {
    let clean = |letter: char| if letter.is_control() { ' ' } else { letter };
    let text = text.trim().chars().take(TEXT_MAX).map(clean).collect();
    (level <= WARNING).then(|| LogLine { time_ms, unit: unit.to_owned(), level, text })
}

#[cfg(test)]
mod tests;
