//! Samples through GStreamer to whatever sound device there is. No other file of this crate knows it.

use std::time::{Duration, Instant};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSrc;

/// Without a sound card `autoaudiosink` is silent by itself.
const PIPELINE: &str = "appsrc name=samples format=time ! audioconvert ! audioresample ! autoaudiosink";
/// A device that has not taken a sound so long after its length takes none.
const PATIENCE: Duration = Duration::from_secs(6);
/// How often it is asked whether to go on.
const BLINK: Duration = Duration::from_millis(30);

/// Why nothing was heard.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PlayError {
    #[error("the sound system is not complete: {0}")]
    Missing(#[from] gst::glib::Error),
    #[error("the sound system does not work: {0}")]
    Broken(#[from] gst::glib::BoolError),
    #[error("the sound system did not start")]
    State(#[from] gst::StateChangeError),
    #[error("the sound device takes nothing")]
    Refused,
}

/// How far it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Played {
    /// To its end.
    Whole,
    /// It was to go on no longer.
    Ended,
}

/// Plays one channel of samples and waits for its end, or until `go_on` says no.
pub(crate) fn play_while(
    samples: &[i16],
    rate: u32,
    go_on: impl FnMut() -> bool,
) -> Result<Played, PlayError> {
    gst::init()?;
    let pipeline = gst::parse::launch(PIPELINE)?;
    let outcome = run(&pipeline, samples, rate, go_on);
    pipeline.set_state(gst::State::Null)?;
    outcome
}

fn run(
    pipeline: &gst::Element,
    samples: &[i16],
    rate: u32,
    mut go_on: impl FnMut() -> bool,
) -> Result<Played, PlayError> {
    let bin = pipeline.downcast_ref::<gst::Pipeline>().ok_or(PlayError::Refused)?;
    let source = bin.by_name("samples").and_then(|source| source.downcast::<AppSrc>().ok());
    let source = source.ok_or(PlayError::Refused)?;
    let length = Duration::from_secs_f64(samples.len() as f64 / f64::from(rate.max(1)));
    let rate = i32::try_from(rate).unwrap_or(i32::MAX);
    source.set_caps(Some(
        &gst::Caps::builder("audio/x-raw")
            .field("format", "S16LE")
            .field("layout", "interleaved")
            .field("rate", rate)
            .field("channels", 1)
            .build(),
    ));
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let mut buffer = gst::Buffer::from_slice(bytes);
    if let Some(buffer) = buffer.get_mut() {
        buffer.set_pts(gst::ClockTime::ZERO);
    }
    pipeline.set_state(gst::State::Playing)?;
    let pushed = source.push_buffer(buffer).and_then(|_| source.end_of_stream());
    pushed.map_err(|_| PlayError::Refused)?;
    let bus = pipeline.bus().ok_or(PlayError::Refused)?;
    let blink = gst::ClockTime::try_from(BLINK).unwrap_or(gst::ClockTime::SECOND);
    let deadline = Instant::now() + length + PATIENCE;
    while Instant::now() < deadline {
        let end = bus.timed_pop_filtered(blink, &[gst::MessageType::Eos, gst::MessageType::Error]);
        match end.as_ref().map(|message| message.view()) {
            Some(gst::MessageView::Eos(_)) => return Ok(Played::Whole),
            Some(gst::MessageView::Error(error)) => return Err(error.error().into()),
            _ if go_on() => {}
            _ => return Ok(Played::Ended),
        }
    }
    Err(PlayError::Refused)
}
