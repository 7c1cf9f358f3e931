//! `org.dais.Kiosk1.Sessions` on the bus: what is sold by time, and which session runs where.

use api::sessions as wire;
use tokio::sync::watch;
use zbus::interface;

use crate::Clock;
use crate::actor::Screen;
use crate::till::{Menu, Session, SessionRules, SessionState};

/// The interface.
pub(crate) struct Sessions {
    currency: String,
    offers: Vec<wire::SessionOffer>,
    screen: watch::Receiver<Screen>,
    clock: Clock,
}

impl Sessions {
    pub(crate) fn new(
        menu: &Menu,
        rules: &SessionRules,
        screen: &watch::Receiver<Screen>,
        clock: Clock,
    ) -> Self {
        let offer = |offer: &crate::till::SessionOffer| wire::SessionOffer {
            id: offer.id.clone(),
            name_zh: offer.zh.clone(),
            name_en: offer.en.clone(),
            length_ms: offer.length_ms(),
            price: offer.price,
            room: offer.room.clone(),
            in_a_row: offer.in_a_row,
            picture: offer.picture.clone(),
        };
        let offers = rules.offers.iter().map(offer).collect();
        Self { currency: menu.currency.to_string(), offers, screen: screen.clone(), clock }
    }
}

#[interface(name = "org.dais.Kiosk1.Sessions")]
impl Sessions {
    #[zbus(out_args("currency", "offers"))]
    async fn offers(&self) -> (String, Vec<wire::SessionOffer>) {
        (self.currency.clone(), self.offers.clone())
    }

    #[zbus(property)]
    async fn current(&self) -> Vec<wire::Session> {
        let now = (self.clock)();
        self.screen.borrow().sessions.iter().map(|(session, state)| to_wire(session, *state, now)).collect()
    }
}

fn to_wire(session: &Session, state: SessionState, now: u64) -> wire::Session {
    let (state, until) = match state {
        SessionState::Running => (wire::SessionState::Running, session.ends_ms),
        SessionState::Grace => (wire::SessionState::Grace, session.closes_ms()),
    };
    wire::Session {
        room: session.room.clone(),
        offer: session.offer.clone(),
        first: session.first.as_str().to_owned(),
        state: state.to_wire(),
        left_ms: until.saturating_sub(now),
        grace_ms: session.grace_ms,
        more: session.more(),
    }
}
