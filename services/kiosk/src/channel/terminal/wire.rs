//! The terminal's TCP connection: the one file that reads and writes it. A call opens it, asks, and closes it.

use std::net::SocketAddr;
use std::time::Duration;

use aws_lc_rs::rand;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::frame::{FrameError, Key, LENGTH_BYTES, Nonce, rest_length};
use super::message::{Answer, Request};
use super::session::Session;
use crate::channel::Doubt;

/// How long a connection may take: the terminal stands beside the kiosk, so a second would be much.
const CONNECT_WITHIN: Duration = Duration::from_secs(3);

/// A greeted connection.
pub(super) struct Line {
    stream: TcpStream,
    session: Session,
}

impl Line {
    /// Connects and greets.
    pub(super) async fn open(address: SocketAddr, key: Key) -> Result<Self, Doubt> {
        let mut nonce: Nonce = [0; 16];
        rand::fill(&mut nonce).map_err(|_no_entropy| Doubt::Transport)?;
        let (session, hello) = Session::begin(key, &nonce).map_err(doubt)?;
        let stream = timeout(CONNECT_WITHIN, TcpStream::connect(address))
            .await
            .map_err(|_late| Doubt::Timeout)?
            .map_err(|_refused| Doubt::Transport)?;
        // Small frames that take turns: waiting to fill a segment only costs time.
        stream.set_nodelay(true).map_err(|_gone| Doubt::Transport)?;
        let mut line = Self { stream, session };
        line.send(&hello).await?;
        let greeting = line.receive().await?;
        line.session.greeted(&greeting).map_err(doubt)?;
        Ok(line)
    }

    /// One question and its answer.
    pub(super) async fn ask(&mut self, request: &Request) -> Result<Answer, Doubt> {
        let frame = self.session.ask(request).map_err(doubt)?;
        self.send(&frame).await?;
        let rest = self.receive().await?;
        self.session.hear(&rest).map_err(doubt)
    }

    async fn send(&mut self, frame: &[u8]) -> Result<(), Doubt> {
        self.stream.write_all(frame).await.map_err(|_gone| Doubt::Transport)
    }

    /// A frame without its length field.
    async fn receive(&mut self) -> Result<Vec<u8>, Doubt> {
        let mut field = [0; LENGTH_BYTES];
        self.stream.read_exact(&mut field).await.map_err(|_gone| Doubt::Transport)?;
        let mut rest = vec![0; rest_length(field).map_err(doubt)?];
        self.stream.read_exact(&mut rest).await.map_err(|_gone| Doubt::Transport)?;
        Ok(rest)
    }
}

fn doubt(error: FrameError) -> Doubt {
    match error {
        FrameError::Mac | FrameError::Sequence => Doubt::BadSignature,
        FrameError::Length | FrameError::Content => Doubt::Unparsable,
    }
}
