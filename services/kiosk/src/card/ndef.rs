//! NDEF messages: the blocks of a Type 2 tag's memory, records, and the two kinds of record that carry words (NFC Forum
//! NDEF 1.0, Type 2 Tag 1.1, RTD URI 1.0, RTD Text 1.0). Bytes in, words out; a message that contradicts itself is none.

/// Records of one message; a sticker has one or two.
const RECORDS_MAX: usize = 16;
/// Memory blocks before a message; a factory puts two there at most.
const BLOCKS_MAX: usize = 8;

/// Memory block: nothing, a byte of filling.
const NULL: u8 = 0x00;
/// Memory block: the message.
const MESSAGE: u8 = 0x03;
/// Memory block: the end.
const TERMINATOR: u8 = 0xFE;

const BEGINS: u8 = 0x80;
const ENDS: u8 = 0x40;
const CHUNKED: u8 = 0x20;
const SHORT: u8 = 0x10;
const NAMED: u8 = 0x08;
const FORMAT: u8 = 0x07;
/// Type name format of records that the NFC Forum defines itself.
const WELL_KNOWN: u8 = 0x01;

/// What a URI record's first byte stands for.
const PREFIXES: [&str; 36] = [
    "",
    "http://www.",
    "https://www.",
    "http://",
    "https://",
    "tel:",
    "mailto:",
    "ftp://anonymous:anonymous@",
    "ftp://ftp.",
    "ftps://",
    "sftp://",
    "smb://",
    "nfs://",
    "ftp://",
    "dav://",
    "news:",
    "telnet://",
    "imap:",
    "rtsp://",
    "urn:",
    "pop:",
    "sip:",
    "sips:",
    "tftp:",
    "btspp://",
    "btl2cap://",
    "btgoep://",
    "tcpobex://",
    "irdaobex://",
    "file://",
    "urn:epc:id:",
    "urn:epc:tag:",
    "urn:epc:pat:",
    "urn:epc:raw:",
    "urn:epc:",
    "urn:nfc:",
];

/// One record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record<'a> {
    /// Type name format.
    pub format: u8,
    /// Its type, as the format has it.
    pub kind: &'a [u8],
    /// What it carries.
    pub payload: &'a [u8],
}

/// Where the message in a Type 2 tag's memory is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// This is it, whole.
    Message(&'a [u8]),
    /// It ends so many bytes from where the memory begins, and not all of them were read.
    Longer(usize),
    /// There is none.
    Nothing,
}

/// Looks for the message in the memory of a Type 2 tag, from its fifth page on.
pub fn in_memory(memory: &[u8]) -> Found<'_> {
    let mut at = 0;
    let mut rest = memory;
    for _ in 0..BLOCKS_MAX {
        while let [NULL, more @ ..] = rest {
            (rest, at) = (more, at + 1);
        }
        let (tag, length, head) = match *rest {
            [TERMINATOR, ..] => return Found::Nothing,
            [tag, 0xFF, high, low, ..] => (tag, usize::from(u16::from_be_bytes([high, low])), 4),
            // The length itself is not all there.
            [] | [_] | [_, 0xFF, ..] => return Found::Longer(at + 4),
            [tag, length, ..] => (tag, usize::from(length), 2),
        };
        match rest.get(head..head + length) {
            Some([]) if tag == MESSAGE => return Found::Nothing,
            Some(message) if tag == MESSAGE => return Found::Message(message),
            Some(_skipped) => (rest, at) = (&rest[head + length..], at + head + length),
            None if tag == MESSAGE => return Found::Longer(at + head + length),
            // What comes after a block that goes so far is not looked for.
            None => return Found::Nothing,
        }
    }
    Found::Nothing
}

/// The records of a message; none where it is no message, also where anything stands behind its end.
pub fn records(message: &[u8]) -> Option<Vec<Record<'_>>> {
    let mut records = Vec::new();
    let mut rest = message;
    loop {
        let (flags, record, more) = record(rest)?;
        let begins = flags & BEGINS != 0;
        if begins != records.is_empty() || records.len() >= RECORDS_MAX {
            return None;
        }
        records.push(record);
        rest = more;
        if flags & ENDS != 0 {
            return rest.is_empty().then_some(records);
        }
    }
}

/// Reads one record: its flags, itself, what follows. Records in chunks are none: no tag has a reason for them.
fn record(bytes: &[u8]) -> Option<(u8, Record<'_>, &[u8])> {
    let [flags, kind_len, rest @ ..] = bytes else { return None };
    let (payload_len, rest) = if flags & SHORT != 0 {
        let (length, rest) = rest.split_first()?;
        (usize::from(*length), rest)
    } else {
        let (length, rest) = rest.split_first_chunk::<4>()?;
        (usize::try_from(u32::from_be_bytes(*length)).ok()?, rest)
    };
    let (name_len, rest) = if flags & NAMED != 0 {
        let (length, rest) = rest.split_first()?;
        (usize::from(*length), rest)
    } else {
        (0, rest)
    };
    let (kind, rest) = rest.split_at_checked(usize::from(*kind_len))?;
    let (_name, rest) = rest.split_at_checked(name_len)?;
    let (payload, rest) = rest.split_at_checked(payload_len)?;
    if flags & CHUNKED != 0 {
        return None;
    }
    Some((*flags, Record { format: flags & FORMAT, kind, payload }, rest))
}

impl Record<'_> {
    /// The URI of a URI record.
    pub fn uri(&self) -> Option<String> {
        let (prefix, rest) = self.payload.split_first().filter(|_| self.is(b"U"))?;
        let prefix = PREFIXES.get(usize::from(*prefix))?;
        Some([prefix, std::str::from_utf8(rest).ok()?].concat())
    }

    /// The words of a text record. Those in UTF-16 are none: no tag that is made today has them.
    pub fn text(&self) -> Option<&str> {
        let (status, rest) = self.payload.split_first().filter(|_| self.is(b"T"))?;
        let language_len = usize::from(status & 0x3F);
        let utf8 = status & 0x80 == 0;
        std::str::from_utf8(rest.get(language_len..).filter(|_| utf8)?).ok()
    }

    fn is(&self, kind: &[u8]) -> bool {
        self.format == WELL_KNOWN && self.kind == kind
    }
}

/// The first words of a message, whichever record carries them.
pub fn words(message: &[u8]) -> Option<String> {
    let records = records(message)?;
    records.iter().find_map(|record| record.uri().or_else(|| record.text().map(str::to_owned)))
}

#[cfg(test)]
mod tests;
