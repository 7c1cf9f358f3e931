//! The door of the front: how many connections there are, how long each may last, how often a peer may knock. One
//! who knocks too often is dropped before a byte of it is read. One connection carries one request.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::serve::Listener;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::{Instant, Sleep, sleep_until};

use super::bucket::{Buckets, Held, PeerLimits};
use crate::Clock;

/// How long to rest after a connection could not be taken: the process has no descriptors left.
const REST: Duration = Duration::from_millis(100);

/// What the front bears.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Each peer's.
    pub peer: PeerLimits,
    /// Connections open at the same time.
    pub connections: usize,
    /// How long one connection may last, answer and all.
    pub life: Duration,
}

impl Default for Limits {
    /// A kiosk takes a payment every few seconds, each told a few times; a reverse proxy in front makes all peers
    /// one. Fifty signatures a second cost half a percent of a core; sixty-four connections cost below 32 MiB at
    /// the HTTP library's largest buffers; eight seconds outlast the channels' own five.
    fn default() -> Self {
        let peer = PeerLimits { per_second: 50, burst: 200, open: 48 };
        Self { peer, connections: 64, life: Duration::from_secs(8) }
    }
}

/// The listener behind its limits.
pub(super) struct Gate {
    listener: TcpListener,
    buckets: Buckets,
    places: Arc<Semaphore>,
    life: Duration,
    clock: Clock,
}

impl Gate {
    pub(super) fn new(listener: TcpListener, limits: Limits, clock: Clock) -> Self {
        Self {
            listener,
            buckets: Buckets::new(limits.peer),
            places: Arc::new(Semaphore::new(limits.connections)),
            life: limits.life,
            clock,
        }
    }
}

impl Listener for Gate {
    type Io = Visit;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Visit, SocketAddr) {
        loop {
            // The kernel's own queue holds those who wait for a place.
            let Ok(place) = Arc::clone(&self.places).acquire_owned().await else {
                std::future::pending::<()>().await;
                continue;
            };
            match self.listener.accept().await {
                Ok((stream, address)) => {
                    if let Some(held) = self.buckets.take((self.clock)(), address.ip()) {
                        let end = Box::pin(sleep_until(Instant::now() + self.life));
                        return (Visit { stream, end, _place: place, _held: held }, address);
                    }
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(REST).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }
}

/// One connection, which ends by itself.
pub(super) struct Visit {
    stream: TcpStream,
    end: Pin<Box<Sleep>>,
    _place: OwnedSemaphorePermit,
    _held: Held,
}

impl Visit {
    fn over(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        match self.end.as_mut().poll(cx) {
            Poll::Ready(()) => Err(io::ErrorKind::TimedOut.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl AsyncRead for Visit {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.over(cx)?;
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl AsyncWrite for Visit {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        self.over(cx)?;
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.over(cx)?;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.over(cx)?;
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
