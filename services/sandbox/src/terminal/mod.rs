//! A certified card terminal's stand-in, on a port of its own, speaking Dais ECR 1 (its page lies with the kiosk's
//! client: `services/kiosk/src/channel/terminal/protocol.md`).
//!
//! `POST /_sim/terminal` plays the payer and bad luck: `{"do": "present", "card": {"scheme", "last4"}, "outcome"}`
//! (to the sale that waits, or held ready for the next), `{"do": "pin", "right"}`, `{"do": "power"}`,
//! `{"do": "journal"}`. What goes wrong on the line is the fault plan's, with channel `t` and the question's type as
//! the call. With `--terminal-journal FILE` even a killed process finds its sales again.

pub mod ask;
pub mod desk;
pub mod frame;
pub mod journal;
pub mod line;
pub mod sale;

use serde::Deserialize;
use serde_json::{Value, json};

use self::desk::{Outcome, Presented};
use self::journal::Card;
use crate::world::World;

/// What the control plane asks of the terminal.
#[derive(Clone, Debug, Deserialize)]
#[serde(tag = "do", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Play {
    /// Holds a card to it.
    Present {
        /// The card.
        card: Card,
        /// What happens.
        outcome: Outcome,
    },
    /// Types the PIN.
    Pin {
        /// Whether it is the right one.
        right: bool,
    },
    /// Cuts the power and gives it back.
    Power,
    /// Reads the journal.
    Journal,
}

/// Plays; `None` where the terminal's state does not allow it.
///
/// # Errors
/// The journal cannot be written.
pub fn play(world: &mut World, play: Play) -> std::io::Result<Option<Value>> {
    let done = match play {
        Play::Present { card, outcome } => desk::present(world, Presented { card, outcome })?,
        Play::Pin { right } => desk::pin(world, right)?,
        Play::Power => desk::power_cut(world).map(|()| true)?,
        Play::Journal => true,
    };
    let journal =
        json!({"ok": true, "journal": world.terminal.entries(), "under_way": world.terminal.under_way()});
    Ok(done.then_some(journal))
}
