//! Something to take away: one file, for a few minutes, for whoever is in the room and sees its address. What is answered
//! to whom is pure and here; the server knows nothing else.

mod address;
mod server;

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;
use std::time::Duration;

pub use address::local;
pub use server::{HandoutError, Server};

/// How long something is offered: a class takes out its phones and puts them away again.
pub const OPEN_FOR: Duration = Duration::from_secs(10 * 60);
/// How often it is given: a large class, each of them twice.
pub const DOWNLOADS_MAX: u32 = 100;
/// Names are for the teacher's phone; its browser may fetch a file to look at it and again to keep it.
pub const NAMES_DOWNLOADS_MAX: u32 = 3;
/// Signs of the path, five bits each, none that is taken for another (Crockford's base 32): with fifty bits and the few
/// thousand requests that a panel answers in that time, nobody guesses one.
const SIGNS: usize = 10;
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The whole board.
    Pdf,
    /// One page.
    Png,
    /// Who was here.
    Csv,
}

impl Kind {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }

    /// What it is called.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Pdf => "board.pdf",
            Self::Png => "board.png",
            Self::Csv => "attendance.csv",
        }
    }

    /// How often it is given.
    pub fn downloads_max(self) -> u32 {
        match self {
            Self::Pdf | Self::Png => DOWNLOADS_MAX,
            Self::Csv => NAMES_DOWNLOADS_MAX,
        }
    }
}

/// A file that is offered.
#[derive(Clone)]
pub struct Offer {
    path: String,
    kind: Kind,
    bytes: Arc<[u8]>,
    given: u32,
}

impl fmt::Debug for Offer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The path is the only key there is.
        f.debug_struct("Offer").field("kind", &self.kind).field("given", &self.given).finish_non_exhaustive()
    }
}

/// What a request is answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The file; of a HEAD request only its size.
    File(Kind, Arc<[u8]>),
    /// There is nothing of that name, or not any more.
    Nothing,
    /// Only GET and HEAD are known.
    WrongMethod,
}

impl Offer {
    /// Offers a file under a path that nobody knows yet.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn new(kind: Kind, bytes: Arc<[u8]>) -> io::Result<Self> {
        let mut random = [0_u8; SIGNS];
        std::fs::File::open("/dev/urandom")?.read_exact(&mut random)?;
        let sign = |byte: &u8| char::from(ALPHABET.get(usize::from(byte & 31)).copied().unwrap_or(b'0'));
        Ok(Self { path: random.iter().map(sign).collect(), kind, bytes, given: 0 })
    }

    /// Its path, without the slash before it.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What kind of file it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// How often it was given.
    pub fn given(&self) -> u32 {
        self.given
    }

    /// Answers a request.
    pub fn answer(&mut self, method: &str, path: &str) -> Answer {
        if !matches!(method, "GET" | "HEAD") {
            return Answer::WrongMethod;
        }
        if !self.is(path) || self.given >= self.kind.downloads_max() {
            return Answer::Nothing;
        }
        self.given += u32::from(method == "GET");
        Answer::File(self.kind, self.bytes.clone())
    }

    /// Whether this is its path, whichever letters somebody typed for it. All of it is compared, so that the time taken
    /// tells nothing.
    fn is(&self, path: &str) -> bool {
        let typed = path.strip_prefix('/').unwrap_or_default().as_bytes();
        let folded = |byte: u8| match byte.to_ascii_lowercase() {
            b'o' => b'0',
            b'i' | b'l' => b'1',
            other => other,
        };
        let differ = self.path.bytes().zip(typed).fold(0, |all, (one, other)| all | (one ^ folded(*other)));
        typed.len() == SIGNS && differ == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer() -> Offer {
        Offer::new(Kind::Pdf, Arc::from(*b"%PDF")).unwrap()
    }

    #[test]
    fn a_path_is_given_once_and_can_be_typed() {
        let (one, other) = (offer(), offer());
        assert_ne!(one.path(), other.path());
        assert_eq!(one.path().len(), SIGNS);
        assert!(one.path().bytes().all(|sign| ALPHABET.contains(&sign)), "{}", one.path());
        assert!(!format!("{one:?}").contains(one.path()));
    }

    #[test]
    fn only_its_own_path_gives_anything() {
        let mut offer = offer();
        offer.path = "k7f01x2m4q".to_owned();
        let file = Answer::File(Kind::Pdf, Arc::from(*b"%PDF"));
        for path in ["/k7f01x2m4q", "/K7F01X2M4Q", "/k7foix2m4q", "/K7FOLX2M4Q"] {
            assert_eq!(offer.answer("GET", path), file, "{path}");
        }
        for path in [
            "",
            "/",
            "k7f01x2m4q",
            "//k7f01x2m4q",
            "/k7f01x2m4",
            "/k7f01x2m4qq",
            "/k7f01x2m4q/",
            "/k7f01x2m4q?x",
            "/../k7f01x2m4q",
            "/%6b7f01x2m4q",
            "/k7f01x2m4\u{0}",
            "/文文文",
            "/0000000000",
        ] {
            assert_eq!(offer.answer("GET", path), Answer::Nothing, "{path:?}");
        }
        for method in ["POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get", "", "PROPFIND"] {
            assert_eq!(offer.answer(method, "/k7f01x2m4q"), Answer::WrongMethod, "{method}");
        }
        assert_eq!(offer.given(), 4);
    }

    #[test]
    fn it_is_given_so_often_and_no_more() {
        let mut offer = offer();
        let path = format!("/{}", offer.path());
        for _ in 0..2 * DOWNLOADS_MAX {
            assert!(
                matches!(offer.answer("HEAD", &path), Answer::File(..)),
                "asking for its size takes nothing"
            );
        }
        for _ in 0..DOWNLOADS_MAX {
            assert!(matches!(offer.answer("GET", &path), Answer::File(..)));
        }
        assert_eq!(offer.answer("GET", &path), Answer::Nothing);
        assert_eq!(offer.answer("HEAD", &path), Answer::Nothing);
        let mut names = Offer::new(Kind::Csv, Arc::from(*b"Name")).unwrap();
        let path = format!("/{}", names.path());
        let given = (0..10).filter(|_| names.answer("GET", &path) != Answer::Nothing).count();
        assert_eq!(given, NAMES_DOWNLOADS_MAX as usize, "names are for one phone");
    }
}
