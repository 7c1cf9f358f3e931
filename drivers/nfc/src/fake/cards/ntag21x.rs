//! An NTAG213, 215 or 216 sticker: pages, an NDEF message, a counter of taps, a password (NTAG213_215_216 data sheet).

use super::SILENT;

/// Bytes of a page.
const PAGE: usize = 4;
/// The first page that a user may write.
const USER: usize = 4;

/// Which of the three.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// 144 bytes for the user.
    Ntag213,
    /// 504 bytes.
    Ntag215,
    /// 888 bytes.
    Ntag216,
}

impl Size {
    /// Pages, storage size in the version, size in the capability container.
    fn facts(self) -> (usize, u8, u8) {
        match self {
            Self::Ntag213 => (45, 0x0F, 0x12),
            Self::Ntag215 => (135, 0x11, 0x3E),
            Self::Ntag216 => (231, 0x13, 0x6D),
        }
    }
}

/// The sticker.
#[derive(Clone)]
pub struct Ntag21x {
    size: Size,
    pages: Vec<[u8; PAGE]>,
    counter: u32,
    counted: bool,
    /// Password, its answer, and the first page that it protects from reading.
    password: Option<([u8; 4], [u8; 2], usize)>,
    opened: bool,
}

impl std::fmt::Debug for Ntag21x {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Ntag21x({:?}, {} taps)", self.size, self.counter)
    }
}

impl Ntag21x {
    /// A sticker with an NDEF message on it. What does not fit is cut off.
    pub fn new(uid: [u8; 7], size: Size, message: &[u8]) -> Self {
        let (count, _, capacity) = size.facts();
        let mut pages = vec![[0; PAGE]; count];
        let [a, b, c, d, e, f, g] = uid;
        pages[0] = [a, b, c, 0x88 ^ a ^ b ^ c];
        pages[1] = [d, e, f, g];
        pages[2][0] = d ^ e ^ f ^ g;
        pages[3] = [0xE1, 0x10, capacity, 0x00];
        let length = match u8::try_from(message.len()) {
            Ok(length) if length < 0xFF => vec![length],
            _ => [&[0xFF], &(message.len() as u16).to_be_bytes()[..]].concat(),
        };
        // Where locks and reserved bytes lie, as the factory says it on the smallest; then the message, then the end.
        let lock: &[u8] = if size == Size::Ntag213 { &[0x01, 0x03, 0xA0, 0x0C, 0x34] } else { &[] };
        let content = [lock, &[0x03], &length, message, &[0xFE]].concat();
        for (page, chunk) in pages[USER..count - 5].iter_mut().zip(content.chunks(PAGE)) {
            page[..chunk.len()].copy_from_slice(chunk);
        }
        Self { size, pages, counter: 0, counted: false, password: None, opened: false }
    }

    /// The same behind a password from a page on.
    pub fn with_password(self, password: [u8; 4], answer: [u8; 2], from_page: usize) -> Self {
        Self { password: Some((password, answer, from_page)), ..self }
    }

    /// Power came: nobody showed the password, and the next read counts as a tap.
    pub fn power_up(&mut self) {
        (self.counted, self.opened) = (false, false);
    }

    /// Obeys one command; the error is the chip's status byte.
    ///
    /// # Errors
    /// The chip's status: the tag said no, and sleeps.
    pub fn obey(&mut self, command: &[u8]) -> Result<Vec<u8>, u8> {
        match *command {
            // Vendor, type, subtype, version, size, protocol.
            [0x60] => Ok(vec![0x00, 0x04, 0x04, 0x02, 0x01, 0x00, self.size.facts().1, 0x03]),
            [0x30, first] => {
                let first = usize::from(first);
                // Four pages, and behind the last one the first again.
                let pages = (first..first + 4).map(|page| page % self.pages.len()).collect();
                if first < self.pages.len() { self.read(pages) } else { Err(SILENT) }
            }
            [0x3A, first, last] if first <= last && usize::from(last) < self.pages.len() => {
                self.read((usize::from(first)..=usize::from(last)).collect())
            }
            [0x39, 0x02] => Ok(self.counter.to_le_bytes()[..3].to_vec()),
            [0x1B, a, b, c, d] => match self.password {
                Some((password, answer, _)) if password == [a, b, c, d] => {
                    self.opened = true;
                    Ok(answer.to_vec())
                }
                _ => Err(SILENT),
            },
            _ => Err(SILENT),
        }
    }

    fn read(&mut self, pages: Vec<usize>) -> Result<Vec<u8>, u8> {
        let closed = self.password.filter(|_| !self.opened).map_or(usize::MAX, |(_, _, from)| from);
        if pages.iter().any(|page| *page >= closed) {
            return Err(SILENT);
        }
        if !std::mem::replace(&mut self.counted, true) {
            self.counter += 1;
        }
        // The password and its answer lie in the last two pages and read as zeros, which is what stands there.
        Ok(pages.into_iter().flat_map(|page| self.pages[page]).collect())
    }
}

#[cfg(test)]
mod tests {
    //! Pages, taps and the password as the data sheet has them.
    use super::*;
    use crate::native::{fast_read, get_version, password, read, read_counter};

    const UID: [u8; 7] = [0x04, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66];

    #[test]
    fn pages_versions_and_taps() {
        for (size, code, pages) in
            [(Size::Ntag213, 0x0F, 45), (Size::Ntag215, 0x11, 135), (Size::Ntag216, 0x13, 231)]
        {
            let mut tag = Ntag21x::new(UID, size, b"\xD1\x01\x05T\x02enhi");
            assert_eq!(tag.obey(&get_version()).unwrap()[6], code);
            assert_eq!(tag.obey(&read_counter()), Ok(vec![0, 0, 0]));
            let head = tag.obey(&read(0)).unwrap();
            assert_eq!(head[..9], [0x04, 0x11, 0x22, 0xBF, 0x33, 0x44, 0x55, 0x66, 0x44]);
            assert_eq!(head[12..14], [0xE1, 0x10]);
            tag.obey(&fast_read(4, 6)).unwrap();
            assert_eq!(tag.obey(&read_counter()), Ok(vec![1, 0, 0]), "one tap, however much is read");
            tag.power_up();
            assert_eq!(tag.obey(&read(pages - 1)).unwrap()[4..8], head[..4], "it begins anew behind the end");
            assert_eq!(tag.obey(&read_counter()), Ok(vec![2, 0, 0]));
            assert_eq!(tag.obey(&read(pages)), Err(SILENT));
            assert_eq!(tag.obey(&fast_read(6, 4)), Err(SILENT));
        }
    }

    #[test]
    fn a_password_opens_what_it_protects() {
        let mut tag = Ntag21x::new(UID, Size::Ntag213, b"").with_password([1, 2, 3, 4], [5, 6], 4);
        assert!(tag.obey(&read(0)).is_ok());
        assert_eq!(tag.obey(&read(1)), Err(SILENT), "its fourth page is protected");
        assert_eq!(tag.obey(&password([9; 4])), Err(SILENT));
        assert_eq!(tag.obey(&password([1, 2, 3, 4])), Ok(vec![5, 6]));
        assert!(tag.obey(&read(4)).is_ok());
        tag.power_up();
        assert_eq!(tag.obey(&read(4)), Err(SILENT));
    }
}
