//! Where a camera's frames come from, as one line of configuration.

use std::path::PathBuf;

/// A place frames come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// A PNG or JPEG file, shown for ever.
    Picture(PathBuf),
    /// A video file, played once in its own time.
    Video(PathBuf),
    /// An MJPEG stream over HTTP (`multipart/x-mixed-replace`), as network cameras and the sandbox's wallet give.
    Stream(String),
    /// A GStreamer description that ends in pictures, for cameras that none of the others reach: libcamera, RTSP, NDI.
    Launch(String),
    /// A Video4Linux device; the names under `/dev/v4l/by-id` survive replugging.
    Device(PathBuf),
}

/// Why a line names no source.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Neither a path nor an address.
    #[error(
        "camera \"{0}\" is neither a full path nor an http:// address: write /dev/video0, a picture, a video, an address, or gst: and a GStreamer source"
    )]
    Neither(String),
    /// A file of a kind that is no picture and no video.
    #[error(
        "camera file \"{0}\" has an unknown ending: .png .jpg .jpeg are pictures; .avi .mkv .webm .mp4 .mov .mjpg are videos"
    )]
    Ending(String),
}

impl Source {
    /// Reads `/dev/...`, `/path/picture.png|jpg|jpeg`, `/path/video.avi|mkv|webm|mp4|mov|mjpg`, `http(s)://...` or
    /// `gst:` and a description as `gst-launch-1.0` takes it, without a sink.
    pub fn parse(line: &str) -> Result<Self, SourceError> {
        if let Some(description) = line.strip_prefix("gst:").map(str::trim).filter(|rest| !rest.is_empty()) {
            return Ok(Self::Launch(description.to_owned()));
        }
        if line.starts_with("http://") || line.starts_with("https://") {
            return Ok(Self::Stream(line.to_owned()));
        }
        let path = PathBuf::from(line);
        if !path.is_absolute() {
            return Err(SourceError::Neither(line.to_owned()));
        }
        if path.starts_with("/dev") {
            return Ok(Self::Device(path));
        }
        let ending = path.extension().map(|e| e.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("png" | "jpg" | "jpeg") => Ok(Self::Picture(path)),
            Some("avi" | "mkv" | "webm" | "mp4" | "mov" | "mjpg") => Ok(Self::Video(path)),
            _ => Err(SourceError::Ending(line.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    //! One line of configuration, one source.
    use super::*;

    #[test]
    fn lines() {
        let path = PathBuf::from;
        for (line, source) in [
            ("/dev/video0", Source::Device(path("/dev/video0"))),
            ("/dev/v4l/by-id/usb-a-index0", Source::Device(path("/dev/v4l/by-id/usb-a-index0"))),
            ("/tmp/a b.PNG", Source::Picture(path("/tmp/a b.PNG"))),
            ("/tmp/a.jpeg", Source::Picture(path("/tmp/a.jpeg"))),
            ("/tmp/a.mp4", Source::Video(path("/tmp/a.mp4"))),
            ("gst: libcamerasrc", Source::Launch("libcamerasrc".into())),
            ("http://127.0.0.1:1/c.mjpg", Source::Stream("http://127.0.0.1:1/c.mjpg".into())),
        ] {
            assert_eq!(Source::parse(line), Ok(source), "{line}");
        }
        for line in ["", "video0", "off", "ftp://x/y.png", "gst: "] {
            assert!(matches!(Source::parse(line), Err(SourceError::Neither(_))), "{line}");
        }
        assert!(matches!(Source::parse("/tmp/a.txt"), Err(SourceError::Ending(_))));
    }
}
