//! A purse in the sectors of a MIFARE Classic card: two value blocks and two records. Blocks in, what they mean out.
//!
//! A block that loses its power while it is written may hold anything. So the value stands twice, and before it changes
//! the next record says what it was and what is taken: whatever one torn write leaves, the value is known again.
//!
//! | step | first value | second value | after a tear here |
//! |---|---|---|---|
//! | write the record into the older one's place | before | before | untouched, the older record may be gone |
//! | decrement and transfer to the first | torn | before | the second is copied back: untouched |
//! | restore and transfer to the second | after | torn | the first is copied on: debited |
//!
//! The cipher of these cards is broken, so whoever wants to may write a value of their own or put back an old one. The
//! accounts believe no card of this kind more than their own books. Value blocks: MF1S50YYX_V1 data sheet, 8.6.2.1.

use nfc::native::{Block, SectorKey};

use super::aes::AesKey;

/// The two value blocks, in sector 1. Key A may decrement, restore and transfer here, and not write.
pub const VALUES: [u8; 2] = [4, 5];
/// The two records, in sector 2.
pub const RECORDS: [u8; 2] = [8, 9];
/// Blocks of a sector.
const IN_SECTOR: u8 = 4;
/// What tells our keys from another system's with the same master key.
const SYSTEM: &[u8] = b"Dais sectors";
/// Marks the input of a diversification (NXP AN10922, AES-128).
const INPUT: u8 = 0x01;
/// Stands for the records' key, where keys of sectors have the sector's number.
const RECORD_KEY: u8 = 0xFF;
/// Records count in 24 bits what they hold in minor units: 167,772.15 yuan.
pub const VALUE_MAX: i32 = 0x00FF_FFFF;
/// The part of a record that its MAC covers.
const COVERED: usize = 12;

/// No history of torn debits leads here: somebody else wrote on the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the purse's blocks contradict each other: have the card office look at the card")]
pub struct Damaged;

/// One card's keys, from the school's master key.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// Key A of the values' sector.
    pub values: SectorKey,
    /// Key A of the records' sector.
    pub records: SectorKey,
    record: AesKey,
}

impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keys(**)")
    }
}

impl Keys {
    /// The keys of the card with this uid.
    pub fn of(master: &AesKey, uid: &[u8]) -> Self {
        let key = |sector: u8| master.cmac(&[&[INPUT], uid, &[sector], SYSTEM].concat());
        let sector = |block: u8| key(block / IN_SECTOR).first_chunk().copied().unwrap_or_default();
        Self { values: sector(VALUES[0]), records: sector(RECORDS[0]), record: AesKey::new(key(RECORD_KEY)) }
    }

    /// What a record names a debit by.
    pub fn tag(&self, number: &str) -> [u8; 4] {
        first_four(&self.record.cmac(&[b"number", number.as_bytes()].concat()))
    }
}

fn first_four(mac: &Block) -> [u8; 4] {
    mac.first_chunk().copied().unwrap_or_default()
}

/// What a value block holds; none where it contradicts itself.
pub fn value(block: &Block) -> Option<i32> {
    let word = |index: usize| -> Option<[u8; 4]> { block.get(index..)?.first_chunk().copied() };
    let (value, inverted, again) = (word(0)?, word(4)?, word(8)?);
    let [address, unaddress, once_more, undone] = word(12)?;
    let whole = value == again
        && value.iter().zip(inverted).all(|(byte, inverted)| *byte == !inverted)
        && address == once_more
        && unaddress == undone
        && address == !unaddress;
    whole.then(|| i32::from_le_bytes(value))
}

/// What a debit writes down before it takes anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Counts debits, and begins anew after 65,535.
    pub counter: u16,
    /// What is taken, in minor units.
    pub amount: i32,
    /// What the purse held before.
    pub before: i32,
    /// Whose debit it is: see [`Keys::tag`].
    pub tag: [u8; 4],
}

impl Record {
    /// Reads a record; none where its MAC does not hold, which is also what a torn one is known by.
    pub fn read(keys: &Keys, block: &Block) -> Option<Self> {
        let (covered, mac) = block.split_at(COVERED);
        if first_four(&keys.record.cmac(covered)) != mac {
            return None;
        }
        let [c0, c1, a0, a1, a2, b0, b1, b2, tag @ ..] = *covered.first_chunk::<COVERED>()?;
        Some(Self {
            counter: u16::from_le_bytes([c0, c1]),
            amount: i32::from_le_bytes([a0, a1, a2, 0]),
            before: i32::from_le_bytes([b0, b1, b2, 0]),
            tag,
        })
    }

    /// The record as a block; none where an amount is beyond [`VALUE_MAX`] or below nothing.
    pub fn write(&self, keys: &Keys) -> Option<Block> {
        let three = |minor: i32| -> Option<[u8; 3]> {
            let bytes = (0..=VALUE_MAX).contains(&minor).then(|| minor.to_le_bytes())?;
            bytes.first_chunk().copied()
        };
        let counter = self.counter.to_le_bytes();
        let covered = [&counter[..], &three(self.amount)?, &three(self.before)?, &self.tag].concat();
        let mac = first_four(&keys.record.cmac(&covered));
        [&covered[..], &mac].concat().try_into().ok()
    }

    /// What the purse holds once this debit is done.
    pub fn after(&self) -> Option<i32> {
        self.before.checked_sub(self.amount)
    }

    /// Whether this one was written after another.
    fn is_newer(&self, other: &Self) -> bool {
        // Half of what a counter can say lies ahead, half behind.
        self.counter.wrapping_sub(other.counter).cast_signed() > 0
    }
}

/// The four blocks as they were read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sectors {
    /// The two value blocks.
    pub values: [Block; 2],
    /// The two records.
    pub records: [Block; 2],
}

/// A purse whose two values are one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Purse {
    /// What it holds.
    pub value: i32,
    /// The last debit, or the card office's record of the first value.
    pub newest: Record,
    /// The one before it, unless a torn record took its place.
    pub older: Option<Record>,
    /// Where the next record goes.
    pub next: u8,
}

impl Purse {
    /// The next record.
    pub fn debit(&self, amount: i32, tag: [u8; 4]) -> Record {
        Record { counter: self.newest.counter.wrapping_add(1), amount, before: self.value, tag }
    }
}

/// What the four blocks say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stand {
    /// Nothing is left to do.
    Whole(Purse),
    /// A debit was torn: first copy one value block to the other, then read both again.
    Torn {
        /// The block that holds.
        from: u8,
        /// The block to be written.
        to: u8,
    },
}

/// Reads the four blocks.
///
/// # Errors
/// [`Damaged`].
pub fn stand(keys: &Keys, sectors: &Sectors) -> Result<Stand, Damaged> {
    let [first, second] = sectors.records.map(|block| Record::read(keys, &block));
    let (newest, older, next) = match (first, second) {
        (Some(first), Some(second)) if second.is_newer(&first) => (second, Some(first), RECORDS[0]),
        (Some(first), second) => (first, second, RECORDS[1]),
        (None, Some(second)) => (second, None, RECORDS[0]),
        (None, None) => return Err(Damaged),
    };
    let [first, second] = sectors.values.map(|block| value(&block));
    let whole = |value| Ok(Stand::Whole(Purse { value, newest, older, next }));
    let [on, back] =
        [(VALUES[0], VALUES[1]), (VALUES[1], VALUES[0])].map(|(from, to)| Stand::Torn { from, to });
    match (first, second) {
        (Some(first), Some(second)) if first == second => whole(first),
        // The second is written only once the first is known to be.
        (_, Some(second)) if Some(second) == newest.after() => Ok(back),
        (Some(first), _) if Some(first) == newest.after() => Ok(on),
        (_, Some(second)) if second == newest.before => Ok(back),
        _ => Err(Damaged),
    }
}

#[cfg(test)]
mod tests;
