//! How GStreamer is asked for frames and sound.

use std::time::Duration;

use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer_app::AppSink;

use crate::capture::Size;
use crate::loss::{CaptureError, Loss};
use crate::source::{Origin, Source};
use crate::v4l2;

/// Samples of sound a second.
pub(crate) const RATE: u32 = 48_000;
/// Buffers of sound that wait at most: a second of those of 10 ms. Who is later than that loses the oldest.
const SOUND_BUFFERS: u32 = 100;

/// A stream. Its sound, led nowhere, ends at its decoder.
const STREAM: &str = "uridecodebin name=uri ! videoconvert name=out";
/// How long a stream of RTSP is held back to put late packets in order: what a school's own network needs, and a tenth
/// of what GStreamer holds back by itself.
const STREAM_LATENCY_MS: u32 = 200;

/// Why there is no pipeline.
#[derive(Debug, PartialEq)]
pub(crate) enum Failure {
    /// Nor will there be.
    Never(CaptureError),
    /// It is tried again.
    Loss(Loss),
}

/// Pictures: frames are thrown away before the costly conversion and again behind it, so that the newest wins and the
/// picture never falls behind. JPEG first: over USB 2 most adapters give large raw frames at a few a second only.
pub(crate) fn pictures(most: Size) -> String {
    let Size { width, height } = most;
    let size = format!("width=[1,{width}],height=[1,{height}]");
    format!(
        "capsfilter name=head caps=\"image/jpeg;video/x-raw\" ! decodebin \
         ! queue leaky=downstream max-size-buffers=1 max-size-bytes=0 max-size-time=0 \
         ! videoconvert ! videoscale ! video/x-raw,format=BGRx,{size},pixel-aspect-ratio=1/1 \
         ! appsink name=frames max-buffers=1 drop=true sync=false"
    )
}

/// Sound: one channel of 16 bits, nothing thrown away while somebody takes it.
pub(crate) fn sound() -> String {
    format!(
        "queue name=head leaky=downstream max-size-buffers=0 max-size-bytes=0 max-size-time=1000000000 \
         ! audioconvert ! audioresample \
         ! audio/x-raw,format=S16LE,rate={RATE},channels=1,layout=interleaved \
         ! appsink name=frames max-buffers={SOUND_BUFFERS} drop=true sync=false"
    )
}

/// A running pipeline; dropping it stops it.
#[derive(Debug)]
pub(crate) struct Pipeline {
    pipeline: gst::Pipeline,
    bus: gst::Bus,
    frames: AppSink,
    source: Source,
}

impl Pipeline {
    pub(crate) fn start(source: &Source, tail: &str) -> Result<Self, Failure> {
        let missing = |what: String| Failure::Never(CaptureError::NotInstalled(what));
        gst::init().map_err(|error| missing(error.to_string()))?;
        let built = gst::parse::launch_full(tail, None, gst::ParseFlags::FATAL_ERRORS)
            .map_err(|error| missing(error.to_string()))?;
        let part = |what: &str| missing(format!("no {what}"));
        let pipeline = built.downcast::<gst::Pipeline>().map_err(|_| part("pipeline"))?;
        let bus = pipeline.bus().ok_or_else(|| part("bus"))?;
        let frames = pipeline.by_name("frames").and_then(|sink| sink.downcast::<AppSink>().ok());
        let frames = frames.ok_or_else(|| part("appsink"))?;
        let head = pipeline.by_name("head").ok_or_else(|| part("head"))?;
        let from = element(source)?;
        let linked = pipeline.add(&from).and_then(|()| from.link(&head));
        let pipeline = Self { pipeline, bus, frames, source: source.clone() };
        linked.map_err(|error| Failure::Loss(Loss::Failed(error.to_string())))?;
        if pipeline.pipeline.set_state(gst::State::Playing).is_err() {
            return Err(pipeline.trouble().err().unwrap_or(Failure::Loss(Loss::Stalled)));
        }
        Ok(pipeline)
    }

    /// Waits for a sample, at most `wait`.
    pub(crate) fn pull(&self, wait: Duration) -> Result<Option<gst::Sample>, Failure> {
        let wait = gst::ClockTime::try_from(wait).unwrap_or(gst::ClockTime::ZERO);
        if let Some(sample) = self.frames.try_pull_sample(wait) {
            return Ok(Some(sample));
        }
        self.trouble()?;
        if self.frames.is_eos() {
            return Err(Failure::Loss(self.asked().unwrap_or(Loss::Stalled)));
        }
        Ok(None)
    }

    /// Empties the bus; the first error on it is returned.
    fn trouble(&self) -> Result<(), Failure> {
        let Some(message) = self.bus.pop_filtered(&[gst::MessageType::Error]) else { return Ok(()) };
        let gst::MessageView::Error(error) = message.view() else { return Ok(()) };
        let (what, more) = (error.error(), error.debug().unwrap_or_default());
        if what.matches(gst::CoreError::MissingPlugin) || what.matches(gst::StreamError::CodecNotFound) {
            return Err(Failure::Never(CaptureError::NotInstalled(what.to_string())));
        }
        Err(Failure::Loss(self.asked().unwrap_or_else(|| loss_of(&what, &more))))
    }

    /// What the kernel says.
    fn asked(&self) -> Option<Loss> {
        v4l2::loss_at(&self.source.path()?)
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        if self.pipeline.set_state(gst::State::Null).is_err() {
            tracing::warn!(source = self.source.name(), "an input did not stop");
        }
    }
}

fn loss_of(what: &glib::Error, more: &str) -> Loss {
    match () {
        () if what.matches(gst::ResourceError::Busy) => Loss::Busy,
        () if what.matches(gst::ResourceError::NotAuthorized) => Loss::Forbidden,
        () if what.matches(gst::ResourceError::NotFound) => Loss::Unplugged,
        // ALSA and PulseAudio tell it in words alone: of a file, device or entity.
        () if more.contains("No such ") || what.message().contains("No such ") => Loss::Unplugged,
        () => Loss::Failed(what.message().to_owned()),
    }
}

fn element(source: &Source) -> Result<gst::Element, Failure> {
    let make = |factory: &str, device: &str| {
        let made = gst::ElementFactory::make(factory).name("from").property("device", device).build();
        made.map_err(|_| Failure::Never(CaptureError::NotInstalled(factory.to_owned())))
    };
    match source.origin() {
        Origin::V4l2(path) => {
            let from = make("v4l2src", &path.to_string_lossy())?;
            from.set_property("do-timestamp", true);
            Ok(from)
        }
        Origin::Alsa(pcm) => make("alsasrc", pcm),
        Origin::Pulse(source) => make("pulsesrc", source),
        Origin::Launch(description) => {
            let bin = gst::parse::bin_from_description_with_name(description, true, "from");
            let missing = |error: glib::Error| Failure::Never(CaptureError::NotInstalled(error.to_string()));
            bin.map(Cast::upcast).map_err(missing)
        }
        Origin::Stream(address) => stream(address),
        Origin::Found(device) => {
            device.create_element(Some("from")).map_err(|_| Failure::Loss(Loss::Unplugged))
        }
    }
}

/// Pictures of a stream, whatever carries them. Its sound is not taken.
fn stream(address: &str) -> Result<gst::Element, Failure> {
    let missing = |what: String| Failure::Never(CaptureError::NotInstalled(what));
    let bin = gst::parse::bin_from_description_with_name(STREAM, false, "from");
    let bin = bin.map_err(|error| missing(error.to_string()))?;
    let part = |name: &str| bin.by_name(name).ok_or_else(|| missing(name.to_owned()));
    let (decoder, out) = (part("uri")?, part("out")?);
    // By hand: the parser would lead the pad outside that is still to be linked inside.
    let end = out.static_pad("src").and_then(|end| gst::GhostPad::with_target(&end).ok());
    end.and_then(|end| bin.add_pad(&end).ok()).ok_or_else(|| missing("videoconvert".to_owned()))?;
    decoder.set_property("uri", address);
    decoder.connect("source-setup", false, |values| {
        let source = values.get(1)?.get::<gst::Element>().ok()?;
        if source.has_property_with_type("latency", u32::static_type()) {
            source.set_property("latency", STREAM_LATENCY_MS);
        }
        None
    });
    Ok(bin.upcast())
}

#[cfg(test)]
mod tests {
    //! What Debian ships understands what is asked.
    use super::*;

    #[test]
    fn descriptions_parse() {
        gst::init().unwrap();
        for tail in [pictures(Size::MOST), sound()] {
            let built = gst::parse::launch_full(&tail, None, gst::ParseFlags::FATAL_ERRORS).unwrap();
            let pipeline = built.downcast::<gst::Pipeline>().unwrap();
            assert!(pipeline.by_name("head").is_some() && pipeline.by_name("frames").is_some(), "{tail}");
        }
    }

    #[test]
    fn errors() {
        let error = |kind: gst::ResourceError| glib::Error::new(kind, "words");
        for (what, more, loss) in [
            (error(gst::ResourceError::Busy), "", Loss::Busy),
            (error(gst::ResourceError::NotFound), "", Loss::Unplugged),
            (error(gst::ResourceError::NotAuthorized), "", Loss::Forbidden),
            (
                error(gst::ResourceError::OpenRead),
                "Recording open error on device 'x': No such file or directory",
                Loss::Unplugged,
            ),
            (error(gst::ResourceError::Read), "", Loss::Failed("words".into())),
        ] {
            assert_eq!(loss_of(&what, more), loss);
        }
    }
}
