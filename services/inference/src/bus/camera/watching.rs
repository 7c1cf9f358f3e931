//! Who watches a camera. One task knows them all; each watcher has a task that owns what was seen so far, takes the
//! newest of its frames, has it looked at, and tells what it means.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use api::camera::CameraError;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

use super::refused;
use crate::desk::{Asker, Desk};
use crate::refusal::Refusal;
use crate::scheduler::{Class, Client};
use crate::vision::{Frame, Plan, Seen, Session, Sight, Wants};
use crate::work::Work;

/// Cameras that may be watched at once: a room has two, and each takes a fifth of a core.
const WATCHERS_MAX: usize = 4;
/// Frames of one watcher that may wait; all but the newest are overtaken as soon as the last one was looked at.
const FRAMES_MAX: usize = 4;
/// Who shows no frame for so long is gone, or will not mind beginning anew.
const SILENCE_MAX: Duration = Duration::from_secs(60);
/// A frame that was not looked at by then is worth nothing: the next ones have come.
const LOOK_TIME_MAX: Duration = Duration::from_secs(1);

type Reply<T> = oneshot::Sender<Result<T, CameraError>>;

/// A frame to look at.
pub(super) struct Shown {
    pub(super) frame: Frame,
    /// When it was taken.
    pub(super) at: Duration,
    pub(super) reply: Reply<Sight>,
}

/// What the interface is asked.
pub(super) enum Ask {
    Watch { client: Client, wants: Wants, reply: Reply<()> },
    Look { client: Client, shown: Shown },
    Stop { client: Client, reply: Reply<()> },
}

/// Starts the task that knows all watchers; it ends when nobody can ask any more.
pub(super) fn start(desk: Desk) -> mpsc::Sender<Ask> {
    let (asks, mut asked) = mpsc::channel(WATCHERS_MAX * FRAMES_MAX);
    tokio::spawn(async move {
        let mut watchers = BTreeMap::new();
        while let Some(ask) = asked.recv().await {
            serve(&mut watchers, ask, &desk);
        }
    });
    asks
}

fn serve(watchers: &mut BTreeMap<Client, mpsc::Sender<Shown>>, ask: Ask, desk: &Desk) {
    watchers.retain(|_, frames| !frames.is_closed());
    match ask {
        Ask::Watch { client, wants, reply } => {
            watchers.remove(&client);
            if watchers.len() >= WATCHERS_MAX {
                give(reply, Err(CameraError::Busy(format!("{WATCHERS_MAX} cameras are watched already"))));
                return;
            }
            let (frames, shown) = mpsc::channel(FRAMES_MAX);
            tokio::spawn(watch(desk.clone(), client.clone(), wants, shown));
            watchers.insert(client, frames);
            give(reply, Ok(()));
        }
        Ask::Look { client, shown } => {
            let Some(frames) = watchers.get(&client) else {
                give(shown.reply, Err(not_watching()));
                return;
            };
            match frames.try_send(shown) {
                Ok(()) => {}
                Err(TrySendError::Full(shown)) => {
                    give(shown.reply, Err(refused(Refusal::Busy { again: LOOK_TIME_MAX })));
                }
                Err(TrySendError::Closed(shown)) => give(shown.reply, Err(not_watching())),
            }
        }
        Ask::Stop { client, reply } => {
            watchers.remove(&client);
            give(reply, Ok(()));
        }
    }
}

fn not_watching() -> CameraError {
    CameraError::NotWatching("the camera is not watched; call Watch first".to_owned())
}

fn give<T>(reply: Reply<T>, answer: Result<T, CameraError>) {
    if reply.send(answer).is_err() {
        tracing::debug!("the asker has gone");
    }
}

/// One watcher's task.
async fn watch(desk: Desk, client: Client, wants: Wants, mut frames: mpsc::Receiver<Shown>) {
    let mut session: Option<Session> = None;
    let mut last = Duration::ZERO;
    while let Ok(Some(mut shown)) = tokio::time::timeout(SILENCE_MAX, frames.recv()).await {
        while let Ok(newer) = frames.try_recv() {
            let older = std::mem::replace(&mut shown, newer);
            give(older.reply, Err(refused(Refusal::Cancelled)));
        }
        let Shown { frame, at, reply } = shown;
        if at < last {
            give(reply, Err(CameraError::BadFrame("a frame's time lies before the last one's".to_owned())));
            continue;
        }
        last = at;
        let (width, height) = (frame.width(), frame.height());
        let session = match &mut session {
            Some(session) if session.fits(width, height) => session,
            other => other.insert(Session::new(wants, width, height)),
        };
        let plan = session.plan(at);
        let seen = if plan == Plan::default() {
            Ok(Seen::default())
        } else {
            let deadline = Instant::now() + LOOK_TIME_MAX;
            let asker = Asker { client: client.clone(), class: Class::Live, deadline };
            let plan = plan.clone();
            desk.ask(asker, |reply| Work::LookAtFrame { frame, plan, reply }).await
        };
        give(reply, seen.map(|seen| session.take(at, &plan, &seen)).map_err(refused));
    }
}
