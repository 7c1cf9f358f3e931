//! The server: bound only while something is offered, on a thread of its own, with a limit for everything a client can
//! make it hold.

use std::cell::RefCell;
use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, header};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, oneshot};
use tokio::time::timeout;

use super::{Answer, OPEN_FOR, Offer};

/// The port that is tried first, so that an address is short and a firewall can know it; any other where it is taken.
const PORT: u16 = 8088;
/// Clients at once: half a class. Others wait their turn.
const CLIENTS_MAX: usize = 32;
/// A phone sends its few headers at once, or is none.
const HEADERS_WITHIN: Duration = Duration::from_secs(5);
/// Nobody holds a place for longer, however slowly they read.
const CLIENT_FOR: Duration = Duration::from_secs(60);
/// Headers of one request; hyper takes no less.
const HEADERS_MAX: usize = 8 * 1024;

/// Why nothing can be offered.
#[derive(Debug, thiserror::Error)]
pub enum HandoutError {
    /// No port, or no thread.
    #[error("the file cannot be offered over the network: {0}")]
    Network(#[from] io::Error),
}

/// A file that is being offered. Dropped, it is offered no more.
#[derive(Debug)]
pub struct Server {
    address: SocketAddr,
    given: Arc<AtomicU32>,
    given_max: u32,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Offers a file at this address of the panel.
    ///
    /// # Errors
    /// When no port is free there.
    pub fn start(here: IpAddr, offer: Offer) -> Result<Self, HandoutError> {
        Self::start_for(here, offer, OPEN_FOR)
    }

    /// The same for another time.
    ///
    /// # Errors
    /// As before.
    pub fn start_for(here: IpAddr, offer: Offer, open_for: Duration) -> Result<Self, HandoutError> {
        let listener =
            std::net::TcpListener::bind((here, PORT)).or_else(|_| std::net::TcpListener::bind((here, 0)))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel();
        let given = Arc::new(AtomicU32::new(0));
        let given_max = offer.kind().downloads_max();
        let count = given.clone();
        let thread = std::thread::Builder::new().name("handout".to_owned()).spawn(move || {
            let clients = tokio::task::LocalSet::new();
            clients.block_on(&runtime, async move {
                tokio::select! {
                    outcome = serve(listener, offer, count) => if let Err(error) = outcome {
                        tracing::warn!(%error, "what was offered is offered no more");
                    },
                    _ = stopped => {}
                    () = tokio::time::sleep(open_for) => {}
                }
            });
            // Clients that are still being served go with their set.
        })?;
        Ok(Self { address, given, given_max, stop: Some(stop), thread: Some(thread) })
    }

    /// Where it is offered.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How often it was given.
    pub fn given(&self) -> u32 {
        self.given.load(Ordering::Relaxed)
    }

    /// Whether it is offered still: the time may be up.
    pub fn is_open(&self) -> bool {
        self.thread.as_ref().is_some_and(|thread| !thread.is_finished()) && self.given() < self.given_max
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the thread that offers files panicked");
        }
    }
}

async fn serve(listener: std::net::TcpListener, offer: Offer, given: Arc<AtomicU32>) -> io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let offer = Rc::new(RefCell::new(offer));
    let places = Arc::new(Semaphore::new(CLIENTS_MAX));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return Ok(()) };
        let (client, _) = match listener.accept().await {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of descriptors, or a client that left already; it passes.
                tracing::debug!(%error, "a client was not accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let (offer, given) = (offer.clone(), given.clone());
        tokio::task::spawn_local(async move {
            if timeout(CLIENT_FOR, attend(client, offer, given)).await.is_err() {
                tracing::debug!("a client took too long");
            }
            drop(place);
        });
    }
}

async fn attend(client: TcpStream, offer: Rc<RefCell<Offer>>, given: Arc<AtomicU32>) {
    let answer = service_fn(move |request: Request<Incoming>| {
        let answer = {
            let mut offer = offer.borrow_mut();
            let answer = match request.uri().query() {
                None => offer.answer(request.method().as_str(), request.uri().path()),
                Some(_) => Answer::Nothing,
            };
            given.store(offer.given(), Ordering::Relaxed);
            answer
        };
        std::future::ready(Ok::<_, Infallible>(response(answer)))
    });
    let outcome = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEADERS_WITHIN)
        .max_buf_size(HEADERS_MAX)
        .keep_alive(false)
        .serve_connection(TokioIo::new(client), answer)
        .await;
    if let Err(error) = outcome {
        tracing::debug!(%error, "a client was not served");
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let (status, kind, bytes) = match answer {
        Answer::File(kind, bytes) => (StatusCode::OK, Some(kind), Bytes::from_owner(bytes)),
        Answer::Nothing => (StatusCode::NOT_FOUND, None, Bytes::from_static(b"Nothing here.\n")),
        Answer::WrongMethod => (StatusCode::METHOD_NOT_ALLOWED, None, Bytes::from_static(b"Only GET.\n")),
    };
    let mut response = Response::new(Full::new(bytes));
    *response.status_mut() = status;
    let mut set = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, kind.map_or("text/plain; charset=utf-8", |kind| kind.media_type()));
    set(header::CACHE_CONTROL, "no-store");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox");
    set(header::REFERRER_POLICY, "no-referrer");
    if let Some(kind) = kind {
        set(header::CONTENT_DISPOSITION, &format!("inline; filename=\"{}\"", kind.file_name()));
    }
    if status == StatusCode::METHOD_NOT_ALLOWED {
        set(header::ALLOW, "GET, HEAD");
    }
    response
}
