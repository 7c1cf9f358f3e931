//! One difference: what it is, whom it is about, and what can prove what is true.

use time::Date;

use crate::channel::RowKind;
use crate::till::{Currency, Money};

/// What differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// We have a payment that the bill has not.
    MissingAtChannel,
    /// The bill has a payment of this till that we never made.
    MissingWithUs,
    /// Both have it, with different amounts.
    AmountDiffers,
    /// Both have it; they say that money moved, and we do not.
    StateDiffers,
    /// The bill has it more than once.
    Duplicate,
    /// The channel counts it on the day before or after.
    CrossDay,
    /// The channel kept another fee than agreed.
    FeeDiffers,
    /// The till's decisions and the ledger's lines differ.
    LedgerDiffers,
    /// We have a refund that the bill has not.
    RefundMissing,
    /// The bill has a refund that we never made.
    RefundExtra,
}

const CLASSES: [Class; 10] = [
    Class::MissingAtChannel,
    Class::MissingWithUs,
    Class::AmountDiffers,
    Class::StateDiffers,
    Class::Duplicate,
    Class::CrossDay,
    Class::FeeDiffers,
    Class::LedgerDiffers,
    Class::RefundMissing,
    Class::RefundExtra,
];

impl Class {
    /// As it is stored and travels, from 1.
    pub fn code(self) -> u32 {
        CLASSES.iter().zip(1_u32..).find(|(class, _)| **class == self).map_or(0, |(_, code)| code)
    }

    /// Reads [`Self::code`].
    pub fn from_code(code: u32) -> Option<Self> {
        CLASSES.iter().zip(1_u32..).find(|(_, other)| *other == code).map(|(class, _)| *class)
    }
}

/// What staff are asked to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Staff {
    /// The payer's receipt, the channel's console and the till name different amounts.
    CompareAmounts,
    /// The channel counted one payment twice; have it corrected.
    DuplicateRow,
    /// The channel kept another fee than agreed.
    AskAboutFee,
    /// A bug of ours: keep the ledger and call the maker.
    LedgerIsWrong,
    /// Money went back that the till sent nowhere; find out who did that at the channel's console.
    WhoSentItBack,
}

/// What to do about it. Nothing here books anything: it asks for the proof that may.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Repair {
    /// Ask the channel what became of this attempt; its answer goes the till's usual way.
    AskChannel(String),
    /// Ask the channel what became of this refund of this attempt.
    AskRefund { number: String, refund: String },
    /// The bill is the channel's own statement, and the configuration says that it is proof enough.
    BelieveStatement,
    /// Nothing: that day's bill has it, or is expected to and is asked then.
    OnDay(Date),
    /// No answer of the channel can settle it; a person must look.
    None(Staff),
}

impl Repair {
    /// As it is stored: one word, and for another day's bill that day.
    pub fn code(&self) -> String {
        match self {
            Self::AskChannel(_) => "ask-channel".to_owned(),
            Self::AskRefund { .. } => "ask-refund".to_owned(),
            Self::BelieveStatement => "believe-statement".to_owned(),
            Self::OnDay(day) => format!("on {day}"),
            Self::None(staff) => staff.code().to_owned(),
        }
    }
}

impl Staff {
    const fn code(self) -> &'static str {
        match self {
            Self::CompareAmounts => "staff: compare amounts",
            Self::DuplicateRow => "staff: duplicate row",
            Self::AskAboutFee => "staff: ask about fee",
            Self::LedgerIsWrong => "staff: ledger is wrong",
            Self::WhoSentItBack => "staff: who sent it back",
        }
    }
}

/// One difference of one day at one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What differs.
    pub class: Class,
    /// About an attempt or a refund.
    pub kind: RowKind,
    /// The attempt's number, as ours or the bill has it.
    pub number: String,
    /// The refund's own number.
    pub refund: Option<String>,
    /// Counts differences that are otherwise alike, from 0.
    pub nth: u32,
    /// Our amount (for a fee the expected one), none where we have nothing.
    pub ours: Option<Money>,
    /// Their amount (for a fee theirs), or for [`Class::LedgerDiffers`] the ledger's; none where there is none.
    pub theirs: Option<Money>,
    /// What to do about it.
    pub what_to_do: Repair,
}

/// What differences are ordered by: wholly, so that no order of rows shows through.
type Order<'a> = (Class, RowKind, &'a str, Option<&'a str>, Sum, Sum, &'a Repair);
type Sum = Option<(i64, Currency)>;

impl Difference {
    pub(super) fn order(&self) -> Order<'_> {
        let minor = |money: &Option<Money>| money.map(|money| (money.minor(), money.currency()));
        let (ours, theirs) = (minor(&self.ours), minor(&self.theirs));
        (self.class, self.kind, &self.number, self.refund.as_deref(), ours, theirs, &self.what_to_do)
    }

    /// Names it among all differences of its day and channel, the same at every run. Lengths before texts, so that no
    /// number of a hostile bill can pass for another.
    pub fn key(&self) -> String {
        // No refund and one without a name are two things.
        let refund =
            self.refund.as_ref().map_or("-".to_owned(), |refund| format!("{}:{refund}", refund.len()));
        let kind = match self.kind {
            RowKind::Payment => "p",
            RowKind::Refund => "r",
        };
        let (class, number) = (self.class.code(), &self.number);
        format!("{class}:{kind}:{}:{number}:{refund}:{}", number.len(), self.nth)
    }
}
