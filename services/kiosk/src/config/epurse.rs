//! Section `[campus.epurse]`: electronic purses by PBOC.

use anyhow::Context;
use serde::Deserialize;

use crate::card::aes::hex;
use crate::card::epurse::Terminal;
use crate::card::triple_des::TripleDesKey;
use crate::channel::campus::EpurseParts;

/// Electronic purses by PBOC.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EpurseConfig {
    /// The application's name, 5 to 16 bytes in hexadecimal digits.
    #[serde(default = "epurse_application")]
    pub application: String,
    /// The purchase key's index.
    #[serde(default = "epurse_key_index")]
    pub key_index: u8,
    /// This kiosk's number as a terminal, 12 hexadecimal digits.
    pub terminal: String,
}

/// PBOC's own name for the electronic purse.
fn epurse_application() -> String {
    "A00000000386980701".to_owned()
}

fn epurse_key_index() -> u8 {
    1
}

impl EpurseConfig {
    /// The application's name and the terminal's number.
    ///
    /// # Errors
    /// What is not in hexadecimal digits of the right count.
    pub(super) fn names(&self) -> anyhow::Result<(Vec<u8>, Terminal)> {
        let application = hex(&self.application).filter(|name| (5..=16).contains(&name.len()));
        let terminal: Option<Terminal> = hex(&self.terminal).and_then(|terminal| terminal.try_into().ok());
        Ok((
            application.context("campus.epurse.application has 5 to 16 bytes in hexadecimal digits")?,
            terminal.context("campus.epurse.terminal has 12 hexadecimal digits")?,
        ))
    }

    /// What the channel needs, with the credential `campus_epurse_key`.
    pub(super) fn parts(&self, key: &[u8]) -> anyhow::Result<EpurseParts> {
        let (application, terminal) = self.names()?;
        let key = TripleDesKey::from_credential(key).context("the credential campus_epurse_key")?;
        Ok(EpurseParts { key, application, key_index: self.key_index, terminal })
    }
}
