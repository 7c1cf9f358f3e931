//! The server: one port for all channels, the wallet and, on loopback alone, the control plane.

use std::future::Future;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::Redirect;
use axum::routing::{any, get, post};
use tokio::net::TcpListener;
use tokio::sync::Notify;

use crate::clock::VirtualClock;
use crate::fault::Plan;
use crate::keys::Keys;
use crate::terminal::desk;
use crate::terminal::journal::Journal;
use crate::world::{Door, World};
use crate::{acp, alipay, deliver, office, sim, terminal, wallet, wechat};

/// Largest request to a channel; real gateways take less.
pub const BODY_BYTES_MAX: usize = 64 * 1024;
/// Requests still running when the process is told to stop may take this long; streams never end by themselves.
const FAREWELL_MAX: Duration = Duration::from_millis(300);

/// What the sandbox is made of.
#[derive(Debug)]
pub struct Parts {
    /// The channels' keys.
    pub keys: Keys,
    /// How much faster its time runs.
    pub clock_factor: u32,
    /// What is random follows from it.
    pub seed: u64,
    /// What goes wrong.
    pub faults: Plan,
    /// Where the project's fonts lie, for the wallet page.
    pub assets: Option<PathBuf>,
    /// The card terminal's port, where there is one.
    pub terminal: Option<TcpListener>,
    /// The terminal's journal, which outlives the process.
    pub journal: Journal,
}

/// What every route needs.
#[derive(Clone, Debug)]
pub struct App {
    /// The way to the state.
    pub door: Door,
    /// The channels' keys.
    pub keys: Arc<Keys>,
    /// Where the project's fonts lie.
    pub assets: Option<Arc<Path>>,
    nudge: Arc<Notify>,
}

impl App {
    /// Tells the notifier that something may be due.
    pub fn nudge(&self) {
        self.nudge.notify_one();
    }

    /// Waits for such a word.
    pub async fn nudged(&self) {
        self.nudge.notified().await;
    }
}

/// Serves until `stop`. The control plane is there only if `listener` is bound to a loopback address.
///
/// # Errors
/// The listener fails, or no thread can be started.
pub async fn serve(
    listener: TcpListener,
    parts: Parts,
    stop: impl Future<Output = ()> + Send + 'static,
) -> anyhow::Result<()> {
    let address = listener.local_addr().context("the listener has no address")?;
    let mut world = World::new(VirtualClock::start(parts.clock_factor), parts.seed, parts.faults);
    desk::start(&mut world, parts.journal).context("the terminal's journal cannot be written")?;
    let app = App {
        door: Door::open(world).context("no thread for the sandbox's state")?,
        keys: Arc::new(parts.keys),
        assets: parts.assets.map(Arc::from),
        nudge: Arc::new(Notify::new()),
    };
    let notifier = tokio::spawn(deliver::run(app.clone()));
    let terminal = parts.terminal.map(|listener| tokio::spawn(terminal::line::serve(listener, app.clone())));
    let (told, stopping) = tokio::sync::oneshot::channel();
    let server = axum::serve(listener, routes(app, address)).with_graceful_shutdown(async move {
        stop.await;
        if told.send(()).is_err() {
            tracing::debug!("the server ended first");
        }
    });
    let farewell = async {
        if stopping.await.is_ok() {
            tokio::time::sleep(FAREWELL_MAX).await;
        }
    };
    let outcome = tokio::select! {
        served = server => served.context("the listener failed"),
        () = farewell => Ok(()),
    };
    notifier.abort();
    if let Some(terminal) = terminal {
        terminal.abort();
    }
    outcome
}

fn routes(app: App, address: SocketAddr) -> Router {
    let mut router = Router::new()
        .route("/gateway.do", any(alipay::gateway))
        .route("/downloadBillFile.resource", get(alipay::download::bill))
        .route("/gateway/api/{page}", post(acp::gateway))
        .layer(DefaultBodyLimit::max(BODY_BYTES_MAX))
        .route("/v3/{*call}", any(wechat::v3))
        .route("/pay/{call}", any(wechat::v2::pay))
        .route("/secapi/pay/{call}", any(wechat::v2::secure))
        .route("/office/{call}", post(office::ask))
        // Who opens the bare address in a browser is a payer.
        .route("/", get(async || Redirect::temporary("/wallet")))
        .route("/wallet", get(wallet::page))
        .nest("/wallet", wallet::routes());
    if address.ip().is_loopback() {
        router = router.nest("/_sim", sim::routes());
    }
    router.with_state(app)
}
