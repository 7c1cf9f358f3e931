//! An electronic purse by PBOC. The kiosk holds the purchase key that otherwise lies in a PSAM: for a school's own key
//! set, not for a bank's.
//!
//! A purchase whose answer was lost is ended at the next tap by the card's own proof, made with a key of that one
//! purchase; where the card has none, its counter says that nothing happened.

use nfc::NoAnswer;
use time::OffsetDateTime;
use time::macros::offset;

use super::super::Campus;
use super::super::settlement::{CardNumber, Evidence};
use super::state::{Event, Held};
use super::{Cut, Fault, Look, OpenDebit, Talk, Undone};
use crate::card::epurse::{self, EpurseError, Purchase, Serial, Tac, Terminal};
use crate::card::triple_des::TripleDesKey;

/// The least that a purchase may take; begun to hear the card's counter, never sent.
const LEAST: u32 = 1;

/// What electronic purses need.
#[derive(Clone, Debug)]
pub struct EpurseParts {
    /// The purchase master key, credential `campus_epurse_key`.
    pub key: TripleDesKey,
    /// The purse's application.
    pub application: Vec<u8>,
    /// The purchase key's index in it.
    pub key_index: u8,
    /// This kiosk's number as a terminal.
    pub terminal: Terminal,
}

/// A purse that lies there.
pub(super) struct Epurse {
    serial: Serial,
    key: TripleDesKey,
    key_index: u8,
    terminal: Terminal,
}

/// What a card says of a purchase.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Word {
    Happened(Tac),
    /// The last purchase with this number was another.
    Another,
    /// It has no proof of a purchase with this number.
    Nothing,
}

impl Epurse {
    /// Selects the purse, whose serial number makes its key. It proves nothing before it pays.
    pub(super) async fn meet(talk: &mut Talk<'_>, parts: &EpurseParts) -> Result<Self, Cut> {
        let serial = epurse::selected(&talk.exchange(epurse::select(&parts.application)).await?)?;
        let key = parts.key.diversified(serial.for_keys());
        Ok(Self { serial, key, key_index: parts.key_index, terminal: parts.terminal })
    }

    pub(super) async fn look(&mut self, talk: &mut Talk<'_>, open: Option<&OpenDebit>) -> Result<Look, Cut> {
        let value = epurse::balance(&talk.exchange(epurse::get_balance()).await?)?;
        let (said, last) = match open {
            Some(open) => {
                let (said, last) = self.judge(talk, open).await?;
                (Some(said), last)
            }
            None => (None, None),
        };
        let held = Held { value: i64::from(value), counter: None };
        Ok(Look { serial: Some(self.serial.for_keys().to_vec()), held, last, said })
    }

    fn evidence(&self, purchase: Purchase, tac: Tac) -> Evidence {
        Evidence::Epurse { card: CardNumber::new(&self.serial.reveal()), purchase, tac }
    }

    /// What became of a purchase that only the card knows about, and what proves it to others where it happened.
    async fn judge(&self, talk: &mut Talk<'_>, open: &OpenDebit) -> Result<(Event, Option<Evidence>), Cut> {
        // The mark is written before the purchase is sent.
        let Some(mark) = &open.mark else { return Ok((Event::SeenUntouched, None)) };
        let purchase = u32::try_from(open.amount).ok().and_then(|amount| Purchase::from_mark(mark, amount));
        let purchase = purchase.ok_or(Fault::Refused)?;
        Ok(match self.ask(talk, &purchase).await? {
            Word::Happened(tac) => (Event::SeenDebited, Some(self.evidence(purchase, tac))),
            word => match (self.since(talk, &purchase).await?, word) {
                (Some(0), _) | (Some(1), Word::Another) => (Event::SeenUntouched, None),
                _ => (Event::SeenUnclear, None),
            },
        })
    }

    /// Asks for its proof. Cards differ in whether they name it by the counter before or after the purchase; a proof
    /// that holds is ours under either name.
    async fn ask(&self, talk: &mut Talk<'_>, purchase: &Purchase) -> Result<Word, Cut> {
        let mut word = Word::Nothing;
        for counter in [purchase.counter, purchase.counter.wrapping_add(1)] {
            match purchase.happened(&self.key, &talk.exchange(epurse::prove(counter)).await?) {
                Ok(tac) => return Ok(Word::Happened(tac)),
                Err(EpurseError::NotGenuine) => word = Word::Another,
                Err(EpurseError::Refused(_status)) => {}
                Err(error @ EpurseError::Unreadable) => return Err(error.into()),
            }
        }
        Ok(word)
    }

    /// How many purchases the card made since this one was begun; none where it does not say.
    async fn since(&self, talk: &mut Talk<'_>, purchase: &Purchase) -> Result<Option<u16>, Cut> {
        let command = epurse::initialize(self.key_index, LEAST, &self.terminal);
        match epurse::begun(&talk.exchange(command).await?) {
            // A card that has not come so far yet has not made it: its number was misread.
            Ok(begun) => match begun.counter.wrapping_sub(purchase.counter) {
                since if since.cast_signed() < 0 => Ok(Some(0)),
                since => Ok(Some(since)),
            },
            Err(EpurseError::Refused(_status)) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    pub(super) async fn debit(
        &mut self,
        talk: &mut Talk<'_>,
        campus: &Campus,
        number: &str,
        amount: i32,
    ) -> Result<Evidence, Undone> {
        let purchase = self.prepare(talk, campus, number, amount).await.map_err(Undone::Spared)?;
        let command = purchase.debit(&self.key);
        let answer = talk.exchange(command).await.map_err(|left| match left {
            // The one case in which it surely was not sent.
            NoAnswer::NotThere => Undone::Spared(left.into()),
            NoAnswer::CardLeft | NoAnswer::ReaderLost => Undone::Unknown(left.into()),
        })?;
        match purchase.debited(&self.key, &answer) {
            Ok(tac) => Ok(self.evidence(purchase, tac)),
            Err(EpurseError::Refused(status)) => {
                tracing::warn!(status, "a purse refused a purchase");
                // A refusal proves nothing; the counter does.
                match self.since(talk, &purchase).await {
                    Ok(Some(0)) => Err(Undone::Spared(Fault::NotGenuine.into())),
                    Ok(_other) => Err(Undone::Unknown(Fault::Refused.into())),
                    Err(cut) => Err(Undone::Unknown(cut)),
                }
            }
            Err(error) => Err(Undone::Unknown(error.into())),
        }
    }

    /// Begins the purchase and writes down what it is known by.
    async fn prepare(
        &self,
        talk: &mut Talk<'_>,
        campus: &Campus,
        number: &str,
        amount: i32,
    ) -> Result<Purchase, Cut> {
        let amount = u32::try_from(amount).map_err(|_negative| Fault::Refused)?;
        let command = epurse::initialize(self.key_index, amount, &self.terminal);
        let begun = epurse::begun(&talk.exchange(command).await?)?;
        let (owned, terminal) = (number.to_owned(), self.terminal);
        let numbered = move |transaction, at| Purchase {
            amount,
            counter: begun.counter,
            random: begun.random,
            transaction,
            terminal,
            at,
        };
        let marked = campus.ask(move |accounts| {
            // A clock beyond the calendar sends nothing: see below.
            let mark = |transaction, at| numbered(transaction, clock(at).unwrap_or_default()).mark();
            accounts.purse_mark(&owned, mark)
        });
        let (transaction, at) = marked.await?;
        Ok(numbered(transaction, clock(at).ok_or(Fault::Refused)?))
    }
}

/// The terminal's clock in Beijing, two decimal digits a byte.
fn clock(at_seconds: i64) -> Option<[u8; 7]> {
    let at = OffsetDateTime::from_unix_timestamp(at_seconds).ok()?.to_offset(offset!(+8));
    let digits = |number: u8| ((number / 10) << 4) | (number % 10);
    let year = u16::try_from(at.year()).ok().filter(|year| *year < 10_000)?;
    let [century, year] = [year / 100, year % 100].map(|part| u8::try_from(part).unwrap_or_default());
    let rest = [u8::from(at.month()), at.day(), at.hour(), at.minute(), at.second()];
    let [month, day, hour, minute, second] = rest.map(digits);
    Some([digits(century), digits(year), month, day, hour, minute, second])
}

#[cfg(test)]
mod tests;
