//! The accounts themselves: enrol, top up, debit, take back, refund. Blocking; each change is one durable
//! transaction and is done once however often it is asked for with the same number.

use std::fmt;
use std::path::Path;

use aws_lc_rs::hmac;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use super::limits::Limits;
use super::purse::state;
use super::schema::{self, CANTEEN, OFFICE};
use crate::member::TokenKey;
use crate::offline::Instrument;
use crate::till::{CardUid, Currency, Money, Refund};

mod book;
mod error;
mod journal;
mod office;
mod pledge;
mod seen;
mod settlement;

use book::{CardRow, Movement};
pub use error::CampusError;
pub(super) use journal::Arm;
pub use office::{Movements, Unproved};
pub(super) use seen::{OpenDebit, Seen};

/// A shorter key could be guessed, and with it every uid (4 bytes) tried.
const KEY_LEN_MIN: usize = 16;

/// An account's number in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AccountId(pub(super) i64);

impl fmt::Display for AccountId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// How a card proved which one it is, weakest first. A card that once proved itself is not taken for less again, or a
/// copied uid would be enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardProof {
    /// Not at all: its uid can be copied.
    Uid,
    /// By a genuine tap with this counter.
    Tap(u32),
    /// By its purse's key.
    Purse,
}

impl CardProof {
    fn rank(self) -> i64 {
        match self {
            Self::Uid => 0,
            Self::Tap(_) => 1,
            Self::Purse => 2,
        }
    }
}

/// What became of a debit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Debit {
    /// The money is the canteen's.
    Taken {
        /// Number of the ledger entry.
        entry: i64,
        /// How much.
        amount: Money,
    },
    /// Never asked for.
    None,
    /// The card's purse was asked, and the card must be held to the reader again to say what became of it.
    CardAgain,
    /// Taken back, or closed before it was ever asked for.
    TakenBack,
    /// No account belongs to the card.
    CardUnknown,
    /// The account is blocked, the card reported lost or denied.
    CardBlocked,
    /// The balance is too small.
    TooLittle,
    /// This tap was used before: a copy.
    Replayed,
    /// Beyond the card's limits, or less proof than this card can give.
    Declined,
}

/// What became of a refund.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Undo {
    /// The money is back.
    Done,
    /// There is no such charge, or less is left of it.
    Refused,
}

/// The accounts' file, open.
pub struct Accounts {
    db: Connection,
    key: hmac::Key,
    limits: Limits,
    /// By what cards are told to the back office, where there is one.
    tokens: Option<TokenKey>,
}

impl fmt::Debug for Accounts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Accounts")
    }
}

impl Accounts {
    /// Opens or makes the file, with the default limits. Several processes may have it open.
    ///
    /// # Errors
    /// [`CampusError`].
    pub fn open(file: &Path, key: &[u8]) -> Result<Self, CampusError> {
        if key.len() < KEY_LEN_MIN {
            return Err(CampusError::KeyTooShort);
        }
        let mut db = Connection::open(file)?;
        schema::prepare(&mut db)?;
        Ok(Self { db, key: hmac::Key::new(hmac::HMAC_SHA256, key), limits: Limits::default(), tokens: None })
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// The same for a kiosk with a back office: each charge by a card that proves itself keeps what stands good for it.
    pub fn with_tokens(self, tokens: TokenKey) -> Self {
        Self { tokens: Some(tokens), ..self }
    }

    /// Makes an account for a card.
    ///
    /// # Errors
    /// [`CampusError::AlreadyEnrolled`], or the file.
    pub fn enrol(&mut self, card: &CardUid) -> Result<AccountId, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        if book::card(&change, &tag)?.is_some() {
            return Err(CampusError::AlreadyEnrolled);
        }
        change.execute("INSERT INTO account DEFAULT VALUES", [])?;
        let id = change.last_insert_rowid();
        change.execute("INSERT INTO card (tag, account) VALUES (?1, ?2)", params![tag, id])?;
        change.commit()?;
        Ok(AccountId(id))
    }

    /// Puts money onto a card's account, once per `number`, and answers the new balance.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], [`CampusError::BadAmount`], [`CampusError::NumberUsed`], or the file.
    pub fn top_up(&mut self, number: &str, card: &CardUid, amount: Money) -> Result<Money, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        let target = book::card(&change, &tag)?.ok_or(CampusError::NotEnrolled)?.account;
        match book::entry(&change, number)? {
            Some(done) if done.kind == "top-up" && done.target == target && done.amount == amount => {}
            Some(_other) => return Err(CampusError::NumberUsed),
            None => {
                let day = today(&change)?;
                let movement =
                    Movement { number, kind: "top-up", source: OFFICE, target, amount, charge: None, day };
                movement.book(&change)?;
            }
        }
        let balance = book::balance(&change, target, amount.currency())?;
        change.commit()?;
        Ok(balance)
    }

    /// What a card's account holds in a currency, without the card's own purse.
    ///
    /// # Errors
    /// [`CampusError::NotEnrolled`], or the file.
    pub fn balance(&mut self, card: &CardUid, currency: Currency) -> Result<Money, CampusError> {
        let tag = self.tag(card);
        let account = book::card(&self.db, &tag)?.ok_or(CampusError::NotEnrolled)?.account;
        book::balance(&self.db, account, currency)
    }

    /// Takes money off a card's account, once per `number`. A tap's counter is used up in the same transaction, also
    /// where the debit is refused. `day` is the business day.
    ///
    /// # Errors
    /// The file; then nothing was taken, or it was and [`Self::lookup`] says so.
    pub fn debit(
        &mut self,
        number: &str,
        card: &CardUid,
        proof: CardProof,
        amount: Money,
        day: i64,
    ) -> Result<Debit, CampusError> {
        let (tag, token) = (self.tag(card), self.token(card));
        let limits = self.limits;
        let change = begin(&mut self.db)?;
        let before = fate(&change, number)?;
        if before != Debit::None {
            return Ok(before);
        }
        let Some(row) = book::card(&change, &tag)? else { return Ok(Debit::CardUnknown) };
        if let CardProof::Tap(counter) = proof {
            if i64::from(counter) <= row.counter {
                return Ok(Debit::Replayed);
            }
            change.execute(
                "UPDATE card SET counter = ?2, proof = max(proof, 1) WHERE tag = ?1",
                params![tag, counter],
            )?;
        }
        let done = match admit(&change, &row, proof, amount, day, &limits)? {
            Some(refused) => refused,
            None => {
                let limit = book::balance(&change, row.account, amount.currency())?.minor();
                let done = charge_account(&change, number, &row, amount, day)?;
                if let (CardProof::Tap(tap), Some(member), Debit::Taken { .. }) = (proof, token, done) {
                    pledge::keep(&change, number, &Instrument::Member { member, limit, tap: Some(tap) })?;
                }
                done
            }
        };
        change.commit()?;
        Ok(done)
    }

    /// What became of the debit with this number.
    ///
    /// # Errors
    /// The file.
    pub fn lookup(&mut self, number: &str) -> Result<Debit, CampusError> {
        fate(&self.db, number)
    }

    /// Undoes a debit whole, or makes sure that it never happens; once or often. A purse whose card nobody has heard
    /// since is given up: see [`state`].
    ///
    /// # Errors
    /// The file.
    pub fn take_back(&mut self, number: &str) -> Result<(), CampusError> {
        let change = begin(&mut self.db)?;
        journal::step_row(&change, number, state::Event::Revoke)?;
        book::take_back(&change, number, today(&change)?)?;
        change.execute("INSERT OR IGNORE INTO closed (number) VALUES (?1)", [number])?;
        change.commit()?;
        Ok(())
    }

    /// Sends back part or all of a charge, once per refund number. What a purse paid goes to its holder's account.
    ///
    /// # Errors
    /// The file.
    pub fn refund(&mut self, number: &str, refund: &Refund) -> Result<Undo, CampusError> {
        let change = begin(&mut self.db)?;
        let Some(charge) = book::entry(&change, number)?.filter(|charge| charge.kind == "charge") else {
            return Ok(Undo::Refused);
        };
        if let Some(done) = book::entry(&change, refund.number.as_str())? {
            let same = done.kind == "refund"
                && done.amount == refund.amount
                && done.charge.as_deref() == Some(number);
            return Ok(if same { Undo::Done } else { Undo::Refused });
        }
        let left = book::left_of(&change, number, &charge)?;
        if left.currency() != refund.amount.currency() || left.minor() < refund.amount.minor() {
            return Ok(Undo::Refused);
        }
        let movement = Movement {
            number: refund.number.as_str(),
            kind: "refund",
            source: CANTEEN,
            target: book::home_of(&change, charge.source)?,
            amount: refund.amount,
            charge: Some(number),
            day: today(&change)?,
        };
        movement.book(&change)?;
        change.commit()?;
        Ok(Undo::Done)
    }

    /// Whether the card proves enough that what it holds may be shown before it. A tap's counter is used up by it.
    ///
    /// # Errors
    /// The file.
    pub(super) fn may_be_shown(&mut self, card: &CardUid, proof: CardProof) -> Result<bool, CampusError> {
        let tag = self.tag(card);
        let change = begin(&mut self.db)?;
        let Some(row) = book::card(&change, &tag)? else { return Ok(false) };
        if let CardProof::Tap(counter) = proof {
            if i64::from(counter) <= row.counter {
                return Ok(false);
            }
            change.execute(
                "UPDATE card SET counter = ?2, proof = max(proof, 1) WHERE tag = ?1",
                params![tag, counter],
            )?;
        }
        change.commit()?;
        Ok(!(row.lost || row.denied || row.blocked) && proof.rank() >= row.proof)
    }

    fn tag(&self, card: &CardUid) -> Vec<u8> {
        self.keyed(card.reveal())
    }

    /// A number that must not stand in the file, as it stands there.
    fn keyed(&self, number: &[u8]) -> Vec<u8> {
        hmac::sign(&self.key, number).as_ref().to_vec()
    }
}

fn begin(db: &mut Connection) -> Result<Transaction<'_>, CampusError> {
    // Immediate: the balance that is read here is the one that is written against.
    Ok(db.transaction_with_behavior(TransactionBehavior::Immediate)?)
}

/// The business day by the file's own clock, for movements that no attempt stands behind.
fn today(db: &Connection) -> Result<i64, CampusError> {
    let at: i64 = db.query_row("SELECT unixepoch() * 1000", [], |row| row.get(0))?;
    Ok(super::limits::day_of(u64::try_from(at).map_err(|_before_1970| CampusError::OutOfRange)?))
}

/// Why a card may not pay now, if so. Asked before every debit.
fn admit(
    db: &Connection,
    row: &CardRow,
    proof: CardProof,
    amount: Money,
    day: i64,
    rules: &Limits,
) -> Result<Option<Debit>, CampusError> {
    if row.lost || row.denied || row.blocked {
        return Ok(Some(Debit::CardBlocked));
    }
    if proof.rank() < row.proof {
        return Ok(Some(Debit::Declined));
    }
    let spent = book::spent(db, row.account, day, amount.currency())?;
    let allowed = amount.minor() > 0 && row.limits(rules).allow(amount.minor(), spent);
    Ok((!allowed).then_some(Debit::Declined))
}

fn charge_account(
    db: &Connection,
    number: &str,
    row: &CardRow,
    amount: Money,
    day: i64,
) -> Result<Debit, CampusError> {
    if book::balance(db, row.account, amount.currency())?.minor() < amount.minor() {
        return Ok(Debit::TooLittle);
    }
    let movement =
        Movement { number, kind: "charge", source: row.account, target: CANTEEN, amount, charge: None, day };
    let entry = movement.book(db)?;
    Ok(Debit::Taken { entry, amount })
}

fn fate(db: &Connection, number: &str) -> Result<Debit, CampusError> {
    if book::is_closed(db, number)? {
        return Ok(Debit::TakenBack);
    }
    match book::entry(db, number)? {
        Some(entry) if entry.kind == "charge" => Ok(Debit::Taken { entry: entry.id, amount: entry.amount }),
        Some(_other) => Err(CampusError::NumberUsed),
        None => journal::fate(db, number),
    }
}
