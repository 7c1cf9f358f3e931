//! `/etc/dais/sense.toml`. The shipped file is the default, and a test says so.

use anyhow::Context;
use capture::{Kind, Source};
use serde::Deserialize;

use crate::{Parts, Place};

/// What switches a device off.
const OFF: &str = "off";
/// What takes the first that is there.
const ANY: &str = "any";
/// Frames a second that may be configured. Fewer than 8 show a waved palm too seldom to be one; recognition looks at
/// no more than 30.
const FRAMES_A_SECOND: std::ops::RangeInclusive<u32> = 8..=30;

/// What an operator may set.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// `off`, `any`, a device, or `gst:` and a description.
    pub camera: String,
    /// The same.
    pub microphone: String,
    /// Frames that are looked at in a second, at most.
    pub frames_per_second: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self { camera: OFF.to_owned(), microphone: OFF.to_owned(), frames_per_second: 15 }
    }
}

impl Config {
    /// What the service works with; an error names the setting that makes no sense.
    pub fn parts(&self) -> anyhow::Result<Parts> {
        anyhow::ensure!(
            FRAMES_A_SECOND.contains(&self.frames_per_second),
            "frames_per_second is {}; it must be {} to {}",
            self.frames_per_second,
            FRAMES_A_SECOND.start(),
            FRAMES_A_SECOND.end()
        );
        Ok(Parts {
            camera: place(Kind::Video, &self.camera).context("camera")?,
            microphone: place(Kind::Audio, &self.microphone).context("microphone")?,
            frames_per_second: self.frames_per_second,
            limits: capture::watchdog::Limits::default(),
        })
    }
}

fn place(kind: Kind, line: &str) -> anyhow::Result<Option<Place>> {
    Ok(match line {
        OFF => None,
        ANY => Some(Place::Any),
        line => Some(Place::At(Source::of_kind(kind, line)?)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../../image/rootfs/etc/dais/sense.toml");

    #[test]
    fn the_shipped_file_is_the_default_and_everything_is_off() {
        let shipped = toml::from_str::<Config>(SHIPPED).unwrap();
        assert_eq!(shipped, Config::default());
        for key in ["camera", "microphone", "frames_per_second"] {
            assert!(SHIPPED.lines().any(|line| line.starts_with(key)), "{key} is not shown");
        }
        let parts = shipped.parts().unwrap();
        assert!(parts.camera.is_none() && parts.microphone.is_none());
    }

    #[test]
    fn the_shipped_examples_are_understood() {
        let examples: Vec<&str> = SHIPPED.lines().filter_map(|line| line.strip_prefix("#: ")).collect();
        assert!(examples.len() >= 3, "{examples:?}");
        for line in examples {
            let parts = toml::from_str::<Config>(line).unwrap().parts().unwrap();
            assert!(parts.camera.is_some() || parts.microphone.is_some(), "{line}");
        }
    }

    #[test]
    fn what_makes_no_sense_is_named() {
        assert!(toml::from_str::<Config>("webcam = \"any\"").is_err());
        for (line, word) in [
            ("camera = \"webcam\"", "camera"),
            ("camera = \"alsa:hw:1\"", "camera"),
            ("microphone = \"/dev/video0\"", "microphone"),
            ("frames_per_second = 7", "frames_per_second"),
            ("frames_per_second = 31", "frames_per_second"),
        ] {
            let error = format!("{:#}", toml::from_str::<Config>(line).unwrap().parts().unwrap_err());
            assert!(error.contains(word), "{line}: {error}");
        }
    }
}
