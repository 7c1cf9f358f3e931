//! How long recognition is waited for, and how soon it is asked again.

use std::time::Duration;

use tokio::sync::mpsc;

use crate::actor::Mail;
use crate::room::{Event, Sense, Why};

/// Longest wait for one answer; recognition gives a frame up after one second, and loads models meanwhile.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(10);
/// First pause before recognition is asked again,
const PAUSE_FIRST: Duration = Duration::from_millis(250);
/// doubled up to here: who starts it again is seen within so long.
const PAUSE_MAX: Duration = Duration::from_secs(4);

/// What is told of recognition, each change once, and the pauses between tries.
pub(super) struct Patience {
    sense: Sense,
    mail: mpsc::Sender<Mail>,
    pause: Duration,
    told: Option<Result<(), Why>>,
}

impl Patience {
    pub(super) fn new(sense: Sense, mail: mpsc::Sender<Mail>) -> Self {
        Self { sense, mail, pause: PAUSE_FIRST, told: None }
    }

    /// Tells the room something.
    pub(super) async fn tell(&self, event: Event) {
        if self.mail.send(event.into()).await.is_err() {
            tracing::debug!("the room is gone");
        }
    }

    /// It answers.
    pub(super) async fn answered(&mut self) {
        self.pause = PAUSE_FIRST;
        self.turn_to(Ok(())).await;
    }

    /// It does not, and the log has the error's own words.
    pub(super) async fn failed(&mut self, why: Why) {
        self.turn_to(Err(why)).await;
    }

    async fn turn_to(&mut self, outcome: Result<(), Why>) {
        if self.told.replace(outcome) != Some(outcome) {
            self.tell(Event::Recognised(self.sense, outcome)).await;
        }
    }

    /// How long to wait before the next try.
    pub(super) fn pause(&mut self) -> Duration {
        let pause = self.pause;
        self.pause = (self.pause * 2).min(PAUSE_MAX);
        pause
    }
}
