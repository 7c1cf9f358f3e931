//! Named NumPy arrays in a zip (`.npz`), each of a known type and shape, so its header is known too and only
//! compared: a magic word, the header's length, a dictionary padded with spaces, then the numbers, little-endian.
//! Format: numpy.lib.format, version 1.0.

use std::io::{Cursor, Read};

use zip::ZipArchive;

/// What every array begins with: its magic word and its version.
const MAGIC: [u8; 8] = *b"\x93NUMPY\x01\x00";
/// Bytes that one array may have; the largest of ours has 5 MB.
const ARRAY_LEN_MAX: u64 = 16 * 1024 * 1024;

/// A type of number that arrays are made of.
pub(super) trait Number: Sized {
    /// NumPy's word for it.
    const WORD: &str;
    /// From its bytes, as many as it has.
    fn all(bytes: &[u8]) -> Vec<Self>;
}

impl Number for u8 {
    const WORD: &str = "|u1";
    fn all(bytes: &[u8]) -> Vec<Self> {
        bytes.to_vec()
    }
}

impl Number for f32 {
    const WORD: &str = "<f4";
    fn all(bytes: &[u8]) -> Vec<Self> {
        bytes.as_chunks().0.iter().map(|&number| Self::from_le_bytes(number)).collect()
    }
}

impl Number for f64 {
    const WORD: &str = "<f8";
    fn all(bytes: &[u8]) -> Vec<Self> {
        bytes.as_chunks().0.iter().map(|&number| Self::from_le_bytes(number)).collect()
    }
}

pub(super) struct Weights<'a>(ZipArchive<Cursor<&'a [u8]>>);

impl<'a> Weights<'a> {
    pub(super) fn open(bytes: &'a [u8]) -> Result<Self, String> {
        ZipArchive::new(Cursor::new(bytes)).map(Self).map_err(|error| error.to_string())
    }

    /// The array `name`, which must have exactly these sides.
    pub(super) fn take<T: Number>(&mut self, name: &str, sides: &[usize]) -> Result<Vec<T>, String> {
        let file = self.0.by_name(&format!("{name}.npy")).map_err(|error| format!("{name}: {error}"))?;
        let mut bytes = Vec::new();
        file.take(ARRAY_LEN_MAX).read_to_end(&mut bytes).map_err(|error| format!("{name}: {error}"))?;
        let numbers = body::<T>(&bytes, sides).map(T::all);
        let count: usize = sides.iter().product();
        numbers
            .filter(|numbers| numbers.len() == count)
            .ok_or_else(|| format!("{name}: it is not an array of {} and {sides:?}", T::WORD))
    }
}

fn body<'a, T: Number>(bytes: &'a [u8], sides: &[usize]) -> Option<&'a [u8]> {
    let (len, rest) = bytes.strip_prefix(&MAGIC)?.split_first_chunk()?;
    let (header, body) = rest.split_at_checked(u16::from_le_bytes(*len).into())?;
    let sides: Vec<String> = sides.iter().map(usize::to_string).collect();
    let shape = match sides.as_slice() {
        [only] => format!("({only},)"),
        sides => format!("({})", sides.join(", ")),
    };
    let wanted = format!("{{'descr': '{}', 'fortran_order': False, 'shape': {shape}, }}", T::WORD);
    (header.trim_ascii_end() == wanted.as_bytes()).then_some(body)
}

#[cfg(test)]
mod tests;
