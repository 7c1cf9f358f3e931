//! A video file through GStreamer. No other file of this crate knows it.
//!
//! ```text
//! filesrc ! decodebin +-> queue ! videoscale ! videoconvert ! size ! appsink   (the newest frame only)
//!                     +-> queue ! audioconvert ! audioresample ! autoaudiosink (where there is sound)
//! ```

use super::Fault;
use crate::message::FilmTrouble;
use board::Bitmap;
use gstreamer as gst;
use gstreamer::glib;
use gstreamer::prelude::*;
use gstreamer_app::{AppSink, AppSinkCallbacks};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::Thread;

/// Made smaller before its colours are converted, as that is fewer pixels. A frame that comes a tenth of a second
/// late is left out, and the decoder is told to hurry.
const PICTURE: &str = "queue max-size-buffers=2 max-size-bytes=0 max-size-time=0 \
    ! videoscale add-borders=false ! videoconvert ! capsfilter name=size \
    ! appsink name=frames max-buffers=1 drop=true wait-on-eos=false qos=true max-lateness=100000000";
const SOUND: &str = "queue ! audioconvert ! audioresample ! autoaudiosink";
/// The largest picture that is decoded: 8K. A file may claim any size, and its decoder would believe it.
const MOST_PIXELS: i64 = 7_680 * 4_320;
/// Decoders go on over a damaged frame with a warning; after so many of them the file is no good.
const MOST_WARNINGS: u32 = 100;
/// Messages that wait: one seek is on its way at most, so these are errors, of which the first counts.
const MESSAGES: usize = 16;
/// Frames that are used again and again: one on the board, one on its way, one being filled.
const POOL: usize = 3;
/// Lists of other addresses: a file on a board plays itself, and fetches nothing.
const LISTS: &[&str] = &[
    "application/x-hls",
    "application/dash+xml",
    "application/vnd.ms-sstr+xml",
    "application/sdp",
    "application/x-rtsp",
    "application/smil",
    "text/uri-list",
];

/// What the pipeline says.
#[derive(Debug)]
pub(super) enum News {
    /// It stands at its first frame, or at the frame it was sent to.
    Ready,
    Ended,
}

/// One frame and its place in the video.
pub(super) struct Still {
    pub(super) bitmap: Bitmap,
    pub(super) at_us: u64,
}

/// What streaming threads have seen.
#[derive(Default)]
struct Seen {
    /// Some frame.
    any: AtomicBool,
    /// A frame to stand at, not taken yet.
    still: AtomicBool,
    warnings: AtomicU32,
    too_large: AtomicBool,
    no_picture: AtomicBool,
    sound: OnceLock<gst::Bin>,
}

/// An open file; dropping it stops it.
pub(super) struct Pipeline {
    pipeline: gst::Pipeline,
    messages: Receiver<gst::Message>,
    frames: AppSink,
    size: gst::Element,
    seen: Arc<Seen>,
    pool: Vec<Arc<[u32]>>,
}

impl Pipeline {
    /// Opens a file, paused. `wake` is woken whenever there are news or a frame.
    pub(super) fn open(
        path: &Path,
        size: (u32, u32),
        sound: bool,
        wake: &Thread,
    ) -> Result<Self, FilmTrouble> {
        let missing = |_| FilmTrouble::NotInstalled;
        gst::init().map_err(missing)?;
        // A pipe of that name would keep us waiting for ever.
        if !path.metadata().is_ok_and(|file| file.is_file()) {
            return Err(FilmTrouble::Gone);
        }
        let pipeline = gst::Pipeline::new();
        let picture =
            gst::parse::bin_from_description(PICTURE, true).map_err(|_| FilmTrouble::NotInstalled)?;
        let named = |name: &str| picture.by_name(name).ok_or(FilmTrouble::NotInstalled);
        let filter = named("size")?;
        let frames = named("frames")?.downcast::<AppSink>().map_err(|_| FilmTrouble::NotInstalled)?;
        let source = gst::ElementFactory::make("filesrc").property("location", path).build();
        let source = source.map_err(|_| FilmTrouble::NotInstalled)?;
        let decoder =
            gst::ElementFactory::make("decodebin").build().map_err(|_| FilmTrouble::NotInstalled)?;
        let seen = Arc::new(Seen::default());
        listen(&frames, &seen, wake);
        limit(&decoder, &seen);
        let parts = [&source, &decoder, picture.upcast_ref()];
        let built = pipeline.add_many(parts).is_ok() && source.link(&decoder).is_ok();
        let bus = pipeline.bus().filter(|_| built).ok_or(FilmTrouble::NotInstalled)?;
        connect(&decoder, &pipeline, &picture, &seen, (sound, wake));
        let messages = hear(&bus, &seen, wake);
        let film = Self { pipeline, messages, frames, size: filter, seen, pool: Vec::new() };
        film.resize(size);
        // What is wrong with the file is said on the bus.
        if film.pipeline.set_state(gst::State::Paused).is_err() {
            tracing::debug!("a video did not open at once");
        }
        Ok(film)
    }

    /// The next thing it says, if any.
    pub(super) fn news(&mut self) -> Result<Option<News>, Fault> {
        if self.seen.no_picture.load(Ordering::Relaxed) {
            let too_large = self.seen.too_large.load(Ordering::Relaxed);
            return Err(Fault::Trouble(if too_large {
                FilmTrouble::TooLarge
            } else {
                FilmTrouble::NotVideo
            }));
        }
        if self.seen.warnings.load(Ordering::Relaxed) > MOST_WARNINGS {
            return Err(Fault::Trouble(FilmTrouble::Damaged));
        }
        let Ok(message) = self.messages.try_recv() else { return Ok(None) };
        match message.view() {
            gst::MessageView::Eos(_) if self.seen.any.load(Ordering::Relaxed) => Ok(Some(News::Ended)),
            // There is a picture in it, and none of its frames can be shown.
            gst::MessageView::Eos(_) => Err(Fault::Trouble(FilmTrouble::Damaged)),
            gst::MessageView::Error(error) => Err(self.fault(error)),
            _ => Ok(Some(News::Ready)),
        }
    }

    fn fault(&self, error: &gst::message::Error) -> Fault {
        let from = error.src();
        let error = error.error();
        tracing::warn!(why = error.message(), "a video does not play");
        let of_sound =
            |sound: &gst::Bin| from.is_some_and(|from| from == sound || from.has_as_ancestor(sound));
        if self.seen.sound.get().is_some_and(of_sound) {
            return Fault::Sound;
        }
        let no_codec =
            error.matches(gst::CoreError::MissingPlugin) || error.matches(gst::StreamError::CodecNotFound);
        let not_video =
            error.matches(gst::StreamError::TypeNotFound) || error.matches(gst::StreamError::WrongType);
        let gone = error.matches(gst::ResourceError::NotFound) || error.matches(gst::ResourceError::OpenRead);
        Fault::Trouble(match () {
            () if self.seen.too_large.load(Ordering::Relaxed) => FilmTrouble::TooLarge,
            () if no_codec => FilmTrouble::NoDecoder,
            () if not_video => FilmTrouble::NotVideo,
            () if gone => FilmTrouble::Gone,
            () => FilmTrouble::Damaged,
        })
    }

    /// Plays or pauses.
    pub(super) fn play(&self, plays: bool) -> Result<(), Fault> {
        let state = if plays { gst::State::Playing } else { gst::State::Paused };
        self.pipeline.set_state(state).map(|_| ()).map_err(|_| Fault::Trouble(FilmTrouble::Damaged))
    }

    /// Goes to a place, to be told by [`News::Ready`]; false where the file does not allow it.
    pub(super) fn seek(&self, to_us: u64) -> bool {
        let flags = gst::SeekFlags::FLUSH | gst::SeekFlags::ACCURATE;
        self.pipeline.seek_simple(flags, gst::ClockTime::from_useconds(to_us)).is_ok()
    }

    /// Where it stands.
    pub(super) fn at_us(&self) -> Option<u64> {
        self.pipeline.query_position::<gst::ClockTime>().map(gst::ClockTime::useconds)
    }

    pub(super) fn length_us(&self) -> Option<u64> {
        self.pipeline.query_duration::<gst::ClockTime>().map(gst::ClockTime::useconds)
    }

    /// Frames are never larger than this, nor larger than the file's.
    pub(super) fn resize(&self, (width, height): (u32, u32)) {
        let most = |side: u32| gst::IntRange::new(1, i32::try_from(side).unwrap_or(i32::MAX).max(2));
        let caps = gst::Caps::builder("video/x-raw")
            .field("format", "BGRx")
            .field("width", most(width))
            .field("height", most(height))
            .field("pixel-aspect-ratio", gst::Fraction::new(1, 1));
        self.size.set_property("caps", caps.build());
    }

    /// The newest frame that was not taken yet.
    pub(super) fn frame(&mut self) -> Option<Still> {
        let now = gst::ClockTime::ZERO;
        let sample = match self.seen.still.swap(false, Ordering::Relaxed) {
            true => self.frames.try_pull_preroll(now),
            false => None,
        };
        let sample = sample.or_else(|| self.frames.try_pull_sample(now))?;
        self.still(&sample)
    }

    /// `None` for a frame that is not what was asked for.
    fn still(&mut self, sample: &gst::Sample) -> Option<Still> {
        let shape = sample.caps()?.structure(0)?;
        let width = u32::try_from(shape.get::<i32>("width").ok()?).ok()?;
        let height = u32::try_from(shape.get::<i32>("height").ok()?).ok()?;
        let buffer = sample.buffer()?;
        let bytes = buffer.map_readable().ok()?;
        // Rows of four bytes a pixel have no padding.
        let size = width as usize * height as usize;
        let (bytes, _) = bytes.get(..size * 4)?.as_chunks::<4>();
        let mut pixels = self.blank(size);
        let whole = Arc::get_mut(&mut pixels)?;
        for (pixel, bytes) in whole.iter_mut().zip(bytes) {
            *pixel = u32::from_le_bytes(*bytes) | 0xff00_0000;
        }
        let segment = sample.segment()?.downcast_ref::<gst::ClockTime>()?;
        let at = buffer.pts().and_then(|pts| segment.to_stream_time(pts));
        if self.pool.len() < POOL {
            self.pool.push(pixels.clone());
        }
        Some(Still {
            bitmap: Bitmap { width, height, pixels },
            at_us: at.map_or(0, gst::ClockTime::useconds),
        })
    }

    /// Pixels that nobody looks at any more.
    fn blank(&mut self, size: usize) -> Arc<[u32]> {
        self.pool.retain(|pixels| pixels.len() == size);
        match self.pool.iter().position(|pixels| Arc::strong_count(pixels) == 1) {
            Some(index) => self.pool.swap_remove(index),
            None => vec![0; size].into(),
        }
    }
}

impl Drop for Pipeline {
    fn drop(&mut self) {
        if self.pipeline.set_state(gst::State::Null).is_err() {
            tracing::warn!("a video did not stop");
        }
    }
}

/// Takes messages off the bus as they are posted. The bus itself would show them only after the call that wakes.
fn hear(bus: &gst::Bus, seen: &Arc<Seen>, wake: &Thread) -> Receiver<gst::Message> {
    let (to, messages) = sync_channel(MESSAGES);
    let (seen, wake) = (seen.clone(), wake.clone());
    bus.set_sync_handler(move |_, message| {
        match message.view() {
            gst::MessageView::Warning(warning) => {
                tracing::debug!(why = warning.error().message(), "a video is odd");
                seen.warnings.fetch_add(1, Ordering::Relaxed);
            }
            gst::MessageView::Error(_) | gst::MessageView::Eos(_) | gst::MessageView::AsyncDone(_) => {
                if to.try_send(message.clone()).is_err() {
                    tracing::warn!("a video says more than is heard");
                }
            }
            _ => return gst::BusSyncReply::Drop,
        }
        wake.unpark();
        gst::BusSyncReply::Drop
    });
    messages
}

/// Wakes whoever takes the frames.
fn listen(frames: &AppSink, seen: &Arc<Seen>, wake: &Thread) {
    let (any, woken) = (seen.clone(), wake.clone());
    let (still, woken_by_still) = (seen.clone(), wake.clone());
    let callbacks = AppSinkCallbacks::builder()
        .new_sample(move |_| {
            any.any.store(true, Ordering::Relaxed);
            woken.unpark();
            Ok(gst::FlowSuccess::Ok)
        })
        .new_preroll(move |_| {
            still.any.store(true, Ordering::Relaxed);
            still.still.store(true, Ordering::Relaxed);
            woken_by_still.unpark();
            Ok(gst::FlowSuccess::Ok)
        });
    frames.set_callbacks(callbacks.build());
}

/// Keeps the decoder from what it should not open: then a pad without pictures is all that comes of it.
fn limit(decoder: &gst::Element, seen: &Arc<Seen>) {
    let seen = seen.clone();
    decoder.connect("autoplug-continue", false, move |values| {
        let caps = values.get(2).and_then(|caps| caps.get::<gst::Caps>().ok());
        let shape = caps.as_ref().and_then(|caps| caps.structure(0));
        let goes_on = shape.is_none_or(|shape| {
            let side = |name| i64::from(shape.get::<i32>(name).unwrap_or(0));
            let too_large = side("width").saturating_mul(side("height")) > MOST_PIXELS;
            if too_large {
                seen.too_large.store(true, Ordering::Relaxed);
            }
            !too_large && !LISTS.contains(&shape.name().as_str())
        });
        Some(goes_on.to_value())
    });
}

/// Leads the first picture and the first sound that the decoder finds to where they belong.
fn connect(
    decoder: &gst::Element,
    pipeline: &gst::Pipeline,
    picture: &gst::Bin,
    seen: &Arc<Seen>,
    (sound, wake): (bool, &Thread),
) {
    let (into, of, heard) = (picture.downgrade(), pipeline.downgrade(), seen.clone());
    decoder.connect_pad_added(move |_, pad| {
        let caps = pad.current_caps().unwrap_or_else(|| pad.query_caps(None));
        let kind = caps.structure(0).map(|shape| shape.name().as_str());
        let led = match kind {
            Some("video/x-raw") => into.upgrade().is_some_and(|picture| lead(pad, picture.upcast_ref())),
            Some("audio/x-raw") if sound && heard.sound.get().is_none() => {
                of.upgrade().is_some_and(|pipeline| sounds(pad, &pipeline, &heard))
            }
            _ => false,
        };
        tracing::debug!(kind, led, "a video has this inside");
    });
    let (into, woken, seen) = (picture.downgrade(), wake.clone(), seen.clone());
    decoder.connect_no_more_pads(move |_| {
        let entry = into.upgrade().and_then(|picture| picture.static_pad("sink"));
        if entry.is_some_and(|entry| !entry.is_linked()) {
            seen.no_picture.store(true, Ordering::Relaxed);
            woken.unpark();
        }
    });
}

fn lead(pad: &gst::Pad, to: &gst::Element) -> bool {
    let entry = to.static_pad("sink").filter(|entry| !entry.is_linked());
    entry.is_some_and(|entry| pad.link(&entry).is_ok())
}

/// Without a sound card `autoaudiosink` is silent by itself.
fn sounds(pad: &gst::Pad, pipeline: &gst::Pipeline, seen: &Seen) -> bool {
    let bin: Result<gst::Bin, glib::Error> = gst::parse::bin_from_description(SOUND, true);
    let Ok(bin) = bin else { return false };
    // Kept first, so that whatever it says is known to be its own.
    let kept = seen.sound.get_or_init(|| bin);
    let element: &gst::Element = kept.upcast_ref();
    pipeline.add(element).is_ok() && element.sync_state_with_parent().is_ok() && lead(pad, element)
}
