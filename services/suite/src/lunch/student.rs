//! The forty: how each pays, what goes wrong, and who has the money in the end.

use anyhow::{Result, bail};
use api::kiosk::{Channel, Notice, Payment, PaymentState};
use api::shell::Element;
use serde_json::json;

use super::Queue;
use crate::{STRANGER_CARD, STUDENT_CARD};

/// Answers of a purse before its debit is sent: two that tell what card it is, the selection, two of the proof, the
/// value.
const BEFORE_DEBIT: u32 = 6;

/// More requests than a payment makes while the network is gone.
const ALL: u32 = 1000;

/// One student.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Student {
    /// Scans the code on the screen.
    Shown(Channel),
    /// Scans it, and declines on the phone; then gives up.
    Declines,
    /// Holds a phone to the scanner gun; the code's last two digits are what the channel does with it.
    Gun(Channel, &'static str),
    /// The same, to the camera.
    Camera,
    /// A code that is dead, then a good one.
    DeadCode,
    /// Campus card, by its number alone.
    Card,
    /// Takes the card away too early, and holds it there again.
    HastyCard,
    /// Somebody else's card, which is told; then gives up.
    StrangeCard,
    /// A card that proves itself.
    Tag,
    /// A purse on a DESFire card.
    Purse,
    /// The same, torn away in the middle of its debit.
    TornPurse,
    /// A purse on a MIFARE Classic card.
    Classic,
    /// A PBOC purse.
    Epurse,
    /// A bank card at the terminal.
    Bank,
    /// The same, declined.
    BankDeclines,
    /// A voucher for a part, a wallet for the rest.
    Voucher,
    /// The network is gone when the charge was done, and when it had not begun.
    NetworkLost(bool),
    /// Chooses, and walks away.
    WalksAway,
}

/// How many of whom.
const COMPANY: [(Student, usize); 30] = {
    use Channel::{Alipay, Unionpay, Wechat};
    use Student as S;
    [
        (S::Shown(Alipay), 3),
        (S::Shown(Wechat), 3),
        (S::Shown(Unionpay), 2),
        (S::Gun(Alipay, "01"), 2),
        (S::Gun(Wechat, "01"), 2),
        (S::Gun(Unionpay, "01"), 1),
        (S::Gun(Wechat, "02"), 1),
        (S::Gun(Alipay, "03"), 1),
        (S::Gun(Wechat, "03"), 1),
        (S::Gun(Alipay, "05"), 1),
        (S::Gun(Wechat, "05"), 1),
        (S::Gun(Alipay, "06"), 1),
        (S::Gun(Wechat, "08"), 1),
        (S::Camera, 1),
        (S::Declines, 2),
        (S::DeadCode, 1),
        (S::Card, 2),
        (S::HastyCard, 1),
        (S::StrangeCard, 1),
        (S::Tag, 1),
        (S::Purse, 1),
        (S::TornPurse, 1),
        (S::Classic, 1),
        (S::Epurse, 1),
        (S::Bank, 1),
        (S::BankDeclines, 1),
        (S::WalksAway, 1),
        (S::Voucher, 2),
        (S::NetworkLost(true), 1),
        (S::NetworkLost(false), 1),
    ]
};

impl Student {
    /// Forty of them.
    pub fn all() -> Vec<Self> {
        COMPANY.iter().flat_map(|(student, count)| [*student].repeat(*count)).collect()
    }

    /// Whether somebody has the student's money in the end.
    pub fn pays(self) -> bool {
        !matches!(
            self,
            Self::Declines
                | Self::StrangeCard
                | Self::BankDeclines
                | Self::WalksAway
                | Self::NetworkLost(false)
                | Self::Gun(_, "05")
        )
    }

    /// Whether the student touches the screen; the others' orders come through the bus. A voucher is too long to type.
    pub(super) fn touches(self, number: usize) -> bool {
        self != Self::Voucher && (number.is_multiple_of(2) || self.picture_of_the_end().is_some())
    }

    /// How the picture of what the screen says at the end is called, where one is kept.
    pub(super) fn picture_of_the_end(self) -> Option<&'static str> {
        match self {
            Self::Shown(_) => Some("3-paid"),
            Self::Tag => Some("4-card"),
            Self::Gun(_, "05") => Some("6-not-charged"),
            _ => None,
        }
    }
}

impl Queue<'_> {
    /// The student pays, or does not. Answers with the channel that has the money in the end, if any has.
    pub(super) async fn pay(&mut self, student: Student, begun: &Payment) -> Result<Option<Channel>> {
        match student {
            Student::Shown(channel) => {
                self.album.keep_first("2-codes").await?;
                self.suite.pay_shown(channel).await?;
                Ok(Some(channel))
            }
            Student::Voucher => {
                self.suite.pay_shown(Channel::Alipay).await?;
                Ok(Some(Channel::Alipay))
            }
            Student::Declines => {
                self.suite.decline_shown(Channel::Wechat).await?;
                self.gives_up(student, begun).await
            }
            Student::Gun(channel, fate) => self.hold_phone(channel, fate).await,
            Student::Camera => {
                self.suite.sandbox.show("w", "01").await?;
                Ok(Some(Channel::Wechat))
            }
            Student::DeadCode => {
                self.hold_phone(Channel::Wechat, "04").await?;
                self.until_told(PaymentState::Waiting, Notice::CodeDead).await?;
                self.hold_phone(Channel::Wechat, "01").await
            }
            Student::NetworkLost(charged) => self.lose_network(charged).await,
            // The till gives it up when its time is over.
            Student::WalksAway => Ok(None),
            _ => self.hold_card(student, begun).await,
        }
    }

    async fn hold_card(&mut self, student: Student, begun: &Payment) -> Result<Option<Channel>> {
        let reader = &self.suite.reader;
        match student {
            Student::Card => reader.put(STUDENT_CARD).await?,
            Student::HastyCard => {
                reader.tear(STUDENT_CARD).await?;
                self.until_told(PaymentState::Waiting, Notice::CardLeftTooSoon).await?;
                self.suite.reader.put(STUDENT_CARD).await?;
            }
            Student::StrangeCard => {
                reader.put(STRANGER_CARD).await?;
                self.until_told(PaymentState::Waiting, Notice::CardUnknown).await?;
                return self.gives_up(student, begun).await;
            }
            Student::Tag => reader.put_tag().await?,
            Student::Purse => reader.put_purse().await?,
            Student::TornPurse => {
                reader.tear_after(BEFORE_DEBIT, true).await?;
                reader.put_purse().await?;
                self.until_told(PaymentState::Confirming, Notice::CardAgain).await?;
                self.look("Hold the same card again", "5-card-again").await?;
                self.suite.reader.put_purse().await?;
            }
            Student::Classic => reader.put_classic().await?,
            Student::Epurse => reader.put_epurse().await?,
            Student::Bank | Student::BankDeclines => {
                reader.put_bank_card().await?;
                self.until_told(PaymentState::Confirming, Notice::UseTerminal).await?;
                if student == Student::BankDeclines {
                    self.suite.sandbox.present("declined").await?;
                    self.until_told(PaymentState::Waiting, Notice::Declined).await?;
                    return self.gives_up(student, begun).await;
                }
                self.suite.sandbox.present("approved").await?;
                return Ok(Some(Channel::Terminal));
            }
            other => bail!("{other:?} has no card"),
        }
        Ok(Some(Channel::Campus))
    }

    /// A phone before the scanner gun.
    async fn hold_phone(&mut self, channel: Channel, fate: &str) -> Result<Option<Channel>> {
        let code = self.code(channel, fate)?;
        self.suite.gun.scan(&code).await?;
        if matches!(fate, "03" | "05") {
            let asks =
                [PaymentState::Asking, PaymentState::Reversing, PaymentState::Paid, PaymentState::Failed];
            self.suite.until_payment(&asks).await?;
        }
        if fate == "02" {
            self.until_told(PaymentState::Confirming, Notice::ConfirmOnPhone).await?;
        }
        Ok((fate != "05").then_some(channel))
    }

    /// The network goes while the charge is on its way: before it arrives, or before its answer does.
    async fn lose_network(&mut self, charged: bool) -> Result<Option<Channel>> {
        let lost = if charged { "charge-then-drop" } else { "drop-before" };
        let next = [(lost, "pay"), ("drop-before", "query")]
            .map(|(fault, call)| json!({ "fault": fault, "channel": "w", "call": call, "times": ALL }));
        self.suite.sandbox.sim("fault", json!({ "next": next })).await?;
        let code = self.code(Channel::Wechat, "01")?;
        self.suite.gun.scan(&code).await?;
        self.look("We are asking the bank", "7-asking").await?;
        // The network is back.
        self.suite.sandbox.sim("fault", json!({ "next": [] })).await?;
        Ok(charged.then_some(Channel::Wechat))
    }

    /// A student who has had enough touches *Cancel*, or whoever asked for the payment takes it back.
    async fn gives_up(&mut self, student: Student, begun: &Payment) -> Result<Option<Channel>> {
        if student == Student::BankDeclines {
            self.album.keep_first("8-declined").await?;
        }
        self.suite.touch("cancel-payment").await?;
        let given_up =
            |payment: &Payment| payment.id == begun.id && payment.state == PaymentState::Cancelled.to_wire();
        self.suite.until_payment_is("cancelled", given_up).await?;
        Ok(None)
    }

    /// Waits until the screen says something, and keeps it.
    async fn look(&mut self, headline: &str, name: &str) -> Result<()> {
        let said = async |all: &[Element]| {
            all.iter().any(|element| element.name == "stage" && element.label == headline).then_some(())
        };
        self.album.screen.until(&format!("the screen does not say {headline}"), said).await?;
        self.album.snap_first(name).await
    }

    async fn until_told(&self, state: PaymentState, notice: Notice) -> Result<Payment> {
        let told = |payment: &Payment| payment.state == state.to_wire() && payment.notice == notice.to_wire();
        self.suite.until_payment_is(&format!("{state:?} with {notice:?}"), told).await
    }

    /// A wallet's code that nobody had before; its last two digits are its fate.
    fn code(&mut self, channel: Channel, fate: &str) -> Result<String> {
        let number = self.next();
        Ok(match channel {
            Channel::Alipay => format!("28{number:014}{fate}"),
            Channel::Wechat => format!("13{number:014}{fate}"),
            Channel::Unionpay => format!("62{number:015}{fate}"),
            other => bail!("{other:?} has no codes of its payers"),
        })
    }
}
