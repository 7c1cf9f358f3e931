//! The front over real HTTP, with channels whose RSA signatures are real.

mod limits;
mod links;
mod notary;
mod storm;

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use reqwest::Client;
use tokio::sync::{mpsc, watch};

use super::*;

/// A front on a port of its own.
struct Bench {
    address: SocketAddr,
    letters: mpsc::Receiver<Letter>,
    links: watch::Sender<Links>,
    stop: Option<oneshot::Sender<()>>,
    served: tokio::task::JoinHandle<std::io::Result<()>>,
}

/// Letters waiting for the till in these tests.
const LETTERS_MAX: usize = 8;

impl Bench {
    /// With a clock that moves on by `step_ms` each time it is looked at.
    async fn start(channels: Vec<Arc<dyn Channel>>, limits: Limits, step_ms: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("listener");
        let address = listener.local_addr().expect("address");
        let (letters_in, letters) = mpsc::channel(LETTERS_MAX);
        let (links, links_out) = watch::channel(Links::default());
        let looks = AtomicU64::new(0);
        let clock: Clock = Arc::new(move || looks.fetch_add(step_ms, Ordering::Relaxed));
        let (stop, stopped) = oneshot::channel::<()>();
        let parts = Parts { channels, letters: letters_in, links: links_out, limits, clock };
        let served = tokio::spawn(serve(listener, parts, async move {
            // Dropped or sent, both mean the end.
            drop(stopped.await);
        }));
        Self { address, letters, links, stop: Some(stop), served }
    }

    async fn plain(channels: Vec<Arc<dyn Channel>>) -> Self {
        Self::start(channels, Limits::default(), 1000).await
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }
}

fn browser() -> Client {
    Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(20))
        .build()
        .expect("client")
}
