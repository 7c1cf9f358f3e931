//! `org.dais.Kiosk1.Receipts` on the bus: the grant is checked first, then the printer's thread is asked.

use api::receipts as wire;
use api::staff::StaffError;
use tokio::sync::{mpsc, watch};
use zbus::interface;
use zbus::message::Header;

use super::desk::Desk;
use super::staff::{ask_till, caller, refuse};
use crate::actor::{Mail, StaffAsk};
use crate::receipts::{self, Letter, NoReceipt, Standing};
use crate::staff::{Right, Who};
use crate::till::Phase;

/// Most receipts that one look back answers.
const LIST_MAX: u32 = 100;

/// The interface.
pub(super) struct Receipts {
    pub(super) desk: Desk,
    pub(super) mail: mpsc::Sender<Mail>,
    pub(super) printing: receipts::Desk,
    pub(super) standing: watch::Receiver<Standing>,
}

impl Receipts {
    async fn check(&self, header: &Header<'_>, grant: String, right: Right) -> Result<Who, StaffError> {
        self.desk.check(caller(header), grant, right).await.map_err(refuse)
    }
}

#[interface(name = "org.dais.Kiosk1.Receipts")]
impl Receipts {
    async fn reprint(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        id: String,
    ) -> Result<(), StaffError> {
        let by = self.check(&header, grant, Right::PrintReceipts).await?.id;
        let view = ask_till(&self.mail, |reply| StaffAsk::Lookup { id, reply }).await?;
        if view.phase != Phase::Paid {
            return Err(to_error(NoReceipt::NotPaid));
        }
        let slip = self.printing.slip(view).await;
        self.printing.ask(|reply| Letter::Reprint(slip, reply)).await.map_err(to_error)?;
        tracing::info!(%by, "a receipt is printed once more");
        Ok(())
    }

    async fn print(&self, id: String) -> Result<(), StaffError> {
        let view = ask_till(&self.mail, |reply| StaffAsk::Lookup { id, reply }).await?;
        if view.phase != Phase::Paid {
            return Err(to_error(NoReceipt::NotPaid));
        }
        let slip = self.printing.slip(view).await;
        self.printing.ask(|reply| Letter::Asked(slip, reply)).await.map_err(to_error)
    }

    async fn open_drawer(&self, #[zbus(header)] header: Header<'_>, grant: String) -> Result<(), StaffError> {
        let by = self.check(&header, grant, Right::OpenDrawer).await?.id;
        self.printing.ask(Letter::OpenDrawer).await.map_err(to_error)?;
        tracing::info!(%by, "the cash drawer was opened");
        Ok(())
    }

    #[zbus(out_args("receipts"))]
    async fn list(
        &self,
        #[zbus(header)] header: Header<'_>,
        grant: String,
        limit: u32,
    ) -> Result<Vec<wire::Receipt>, StaffError> {
        self.check(&header, grant, Right::PrintReceipts).await?;
        let limit = limit.min(LIST_MAX);
        let found = self.printing.ask(|reply| Letter::List(limit, reply)).await.map_err(to_error)?;
        let shown = |entry: receipts::spool::Entry| wire::Receipt {
            payment: entry.payment,
            state: entry.state.to_wire(),
            copy: entry.copy,
            changed_ms: i64::try_from(entry.changed_ms).unwrap_or(i64::MAX),
        };
        Ok(found.into_iter().map(shown).collect())
    }

    #[zbus(property)]
    async fn printer(&self) -> u32 {
        self.standing.borrow().printer.to_wire()
    }

    #[zbus(property(emits_changed_signal = "const"))]
    async fn asks(&self) -> bool {
        self.printing.asks()
    }

    #[zbus(property)]
    async fn drawer(&self) -> u32 {
        self.standing.borrow().drawer.to_wire()
    }

    #[zbus(property)]
    async fn open(&self) -> (u32, u32) {
        let standing = self.standing.borrow();
        (standing.waiting, standing.in_doubt)
    }
}

fn to_error(no: NoReceipt) -> StaffError {
    let text = super::zh::receipt(&no);
    match no {
        NoReceipt::NotPaid => StaffError::NotPaid(text),
        NoReceipt::NoPrinter | NoReceipt::NoDrawer | NoReceipt::NoSpool | NoReceipt::Printer(_) => {
            StaffError::PrinterRefused(text)
        }
    }
}
