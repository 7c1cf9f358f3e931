//! One program of the suite: started so that it can never outlive us, watched, and ended politely.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long a program may take to end on SIGTERM before it is killed.
const FAREWELL_MAX: Duration = Duration::from_secs(6);
/// How long a program may take to say that it is ready: a cold start on a loaded two-core machine.
pub(crate) const READY_MAX: Duration = Duration::from_secs(60);
/// How many of a dead program's last lines are shown.
const LAST_LINES: usize = 30;

/// What to start.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it is called in messages, and the name of its log.
    pub name: &'static str,
    /// Where it lies, or its name on the PATH.
    pub path: PathBuf,
    /// Its command line.
    pub arguments: Vec<OsString>,
    /// Set in addition to our own environment.
    pub environment: BTreeMap<&'static str, OsString>,
}

impl Program {
    /// A program without arguments.
    pub fn new(name: &'static str, path: impl Into<PathBuf>) -> Self {
        Self { name, path: path.into(), arguments: Vec::new(), environment: BTreeMap::new() }
    }

    /// Adds arguments.
    #[must_use]
    pub fn with<S: Into<OsString>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.arguments.extend(arguments.into_iter().map(Into::into));
        self
    }

    /// Sets an environment variable.
    #[must_use]
    pub fn set(mut self, key: &'static str, value: impl Into<OsString>) -> Self {
        self.environment.insert(key, value.into());
        self
    }

    /// Starts it. The kernel ends it should we die in any way: `setpriv` sets the parent-death signal, so that we
    /// need no `unsafe` between fork and exec.
    fn command(&self) -> Command {
        let mut command = Command::new("setpriv");
        command.arg("--pdeathsig").arg("KILL").arg("--").arg(&self.path).args(&self.arguments);
        command.envs(&self.environment).stdin(Stdio::null()).kill_on_drop(true);
        // A terminal's Ctrl-C goes to its whole group; ours must end in our order, so each has a group of its own.
        command.process_group(0);
        command
    }

    /// Starts it with both its outputs in `logs/NAME.log`.
    pub fn start(self, logs: &Path) -> Result<Running> {
        let log = self.log(logs)?;
        let mut command = self.command();
        command.stdout(log.try_clone()?).stderr(log);
        self.running(command, logs)
    }

    /// Starts it and waits for the first line that it prints; its other output goes to `logs/NAME.log`.
    pub async fn start_and_hear(self, logs: &Path) -> Result<(Running, String)> {
        let mut command = self.command();
        command.stdout(Stdio::piped()).stderr(self.log(logs)?);
        let mut running = self.running(command, logs)?;
        let stdout = running.child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(stdout).lines();
        let first = tokio::time::timeout(READY_MAX, lines.next_line()).await;
        let Ok(Ok(Some(line))) = first else {
            bail!("{} did not become ready; its last lines:\n{}", running.program.name, running.last_lines());
        };
        // Whatever it prints later must be read, or it would one day block on a full pipe.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok((running, line))
    }

    fn log(&self, logs: &Path) -> Result<File> {
        let path = logs.join(format!("{}.log", self.name));
        File::options()
            .create(true)
            .append(true)
            .open(&path)
            .with_context(|| format!("{} cannot be written", path.display()))
    }

    fn running(self, mut command: Command, logs: &Path) -> Result<Running> {
        let child = command
            .spawn()
            .with_context(|| format!("{} cannot be started ({})", self.name, self.path.display()))?;
        let log = logs.join(format!("{}.log", self.name));
        Ok(Running { program: self, child, log })
    }
}

/// A program that runs. Dropping it kills it; [`Running::stop`] lets it put things away.
#[derive(Debug)]
pub struct Running {
    program: Program,
    child: Child,
    log: PathBuf,
}

impl Running {
    /// Its process id, while it runs.
    pub fn pid(&self) -> Option<u32> {
        self.child.id()
    }

    /// What it was started as.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Ends it politely, and hard if it does not listen. A program that fails on its way out is an error.
    pub async fn stop(mut self) -> Result<()> {
        self.signal(Signal::TERM)?;
        let name = self.program.name;
        match tokio::time::timeout(FAREWELL_MAX, self.child.wait()).await {
            Ok(status) => {
                let status = status?;
                // A program without a handler of its own ends by the signal, which is as polite.
                let asked =
                    std::os::unix::process::ExitStatusExt::signal(&status) == Some(Signal::TERM.as_raw());
                if !status.success() && !asked {
                    bail!("{name} ended with {status}; its last lines:\n{}", self.last_lines());
                }
                Ok(())
            }
            Err(_) => {
                self.child.kill().await?;
                bail!("{name} did not end within {FAREWELL_MAX:?} and was killed");
            }
        }
    }

    /// Ends it as a power cut would.
    pub async fn kill(mut self) -> Result<Program> {
        self.child.kill().await?;
        Ok(self.program.clone())
    }

    /// Waits until it ends by itself.
    pub async fn ended(&mut self) -> Result<std::process::ExitStatus> {
        Ok(self.child.wait().await?)
    }

    /// True until it ended.
    pub fn is_alive(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// The end of its log, for messages.
    pub fn last_lines(&self) -> String {
        let text = std::fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }

    fn signal(&self, signal: Signal) -> Result<()> {
        let raw = self.pid().and_then(|pid| i32::try_from(pid).ok()).and_then(Pid::from_raw);
        match raw.map(|pid| kill_process(pid, signal)) {
            None | Some(Ok(()) | Err(rustix::io::Errno::SRCH)) => Ok(()),
            Some(Err(error)) => {
                Err(error).with_context(|| format!("{} cannot be told to end", self.program.name))
            }
        }
    }
}
