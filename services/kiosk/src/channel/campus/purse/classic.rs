//! A purse on a MIFARE Classic card. What it proves is that it knows keys which many can find out, so the accounts
//! believe it only downwards; here it is only made sure that a torn card ends in a known state.

use nfc::NoAnswer;
use nfc::native::{self, Block, SectorKey};

use super::state::{Event, Held};
use super::{Cut, Fault, Look, OpenDebit, Talk, Undone};
use crate::card::aes::AesKey;
use crate::card::classic::{Keys, Purse, RECORDS, Sectors, Stand, VALUE_MAX, VALUES, stand};
use crate::till::CardUid;

/// Looks at a purse in one tap: twice to find a torn debit, once more when it is mended, and as often again for a
/// misread one. A card that wants more is worn out.
const LOOKS_MAX: u32 = 6;

/// What MIFARE Classic purses need.
#[derive(Clone, Debug)]
pub struct ClassicParts {
    /// The master key, credential `campus_classic_key`.
    pub key: AesKey,
}

/// A card that lies there.
pub(super) struct Classic {
    keys: Keys,
    uid: Vec<u8>,
    purse: Option<Purse>,
}

impl Classic {
    pub(super) fn meet(parts: &ClassicParts, card: &CardUid) -> Self {
        Self { keys: Keys::of(&parts.key, card.reveal()), uid: card.reveal().to_vec(), purse: None }
    }

    async fn open(&self, talk: &mut Talk<'_>, block: u8, key: &SectorKey) -> Result<(), Cut> {
        acknowledged(talk, native::authenticate(block, key, &self.uid)).await
    }

    /// Reads the purse, and first of all ends what a torn debit left: before it is whole nothing is believed.
    pub(super) async fn look(&mut self, talk: &mut Talk<'_>, open: Option<&OpenDebit>) -> Result<Look, Cut> {
        let mut found = None;
        for _ in 0..LOOKS_MAX {
            let stood = stand(&self.keys, &self.read(talk).await?)?;
            match stood {
                Stand::Whole(purse) => {
                    self.purse = Some(purse);
                    let counter = Some(u32::from(purse.newest.counter));
                    let said = open.map(|open| judge(open, &purse, self.keys.tag(&open.number)));
                    return Ok(Look {
                        serial: None,
                        held: Held { value: i64::from(purse.value), counter },
                        last: None,
                        said,
                    });
                }
                // What is only misread must not be mended: it has to be found so twice.
                Stand::Torn { from, to } if found.replace(stood) == Some(stood) => {
                    tracing::info!("a torn debit of a card is mended");
                    copy(talk, from, to).await?;
                    if from == VALUES[0] {
                        // It may have been written badly itself, and now the other one is there to fall back to.
                        copy(talk, to, from).await?;
                    }
                }
                Stand::Torn { .. } => {}
            }
        }
        Err(Fault::Refused.into())
    }

    async fn read(&self, talk: &mut Talk<'_>) -> Result<Sectors, Cut> {
        self.open(talk, RECORDS[0], &self.keys.records).await?;
        let records = [read(talk, RECORDS[0]).await?, read(talk, RECORDS[1]).await?];
        self.open(talk, VALUES[0], &self.keys.values).await?;
        let values = [read(talk, VALUES[0]).await?, read(talk, VALUES[1]).await?];
        Ok(Sectors { values, records })
    }

    pub(super) async fn debit(
        &mut self,
        talk: &mut Talk<'_>,
        number: &str,
        amount: i32,
    ) -> Result<(), Undone> {
        self.prepare(talk, number, amount).await.map_err(Undone::Spared)?;
        acknowledged(talk, native::transfer(VALUES[0])).await.map_err(|cut| match cut {
            // The one case in which it surely was not sent.
            Cut::Left(NoAnswer::NotThere) => Undone::Spared(cut),
            other => Undone::Unknown(other),
        })?;
        if let Err(cut) = copy(talk, VALUES[0], VALUES[1]).await {
            // The first value is written and says so at the next tap, wherever that is.
            tracing::info!(?cut, "a card left before its second value was written");
        }
        Ok(())
    }

    /// Everything up to the one write that takes the money.
    async fn prepare(&self, talk: &mut Talk<'_>, number: &str, amount: i32) -> Result<(), Cut> {
        let purse =
            self.purse.filter(|purse| (0..=VALUE_MAX).contains(&purse.value)).ok_or(Fault::Refused)?;
        let record = purse.debit(amount, self.keys.tag(number));
        let record = record.write(&self.keys).ok_or(Fault::Refused)?;
        let amount = u32::try_from(amount).map_err(|_negative| Fault::Refused)?;
        // The reader may have looked meanwhile whether the card still lies there, which closes every sector.
        self.open(talk, RECORDS[0], &self.keys.records).await?;
        acknowledged(talk, native::write(purse.next, &record)).await?;
        self.open(talk, VALUES[0], &self.keys.values).await?;
        acknowledged(talk, native::decrement(VALUES[0], amount)).await
    }
}

async fn acknowledged(talk: &mut Talk<'_>, command: Vec<u8>) -> Result<(), Cut> {
    Ok(native::acknowledged(&talk.exchange(command).await?)?)
}

async fn read(talk: &mut Talk<'_>, block: u8) -> Result<Block, Cut> {
    Ok(native::block(&talk.exchange(native::read(block)).await?)?)
}

async fn copy(talk: &mut Talk<'_>, from: u8, to: u8) -> Result<(), Cut> {
    acknowledged(talk, native::restore(from)).await?;
    acknowledged(talk, native::transfer(to)).await
}

/// What a whole purse says of a debit that only the card knew about. Its record was written before anything was taken,
/// so without it nothing was; with it, the value or the next record says what the purse held afterwards.
fn judge(open: &OpenDebit, purse: &Purse, tag: [u8; 4]) -> Event {
    let Some(before) = open.before.counter.and_then(|counter| u16::try_from(counter).ok()) else {
        return Event::SeenUnclear;
    };
    let held = |value: i32| match i64::from(value) {
        value if open.before.value.checked_sub(open.amount) == Some(value) => Event::SeenDebited,
        value if open.before.value == value => Event::SeenUntouched,
        _ => Event::SeenUnclear,
    };
    let ours = before.wrapping_add(1);
    match (purse.newest.counter.wrapping_sub(before), purse.older) {
        // Since then it can only have been loaded.
        (0, _) if i64::from(purse.value) >= open.before.value => Event::SeenUntouched,
        (1, _) if purse.newest.tag != tag => Event::SeenUntouched,
        (1, _) => held(purse.value),
        (2, Some(older)) if older.counter == ours && older.tag != tag => Event::SeenUntouched,
        (2, Some(older)) if older.counter == ours => held(purse.newest.before),
        _ => Event::SeenUnclear,
    }
}

#[cfg(test)]
mod tests;
