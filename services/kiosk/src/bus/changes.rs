//! What changed is told on the bus by the properties' signals.

use std::time::Duration;

use anyhow::Context;
use tokio::sync::watch;
use tokio::time::Instant;

use super::Service;
use crate::receipts::Standing;

/// After so long without a change what stands is told once more. The answer to somebody's first look at all properties
/// is made of values that were read before it is sent, so a change's signal may overtake it, and who believes the later
/// word would keep the older value until the next change.
const QUIET: Duration = Duration::from_secs(1);

impl Service {
    /// Announces every change, and once more when it has been quiet; ends only with an error.
    pub(crate) async fn tell_changes(mut self) -> anyhow::Result<()> {
        let mut told = self.screen.borrow_and_update().clone();
        let mut again = None;
        loop {
            let emitter = self.interface.signal_emitter().clone();
            tokio::select! {
                changed = self.screen.changed() => {
                    changed.context("the till has ended")?;
                    let now = self.screen.borrow_and_update().clone();
                    let kiosk = self.interface.get().await;
                    if now.waits != told.waits {
                        kiosk.waits_changed(&emitter).await?;
                    }
                    if now.payment != told.payment || now.link != told.link || now.closing != told.closing {
                        kiosk.payment_changed(&emitter).await?;
                    }
                    if now.standing != told.standing {
                        kiosk.standing_changed(&emitter).await?;
                    }
                    if now.sold_out != told.sold_out {
                        kiosk.sold_out_changed(&emitter).await?;
                    }
                    if now.offline != told.offline {
                        kiosk.offline_changed(&emitter).await?;
                    }
                    if now.sessions != told.sessions {
                        self.tell_sessions().await?;
                    }
                    told = now;
                    again = Some(Instant::now() + QUIET);
                }
                changed = self.devices.changed() => {
                    changed.context("the devices' threads have ended")?;
                    self.interface.get().await.devices_changed(&emitter).await?;
                    again = Some(Instant::now() + QUIET);
                }
                changed = self.glances.changed() => {
                    changed.context("the counter has ended")?;
                    let (emitter, counter) = (self.counter.signal_emitter(), self.counter.get().await);
                    counter.presented_changed(emitter).await?;
                }
                changed = self.tapped.changed() => {
                    changed.context("the attendance has ended")?;
                    let (emitter, attendance) = (self.attendance.signal_emitter(), self.attendance.get().await);
                    attendance.tapped_changed(emitter).await?;
                }
                () = news(&mut self.printing) => {
                    self.tell_printing().await?;
                    // What its payer should be told of the receipt may be news.
                    self.interface.get().await.payment_changed(&emitter).await?;
                    again = Some(Instant::now() + QUIET);
                }
                () = until(again) => {
                    again = None;
                    let kiosk = self.interface.get().await;
                    kiosk.waits_changed(&emitter).await?;
                    kiosk.payment_changed(&emitter).await?;
                    kiosk.standing_changed(&emitter).await?;
                    kiosk.offline_changed(&emitter).await?;
                    kiosk.sold_out_changed(&emitter).await?;
                    kiosk.devices_changed(&emitter).await?;
                    drop(kiosk);
                    self.tell_sessions().await?;
                    self.tell_printing().await?;
                }
            }
        }
    }

    async fn tell_sessions(&self) -> anyhow::Result<()> {
        let (emitter, sessions) = (self.sessions.signal_emitter(), self.sessions.get().await);
        Ok(sessions.current_changed(emitter).await?)
    }

    async fn tell_printing(&self) -> anyhow::Result<()> {
        let (emitter, receipts) = (self.receipts.signal_emitter(), self.receipts.get().await);
        receipts.printer_changed(emitter).await?;
        receipts.drawer_changed(emitter).await?;
        receipts.open_changed(emitter).await?;
        Ok(())
    }
}

/// Waits for news of the printer; for ever where there is no printer, or none any more, without which the till goes on.
async fn news(printing: &mut watch::Receiver<Standing>) {
    if printing.changed().await.is_err() {
        std::future::pending().await
    }
}

async fn until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}
