//! Videos made by GStreamer itself, for tests that play them.

use board::MediaId;
use gstreamer as gst;
use gstreamer::prelude::*;
use std::fmt::Write;
use std::path::Path;

/// Frames a second of [`webm`].
pub(crate) const RATE: u32 = 30;

/// A WebM of these colours (0xRRGGBB), each filling so many frames; with a tone as long if `sound`.
pub(crate) fn webm((width, height): (u32, u32), colours: &[u32], frames: u32, sound: bool) -> Vec<u8> {
    let mut line =
        "webmmux name=mux ! filesink name=to concat name=all ! vp8enc deadline=1 keyframe-max-dist=5 ! mux. "
            .to_owned();
    for colour in colours {
        let colour = 0xff00_0000 | colour;
        write!(
            line,
            "videotestsrc num-buffers={frames} pattern=solid-color foreground-color={colour} \
             ! video/x-raw,format=I420,width={width},height={height},framerate={RATE}/1 ! all. "
        )
        .unwrap();
    }
    if sound {
        let tenths = colours.len() as u32 * frames * 10 / RATE;
        write!(
            line,
            "audiotestsrc num-buffers={tenths} samplesperbuffer=4800 volume=0.01 ! audio/x-raw,rate=48000 \
             ! audioconvert ! vorbisenc ! mux. "
        )
        .unwrap();
    }
    made(&line)
}

/// The file that a pipeline makes whose sink is named `to`.
pub(crate) fn made(line: &str) -> Vec<u8> {
    gst::init().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("film");
    let pipeline = gst::parse::launch(line).unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.by_name("to").unwrap().set_property("location", path.to_str().unwrap());
    pipeline.set_state(gst::State::Playing).unwrap();
    let wait = gst::ClockTime::from_seconds(60);
    let last =
        pipeline.bus().unwrap().timed_pop_filtered(wait, &[gst::MessageType::Eos, gst::MessageType::Error]);
    let last = last.expect("the video is not made within a minute");
    assert_eq!(last.type_(), gst::MessageType::Eos, "{last:?}");
    pipeline.set_state(gst::State::Null).unwrap();
    std::fs::read(path).unwrap()
}

/// Lays a file where a board has its media.
pub(crate) fn shelve(board: &Path, bytes: &[u8]) -> MediaId {
    let (file, folder) = (MediaId::of(bytes), board.join("media"));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join(file.to_string()), bytes).unwrap();
    file
}
