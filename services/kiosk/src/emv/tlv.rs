//! The two shapes of tag, length and value: BER-TLV in consumer-presented codes, and digits in merchant-presented ones.

/// Deepest nesting of BER-TLV followed: a code has templates inside templates, and no more.
pub const DEPTH_MAX: usize = 4;
/// Most objects in one code.
pub const OBJECTS_MAX: usize = 64;

/// Why a code cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// It ends in the middle of something.
    #[error("the code ends in the middle of a field")]
    Truncated,
    /// A length that is no length, or longer than the code.
    #[error("a field's length is wrong")]
    Length,
    /// A tag that is no tag.
    #[error("a field's tag is wrong")]
    Tag,
    /// More fields or deeper nesting than any real code has.
    #[error("the code has too many fields")]
    TooMuch,
    /// A field that is needed, given twice, in the wrong place or with a wrong content.
    #[error("the field {0} is missing, repeated or wrong")]
    Field(&'static str),
    /// The checksum does not hold.
    #[error("the checksum does not hold")]
    Checksum,
    /// Not base64, or not text.
    #[error("the code is no EMV code")]
    NotEmv,
}

/// One BER-TLV object: its tag as written, and its content.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Object<'a> {
    /// One to three bytes, such as `0x61` or `0x5F2D`.
    pub tag: u32,
    /// The content, objects again where the tag says so.
    pub value: &'a [u8],
}

impl Object<'_> {
    /// Whether the content is objects: bit 6 of the first byte of the tag (ISO/IEC 7816-4).
    #[must_use]
    pub fn is_constructed(&self) -> bool {
        let first = [self.tag >> 16, self.tag >> 8, self.tag].into_iter().find(|part| part & 0xFF != 0);
        first.is_some_and(|byte| byte & 0x20 != 0)
    }
}

/// The objects of a BER-TLV text, not looking inside them. Zero bytes between objects are padding.
///
/// # Errors
/// [`Malformed`].
pub fn objects(mut bytes: &[u8]) -> Result<Vec<Object<'_>>, Malformed> {
    let mut found = Vec::new();
    while let Some(first) = bytes.first() {
        if *first == 0 {
            bytes = bytes.get(1..).unwrap_or_default();
            continue;
        }
        let (tag, rest) = tag(bytes)?;
        let (length, rest) = length(rest)?;
        let value = rest.get(..length).ok_or(Malformed::Truncated)?;
        bytes = rest.get(length..).unwrap_or_default();
        found.push(Object { tag, value });
        if found.len() > OBJECTS_MAX {
            return Err(Malformed::TooMuch);
        }
    }
    Ok(found)
}

fn tag(bytes: &[u8]) -> Result<(u32, &[u8]), Malformed> {
    let (first, mut rest) = bytes.split_first().ok_or(Malformed::Truncated)?;
    let mut tag = u32::from(*first);
    if first & 0x1F == 0x1F {
        // Bit 8 says that another byte of the tag follows; none has more than three.
        for place in 0..3 {
            let (next, more) = rest.split_first().ok_or(Malformed::Truncated)?;
            if place == 2 {
                return Err(Malformed::Tag);
            }
            tag = (tag << 8) | u32::from(*next);
            rest = more;
            if next & 0x80 == 0 {
                break;
            }
        }
    }
    Ok((tag, rest))
}

/// Short form, or long form of one or two bytes; the indefinite form has no place in a code.
fn length(bytes: &[u8]) -> Result<(usize, &[u8]), Malformed> {
    match bytes {
        [short @ 0..=0x7F, rest @ ..] => Ok((usize::from(*short), rest)),
        [0x81, length, rest @ ..] => Ok((usize::from(*length), rest)),
        [0x82, high, low, rest @ ..] => Ok((usize::from(u16::from_be_bytes([*high, *low])), rest)),
        [] | [0x81] | [0x82] | [0x82, _] => Err(Malformed::Truncated),
        _other => Err(Malformed::Length),
    }
}

/// The fields of a merchant-presented text: two digits of id, two of length in characters, and the value.
///
/// # Errors
/// [`Malformed`].
pub fn fields(mut text: &str) -> Result<Vec<(u8, &str)>, Malformed> {
    let mut found = Vec::new();
    while !text.is_empty() {
        let (id, rest) = two_digits(text, Malformed::Tag)?;
        let (count, rest) = two_digits(rest, Malformed::Length)?;
        let end = match rest.char_indices().nth(usize::from(count)) {
            Some((end, _)) => end,
            None if rest.chars().count() == usize::from(count) => rest.len(),
            None => return Err(Malformed::Truncated),
        };
        let (value, more) = rest.split_at(end);
        found.push((id, value));
        text = more;
        if found.len() > OBJECTS_MAX {
            return Err(Malformed::TooMuch);
        }
    }
    Ok(found)
}

fn two_digits(text: &str, wrong: Malformed) -> Result<(u8, &str), Malformed> {
    let digits = text.get(..2).ok_or(if text.len() < 2 { Malformed::Truncated } else { wrong })?;
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong);
    }
    let value = digits.parse().map_err(|_never| wrong)?;
    Ok((value, text.get(2..).unwrap_or_default()))
}

#[cfg(test)]
mod tests;
