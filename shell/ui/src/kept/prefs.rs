//! What the teachers of this room like: kept over restarts. A file that cannot be understood is put aside and the
//! defaults count; nobody stands before a panel that does not start.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{put_aside, replace};
use crate::settings::Language;

const FILE: &str = "preferences.toml";

/// The colour of a new board.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum BoardColour {
    /// White.
    #[default]
    White,
    /// Dark green.
    Green,
    /// Black.
    Black,
}

impl From<BoardColour> for board::Ground {
    fn from(colour: BoardColour) -> Self {
        match colour {
            BoardColour::White => Self::White,
            BoardColour::Green => Self::Green,
            BoardColour::Black => Self::Black,
        }
    }
}

/// How large words are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TextSize {
    /// As designed.
    #[default]
    #[serde(rename = "100")]
    Normal,
    /// A quarter larger.
    #[serde(rename = "125")]
    Large,
    /// Half as large again.
    #[serde(rename = "150")]
    Huge,
}

impl TextSize {
    /// In parts of the designed size.
    pub fn factor(self) -> f32 {
        match self {
            Self::Normal => 1.0,
            Self::Large => 1.25,
            Self::Huge => 1.5,
        }
    }
}

/// The hand that writes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Hand {
    /// The left one.
    Left,
    /// The right one.
    #[default]
    Right,
}

/// How quickly the frame of a switch steps by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ScanPace {
    /// There is no frame, unless the configuration names a switch; then it is slow.
    #[default]
    Off,
    /// Time to see, decide and move.
    Slow,
    /// For practised hands.
    Quick,
}

impl ScanPace {
    /// From one step to the next.
    pub fn step(self) -> std::time::Duration {
        std::time::Duration::from_millis(if self == Self::Quick { 1000 } else { 2000 })
    }
}

/// All of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Prefs {
    /// The language of the screens; the configuration's where nobody has chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub language: Option<Language>,
    /// The colour of a new board.
    pub board: BoardColour,
    /// How large words are.
    pub text: TextSize,
    /// Stronger colours, black and white.
    pub contrast: bool,
    /// Whether things may move by themselves.
    pub motion: bool,
    /// Whether anything is to be heard.
    pub sound: bool,
    /// The hand that writes: tools open on its side.
    pub hand: Hand,
    /// A touch says what lies under it, the next one acts.
    pub read_aloud: bool,
    /// What is said is shown as words.
    pub captions: bool,
    /// A switch moves a frame over the screen.
    pub scan: ScanPace,
}

impl Default for Prefs {
    fn default() -> Self {
        Self {
            language: None,
            board: BoardColour::default(),
            text: TextSize::default(),
            contrast: false,
            motion: true,
            sound: true,
            hand: Hand::default(),
            read_aloud: false,
            captions: false,
            scan: ScanPace::Off,
        }
    }
}

/// Where they are kept.
#[derive(Clone, Debug)]
pub struct PrefsKeeper(PathBuf);

impl PrefsKeeper {
    /// Keeps in this folder, which must exist.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    /// What was kept, or the defaults.
    pub fn recall(&self) -> Prefs {
        let path = Path::new(&self.0).join(FILE);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Prefs::default(),
            Err(error) => {
                tracing::warn!(%error, "the preferences cannot be read");
                return Prefs::default();
            }
        };
        toml::from_str(&text).unwrap_or_else(|error| {
            tracing::warn!(%error, "the preferences cannot be understood and are put aside");
            put_aside(&path);
            Prefs::default()
        })
    }

    /// Keeps them, durably.
    ///
    /// # Errors
    /// When the disk refuses; what was kept before is still there then.
    pub fn keep(&self, prefs: &Prefs) -> io::Result<()> {
        replace(&self.0, FILE, &toml::to_string(prefs).map_err(io::Error::other)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_found_again_after_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = PrefsKeeper::new(folder.path());
        assert_eq!(keeper.recall(), Prefs::default());
        let liked = Prefs {
            language: Some(Language::En),
            board: BoardColour::Green,
            text: TextSize::Huge,
            contrast: true,
            motion: false,
            sound: false,
            hand: Hand::Left,
            read_aloud: true,
            captions: true,
            scan: ScanPace::Quick,
        };
        keeper.keep(&liked).unwrap();
        assert_eq!(PrefsKeeper::new(folder.path()).recall(), liked);
        let names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, [FILE], "nothing else is left there");
    }

    #[test]
    fn a_file_of_an_older_version_lacks_what_is_new() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join(FILE), "text = \"125\"\n").unwrap();
        let prefs = PrefsKeeper::new(folder.path()).recall();
        assert_eq!(prefs, Prefs { text: TextSize::Large, ..Prefs::default() });
    }

    #[test]
    fn what_cannot_be_understood_is_put_aside() {
        let folder = tempfile::tempdir().unwrap();
        let keeper = PrefsKeeper::new(folder.path());
        for bytes in [b"text = 9".as_slice(), b"\xff\xfe", b"text = \"12", b"unknown = 1"] {
            fs::write(folder.path().join(FILE), bytes).unwrap();
            assert_eq!(keeper.recall(), Prefs::default());
        }
        assert!(folder.path().join(format!("{FILE}.unreadable")).exists());
        keeper.keep(&Prefs::default()).unwrap();
        assert_eq!(keeper.recall(), Prefs::default());
        assert!(PrefsKeeper::new(folder.path().join("none")).keep(&Prefs::default()).is_err());
    }
}
