//! `org.dais.Inference1.Camera` and `.Voice` as this service uses them, played: frames and sound are taken and checked as
//! the real ones are, and the answers are the test's.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex};

use api::camera::{CameraError, FrameFormat, PageTurn, Place, Sight};
use api::sealed;
use api::voice::{NoiseColour, VoiceError};
use testbus::{Bus, soon};
use tokio::io::AsyncReadExt;
use tokio::net::unix::pipe;
use tokio::sync::watch;
use zbus::object_server::SignalEmitter;
use zbus::{Connection, interface};

/// One face's answer.
pub(crate) fn sight(faces: usize, raised: usize, turn: PageTurn) -> Sight {
    let place = Place { x: 1, y: 2, width: 3, height: 4 };
    Sight { faces: vec![place; faces], view: place, raised: vec![place; raised], turn: turn.to_wire() }
}

/// What the recogniser was given, and what it answers.
#[derive(Default)]
struct Script {
    /// Answers to the next frames; then the last again, without its turn.
    sights: VecDeque<Sight>,
    last: Option<Sight>,
    refusal: Option<CameraError>,
}

/// What was counted.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Counts {
    /// Frames, each of which was a sealed memfd of its own size.
    pub(crate) frames: u32,
    /// Samples of sound, and the loudest of the last second.
    pub(crate) samples: usize,
    /// Sessions that are listened to.
    pub(crate) sessions: u32,
    /// Whether a camera is watched.
    pub(crate) watched: bool,
    /// Mean red, green and blue of the last frame.
    pub(crate) colour: [u8; 3],
}

struct Eyes {
    script: Arc<Mutex<Script>>,
    counts: watch::Sender<Counts>,
}

#[interface(name = "org.dais.Inference1.Camera")]
impl Eyes {
    async fn watch(&self, wants: u32) -> Result<(), CameraError> {
        assert_eq!(wants, 1 + 4 + 8);
        self.counts.send_modify(|counts| counts.watched = true);
        Ok(())
    }

    async fn look(
        &self,
        frame: zbus::OwnedFd,
        format: u32,
        width: u32,
        height: u32,
        stride: u32,
        _time_us: u64,
    ) -> Result<Sight, CameraError> {
        if !self.counts.borrow().watched {
            return Err(CameraError::NotWatching("call Watch".into()));
        }
        assert_eq!((FrameFormat::from_wire(format), stride), (FrameFormat::Rgb8, 3 * width));
        assert!(width <= 960 && height <= 540, "{width}x{height}");
        let frame: OwnedFd = frame.into();
        let bytes = sealed::read(&frame, 960 * 540 * 3).unwrap();
        assert_eq!(bytes.len(), (stride * height) as usize);
        let mean = |channel: usize| {
            let all = bytes.iter().skip(channel).step_by(3);
            (all.map(|byte| u64::from(*byte)).sum::<u64>() * 3 / bytes.len() as u64) as u8
        };
        self.counts.send_modify(|counts| {
            counts.frames += 1;
            counts.colour = [mean(0), mean(1), mean(2)];
        });
        let mut script = self.script.lock().unwrap();
        match &script.refusal {
            Some(CameraError::NoModel(why)) => return Err(CameraError::NoModel(why.clone())),
            Some(_) => return Err(CameraError::Busy("busy".into())),
            None => {}
        }
        if let Some(sight) = script.sights.pop_front() {
            script.last = Some(Sight { turn: PageTurn::Stay.to_wire(), ..sight.clone() });
            return Ok(sight);
        }
        Ok(script.last.clone().unwrap_or_else(|| sight(0, 0, PageTurn::Stay)))
    }

    async fn stop(&self) -> Result<(), CameraError> {
        self.counts.send_modify(|counts| counts.watched = false);
        Ok(())
    }
}

struct Ears {
    counts: watch::Sender<Counts>,
}

/// Samples of a quarter of a second.
const QUARTER: usize = 12_000;

#[interface(name = "org.dais.Inference1.Voice")]
impl Ears {
    async fn listen(
        &self,
        sound: zbus::OwnedFd,
        rate: u32,
        wishes: u32,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) -> Result<u32, VoiceError> {
        assert_eq!((rate, wishes), (48_000, 1 + 2));
        self.counts.send_modify(|counts| counts.sessions += 1);
        let (emitter, counts) = (emitter.to_owned(), self.counts.clone());
        let mut sound = pipe::Receiver::from_owned_fd(sound.into()).unwrap();
        tokio::spawn(async move {
            let (mut quarter, mut spoke) = (vec![0; 2 * QUARTER], false);
            while sound.read_exact(&mut quarter).await.is_ok() {
                let samples = quarter.chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]]));
                let square = samples.map(|sample| f64::from(sample).powi(2)).sum::<f64>() / QUARTER as f64;
                let dbfs = 10.0 * (square / 32768.0_f64.powi(2) * 2.0).max(1e-12).log10();
                counts.send_modify(|counts| counts.samples += QUARTER);
                let colour = if dbfs > -30.0 { NoiseColour::Red } else { NoiseColour::Green };
                Self::level(&emitter, 7, 0, dbfs, 0.0, colour.to_wire(), 0).await.unwrap();
                // Of another session, which is nobody's business here.
                Self::level(&emitter, 8, 0, 0.0, 0.0, NoiseColour::Red.to_wire(), 0).await.unwrap();
                let speaks = dbfs > -30.0;
                if speaks && !spoke {
                    Self::speech_began(&emitter, 7, 0).await.unwrap();
                } else if spoke && !speaks {
                    Self::speech_ended(&emitter, 7, 0).await.unwrap();
                }
                spoke = speaks;
            }
            counts.send_modify(|counts| counts.sessions -= 1);
        });
        Ok(7)
    }

    #[zbus(signal)]
    async fn speech_began(emitter: &SignalEmitter<'_>, session: u32, at_ms: u64) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn speech_ended(emitter: &SignalEmitter<'_>, session: u32, at_ms: u64) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn ended(
        emitter: &SignalEmitter<'_>,
        session: u32,
        why: u32,
        sound_ms: u64,
        dropped_ms: u64,
    ) -> zbus::Result<()>;

    #[zbus(signal)]
    async fn level(
        emitter: &SignalEmitter<'_>,
        session: u32,
        at_ms: u64,
        dbfs: f64,
        level_db: f64,
        colour: u32,
        clipped: u32,
    ) -> zbus::Result<()>;
}

/// The recogniser. Dropping it takes it off the bus.
pub(crate) struct Recognition {
    script: Arc<Mutex<Script>>,
    counts: watch::Receiver<Counts>,
    connection: Connection,
}

impl Recognition {
    pub(crate) async fn start(bus: &Bus) -> Self {
        let script = Arc::new(Mutex::new(Script::default()));
        let (to, counts) = watch::channel(Counts::default());
        let connection = bus.connect().await;
        let server = connection.object_server();
        let eyes = Eyes { script: Arc::clone(&script), counts: to.clone() };
        server.at(api::INFERENCE.path, eyes).await.unwrap();
        server.at(api::INFERENCE.path, Ears { counts: to }).await.unwrap();
        connection.request_name(api::INFERENCE.name).await.unwrap();
        Self { script, counts, connection }
    }

    /// What it answers to the next frames.
    pub(crate) fn sees(&self, sights: impl IntoIterator<Item = Sight>) {
        self.script.lock().unwrap().sights.extend(sights);
    }

    /// What it answers to every frame from now on.
    pub(crate) fn refuses(&self, refusal: Option<CameraError>) {
        self.script.lock().unwrap().refusal = refusal;
    }

    /// Waits until so much was counted.
    pub(crate) async fn counted(&mut self, what: &str, fits: impl Fn(&Counts) -> bool) -> Counts {
        *soon(what, self.counts.wait_for(fits)).await.unwrap()
    }

    /// It forgets that it watches, as after a restart.
    pub(crate) async fn end(self) {
        self.connection.close().await.unwrap();
    }
}
