//! A stream on the board of the running shell: its address typed on the panel, its frames under ink, frozen, lost and
//! told so.

use std::net::UdpSocket;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use capture::{Capture, Kind, Size, Source};
use suite::{Picture, writing};

use crate::Stage;
use suite::look::{Part, crop};

/// The middle of the screen, where a window is put.
const MIDDLE: Part = Part { left: 0.35, top: 0.35, right: 0.65, bottom: 0.6 };

/// Sends a red picture to a port of this machine, thirty times a second, as a hall's camera does.
struct Sender {
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Sender {
    fn start(port: u16) -> Self {
        let line = format!(
            "gst: videotestsrc is-live=true pattern=red ! video/x-raw,width=320,height=180,framerate=30/1 ! tee name=both \
             both. ! queue ! videoconvert ! openh264enc gop-size=15 ! h264parse config-interval=-1 ! mpegtsmux \
             ! udpsink host=127.0.0.1 port={port} both. ! queue"
        );
        let mut capture = Capture::open(Source::of_kind(Kind::Video, &line).unwrap(), Size::MOST).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let theirs = stop.clone();
        let thread = std::thread::spawn(move || {
            while !theirs.load(Ordering::Relaxed) {
                capture.next(Instant::now() + Duration::from_millis(100)).unwrap();
            }
        });
        Self { stop, thread: Some(thread) }
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

/// How many pixels of the middle are red, of all.
fn red(picture: &Picture) -> (usize, usize) {
    let middle = crop(picture, MIDDLE);
    let red = middle.pixels().filter(|pixel| pixel.0[0] > 190 && pixel.0[1] < 70 && pixel.0[2] < 70).count();
    (red, middle.pixels().count())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_typed_shown_under_ink_and_missed_when_it_is_gone() {
    let mut stage = Stage::all().await;
    let port = UdpSocket::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let sender = Sender::start(port);
    stage.suite.touch("board").await.unwrap();
    stage.suite.choose("sources").await.unwrap();
    stage.suite.touch("type-address").await.unwrap();
    stage.suite.touch("scheme-2").await.unwrap();
    for key in format!("127.0.0.1:{port}").chars() {
        stage.suite.touch(&format!("key-{key}-address")).await.unwrap();
    }
    let screen = stage.suite.screen().await.unwrap();
    let typed = screen.find("address").await.unwrap().label;
    assert_eq!(typed, format!("udp://127.0.0.1:{port}"));
    stage.suite.touch("address-done").await.unwrap();
    let whole = |picture: &Picture| red(picture).0 == red(picture).1;
    screen.until_picture("the stream is not on the board", whole).await.unwrap();

    stage.suite.choose("pen-1").await.unwrap();
    let (width, height) = (f64::from(stage.suite.parts.size.0), f64::from(stage.suite.parts.size.1));
    let letter = writing::strokes("H", width * 0.45, height * 0.4, height / 8.0);
    stage.suite.write_together(&letter, &[]).await.unwrap();
    let under = |picture: &Picture| {
        let (red, all) = red(picture);
        red < all && red > all / 2
    };
    screen.until_picture("no ink is on the stream", under).await.unwrap();

    drop(sender);
    let says = async |what: &str| {
        let found = screen
            .until(what, async |elements| {
                let said = elements.iter().find(|element| element.name == "live-state");
                said.filter(|said| said.label.contains(what)).map(|_| ())
            })
            .await;
        found.unwrap();
    };
    says("check the cable").await;
    screen.until_picture("the last frame is gone", under).await.unwrap();
    stage.suite.choose("live-freeze").await.unwrap();
    says("Stands still").await;
    stage.end().await;
}
