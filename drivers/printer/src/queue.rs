//! A queue of CUPS, by its own programs `lp` and `lpstat`. What CUPS says of a job is that it was handed on, which proves
//! no paper; so nothing that goes this way counts as proved.

use std::io::{self, Write};
use std::process::{Command, Output, Stdio};

use crate::place::QueueName;
use crate::status::{Paper, Status};

/// Why a queue cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum QueueError {
    /// CUPS is not there.
    #[error("CUPS is not installed: install cups and cups-client, or connect the printer directly ({0})")]
    NoCups(#[source] io::Error),
    /// CUPS refuses.
    #[error("CUPS says: {0}")]
    Refused(String),
}

/// What a backend says of a printer that it cannot reach, where CUPS has no reason of IPP for it.
const UNREACHABLE: [&str; 3] =
    ["may not exist or is unavailable", "is unreachable at this time", "is not responding"];

pub(crate) struct Queue<'a>(&'a QueueName);

impl<'a> Queue<'a> {
    pub(crate) fn named(name: &'a QueueName) -> Self {
        Self(name)
    }

    /// What CUPS knows of the printer.
    pub(crate) fn status(&self) -> Result<Status, QueueError> {
        let told = run(self.program("lpstat").args(["-l", "-p", &self.0.queue]), &[])?;
        Ok(read_status(&told))
    }

    /// Hands bytes on as they are.
    pub(crate) fn hand(&self, bytes: &[u8]) -> Result<(), QueueError> {
        let to = ["-d", &self.0.queue, "-o", "raw", "-t", "receipt", "-"];
        run(self.program("lp").args(to), bytes).map(drop)
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.args(self.0.server.iter().flat_map(|server| ["-h", server.as_str()]));
        command
    }
}

/// Runs one of CUPS's programs in English, and gives it bytes to read.
fn run(command: &mut Command, bytes: &[u8]) -> Result<String, QueueError> {
    let output = fed(command.env("LC_ALL", "C"), bytes).map_err(QueueError::NoCups)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(QueueError::Refused(said.lines().next().unwrap_or("nothing").to_owned()))
}

fn fed(command: &mut Command, bytes: &[u8]) -> io::Result<Output> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    if let Some(mut stdin) = child.stdin.take()
        && let Err(error) = stdin.write_all(bytes)
    {
        // It ended early and says why itself.
        tracing::debug!(%error, "a program of CUPS read not all");
    }
    child.wait_with_output()
}

/// `lpstat -l -p`: a line of state, and `Alerts:` with the reasons of IPP.
fn read_status(told: &str) -> Status {
    let alerts = told.lines().find_map(|line| line.trim().strip_prefix("Alerts:")).unwrap_or_default();
    let any = |words: &[&str]| words.iter().any(|word| alerts.contains(word));
    let paper = if any(&["media-empty", "media-needed"]) {
        Paper::Out
    } else if any(&["media-low"]) {
        Paper::Low
    } else {
        Paper::Enough
    };
    let disabled = told.lines().next().is_some_and(|line| line.contains(" disabled "));
    Status {
        offline: disabled
            || UNREACHABLE.iter().any(|words| told.contains(words))
            || any(&["offline", "connecting-to-device", "shutdown", "paused"]),
        cover_open: any(&["cover-open", "door-open"]),
        paper,
        ..Status::default()
    }
}

#[cfg(test)]
mod tests {
    //! What `lpstat` of CUPS 2.4 prints.
    use super::read_status;
    use crate::status::{Paper, Status};

    #[test]
    fn states() {
        let line = "printer till is idle.  enabled since Mon Jan  1 00:00:00 2026\n\tDescription: till\n";
        for (told, wanted) in [
            (format!("{line}\tAlerts: none\n"), Status::default()),
            (
                format!("{line}\tAlerts: media-empty-error\n"),
                Status { paper: Paper::Out, ..Status::default() },
            ),
            (
                format!("{line}\tAlerts: media-low-warning\n"),
                Status { paper: Paper::Low, ..Status::default() },
            ),
            (
                format!("{line}\tAlerts: cover-open-error offline-report\n"),
                Status { cover_open: true, offline: true, ..Status::default() },
            ),
            (
                "printer till now printing till-1.  enabled since Mon Jan  1 00:00:00 2026\n\tThe printer may not \
                 exist or is unavailable at this time.\n\tAlerts: none\n"
                    .to_owned(),
                Status { offline: true, ..Status::default() },
            ),
            (
                "printer till disabled since Mon Jan  1 00:00:00 2026 -\n\treason unknown\n".to_owned(),
                Status { offline: true, ..Status::default() },
            ),
        ] {
            assert_eq!(read_status(&told), wanted, "{told}");
        }
    }
}
