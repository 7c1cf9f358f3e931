//! Where pictures or sound come from.

use std::fmt;
use std::path::{Path, PathBuf};

use gstreamer as gst;
use gstreamer::prelude::*;

/// What comes from an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Pictures.
    Video,
    /// Sound.
    Audio,
}

/// An input.
#[derive(Clone)]
pub struct Source {
    kind: Kind,
    name: String,
    origin: Origin,
}

#[derive(Clone)]
pub(crate) enum Origin {
    /// A Video4Linux device.
    V4l2(PathBuf),
    /// A PCM of ALSA.
    Alsa(String),
    /// A source of PulseAudio, or of PipeWire in its place.
    Pulse(String),
    /// A GStreamer description that ends in raw or JPEG pictures, or in sound.
    Launch(String),
    /// The address of pictures in the network.
    Stream(String),
    /// One that was found.
    Found(gst::Device),
}

/// Why a line names no input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" names no input: write a device as /dev/v4l/by-id/... or /dev/video0, a stream as rtsp://camera/..., a \
     microphone as alsa:hw:1 or pulse:NAME"
)]
pub struct SourceError(pub String);

/// What streams' addresses begin with. `udp://0.0.0.0:5004` takes what is sent to that port, as MPEG-TS.
const STREAMS: &[&str] = &["rtsp://", "rtsps://", "http://", "https://", "udp://"];

impl Source {
    /// Reads `/dev/...` (Video4Linux; the names under `/dev/v4l/by-id` survive replugging), the address of a stream,
    /// `alsa:PCM` or `pulse:SOURCE`.
    ///
    /// # Errors
    /// [`SourceError`]: none of these.
    pub fn parse(line: &str) -> Result<Self, SourceError> {
        let named = |kind, origin| Ok(Self { kind, name: line.to_owned(), origin });
        let alsa = line.strip_prefix("alsa:").filter(|pcm| !pcm.is_empty());
        let pulse = line.strip_prefix("pulse:").filter(|source| !source.is_empty());
        match (alsa, pulse) {
            (Some(pcm), _) => named(Kind::Audio, Origin::Alsa(pcm.to_owned())),
            (_, Some(source)) => named(Kind::Audio, Origin::Pulse(source.to_owned())),
            _ if is_stream(line) => {
                Ok(Self { kind: Kind::Video, name: shown(line), origin: Origin::Stream(line.to_owned()) })
            }
            _ if Path::new(line).starts_with("/dev") && !line.ends_with('/') => {
                named(Kind::Video, Origin::V4l2(line.into()))
            }
            _ => Err(SourceError(line.to_owned())),
        }
    }

    /// Reads what [`Source::parse`] does, or `gst:` and a description as `gst-launch-1.0` takes it, without a sink, for
    /// inputs that nothing else reaches: network cameras, and files in tests. It must be an input of this kind.
    ///
    /// # Errors
    /// [`SourceError`]: none of these, or of the other kind.
    pub fn of_kind(kind: Kind, line: &str) -> Result<Self, SourceError> {
        let source = match line.strip_prefix("gst:").map(str::trim).filter(|rest| !rest.is_empty()) {
            // A description may hold an address with a password.
            Some(rest) => Self {
                kind,
                name: rest.split_whitespace().next().unwrap_or_default().to_owned(),
                origin: Origin::Launch(rest.to_owned()),
            },
            None => Self::parse(line)?,
        };
        if source.kind == kind { Ok(source) } else { Err(SourceError(line.to_owned())) }
    }

    /// One that the monitor found.
    pub(crate) fn found(device: gst::Device) -> Option<Self> {
        let kind = match () {
            () if device.has_classes("Video/Source") => Kind::Video,
            () if device.has_classes("Audio/Source") => Kind::Audio,
            () => return None,
        };
        // Of PulseAudio: what a loudspeaker plays is no microphone.
        let property = |name: &str| device.properties().and_then(|all| all.get::<String>(name).ok());
        if property("device.class").as_deref() == Some("monitor") {
            return None;
        }
        Some(Self { kind, name: device.display_name().into(), origin: Origin::Found(device) })
    }

    /// Pictures or sound.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// What a person knows it by.
    pub fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The device file, where it has one.
    pub fn path(&self) -> Option<PathBuf> {
        match &self.origin {
            Origin::V4l2(path) => Some(path.clone()),
            Origin::Alsa(_) | Origin::Pulse(_) | Origin::Launch(_) | Origin::Stream(_) => None,
            Origin::Found(device) => {
                let properties = device.properties()?;
                let path = ["device.path", "api.v4l2.path"]
                    .iter()
                    .find_map(|key| properties.get::<String>(*key).ok());
                path.map(PathBuf::from).filter(|path| path.is_absolute())
            }
        }
    }
}

fn is_stream(line: &str) -> bool {
    let rest = STREAMS.iter().find_map(|scheme| line.strip_prefix(scheme));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/') && !line.contains(char::is_whitespace))
}

/// A stream's address without what may be a password: neither a user nor a path nor what is asked.
fn shown(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else { return String::new() };
    let place = rest.split(['/', '?', '#']).next().unwrap_or_default();
    format!("{scheme}://{}", place.rsplit('@').next().unwrap_or_default())
}

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        match (&self.origin, &other.origin) {
            (Origin::Found(one), Origin::Found(two)) => one == two,
            (Origin::Found(_), _) | (_, Origin::Found(_)) => false,
            (Origin::Launch(one), Origin::Launch(two)) | (Origin::Stream(one), Origin::Stream(two)) => {
                one == two
            }
            _ => self.name == other.name,
        }
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Source({:?} {:?})", self.kind, self.name)
    }
}

#[cfg(test)]
mod tests {
    //! One line, one input.
    use super::*;

    #[test]
    fn lines() {
        for (line, kind, path) in [
            ("/dev/video0", Kind::Video, Some("/dev/video0")),
            (
                "/dev/v4l/by-id/usb-hdmi-video-index0",
                Kind::Video,
                Some("/dev/v4l/by-id/usb-hdmi-video-index0"),
            ),
            ("alsa:hw:CARD=Mic,DEV=0", Kind::Audio, None),
            ("pulse:room.monitor", Kind::Audio, None),
        ] {
            let source = Source::parse(line).unwrap();
            assert_eq!((source.kind(), source.path(), source.name()), (kind, path.map(PathBuf::from), line));
        }
        for (line, name) in [
            ("rtsp://user:word@camera:8554/live?key=1", "rtsp://camera:8554"),
            ("http://10.0.0.7/mjpg/video.mjpg", "http://10.0.0.7"),
            ("udp://0.0.0.0:5004", "udp://0.0.0.0:5004"),
        ] {
            let source = Source::of_kind(Kind::Video, line).unwrap();
            assert_eq!((source.kind(), source.path(), source.name()), (Kind::Video, None, name));
        }
        let camera = Source::of_kind(Kind::Video, "gst: rtspsrc location=rtsp://user:word@camera/").unwrap();
        assert_eq!((camera.kind(), camera.path(), camera.name()), (Kind::Video, None, "rtspsrc"));
        assert_eq!(Source::of_kind(Kind::Audio, "alsa:hw:1").unwrap().kind(), Kind::Audio);
        for line in ["/dev/video0", "gst:", "gst: ", "off"] {
            assert!(Source::of_kind(Kind::Audio, line).is_err(), "{line}");
        }
        for line in [
            "",
            "video0",
            "alsa:",
            "pulse:",
            "/dev/",
            "/devices/video0",
            "hw:1",
            "rtsp://",
            "rtsp:///x",
            "file:///x",
            "http://a b",
        ] {
            assert_eq!(Source::parse(line).unwrap_err(), SourceError(line.into()));
        }
    }
}
