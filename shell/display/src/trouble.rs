//! What goes wrong and is told to the person at the screen.

/// What the person at the screen should know about; the UI shows it in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The disk is full: the board goes on, strokes wait in memory and are written when there is room.
    JournalFull,
    /// The disk has room again; everything that waited is written.
    JournalRoom,
    /// The journal cannot be written for another reason (removed disk, rights).
    JournalBroken,
    /// The last record was torn by a power cut; it was cut off, everything before it is there.
    RecoveredTail,
    /// The touch frame does not answer.
    TouchLost,
    /// The touch frame answers again.
    TouchBack,
}

/// Why a video does not play; the UI says it in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FilmTrouble {
    /// Others play already: it begins when one of them is gone.
    TooMany,
    /// The file is not on the disk, or cannot be read: insert the video again.
    Gone,
    /// There is no picture in the file: insert a video.
    NotVideo,
    /// There is no decoder for it here: convert it to WebM or to MP4 with H.264.
    NoDecoder,
    /// Its picture is larger than 8K: convert it to a smaller one.
    TooLarge,
    /// The file is damaged: get it anew and insert it again.
    Damaged,
    /// Nothing came for ten seconds: the disk may be broken.
    Stalled,
    /// GStreamer or one of its parts is missing: install gstreamer1.0-plugins-base and -good.
    NotInstalled,
}
