//! How likely a character follows another in Chinese, pure: a table made from a word list (`assets/models/ink`).

use crate::model::ModelError;

/// The table's file.
const NAME: &str = "ink-language.bin";
/// Costs are multiples of this many nats.
const UNIT: f32 = 1.0 / 16.0;
/// Begins the file.
const MAGIC: &[u8; 8] = b"DAISNG01";
/// Cost of a character that the table does not know (letters, digits, signs) and of what follows one, in nats.
const STRANGER: f32 = 6.0;
/// A pair that is not in the table costs this much more than its second character alone.
const UNSEEN: f32 = 1.0;
/// Bytes of a character's entry, and of a row.
const ENTRY: usize = 5;
/// See [`ENTRY`].
const ROW: usize = 3;

/// Costs of characters by their class.
pub(crate) struct Language {
    single: Vec<u8>,
    first_row: Vec<usize>,
    next: Vec<(u16, u8)>,
}

/// Why bytes are not a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the table of character pairs is damaged")]
pub(crate) struct LanguageError;

/// The table that is part of the program.
pub(crate) fn own() -> Result<Language, ModelError> {
    Language::parse(include_bytes!("../../../../assets/models/ink/ink-language.bin"))
        .map_err(|error| ModelError::Unusable { name: NAME.to_owned(), reason: error.to_string() })
}

impl Language {
    /// Reads a table; see `language.py` for its format.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, LanguageError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(LanguageError)?;
        let (count, rest) = rest.split_first_chunk::<4>().ok_or(LanguageError)?;
        let count = u32::from_le_bytes(*count) as usize;
        let table =
            count.checked_add(1).and_then(|entries| entries.checked_mul(ENTRY)).ok_or(LanguageError)?;
        let (table, body) = rest.split_at_checked(table).ok_or(LanguageError)?;
        let single = table.chunks_exact(ENTRY).map(|entry| entry[0]).collect();
        let first_row: Vec<usize> = table
            .chunks_exact(ENTRY)
            .map(|entry| u32::from_le_bytes([entry[1], entry[2], entry[3], entry[4]]) as usize)
            .collect();
        let next: Vec<(u16, u8)> =
            body.chunks_exact(ROW).map(|row| (u16::from_le_bytes([row[0], row[1]]), row[2])).collect();
        let whole = body.len() == next.len() * ROW && first_row.last() == Some(&next.len());
        if whole && first_row.is_sorted() { Ok(Self { single, first_row, next }) } else { Err(LanguageError) }
    }

    /// Cost in nats of `class` after `before`, or at the beginning.
    pub(crate) fn cost(&self, before: Option<usize>, class: usize) -> f32 {
        let known = self.first_row.len() - 1;
        if class >= known {
            return STRANGER;
        }
        let alone = f32::from(self.single[class]) * UNIT;
        let Some(before) = before.filter(|&before| before < known) else { return alone };
        let rows = &self.next[self.first_row[before]..self.first_row[before + 1]];
        match rows.binary_search_by_key(&class, |&(next, _)| usize::from(next)) {
            Ok(at) => f32::from(rows[at].1) * UNIT,
            Err(_) => alone + UNSEEN,
        }
    }
}

#[cfg(test)]
mod tests;
