//! The staff's desk: one task owns the grants, looks at PINs off the runtime's threads, and answers who may do what.

use tokio::sync::{mpsc, oneshot};

use crate::Clock;
use crate::staff::{Denied, Grant, Right, Staff, Who};

/// Questions waiting at the desk: one member types at a time, and each question is short but for the PIN's hash.
const QUESTIONS_MAX: usize = 16;

/// Why the desk says no.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum No {
    #[error(transparent)]
    Denied(#[from] Denied),
    #[error("this kiosk knows no staff; install the credential kiosk_staff")]
    Nobody,
    #[error("the till is ending; ask again")]
    Ending,
}

enum Question {
    Open { caller: String, typed: String, reply: oneshot::Sender<Result<(Grant, u32), No>> },
    Check { caller: String, token: String, right: Right, reply: oneshot::Sender<Result<Who, No>> },
    End { caller: String },
}

/// The way to the desk.
#[derive(Clone)]
pub(crate) struct Desk(mpsc::Sender<Question>);

impl Desk {
    /// Starts the desk; it ends with its last way.
    pub(crate) fn start(staff: Option<Staff>, clock: Clock) -> Self {
        let (ask, questions) = mpsc::channel(QUESTIONS_MAX);
        tokio::spawn(serve(staff, clock, questions));
        Self(ask)
    }

    /// Opens a grant for a caller by what was typed; the number is the seconds that it lasts unused.
    pub(super) async fn open(&self, caller: String, typed: String) -> Result<(Grant, u32), No> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Question::Open { caller, typed, reply }).await.map_err(|_gone| No::Ending)?;
        answer.await.map_err(|_gone| No::Ending)?
    }

    /// Who it is, if the grant is this caller's and gives the right.
    pub(super) async fn check(&self, caller: String, token: String, right: Right) -> Result<Who, No> {
        let (reply, answer) = oneshot::channel();
        self.0.send(Question::Check { caller, token, right, reply }).await.map_err(|_gone| No::Ending)?;
        answer.await.map_err(|_gone| No::Ending)?
    }

    /// Ends a caller's grant.
    pub(super) async fn end(&self, caller: String) {
        if self.0.send(Question::End { caller }).await.is_err() {
            tracing::debug!("the desk has ended, and all grants with it");
        }
    }
}

async fn serve(mut staff: Option<Staff>, clock: Clock, mut questions: mpsc::Receiver<Question>) {
    while let Some(question) = questions.recv().await {
        match question {
            Question::Open { caller, typed, reply } => {
                answer(reply, open(staff.as_mut(), &clock, &caller, typed).await);
            }
            Question::Check { caller, token, right, reply } => {
                let said = match &mut staff {
                    Some(staff) => staff.check(clock(), &caller, &token, right).map_err(No::from),
                    None => Err(No::Nobody),
                };
                answer(reply, said);
            }
            Question::End { caller } => {
                if let Some(staff) = &mut staff {
                    staff.end(&caller);
                }
            }
        }
    }
}

async fn open(
    staff: Option<&mut Staff>,
    clock: &Clock,
    caller: &str,
    typed: String,
) -> Result<(Grant, u32), No> {
    let staff = staff.ok_or(No::Nobody)?;
    staff.begin(clock())?;
    let roster = staff.roster();
    // The hash takes a good part of a second by design.
    let who =
        tokio::task::spawn_blocking(move || roster.recognise(&typed)).await.map_err(|_lost| No::Ending)?;
    let now = clock();
    let grant = staff.finish(now, caller, who)?;
    let seconds = u32::try_from(grant.until_ms.saturating_sub(now) / 1000).unwrap_or(u32::MAX);
    Ok((grant, seconds))
}

fn answer<T>(reply: oneshot::Sender<T>, said: T) {
    if reply.send(said).is_err() {
        tracing::debug!("a caller did not wait for the desk's answer");
    }
}
