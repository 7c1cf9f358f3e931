//! A PC/SC reader that is not there: the real service on a socket of its own, with a virtual reader of two slots.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use nfc::fake::cards::Processor;
use nfc::fake::pcscd::Pcscd;
use nfc::fake::storage::Make;
use nfc::fake::vpcd::{How, Inserted};
use nfc::{Card, Uid};

/// Whose commands for MIFARE cards it takes: an ACR122U's.
const NAME: &str = "ACS ACR122U PICC Interface";

/// The reader and its service.
#[derive(Debug)]
pub struct PcscReader {
    /// None between two services.
    service: Option<Pcscd>,
    dir: PathBuf,
    /// The reader's program, which meets this service and no other.
    pub(crate) program: PathBuf,
}

impl PcscReader {
    /// Starts the service, in `dir`.
    pub(crate) async fn start(programs: &Path, dir: &Path) -> Result<Self> {
        let (dir, child) = (dir.to_owned(), programs.join("dais-nfc"));
        let start = move || {
            let service = Pcscd::start(&dir, Some(NAME))?;
            let program = service.client(&dir, &child)?;
            std::io::Result::Ok(Self { service: Some(service), dir, program })
        };
        tokio::task::spawn_blocking(start).await?.context("the PC/SC service did not start")
    }

    /// Takes the reader away, whatever is under way: this service cannot lose its virtual reader, so it ends, and another
    /// one on its socket knows no reader.
    ///
    /// # Errors
    /// Where no service starts.
    pub async fn unplug(&mut self) -> Result<()> {
        self.serve(None).await
    }

    /// The reader is there again.
    ///
    /// # Errors
    /// As [`Self::unplug`].
    pub async fn plug_in(&mut self) -> Result<()> {
        self.serve(Some(NAME)).await
    }

    async fn serve(&mut self, reader: Option<&'static str>) -> Result<()> {
        let (before, dir) = (self.service.take(), self.dir.clone());
        let start = move || {
            drop(before);
            Pcscd::start(&dir, reader)
        };
        let service = tokio::task::spawn_blocking(start).await?.context("the PC/SC service did not start")?;
        self.service = Some(service);
        Ok(())
    }

    /// Lays a card with this processor into a slot. A slot whose last card has just left may not have noticed, so the
    /// next card is best laid into the other.
    ///
    /// # Errors
    /// Where the service is gone.
    pub fn lay(&self, slot: usize, uid: &str, processor: Processor, how: How) -> Result<Inserted> {
        let slots = self.service.as_ref().and_then(|service| service.slots);
        let ports = slots.context("this service has no reader")?;
        let port = *ports.get(slot).context("the reader has two slots")?;
        let card = Card { uid: Uid::from_hex(uid)?, kind: processor.kind() };
        Ok(Inserted::lay(port, card, processor, How { make: Make::Pn532, ..how })?)
    }
}
