//! An address of the test's own where channels tell by themselves.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::routing::post;
use tokio::sync::mpsc;
use tokio::time::{Duration, timeout};

/// Longest wait for what must come.
const SOON: Duration = Duration::from_secs(20);

type Heard = (HeaderMap, Vec<u8>);

pub(super) struct Listener {
    pub(super) url: String,
    heard: mpsc::UnboundedReceiver<Heard>,
}

impl Listener {
    pub(super) async fn start() -> Self {
        let (told, heard) = mpsc::unbounded_channel();
        let route = post(
            |State(told): State<Arc<mpsc::UnboundedSender<Heard>>>, headers: HeaderMap, body: Bytes| async move {
                // The test may be over; the channel hears a 200 all the same.
                drop(told.send((headers, body.to_vec())));
            },
        );
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("listen");
        let url = format!("http://{}/n", socket.local_addr().expect("address"));
        let router = Router::new().route("/n", route).with_state(Arc::new(told));
        tokio::spawn(async move { axum::serve(socket, router).await });
        Self { url, heard }
    }

    pub(super) async fn next(&mut self) -> Heard {
        timeout(SOON, self.heard.recv()).await.expect("in time").expect("open")
    }
}
