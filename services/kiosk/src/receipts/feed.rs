//! Every paid payment reaches the printer's thread, also those that were paid while nobody looked: after a power cut,
//! and those whose proof came after the next payer had begun.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::timeout;

use super::{Desk, Letter};
use crate::actor::{Ask, Mail, Screen};
use crate::till::{PaymentId, Phase};

/// Payments that are looked at each time. One screen begins a payment in some seconds, so that between two looks no
/// more than a few were; at the start those of the last minutes before a power cut.
const LOOK_BACK: u32 = 16;
/// How soon a payment is noticed that was paid while another is on the screen.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// Looks until the till ends.
pub(crate) async fn feed(desk: Desk, mut screen: watch::Receiver<Screen>, mail: mpsc::Sender<Mail>) {
    if desk.letters.is_none() || desk.asks() {
        return;
    }
    let mut fed = BTreeSet::new();
    let mut seen = None;
    loop {
        let shown =
            screen.borrow_and_update().payment.as_ref().map(|view| (view.id.clone(), view.phase.clone()));
        if seen.as_ref() != Some(&shown) {
            seen = Some(shown);
            look(&desk, &mail, &mut fed).await;
        }
        match timeout(LOOK_AGAIN, screen.changed()).await {
            Ok(Ok(())) => {}
            Ok(Err(_ended)) => return,
            Err(_elapsed) => look(&desk, &mail, &mut fed).await,
        }
    }
}

/// Puts every paid payment of the newest into the box that was not put there before.
async fn look(desk: &Desk, mail: &mpsc::Sender<Mail>, fed: &mut BTreeSet<PaymentId>) {
    let (reply, answer) = oneshot::channel();
    if mail.send(Mail::Ask(Ask::Recent { limit: LOOK_BACK, reply })).await.is_err() {
        return;
    }
    // A locked till has nothing to print.
    let Ok(Ok(views)) = answer.await else { return };
    fed.retain(|id| views.iter().any(|view| view.id == *id));
    for view in views.into_iter().rev().filter(|view| view.phase == Phase::Paid) {
        // A box that is full is filled at the next look.
        let id = view.id.clone();
        if !fed.contains(&id) && desk.put(Letter::Paid(desk.slip(view).await)) {
            fed.insert(id);
        }
    }
}
