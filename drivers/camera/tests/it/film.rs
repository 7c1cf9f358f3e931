//! Pictures, videos and streams made on the spot: a desk, a phone on it, a code on the phone.

use std::io::{Cursor, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

use gstreamer as gst;
use gstreamer::prelude::*;
use gstreamer_app::AppSrc;
use image::{DynamicImage, GrayImage, ImageFormat, Luma};
use qrcodegen::{QrCode, QrCodeEcc};

/// Between two frames of a stream: 20 a second.
const FRAME_EVERY: Duration = Duration::from_millis(50);

/// A grey desk of 640 x 480.
pub(crate) fn desk() -> GrayImage {
    GrayImage::from_pixel(640, 480, Luma([96]))
}

/// A bright phone on the desk, showing nothing.
pub(crate) fn phone() -> GrayImage {
    let mut picture = desk();
    for y in 40..440 {
        for x in 190..450 {
            picture.put_pixel(x, y, Luma([235]));
        }
    }
    picture
}

/// The phone showing a code, 7 pixels a module.
pub(crate) fn phone_with(text: &str) -> GrayImage {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let mut picture = phone();
    let side = code.size() as u32 * 7;
    for y in 0..side {
        for x in 0..side {
            if code.get_module(x as i32 / 7, y as i32 / 7) {
                picture.put_pixel(320 - side / 2 + x, 240 - side / 2 + y, Luma([20]));
            }
        }
    }
    picture
}

/// The picture as JPEG bytes, in colour as cameras send it.
pub(crate) fn jpeg(picture: &GrayImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let colour = DynamicImage::ImageLuma8(picture.clone()).into_rgb8();
    colour.write_to(&mut Cursor::new(&mut bytes), ImageFormat::Jpeg).unwrap();
    bytes
}

/// Motion JPEG in an AVI file, ten frames a second.
pub(crate) fn video(folder: &Path, frames: &[GrayImage]) -> PathBuf {
    gst::init().unwrap();
    let path = folder.join("film.avi");
    let line = "appsrc name=from format=time caps=image/jpeg,width=640,height=480,framerate=10/1 \
        ! image/jpeg,width=640,height=480,framerate=10/1 ! avimux ! filesink name=to";
    let pipeline = gst::parse::launch(line).unwrap().downcast::<gst::Pipeline>().unwrap();
    pipeline.by_name("to").unwrap().set_property("location", path.to_str().unwrap());
    pipeline.set_state(gst::State::Playing).unwrap();
    let from = pipeline.by_name("from").unwrap().downcast::<AppSrc>().unwrap();
    for (n, frame) in (0..).zip(frames) {
        let mut buffer = gst::Buffer::from_mut_slice(jpeg(frame));
        let fields = buffer.get_mut().unwrap();
        fields.set_pts(gst::ClockTime::from_mseconds(n * 100));
        fields.set_duration(gst::ClockTime::from_mseconds(100));
        from.push_buffer(buffer).unwrap();
    }
    from.end_of_stream().unwrap();
    let end = pipeline
        .bus()
        .unwrap()
        .timed_pop_filtered(
            gst::ClockTime::from_seconds(20),
            &[gst::MessageType::Eos, gst::MessageType::Error],
        )
        .expect("the video is written");
    assert_eq!(end.type_(), gst::MessageType::Eos, "{end:?}");
    pipeline.set_state(gst::State::Null).unwrap();
    path
}

enum Order {
    Show(Vec<u8>),
    /// Tells once this many frames of the present picture were sent.
    Sent(u32, Sender<()>),
    Hang,
    End,
    Stop,
}

/// An MJPEG camera on a loopback port, serving one viewer at a time.
pub(crate) struct Stream {
    address: SocketAddr,
    orders: Sender<Order>,
    thread: Option<JoinHandle<()>>,
}

impl Stream {
    pub(crate) fn start(first: &GrayImage) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let (orders, inbox) = mpsc::channel();
        let first = jpeg(first);
        let thread = std::thread::spawn(move || serve(&listener, &inbox, first));
        Self { address, orders, thread: Some(thread) }
    }

    pub(crate) fn address(&self) -> String {
        format!("http://{}/wallet/camera.mjpg", self.address)
    }

    pub(crate) fn show(&self, picture: &GrayImage) {
        self.show_bytes(jpeg(picture));
    }

    pub(crate) fn show_bytes(&self, bytes: Vec<u8>) {
        self.orders.send(Order::Show(bytes)).unwrap();
    }

    /// Waits until so many frames of the present picture were sent.
    pub(crate) fn until_sent(&self, frames: u32) {
        let (tell, told) = mpsc::channel();
        self.orders.send(Order::Sent(frames, tell)).unwrap();
        told.recv_timeout(Duration::from_secs(20)).unwrap();
    }

    /// Stays connected and sends nothing, until another picture is shown.
    pub(crate) fn hang(&self) {
        self.orders.send(Order::Hang).unwrap();
    }

    /// Closes the connection; the next viewer is served again.
    pub(crate) fn end(&self) {
        self.orders.send(Order::End).unwrap();
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.orders.send(Order::Stop).is_ok() {
            // The server may sit in accept.
            drop(TcpStream::connect(self.address));
        }
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

struct Showing {
    frame: Vec<u8>,
    sent: u32,
    hanging: bool,
    waiting: Vec<(u32, Sender<()>)>,
}

fn serve(listener: &TcpListener, inbox: &Receiver<Order>, frame: Vec<u8>) {
    let mut showing = Showing { frame, sent: 0, hanging: false, waiting: Vec::new() };
    while let Ok((viewer, _)) = listener.accept() {
        if !film(viewer, inbox, &mut showing) {
            return;
        }
    }
}

/// Serves one viewer until it leaves or an order ends it; false to stop altogether.
fn film(mut viewer: TcpStream, inbox: &Receiver<Order>, showing: &mut Showing) -> bool {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: multipart/x-mixed-replace; boundary=desk\r\nConnection: close\r\n\r\n";
    let mut asked = [0; 2048];
    if viewer.read(&mut asked).is_err() || viewer.write_all(head.as_bytes()).is_err() {
        return !matches!(inbox.try_recv(), Ok(Order::Stop));
    }
    loop {
        match inbox.recv_timeout(FRAME_EVERY) {
            Ok(Order::Show(frame)) => {
                (showing.frame, showing.sent, showing.hanging) = (frame, 0, false);
            }
            Ok(Order::Sent(frames, tell)) => showing.waiting.push((frames, tell)),
            Ok(Order::Hang) => showing.hanging = true,
            Ok(Order::End) => return true,
            Ok(Order::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) if showing.hanging => {}
            Err(RecvTimeoutError::Timeout) => {
                let head = format!(
                    "--desk\r\nContent-Type: image/jpeg\r\nContent-Length: {}\r\n\r\n",
                    showing.frame.len()
                );
                let part = [head.as_bytes(), &showing.frame, b"\r\n"].concat();
                if viewer.write_all(&part).is_err() {
                    return true;
                }
                showing.sent += 1;
            }
        }
        showing.waiting.retain(|(frames, tell)| showing.sent < *frames || tell.send(()).is_err());
    }
}
