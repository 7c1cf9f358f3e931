//! Pictures: in colour, the newest one, and again after each loss.

use std::time::{Duration, Instant};

use capture::fake::Input;
use capture::watchdog::Limits;
use capture::{Capture, CaptureError, Frame, Kind, Loss, Seen, Size, Source};

use crate::{SOON, in_vain};

const RED: &str = "videotestsrc is-live=true pattern=red ! video/x-raw,width=320,height=240,framerate=30/1";

fn plugged(description: &str) -> (Input, Capture) {
    let input = Input::plug(Kind::Video, "HDMI", description).unwrap();
    let capture = Capture::with_limits(input.source().unwrap(), Size::MOST, SOON).unwrap();
    (input, capture)
}

fn frame(capture: &mut Capture) -> Frame {
    loop {
        match capture.next(in_vain()).unwrap() {
            Seen::Frame(frame) => return frame,
            Seen::Lost(_) => {}
            Seen::Nothing => panic!("no frame came"),
        }
    }
}

fn loss(capture: &mut Capture) -> Loss {
    loop {
        match capture.next(in_vain()).unwrap() {
            Seen::Lost(loss) => return loss,
            Seen::Frame(_) => {}
            Seen::Nothing => panic!("nothing was lost"),
        }
    }
}

#[test]
fn a_picture_is_blue_green_red() {
    let (_input, mut capture) = plugged(RED);
    let frame = frame(&mut capture);
    assert_eq!((frame.width(), frame.height(), frame.pixels().len()), (320, 240, 320 * 240 * 4));
    assert!(frame.pixels().chunks_exact(4).all(|pixel| pixel[0] < 5 && pixel[1] < 5 && pixel[2] > 250));
}

#[test]
fn a_picture_too_large_is_made_smaller() {
    let large = "videotestsrc is-live=true ! video/x-raw,width=1280,height=720,framerate=30/1";
    let input = Input::plug(Kind::Video, "HDMI", large).unwrap();
    let most = Size { width: 640, height: 640 };
    let mut capture = Capture::open(input.source().unwrap(), most).unwrap();
    let frame = frame(&mut capture);
    assert!(frame.width() == 640 && frame.height() <= 640, "{frame:?}");
}

#[test]
fn the_newest_picture_wins() {
    // As fast as it can, which is faster than anybody looks.
    let (_input, mut capture) =
        plugged("videotestsrc pattern=black ! video/x-raw,width=64,height=64,framerate=25/1");
    const ENOUGH: u64 = 2000;
    let mut seen = 0;
    let mut last = Duration::ZERO;
    while last < Duration::from_millis(ENOUGH * 40) {
        let at = frame(&mut capture).at();
        assert!(at >= last, "pictures never go back");
        last = at;
        seen += 1;
    }
    assert!(seen < ENOUGH, "all {seen} pictures were kept for a viewer who is late");
}

#[test]
fn silence_is_told_once_and_ends() {
    let (input, mut capture) = plugged(RED);
    frame(&mut capture);
    input.stall();
    assert_eq!(loss(&mut capture), Loss::Stalled);
    assert_eq!(capture.health().loss, Some(Loss::Stalled));
    let soon = Instant::now() + SOON.lost_after;
    assert!(matches!(capture.next(soon).unwrap(), Seen::Nothing), "it is told once");
    input.go_on();
    // What was opened in silence goes on, or is opened anew.
    frame(&mut capture);
    let health = capture.health();
    assert_eq!((health.loss.clone(), health.lost), (None, 1));
}

#[test]
fn plugged_out_and_in() {
    let (input, mut capture) = plugged(RED);
    for times in 1..=3 {
        frame(&mut capture);
        input.unplug();
        while loss(&mut capture) != Loss::Unplugged {}
        assert_eq!(capture.health().lost, times);
        input.plug_again();
    }
    frame(&mut capture);
    assert_eq!(capture.health().opened, 4);
}

#[test]
fn a_call_ends_the_pause_of_a_lost_input() {
    /// No test waits so long.
    const LONG: Duration = Duration::from_secs(3600);
    let input = Input::plug(Kind::Video, "HDMI", RED).unwrap();
    let limits = Limits { retry_first: LONG, retry_most: LONG, ..SOON };
    let mut capture = Capture::with_limits(input.source().unwrap(), Size::MOST, limits).unwrap();
    frame(&mut capture);
    input.unplug();
    loss(&mut capture);
    input.plug_again();
    let waker = capture.waker();
    let calling = std::thread::spawn(move || waker.wake());
    assert!(matches!(capture.next(Instant::now() + LONG).unwrap(), Seen::Nothing));
    calling.join().unwrap();
    frame(&mut capture);
}

#[test]
fn a_device_that_was_never_there_is_waited_for() {
    let nowhere = Source::parse("/dev/v4l/by-id/nowhere").unwrap();
    let mut capture = Capture::with_limits(nowhere, Size::MOST, SOON).unwrap();
    assert_eq!(loss(&mut capture), Loss::Unplugged);
    assert!(matches!(capture.next(Instant::now() + SOON.retry_most * 3).unwrap(), Seen::Nothing));
    assert_eq!(capture.health().opened, 0, "what the kernel does not know is not opened");
}

#[test]
fn a_microphone_gives_no_pictures() {
    let microphone = Source::parse("alsa:hw:1").unwrap();
    assert_eq!(
        Capture::open(microphone, Size::MOST).unwrap_err(),
        CaptureError::WrongKind("alsa:hw:1".into())
    );
}
