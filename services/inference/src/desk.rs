//! Where requests come in: what the bus files talk to. One call for a request, one for the loan of an engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot, watch};

use crate::leave::Way;
use crate::refusal::Refusal;
use crate::scheduler::{Class, Client, WAITING_MAX};
use crate::status::{Figures, Status};
use crate::work::{Engine, Reply, Task, Work};

/// Letters to the actor that may lie unread: it reads them within microseconds.
pub(crate) const MAIL_MAX: usize = 4 * WAITING_MAX;
/// A caller with a deadline within this has a person waiting; who gives more time, or none, does not.
const INTERACTIVE_DEADLINE_MAX: Duration = Duration::from_secs(5);
/// A computation that is over its deadline ends at its next node. Where that does not come, the asker is told.
pub(crate) const OVERDUE_MAX: Duration = Duration::from_millis(500);

/// Who asks, how urgently, and until when.
#[derive(Clone, Debug)]
pub(crate) struct Asker {
    pub(crate) client: Client,
    pub(crate) class: Class,
    pub(crate) deadline: Instant,
}

/// A request on its way to a worker.
pub(crate) struct Ask {
    pub(crate) work: Work,
    pub(crate) asker: Asker,
    pub(crate) arrived: Instant,
    pub(crate) refused: oneshot::Sender<Refusal>,
}

/// What the actor is told from the bus.
pub(crate) enum Mail {
    /// A request.
    Ask(Ask),
    /// Somebody needs an engine for longer than one request.
    Lend(Task, oneshot::Sender<Result<Arc<Engine>, Refusal>>),
    /// The kernel says that memory is short.
    MemoryShort,
    /// A client has left, or gives up what it asked for.
    Forget(Client),
}

/// The bus' end. One for each interface.
#[derive(Clone)]
pub(crate) struct Desk {
    pub(crate) mail: mpsc::Sender<Mail>,
    pub(crate) status: watch::Receiver<Status>,
    pub(crate) figures: watch::Receiver<Figures>,
    pub(crate) deadline_max: Duration,
    /// Taken while a foreground worker is busy.
    pub(crate) way: Arc<Way>,
}

impl Desk {
    /// An asker whose class follows from the deadline that was asked for, counted from now; 0 is the service's own.
    pub(crate) fn asker(&self, client: Client, deadline_ms: u32) -> Asker {
        let asked = Duration::from_millis(deadline_ms.into());
        let interactive = !asked.is_zero() && asked <= INTERACTIVE_DEADLINE_MAX;
        let class = if interactive { Class::Interactive } else { Class::Background };
        let time = if asked.is_zero() { self.deadline_max } else { asked.min(self.deadline_max) };
        Asker { client, class, deadline: Instant::now() + time }
    }

    /// Has something computed and waits for the answer, no longer than its deadline and a little.
    pub(crate) async fn ask<T>(
        &self,
        asker: Asker,
        work: impl FnOnce(Reply<T>) -> Work,
    ) -> Result<T, Refusal> {
        let (reply, answer) = Reply::new();
        let (refused, refusal) = oneshot::channel();
        let latest = asker.deadline + OVERDUE_MAX;
        let ask = Ask { work: work(reply), asker, arrived: Instant::now(), refused };
        self.mail.try_send(Mail::Ask(ask)).map_err(|error| match error {
            TrySendError::Full(_) => Refusal::Busy { again: OVERDUE_MAX },
            TrySendError::Closed(_) => Refusal::Ending,
        })?;
        let outcome = async {
            match answer.await {
                Ok(answer) => Ok(answer),
                Err(_) => Err(refusal.await.unwrap_or(Refusal::Ending)),
            }
        };
        tokio::time::timeout_at(latest.into(), outcome).await.unwrap_or(Err(Refusal::DeadlinePassed))
    }

    /// A task's engine, loaded if it is not, for sessions that outlive a request. It stays loaded while it is held.
    pub(crate) async fn lend(&self, task: Task) -> Result<Arc<Engine>, Refusal> {
        let (reply, answer) = oneshot::channel();
        self.mail.send(Mail::Lend(task, reply)).await.map_err(|_| Refusal::Ending)?;
        answer.await.map_err(|_| Refusal::Ending)?
    }
}

#[cfg(test)]
mod tests;
