//! The journal of purse debits: what is about to happen is written here before the card is told, and what the card
//! proves later decides it.

use rusqlite::{Connection, params};

use super::{
    Accounts, CampusError, CardProof, Debit, Movement, admit, begin, book, charge_account, pledge, seen,
    settlement, today,
};
use crate::channel::campus::purse::state::{Booking, Event, Held, State, step};
use crate::channel::campus::schema::CANTEEN;
use crate::channel::campus::settlement::Evidence;
use crate::member::Token;
use crate::offline::Instrument;
use crate::till::{CardUid, Currency, Money, PurseKind};

/// Whether a debit may be sent now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::channel::campus) enum Arm {
    /// It is journalled: send it, with this amount as the card counts it.
    Go(i32),
    /// Nothing may be sent; this became of it.
    No(Debit),
}

pub(super) struct Row {
    pub(super) number: String,
    tag: Vec<u8>,
    state: State,
    pub(super) amount: Money,
    day: i64,
    pub(super) before: Option<Held>,
    pub(super) mark: Option<Vec<u8>>,
}

const ROW: &str =
    "SELECT number, card, state, minor, currency, day, value_before, counter_before, mark FROM purse ";

fn row(found: &rusqlite::Row<'_>) -> Result<Row, CampusError> {
    let name: String = found.get(2)?;
    let currency = Currency::parse(&found.get::<_, String>(4)?)?;
    let value: Option<i64> = found.get(6)?;
    let counter: Option<u32> = found.get(7)?;
    Ok(Row {
        number: found.get(0)?,
        tag: found.get(1)?,
        state: State::parse(&name).ok_or(CampusError::Broken)?,
        amount: Money::new(found.get(3)?, currency),
        day: found.get(5)?,
        before: value.map(|value| Held { value, counter }),
        mark: found.get(8)?,
    })
}

fn numbered(db: &Connection, number: &str) -> Result<Option<Row>, CampusError> {
    let mut ask = db.prepare_cached(&format!("{ROW} WHERE number = ?1"))?;
    let mut rows = ask.query([number])?;
    rows.next()?.map(row).transpose()
}

/// The card's debit that only the card knows about; there is at most one.
pub(super) fn unproved(db: &Connection, tag: &[u8]) -> Result<Option<Row>, CampusError> {
    let mut ask = db.prepare_cached(&format!("{ROW} WHERE card = ?1 AND state IN ('armed', 'given-up')"))?;
    let mut rows = ask.query([tag])?;
    rows.next()?.map(row).transpose()
}

/// What is known of a purse debit that no entry and no closing tells of.
pub(super) fn fate(db: &Connection, number: &str) -> Result<Debit, CampusError> {
    Ok(match numbered(db, number)?.map(|row| row.state) {
        None => Debit::None,
        Some(State::Asked | State::Armed) => Debit::CardAgain,
        Some(State::Spared | State::GivenUp) => Debit::TakenBack,
        // These have an entry.
        Some(State::Taken | State::Returned) => return Err(CampusError::Broken),
    })
}

/// Takes one debit a step on, where there is one, and books what goes with it.
pub(super) fn step_row(db: &Connection, number: &str, event: Event) -> Result<(), CampusError> {
    match numbered(db, number)? {
        Some(row) => apply(db, &row, event),
        None => Ok(()),
    }
}

pub(super) fn apply(db: &Connection, row: &Row, event: Event) -> Result<(), CampusError> {
    let Some((next, booking)) = step(row.state, event) else {
        tracing::warn!(
            state = row.state.name(),
            "what a card said does not fit its debit, nothing was booked"
        );
        return Ok(());
    };
    db.prepare_cached("UPDATE purse SET state = ?2 WHERE number = ?1")?
        .execute(params![row.number, next.name()])?;
    if matches!(booking, Booking::Charge | Booking::ChargeAndGiveBack) {
        let purse = book::card(db, &row.tag)?.and_then(|card| card.purse).ok_or(CampusError::Broken)?;
        seen::cover(db, purse, row.amount)?;
        let movement = Movement {
            number: &row.number,
            kind: "charge",
            source: purse,
            target: CANTEEN,
            amount: row.amount,
            charge: None,
            day: row.day,
        };
        movement.book(db)?;
    }
    if matches!(booking, Booking::GiveBack | Booking::ChargeAndGiveBack) {
        book::take_back(db, &row.number, today(db)?)?;
    }
    Ok(())
}

/// How a purse proves which card it is.
fn proof_of(kind: PurseKind) -> CardProof {
    match kind {
        PurseKind::Desfire | PurseKind::Epurse => CardProof::Purse,
        // Whoever breaks its cipher, and many did, makes a copy that says the same.
        PurseKind::Classic => CardProof::Uid,
    }
}

impl Accounts {
    /// What a purse held after the debit with this number; none where that is not known to have happened.
    ///
    /// # Errors
    /// The file.
    pub fn left_in_purse(&mut self, number: &str) -> Result<Option<Money>, CampusError> {
        let taken =
            numbered(&self.db, number)?.filter(|row| matches!(row.state, State::Taken | State::Returned));
        Ok(taken.and_then(|row| {
            let left = row.before?.value.checked_sub(row.amount.minor())?;
            Some(Money::new(left, row.amount.currency()))
        }))
    }

    /// Asks to debit a card's purse, once per `number`: [`Debit::CardAgain`] where the card must now be read.
    ///
    /// # Errors
    /// The file.
    pub fn purse_ask(
        &mut self,
        number: &str,
        kind: PurseKind,
        card: &CardUid,
        amount: Money,
        day: i64,
    ) -> Result<Debit, CampusError> {
        let (tag, limits) = (self.tag(card), self.limits);
        let change = begin(&mut self.db)?;
        if let Some(row) = numbered(&change, number)?
            && row.tag != tag
        {
            // Another card for the same attempt: what the first one did is not to be lost sight of.
            return Ok(Debit::CardAgain);
        }
        let before = super::fate(&change, number)?;
        if before != Debit::None {
            return Ok(before);
        }
        let Some(known) = book::card(&change, &tag)? else { return Ok(Debit::CardUnknown) };
        if let Some(refused) = admit(&change, &known, proof_of(kind), amount, day, &limits)? {
            return Ok(refused);
        }
        change.execute(
            "INSERT INTO purse (number, card, state, minor, currency, day) VALUES (?1, ?2, 'asked', ?3, ?4, ?5)",
            params![number, tag, amount.minor(), amount.currency().code(), day],
        )?;
        change.commit()?;
        Ok(Debit::CardAgain)
    }

    /// The debit of this card that waits for it: one that only the card knows about, or else the newest; with its
    /// currency.
    ///
    /// # Errors
    /// The file.
    pub fn purse_waiting(&mut self, card: &CardUid) -> Result<Option<(String, Currency)>, CampusError> {
        let tag = self.tag(card);
        let mut ask = self.db.prepare_cached(&format!(
            "{ROW} WHERE card = ?1 AND state IN ('asked', 'armed', 'given-up') ORDER BY state = 'asked', asked_at DESC"
        ))?;
        let mut rows = ask.query([tag])?;
        Ok(rows.next()?.map(row).transpose()?.map(|row| (row.number, row.amount.currency())))
    }

    /// Journals a debit that is about to be sent, against what the purse holds now. A purse that holds too little is
    /// helped out by its holder's account.
    ///
    /// # Errors
    /// The file; then nothing may be sent.
    pub(in crate::channel::campus) fn purse_arm(
        &mut self,
        number: &str,
        kind: PurseKind,
        card: &CardUid,
        held: Held,
    ) -> Result<Arm, CampusError> {
        let (tag, token, limits) = (self.tag(card), self.token(card), self.limits);
        let change = begin(&mut self.db)?;
        let Some(row) = numbered(&change, number)? else { return Ok(Arm::No(Debit::None)) };
        if row.tag != tag {
            // It waits for another card.
            return Ok(Arm::No(Debit::CardAgain));
        }
        if row.state != State::Asked {
            return Ok(Arm::No(super::fate(&change, number)?));
        }
        let known = book::card(&change, &row.tag)?.ok_or(CampusError::NotEnrolled)?;
        let refused = match admit(&change, &known, proof_of(kind), row.amount, row.day, &limits)? {
            Some(refused) => Some(refused),
            None if unproved(&change, &row.tag)?.is_some() => Some(Debit::Declined),
            None if kind == PurseKind::Classic && seen::exceeds(&change, known.purse, held, row.amount)? => {
                tracing::warn!(
                    "a card holds more than the accounts know of: it was loaded unknown to them, or forged"
                );
                Some(Debit::Declined)
            }
            // What this purse holds is its own word before it pays, and no reason to charge anybody's account.
            None if held.value < row.amount.minor() && kind == PurseKind::Epurse => Some(Debit::TooLittle),
            None if held.value < row.amount.minor() => {
                let limit = book::balance(&change, known.account, row.amount.currency())?.minor();
                let done = charge_account(&change, number, &known, row.amount, row.day)?;
                let proved = kind == PurseKind::Desfire;
                if let (true, Some(member), Debit::Taken { .. }) = (proved, token, done) {
                    pledge::keep(&change, number, &Instrument::Member { member, limit, tap: None })?;
                }
                Some(done)
            }
            None => None,
        };
        let amount = i32::try_from(row.amount.minor()).map_err(|_beyond| CampusError::OutOfRange)?;
        let event = if refused.is_some() { Event::Refuse } else { Event::Arm };
        apply(&change, &row, event)?;
        change.execute(
            "UPDATE purse SET value_before = ?2, counter_before = ?3, mark = NULL WHERE number = ?1",
            params![number, held.value, held.counter],
        )?;
        change.commit()?;
        Ok(refused.map_or(Arm::Go(amount), Arm::No))
    }

    /// Writes down what a debit's own record on the card is told by, before the card is told of it: `mark` makes it
    /// from the terminal's next transaction number and the file's clock, in seconds since 1970 UTC. Answers both.
    ///
    /// # Errors
    /// The file; then nothing may be sent.
    pub(in crate::channel::campus) fn purse_mark(
        &mut self,
        number: &str,
        mark: impl FnOnce(u32, i64) -> Vec<u8>,
    ) -> Result<(u32, i64), CampusError> {
        let change = begin(&mut self.db)?;
        let next = "UPDATE terminal SET transactions = transactions + 1 RETURNING transactions, unixepoch()";
        let (transaction, at): (u32, i64) =
            change.query_row(next, [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let marked = change.execute(
            "UPDATE purse SET mark = ?2 WHERE number = ?1 AND state IN ('armed', 'given-up')",
            params![number, mark(transaction, at)],
        )?;
        if marked != 1 {
            return Err(CampusError::NotUnproved);
        }
        change.commit()?;
        Ok((transaction, at))
    }

    /// Takes a debit one step on.
    ///
    /// # Errors
    /// The file; then the next tap decides.
    pub fn purse_step(&mut self, number: &str, event: Event) -> Result<(), CampusError> {
        let change = begin(&mut self.db)?;
        step_row(&change, number, event)?;
        change.commit()?;
        Ok(())
    }

    /// The card answered the commit of a debit with its proof. `serial` is the purse's own number, where it has one.
    ///
    /// # Errors
    /// The file; then the next tap decides.
    pub fn purse_committed(
        &mut self,
        number: &str,
        card: &CardUid,
        serial: Option<&[u8]>,
        proof: Option<&Evidence>,
    ) -> Result<(), CampusError> {
        let sealed = self.sealed(number, proof)?;
        let (tag, token) = (self.tag(card), self.token(card));
        let serial = serial.map(|serial| self.keyed(serial));
        let change = begin(&mut self.db)?;
        step_row(&change, number, Event::Committed)?;
        seen::proved(&change, &tag, serial.as_deref())?;
        keep_proof(&change, number, token, proof, sealed.as_ref())?;
        change.commit()?;
        Ok(())
    }

    /// Staff's word on a debit that its card cannot prove.
    ///
    /// # Errors
    /// [`CampusError::NotUnproved`], or the file.
    pub fn purse_settle(&mut self, number: &str, debited: bool) -> Result<(), CampusError> {
        let change = begin(&mut self.db)?;
        let row = numbered(&change, number)?
            .filter(|row| matches!(row.state, State::Armed | State::GivenUp))
            .ok_or(CampusError::NotUnproved)?;
        apply(&change, &row, if debited { Event::SeenDebited } else { Event::SeenUntouched })?;
        change.commit()?;
        Ok(())
    }
}

/// Keeps what proves a debit to others: for the settlement, and what stands good for it where the canteen has it. A card
/// without a transaction MAC has nothing that the back office could verify.
pub(super) fn keep_proof(
    db: &Connection,
    number: &str,
    card: Option<Token>,
    proof: Option<&Evidence>,
    sealed: Option<&settlement::Sealed>,
) -> Result<(), CampusError> {
    settlement::keep(db, number, sealed)?;
    let taken = numbered(db, number)?.is_some_and(|row| row.state == State::Taken);
    if let (true, Some(card), Some(mac)) = (taken, card, proof.and_then(Evidence::mac)) {
        pledge::keep(db, number, &Instrument::Purse { card, counter: mac.counter, mac: mac.mac })?;
    }
    Ok(())
}
