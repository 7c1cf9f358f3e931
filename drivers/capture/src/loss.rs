//! Why nothing comes from an input, in words for whoever stands in front of it.

/// Why nothing comes. The input is tried again by itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Loss {
    /// It is not there.
    #[error("it is not plugged in: check its cable to the board")]
    Unplugged,
    /// It is there, and nothing arrives at its socket.
    #[error("no signal arrives: switch the other device on and check the cable between the two")]
    NoSignal,
    /// A signal arrives that cannot be held.
    #[error("the signal cannot be held: use a shorter or better cable")]
    Unstable,
    /// A signal arrives that the input cannot take.
    #[error("this size or rate is not supported: set the other device to 1920x1080 at 60 Hz")]
    OutOfRange,
    /// It is there, and sends nothing.
    #[error("it sends nothing: unplug it and plug it in again")]
    Stalled,
    /// Another program has it.
    #[error("another program uses it: close that one")]
    Busy,
    /// It may not be used.
    #[error("it may not be used: the program's user must be in the groups video and audio")]
    Forbidden,
    /// It failed otherwise.
    #[error("it failed: unplug it and plug it in again ({0})")]
    Failed(String),
}

/// Why an input cannot work here at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CaptureError {
    /// GStreamer or one of its elements is not installed.
    #[error(
        "inputs need software that is not installed ({0}): install Debian's gstreamer1.0-plugins-base, -plugins-good \
         and -alsa"
    )]
    NotInstalled(String),
    /// A microphone where a picture is wanted, or the other way round.
    #[error("{0} is an input of another kind: pictures come from /dev/video*, sound from alsa: and pulse:")]
    WrongKind(String),
}
