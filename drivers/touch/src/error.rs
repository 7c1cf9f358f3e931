//! What can go wrong with a touch panel, in words for the person who stands at it.

use std::path::PathBuf;

/// Why a source cannot be opened, or has ended, or said something strange.
#[derive(Debug, thiserror::Error)]
pub enum TouchError {
    #[error(
        "the touch source {path} cannot be opened: {source}; check the cable and the rights of the input group"
    )]
    Open { path: PathBuf, source: std::io::Error },
    #[error("the touch panel {0} is held by another program; end that first")]
    Busy(PathBuf),
    #[error("the touch source {0} is a FIFO or a file: name its evemu description too, as PATH,DESC")]
    NoDescription(PathBuf),
    #[error("{path} is not an input device: {source}; name a node under /dev/input")]
    NotADevice { path: PathBuf, source: std::io::Error },
    #[error("a touch source is written PATH or PATH,DESC; {0:?} is neither")]
    Spec(String),
    #[error("a switch is written PATH,KEY with a key of evdev, as /dev/input/event3,KEY_SPACE; {0:?} is not")]
    Switch(String),
    #[error("the touch panel {0:?} reports no positions; choose another node under /dev/input")]
    NoPosition(String),
    #[error("the touch panel {name:?} has an axis 0x{axis:02x} without a range")]
    NoRange { name: String, axis: u16 },
    #[error("the touch panel {0:?} does not say how large it is; give the size with --panel-mm")]
    NoSize(String),
    #[error("the touch panel {name:?} claims {slots} contacts at once; at most {limit} are possible")]
    Slots { name: String, slots: i64, limit: i64 },
    #[error(
        "the touch panel names contact slot {slot}, but has only {slots}; unplug it and plug it in again"
    )]
    Slot { slot: i32, slots: usize },
    #[error("a panel is turned by 0, 90, 180 or 270 degrees, not by {0}")]
    Turn(u32),
    #[error(
        "the matrix {0:?} cannot be a panel's: it wants six numbers of at most 4, as libinput writes them, and must leave the panel an area"
    )]
    Matrix([f64; 6]),
    #[error("line {line} of the recording is not evemu's format: {text:?}")]
    Line { line: usize, text: String },
    #[error("the recording cannot be written: {0}; check the disk")]
    Write(std::io::Error),
    #[error("no input device can be made: {0}; load the module uinput, and check the rights on /dev/uinput")]
    Virtual(std::io::Error),
    #[error("the recording {0} is larger than {1} MB; cut it first")]
    TooLarge(PathBuf, u64),
    #[error("the touch stream ended in the middle of an event ({0} bytes left over); check the cable")]
    Torn(usize),
    #[error("the touch panel was unplugged or failed: {0}; check the cable")]
    Lost(std::io::Error),
}
