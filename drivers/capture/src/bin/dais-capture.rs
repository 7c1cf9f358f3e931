//! `dais-capture`: looks at HDMI inputs and microphones from a terminal, for whoever installs them.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use capture::{Frame, Heard, Kind, Level, Loss, Microphone, Monitor, Size, Source, trial};
use image::{ImageError, Rgb, RgbImage};

const USAGE: &str = "\
dais-capture list                     which inputs there are
dais-capture frame INPUT FILE.png     writes one picture of an input
dais-capture test INPUT               tests an input, pictures or sound
dais-capture level INPUT              how loud a microphone is, for ten seconds
INPUT is a device such as /dev/video0, or alsa:hw:1 or pulse:NAME";

/// An input may take so long to its first picture or sound.
const WITHIN: Duration = Duration::from_secs(8);
const LEVEL_FOR: Duration = Duration::from_secs(10);
const LEVEL_EVERY: Duration = Duration::from_millis(250);

#[derive(Debug, thiserror::Error)]
enum Wrong {
    #[error("{USAGE}")]
    Usage,
    #[error(transparent)]
    Source(#[from] capture::SourceError),
    #[error(transparent)]
    Capture(#[from] capture::CaptureError),
    #[error(transparent)]
    Failed(#[from] trial::Failed),
    #[error("{0}")]
    Lost(Loss),
    #[error("the picture could not be written: {0}")]
    Picture(#[from] ImageError),
    #[error(transparent)]
    Output(#[from] io::Error),
}

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["list"] => list(),
        ["frame", input, file] => frame(input, file),
        ["test", input] => test(input),
        ["level", input] => level(input),
        _ => Err(Wrong::Usage),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(wrong) => {
            // Without a terminal there is nobody to tell.
            let _told = writeln!(io::stderr(), "{wrong}");
            ExitCode::FAILURE
        }
    }
}

fn list() -> Result<(), Wrong> {
    let mut out = io::stdout();
    for source in Monitor::start()?.inputs() {
        let what = match source.kind() {
            Kind::Video => "pictures",
            Kind::Audio => "sound",
        };
        let path = source.path().map(|path| path.display().to_string()).unwrap_or_default();
        writeln!(out, "{what:9} {} {path}", source.name())?;
    }
    Ok(())
}

fn frame(input: &str, file: &str) -> Result<(), Wrong> {
    let seen = trial::video(Source::parse(input)?, Size::MOST, WITHIN)?;
    picture_of(&seen.frame).save(file)?;
    Ok(writeln!(io::stdout(), "{file}: {}x{}", seen.frame.width(), seen.frame.height())?)
}

fn picture_of(frame: &Frame) -> RgbImage {
    let mut picture = RgbImage::new(frame.width() as u32, frame.height() as u32);
    for (to, from) in picture.pixels_mut().zip(frame.pixels().chunks_exact(4)) {
        *to = Rgb([from[2], from[1], from[0]]);
    }
    picture
}

fn test(input: &str) -> Result<(), Wrong> {
    let source = Source::parse(input)?;
    let mut out = io::stdout();
    match source.kind() {
        Kind::Video => {
            let seen = trial::video(source, Size::MOST, WITHIN)?;
            let (frame, facts) = (&seen.frame, seen.facts);
            writeln!(out, "first picture after {} ms", seen.first.as_millis())?;
            writeln!(
                out,
                "{}x{}, {} pictures a second",
                frame.width(),
                frame.height(),
                seen.rate_milli / 1000
            )?;
            writeln!(
                out,
                "brightness {}, contrast {}, sharpness {}",
                facts.brightness, facts.contrast, facts.sharpness
            )?;
            if facts.is_plain() {
                writeln!(out, "the picture shows nothing: is the other device on, the lens uncovered?")?;
            }
        }
        Kind::Audio => {
            let heard = trial::audio(source, WITHIN)?;
            writeln!(out, "first sound after {} ms", heard.first.as_millis())?;
            meter(&mut out, heard.level)?;
            if heard.is_muted() {
                writeln!(out, "nothing at all is heard: is it switched off?")?;
            }
        }
    }
    Ok(())
}

fn level(input: &str) -> Result<(), Wrong> {
    let mut microphone = Microphone::open(Source::parse(input)?)?;
    let (began, mut out, mut samples) = (Instant::now(), io::stdout(), Vec::new());
    let mut shown = began;
    while began.elapsed() < LEVEL_FOR {
        match microphone.next(began + LEVEL_FOR)? {
            Heard::Sound(sound) => samples.extend(sound.samples),
            Heard::Lost(loss) => return Err(Wrong::Lost(loss)),
            Heard::Nothing => {}
        }
        if shown.elapsed() >= LEVEL_EVERY {
            meter(&mut out, Level::of(&samples))?;
            samples.clear();
            shown = Instant::now();
        }
    }
    Ok(())
}

fn meter(out: &mut impl Write, level: Level) -> Result<(), Wrong> {
    let clipped = if level.clipped > 0 { ", too loud" } else { "" };
    Ok(writeln!(out, "{:6.1} dBFS, peak {:.1}{clipped}", level.rms_db, level.peak_db)?)
}

#[cfg(test)]
mod tests {
    //! A picture is written as it was seen.
    use super::*;
    use capture::fake::Input;

    #[test]
    fn a_red_picture() {
        let red = "videotestsrc is-live=true pattern=red ! video/x-raw,width=32,height=16,framerate=30/1";
        let input = Input::plug(Kind::Video, "red", red).unwrap();
        let seen = trial::video(input.source().unwrap(), Size::MOST, WITHIN).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let file = directory.path().join("red.png");
        picture_of(&seen.frame).save(&file).unwrap();
        let read = image::open(&file).unwrap().to_rgb8();
        assert_eq!(read.dimensions(), (32, 16));
        assert!(read.pixels().all(|pixel| pixel.0[0] > 250 && pixel.0[1] < 5 && pixel.0[2] < 5));
    }
}
