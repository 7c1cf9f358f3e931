//! Short sounds through GStreamer. Where no sound device is found, nothing is heard and nothing else happens.
//!
//! ```text
//! appsrc ! wavparse ! audioconvert ! audioresample ! autoaudiosink
//! ```

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSrc;

const PIPELINE: &str = "appsrc name=sound ! wavparse ! audioconvert ! audioresample ! autoaudiosink";
/// Sounds that wait behind one that is heard: a second one follows, a third would come when its cause is forgotten.
const WAITING_MAX: usize = 1;
/// Longest that one is waited for: a sink that hangs is let go.
const HEARD_WITHIN: gst::ClockTime = gst::ClockTime::from_seconds(5);

/// Plays one sound after the other, on a thread of its own that begins with the first.
#[derive(Debug, Default)]
pub struct Speaker {
    queue: std::cell::OnceCell<Option<SyncSender<Vec<u8>>>>,
}

impl Speaker {
    /// Plays a WAV file's bytes, unless too many wait before it.
    pub fn play(&self, wav: Vec<u8>) {
        let queue = self.queue.get_or_init(|| {
            let (queue, sounds) = sync_channel(WAITING_MAX);
            let thread = std::thread::Builder::new().name("sounds".to_owned()).spawn(move || work(&sounds));
            thread.inspect_err(|error| tracing::warn!(%error, "there are no sounds")).ok().map(|_| queue)
        });
        if queue.as_ref().is_some_and(|queue| queue.try_send(wav).is_err()) {
            tracing::debug!("a sound is left out: others wait");
        }
    }
}

fn work(sounds: &Receiver<Vec<u8>>) {
    let mut complained = false;
    for wav in sounds {
        if let Err(why) = hear(wav)
            && !std::mem::replace(&mut complained, true)
        {
            tracing::info!(why, "no sound is heard");
        }
    }
}

/// Plays it to its end.
fn hear(wav: Vec<u8>) -> Result<(), String> {
    gst::init().map_err(|error| error.to_string())?;
    let built = gst::parse::launch(PIPELINE).map_err(|error| error.to_string())?;
    let pipeline = built.downcast::<gst::Pipeline>().map_err(|_| "not a pipeline")?;
    let source = pipeline.by_name("sound").and_then(|source| source.downcast::<AppSrc>().ok());
    let (source, bus) = source.zip(pipeline.bus()).ok_or("no source")?;
    let heard = (|| {
        pipeline.set_state(gst::State::Playing).map_err(|error| error.to_string())?;
        source.push_buffer(gst::Buffer::from_slice(wav)).map_err(|error| error.to_string())?;
        source.end_of_stream().map_err(|error| error.to_string())?;
        let end = [gst::MessageType::Eos, gst::MessageType::Error];
        match bus.timed_pop_filtered(HEARD_WITHIN, &end) {
            None => Err("the sound device hangs".to_owned()),
            Some(message) => match message.view() {
                gst::MessageView::Error(error) => Err(error.error().to_string()),
                _ => Ok(()),
            },
        }
    })();
    // Whatever came of it, nothing of it stays.
    pipeline.set_state(gst::State::Null).map_err(|error| error.to_string())?;
    heard
}

#[cfg(test)]
mod tests {
    //! What cannot be played is said, and a machine without a device plays silently.
    use super::hear;

    #[test]
    fn what_is_no_sound_is_refused() {
        assert!(
            hear(b"this is no WAV file, however long it may be, and nothing is heard of it".to_vec())
                .is_err()
        );
    }
}
