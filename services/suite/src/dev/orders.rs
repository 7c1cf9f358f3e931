//! What is typed where `cargo dev` runs, and what is answered.

use anyhow::Result;

use super::outcome::{Held, Watch};
use crate::{STRANGER_CARD, STUDENT_CARD, Suite};
use crate::{office, sound};

/// Cards, codes and the terminal.
pub(crate) const COMMANDS: &str = "tap, tag, purse, bank, stranger, take, scan CODE, \
    present [approved|declined|insufficient-funds|card-blocked|pin], pin right|wrong, paper out, paper in";

impl Suite {
    /// Does what was typed, and tells what came of it. `say` gets what is told meanwhile.
    ///
    /// # Errors
    /// In words for whoever typed it.
    pub async fn obey(&self, command: &str, say: impl FnMut(String)) -> Result<String> {
        let words: Vec<&str> = command.split_whitespace().collect();
        match words[..] {
            [card @ ("tap" | "tag" | "purse" | "bank" | "stranger")] => self.hold(card).await,
            ["take"] => done(self.reader.take_away().await),
            // A code may hold blanks.
            ["scan", _, ..] => {
                let watch = Watch::begin(&self.connection).await?;
                self.gun.scan(command.trim_start_matches("scan").trim()).await?;
                watch.outcome(Held::Code).await
            }
            ["present"] => self.present("approved").await,
            ["present", outcome] => self.present(outcome).await,
            ["pin", right @ ("right" | "wrong")] => {
                let watch = Watch::begin(&self.connection).await?;
                let pin = serde_json::json!({ "do": "pin", "right": right == "right" });
                self.sandbox.sim("terminal", pin).await?;
                watch.outcome(Held::Terminal).await
            }
            ["paper", "out"] => match &self.printer {
                Some(printer) => done(printer.take_paper().await),
                None => Ok("there is no printer".to_owned()),
            },
            ["paper", "in"] => match &self.printer {
                Some(printer) => done(printer.put_paper().await),
                None => Ok("there is no printer".to_owned()),
            },
            _ => match sound::act(&self.connection, command, say).await {
                Some(said) => said,
                None => office::act(&self.connection, command).await,
            },
        }
    }

    /// Holds a card to the reader.
    async fn hold(&self, card: &str) -> Result<String> {
        let watch = Watch::begin(&self.connection).await?;
        match card {
            "tap" => self.reader.put(STUDENT_CARD).await?,
            "tag" => self.reader.put_tag().await?,
            "purse" => self.reader.put_purse().await?,
            "bank" => self.reader.put_bank_card().await?,
            _ => self.reader.put(STRANGER_CARD).await?,
        }
        watch.outcome(Held::Card).await
    }

    /// Holds a card to the terminal beside the kiosk.
    async fn present(&self, outcome: &str) -> Result<String> {
        let watch = Watch::begin(&self.connection).await?;
        self.sandbox.present(outcome).await?;
        if outcome == "pin" && watch.terminal_waits() {
            return Ok("the terminal asks for the PIN: type pin right, or pin wrong".to_owned());
        }
        watch.outcome(Held::Terminal).await
    }
}

fn done(deed: Result<()>) -> Result<String> {
    deed.map(|()| "ok".to_owned())
}
