//! Where a printer is.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

/// Where printers on the network listen.
const PORT: u16 = 9100;

/// A printer's place, written as `192.168.1.50`, `192.168.1.50:9100`, `/dev/usb/lp0`, `/dev/ttyUSB0:19200`,
/// `cups:QUEUE`, or `cups://SERVER:631/QUEUE` for a queue of another machine's CUPS.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Host and port on the network.
    Network(String, u16),
    /// A character device, and its bits a second where it is a serial port.
    Device(PathBuf, u32),
    /// A queue of CUPS.
    Queue(QueueName),
}

/// A queue's name, and where it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueueName {
    /// Another machine's CUPS, host and port; none for this one's.
    pub server: Option<String>,
    /// The queue there.
    pub queue: String,
}

/// What most serial printers are set to.
const BITS: u32 = 19_200;

/// What is no place.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no printer: write 192.168.1.50:9100, /dev/usb/lp0, /dev/ttyUSB0:19200 or cups:QUEUE")]
pub struct NoPlace(String);

impl FromStr for Place {
    type Err = NoPlace;

    fn from_str(text: &str) -> Result<Self, NoPlace> {
        let no = || NoPlace(text.to_owned());
        // A host of this name would be written as a queue is.
        if text == "cups" {
            return Err(no());
        }
        if let Some(rest) = text.strip_prefix("cups:") {
            let (server, queue) = match rest.strip_prefix("//").map(|rest| rest.split_once('/')) {
                None => (None, rest),
                Some(Some((server, queue))) => (Some(server), queue),
                Some(None) => return Err(no()),
            };
            // What begins with a dash would be an option to CUPS's programs.
            let plain = |byte: u8| byte.is_ascii_graphic() && !b"/#'\"\\".contains(&byte);
            let word = |word: &str| !word.is_empty() && !word.starts_with('-') && word.bytes().all(plain);
            let fits = word(queue) && server.is_none_or(word);
            let name = || QueueName { server: server.map(str::to_owned), queue: queue.to_owned() };
            return fits.then(|| Self::Queue(name())).ok_or_else(no);
        }
        if text.starts_with('/') {
            return match text.rsplit_once(':') {
                Some((path, bits)) if bits.bytes().all(|byte| byte.is_ascii_digit()) => {
                    Ok(Self::Device(path.into(), bits.parse().map_err(|_large| no())?))
                }
                _ => Ok(Self::Device(text.into(), BITS)),
            };
        }
        let (host, port) = match text.rsplit_once(':') {
            Some((host, port)) => (host, port.parse().map_err(|_wrong| no())?),
            None => (text, PORT),
        };
        let fits = !host.is_empty()
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_[]:".contains(&byte));
        fits.then(|| Self::Network(host.to_owned(), port)).ok_or_else(no)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(host, port) => write!(f, "{host}:{port}"),
            Self::Device(path, _) => write!(f, "{}", path.display()),
            Self::Queue(QueueName { server: None, queue }) => write!(f, "cups:{queue}"),
            Self::Queue(QueueName { server: Some(server), queue }) => write!(f, "cups://{server}/{queue}"),
        }
    }
}

#[cfg(test)]
mod tests {
    //! What is a place and what is none.
    use super::{Place, QueueName};

    #[test]
    fn places() {
        let queue = |server: Option<&str>| {
            Some(Place::Queue(QueueName { server: server.map(str::to_owned), queue: "till".into() }))
        };
        for (text, wanted) in [
            ("192.168.1.50", Some(Place::Network("192.168.1.50".into(), 9100))),
            ("printer.example:9101", Some(Place::Network("printer.example".into(), 9101))),
            ("[fe80::1]:9100", Some(Place::Network("[fe80::1]".into(), 9100))),
            ("/dev/usb/lp0", Some(Place::Device("/dev/usb/lp0".into(), 19_200))),
            ("/dev/ttyUSB0:115200", Some(Place::Device("/dev/ttyUSB0".into(), 115_200))),
            ("cups:till", queue(None)),
            ("cups://print.school.example:631/till", queue(Some("print.school.example:631"))),
            ("cups://till", None),
            ("cups:///till", None),
            ("cups://-h/till", None),
            ("cups://server/a/b", None),
            ("cups", None),
            ("cups:-o", None),
            ("cups:", None),
            ("cups:a b", None),
            ("", None),
            ("host:port", None),
            ("a b:9100", None),
            ("/dev/ttyUSB0:99999999999", None),
        ] {
            let read = text.parse::<Place>().ok();
            assert_eq!(read, wanted, "{text}");
            if let Some(Place::Queue(_)) = read {
                assert_eq!(read.map(|place| place.to_string()).as_deref(), Some(text));
            }
        }
    }
}
