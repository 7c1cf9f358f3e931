//! One payment and its attempts: what is lasting follows from records, what is passing (calls under way, due times)
//! is rebuilt after a restart by asking.

use serde::{Deserialize, Serialize};

use super::attempt::{Attempt, AttemptNumber, RefundNumber, Way};
use super::errand::{Course, Errand, Work};
use super::money::Money;
use super::order::{Order, PaymentId};
use super::record::Ending;
use super::stop::Stops;
use super::timing::Timing;
use crate::channel::ChannelKind;
use crate::exchange_rate::Quoted;

/// How far a payment is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Phase {
    /// Codes are being requested.
    Opening,
    /// Codes are shown, camera and reader listen.
    Waiting,
    /// A tender is being charged.
    Charging(AttemptNumber),
    /// The payer must confirm.
    Confirming(AttemptNumber),
    /// The channel did not say what became of the money.
    Asking(AttemptNumber),
    /// Being given up.
    Reversing(Ending),
    /// Paid and in the ledger.
    Paid,
    /// Ended without a sale.
    Ended(Ending),
}

impl Phase {
    /// Nothing changes any more but refunds of late money.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Paid | Self::Ended(_))
    }

    /// The tender whose money is in doubt.
    pub(super) fn charging(&self) -> Option<&AttemptNumber> {
        match self {
            Self::Charging(number) | Self::Confirming(number) | Self::Asking(number) => Some(number),
            _ => None,
        }
    }
}

/// What the person at the kiosk should be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Notice {
    /// Nothing.
    #[default]
    None,
    /// No channel takes this code.
    UnknownCode,
    /// Refresh the code in the wallet.
    CodeDead,
    /// Not enough money in the account.
    InsufficientFunds,
    /// Confirm on the phone.
    ConfirmOnPhone,
    /// Hold the card until the tick.
    CardLeftTooSoon,
    /// Not enrolled here.
    CardUnknown,
    /// Blocked.
    CardBlocked,
    /// Refused by the channel.
    Declined,
    /// No channel can be reached; nothing was charged.
    ChannelsUnreachable,
    /// The outcome is not known yet.
    DoNotPayAgain,
    /// Late or double money went back.
    MoneyReturned,
    /// Nearer, steadier, brighter.
    CodeUnreadable,
    /// The ledger cannot be written, nothing is charged.
    LedgerFull,
    /// Staff must look.
    SeeStaff,
    /// Hold the same card to the reader again.
    CardAgain,
    /// The terminal beside the kiosk goes on.
    UseTerminal,
    /// A voucher or member code is no money: it counts before the order is begun.
    OfferTooLate,
    /// Two cards lie on the reader: hold one alone.
    OneCard,
    /// This code was charged before; it is not charged again.
    CodeUsed,
    /// The network is away, and this card or code cannot be honoured later.
    OfflineCard,
    /// The network is away, and this is more than may be paid until it is back.
    OfflineLimit,
    /// The network is away for too long, or too much waits for it.
    OfflineFull,
    /// Hold it nearer.
    CodeSmall,
    /// Hold it farther away.
    CodeLarge,
    /// Make the screen brighter.
    CodeDark,
    /// Turn it out of the reflection.
    CodeGlare,
    /// Hold it level.
    CodeTilted,
    /// Hold it still.
    CodeBlurred,
}

/// How far an attempt is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its code is wanted or shown.
    Open,
    /// Its tender was sent to the channel.
    Charged,
    /// It is being closed or taken back.
    Closing,
    /// Proved to move no money any more.
    Closed,
    /// It paid the order.
    Paid,
    /// It was paid too, and an errand sends its money back.
    Returned,
}

/// A call under way at a channel; at most one an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Call {
    Open,
    Charge,
    Query,
    Revoke,
}

/// One attempt with what is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Try {
    pub(super) attempt: Attempt,
    pub(super) stage: Stage,
    /// The channel's code, once it gave one.
    pub(super) code: Option<String>,
    pub(super) call: Option<Call>,
    /// When to call next; 0 is at once, none is never.
    pub(super) due_ms: Option<u64>,
    /// Calls answered in this stage.
    pub(super) calls: u32,
    /// A close was answered "already paid": ask before closing again.
    pub(super) ask: bool,
}

impl Try {
    pub(super) fn new(attempt: Attempt) -> Self {
        let (stage, due_ms) = match attempt.way {
            Way::Shown => (Stage::Open, Some(0)),
            // Charged by the step that makes it; after a restart the resumption makes it due.
            Way::Scanned | Way::Card => (Stage::Charged, None),
        };
        Self { attempt, stage, code: None, call: None, due_ms, calls: 0, ask: false }
    }

    /// Money may still move by it.
    pub(super) fn is_live(&self) -> bool {
        matches!(self.stage, Stage::Open | Stage::Charged | Stage::Closing)
    }

    /// Nothing will be called for it any more.
    pub(super) fn is_final(&self) -> bool {
        !self.is_live() && self.call.is_none()
    }

    /// A payer may have met it: its code was on the screen, or a tender was sent.
    pub(super) fn was_met(&self) -> bool {
        self.attempt.way != Way::Shown || self.code.is_some()
    }

    pub(super) fn enter(&mut self, stage: Stage, due_ms: Option<u64>) {
        self.stage = stage;
        self.due_ms = due_ms;
        self.calls = 0;
        self.ask = false;
    }

    /// Starts to close it, not before the channel allows that.
    pub(super) fn close(&mut self, timing: &Timing) {
        let due_ms = match self.attempt.way {
            Way::Shown => 0,
            // A terminal that waits for its card can be told to stop at once.
            _ if self.attempt.channel == ChannelKind::Terminal => 0,
            Way::Scanned | Way::Card => {
                self.attempt.opened_at_ms.saturating_add(timing.reverse_not_before_ms)
            }
        };
        self.enter(Stage::Closing, Some(due_ms));
    }
}

/// One payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Payment {
    pub(super) id: PaymentId,
    pub(super) order: Order,
    pub(super) begun_ms: u64,
    pub(super) phase: Phase,
    pub(super) tries: Vec<Try>,
    pub(super) errands: Vec<Errand>,
    pub(super) notice: Notice,
    pub(super) paid_by: Option<ChannelKind>,
    /// When it was paid; refunds are counted from here.
    pub(super) paid_ms: u64,
    pub(super) pickup: u32,
    /// What the payer told of it, 0 until then.
    pub(super) stars: u32,
    /// The price as the payer accepted it in another currency.
    pub(super) quoted: Option<Quoted>,
    /// How an order that cost nothing went back.
    pub(super) taken_back: Option<Returning>,
    /// When the phase has lasted too long.
    pub(super) deadline_ms: u64,
    /// Still unresolved, but the screen may be used for the next payer.
    pub(super) parked: bool,
    /// What risk rules stopped of it.
    pub(super) stops: Stops,
}

/// What others may know of a payment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct View {
    /// The asker's id.
    pub id: PaymentId,
    /// How far it is.
    pub phase: Phase,
    /// The order.
    pub order: Order,
    /// Codes to show, in the order of the attempts.
    pub codes: Vec<(ChannelKind, String)>,
    /// Who moved the money.
    pub paid_by: Option<ChannelKind>,
    /// Number called out, 0 until paid.
    pub pickup: u32,
    /// What to tell the person.
    pub notice: Notice,
    /// Money that goes back or went back, in the order in which that was decided.
    pub refunds: Vec<Returning>,
    /// When it was paid, milliseconds since 1970 UTC; 0 until then, and in views that were kept by older tills.
    #[serde(default)]
    pub paid_ms: u64,
    /// The price in the payer's currency, where the payer accepted a quote that had not expired when it was paid.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quoted: Option<Quoted>,
    /// Under which number it was paid; none until then, and in views that were kept by older tills.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub paid_number: Option<AttemptNumber>,
}

/// How far money is on its way back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReturnState {
    /// On its way.
    Open,
    /// Back.
    Done,
    /// The channel will not; staff must.
    Refused,
}

/// Money that goes back or went back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returning {
    /// The refund's number at the channel.
    pub number: RefundNumber,
    /// The asker's name for it, none where it goes back by itself.
    pub ask: Option<PaymentId>,
    /// How much.
    pub amount: Money,
    /// How far it is.
    pub state: ReturnState,
}

impl Payment {
    pub(super) fn begun(id: PaymentId, order: Order, begun_ms: u64) -> Self {
        Self {
            id,
            order,
            begun_ms,
            phase: Phase::Opening,
            tries: Vec::new(),
            errands: Vec::new(),
            notice: Notice::None,
            paid_by: None,
            paid_ms: 0,
            pickup: 0,
            stars: 0,
            quoted: None,
            taken_back: None,
            deadline_ms: u64::MAX,
            parked: false,
            stops: Stops::default(),
        }
    }

    pub(super) fn find(&mut self, number: &AttemptNumber) -> Option<&mut Try> {
        self.tries.iter_mut().find(|t| &t.attempt.number == number)
    }

    pub(super) fn errand(&mut self, number: &AttemptNumber) -> Option<&mut Errand> {
        self.errands.iter_mut().find(|e| e.number() == number)
    }

    /// Whether an errand waits for another of the same attempt.
    pub(super) fn waits(&self, errand: &Errand) -> bool {
        let dividing = |other: &&Errand| other.is_dividing() && other.attempt.number == errand.attempt.number;
        matches!(errand.work, Work::Refund { .. }) && self.errands.iter().any(|other| dividing(&other))
    }

    /// Nothing about it will change any more.
    pub(super) fn is_settled(&self) -> bool {
        self.phase.is_over()
            && self.tries.iter().all(Try::is_final)
            && self.errands.iter().all(Errand::is_final)
    }

    /// Staff have sent all of its money back, or are about to.
    pub(super) fn is_all_back(&self) -> bool {
        let asked = self.errands.iter().filter(|errand| errand.course != Course::Refused);
        let asked = asked.filter_map(|errand| match &errand.work {
            Work::Refund { refund, ask: Some(_), .. } => Some(refund.amount.minor()),
            _ => None,
        });
        asked.fold(0_i64, i64::saturating_add) >= self.order.total.minor()
    }

    /// The card left before it could answer, and the same card is wanted again.
    pub(super) fn awaits_card(&self) -> bool {
        self.notice == Notice::CardAgain && matches!(self.phase, Phase::Confirming(_))
    }

    /// The certified terminal has the sale and has not said what became of it.
    pub(super) fn at_terminal(&self) -> bool {
        let Phase::Confirming(number) = &self.phase else { return false };
        self.tries.iter().any(|t| &t.attempt.number == number && t.attempt.channel == ChannelKind::Terminal)
    }

    /// Every attempt that can still be closed is.
    pub(super) fn close_all(&mut self, timing: &Timing) {
        for t in &mut self.tries {
            if matches!(t.stage, Stage::Open | Stage::Charged) {
                t.close(timing);
            }
        }
    }

    /// A quote that expired before the payer paid is no quote: the payer's bank, or nobody, says what that costs.
    pub(super) fn expire_quote(&mut self, paid_ms: u64) {
        self.quoted.take_if(|quoted| paid_ms >= quoted.expires_ms);
    }

    pub(super) fn view(&self) -> View {
        let shows = matches!(self.phase, Phase::Opening | Phase::Waiting);
        let codes = self
            .tries
            .iter()
            .filter(|t| shows && t.stage == Stage::Open)
            .filter_map(|t| t.code.clone().map(|code| (t.attempt.channel, code)))
            .collect();
        View {
            id: self.id.clone(),
            phase: self.phase.clone(),
            order: self.order.clone(),
            codes,
            paid_by: self.paid_by,
            pickup: self.pickup,
            notice: self.notice,
            refunds: self.errands.iter().filter_map(returning).chain(self.taken_back.clone()).collect(),
            paid_ms: self.paid_ms,
            quoted: self.quoted.clone(),
            paid_number: self.tries.iter().find(|t| t.stage == Stage::Paid).map(|t| t.attempt.number.clone()),
        }
    }
}

fn returning(errand: &Errand) -> Option<Returning> {
    let Work::Refund { refund, ask, .. } = &errand.work else { return None };
    let state = match errand.course {
        Course::Open => ReturnState::Open,
        Course::Done => ReturnState::Done,
        Course::Refused => ReturnState::Refused,
    };
    Some(Returning { number: refund.number.clone(), ask: ask.clone(), amount: refund.amount, state })
}
