//! What may be asked of live sources, and what is told of them.

use super::Reply;
use crate::message::FileError;
use board::{MediaId, PersonId};
use std::fmt;

/// How the file of a window begins that shows a source.
const MARK: &str = "dais source 1";
/// How a source's line begins that was found and has no device file of its own.
const FOUND: &str = "found:";

/// A camera, another device's screen or a stream.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LiveSource {
    /// What people know it by.
    pub name: String,
    /// `/dev/...`, `found:` and the name of what is plugged in, or a stream's address.
    pub line: String,
}

/// A line may hold a password.
impl fmt::Debug for LiveSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LiveSource").finish_non_exhaustive()
    }
}

impl LiveSource {
    /// The name of its file on the board, which is the same for all windows that show it.
    pub fn id(&self) -> MediaId {
        MediaId::of(&self.to_bytes())
    }

    /// Whether it is a device of this unit, rather than something in the network.
    pub fn is_device(&self) -> bool {
        self.line.starts_with('/') || self.found_name().is_some()
    }

    /// A stream by its address, under a name or under its host's; `None` for what is no address of one.
    pub fn stream(name: Option<&str>, address: &str) -> Option<Self> {
        let source = capture::Source::parse(address).ok().filter(|_| address.contains("://"))?;
        let name = name.unwrap_or(source.name()).to_owned();
        Some(Self { name, line: address.to_owned() })
    }

    /// The name it is found by, where it has no device file.
    pub(crate) fn found_name(&self) -> Option<&str> {
        self.line.strip_prefix(FOUND)
    }

    /// One that has only a name.
    pub(crate) fn found(name: &str) -> Self {
        Self { name: name.to_owned(), line: format!("{FOUND}{name}") }
    }

    /// What lies on the shelf: three lines.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let one_line = |text: &str| text.replace(['\n', '\r'], " ");
        format!("{MARK}\n{}\n{}\n", one_line(&self.line), one_line(&self.name)).into_bytes()
    }

    /// Reads what [`Self::to_bytes`] wrote.
    pub(crate) fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut lines = std::str::from_utf8(bytes).ok()?.lines();
        let is_ours = lines.next()? == MARK;
        let (line, name) = (lines.next()?.to_owned(), lines.next()?.to_owned());
        (is_ours && !line.is_empty()).then_some(Self { name, line })
    }
}

/// What may be asked of live sources.
pub enum LiveWish {
    /// Whether devices of this unit may be opened at all; at first they may not.
    Allow(bool),
    /// While on, [`FromDisplay::Inputs`](super::FromDisplay::Inputs) tells what is plugged in, whenever that changes.
    Look(bool),
    /// While wanted, [`FromDisplay::LivePicture`](super::FromDisplay::LivePicture) shows a source so wide, the newest
    /// picture and no other.
    Preview { source: LiveSource, width_px: Option<u32> },
    /// Puts a window on the page that a person works on.
    Place { person: PersonId, source: LiveSource, reply: Reply<Result<(), FileError>> },
    /// What is shown of a source stands still and the source is closed, or it goes on.
    Freeze { file: MediaId, on: bool },
    /// Puts the newest picture of a source that is open on the page that a person works on.
    Snap { person: PersonId, file: MediaId, reply: Reply<Result<(), SnapError>> },
}

/// Why there is no still picture.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SnapError {
    /// Nothing has come yet.
    #[error("there is no picture yet: check the cable and wait for it")]
    NoPicture,
    /// It could not be kept.
    #[error(transparent)]
    File(#[from] FileError),
}

/// How a live source is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveState {
    /// It is being opened.
    Opening,
    /// Pictures come.
    Comes,
    /// Nothing comes, and why; it is tried again by itself.
    Lost(LiveLoss),
    /// It was told to stand still, or nobody sees it, and it is closed meanwhile.
    Stands,
    /// Nobody looks at it any more, and it is surely closed.
    Closed,
}

/// Why nothing comes from a live source; the UI says it in both languages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveLoss {
    /// It is not plugged in.
    Unplugged,
    /// It is, and nothing arrives at its socket: check the cable and the other device.
    NoSignal,
    /// What arrives has a size or rate that cannot be taken: set the other device to 1920x1080.
    OutOfRange,
    /// It is there and sends nothing.
    Silent,
    /// Another program has it.
    Busy,
    /// It may not be used: tell a technician.
    Forbidden,
    /// Cameras and inputs are switched off in the configuration.
    Off,
    /// Software for it is missing: tell a technician.
    NotInstalled,
    /// As many as there may be are open.
    TooMany,
    /// It failed otherwise.
    Failed,
}

#[cfg(test)]
mod tests {
    //! What lies on the shelf is read again, and nothing else is.
    use super::*;

    #[test]
    fn a_source_is_kept_as_three_lines() {
        let source = LiveSource { name: "Desk camera\n2".into(), line: "rtsp://a:b@camera/1".into() };
        let read = LiveSource::of_bytes(&source.to_bytes()).unwrap();
        assert_eq!((read.name.as_str(), read.line.as_str()), ("Desk camera 2", "rtsp://a:b@camera/1"));
        assert_eq!(read.id(), source.id());
        assert!(!format!("{source:?}").contains("a:b"), "no password is printed");
        for bytes in [&b""[..], b"dais source 1\n", b"dais source 1\n\nname\n", b"other\nx\ny\n", b"\xff"] {
            assert_eq!(LiveSource::of_bytes(bytes), None);
        }
        let named = |address| LiveSource::stream(None, address).map(|source| source.name);
        assert_eq!(named("rtsp://a:b@camera/1").as_deref(), Some("rtsp://camera"));
        assert_eq!((named("/dev/video0"), named("pulse:x"), named("camera")), (None, None, None));
        for (line, device) in [("/dev/video0", true), ("found:HDMI", true), ("udp://0.0.0.0:5004", false)] {
            assert_eq!(LiveSource { name: String::new(), line: line.into() }.is_device(), device);
        }
    }
}
