//! A MIFARE Classic 1K card: sectors behind keys, value blocks, and a memory that can be torn in the middle of a write.
//!
//! Crypto1 itself runs between the card and the reader's chip, which the host never sees, so here a sector opens to
//! whoever shows its key. Source: MF1S50YYX_V1 data sheet, 8.6, 8.7 and 10.

use super::SILENT;
use super::aes::cmac;
use crate::card::Uid;
use crate::native::{Block, NOT_AUTHENTICATED, SectorKey};

/// Blocks of a 1K card.
const BLOCKS: usize = 64;
/// Blocks of a sector; the last is its trailer.
const IN_SECTOR: usize = 4;
/// The key of a card as it is made.
const FACTORY_KEY: SectorKey = [0xFF; 6];
/// Access bits of a card as it is made: key A may do everything.
const FACTORY_ACCESS: [u8; 3] = [0xFF, 0x07, 0x80];
/// Value blocks in the first two blocks, which key A may read, decrement, restore and transfer and no more; key A
/// reads and writes the third.
const PURSE_ACCESS: [u8; 3] = [0x4C, 0x37, 0x8B];

/// The purse's two value blocks, in sector 1.
pub const VALUES: [u8; 2] = [4, 5];
/// Its two records, in sector 2.
pub const RECORDS: [u8; 2] = [8, 9];
/// What keys are diversified with.
const SYSTEM: &[u8] = b"Dais sectors";
/// Stands for the records' key, where keys of sectors have the sector's number.
const RECORD_KEY: u8 = 0xFF;

/// The card.
#[derive(Clone)]
pub struct Classic {
    uid: Uid,
    blocks: [Block; BLOCKS],
    /// The sector that is open, and whether with key B.
    open: Option<(usize, bool)>,
    register: Option<Block>,
    /// The next write stops in the middle; what stands there then hangs on this number.
    torn: Option<u64>,
    writes: u64,
}

impl std::fmt::Debug for Classic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Classic({} writes)", self.writes)
    }
}

impl Classic {
    /// A card as it is made.
    pub fn blank(uid: Uid) -> Self {
        let mut blocks = [[0; 16]; BLOCKS];
        for trailer in (IN_SECTOR - 1..BLOCKS).step_by(IN_SECTOR) {
            blocks[trailer] = sector_trailer(FACTORY_KEY, FACTORY_ACCESS);
        }
        blocks[0][..uid.reveal().len()].copy_from_slice(uid.reveal());
        Self { uid, blocks, open: None, register: None, torn: None, writes: 0 }
    }

    /// A purse as the card office makes it: both value blocks hold `value`, the first record counts nothing yet, and
    /// all keys come from the school's master key, diversified for this card.
    pub fn issued(uid: Uid, master: [u8; 16], value: i32) -> Self {
        let mut card = Self::blank(uid);
        for block in VALUES {
            card.blocks[usize::from(block)] = value_block(value, block);
        }
        for (sector, access) in [(1, PURSE_ACCESS), (2, FACTORY_ACCESS)] {
            let key = card.diversified(&master, sector);
            let key = key.first_chunk().copied().unwrap_or_default();
            card.blocks[usize::from(sector) * IN_SECTOR + 3] = sector_trailer(key, access);
        }
        // Counter 0, nothing taken, what the purse held, no tag; then the first four bytes of a CMAC.
        let mut record = [0; 16];
        record[5..8].copy_from_slice(&value.to_le_bytes()[..3]);
        let key = card.diversified(&master, RECORD_KEY);
        let mac = cmac(&key, [0; 16], &record[..12]);
        record[12..].copy_from_slice(&mac[..4]);
        card.blocks[usize::from(RECORDS[0])] = record;
        card
    }

    /// CMAC over 01, uid, sector and what tells our keys from another system's (NXP AN10922).
    fn diversified(&self, master: &[u8; 16], sector: u8) -> [u8; 16] {
        cmac(master, [0; 16], &[&[0x01], self.uid.reveal(), &[sector], SYSTEM].concat())
    }

    /// What lies in the purse, as the backup protocol reads it: the first value block, or else the second.
    pub fn value(&self) -> Option<i32> {
        VALUES.iter().find_map(|block| value_of(&self.blocks[usize::from(*block)]))
    }

    /// A block as it stands.
    pub fn block(&self, block: u8) -> Block {
        self.blocks.get(usize::from(block)).copied().unwrap_or_default()
    }

    /// Puts something into a block, as somebody with all keys could.
    pub fn set_block(&mut self, block: u8, content: Block) {
        if let Some(there) = self.blocks.get_mut(usize::from(block)) {
            *there = content;
        }
    }

    /// How many blocks were ever written.
    pub fn writes(&self) -> u64 {
        self.writes
    }

    /// Power goes in the middle of the next write: each bit is then what it was, what it should be, or erased.
    pub fn tear_next_write(&mut self, seed: u64) {
        self.torn = Some(seed);
    }

    /// Power came, or the card was selected anew: no sector is open.
    pub fn power_up(&mut self) {
        (self.open, self.register, self.torn) = (None, None, None);
    }

    /// Obeys one command; the error is the chip's status byte. A refused command closes the sector.
    ///
    /// # Errors
    /// The chip's status.
    pub fn obey(&mut self, command: &[u8]) -> Result<Vec<u8>, u8> {
        let answered = self.answer(command);
        if answered.is_err() {
            (self.open, self.register) = (None, None);
        }
        answered
    }

    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, u8> {
        let [code, block, ref data @ ..] = *command else { return Err(SILENT) };
        let block = usize::from(block);
        if block >= BLOCKS {
            return Err(SILENT);
        }
        match (code, data) {
            (0x60 | 0x61, _) => self.authenticate(code == 0x61, block, data).map(|()| Vec::new()),
            (0x30, []) => self.allowed(block, Deed::Read).map(|()| self.blocks[block].to_vec()),
            (0xA0, content) if content.len() == 16 => {
                self.allowed(block, Deed::Write)?;
                self.store(block, content.try_into().map_err(|_| SILENT)?);
                Ok(Vec::new())
            }
            (0xC0..=0xC2, amount) => {
                let amount = i32::from_le_bytes(amount.try_into().map_err(|_| SILENT)?);
                self.load(code, block, amount).map(|()| Vec::new())
            }
            (0xB0, []) => {
                self.allowed(block, Deed::Spend)?;
                let register = self.register.ok_or(SILENT)?;
                self.store(block, register);
                Ok(Vec::new())
            }
            _ => Err(SILENT),
        }
    }

    fn authenticate(&mut self, key_b: bool, block: usize, data: &[u8]) -> Result<(), u8> {
        let (key, uid) = data.split_first_chunk::<6>().ok_or(SILENT)?;
        let trailer = &self.blocks[block | (IN_SECTOR - 1)];
        let wanted = if key_b { &trailer[10..] } else { &trailer[..6] };
        if key != wanted || !self.uid.reveal().ends_with(uid) || uid.len() != 4 {
            return Err(NOT_AUTHENTICATED);
        }
        (self.open, self.register) = (Some((block / IN_SECTOR, key_b)), None);
        Ok(())
    }

    /// Reads a value block into the register, with an amount more or less.
    fn load(&mut self, code: u8, block: usize, amount: i32) -> Result<(), u8> {
        self.allowed(block, if code == 0xC1 { Deed::Load } else { Deed::Spend })?;
        let from = self.blocks[block];
        let value = value_of(&from).ok_or(SILENT)?;
        let value = match code {
            0xC0 => value.wrapping_sub(amount),
            0xC1 => value.wrapping_add(amount),
            _ => value,
        };
        // The address travels with the value.
        self.register = Some(value_block(value, from[12]));
        Ok(())
    }

    fn allowed(&self, block: usize, deed: Deed) -> Result<(), u8> {
        let (sector, key_b) = self.open.ok_or(SILENT)?;
        // The trailer is read and written at the card office only.
        if sector != block / IN_SECTOR || block % IN_SECTOR == IN_SECTOR - 1 {
            return Err(SILENT);
        }
        let access = &self.blocks[block | (IN_SECTOR - 1)][6..9];
        let bit = |byte: u8, high: bool| (byte >> (block % IN_SECTOR + if high { 4 } else { 0 })) & 1;
        let bits = (bit(access[1], true), bit(access[2], false), bit(access[2], true));
        let either = true;
        let allowed = match (bits, deed) {
            ((0, 0, 0), _) => either,
            ((0, 1, 0) | (1, 0, 0) | (1, 1, 0) | (0, 0, 1), Deed::Read) => either,
            ((1, 1, 0) | (0, 0, 1), Deed::Spend) => either,
            ((1, 0, 0) | (1, 1, 0), Deed::Write) | ((1, 1, 0), Deed::Load) => key_b,
            ((0, 1, 1), Deed::Read | Deed::Write) | ((1, 0, 1), Deed::Read) => key_b,
            _ => false,
        };
        if allowed { Ok(()) } else { Err(SILENT) }
    }

    fn store(&mut self, block: usize, content: Block) {
        self.writes += 1;
        self.blocks[block] = match self.torn.take() {
            None => content,
            Some(seed) => half_written(self.blocks[block], content, seed),
        };
    }
}

#[derive(Clone, Copy)]
enum Deed {
    Read,
    Write,
    /// Increment.
    Load,
    /// Decrement, restore, transfer.
    Spend,
}

/// Key A, access bits, a byte for the user, and a key B that only the card office has.
fn sector_trailer(key: SectorKey, access: [u8; 3]) -> Block {
    let mut trailer = [0; 16];
    trailer[..6].copy_from_slice(&key);
    trailer[6..9].copy_from_slice(&access);
    trailer[10..].copy_from_slice(&key.map(|byte| !byte));
    trailer
}

/// A value three times, the second inverted; a free byte four times, the second and fourth inverted.
pub fn value_block(value: i32, address: u8) -> Block {
    let value = value.to_le_bytes();
    let inverted = value.map(|byte| !byte);
    let mut block = [0; 16];
    for (part, from) in block.chunks_exact_mut(4).zip([value, inverted, value]) {
        part.copy_from_slice(&from);
    }
    block[12..].copy_from_slice(&[address, !address, address, !address]);
    block
}

fn value_of(block: &Block) -> Option<i32> {
    let value = i32::from_le_bytes([block[0], block[1], block[2], block[3]]);
    (*block == value_block(value, block[12])).then_some(value)
}

/// What a write leaves that lost its power. A small seed stops after so many bytes, as a write does that goes byte by
/// byte; any other leaves each bit old, new or erased, as cells are that all change at once.
fn half_written(old: Block, new: Block, seed: u64) -> Block {
    if let Ok(bytes) = usize::try_from(seed)
        && bytes <= old.len()
    {
        return std::array::from_fn(|index| if index < bytes { new[index] } else { old[index] });
    }
    let mut random = seed;
    std::array::from_fn(|index| {
        // SplitMix64, so that a seed always means the same tear.
        random = random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = (random ^ (random >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let (changed, erased) = ((mixed >> 8) as u8, (mixed >> 16) as u8 & (mixed >> 24) as u8);
        (old[index] & !changed | new[index] & changed) & !erased
    })
}

#[cfg(test)]
mod tests;
