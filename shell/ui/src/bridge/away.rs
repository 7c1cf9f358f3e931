//! What requests are answered while there is no bus.

use std::time::Duration;

use tokio::sync::{mpsc, watch};

use super::{Answer, FromUi, Held, ReadFailure, Shown, Tell, ToUi, Wish, Wisher, service, setup, wish};

/// Answers every request with "no" for as long as there is no bus. True once the screens are gone.
pub(super) async fn refuse_for(
    pause: Duration,
    requests: &mut mpsc::Receiver<FromUi>,
    tell: &Tell,
    (shown, held): (&watch::Sender<Shown>, &watch::Sender<Held>),
    wisher: &Wisher,
) -> bool {
    let wait = tokio::time::sleep(pause);
    tokio::pin!(wait);
    loop {
        tokio::select! {
            () = &mut wait => return false,
            request = requests.recv() => match request {
                None => return true,
                Some(FromUi::Shown(now)) => { shown.send_replace(now); }
                Some(FromUi::Hold(now)) => { held.send_replace(now); }
                Some(FromUi::Read { ticket, .. }) => {
                    tell(ToUi::Read { ticket, lines: Err(ReadFailure::Away) });
                }
                Some(FromUi::WorkOut { ticket, .. }) => {
                    tell(ToUi::WorkedOut { ticket, answer: Err(ReadFailure::Away) });
                }
                Some(FromUi::Evaluate { ticket, .. }) => {
                    tell(ToUi::Evaluated { ticket, expression: Err(ReadFailure::Away) });
                }
                Some(FromUi::Whose(_)) => tell(ToUi::Whose(None)),
                Some(FromUi::Quote { ticket, .. }) => tell(ToUi::Price { ticket, price: None }),
                Some(
                    FromUi::Begin { id, .. }
                    | FromUi::BeginWith { id, .. }
                    | FromUi::Cancel { id } | FromUi::Dismiss { id }) => {
                    tell(ToUi::Answer { id, answer: Answer::Silent });
                }
                Some(FromUi::Said(said)) => wish(wisher, Wish::Said(said)),
                Some(FromUi::Forget) => wish(wisher, Wish::Forget),
                Some(FromUi::Board(folder)) => wish(wisher, Wish::Board(folder)),
                Some(FromUi::Ink { inked, strokes }) => wish(wisher, Wish::Ink { inked, strokes }),
                Some(FromUi::Find { ticket, question }) => wish(wisher, Wish::Find { ticket, question }),
                Some(FromUi::Service(ask)) => service::alone(ask, tell.clone()),
                Some(FromUi::Setup(ask)) => tell(ToUi::Setup(setup::unheard(ask))),
                Some(FromUi::Attend { .. }) => tell(ToUi::Reader(crate::class::roll::Reader::Away)),
                Some(FromUi::Staff(ask)) => tell(ToUi::Staff(ask.unheard())),
                Some(
                    FromUi::ReadMenu
                    | FromUi::Want { .. }
                    | FromUi::Lookup { .. }
                    | FromUi::Feedback { .. }
                    | FromUi::Print { .. }
                    | FromUi::GiveUp { .. },
                ) => {}
            }
        }
    }
}
