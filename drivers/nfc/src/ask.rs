//! The lines from the owner to the reader's child process: one JSON object a line on the child's stdin.

use std::fmt;

use crate::apdu::Request;

/// Longest link in bytes: twice the longest that a kiosk's front makes, and short enough for a line.
pub const LINK_MAX: usize = 256;

/// A link that a phone opens. It leads to a payment, so it never prints.
#[derive(Clone, PartialEq, Eq)]
pub struct Link(String);

/// Why some text is no link.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a link to show to phones has a scheme, no blanks, and at most {LINK_MAX} plain characters")]
pub struct BadLink;

impl Link {
    /// Takes a URI of printable ASCII.
    ///
    /// # Errors
    /// [`BadLink`].
    pub fn new(uri: &str) -> Result<Self, BadLink> {
        let scheme = uri.split_once(':').is_some_and(|(scheme, rest)| {
            scheme.starts_with(|c: char| c.is_ascii_lowercase())
                && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
                && !rest.is_empty()
        });
        let plain = uri.len() <= LINK_MAX && uri.bytes().all(|byte| byte.is_ascii_graphic());
        if scheme && plain { Ok(Self(uri.to_owned())) } else { Err(BadLink) }
    }

    /// The link itself, for the phone.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Link({} bytes)", self.0.len())
    }
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Ask {
    /// A command for the card that lies there.
    Exchange(Request),
    /// Show this link to phones between two polls, in place of the one before: `{"show":"https://..."}`; or none any
    /// more: `{"show":null}`.
    Show(Option<Link>),
}

#[derive(serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    #[serde(deserialize_with = "serde::Deserialize::deserialize")]
    show: Option<String>,
}

impl Ask {
    /// The line, without its newline.
    ///
    /// # Errors
    /// None in practice; serialising to a string is fallible by type.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        match self {
            Self::Exchange(request) => request.to_line(),
            Self::Show(link) => {
                serde_json::to_string(&Wire { show: link.as_ref().map(|link| link.reveal().to_owned()) })
            }
        }
    }

    /// Reads one line; none where it is none of ours.
    pub fn from_line(line: &[u8]) -> Option<Self> {
        if let Ok(wire) = serde_json::from_slice::<Wire>(line) {
            return Some(Self::Show(wire.show.map(|uri| Link::new(&uri)).transpose().ok()?));
        }
        Request::from_line(line).map(Self::Exchange)
    }
}

#[cfg(test)]
mod tests {
    //! Lines go out and come back, and links never print.
    use super::*;

    #[test]
    fn there_and_back() {
        let link = Link::new("https://pay.example.edu/p/secret").unwrap();
        for (ask, line) in [
            (Ask::Show(Some(link.clone())), r#"{"show":"https://pay.example.edu/p/secret"}"#),
            (Ask::Show(None), r#"{"show":null}"#),
        ] {
            assert_eq!(ask.to_line().unwrap(), line);
            assert_eq!(Ask::from_line(line.as_bytes()), Some(ask));
        }
        let line = r#"{"seq":7,"uid":"04A10203040506","apdu":"9060000000"}"#;
        assert!(matches!(Ask::from_line(line.as_bytes()), Some(Ask::Exchange(request)) if request.seq == 7));
        assert!(!format!("{:?}", Ask::Show(Some(link))).contains("secret"));
    }

    #[test]
    fn bad_lines_and_links_are_refused() {
        for line in ["", "{}", r#"{"show":1}"#, r#"{"show":"no scheme"}"#, r#"{"show":null,"x":1}"#] {
            assert_eq!(Ask::from_line(line.as_bytes()), None, "{line}");
        }
        let long = format!("https://{}", "a".repeat(LINK_MAX));
        for link in ["", "https:", "://x", "https://a b", "https://\u{e9}", "1a:b", &*long] {
            assert_eq!(Link::new(link), Err(BadLink), "{link}");
        }
    }
}
