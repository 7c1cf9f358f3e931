//! What came of something that was held to the counter, as the till itself tells it: nothing here is foretold.

use std::time::Duration;

use anyhow::{Context, Result};
use api::counter::{CounterProxy, Presented};
use api::kiosk::{Channel, KioskProxy, Notice, Payment, PaymentState};
use futures_util::StreamExt;
use tokio::time::Instant;
use zbus::Connection;
use zbus::proxy::PropertyStream;

/// A reader looks ten times a second and asks a card for less than a second; what has not come by then does not.
const NOTICED_WITHIN: Duration = Duration::from_secs(3);
/// How long a charge is waited for; one that takes longer is told as it stands.
const CHARGED_WITHIN: Duration = Duration::from_secs(10);

/// How one pays.
const HOW: &str = "to pay, touch Canteen, choose a meal, touch Pay";

/// What is held to the counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Held {
    Card,
    Code,
    /// Something at the card terminal beside the kiosk.
    Terminal,
}

/// The till before it.
pub(super) struct Watch {
    till: KioskProxy<'static>,
    counter: CounterProxy<'static>,
    payments: PropertyStream<'static, Payment>,
    presented: PropertyStream<'static, (u32, u64)>,
    before: Payment,
    /// The number of what was presented last.
    number: u64,
}

impl Watch {
    /// Looks at the till, before anything is held to it.
    pub(super) async fn begin(connection: &Connection) -> Result<Self> {
        let till = KioskProxy::new(connection).await?;
        let counter = CounterProxy::new(connection).await?;
        let payments = till.receive_payment_changed().await;
        let presented = counter.receive_presented_changed().await;
        let (before, (_, number)) = (till.payment().await?, counter.presented().await?);
        Ok(Self { till, counter, payments, presented, before, number })
    }

    /// Waits until the till has taken it, or has not; tells which.
    pub(super) async fn outcome(mut self, held: Held) -> Result<String> {
        let state = PaymentState::from_wire(self.before.state);
        Ok(match (held, state) {
            (Held::Terminal, _) if !self.terminal_waits() => kept_ready(state).to_owned(),
            (_, PaymentState::Waiting | PaymentState::Confirming) => {
                of_payment(&self.charged(held).await?, held)
            }
            (_, PaymentState::Idle) => of_glance(self.looked_at().await?, held),
            _ => format!(
                "nothing was charged: the payment on the screen is {}, and takes nothing",
                words(&state)
            ),
        })
    }

    /// Whether the terminal beside the kiosk waits for a card.
    pub(super) fn terminal_waits(&self) -> bool {
        PaymentState::from_wire(self.before.state) == PaymentState::Confirming
            && Notice::from_wire(self.before.notice) == Notice::UseTerminal
    }

    /// The payment once something came of it, or as it stands where nothing does.
    async fn charged(&mut self, held: Held) -> Result<Payment> {
        let key = |payment: &Payment| (payment.id.clone(), payment.state, payment.notice, payment.paid_by);
        let (before, start) = (key(&self.before), Instant::now());
        let (mut until, mut taken) = (start + NOTICED_WITHIN, false);
        loop {
            let payment = self.till.payment().await?;
            let state = PaymentState::from_wire(payment.state);
            let under_way = matches!(state, PaymentState::Charging | PaymentState::Asking);
            if !under_way && (taken || key(&payment) != before) {
                return Ok(payment);
            }
            if under_way {
                (until, taken) = (start + CHARGED_WITHIN, true);
            }
            match tokio::time::timeout_at(until, self.payments.next()).await {
                Ok(changed) => drop(changed.context("the till is gone")?),
                Err(_in_vain) if fits(&payment, held) => return Ok(payment),
                Err(_in_vain) => return Ok(Payment { notice: Notice::None.to_wire(), ..payment }),
            }
        }
    }

    /// What the screen was told of it while nobody pays; none where nothing took it.
    async fn looked_at(&mut self) -> Result<Option<Presented>> {
        let until = Instant::now() + NOTICED_WITHIN;
        loop {
            let (kind, number) = self.counter.presented().await?;
            let kind = Presented::from_wire(kind);
            if number > self.number && kind != Presented::Looking {
                return Ok(Some(kind));
            }
            match tokio::time::timeout_at(until, self.presented.next()).await {
                Ok(changed) => drop(changed.context("the till is gone")?),
                Err(_in_vain) => return Ok(None),
            }
        }
    }
}

/// Whether a notice that was there before may be about this too: the till does not tell the same twice.
fn fits(payment: &Payment, held: Held) -> bool {
    match Notice::from_wire(payment.notice) {
        Notice::UnknownCode | Notice::CodeDead | Notice::CodeUsed | Notice::OfferTooLate => {
            held == Held::Code
        }
        Notice::CardUnknown | Notice::CardBlocked | Notice::CardLeftTooSoon | Notice::OneCard => {
            held == Held::Card
        }
        // The same card is charged anew, and then the till is seen to charge it: of a card that lay there nothing comes.
        _ => held != Held::Card,
    }
}

/// What becomes of a card at a terminal that waits for none.
fn kept_ready(state: PaymentState) -> &'static str {
    match state {
        PaymentState::Waiting => {
            "nothing was charged: the terminal keeps this card ready, and takes it once bank is typed"
        }
        _ => {
            "nothing was charged: the terminal keeps this card ready, and takes it once a payment waits and bank is \
             typed"
        }
    }
}

fn of_payment(payment: &Payment, held: Held) -> String {
    let state = PaymentState::from_wire(payment.state);
    match state {
        PaymentState::Waiting if held == Held::Card && payment.notice == Notice::None.to_wire() => {
            "nothing came of it, and the payment still waits; a card that lies there already is taken away first: take"
                .to_owned()
        }
        PaymentState::Waiting => not_charged(Notice::from_wire(payment.notice)),
        PaymentState::Charging => "it is being charged".to_owned(),
        PaymentState::Confirming => confirming(Notice::from_wire(payment.notice)).to_owned(),
        PaymentState::Asking => {
            "the channel does not say what became of the money: it is asked until it does".to_owned()
        }
        PaymentState::Paid => format!("paid by {}", payer(Channel::from_wire(payment.paid_by))),
        state => format!("nothing was charged: the payment is {} meanwhile", words(&state)),
    }
}

fn payer(channel: Channel) -> &'static str {
    match channel {
        Channel::Alipay => "Alipay",
        Channel::Wechat => "WeChat Pay",
        Channel::Unionpay => "UnionPay",
        Channel::Campus => "the campus card",
        Channel::Terminal => "the card terminal",
        Channel::Any | Channel::Unknown => "a channel that is not known here",
    }
}

/// Why the payment still waits.
fn not_charged(notice: Notice) -> String {
    let why = match notice {
        Notice::None => "nothing came of it, and the payment still waits",
        Notice::UnknownCode => {
            "this is no pay code of a channel here; the wallet page has some (Show my pay code to the kiosk)"
        }
        Notice::CardUnknown => "nobody enrolled this card here, and the screen says so",
        Notice::CodeUsed => "this code was charged before; show a fresh one",
        Notice::OfferTooLate => "this is a coupon, voucher or member's code: it counts before Pay is touched",
        other => return format!("nothing was charged; the screen says: {}", words(&other)),
    };
    format!("nothing was charged: {why}")
}

fn confirming(notice: Notice) -> &'static str {
    match notice {
        Notice::UseTerminal => {
            "nothing is charged yet: the card terminal beside the kiosk waits for a card; type present approved, or \
             present declined"
        }
        Notice::CardAgain => "the card left before it could answer: hold the same card to the reader again",
        _ => "the payer confirms now: on the wallet page, or at the terminal (pin right, pin wrong)",
    }
}

fn of_glance(presented: Option<Presented>, held: Held) -> String {
    let (what, open) = match held {
        Held::Code => ("code", "ticket beside the tray"),
        Held::Card | Held::Terminal => ("card", "canteen's screen"),
    };
    match presented {
        None => format!(
            "nothing is being paid and the {open} is not open, so nothing took the {what}{}; {HOW}",
            if held == Held::Card { " (unless a lesson counts who is there)" } else { "" }
        ),
        Some(Presented::Hidden) => {
            format!("nothing is being paid; the screen says that nothing can be told of this card; {HOW}")
        }
        Some(Presented::PayCode) => {
            format!("nothing is being paid, so nothing was charged, and the screen says so; {HOW}")
        }
        Some(Presented::Offer) => {
            "nothing is being paid; the ticket takes it as a coupon or member's code".to_owned()
        }
        Some(_) if held == Held::Code => {
            "nothing is being paid; the ticket beside the tray took it".to_owned()
        }
        Some(_) => format!(
            "nothing is being paid, so the screen shows what the {what} holds; {HOW}, then take it and tap again"
        ),
    }
}

/// A name such as `CardLeftTooSoon` in plain words.
fn words(name: &impl std::fmt::Debug) -> String {
    let mut said = String::new();
    for letter in format!("{name:?}").chars() {
        if letter.is_uppercase() && !said.is_empty() {
            said.push(' ');
        }
        said.extend(letter.to_lowercase());
    }
    said
}

#[cfg(test)]
mod tests {
    //! What is said of each state, so that nothing is called charged that is not.
    use super::*;

    fn payment(state: PaymentState, notice: Notice) -> Payment {
        Payment { state: state.to_wire(), notice: notice.to_wire(), ..Payment::default() }
    }

    #[test]
    fn what_was_not_charged_is_never_called_charged() {
        for (state, notice, held, part) in [
            (PaymentState::Waiting, Notice::CardUnknown, Held::Card, "nobody enrolled this card"),
            (PaymentState::Waiting, Notice::UnknownCode, Held::Code, "no pay code"),
            (PaymentState::Waiting, Notice::CardLeftTooSoon, Held::Card, "card left too soon"),
            (PaymentState::Waiting, Notice::Declined, Held::Card, "says: declined"),
            (PaymentState::Waiting, Notice::Declined, Held::Terminal, "says: declined"),
            (PaymentState::Confirming, Notice::UseTerminal, Held::Card, "present approved"),
            (PaymentState::Confirming, Notice::ConfirmOnPhone, Held::Code, "wallet page"),
            (PaymentState::Cancelled, Notice::None, Held::Card, "is cancelled"),
        ] {
            let said = of_payment(&payment(state, notice), held);
            assert!(said.contains(part), "{said}");
            assert!(!said.contains("is charged to") && !said.starts_with("paid"), "{said}");
        }
        let paid =
            Payment { paid_by: Channel::Campus.to_wire(), ..payment(PaymentState::Paid, Notice::None) };
        assert_eq!(of_payment(&paid, Held::Card), "paid by the campus card");
        assert!(kept_ready(PaymentState::Waiting).contains("nothing was charged"));
        assert!(kept_ready(PaymentState::Idle).contains("once a payment waits"));
    }

    #[test]
    fn an_older_notice_about_something_else_is_not_told_again() {
        let of_a_code = payment(PaymentState::Waiting, Notice::UnknownCode);
        assert!(fits(&of_a_code, Held::Code) && !fits(&of_a_code, Held::Card));
        let of_a_card = payment(PaymentState::Waiting, Notice::CardUnknown);
        assert!(fits(&of_a_card, Held::Card) && !fits(&of_a_card, Held::Code));
        let declined = payment(PaymentState::Waiting, Notice::Declined);
        assert!(fits(&declined, Held::Code) && !fits(&declined, Held::Card));
    }

    #[test]
    fn what_nothing_took_is_said_to_be_so() {
        assert!(of_glance(None, Held::Code).contains("nothing took the code"));
        assert!(of_glance(None, Held::Card).contains("nothing took the card"));
        assert!(of_glance(Some(Presented::Card), Held::Card).contains("shows what the card holds"));
        assert!(!of_glance(Some(Presented::Hidden), Held::Card).contains("holds"));
    }
}
