//! `cargo dev`: starts the suite, says what runs and how to act as teacher, student and payer, and ends it on Ctrl-C.
#![allow(clippy::print_stdout, reason = "this is the one program of Dais that speaks to a terminal")]

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use api::admin::AdminProxy;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::{CASHIER, MANAGER, Parts, Senses, Suite, source_tree};
use crate::{office, sound};

pub(crate) mod orders;
mod outcome;

/// What `cargo dev` was asked.
#[derive(Clone, Debug)]
pub struct Dev {
    /// Boards, ledger, keys and logs.
    pub state: PathBuf,
    /// The sandbox's port.
    pub port: u16,
    /// `zh` or `en`.
    pub language: &'static str,
    /// Screen size in pixels.
    pub size: (u32, u32),
    /// As a unit that has never been set up.
    pub first_start: bool,
    /// Only the scripted visit, then end.
    pub only_visit: bool,
    /// Where the visit leaves its pictures.
    pub pictures: Option<PathBuf>,
    /// The room's camera and microphone.
    pub senses: Senses,
}

impl Default for Dev {
    fn default() -> Self {
        let state = source_tree().join("target/dev");
        Self {
            state,
            port: 8470,
            language: "zh",
            size: (1920, 1080),
            first_start: false,
            only_visit: false,
            pictures: None,
            senses: Senses::default(),
        }
    }
}

impl Dev {
    /// Runs until Ctrl-C, or until the visit is over.
    pub async fn run(self) -> Result<()> {
        let set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let window = !self.only_visit && (set("DISPLAY") || set("WAYLAND_DISPLAY"));
        let mut end = End::on_signals()?;
        let mut suite = tokio::select! {
            suite = self.begin(window) => suite?,
            // What was started goes with the future that holds it.
            () = end.asked() => {
                println!("\neverything ended, before all of it was started");
                return Ok(());
            }
        };
        if !self.only_visit {
            let page = AdminProxy::new(&suite.connection).await?.address().await?;
            println!("{}", self.guide(&suite, window, &page));
            self.until_ended(&mut suite, &mut end).await?;
            println!("\nending ...");
        }
        suite.stop().await?;
        println!("everything ended");
        Ok(())
    }

    /// Starts everything and, without a window, visits it.
    async fn begin(&self, window: bool) -> Result<Suite> {
        let parts = Parts {
            window,
            size: self.size,
            language: self.language,
            first_start: self.first_start,
            port: self.port,
            hasty: false,
            unionpay: true,
            outside: true,
            printer: true,
            sense: Some(self.senses.clone()),
            ..Parts::all(&self.state)
        };
        println!(
            "starting bus, sandbox, card reader, scanner gun, printer, kiosk, inference, sense, admin and shell ..."
        );
        let mut suite = Suite::start(parts).await.context("the suite did not start")?;
        // A new unit's first start is for a person; a visit would touch it.
        if !window && !self.first_start {
            println!("No display is set, so Dais runs on a virtual one and visits every screen by itself:");
            let pictures = self.pictures.clone().unwrap_or_else(|| self.state.join("pictures"));
            for picture in suite.visit(&pictures).await.context("the visit failed")? {
                println!("  {}", picture.display());
            }
        }
        Ok(suite)
    }

    fn guide(&self, suite: &Suite, window: bool, page: &str) -> String {
        let teacher = if window {
            "touch Board in the window and write with mouse or fingers; circle writing with the lasso, then To text"
        } else if self.first_start {
            "set DISPLAY for a window; the first start waits for a person on a virtual display"
        } else {
            "set DISPLAY for a window; the pictures above show the board"
        };
        format!(
            "
Dais runs.
  bus        {bus}
  logs       {logs}
  teacher    {teacher}
  student    touch Canteen, choose a meal, Pay
  payer      {wallet}   paste or upload a code, or show a pay code to the kiosk's camera
  card       type here: tap (the student's card), tag (one that proves itself), purse (a card with money on it),
             bank (a bank card: then the terminal asks for it), stranger (an unknown card), take (the card away)
  terminal   type here, once it asks: present approved, present declined, or present pin and then pin right or pin wrong
  scanner    type here: scan CODE (a pay code, as the wallet page shows it)
  receipts   pictures in {receipts}; type here: receipt PAYMENT (a copy), test printer, drawer,
             paper out, paper in
  sound      type here: {sound}
  staff      manager {MANAGER} (number 01, PIN 481920), cashier {CASHIER} (07, 260514); type here: {office}
  service    {page}   how this unit is; on the screen: hold its upper left corner for three seconds
  bus calls  busctl --address={bus} introspect {kiosk} {path}
Ctrl-C ends everything.",
            office = office::COMMANDS,
            sound = sound::COMMANDS,
            bus = suite.bus.address,
            logs = suite.logs().display(),
            receipts = self.receipts().display(),
            wallet = suite.sandbox.wallet(),
            kiosk = api::KIOSK.name,
            path = api::KIOSK.path,
        )
    }

    /// Where the emulated printer leaves its pictures.
    fn receipts(&self) -> PathBuf {
        self.state.join("receipts")
    }

    /// Obeys the terminal until Ctrl-C, or until the window is closed.
    async fn until_ended(&self, suite: &mut Suite, end: &mut End) -> Result<()> {
        let mut lines = BufReader::new(tokio::io::stdin()).lines();
        let mut listening = true;
        let mut shell = suite.shell.take().context("the shell is not running")?;
        loop {
            tokio::select! {
                () = end.asked() => break,
                status = shell.ended() => {
                    let status = status?;
                    if status.success() {
                        return Ok(());
                    }
                    bail!("the shell ended with {status}:\n{}", shell.last_lines());
                }
                line = lines.next_line(), if listening => match line? {
                    Some(line) if line.trim().is_empty() => {}
                    Some(line) => match suite.obey(line.trim(), |told| println!("{told}")).await {
                        Ok(said) => println!("{said}"),
                        Err(error) => println!("{error:#}"),
                    },
                    None => listening = false,
                },
            }
        }
        suite.shell = Some(shell);
        Ok(())
    }
}

/// Ctrl-C, or the same from outside.
struct End {
    interrupt: Signal,
    terminate: Signal,
}

impl End {
    fn on_signals() -> Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
