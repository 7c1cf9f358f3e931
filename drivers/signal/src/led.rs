//! A light by Linux' LED class: a directory with the files of `Documentation/ABI/testing/sysfs-class-led` and
//! `sysfs-class-led-multicolor`.
//!
//! Each file is opened for each write, as its name is the only thing that a replugged light keeps; one write is one
//! command, so a short one is a failure and its rest is never sent as another.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::annunciator::Output;
use crate::error::SignalError;
use crate::pace::LIGHT_CHANGES_AFTER;
use crate::pattern::{self, Moment};
use crate::signal::{Colour, Signal, Volume};

/// The kernel gives at most a page by a file of sysfs.
const FILE_MAX: u64 = 4096;
/// Far above any light's number of parts.
const PARTS_MAX: usize = 16;

/// One of the lamps behind a light of many colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Red,
    Green,
    Blue,
    /// Red and green together.
    Amber,
    /// All together.
    White,
    /// One that a person does not need or not see, such as infrared.
    Other,
}

impl Part {
    /// By the names of the kernel's `led_colors`.
    fn named(name: &str) -> Self {
        match name {
            "red" => Self::Red,
            "green" => Self::Green,
            "blue" => Self::Blue,
            "amber" | "yellow" | "orange" => Self::Amber,
            "white" => Self::White,
            _ => Self::Other,
        }
    }

    /// How much of a colour is its, of 255.
    fn share(self, colour: Colour) -> u8 {
        match self {
            Self::Red => colour.red,
            Self::Green => colour.green,
            Self::Blue => colour.blue,
            Self::Amber => colour.red.min(colour.green),
            Self::White => colour.red.min(colour.green).min(colour.blue),
            Self::Other => 0,
        }
    }
}

/// A light.
#[derive(Debug)]
pub struct Light {
    directory: PathBuf,
    max: u32,
    /// Empty where it has one colour only.
    parts: Vec<Part>,
}

impl Light {
    /// Opens the light of a directory such as `/sys/class/leds/kiosk` and takes it from whatever in the kernel drove
    /// it.
    ///
    /// # Errors
    /// [`SignalError`]: not there, not writable, no light.
    pub fn open(directory: &Path) -> Result<Self, SignalError> {
        let no_light = |why| SignalError::NoLight { path: directory.to_owned(), why };
        let opening = |error: io::Error| SignalError::opening(directory, &error);
        std::fs::metadata(directory).map_err(opening)?;
        let max = read(&directory.join("max_brightness"))
            .map_err(opening)?
            .ok_or_else(|| no_light("it has no max_brightness"))?;
        let max = max.trim().parse().ok().filter(|max| *max > 0);
        let max = max.ok_or_else(|| no_light("its max_brightness is no number"))?;
        let parts = match read(&directory.join("multi_index")).map_err(opening)? {
            Some(index) => parts_of(&index).ok_or_else(|| no_light("its multi_index names no colours"))?,
            None => Vec::new(),
        };
        let light = Self { directory: directory.to_owned(), max, parts };
        if directory.join("trigger").exists() {
            write(&directory.join("trigger"), "none").map_err(opening)?;
        }
        Ok(light)
    }

    /// Shows a colour; a light without it shows what it has, as light is worth more than its colour.
    ///
    /// # Errors
    /// [`SignalError::Lost`], after which it has to be opened anew.
    pub fn show(&mut self, colour: Colour) -> Result<(), SignalError> {
        let lost = |error: io::Error| SignalError::Lost { path: self.directory.clone(), why: error.kind() };
        if colour.is_lit() && !self.parts.is_empty() {
            let text = intensities(&self.parts, colour, self.max);
            write(&self.directory.join("multi_intensity"), &text).map_err(lost)?;
        }
        let brightness = if colour.is_lit() { self.max } else { 0 };
        write(&self.directory.join("brightness"), &brightness.to_string()).map_err(lost)
    }
}

impl Output for Light {
    type Level = Colour;
    const REST: Colour = Colour::DARK;
    const CHANGES_AFTER: Duration = LIGHT_CHANGES_AFTER;

    fn due(signal: Signal, _volume: Volume, since: Duration) -> Moment<Colour> {
        pattern::light(signal).at(since)
    }

    fn apply(&mut self, level: Colour) -> Result<(), SignalError> {
        self.show(level)
    }
}

/// The colours that `multi_index` names, in its order.
fn parts_of(index: &str) -> Option<Vec<Part>> {
    let parts: Vec<Part> = index.split_whitespace().map(Part::named).collect();
    (1..=PARTS_MAX).contains(&parts.len()).then_some(parts)
}

/// The line for `multi_intensity`: each part from 0 to `max`, in the order of its index.
fn intensities(parts: &[Part], colour: Colour, max: u32) -> String {
    let lit = parts.iter().any(|part| part.share(colour) > 0);
    let shares = parts.iter().map(|part| if lit { part.share(colour) } else { u8::MAX });
    let scaled = shares.map(|share| u64::from(share) * u64::from(max) / u64::from(u8::MAX));
    scaled.map(|part| part.to_string()).collect::<Vec<_>>().join(" ")
}

/// What a file says; none where it is not there.
fn read(path: &Path) -> io::Result<Option<String>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        opened => opened?,
    };
    let mut bytes = Vec::new();
    file.take(FILE_MAX).read_to_end(&mut bytes)?;
    Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
}

fn write(path: &Path, text: &str) -> io::Result<()> {
    let line = format!("{text}\n");
    let written = OpenOptions::new().write(true).open(path)?.write(line.as_bytes())?;
    if written == line.len() { Ok(()) } else { Err(io::ErrorKind::WriteZero.into()) }
}

#[cfg(test)]
mod tests {
    //! Which lamps light up.
    use super::*;

    #[test]
    fn colours_of_parts() {
        for (index, max, colour, line) in [
            ("red green blue\n", 255, Colour::AMBER, "255 120 0"),
            ("green blue red", 255, Colour::RED, "0 0 255"),
            ("red green blue", 100, Colour::AMBER, "100 47 0"),
            ("red green blue white", 255, Colour::WHITE, "255 255 255 255"),
            ("red amber", 255, Colour::AMBER, "255 120"),
            // A light without blue lights up all the same.
            ("red green", 255, Colour::BLUE, "255 255"),
            ("ir", 31, Colour::GREEN, "31"),
            ("red green blue", u32::MAX, Colour::GREEN, "0 4294967295 0"),
        ] {
            assert_eq!(intensities(&parts_of(index).unwrap(), colour, max), line, "{index} {colour:?}");
        }
    }

    #[test]
    fn no_parts() {
        assert_eq!(parts_of(" \n"), None);
        assert_eq!(parts_of(&"red ".repeat(17)), None);
    }
}
