//! The one thread that knows the bus. Between it and the screens go two closed enums, and nothing else: [`FromUi`]
//! over a bounded queue, [`ToUi`] through Slint's event loop. Where the bus or a service goes away the screens are
//! told, and it is tried again by itself; the screens never wait for any of it.

mod asker;
mod attendance;
mod away;
mod end;
mod inference;
mod search;
mod sense;
mod service;
mod setup;
mod shell;
mod sight;
mod staff;
mod till;

use std::path::PathBuf;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use api::kiosk::{Line, Payment, Price};
use api::maths::{MathsAnswer, MathsChosen, MathsExpression};
use api::sessions::{Session, SessionOffer};
use api::shell::Element;
use display::Picture;
pub use tokio::sync::oneshot;
use tokio::sync::{mpsc, watch};
use zbus::Connection;

use crate::reading::Line as ReadLine;
use crate::search::Hit;
use crate::till_copy::Menu;
pub use asker::{Asked, Asker};
use away::refuse_for;
pub use inference::ReadFailure;
pub use search::Understanding;
use search::{Wish, Wisher};
pub use sense::{Held, Sensed};
pub use service::{Seen, ServiceAsk, ServiceSaid, Unit};
pub use setup::{Refused, SetupAsk, SetupSaid};
pub use sight::Sight;
pub use staff::{Hidden, No, StaffAsk, StaffSaid};

/// Requests that may wait for the bus: a person presses a few buttons a second at most, so a full queue means that
/// nothing has gone through for a long time, and more would come too late.
const QUEUE_MAX: usize = 64;
/// How long a call to another service may take before it counts as silence.
const CALL_MAX: Duration = Duration::from_secs(8);
/// Pauses between attempts to reach the bus: soon at first, then as often as a person looks up again.
const RETRY: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), Duration::from_secs(3)];

/// How long calls under way may take to end once the screens are gone.
const FAREWELL_MAX: Duration = Duration::from_secs(1);

/// From the screens to the bus.
#[derive(Debug)]
pub enum FromUi {
    /// The menu once more, after a refusal that a change of it explains.
    ReadMenu,
    /// Starts a payment whose id is already kept.
    Begin { id: String, lines: Vec<Line>, total: i64, currency: String },
    /// The same at the price that offers make.
    BeginWith { id: String, lines: Vec<Line>, total: i64, currency: String, offers: Vec<Hidden>, points: i64 },
    /// What an order costs with offers. `ticket` comes back with the answer.
    Quote { ticket: u64, lines: Vec<Line>, currency: String, offers: Vec<Hidden>, points: i64 },
    /// Gives it up.
    Cancel { id: String },
    /// Takes an ended payment off the screen.
    Dismiss { id: String },
    /// Whose a room is that is sold by time; an empty name is any.
    Whose(String),
    /// What the counter shall tell while nobody pays, for so many seconds, as numbers on the wire.
    Want { wanted: u32, seconds: u32 },
    /// The card reader for a class that is counted, by its list's name, for so many seconds; 0 gives it back.
    Attend { list: String, seconds: u32 },
    /// From staff.
    Staff(StaffAsk),
    /// From the service page.
    Service(ServiceAsk),
    /// From a first start.
    Setup(SetupAsk),
    /// How it was, 1 to 5 stars, of a paid payment.
    Feedback { id: String, stars: u32 },
    /// The receipt of a paid payment on paper.
    Print { id: String },
    /// What became of a payment that was kept before a restart.
    Lookup { id: String },
    /// Reads strokes, or a grey picture (255 = board, 0 = ink). `ticket` comes back with the answer.
    Read { ticket: u64, what: board::Legible },
    /// Reads strokes as a sum and works it out.
    WorkOut { ticket: u64, strokes: Vec<Vec<board::Passed>> },
    /// Works a sum out whose signs somebody has chosen.
    Evaluate { ticket: u64, symbols: Vec<MathsChosen> },
    /// Nobody waits for that reading any more.
    GiveUp { ticket: u64 },
    /// What the board says now, to be found.
    Said(board::Said),
    /// The strokes of a page, as [`ToUi::InkWanted`] has asked for.
    Ink { inked: board::Inked, strokes: Vec<Vec<board::Passed>> },
    /// Pages that answer a question. `ticket` comes back with the answers: first by words alone, then by meaning too.
    Find { ticket: u64, question: String },
    /// What is wanted of the room's camera and microphone.
    Hold(Held),
    /// Another board is open, in this folder.
    Board(PathBuf),
    /// The class is over: nothing of what the board said is kept.
    Forget,
    /// The screen or language changed; callers are told.
    Shown(Shown),
}

/// What is shown, as `org.dais.Shell1` tells it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shown {
    /// `home`, `board` or `kiosk`.
    pub screen: &'static str,
    /// `zh` or `en`.
    pub language: &'static str,
}

/// From the bus to the screens.
pub enum ToUi {
    /// The bus was reached, or is gone.
    Bus(bool),
    /// The till's menu.
    Menu(Menu),
    /// Something was held to the counter while nobody pays.
    Presented(api::counter::Taken),
    /// How the card reader is for a class that is counted.
    Reader(crate::class::roll::Reader),
    /// What a class held to it.
    Tapped(Vec<api::attendance::Tapped>),
    /// What the till sells by time, and the currency of its prices.
    TimeOffers(String, Vec<SessionOffer>),
    /// The sessions that run.
    Sessions(Vec<Session>),
    /// The first payment of whose the room is, empty where it is nobody's; none where the till could not say.
    Whose(Option<String>),
    /// The payment on the till's screen.
    Payment(Payment),
    /// Since when and until when the payment waits for its payer, milliseconds since 1970 UTC.
    Waits((u64, u64)),
    /// What the till's camera sees, while a payment waits.
    Sight(Option<Sight>),
    /// Devices and their states, as numbers on the wire.
    Devices(Vec<(u32, u32)>),
    /// Whether the till takes orders, as a number on the wire.
    Standing(u32),
    /// The till is not on the bus.
    TillGone,
    /// What the till answered to a request about a payment.
    Answer { id: String, answer: Answer },
    /// What an order costs with offers; none where the till does not take them.
    Price { ticket: u64, price: Option<Price> },
    /// What the till answered to staff.
    Staff(StaffSaid),
    /// What the service page is told.
    Service(ServiceSaid),
    /// What a first start is told.
    Setup(SetupSaid),
    /// Enrolments on what is plugged in.
    Sticks(crate::files::Answer),
    /// An enrolment that was held to the camera.
    HeldUp(Hidden),
    /// What became of a kept payment; `None`: the till never heard of it.
    Looked { id: String, payment: Option<Payment> },
    /// Whether text can be read from ink.
    Reading(bool),
    /// The text that was read, or why there is none.
    Read { ticket: u64, lines: Result<Vec<ReadLine>, ReadFailure> },
    /// What a sum says and comes to, or why that is not known.
    WorkedOut { ticket: u64, answer: Result<MathsAnswer, ReadFailure> },
    /// What a sum comes to whose signs were chosen.
    Evaluated { ticket: u64, expression: Result<MathsExpression, ReadFailure> },
    /// What camera and microphone tell.
    Sensed(Sensed),
    /// A palm was waved: 1 for the next page, -1 for the one before.
    PageWaved(i32),
    /// Pages that answer a question, best first.
    Found { ticket: u64, hits: Vec<Hit>, understanding: Understanding },
    /// A page's strokes are wanted, to be read while nobody waits.
    InkWanted(board::Inked),
    /// A page has been drawn small, for those that were found.
    Thumbnail { page: board::PageId, bitmap: board::Bitmap },
    /// Something that a panel of the board waits for.
    Told(crate::wall::Told),
    /// What the board says, for the first screen.
    Said(board::Said),
    /// The board was made into a file, to be taken away.
    Saved { kind: crate::handout::Kind, saved: Result<board::format::Saved, display::FileError> },
    /// A board was opened, or cannot be, and stays closed.
    BoardOpened { id: String, opened: Result<(), display::FileError> },
    /// A board as it is seen small, for when it is closed.
    Preview { id: String, bitmap: board::Bitmap },
    /// Somebody on the bus asks about the screen.
    Asked(Ask),
    /// The system wants this process to end.
    End,
}

/// What the till said to a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Done.
    Taken,
    /// The price on the screen is not the price any more.
    PriceChanged,
    /// A dish is not on the menu any more.
    DishGone,
    /// The order does not add up for the till: a fault of ours or of the menu.
    OrderRefused,
    /// Money may be moving, or another payment is on the screen.
    Busy,
    /// The till is locked.
    Locked,
    /// No answer; nothing is known.
    Silent,
}

/// A question about the screen.
pub enum Ask {
    /// The composed screen.
    Screenshot(oneshot::Sender<Option<Picture>>),
    /// What a finger can use.
    Elements(oneshot::Sender<Vec<Element>>),
    /// Goes to a screen; false where there is none of that name.
    Show(String, oneshot::Sender<bool>),
    /// Changes the language; false where there is none of that name.
    Language(String, oneshot::Sender<bool>),
}

/// Hands a message to the screens' thread.
pub type Tell = Arc<dyn Fn(ToUi) + Send + Sync>;

/// The screens' end of the bridge.
#[derive(Debug)]
pub struct Bridge {
    queue: Asker,
    thread: JoinHandle<()>,
}

impl Bridge {
    /// Starts the thread. `tell` is called on it; in `folder`, the board's, is the search index.
    pub fn start(tell: Tell, folder: PathBuf) -> std::io::Result<Self> {
        let (sender, requests) = mpsc::channel(QUEUE_MAX);
        // zbus reads its socket in tasks of its own, so the runtime has one worker beside this thread.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let thread = std::thread::Builder::new().name("bus".to_owned()).spawn(move || {
            let end = tell.clone();
            runtime.spawn(async move {
                end::told().await;
                end(ToUi::End);
            });
            runtime.block_on(keep_connected(requests, tell, folder));
            runtime.shutdown_timeout(FAREWELL_MAX);
        })?;
        Ok(Self { queue: Asker::new(sender), thread })
    }

    /// The end that requests go into.
    pub fn asker(&self) -> Asker {
        self.queue.clone()
    }

    /// Ends the thread, once all other askers are gone.
    pub fn stop(self) {
        drop(self.queue);
        if self.thread.join().is_err() {
            tracing::error!("the bus thread panicked");
        }
    }
}

async fn keep_connected(mut requests: mpsc::Receiver<FromUi>, tell: Tell, folder: PathBuf) {
    let mut failures = 0_usize;
    let (shown, _) = watch::channel(Shown::default());
    let (held, _) = watch::channel(Held::default());
    let (bus, of_search) = watch::channel(None);
    let wisher = search::start(folder, of_search, tell.clone());
    loop {
        match connect().await {
            Ok(connection) => {
                failures = 0;
                bus.send_replace(Some(connection.clone()));
                let ended = session(&connection, &mut requests, &tell, (&shown, &held), &wisher).await;
                bus.send_replace(None);
                match ended {
                    Ended::BusGone => tell(ToUi::Bus(false)),
                    Ended::ScreensGone => return,
                }
            }
            Err(error) => {
                if failures == 0 {
                    tracing::warn!(%error, "the bus cannot be reached; trying again");
                    tell(ToUi::Bus(false));
                }
                failures += 1;
            }
        }
        let pause = RETRY[failures.min(RETRY.len() - 1)];
        if refuse_for(pause, &mut requests, &tell, (&shown, &held), &wisher).await {
            return;
        }
    }
}

async fn connect() -> zbus::Result<Connection> {
    zbus::connection::Builder::system().method_timeout(CALL_MAX).serve_at("/", shell::Root).build().await
}

enum Ended {
    BusGone,
    ScreensGone,
}

async fn session(
    connection: &Connection,
    requests: &mut mpsc::Receiver<FromUi>,
    tell: &Tell,
    (shown, held): (&watch::Sender<Shown>, &watch::Sender<Held>),
    wisher: &Wisher,
) -> Ended {
    let serving = match shell::serve(connection, tell.clone(), shown.subscribe()).await {
        Ok(serving) => serving,
        Err(error) => {
            tracing::warn!(%error, "org.dais.Shell1 is not served; is the bus policy installed?");
            None
        }
    };
    tell(ToUi::Bus(true));
    let watchers = [
        tokio::spawn(till::watch(connection.clone(), tell.clone())),
        tokio::spawn(inference::watch(connection.clone(), tell.clone())),
        tokio::spawn(setup::watch(connection.clone(), tell.clone())),
        tokio::spawn(sense::watch(connection.clone(), held.subscribe(), tell.clone())),
    ];
    let mut readings = inference::UnderWay::default();
    let ended = loop {
        tokio::select! {
            () = connection.closed() => break Ended::BusGone,
            request = requests.recv() => match request {
                None => break Ended::ScreensGone,
                Some(FromUi::Shown(now)) => {
                    shown.send_replace(now);
                    if let Some(serving) = &serving {
                        shell::changed(serving).await;
                    }
                }
                Some(FromUi::Read { ticket, what }) => readings.read(connection, ticket, what, tell),
                Some(FromUi::WorkOut { ticket, strokes }) => {
                    readings.work_out(connection, ticket, strokes, tell);
                }
                Some(FromUi::Evaluate { ticket, symbols }) => {
                    readings.evaluate(connection, ticket, symbols, tell);
                }
                Some(FromUi::Hold(now)) => {
                    held.send_replace(now);
                }
                Some(FromUi::GiveUp { ticket }) => readings.give_up(connection, ticket).await,
                Some(FromUi::Said(said)) => wish(wisher, Wish::Said(said)),
                Some(FromUi::Forget) => wish(wisher, Wish::Forget),
                Some(FromUi::Board(folder)) => wish(wisher, Wish::Board(folder)),
                Some(FromUi::Ink { inked, strokes }) => wish(wisher, Wish::Ink { inked, strokes }),
                Some(FromUi::Find { ticket, question }) => wish(wisher, Wish::Find { ticket, question }),
                Some(FromUi::Service(ask)) => service::ask(connection.clone(), ask, tell.clone()),
                Some(FromUi::Setup(ask)) => setup::ask(ask, tell.clone()),
                Some(FromUi::Staff(ask)) => {
                    tokio::spawn(staff::ask(connection.clone(), ask, tell.clone()));
                }
                Some(request) => {
                    tokio::spawn(till::ask(connection.clone(), request, tell.clone()));
                }
            }
        }
    };
    for watcher in watchers {
        watcher.abort();
    }
    tell(ToUi::Sensed(Sensed::default()));
    ended
}

/// Passes on what is to be found; where too much waits it is asked again with the next letter or change.
fn wish(wisher: &Wisher, wish: Wish) {
    if wisher.try_send(wish).is_err() {
        tracing::debug!("finding has too much to do");
    }
}
