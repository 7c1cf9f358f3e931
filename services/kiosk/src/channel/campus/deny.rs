//! The school's list of denied cards, as its card office publishes it. Pure.
//!
//! A text: the first line is `dais-deny-list VERSION`, each further line one card's tag (HMAC-SHA256 of its uid under
//! the school's key, 64 hexadecimal digits), so that a list says nothing to anybody else. A signed list ends with
//! `signature HEX`: Ed25519 (RFC 8032) over everything before that line. Where the credential `campus_deny_pub` is
//! there, an unsigned list is refused. The version never goes back: an old list would let denied cards in again.

use aws_lc_rs::signature::{ED25519, UnparsedPublicKey};

use crate::card::aes::hex;

/// The longest list in bytes: sixty thousand cards, more than a campus has.
pub const LIST_LEN_MAX: usize = 4 * 1024 * 1024;
const HEAD: &str = "dais-deny-list ";
const SIGNATURE: &str = "signature ";
/// An Ed25519 public key.
const KEY_LEN: usize = 32;

/// A list that was read and, where a key was given, proved.
#[derive(Clone, PartialEq, Eq)]
pub struct DenyList {
    /// Counts up with every list.
    pub version: i64,
    /// Denied cards' tags, sorted, each once.
    pub tags: Vec<[u8; 32]>,
}

impl std::fmt::Debug for DenyList {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "DenyList(version {}, {} cards)", self.version, self.tags.len())
    }
}

/// Why a text is no deny list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDenyList {
    /// Longer than [`LIST_LEN_MAX`].
    #[error("the deny list is longer than {LIST_LEN_MAX} bytes")]
    TooLong,
    /// The first line is another.
    #[error("the deny list does not begin with \"dais-deny-list VERSION\", a version above 0")]
    NoVersion,
    /// A line is no tag. Lines count from 1.
    #[error("line {0} of the deny list is no card's tag of 64 hexadecimal digits")]
    NoTag(usize),
    /// A key is there and the list is not signed by it.
    #[error("the deny list is not signed by the school's card office: fetch it again from there")]
    NotGenuine,
    /// The key is none.
    #[error("the credential campus_deny_pub is not an Ed25519 public key of 64 hexadecimal digits")]
    BadKey,
}

/// Reads a list; `key` is the credential `campus_deny_pub` where there is one.
///
/// # Errors
/// [`BadDenyList`].
pub fn read(text: &[u8], key: Option<&[u8]>) -> Result<DenyList, BadDenyList> {
    if text.len() > LIST_LEN_MAX {
        return Err(BadDenyList::TooLong);
    }
    let text = std::str::from_utf8(text).map_err(|_not_text| BadDenyList::NoVersion)?;
    let (signed, signature) = match text.rfind(SIGNATURE) {
        Some(at) if at > 0 && text.as_bytes()[at - 1] == b'\n' => text.split_at(at),
        _ => (text, ""),
    };
    if let Some(key) = key {
        let key = std::str::from_utf8(key).ok().and_then(|key| hex(key.trim()));
        let key = key.filter(|key| key.len() == KEY_LEN).ok_or(BadDenyList::BadKey)?;
        let signature = signature.trim_end().strip_prefix(SIGNATURE).and_then(hex);
        let signature = signature.ok_or(BadDenyList::NotGenuine)?;
        UnparsedPublicKey::new(&ED25519, key)
            .verify(signed.as_bytes(), &signature)
            .map_err(|_other| BadDenyList::NotGenuine)?;
    }
    let mut lines = signed.lines().enumerate();
    let head = lines.next().and_then(|(_, head)| head.strip_prefix(HEAD));
    let version = head.and_then(|digits| digits.trim().parse().ok()).filter(|version| *version > 0);
    let mut tags = Vec::new();
    for (index, line) in lines.filter(|(_, line)| !line.trim().is_empty()) {
        let tag = hex(line.trim()).and_then(|bytes| bytes.try_into().ok());
        tags.push(tag.ok_or(BadDenyList::NoTag(index + 1))?);
    }
    tags.sort_unstable();
    tags.dedup();
    Ok(DenyList { version: version.ok_or(BadDenyList::NoVersion)?, tags })
}

#[cfg(test)]
mod tests {
    //! Texts as a table; a signature made by OpenSSL.
    use super::*;

    const TAG: &str = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0";

    #[test]
    fn texts() {
        for (text, outcome) in [
            ("dais-deny-list 3\n".to_owned(), Ok((3, 0))),
            (format!("dais-deny-list 3\r\n{TAG}\r\n\r\n{TAG}\n"), Ok((3, 1))),
            (format!("dais-deny-list 3\n{TAG}\nsignature 00\n"), Ok((3, 1))),
            (String::new(), Err(BadDenyList::NoVersion)),
            (TAG.to_owned(), Err(BadDenyList::NoVersion)),
            ("dais-deny-list 0\n".to_owned(), Err(BadDenyList::NoVersion)),
            ("dais-deny-list -1\n".to_owned(), Err(BadDenyList::NoVersion)),
            (format!("dais-deny-list 1\n{TAG}\n{}\n", &TAG[2..]), Err(BadDenyList::NoTag(3))),
        ] {
            let read = read(text.as_bytes(), None).map(|list| (list.version, list.tags.len()));
            assert_eq!(read, outcome, "{text}");
        }
        assert_eq!(read(&[0xFF], None), Err(BadDenyList::NoVersion));
        assert_eq!(read(&vec![b'\n'; LIST_LEN_MAX + 1], None), Err(BadDenyList::TooLong));
    }

    #[test]
    fn a_list_signed_by_openssl_is_genuine_and_no_other_is() {
        let key = b"7f8235175aa33e4c9321b795173f1974e55986a472f7cfb9f5997226aef2cc7c\n";
        let signature = "786d526da197262887881efb5a02a3ab269bb1a9bcd0c13d8bfd6153b25f8ffe\
                         55705aeda237d9b6dfd9dcc0428b4ce36f81af3d688e8e95db3eb57a10e04108";
        let list = format!("dais-deny-list 7\n{TAG}\nsignature {signature}\n");
        let genuine = read(list.as_bytes(), Some(key)).expect("a list");
        assert_eq!((genuine.version, genuine.tags.len()), (7, 1));
        for other in [
            list.replacen('7', "8", 1),
            list.replace("signature", "signatur"),
            format!("dais-deny-list 7\n{TAG}\n"),
            format!("dais-deny-list 7\n{TAG}\nsignature 00\n"),
            format!("{list}{TAG}\n"),
        ] {
            assert!(read(other.as_bytes(), Some(key)).is_err(), "{other}");
        }
        assert_eq!(read(list.as_bytes(), Some(b"00")), Err(BadDenyList::BadKey));
    }
}
