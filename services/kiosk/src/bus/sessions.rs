//! `org.dais.Kiosk1.Sessions` on the bus: what is sold by time, and which session runs where.

use api::kiosk::{KioskError, Standing};
use api::sessions as wire;
use tokio::sync::watch;
use zbus::interface;

use crate::SteadyClock;
use crate::actor::Screen;
use crate::till::{Menu, Session, SessionRules, SessionState};

/// The interface.
pub(crate) struct Sessions {
    currency: String,
    offers: Vec<wire::SessionOffer>,
    screen: watch::Receiver<Screen>,
    steady: SteadyClock,
}

impl Sessions {
    pub(crate) fn new(
        menu: &Menu,
        rules: &SessionRules,
        screen: &watch::Receiver<Screen>,
        steady: SteadyClock,
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
        Self { currency: menu.currency.to_string(), offers, screen: screen.clone(), steady }
    }
}

#[interface(name = "org.dais.Kiosk1.Sessions")]
impl Sessions {
    #[zbus(out_args("currency", "offers"))]
    async fn offers(&self) -> (String, Vec<wire::SessionOffer>) {
        (self.currency.clone(), self.offers.clone())
    }

    #[zbus(out_args("first"))]
    async fn whose(&self, room: String) -> Result<String, KioskError> {
        let screen = self.screen.borrow();
        if screen.standing != Standing::Open {
            return Err(KioskError::Locked("the till cannot read its ledger now; call staff".to_owned()));
        }
        let there = screen.sessions.iter().find(|(session, _)| room.is_empty() || session.room == room);
        Ok(there.map(|(session, _)| session.first.as_str().to_owned()).unwrap_or_default())
    }

    #[zbus(property)]
    async fn current(&self) -> Vec<wire::Session> {
        let screen = self.screen.borrow();
        // The wall clock may have been set since; the till moves the sessions along when it looks next.
        let now = screen
            .sessions_at
            .map_or(0, |at| at.wall_ms.saturating_add((self.steady)().ms.saturating_sub(at.steady.ms)));
        screen.sessions.iter().map(|(session, state)| to_wire(session, *state, now)).collect()
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
