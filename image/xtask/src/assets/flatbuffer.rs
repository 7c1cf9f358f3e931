//! Reading a flatbuffer: tables, vectors and numbers at checked places. Format: flatbuffers' "internals" page; every
//! offset is relative to where it stands, a table starts with the way back to its list of fields.

use anyhow::{Context, Result, bail};

/// A table inside a buffer.
#[derive(Clone, Copy)]
pub(super) struct Table<'a> {
    buffer: &'a [u8],
    at: usize,
}

/// A vector inside a buffer, its elements still unread.
#[derive(Clone, Copy)]
pub(super) struct Vector<'a> {
    buffer: &'a [u8],
    at: usize,
    len: usize,
}

impl<'a> Table<'a> {
    /// The table that a file is about; `mark` is the format's four letters.
    pub(super) fn root(buffer: &'a [u8], mark: &[u8; 4]) -> Result<Self> {
        if buffer.get(4..8) != Some(mark) {
            bail!("it lacks the mark {}", String::from_utf8_lossy(mark));
        }
        Ok(Self { buffer, at: forward(buffer, 0)? })
    }

    /// Where field `index` stands, if it is written at all.
    fn field(&self, index: usize) -> Result<Option<usize>> {
        let back = i64::from(i32::from_le_bytes(bytes(self.buffer, self.at)?));
        let list = usize::try_from(i64::try_from(self.at)? - back).context("a table before the file")?;
        let entry = 4 + 2 * index;
        if entry + 2 > usize::from(u16::from_le_bytes(bytes(self.buffer, list)?)) {
            return Ok(None);
        }
        let offset = u16::from_le_bytes(bytes(self.buffer, list + entry)?);
        Ok((offset != 0).then(|| self.at + usize::from(offset)))
    }

    /// A byte, or what it is where none is written.
    pub(super) fn byte(&self, index: usize, absent: u8) -> Result<u8> {
        self.field(index)?.map_or(Ok(absent), |at| Ok(bytes::<1>(self.buffer, at)?[0]))
    }

    /// A 32-bit number, or what it is where none is written.
    pub(super) fn int(&self, index: usize, absent: i32) -> Result<i32> {
        self.field(index)?.map_or(Ok(absent), |at| Ok(i32::from_le_bytes(bytes(self.buffer, at)?)))
    }

    /// A table below this one.
    pub(super) fn table(&self, index: usize) -> Result<Option<Self>> {
        let Some(at) = self.field(index)? else { return Ok(None) };
        Ok(Some(Self { buffer: self.buffer, at: forward(self.buffer, at)? }))
    }

    /// A vector; an empty one where none is written.
    pub(super) fn vector(&self, index: usize) -> Result<Vector<'a>> {
        let Some(at) = self.field(index)? else { return Ok(Vector { buffer: self.buffer, at: 0, len: 0 }) };
        let start = forward(self.buffer, at)?;
        let len = usize::try_from(u32::from_le_bytes(bytes(self.buffer, start)?))?;
        Ok(Vector { buffer: self.buffer, at: start + 4, len })
    }
}

impl<'a> Vector<'a> {
    /// Elements of one byte each.
    pub(super) fn bytes(&self) -> Result<&'a [u8]> {
        self.elements(1)
    }

    /// Elements of two bytes each.
    pub(super) fn shorts(&self) -> Result<Vec<u16>> {
        Ok(self.elements(2)?.chunks_exact(2).map(|two| u16::from_le_bytes([two[0], two[1]])).collect())
    }

    /// Elements of four bytes each.
    pub(super) fn ints(&self) -> Result<Vec<i32>> {
        let four = |four: &[u8]| i32::from_le_bytes([four[0], four[1], four[2], four[3]]);
        Ok(self.elements(4)?.chunks_exact(4).map(four).collect())
    }

    /// Elements that are tables.
    pub(super) fn tables(&self) -> Result<Vec<Table<'a>>> {
        self.elements(4)?;
        let table = |index| Ok(Table { buffer: self.buffer, at: forward(self.buffer, self.at + 4 * index)? });
        (0..self.len).map(table).collect()
    }

    fn elements(&self, size: usize) -> Result<&'a [u8]> {
        let end = self.len.checked_mul(size).and_then(|len| self.at.checked_add(len));
        end.and_then(|end| self.buffer.get(self.at..end)).context("a vector beyond the end of the file")
    }
}

fn bytes<const N: usize>(buffer: &[u8], at: usize) -> Result<[u8; N]> {
    let found = at.checked_add(N).and_then(|end| buffer.get(at..end)).context("cut off")?;
    Ok(found.try_into()?)
}

fn forward(buffer: &[u8], at: usize) -> Result<usize> {
    Ok(at + usize::try_from(u32::from_le_bytes(bytes(buffer, at)?))?)
}
