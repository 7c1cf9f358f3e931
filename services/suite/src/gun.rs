//! The scanner gun that is not there: a serial port as guns have it, below the real driver.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::process::{Program, Running};

/// How long the gun's process may take to open its control socket.
const SOCKET_MAX: Duration = Duration::from_secs(20);
/// How often its socket is tried meanwhile.
const TRY_EVERY: Duration = Duration::from_millis(20);

/// The emulated gun and its trigger.
#[derive(Debug)]
pub struct Gun {
    running: Running,
    socket: PathBuf,
    /// Its serial port.
    pub port: PathBuf,
}

impl Gun {
    /// Plugs the gun in.
    pub(crate) async fn start(programs: &Path, dir: &Path, logs: &Path) -> Result<Self> {
        let (port, socket) = (dir.join("gun"), dir.join("gun.control"));
        let program = Program::new("dais-gun", programs.join("dais-gun")).with([
            OsString::from("--link"),
            port.clone().into_os_string(),
            "--control".into(),
            socket.clone().into_os_string(),
        ]);
        let gun = Self { running: program.start(logs)?, socket, port };
        let mut beat = tokio::time::interval(TRY_EVERY);
        let connected = async {
            while UnixStream::connect(&gun.socket).await.is_err() {
                beat.tick().await;
            }
        };
        let last_lines = || format!("the scanner gun did not start:\n{}", gun.running.last_lines());
        tokio::time::timeout(SOCKET_MAX, connected).await.with_context(last_lines)?;
        Ok(gun)
    }

    /// Ends the emulator.
    pub(crate) async fn stop(self) -> Result<()> {
        self.running.stop().await
    }

    /// Scans a code.
    pub async fn scan(&self, code: &str) -> Result<()> {
        self.say(&format!("scan {code}")).await
    }

    /// Sends only so many characters of it.
    pub async fn tear(&self, count: usize, code: &str) -> Result<()> {
        self.say(&format!("tear {count} {code}")).await
    }

    /// Pulls its plug.
    pub async fn unplug(&self) -> Result<()> {
        self.say("unplug").await
    }

    /// Plugs it in again.
    pub async fn plug(&self) -> Result<()> {
        self.say("plug").await
    }

    async fn say(&self, command: &str) -> Result<()> {
        let stream =
            UnixStream::connect(&self.socket).await.context("the scanner gun's control socket is gone")?;
        let (read, mut write) = stream.into_split();
        write.write_all(format!("{command}\n").as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(read).read_line(&mut answer).await?;
        ensure!(answer.trim() == "ok", "the scanner gun refused: {}", answer.trim());
        Ok(())
    }
}
