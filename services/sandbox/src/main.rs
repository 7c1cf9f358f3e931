//! `dais-sandbox`: makes key files, or serves the channels until SIGTERM.

use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, bail};
use lexopt::prelude::*;
use sandbox::fault::Plan;
use sandbox::keys::{self, Keys};
use sandbox::terminal::journal::Journal;
use sandbox::web::{self, Parts};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

const USAGE: &str = include_str!("usage.txt");

/// Repeatable unless asked otherwise.
const SEED: u64 = 1;

enum Task {
    MakeKeys(PathBuf),
    Serve {
        listen: SocketAddr,
        keys: PathBuf,
        clock_factor: u32,
        seed: u64,
        faults: Option<PathBuf>,
        assets: Option<PathBuf>,
        terminal: Option<SocketAddr>,
        journal: Option<PathBuf>,
    },
    Usage,
}

fn arguments() -> anyhow::Result<Task> {
    let mut parser = lexopt::Parser::from_env();
    let (mut listen, mut keys, mut faults) = (None, None, None);
    let (mut clock_factor, mut seed) = (1, SEED);
    let (mut terminal, mut journal) = (None, None);
    let mut assets = std::env::var_os("DAIS_ASSETS").map(PathBuf::from);
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) if word == "make-keys" => return Ok(Task::MakeKeys(parser.value()?.into())),
            Long("listen") => listen = Some(parser.value()?.parse()?),
            Long("keys") => keys = Some(parser.value()?.into()),
            Long("clock-factor") => clock_factor = parser.value()?.parse()?,
            Long("seed") => seed = parser.value()?.parse()?,
            Long("faults") => faults = Some(parser.value()?.into()),
            Long("assets") => assets = Some(parser.value()?.into()),
            Long("terminal") => terminal = Some(parser.value()?.parse()?),
            Long("terminal-journal") => journal = Some(parser.value()?.into()),
            Short('h') | Long("help") => return Ok(Task::Usage),
            other => return Err(other.unexpected()).context(USAGE),
        }
    }
    match (listen, keys) {
        (Some(listen), Some(keys)) if clock_factor >= 1 => {
            Ok(Task::Serve { listen, keys, clock_factor, seed, faults, assets, terminal, journal })
        }
        (Some(_), Some(_)) => bail!("--clock-factor must be 1 or more"),
        _missing => bail!("both --listen and --keys are needed\n{USAGE}"),
    }
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() -> ExitCode {
    match act().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("dais-sandbox: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn act() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_default_env().unwrap_or_else(|_unset| "info".into()),
        )
        .init();
    match arguments()? {
        Task::MakeKeys(folder) => keys::make(&folder),
        Task::Usage => say(USAGE.trim_end()),
        Task::Serve { listen, keys, clock_factor, seed, faults, assets, terminal, journal } => {
            let faults = match faults {
                Some(file) => plan(&file)?,
                None => Plan::default(),
            };
            let journal = match journal {
                Some(file) => {
                    Journal::open(&file).with_context(|| format!("{} is no journal", file.display()))?
                }
                None => Journal::default(),
            };
            let listener = bind(listen).await?;
            let address = listener.local_addr().context("the listener has no address")?;
            let mut ready = format!("dais-sandbox ready on http://{address} seed {seed}");
            let terminal = match terminal {
                Some(terminal) => Some(bind(terminal).await?),
                None => None,
            };
            if let Some(terminal) = &terminal {
                let address = terminal.local_addr().context("the terminal's listener has no address")?;
                ready.push_str(&format!(" terminal {address}"));
            }
            let parts =
                Parts { keys: Keys::load(&keys)?, clock_factor, seed, faults, assets, terminal, journal };
            serve(listener, parts, &ready).await
        }
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("{address} cannot be listened on; is another sandbox running?"))
}

/// Says that it is ready and serves until told to stop.
async fn serve(listener: TcpListener, parts: Parts, ready: &str) -> anyhow::Result<()> {
    let mut term = signal(SignalKind::terminate()).context("SIGTERM cannot be heard")?;
    let mut interrupt = signal(SignalKind::interrupt()).context("SIGINT cannot be heard")?;
    say(ready)?;
    let stop = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    web::serve(listener, parts, stop).await
}

fn plan(file: &std::path::Path) -> anyhow::Result<Plan> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is no fault plan", file.display()))
}

fn say(line: &str) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("nobody reads our output")
}
