//! The terminal's own port: sessions, turns, and answers that go wrong on purpose.

use std::time::Duration;

use aws_lc_rs::rand;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::time::timeout;

use super::ask;
use super::frame::{Seal, length};
use crate::fault::Fault;
use crate::trade::Channel;
use crate::web::App;

/// A kiosk that says nothing for so long has gone.
const SILENCE_MAX: Duration = Duration::from_secs(30);
/// Connections at once; the protocol asks for four.
const LINES_MAX: usize = 16;
/// How long to rest after a connection could not be taken: the process has no descriptors left.
const REST: Duration = Duration::from_millis(100);

/// Serves until the sandbox ends.
pub async fn serve(listener: TcpListener, app: App) {
    let room = std::sync::Arc::new(tokio::sync::Semaphore::new(LINES_MAX));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(REST).await;
            continue;
        };
        let Ok(place) = room.clone().try_acquire_owned() else { continue };
        let app = app.clone();
        tokio::spawn(async move {
            let Ok(mut power) = app.door.ask(|world| world.terminal.power()).await else { return };
            tokio::select! {
                biased;
                () = cut(&mut power) => tracing::debug!("the terminal's power was cut"),
                _ended = session(stream, &app) => {}
            }
            drop(place);
        });
    }
}

async fn cut(power: &mut watch::Receiver<u64>) {
    if power.changed().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// One session; `None` once it is over, for whatever reason.
async fn session(mut stream: TcpStream, app: &App) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let mut seal = Seal::new(&app.keys.terminal);
    seal.greeted(&receive(&mut stream).await?)?;
    let mut nonce = [0_u8; 16];
    rand::fill(&mut nonce).ok()?;
    let digits: String = nonce.iter().map(|byte| format!("{byte:02x}")).collect();
    let welcome = json!({"type": "welcome", "version": 1, "nonce": digits});
    let mut last = seal.frame(0, welcome.to_string().as_bytes(), false);
    stream.write_all(&last).await.ok()?;
    seal.session[16..].copy_from_slice(&nonce);
    for number in 1.. {
        let rest = receive(&mut stream).await?;
        let question: Value = serde_json::from_slice(seal.open(number, &rest)?).ok()?;
        let (fault, mut answer, delay) = act(app, question).await?;
        if fault == Some(Fault::Unknown) {
            answer = ask::error("trouble");
        }
        let forged = fault == Some(Fault::WrongSignature);
        let frame = seal.frame(number, answer.to_string().as_bytes(), forged);
        match fault {
            Some(Fault::DropBefore | Fault::ChargeThenDrop) => return None,
            Some(Fault::Delay) => tokio::time::sleep(Duration::from_millis(delay)).await,
            Some(Fault::TruncatedBody) => {
                stream.write_all(&frame[..frame.len() / 2]).await.ok()?;
                return None;
            }
            // What was recorded in this session before.
            Some(Fault::StaleTimestamp) => {
                stream.write_all(&last).await.ok()?;
                continue;
            }
            Some(Fault::Duplicate) => stream.write_all(&frame).await.ok()?,
            _sent => {}
        }
        stream.write_all(&frame).await.ok()?;
        last = frame;
    }
    None
}

/// Does what was asked, unless a fault comes first.
async fn act(app: &App, question: Value) -> Option<(Option<Fault>, Value, u64)> {
    app.door
        .ask(move |world| {
            let fault = world.faults.meet(Channel::Terminal, &ask::call(&question), &mut world.chance);
            let answer = match fault {
                Some(Fault::DropBefore | Fault::ServerError) => ask::error("trouble"),
                _done => ask::answer(world, &question),
            };
            (fault, answer, world.faults.delay_ms())
        })
        .await
        .ok()
}

/// A frame without its length field.
async fn receive(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let whole = async {
        let mut field = [0; 4];
        stream.read_exact(&mut field).await.ok()?;
        let mut rest = vec![0; length(field)?];
        stream.read_exact(&mut rest).await.ok()?;
        Some(rest)
    };
    timeout(SILENCE_MAX, whole).await.ok()?
}
