//! Real pipelines of GStreamer behind inputs that can be pulled out, without a display: every word is taken here.

use super::*;
use crate::inbox::{INPUT_LIMIT, Input};
use capture::Kind;
use capture::fake::Input as Plug;
use gstreamer::prelude::*;
use std::net::UdpSocket;
use std::sync::mpsc::{Receiver, channel, sync_channel};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// No wait is meant to end by this; it is how long a loaded machine may take.
const PATIENCE: Duration = Duration::from_secs(30);
const RED: u32 = 0xff_0000;
const BLUE: u32 = 0x00_00ff;
const SMALL: (u32, u32) = (160, 90);

fn camera(colour: &str) -> String {
    format!("videotestsrc is-live=true pattern={colour} ! video/x-raw,width=320,height=180,framerate=30/1")
}

fn plug(name: &str, colour: &str) -> Plug {
    Plug::plug(Kind::Video, name, &camera(colour)).unwrap()
}

struct Bench {
    folder: TempDir,
    lives: Lives,
    inputs: Receiver<Input>,
}

impl Bench {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("media")).unwrap();
        let (to, inputs) = sync_channel(INPUT_LIMIT);
        let mut lives = Lives::new(folder.path(), Outbox::new(to));
        lives.allow(true);
        lives.set_seen(true);
        Self { folder, lives, inputs }
    }

    /// A window's file on the shelf.
    fn shelve(&self, source: &LiveSource) -> MediaId {
        std::fs::write(self.folder.path().join("media").join(source.id().to_string()), source.to_bytes())
            .unwrap();
        source.id()
    }

    fn until(&mut self, what: &str, mut is_so: impl FnMut(&mut Lives) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_so(&mut self.lives) {
            let left = until.saturating_duration_since(Instant::now());
            let Ok(Input::Live(word)) = self.inputs.recv_timeout(left) else { panic!("never heard: {what}") };
            self.lives.take(word);
        }
    }

    fn frame(&mut self, what: &str, is_it: impl Fn(&Bitmap) -> bool) -> Bitmap {
        let mut found = None;
        self.until(what, |lives| {
            found = lives.frames.drain(..).filter_map(|(_, frame)| frame).find(|frame| is_it(frame));
            found.is_some()
        });
        found.unwrap()
    }

    fn state(&mut self, wanted: LiveState) {
        let told = |event: &FromDisplay| matches!(event, FromDisplay::Live { state, .. } if *state == wanted);
        self.until(&format!("{wanted:?}"), |lives| lives.events.drain(..).any(|event| told(&event)));
    }

    fn still(&self, file: MediaId) -> Bitmap {
        let bytes = still::read(&self.folder.path().join("media"), file).unwrap();
        board::format::picture::decode(&bytes, &board::format::Limits::BOARD).unwrap()
    }
}

/// Whether a frame is of one colour, as exact as JPEG and H.264 keep it.
fn is(frame: &Bitmap, colour: u32) -> bool {
    let near = |a: u32, b: u32| [16, 8, 0].iter().all(|by| (a >> by & 255).abs_diff(b >> by & 255) < 40);
    frame.pixels.iter().all(|pixel| pixel >> 24 == 255 && near(*pixel, colour))
}

#[test]
fn a_cable_that_is_pulled_is_told_and_pictures_come_back_by_themselves() {
    let mut bench = Bench::new();
    let plug = plug("pulled", "red");
    let file = bench.shelve(&LiveSource::found("pulled"));
    bench.lives.show(file, SMALL);
    let frame = bench.frame("red", |frame| is(frame, RED));
    assert_eq!((frame.width, frame.height), SMALL);
    bench.state(LiveState::Comes);
    plug.unplug();
    bench.state(LiveState::Lost(LiveLoss::Unplugged));
    assert!(bench.lives.frames.iter().all(|(_, frame)| frame.is_some()), "the last frame stays where it was");
    plug.plug_again();
    bench.state(LiveState::Comes);
    bench.frame("red again", |frame| is(frame, RED));
    assert!(bench.lives.hide(file));
    bench.state(LiveState::Closed);
    assert!(bench.lives.leaving.is_empty(), "its thread has ended");
    assert!(is(&bench.still(file), RED), "the newest picture is kept");
}

#[test]
fn what_stands_still_does_so_in_any_size_and_goes_on_when_told() {
    let mut bench = Bench::new();
    let plug = plug("frozen", "red");
    let file = bench.shelve(&LiveSource::found("frozen"));
    bench.lives.show(file, SMALL);
    bench.frame("red", |frame| is(frame, RED));
    bench.lives.freeze(file, true);
    // Another picture would come, and is not even looked at.
    bench.state(LiveState::Stands);
    drop(plug);
    let _plug = self::plug("frozen", "blue");
    bench.lives.show(file, (80, 45));
    let frame = bench.frame("another size", |frame| frame.width == 80);
    assert!(is(&frame, RED));
    bench.lives.freeze(file, false);
    bench.frame("blue", |frame| is(frame, BLUE));
    bench.lives.end();
}

#[test]
fn a_still_picture_is_as_large_as_the_source_gives_it_and_none_where_nothing_came() {
    let mut bench = Bench::new();
    let source = LiveSource::found("snapped");
    let (answer, answered) = channel();
    let reply = |answer: std::sync::mpsc::Sender<_>| -> Reply<Result<(), SnapError>> {
        Box::new(move |outcome| answer.send(outcome).unwrap())
    };
    // The monitor knows of such inputs once one was there.
    drop(plug("snapped", "red"));
    bench.lives.preview(source.clone(), Some(64));
    bench.state(LiveState::Lost(LiveLoss::Unplugged));
    bench.lives.snap(PersonId::FIRST, source.id(), reply(answer.clone()));
    bench.until("no picture", |_| answered.try_recv() == Ok(Err(SnapError::NoPicture)));
    let _plug = plug("snapped", "blue");
    bench.until("a small picture", |lives| {
        lives.events.drain(..).any(
            |event| matches!(event, FromDisplay::LivePicture { bitmap, .. } if bitmap.width == 64 && is(&bitmap, BLUE)),
        )
    });
    bench.lives.snap(PersonId::FIRST, source.id(), reply(answer));
    bench.until("a picture", |lives| !lives.snapped.is_empty());
    let bytes = bench.lives.snapped.remove(0).bytes;
    let picture = board::format::picture::decode(&bytes, &board::format::Limits::BOARD).unwrap();
    assert_eq!((picture.width, picture.height, is(&picture, BLUE)), (320, 180, true));
    bench.lives.preview(source, None);
    bench.state(LiveState::Closed);
}

#[test]
fn of_what_nobody_sees_nothing_is_open() {
    let mut bench = Bench::new();
    let _plug = plug("covered", "red");
    let source = LiveSource::found("covered");
    let file = bench.shelve(&source);
    bench.lives.set_seen(false);
    bench.lives.show(file, SMALL);
    bench.state(LiveState::Stands);
    bench.lives.set_seen(true);
    bench.state(LiveState::Comes);
    bench.frame("red", |frame| is(frame, RED));
    bench.lives.set_seen(false);
    bench.state(LiveState::Stands);
    // A panel that shows it is seen all the same.
    bench.lives.preview(source, Some(64));
    bench.state(LiveState::Comes);
    bench.lives.end();
}

#[test]
fn inputs_are_told_as_they_come_and_go_and_none_where_they_are_switched_off() {
    let mut bench = Bench::new();
    let named = |sources: &[LiveSource], name: &str| sources.iter().any(|source| source.name == name);
    let told = |bench: &mut Bench, is_there: bool| {
        bench.until("what is plugged in", |lives| {
            lives.events.drain(..).any(
                |event| matches!(event, FromDisplay::Inputs(sources) if named(&sources, "hot") == is_there),
            )
        });
    };
    // The monitor knows of such inputs once one was there.
    drop(plug("hot", "red"));
    bench.lives.look(true);
    let plug = plug("hot", "red");
    told(&mut bench, true);
    drop(plug);
    told(&mut bench, false);
    bench.lives.allow(false);
    let file = bench.shelve(&LiveSource::found("hot"));
    bench.lives.show(file, SMALL);
    bench.state(LiveState::Lost(LiveLoss::Off));
    bench.lives.end();
}

#[test]
fn the_class_that_has_ended_leaves_no_picture_behind() {
    let mut bench = Bench::new();
    let _plug = plug("ended", "red");
    let file = bench.shelve(&LiveSource::found("ended"));
    bench.lives.show(file, SMALL);
    bench.frame("red", |frame| is(frame, RED));
    let media = bench.folder.path().join("media");
    std::fs::remove_dir_all(&media).unwrap();
    std::fs::create_dir(&media).unwrap();
    bench.lives.hide(file);
    bench.state(LiveState::Closed);
    assert_eq!(std::fs::read_dir(&media).unwrap().count(), 0);
}

/// A pipeline that sends, as long as it lives.
struct Sends(gstreamer::Pipeline);

impl Sends {
    fn start(description: &str) -> Self {
        gstreamer::init().unwrap();
        let pipeline = gstreamer::parse::launch(description).unwrap();
        let pipeline = pipeline.downcast::<gstreamer::Pipeline>().unwrap();
        pipeline.set_state(gstreamer::State::Playing).unwrap();
        Self(pipeline)
    }
}

impl Drop for Sends {
    fn drop(&mut self) {
        self.0.set_state(gstreamer::State::Null).unwrap();
    }
}

#[test]
fn a_stream_over_udp_is_shown_and_comes_back_after_it_was_gone() {
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let sends = format!(
        "{} ! videoconvert ! openh264enc gop-size=15 ! h264parse config-interval=-1 ! mpegtsmux \
         ! udpsink host=127.0.0.1 port={port}",
        camera("red")
    );
    let mut bench = Bench::new();
    let source = LiveSource { name: "Hall".into(), line: format!("udp://127.0.0.1:{port}") };
    let file = bench.shelve(&source);
    // A stream needs no leave to open devices.
    bench.lives.allow(false);
    bench.lives.show(file, SMALL);
    let sending = Sends::start(&sends);
    bench.frame("red", |frame| is(frame, RED));
    drop(sending);
    bench.state(LiveState::Lost(LiveLoss::Silent));
    let _sending = Sends::start(&sends);
    bench.state(LiveState::Comes);
    bench.lives.end();
}
