//! The one code for every wallet: a link that lives as long as its payment shows codes.

use tokio::sync::watch;

use super::Actor;
use crate::front::{FrontConfig, LinkToken, Links};
use crate::till::{PaymentId, View};

/// The front's table of links, and the one that lives.
pub(crate) struct LinkTable {
    front: FrontConfig,
    table: watch::Sender<Links>,
    live: Option<(PaymentId, LinkToken)>,
}

impl LinkTable {
    pub(crate) fn new(front: FrontConfig, table: watch::Sender<Links>) -> Self {
        Self { front, table, live: None }
    }

    /// The link of a payment that shows codes; any other payment's link dies.
    fn of(&mut self, view: Option<&View>) -> Option<String> {
        let shown = view.filter(|view| !view.codes.is_empty());
        if let Some((id, token)) = &self.live
            && shown.is_none_or(|view| view.id != *id)
        {
            let token = *token;
            self.table.send_modify(|links| links.remove(&token));
            self.live = None;
        }
        let view = shown?;
        let token = match &self.live {
            Some((_, token)) => *token,
            None => LinkToken::fresh()?,
        };
        self.live = Some((view.id.clone(), token));
        let mut left_out = 0;
        self.table.send_modify(|links| left_out = links.set(token, view.codes.clone()));
        if left_out > 0 {
            tracing::warn!(
                left_out,
                "a channel's code leads to nowhere of its own, so no wallet is sent there"
            );
        }
        Some(self.front.link(&token))
    }
}

impl Actor {
    /// The link to show beside the codes of the payment on the screen.
    pub(super) fn link(&mut self, view: Option<&View>) -> Option<String> {
        self.links.as_mut().and_then(|links| links.of(view))
    }
}
