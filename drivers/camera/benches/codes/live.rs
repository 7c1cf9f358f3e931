//! How old a frame is when it is looked at, and how long a code takes from the sensor to the event.
//!
//! Cameras through the product's own pipeline: one that gives raw frames, into each of which GStreamer draws a QR code
//! of the frame's own time; one whose code nobody can read; and a network camera of ours that sends JPEG pictures with
//! the time they were drawn. Of frames that all show another code, eight are told in two seconds: those are the events.

use std::io::{Cursor, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use camera::fake::{Shot, Symbol};
use camera::{Camera, Sight, Source};
use image::{DynamicImage, GrayImage, ImageFormat};

/// 720p at 30 frames a second, as a USB camera gives it. The picture behind the code stands still: a camera's frames cost
/// this machine nothing, and drawing them anew would cost as much as decoding them.
const RAW: &str = "gst:videotestsrc num-buffers=1 pattern=smpte \
    ! video/x-raw,format=YUY2,width=1280,height=720,framerate=30/1 ! imagefreeze is-live=true \
    ! debugqroverlay pixel-size=4 x=40 y=40 ! video/x-raw,format=YUY2";
/// The same picture with a code that is blurred beyond reading: steps of the cascade take turns on whole frames, which is
/// the slowest that looking gets.
const UNREADABLE: &str = "gst:videotestsrc num-buffers=1 pattern=smpte \
    ! video/x-raw,format=AYUV,width=1280,height=720,framerate=30/1 \
    ! debugqroverlay pixel-size=4 x=40 y=40 ! videoconvert ! gaussianblur sigma=3 \
    ! videoconvert ! video/x-raw,format=YUY2 ! imagefreeze is-live=true";
/// What the figures are held against.
const AGE_GATE: f64 = 45.0;
const EVENT_GATE: f64 = 100.0;
/// Between two frames.
const FRAME: Duration = Duration::from_micros(33_333);
/// A camera may take this long to its first frame.
const PATIENCE: Duration = Duration::from_secs(20);

/// Looks for so long at each of the cameras.
pub(crate) fn run(time: Duration) {
    println!("{:28} {:>7} {:>9} {:>9} {:>9} {:>9}", "", "events", "p50 ms", "p95 ms", "max ms", "gate ms");
    let (mut ages, mut events) = (Vec::new(), Vec::new());
    watch(RAW, time, |camera, text| {
        add_age(&mut ages, camera);
        let now = camera.running_time();
        if let (Some(taken), Some(now)) = (text.and_then(stamp), now) {
            events.push(milliseconds(now) - taken as f64 / 1e6);
        }
    });
    row("raw 720p: frame age", ages, Some(("p50", AGE_GATE)));
    row("raw 720p: exposure to event", events, Some(("p95", EVENT_GATE)));
    let mut ages = Vec::new();
    watch(UNREADABLE, time, |camera, text| {
        assert!(text.is_none(), "the unreadable code was read");
        add_age(&mut ages, camera);
    });
    row("raw 720p, unreadable: age", ages, Some(("p50", AGE_GATE)));
    let start = Instant::now();
    let address = network_camera(start);
    let mut events = Vec::new();
    watch(&format!("http://{address}/camera.mjpg"), time, |_, text| {
        if let Some(drawn) = text.and_then(|text| text.parse::<u64>().ok()) {
            events.push(milliseconds(start.elapsed()) - drawn as f64 / 1e3);
        }
    });
    row("network JPEG 720p: to event", events, Some(("p95", EVENT_GATE)));
}

/// A camera that was asked twice about one frame is counted once.
fn add_age(ages: &mut Vec<f64>, camera: &Camera) {
    let age = camera.frame_age().map(milliseconds);
    if age != ages.last().copied() {
        ages.extend(age);
    }
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// The nanoseconds in what the overlay writes: a JSON object with TIMESTAMP among its fields.
fn stamp(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once("\"TIMESTAMP\"")?;
    let digits = rest.trim_start_matches([':', ' ', '"']);
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// Tells of every look and of the text that came of it, if one did.
fn watch(line: &str, time: Duration, mut tell: impl FnMut(&Camera, Option<&str>)) {
    let mut camera = Camera::open(Source::parse(line).unwrap()).unwrap();
    let latest = Instant::now() + PATIENCE;
    while !matches!(camera.next(Instant::now() + FRAME).unwrap(), Sight::Code(_))
        && camera.frame_age().is_none()
    {
        assert!(Instant::now() < latest, "no frame within {PATIENCE:?}");
    }
    let end = Instant::now() + time;
    while Instant::now() < end {
        match camera.next(Instant::now() + FRAME).unwrap() {
            Sight::Code(code) => tell(&camera, code.reveal_text()),
            _ => tell(&camera, None),
        }
    }
}

fn row(name: &str, mut values: Vec<f64>, gate: Option<(&str, f64)>) {
    values.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        values.get(values.len().saturating_sub(1) * percent / 100).copied().unwrap_or(f64::NAN)
    };
    let gate = gate.map_or(String::new(), |(which, most)| {
        let value = if which == "p50" { at(50) } else { at(95) };
        format!("{which}<{most} {}", if value < most { "holds" } else { "MISSED" })
    });
    println!("{name:28} {:>7} {:>9.1} {:>9.1} {:>9.1}   {gate}", values.len(), at(50), at(95), at(100));
}

/// Serves 30 pictures a second to one viewer after another; each shows the microseconds since `start`.
fn network_camera(start: Instant) -> std::net::SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for viewer in listener.incoming().flatten() {
            // It leaves when it has seen enough.
            drop(film(viewer, start));
        }
    });
    address
}

fn film(mut viewer: TcpStream, start: Instant) -> std::io::Result<()> {
    viewer.set_nodelay(true)?;
    let read = viewer.read(&mut [0; 2048])?;
    assert!(read > 0, "no request");
    viewer.write_all(b"HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=desk\r\n\r\n")?;
    let mut next = Instant::now();
    loop {
        std::thread::sleep(next.saturating_duration_since(Instant::now()));
        next = (next + FRAME).max(Instant::now());
        let picture = jpeg(&start.elapsed().as_micros().to_string());
        let head = format!("--desk\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n", picture.len());
        viewer.write_all(&[head.as_bytes(), &picture, b"\r\n"].concat())?;
    }
}

/// A 720p picture of a code, as JPEG. Only the code's own part is drawn pixel by pixel.
fn jpeg(text: &str) -> Vec<u8> {
    let symbol = Symbol::qr(text.as_bytes()).unwrap();
    let patch = Shot { size: (240, 240), centre: (120.0, 120.0), module: 6.0, ..Shot::GOOD }.of(&symbol, 0);
    let mut frame = vec![90; 1280 * 720];
    for (row, pixels) in patch.chunks(240).enumerate() {
        frame[(240 + row) * 1280 + 520..][..240].copy_from_slice(pixels);
    }
    let mut bytes = Cursor::new(Vec::new());
    let picture = DynamicImage::ImageLuma8(GrayImage::from_raw(1280, 720, frame).unwrap());
    picture.write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}
