//! `org.dais.Kiosk1.Counter` on the bus: what the screen wants while nobody pays, and each answer once.

use api::counter::{Movement, Presented, Taken, Wanted};
use zbus::interface;

use crate::channel::campus::{Holding, Movements};
use crate::counter::{Glanced, Glances};

/// The interface.
pub(crate) struct CounterDesk {
    pub(super) glances: Glances,
}

#[interface(name = "org.dais.Kiosk1.Counter")]
impl CounterDesk {
    async fn want(&self, wanted: u32, seconds: u32) {
        self.glances.want(Wanted::from_wire(wanted), u64::from(seconds).saturating_mul(1000));
    }

    #[zbus(out_args("taken"))]
    async fn take(&self) -> Taken {
        let found = self.glances.take();
        let kind = |presented: Presented| Taken { kind: presented.to_wire(), ..Taken::default() };
        match found.as_deref() {
            None => kind(Presented::Nothing),
            Some(Glanced::Hidden) => kind(Presented::Hidden),
            Some(Glanced::PayCode) => kind(Presented::PayCode),
            Some(Glanced::Offer(text)) => Taken { text: text.clone(), ..kind(Presented::Offer) },
            Some(Glanced::Card(holding)) => card(holding, kind(Presented::Card)),
        }
    }

    #[zbus(property)]
    async fn presented(&self) -> (u32, u64) {
        *self.glances.told().borrow()
    }
}

fn card(holding: &Holding, empty: Taken) -> Taken {
    Taken {
        currency: holding.balance.currency().to_string(),
        balance: holding.balance.minor(),
        has_purse: holding.purse.is_some(),
        purse: holding.purse.map_or(0, |purse| purse.minor()),
        last: holding.last.iter().map(movement).collect(),
        ..empty
    }
}

fn movement(moved: &Movements) -> (i64, u32, i64) {
    let kind = match moved.kind.as_str() {
        "top-up" => Movement::TopUp,
        "charge" => Movement::Charge,
        "take-back" | "refund" => Movement::Back,
        _ => Movement::Other,
    };
    (moved.at_ms, kind.to_wire(), moved.amount.minor())
}
