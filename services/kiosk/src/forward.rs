//! Forwards entries to the school's back office: one at a time, in order, again and again until each is answered. What
//! is forwarded and what was answered lies in the ledger; this task only carries it.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};

use crate::actor::Mail;
use crate::channel::Doubt;
use crate::channel::campus::back_office::{BackOffice, Pace, Status};
use crate::offline::{Answer, Head, Link};
use crate::run::Clock;

/// What there is to forward.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Work {
    /// The chain's end.
    pub(crate) head: Head,
    /// The oldest entry without an answer.
    pub(crate) next: Option<Link>,
}

/// What the back office said, or that it said nothing.
#[derive(Debug)]
pub(crate) enum Heard {
    /// Whether it answers, and the deny list's version and since when it is known to be current.
    Standing { answers: bool, deny_list: (u64, u64) },
    /// An entry's answer; replied to with whether it is durable.
    Answered { link: Box<Link>, answer: Answer, reply: oneshot::Sender<bool> },
}

/// Carries until the till ends.
pub(crate) async fn run(
    mut office: BackOffice,
    mut work: watch::Receiver<Work>,
    mail: mpsc::Sender<Mail>,
    clock: Clock,
) {
    let mut failures = 0_u32;
    // What is known of the deny list from before this start.
    if !tell(&mut office, &mail, &clock, false, None).await {
        return;
    }
    loop {
        let now = work.borrow_and_update().clone();
        let said = once(&mut office, &now, &mail).await;
        failures = if said.is_ok() { 0 } else { failures.saturating_add(1) };
        if let Err(doubt) = said {
            tracing::info!(?doubt, "the back office did not answer");
        }
        if !tell(&mut office, &mail, &clock, said.is_ok(), said.ok()).await {
            return;
        }
        if failures > 0 {
            tokio::time::sleep(pause(&office.pace, failures)).await;
        } else if now.next.is_none() {
            // Woken by the next entry; else it is asked how it is.
            let woken = tokio::time::timeout(office.pace.every, work.changed()).await;
            if matches!(woken, Ok(Err(_ended))) {
                return;
            }
        }
    }
}

/// One question: the next entry where there is one.
async fn once(office: &mut BackOffice, work: &Work, mail: &mpsc::Sender<Mail>) -> Result<Status, Doubt> {
    let Some(link) = &work.next else { return office.status(work.head).await };
    let (answer, status) = office.forward(link).await?;
    let (reply, kept) = oneshot::channel();
    let heard = Heard::Answered { link: Box::new(link.clone()), answer, reply };
    mail.send(Mail::Office(heard)).await.map_err(|_ended| Doubt::Transport)?;
    // What is not durable does not count: it is forwarded again, and answered the same.
    if kept.await.unwrap_or(false) { Ok(status) } else { Err(Doubt::ServerError) }
}

/// Tells the till how the back office stands; answers whether there is still a till.
async fn tell(
    office: &mut BackOffice,
    mail: &mpsc::Sender<Mail>,
    clock: &Clock,
    answers: bool,
    said: Option<Status>,
) -> bool {
    let deny_list = office.deny_list(said, clock()).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the deny list cannot be looked at");
        (0, 0)
    });
    mail.send(Mail::Office(Heard::Standing { answers, deny_list })).await.is_ok()
}

/// Doubled each time, bounded.
fn pause(pace: &Pace, failures: u32) -> Duration {
    let doublings = 1_u32.checked_shl(failures.saturating_sub(1).min(16)).unwrap_or(u32::MAX);
    pace.first.saturating_mul(doublings).min(pace.most)
}
