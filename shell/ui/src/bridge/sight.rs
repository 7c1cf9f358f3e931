//! What the till's camera sees, asked for a few times a second while a payment waits for its payer, and only then.

use std::time::Duration;

use api::kiosk::KioskProxy;
use tokio::sync::watch;
use tokio::task::AbortHandle;
use tokio::time::{MissedTickBehavior, interval};
use zbus::Connection;

use super::{Tell, ToUi};

/// How often: enough to aim a phone by, and next to nothing for the bus.
const EVERY: Duration = Duration::from_millis(125);
/// Most bytes of a picture: what the contract allows.
const BYTES_MAX: u64 = 160 * 160;

/// A small grey picture, row by row.
#[derive(Clone, PartialEq, Eq)]
pub struct Sight {
    /// Pixels of a row.
    pub width: u32,
    /// `width` times the rows.
    pub gray: Vec<u8>,
}

/// Asks for as long as it is wanted; dropping it ends that.
pub(super) struct Watch {
    wanted: watch::Sender<bool>,
    asking: AbortHandle,
}

impl Watch {
    pub(super) fn start(connection: &Connection, tell: &Tell) -> Self {
        let (wanted, mut want) = watch::channel(false);
        let (connection, tell) = (connection.clone(), tell.clone());
        let asking = tokio::spawn(async move {
            let Ok(till) = KioskProxy::new(&connection).await else { return };
            while want.wait_for(|wanted| *wanted).await.is_ok() {
                tokio::select! {
                    ended = want.wait_for(|wanted| !*wanted) => if ended.is_err() { return },
                    () = ask(&till, &tell) => {}
                }
                tell(ToUi::Sight(None));
            }
        });
        Self { wanted, asking: asking.abort_handle() }
    }

    pub(super) fn want(&self, wanted: bool) {
        self.wanted.send_if_modified(|before| std::mem::replace(before, wanted) != wanted);
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.asking.abort();
    }
}

/// Tells every picture that differs from the last.
async fn ask(till: &KioskProxy<'_>, tell: &Tell) {
    let mut beat = interval(EVERY);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        beat.tick().await;
        // A till without a camera, or with one that gives nothing, says no; the screen shows a drawing then.
        let sight = match till.sight().await {
            Ok((fd, width, height)) => api::sealed::read(&fd, BYTES_MAX)
                .ok()
                .filter(|gray| width > 0 && gray.len() as u64 == u64::from(width) * u64::from(height))
                .map(|gray| Sight { width, gray }),
            Err(_none) => None,
        };
        if sight != last {
            tell(ToUi::Sight(sight.clone()));
            last = sight;
        }
    }
}
