//! A short scripted visit of every screen, with the fingers of a teacher, a pupil and a hungry student; it leaves
//! pictures behind.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use api::inference::InferenceProxy;
use api::kiosk::{Channel, KioskProxy, Payment, PaymentState};
use api::shell::Element;
use futures_util::StreamExt;
use serde_json::json;

use crate::album::Album;
use crate::fingers::Contact;
use crate::process::Running;
use crate::screen::middle;
use crate::{Suite, writing};

/// How long a payment may take to reach a state, and recognition to answer, on a loaded two-core machine.
const STEP_MAX: Duration = Duration::from_secs(60);

impl Suite {
    /// Touches an element by its name, once it can be used and the display has it on the screen.
    pub async fn touch(&mut self, name: &str) -> Result<()> {
        let screen = self.screen().await?;
        screen.find(name).await?;
        screen.shown().await?;
        // A surface that has just opened lays itself out when it is drawn: only now is everything in its place.
        let element = screen.find(name).await?;
        let (x, y) = middle(&element);
        self.fingers.tap(x, y).await
    }

    /// Touches a tool and waits, as a person's eyes do, until it shows as chosen.
    pub async fn choose(&mut self, name: &str) -> Result<()> {
        self.touch(name).await?;
        let chosen = async |all: &[Element]| {
            all.iter().any(|element| element.name == name && element.chosen).then_some(())
        };
        let screen = self.screen().await?;
        screen.until(&format!("{name} is not chosen"), chosen).await?;
        screen.shown().await
    }

    /// Two people write at once: the left one `left`, the right one `right`.
    pub async fn write_together(&mut self, left: &[Contact], right: &[Contact]) -> Result<()> {
        for step in 0..left.len().max(right.len()) {
            let both: Vec<Contact> =
                [left.get(step), right.get(step)].into_iter().flatten().cloned().collect();
            self.fingers.play(&both).await?;
        }
        Ok(())
    }

    /// The till, as its callers see it.
    pub async fn till(&self) -> Result<KioskProxy<'static>> {
        Ok(KioskProxy::new(&self.connection).await?)
    }

    /// Waits until the payment on the screen is in one of these states.
    pub async fn until_payment(&self, states: &[PaymentState]) -> Result<Payment> {
        self.until_payment_is(&format!("{states:?}"), |payment| {
            states.contains(&PaymentState::from_wire(payment.state))
        })
        .await
    }

    /// Waits until the payment on the screen satisfies `look`.
    pub async fn until_payment_is(&self, wanted: &str, look: impl Fn(&Payment) -> bool) -> Result<Payment> {
        let till = self.till().await?;
        let mut changes = till.receive_payment_changed().await;
        let mut last = till.payment().await?;
        let wait = async {
            loop {
                if look(&last) {
                    return Ok(last.clone());
                }
                let Some(change) = changes.next().await else { bail!("the till is gone") };
                last = change.get().await?;
            }
        };
        match tokio::time::timeout(STEP_MAX, wait).await {
            Ok(done) => done,
            Err(_late) => {
                let log = self.kiosk.as_ref().map(Running::last_lines).unwrap_or_default();
                bail!("the payment did not become {wanted} but is {last:?}\n{log}")
            }
        }
    }

    /// Confirms, as the payer of a shown code, at the sandbox.
    pub async fn pay_shown(&self, channel: Channel) -> Result<()> {
        self.settle_shown(channel, "pay").await
    }

    /// Declines it there.
    pub async fn decline_shown(&self, channel: Channel) -> Result<()> {
        self.settle_shown(channel, "cancel").await
    }

    async fn settle_shown(&self, channel: Channel, verb: &str) -> Result<()> {
        let letter = match channel {
            Channel::Alipay => "a",
            Channel::Wechat => "w",
            Channel::Unionpay => "u",
            _ => bail!("{channel:?} shows no code"),
        };
        let trades = self.sandbox.state().await?;
        let number = crate::sandbox::open_trade(&trades, letter).context("no open trade at the sandbox")?;
        self.sandbox.sim(verb, json!({ "channel": letter, "out_trade_no": number })).await?;
        Ok(())
    }

    /// Waits until text can be recognised, where recognition is part of the suite.
    pub(crate) async fn until_ready(&self) -> Result<()> {
        if self.inference.is_none() {
            return Ok(());
        }
        let inference = InferenceProxy::new(&self.connection).await?;
        let mut changes = inference.receive_ready_changed().await;
        let ready = async {
            while !inference.ready().await? {
                changes.next().await.context("recognition is gone")?;
            }
            anyhow::Ok(())
        };
        tokio::time::timeout(STEP_MAX, ready).await.context("recognition does not become ready")?
    }

    /// The visit. Returns the pictures it left in `pictures`.
    pub async fn visit(&mut self, pictures: &Path) -> Result<Vec<PathBuf>> {
        let mut album = Album::open(self, pictures).await?;
        let visited = self.visit_all(&mut album).await;
        album.close(visited).await
    }

    async fn visit_all(&mut self, album: &mut Album) -> Result<()> {
        album.screen.shell().show("home").await?;
        self.until_ready().await?;
        album.screen.find("board").await?;
        album.keep("1-home").await?;
        self.visit_board(album).await?;
        album.screen.shell().show("kiosk").await?;
        self.visit_kiosk(album).await?;
        Ok(album.screen.shell().show("home").await?)
    }

    async fn visit_board(&mut self, album: &mut Album) -> Result<()> {
        self.touch("board").await?;
        self.choose("pen-1").await?;
        self.choose("pen-2").await?;
        // Boards are kept; a visit writes on a page of its own, not over yesterday's lesson.
        let all = album.screen.shell().elements().await?;
        if all.iter().any(|element| element.name.starts_with("undo-") && element.enabled) {
            self.touch("new-page").await?;
            let blank = async |all: &[Element]| {
                (!all.iter().any(|element| element.name.starts_with("undo-") && element.enabled))
                    .then_some(())
            };
            album.screen.until("the new page is not blank", blank).await?;
        }
        let (width, height) = (f64::from(self.parts.size.0), f64::from(self.parts.size.1));
        // As high as a hand writes on a wide board, and narrow enough for an upright one.
        let size = (height / 8.0).min(width / 14.2);
        let (top, left) = (height * 0.3, width * 0.2);
        self.write_together(
            &writing::strokes("HELLO", left, top, size),
            &writing::strokes("中文", width * 0.62, top, size * 1.3),
        )
        .await?;
        album.screen.find("undo-1").await?;
        album.screen.find("undo-2").await?;
        album.keep("2-board").await?;
        self.choose("lasso-1").await?;
        self.fingers
            .play(&[writing::circle(left - size * 0.5, top - size * 0.5, size * 4.9, size * 2.0)])
            .await?;
        album.screen.find("to-text-1").await?;
        album.keep("3-circled").await?;
        self.touch("to-text-1").await?;
        let gone = async |elements: &[Element]| {
            (!elements.iter().any(|element| element.name == "cancel-1")).then_some(())
        };
        album.screen.until("the text did not land", gone).await?;
        album.keep("4-text").await
    }

    async fn visit_kiosk(&mut self, album: &mut Album) -> Result<()> {
        let (_currency, dishes) = self.till().await?.menu().await?;
        for dish in dishes.iter().take(2) {
            self.touch(&format!("dish-{}", dish.sku)).await?;
        }
        album.screen.find("pay").await?;
        album.keep("5-menu").await?;
        self.touch("pay").await?;
        self.until_payment_is("waiting with codes", |payment| payment.codes.len() >= 2).await?;
        album
            .screen
            .until("no codes on the screen", async |elements| {
                (elements.iter().filter(|element| element.name.starts_with("code-")).count() >= 2)
                    .then_some(())
            })
            .await?;
        album.keep("6-codes").await?;
        self.pay_shown(Channel::Alipay).await?;
        self.until_payment(&[PaymentState::Paid]).await?;
        album.screen.find("dismiss").await?;
        album.keep("7-paid").await?;
        self.touch("dismiss").await
    }
}
