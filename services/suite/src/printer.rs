//! The receipt printer that is not there: it takes ESC/POS on a TCP port, and keeps pictures of what it printed.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use crate::process::{Program, Running};

/// A roll of 80 mm paper of 60 metres, in rows of dots.
const ROLL: usize = 480_000;

/// The emulated printer and its control socket.
#[derive(Debug)]
pub struct ReceiptPrinter {
    running: Running,
    socket: PathBuf,
    /// Where it is, as the till's configuration has it.
    pub place: String,
    /// Where pictures of its receipts lie.
    pub pictures: PathBuf,
}

impl ReceiptPrinter {
    /// Plugs the printer in.
    pub(crate) async fn start(programs: &Path, dir: &Path, pictures: &Path, logs: &Path) -> Result<Self> {
        let socket = dir.join("printer.control");
        let program = Program::new("dais-receipts", programs.join("dais-receipts")).with([
            "--listen".into(),
            "127.0.0.1:0".into(),
            "--control".into(),
            socket.clone().into_os_string(),
            "--pictures".into(),
            pictures.as_os_str().to_owned(),
        ]);
        let (running, place) = program.start_and_hear(logs).await?;
        Ok(Self { running, socket, place, pictures: pictures.to_owned() })
    }

    /// Ends the emulator.
    pub(crate) async fn stop(self) -> Result<()> {
        self.running.stop().await
    }

    /// Takes its paper away.
    pub async fn take_paper(&self) -> Result<()> {
        self.ask("paper 0").await.map(drop)
    }

    /// Lets its paper end after so many rows of dots.
    pub async fn leave_paper(&self, rows: usize) -> Result<()> {
        self.ask(&format!("paper {rows}")).await.map(drop)
    }

    /// Puts a new roll in.
    pub async fn put_paper(&self) -> Result<()> {
        self.leave_paper(ROLL).await
    }

    /// Switches it off and on.
    pub async fn power(&self) -> Result<()> {
        self.ask("power").await.map(drop)
    }

    /// How many receipts came out.
    pub async fn sheets(&self) -> Result<usize> {
        Ok(self.ask("sheets").await?.parse()?)
    }

    /// What it did not understand; empty where it understood everything.
    pub async fn failure(&self) -> Result<String> {
        self.ask("failure").await
    }

    async fn ask(&self, command: &str) -> Result<String> {
        let stream =
            UnixStream::connect(&self.socket).await.context("the printer's control socket is gone")?;
        let (read, mut write) = stream.into_split();
        write.write_all(format!("{command}\n").as_bytes()).await?;
        let mut answer = String::new();
        BufReader::new(read).read_line(&mut answer).await?;
        let said = answer.trim().strip_prefix("ok");
        ensure!(said.is_some(), "the printer refused {command}: {answer}");
        Ok(said.unwrap_or_default().trim().to_owned())
    }
}
