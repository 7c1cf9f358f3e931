//! Samples through GStreamer to whatever sound device there is. No other file of this crate knows it.

use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSrc;

/// Without a sound card `autoaudiosink` is silent by itself.
const PIPELINE: &str = "appsrc name=samples format=time ! audioconvert ! audioresample ! autoaudiosink";
/// A device that has not taken a short sound after so long takes none.
const PATIENCE: Duration = Duration::from_secs(8);

/// Why nothing was heard.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlayError {
    #[error("the sound system is not complete: {0}")]
    Missing(#[from] gst::glib::Error),
    #[error("the sound system does not work: {0}")]
    Broken(#[from] gst::glib::BoolError),
    #[error("the sound system did not start")]
    State(#[from] gst::StateChangeError),
    #[error("the sound device takes nothing")]
    Refused,
}

/// Plays one channel of samples and waits for its end.
pub(super) fn play(samples: &[i16], rate: u32) -> Result<(), PlayError> {
    gst::init()?;
    let pipeline = gst::parse::launch(PIPELINE)?;
    let outcome = run(&pipeline, samples, rate);
    pipeline.set_state(gst::State::Null)?;
    outcome
}

fn run(pipeline: &gst::Element, samples: &[i16], rate: u32) -> Result<(), PlayError> {
    let bin = pipeline.downcast_ref::<gst::Pipeline>().ok_or(PlayError::Refused)?;
    let source = bin.by_name("samples").and_then(|source| source.downcast::<AppSrc>().ok());
    let source = source.ok_or(PlayError::Refused)?;
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
    let patience = gst::ClockTime::try_from(PATIENCE).unwrap_or(gst::ClockTime::SECOND);
    let end = bus.timed_pop_filtered(patience, &[gst::MessageType::Eos, gst::MessageType::Error]);
    match end.as_ref().map(|message| message.view()) {
        Some(gst::MessageView::Eos(_)) => Ok(()),
        Some(gst::MessageView::Error(error)) => Err(error.error().into()),
        _ => Err(PlayError::Refused),
    }
}
