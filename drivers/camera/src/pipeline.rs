//! Frames through GStreamer. No other file knows it.
//!
//! A decoder is slower than a camera, so frames are thrown away in two places: a leaky queue in front of the costly
//! conversion, and an appsink that keeps the newest. Without both, frames wait and the picture falls behind.
//!
//! GStreamer 1.22.0, which is Debian 12's, never frees the buffer pool of a `v4l2src` that it has stopped: each time a
//! camera is closed it keeps one of its files, so that `/dev/video0` comes back as `/dev/video1`. It does not where the
//! environment has `GST_V4L2_FORCE_DRAIN`, as the kiosk's unit sets it.

use std::path::Path;
use std::time::Duration;

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer_app::AppSink;

use crate::camera::CameraError;
use crate::source::Source;

/// The decoder's grey frame; larger ones are made smaller, as they would cost time and read no better.
const TAIL: &str = "queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 \
    ! videoconvert ! videoscale \
    ! video/x-raw,format=GRAY8,width=[1,1280],height=[1,1280],pixel-aspect-ratio=1/1 \
    ! appsink name=frames max-buffers=1 drop=true sync=false";
/// GStreamer pads the rows of a grey frame to this many bytes.
const ROW_ALIGN: usize = 4;

/// One grey frame without padding.
#[derive(Debug)]
pub(crate) struct Frame {
    pub(crate) gray: Vec<u8>,
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// How long ago it was taken, by the pipeline's clock; none for a source without one.
    pub(crate) age: Option<Duration>,
}

/// What one wait gave.
#[derive(Debug)]
pub(crate) enum Pulled {
    Frame(Frame),
    None,
}

/// A running pipeline; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pipeline: gst::Pipeline,
    bus: gst::Bus,
    frames: AppSink,
    source_name: String,
}

impl Pipeline {
    pub(crate) fn start(source: &Source) -> Result<Self, CameraError> {
        gst::init().map_err(|error| CameraError::NotInstalled(error.to_string()))?;
        let source_name = match source {
            Source::Picture(path) | Source::Video(path) | Source::Device(path) => path.display().to_string(),
            Source::Stream(address) => without_credentials(address),
            // A description may hold an address with a password.
            Source::Launch(description) => {
                description.split_whitespace().next().unwrap_or_default().to_owned()
            }
        };
        let built =
            parse(&description(source)).map_err(|error| CameraError::NotInstalled(error.to_string()))?;
        let cannot_open =
            |why: &str| CameraError::CannotOpen { source_name: source_name.clone(), why: why.to_owned() };
        let pipeline = built.downcast::<gst::Pipeline>().map_err(|_| cannot_open("no pipeline"))?;
        let bus = pipeline.bus().ok_or_else(|| cannot_open("no bus"))?;
        let frames = pipeline
            .by_name("frames")
            .and_then(|sink| sink.downcast::<AppSink>().ok())
            .ok_or_else(|| cannot_open("no appsink"))?;
        let (property, place) = match source {
            Source::Picture(path) | Source::Video(path) => ("location", path_text(path)),
            Source::Stream(address) => ("location", address.clone()),
            Source::Device(path) => ("device", path_text(path)),
            Source::Launch(_) => ("", String::new()),
        };
        if !property.is_empty() {
            let from = pipeline.by_name("from").ok_or_else(|| cannot_open("no source"))?;
            from.set_property(property, place);
        }
        let pipeline = Self { pipeline, bus, frames, source_name };
        if pipeline.pipeline.set_state(gst::State::Playing).is_err() {
            pipeline.trouble(false)?;
            return Err(CameraError::CannotOpen {
                source_name: pipeline.source_name.clone(),
                why: "it did not start".into(),
            });
        }
        Ok(pipeline)
    }

    /// The device, file or address, without credentials.
    pub(crate) fn source_name(&self) -> &str {
        &self.source_name
    }

    /// Waits for the newest frame, at most `wait`. `worked` says whether this camera gave a frame before, which makes
    /// its error a loss.
    pub(crate) fn pull(&self, wait: Duration, worked: bool) -> Result<Pulled, CameraError> {
        let wait = gst::ClockTime::try_from(wait).unwrap_or(gst::ClockTime::ZERO);
        if let Some(sample) = self.frames.try_pull_sample(wait) {
            let age = self.age(&sample);
            return Ok(frame_of(&sample, age).map_or(Pulled::None, Pulled::Frame));
        }
        self.trouble(worked)?;
        if self.frames.is_eos() {
            return Err(self.ended());
        }
        Ok(Pulled::None)
    }

    /// How long the pipeline has run, in the time that its frames are stamped with.
    pub(crate) fn running_time(&self) -> Option<Duration> {
        self.pipeline.current_running_time().map(Duration::from)
    }

    fn age(&self, sample: &gst::Sample) -> Option<Duration> {
        let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
        let taken = segment.to_running_time(sample.buffer()?.pts()?)?;
        self.running_time()?.checked_sub(taken.into())
    }

    fn ended(&self) -> CameraError {
        CameraError::Ended { source_name: self.source_name.clone() }
    }

    /// Empties the bus; the first error or end on it is returned.
    fn trouble(&self, worked: bool) -> Result<(), CameraError> {
        let Some(message) = self.bus.pop_filtered(&[gst::MessageType::Error, gst::MessageType::Eos]) else {
            return Ok(());
        };
        let gst::MessageView::Error(error) = message.view() else {
            return Err(self.ended());
        };
        let error = error.error();
        let why = error.message().to_owned();
        let missing =
            error.matches(gst::CoreError::MissingPlugin) || error.matches(gst::StreamError::CodecNotFound);
        let source_name = self.source_name.clone();
        Err(match (missing, worked) {
            (true, _) => CameraError::NotInstalled(why),
            (false, true) => CameraError::Lost { source_name, why },
            (false, false) => CameraError::CannotOpen { source_name, why },
        })
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        if self.pipeline.set_state(gst::State::Null).is_err() {
            tracing::warn!("a camera did not stop");
        }
    }
}

fn description(source: &Source) -> String {
    let head = match source {
        Source::Launch(description) => description.as_str(),
        // A file is paced in front of the leaky queue, so that it plays in its own time, as a camera would.
        Source::Picture(_) => {
            "filesrc name=from ! decodebin ! imagefreeze is-live=true ! video/x-raw,framerate=10/1"
        }
        Source::Video(_) => "filesrc name=from ! decodebin ! identity sync=true",
        // Between parts nothing comes; a server that sends nothing for five seconds is gone.
        Source::Stream(_) => {
            "souphttpsrc name=from is-live=true do-timestamp=true timeout=5 retries=0 keep-alive=false \
             ! multipartdemux single-stream=true \
             ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 ! jpegdec"
        }
        // MJPEG first: over USB 2 most cameras give large raw frames at 10 a second only.
        Source::Device(_) => {
            "v4l2src name=from do-timestamp=true \
             ! image/jpeg,width=[640,1280],height=[480,960];video/x-raw,width=[320,1280],height=[240,960];\
             image/jpeg;video/x-raw ! decodebin"
        }
    };
    format!("{head} ! {TAIL}")
}

fn parse(description: &str) -> Result<gst::Element, glib::Error> {
    gst::parse::launch_full(description, None, gst::ParseFlags::FATAL_ERRORS)
}

fn path_text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

/// An address may carry a name and password, which belong in no log.
fn without_credentials(address: &str) -> String {
    let Some((scheme, rest)) = address.split_once("://") else {
        return address.to_owned();
    };
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let path = path.split('?').next().unwrap_or_default();
    format!("{scheme}://{host}/{path}")
}

/// Takes the rows out of their padding. None for a frame that is not what was asked for.
fn frame_of(sample: &gst::Sample, age: Option<Duration>) -> Option<Frame> {
    let shape = sample.caps()?.structure(0)?;
    let width = usize::try_from(shape.get::<i32>("width").ok()?).ok()?;
    let height = usize::try_from(shape.get::<i32>("height").ok()?).ok()?;
    let bytes = sample.buffer()?.map_readable().ok()?;
    let stride = width.next_multiple_of(ROW_ALIGN);
    let mut gray = Vec::with_capacity(width * height);
    for row in 0..height {
        gray.extend_from_slice(bytes.get(row * stride..row * stride + width)?);
    }
    Some(Frame { gray, width, height, age })
}

#[cfg(test)]
mod tests {
    //! Every description parses with what Debian ships, and credentials stay out of names.
    use super::*;

    #[test]
    fn descriptions_parse() {
        gst::init().unwrap();
        for line in ["/a.png", "/a.mp4", "http://h/s", "/dev/video0"] {
            let source = Source::parse(line).unwrap();
            let pipeline = parse(&description(&source)).unwrap().downcast::<gst::Pipeline>().unwrap();
            assert!(pipeline.by_name("from").is_some() && pipeline.by_name("frames").is_some(), "{line}");
        }
        let source = Source::parse("gst: videotestsrc is-live=true").unwrap();
        assert!(parse(&description(&source)).is_ok());
    }

    #[test]
    fn credentials() {
        for (address, name) in [
            ("http://me:secret@cam:80/s.mjpg?token=1", "http://cam:80/s.mjpg"),
            ("http://cam", "http://cam/"),
            ("http://cam/a@b", "http://cam/a@b"),
        ] {
            assert_eq!(without_credentials(address), name);
        }
    }
}
