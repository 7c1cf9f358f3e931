//! The two queues between the UI thread and the display thread. The display never waits for the UI: what it
//! posts is counted, and pointer moves are left out while the UI is behind. The UI may wait for the display.

use crate::area::Area;
use crate::config::DisplayError;
use crate::journal_thread::Kept;
use crate::message::{FromDisplay, ToDisplay, Trouble};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel};
use std::sync::{Arc, OnceLock};

/// Which surface; never used twice in the life of a display.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(crate) struct SurfaceId(pub(crate) u64);

/// What a surface's one pointer does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pointer {
    Pressed,
    Moved,
    Released,
    Cancelled,
}

/// What a key does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Key {
    Pressed,
    Repeated,
    Released,
}

/// From the display to the Slint thread.
pub(crate) enum ToUi {
    /// In pixels from the surface's own corner.
    Pointer {
        surface: SurfaceId,
        pointer: Pointer,
        x: f32,
        y: f32,
    },
    /// The mouse wheel of the window output.
    Wheel {
        surface: SurfaceId,
        x: f32,
        y: f32,
        dx: f32,
        dy: f32,
    },
    /// The keyboard of the window output, in Slint's notation; it goes to the surface touched last.
    Key {
        key: Key,
        text: String,
    },
    Event(FromDisplay),
    /// Something another thread wants done on the Slint thread.
    Call(Box<dyn FnOnce() + Send>),
    Quit,
}

/// From anywhere to the display thread.
pub(crate) enum Input {
    Frame(touch::Frame),
    TouchLost {
        source: usize,
    },
    TouchBack {
        source: usize,
    },
    Journal(Trouble),
    /// Another folder's board was read, or why it cannot be.
    Opened(Box<Result<Kept, String>>),
    /// The new board's journal is in the place of the old one's.
    Replaced,
    /// All that the journal was given until somebody asked is on the disk, or cannot be.
    Settled,
    /// The desk has done something.
    Desk(Box<crate::shelf::Done>),
    Film(crate::film::Word),
    Live(crate::live::Word),
    Ask(ToDisplay),
    Surface {
        id: SurfaceId,
        change: SurfaceChange,
    },
}

/// What happened to a surface on the Slint thread.
pub(crate) enum SurfaceChange {
    New {
        opaque: bool,
    },
    Place {
        rect: Area,
        z: i32,
    },
    Raise,
    Visible(bool),
    /// New pixels (premultiplied, 0xAARRGGBB) for `area` of a surface of this size.
    Patch {
        size: (i32, i32),
        area: Area,
        pixels: Vec<u32>,
    },
    Gone,
}

/// The UI's queue may hold this many messages before pointer moves are left out: half a second of ten fingers
/// at 100 Hz.
const MOVES_LIMIT: usize = 512;
/// And this many before anything is left out: a UI that is this far behind has been dead for minutes.
const POSTS_LIMIT: usize = 65_536;

/// The display's end of the queue to the UI.
#[derive(Clone)]
pub(crate) struct Post {
    to: Sender<ToUi>,
    waiting: Arc<AtomicUsize>,
}

/// The UI's end.
pub(crate) struct Inbox {
    pub(crate) from: Receiver<ToUi>,
    waiting: Arc<AtomicUsize>,
}

pub(crate) fn ui_queue() -> (Post, Inbox) {
    let (to, from) = channel();
    let waiting = Arc::new(AtomicUsize::new(0));
    (Post { to, waiting: waiting.clone() }, Inbox { from, waiting })
}

impl Post {
    /// False if the UI has gone or is too far behind; then the message is lost.
    pub(crate) fn send(&self, message: ToUi) -> bool {
        let limit = match message {
            ToUi::Pointer { pointer: Pointer::Moved, .. } | ToUi::Wheel { .. } => MOVES_LIMIT,
            _ => POSTS_LIMIT,
        };
        if self.waiting.fetch_add(1, Ordering::Relaxed) >= limit || self.to.send(message).is_err() {
            self.waiting.fetch_sub(1, Ordering::Relaxed);
            return false;
        }
        true
    }
}

impl Inbox {
    /// Must be called once for every message taken.
    pub(crate) fn taken(&self) {
        self.waiting.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Messages that may wait for the display thread; a sender beyond that waits. The display thread never waits
/// for a sender, so this cannot lock up.
pub(crate) const INPUT_LIMIT: usize = 1024;

/// Wakes a display thread that sleeps elsewhere than in its queue (a window's event loop).
pub(crate) type Wake = Arc<dyn Fn() + Send + Sync>;

/// The end of the display's queue that everyone else holds.
#[derive(Clone)]
pub(crate) struct Outbox {
    to: SyncSender<Input>,
    wake: Arc<OnceLock<Wake>>,
}

impl Outbox {
    pub(crate) fn new(to: SyncSender<Input>) -> Self {
        Self { to, wake: Arc::default() }
    }

    /// Told once, when the display thread knows where it sleeps.
    pub(crate) fn set_wake(&self, wake: Option<Wake>) {
        if let Some(wake) = wake
            && self.wake.set(wake).is_err()
        {
            tracing::error!("the display was told twice how to be woken");
        }
    }

    /// False if the display has stopped.
    pub(crate) fn send(&self, input: Input) -> bool {
        let sent = self.to.send(input).is_ok();
        if let (true, Some(wake)) = (sent, self.wake.get()) {
            wake();
        }
        sent
    }
}

/// The display thread's word that it runs: how to wake it, or why it does not.
pub(crate) type Ready = SyncSender<Result<Option<Wake>, DisplayError>>;
