//! `org.dais.Inference1.Voice`: what is heard in a room. Contract in words: `xml/org.dais.Inference1.xml`.
//!
//! Nothing that was said is kept, written or logged: sound goes in through a descriptor, and what comes out are
//! moments and levels, told to the caller alone.

use zbus::{DBusError, Fd, proxy};

use crate::wire::wire_enum;

/// The interface, at [`crate::INFERENCE`]'s name and path.
pub const INTERFACE: &str = "org.dais.Inference1.Voice";

/// Wish: when speech begins and ends.
pub const WISH_ACTIVITY: u32 = 1;
/// Wish: how loud it is.
pub const WISH_LEVEL: u32 = 2;
/// Wish: when 你好讲台 or "Hello Dais" is said.
pub const WISH_WAKE: u32 = 4;

wire_enum! {
    /// How loud it is for a class.
    NoiseColour {
        /// Quiet enough to talk.
        Green = 1,
        /// A teacher must raise the voice.
        Amber = 2,
        /// Too loud to teach.
        Red = 3,
    }
}

wire_enum! {
    /// What was called.
    WakePhrase {
        /// 你好讲台
        Chinese = 1,
        /// Hello Dais
        English = 2,
    }
}

wire_enum! {
    /// Why a session is over.
    SessionEnd {
        /// The sound ended: its descriptor was closed.
        SoundEnded = 1,
        /// It was stopped.
        Stopped = 2,
        /// The cleaned sound is no longer taken.
        NotTaken = 3,
        /// The descriptor or a model failed; the log says how.
        Failed = 4,
    }
}

/// Why nothing is listened to.
#[derive(Debug, DBusError, PartialEq)]
#[zbus(prefix = "org.dais.Inference1.Voice.Error")]
pub enum VoiceError {
    /// Transport.
    #[zbus(error)]
    Bus(zbus::Error),
    /// A descriptor is neither a pipe nor a socket, or cannot be used in that direction.
    NotAStream(String),
    /// The rate is neither 16000 nor 48000.
    BadRate(String),
    /// No wish, or one that is not known.
    BadWishes(String),
    /// A model for it is not live; `Models` says why.
    NoModel(String),
    /// As many sessions as there may be run already.
    Busy(String),
    /// No such session of this caller.
    NoSession(String),
}

/// Listening as its callers see it.
#[proxy(
    interface = "org.dais.Inference1.Voice",
    default_service = "org.dais.Inference1",
    default_path = "/org/dais/Inference1"
)]
pub trait Voice {
    /// Listens to mono sound of signed 16-bit samples, little end first, out of a pipe or socket, until its other end
    /// is closed; tells what the wishes ask for. Gives the session's number.
    fn listen(&self, sound: Fd<'_>, rate: u32, wishes: u32) -> Result<u32, VoiceError>;
    /// Takes the noise out of such sound and writes it to another pipe or socket, as fast as it is taken there.
    fn clean(&self, sound: Fd<'_>, rate: u32, cleaned: Fd<'_>) -> Result<u32, VoiceError>;
    /// Ends a session of this caller.
    fn stop(&self, session: u32) -> Result<(), VoiceError>;
    /// How many sessions run.
    #[zbus(property(emits_changed_signal = "false"))]
    fn sessions(&self) -> zbus::Result<u32>;
    /// Somebody began to speak, milliseconds of sound after the session's beginning.
    #[zbus(signal)]
    fn speech_began(&self, session: u32, at_ms: u64);
    /// Nobody speaks any more, since then.
    #[zbus(signal)]
    fn speech_ended(&self, session: u32, at_ms: u64);
    /// How loud a quarter of a second was: A-weighted dBFS; the slow level in dB(A), as good as the microphone's
    /// calibration; [`NoiseColour`]; samples at the end of the scale.
    #[zbus(signal)]
    fn level(&self, session: u32, at_ms: u64, dbfs: f64, level_db: f64, colour: u32, clipped: u32);
    /// A [`WakePhrase`] was said, this certainly (0 to 1).
    #[zbus(signal)]
    fn wake(&self, session: u32, at_ms: u64, phrase: u32, confidence: f64);
    /// The session is over: a [`SessionEnd`], how much sound there was, and how much of it came too fast to be heard.
    #[zbus(signal)]
    fn ended(&self, session: u32, why: u32, sound_ms: u64, dropped_ms: u64);
}
