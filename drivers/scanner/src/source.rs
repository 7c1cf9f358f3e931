//! Which scanner, as one line of configuration: a device or `auto`, and what differs from the rule.

use std::path::PathBuf;

use crate::framing::Suffix;
use crate::keymap::Layout;

/// The longest prefix; guns take a few characters.
const PREFIX_MAX: usize = 16;
/// Speeds a serial line can have; faster ones are no scanner's.
const SPEEDS: std::ops::RangeInclusive<u32> = 300..=921_600;

/// Where to look.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// All three kinds of devices, for what is known to be a scanner.
    Auto,
    /// This node; names under `/dev/input/by-id`, `/dev/serial/by-id` and `/dev/dais` survive replugging.
    Node(PathBuf),
}

/// What a serial line adds to each character to notice damage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Parity {
    /// Nothing; right for everything on USB.
    #[default]
    None,
    /// 8E1.
    Even,
    /// 8O1.
    Odd,
}

/// A scanner's place and settings. What is `None` follows from the gun's [quirks](crate::quirks), or is learnt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Where it is.
    pub place: Place,
    /// What ends its codes.
    pub suffix: Option<Suffix>,
    /// What it sends before each code.
    pub prefix: Option<Vec<u8>>,
    /// The keyboard it plays.
    pub layout: Option<Layout>,
    /// The serial line's speed in bits a second.
    pub speed: u32,
    /// The serial line's parity.
    pub parity: Parity,
}

/// Why a line names no scanner.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// Neither `auto` nor a path.
    #[error(
        "scanner \"{0}\" is neither \"auto\" nor a full path: write auto, or a device such as /dev/ttyACM0"
    )]
    Place(String),
    /// An unknown setting, or a value it cannot have.
    #[error(
        "scanner setting \"{0}\" is unknown: there are suffix=cr|lf|tab|none, prefix=TEXT, layout=us|german|french, \
         speed=9600, parity=none|even|odd"
    )]
    Setting(String),
}

impl Source {
    /// The scanner at a place, with nothing set.
    pub fn at(place: Place) -> Self {
        Self { place, suffix: None, prefix: None, layout: None, speed: 9600, parity: Parity::None }
    }

    /// Reads `auto` or `/dev/...`, and settings after it: `/dev/ttyUSB0 speed=115200 suffix=none prefix=~`.
    /// In a prefix `\xHH` stands for a byte.
    ///
    /// # Errors
    /// [`SourceError`], which says what may stand there.
    pub fn parse(line: &str) -> Result<Self, SourceError> {
        let mut words = line.split_ascii_whitespace();
        let place = match words.next() {
            Some("auto") => Place::Auto,
            Some(path) if path.starts_with('/') => Place::Node(path.into()),
            _ => return Err(SourceError::Place(line.to_owned())),
        };
        let mut source = Self::at(place);
        for word in words {
            source.set(word).ok_or_else(|| SourceError::Setting(word.to_owned()))?;
        }
        Ok(source)
    }

    fn set(&mut self, word: &str) -> Option<()> {
        let (name, value) = word.split_once('=')?;
        match name {
            "suffix" => {
                self.suffix = Some(match value {
                    "cr" => Suffix::Cr,
                    "lf" => Suffix::Lf,
                    "tab" => Suffix::Tab,
                    "none" => Suffix::None,
                    _ => return None,
                });
            }
            "prefix" => self.prefix = Some(prefix(value)?),
            "layout" => {
                self.layout = Some(match value {
                    "us" => Layout::Us,
                    "german" => Layout::German,
                    "french" => Layout::French,
                    _ => return None,
                });
            }
            "speed" => self.speed = value.parse().ok().filter(|speed| SPEEDS.contains(speed))?,
            "parity" => {
                self.parity = match value {
                    "none" => Parity::None,
                    "even" => Parity::Even,
                    "odd" => Parity::Odd,
                    _ => return None,
                };
            }
            _ => return None,
        }
        Some(())
    }
}

/// A prefix's bytes.
fn prefix(text: &str) -> Option<Vec<u8>> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if let (b'\\', Some((b'x', digits))) = (first, after.split_first()) {
            let (two, after) = digits.split_at_checked(2)?;
            bytes.push(u8::from_str_radix(std::str::from_utf8(two).ok()?, 16).ok()?);
            rest = after;
        } else {
            bytes.push(*first);
        }
    }
    (1..=PREFIX_MAX).contains(&bytes.len()).then_some(bytes)
}

#[cfg(test)]
mod tests {
    //! One line of configuration, one scanner.
    use super::*;

    #[test]
    fn lines() {
        let node = |path: &str| Source::at(Place::Node(path.into()));
        for (line, source) in [
            ("auto", Source::at(Place::Auto)),
            ("/dev/ttyACM0", node("/dev/ttyACM0")),
            ("/dev/a speed=115200 parity=even", {
                Source { speed: 115_200, parity: Parity::Even, ..node("/dev/a") }
            }),
            ("auto suffix=none layout=french", {
                Source { suffix: Some(Suffix::None), layout: Some(Layout::French), ..Source::at(Place::Auto) }
            }),
            (r"/dev/a prefix=\x02~", Source { prefix: Some(vec![2, b'~']), ..node("/dev/a") }),
        ] {
            assert_eq!(Source::parse(line), Ok(source), "{line}");
        }
        for line in ["", "off", "ttyACM0", "Auto", "http://a"] {
            assert!(matches!(Source::parse(line), Err(SourceError::Place(_))), "{line}");
        }
        for word in [
            "suffix",
            "suffix=x",
            "prefix=",
            "prefix=\\x0",
            "prefix=12345678901234567",
            "layout=xx",
            "speed=1",
            "speed=x",
            "parity=mark",
            "baud=9600",
        ] {
            let line = format!("/dev/a {word}");
            assert_eq!(Source::parse(&line), Err(SourceError::Setting(word.into())), "{line}");
        }
    }
}
