//! A camera that plays a palm to whoever looks, frame by frame: the next one comes when recognition has answered the one
//! before. So every frame is seen, however busy the machine is, and each has the film's own time.

use std::num::NonZeroU32;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use image::imageops::{self, FilterType};
use image::{Rgb, RgbImage, RgbaImage};
use suite::{Suite, source_tree};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;
use zbus::message::Type;
use zbus::{MatchRule, MessageStream};

/// A palm among the pictures that the assets bring.
const PALM: &str = "pictures/1f590-1f3fb.webp";
/// How large it is drawn, in pixels of the film.
const PALM_PX: u32 = 165;
/// The film's sides, and its frames a second: as the service takes them, so that none is made smaller or left out.
const SIZE: (u32, u32) = (960, 540);
const RATE: u32 = 15;
/// A look that was asked for is under way no longer: recognition gives a frame up after a second, and a camera that was
/// opened waits four for its first.
const UNDER_WAY: Duration = Duration::from_millis(1500);

/// Pictures in the place of a camera's.
pub(crate) struct Film {
    listener: TcpListener,
    camera: Option<TcpStream>,
    looks: Option<Looks>,
    room: RgbImage,
    palm: RgbaImage,
}

impl Film {
    /// A film, and how `sense.toml` names it.
    pub(crate) async fn new() -> (Self, String) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (width, height) = SIZE;
        let camera = format!(
            "gst: tcpclientsrc host=127.0.0.1 port={port} \
             ! rawvideoparse format=rgb width={width} height={height} framerate={RATE}/1"
        );
        let palm = image::open(source_tree().join("assets/fetched").join(PALM))
            .expect("run `cargo xtask assets` first")
            .into_rgba8();
        let palm = imageops::resize(&palm, PALM_PX, PALM_PX, FilterType::Triangle);
        let room = RgbImage::from_fn(width, height, |x, y| {
            let board = (150..750).contains(&x) && (45..250).contains(&y);
            let light = 150 + (x / 24) as u8;
            if board { Rgb([38, 70, 58]) } else { Rgb([light, light, light - 15]) }
        });
        (Self { listener, camera: None, looks: None, room, palm }, camera)
    }

    /// Learns of every look at a frame from now on.
    pub(crate) async fn follow(&mut self, suite: &Suite) {
        self.looks = Some(Looks::of(suite).await);
    }

    /// Shows a palm whose left edge is there, or nobody. Whether it was looked at, and by the camera that saw the one
    /// before: a machine that is very busy gives a frame up, or takes the camera for dead and opens it again.
    pub(crate) async fn show(&mut self, palm: Option<f64>) -> bool {
        let mut frame = self.room.clone();
        if let Some(x) = palm {
            lay(&mut frame, &self.palm, x as u32, 195);
        }
        let opened = self.listener.accept().now_or_never().map(|opened| opened.unwrap().0);
        if opened.is_some() || self.camera.is_none() {
            return self.begin(opened).await;
        }
        let (Some(camera), Some(looks)) = (&mut self.camera, &mut self.looks) else { return false };
        if camera.write_all(&frame).await.is_err() {
            return self.begin(None).await;
        }
        let opened = tokio::select! {
            biased;
            opened = self.listener.accept() => opened.unwrap().0,
            seen = looks.next() => return seen,
        };
        self.begin(Some(opened)).await
    }

    /// Another camera looks, from the film's beginning, once nothing is under way of what the last one saw.
    async fn begin(&mut self, opened: Option<TcpStream>) -> bool {
        let opened = match opened {
            Some(opened) => opened,
            None => self.listener.accept().await.unwrap().0,
        };
        self.camera = Some(opened);
        let looks = self.looks.as_mut().expect("looks are followed");
        while timeout(UNDER_WAY, looks.next()).await.is_ok() {}
        false
    }

    /// Shows the same for so long, in seconds of the film, without a frame that was not looked at in between.
    pub(crate) async fn hold(&mut self, palm: Option<f64>, seconds: f64) {
        let mut seen = 0.0;
        while seen < seconds * f64::from(RATE) {
            seen = if self.show(palm).await { seen + 1.0 } else { 0.0 };
        }
    }

    /// Moves the palm in so many seconds of the film. Whether every frame of it was looked at.
    pub(crate) async fn wave(&mut self, from: f64, to: f64, seconds: f64) -> bool {
        let frames = (seconds * f64::from(RATE)).round() as u32;
        let mut whole = true;
        for frame in 1..=frames {
            let part = f64::from(frame) / f64::from(frames);
            let eased = 0.5 - 0.5 * (std::f64::consts::PI * part).cos();
            whole &= self.show(Some(from + (to - from) * eased)).await;
        }
        whole
    }
}

/// Lays a picture over another.
fn lay(below: &mut RgbImage, above: &RgbaImage, left: u32, top: u32) {
    for (x, y, pixel) in above.enumerate_pixels() {
        let cover = f32::from(pixel[3]) / 255.0;
        let under = below.get_pixel_mut(left + x, top + y);
        for (under, over) in under.0.iter_mut().zip(&pixel.0[..3]) {
            *under = (f32::from(*under) * (1.0 - cover) + f32::from(*over) * cover) as u8;
        }
    }
}

/// The looks at frames that pass over the bus, as its monitor tells them.
struct Looks(MessageStream);

impl Looks {
    async fn of(suite: &Suite) -> Self {
        let connection = suite.bus.connect().await.unwrap();
        let answers = |of| MatchRule::builder().msg_type(of).sender(api::INFERENCE.name).build().unwrap();
        let calls = MatchRule::builder().msg_type(Type::MethodCall).member("Look").build().unwrap();
        let rules = [calls, answers(Type::MethodReturn), answers(Type::Error)];
        let messages = MessageStream::from(&connection);
        let monitoring = zbus::fdo::MonitoringProxy::new(&connection).await.unwrap();
        monitoring.become_monitor(&rules, 0).await.unwrap();
        Self(messages)
    }

    /// Whether the next look is answered with what was seen.
    async fn next(&mut self) -> bool {
        let mut asked: Option<(String, NonZeroU32)> = None;
        loop {
            let message = self.0.next().await.expect("the bus is there").unwrap();
            let header = message.header();
            let of = header.message_type();
            if of == Type::MethodCall && header.member().is_some_and(|member| member == "Look") {
                let asker = header.sender().map(ToString::to_string).unwrap_or_default();
                asked = Some((asker, header.primary().serial_num()));
                continue;
            }
            let answers = |(asker, serial): &(String, NonZeroU32)| {
                header.reply_serial() == Some(*serial)
                    && header.destination().is_some_and(|to| to.as_str() == asker)
            };
            if asked.as_ref().is_some_and(answers) {
                return of == Type::MethodReturn;
            }
        }
    }
}
