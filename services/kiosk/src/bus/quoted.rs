//! A price in another currency, as the bus has it.

use api::kiosk as wire;

use crate::exchange_rate::{Binding, Quoted};

pub(super) fn quote(quoted: &Quoted) -> wire::Quote {
    let binding = match quoted.binding {
        Binding::Informative => wire::Binding::Informative,
        Binding::Accepted => wire::Binding::Binds,
    };
    wire::Quote {
        quote: quoted.quote.clone(),
        currency: quoted.shown.currency().to_string(),
        amount: quoted.shown.minor(),
        rate: quoted.rate.clone(),
        expires_ms: i64::try_from(quoted.expires_ms).unwrap_or(i64::MAX),
        binding: binding.to_wire(),
    }
}
