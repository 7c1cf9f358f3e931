//! How each of our daemons starts, logs, is watched and ends.
//!
//! A daemon's `main` is three lines: read [`Arguments`], load its configuration, and hand an async function to
//! [`run`], which gives it a [`Stop`] that fires on SIGTERM and SIGINT.

mod arguments;
mod bus;
mod config;
mod credential;
mod stop;

use std::future::Future;
use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

pub use arguments::Arguments;
pub use bus::{answering, connect, lost, own};
pub use config::load;
pub use credential::credential;
pub use stop::{Stop, Trigger};

/// How long a stopped daemon may take to put things away before systemd's own limit would kill it.
const FAREWELL_MAX: Duration = Duration::from_secs(5);

/// Runs `main` on a runtime of its own until it ends, logging what went wrong in full; the exit code tells systemd.
pub fn run<F, Fut>(main: F) -> ExitCode
where
    F: FnOnce(Stop) -> Fut,
    Fut: Future<Output = anyhow::Result<()>>,
{
    start_log();
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            tracing::error!(%error, "no runtime");
            return ExitCode::FAILURE;
        }
    };
    let outcome = runtime.block_on(async { main(Stop::on_signals()?).await });
    runtime.shutdown_timeout(FAREWELL_MAX);
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Tells systemd that the service answers, and from then on that it is alive, as often as it asked to hear so.
pub fn ready() {
    notify(sd_notify::NotifyState::Ready);
    if let Some(limit) = sd_notify::watchdog_enabled() {
        tokio::spawn(async move {
            let mut beat = tokio::time::interval(limit / 2);
            loop {
                beat.tick().await;
                notify(sd_notify::NotifyState::Watchdog);
            }
        });
    }
}

fn notify(state: sd_notify::NotifyState) {
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!(%error, "systemd could not be told");
    }
}

/// Starts the log: to stderr, which systemd keeps in the journal; `DAIS_LOG` chooses what, `info` by default.
pub fn start_log() {
    let filter = EnvFilter::try_from_env("DAIS_LOG").unwrap_or_else(|_| EnvFilter::new("info,zbus=warn"));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    let started = if std::io::stderr().is_terminal() {
        log.try_init()
    } else {
        log.with_ansi(false).without_time().try_init()
    };
    if let Err(error) = started {
        tracing::debug!(%error, "the log was started before");
    }
}
