//! Shows recordings on a real graphics device and says what it did, so that `cargo xtask display` can hold the picture
//! that left a machine against the one in memory. One word a line goes in, `DAIS ...` lines come out.
//!
//! ```text
//! probe memory WxH FILE          the recording's picture, in memory, as a PPM file
//! probe replay CARD HOW WxH      the same onto a device, until a line comes
//! probe live CARD HOW WxH        the whole display with a touch panel: `draw N`, `hash`, `end`
//! probe steal PID CARD           takes the device from process PID, shows red, until a line comes
//! ```

// The tests' own bench: what it cannot do ends it, as in a test.
#[allow(dead_code, clippy::unwrap_used)]
#[path = "../../tests/it/bench.rs"]
mod bench;
mod steal;

use bench::{Fifo, SIZE_UM, Script, font, wall};
use board::{Colour, PersonId};
use display::drm_replay::{Recording, Seen, play};
use display::replay::Replay;
use display::{BoardCommand, Config, Output, PanelPoint, Picture, Scanout, Scene, ToDisplay};
use std::error::Error;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;
use touch::{Decoder, Fed, Frame, Panel};

type Outcome = Result<(), Box<dyn Error>>;

/// No answer of the display takes this long, even on an emulated processor.
const PATIENCE: Duration = Duration::from_secs(60);

fn main() -> Outcome {
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_ansi(false).without_time().init();
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["memory", size, file] => memory(size, Path::new(file)),
        ["replay", card, how, size] => replay(&config(card, how, size)?),
        ["live", card, how, size] => live(config(card, how, size)?),
        ["steal", pid, card] => steal::run(pid.parse()?, Path::new(card)),
        _ => Err("see the head of probe.rs for the words it takes".into()),
    }
}

fn say(line: &str) -> Outcome {
    let mut out = std::io::stdout().lock();
    writeln!(out, "DAIS {line}")?;
    Ok(out.flush()?)
}

fn wait_for_a_line() -> Outcome {
    std::io::stdin().lock().read_line(&mut String::new())?;
    Ok(())
}

fn config(card: &str, how: &str, size: &str) -> Result<Config, Box<dyn Error>> {
    let present = match how {
        "auto" => Scanout::Auto,
        "front" => Scanout::Front,
        "flips" => Scanout::Flips,
        other => return Err(format!("{other} is no way to present").into()),
    };
    let device = (card != "any").then(|| PathBuf::from(card));
    let (width, height) = size.split_once('x').ok_or("a size is WxH")?;
    Ok(Config {
        size_px: (width.parse()?, height.parse()?),
        size_um: SIZE_UM,
        touch: Vec::new(),
        placements: touch::Placements::default(),
        urgency: touch::Urgency::Ordinary,
        output: Output::Drm { device, present },
        journal_dir: std::env::temp_dir().join("dais-probe").join("board"),
        font: font(),
    })
}

/// Two people and three hands: strokes, a diamond across the wall, and a palm through all of it.
fn script() -> Script {
    let mut script = Script::default();
    script.line(0, (150, 150), (1700, 200)).line(0, (1700, 900), (200, 850));
    script.down(0, 500, 300).down(1, 1400, 300).frame(10);
    for step in 1..=40 {
        let across = |from: i32, to: i32| from + (to - from) * step / 40;
        script
            .to(0, across(500, 900), across(300, 760))
            .to(1, across(1400, 1000), across(300, 760))
            .frame(10);
    }
    script.up(0).up(1).frame(10);
    script.down(2, 950, 60).wide(2, 90, 60).frame(10);
    for y in (80..=1000).step_by(20) {
        script.to(2, 950, y).frame(10);
    }
    script.up(2).frame(10);
    script
}

fn recording() -> Result<Recording, Box<dyn Error>> {
    let mut decoder = Decoder::new(Panel::new(&wall(), Some(SIZE_UM))?);
    let mut frames = Vec::<Frame>::new();
    for event in script().events {
        if let Fed::Frame(frame) = decoder.feed(event) {
            frames.push(frame);
        }
    }
    let one = PersonId::new(1).ok_or("no first person")?;
    let two = PersonId::new(2).ok_or("no second person")?;
    let at = |x_um| PanelPoint { x_um, y_um: 900_000 };
    Ok(Recording {
        commands: vec![
            BoardCommand::SetColour { person: one, colour: Colour::BLUE },
            BoardCommand::SetColour { person: two, colour: Colour::VERMILION },
        ],
        palettes: vec![(one, at(200_000)), (two, at(1_700_000))],
        frames,
    })
}

fn memory(size: &str, file: &Path) -> Outcome {
    let recording = recording()?;
    let mut replay = Replay::new(&config("any", "auto", size)?)?;
    replay.palettes(recording.palettes);
    recording.commands.into_iter().for_each(|command| replay.command(command));
    recording.frames.iter().for_each(|frame| replay.play(frame));
    let picture = replay.picture();
    std::fs::write(file, ppm(&picture))?;
    say(&format!("picture {:016x}", hash(&picture)))
}

fn rgb(picture: &Picture) -> impl Iterator<Item = u8> {
    picture.rgba.as_chunks::<4>().0.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue])
}

fn ppm(picture: &Picture) -> Vec<u8> {
    let head = format!("P6\n{} {}\n255\n", picture.width, picture.height);
    head.bytes().chain(rgb(picture)).collect()
}

/// FNV-1a over red, green and blue.
fn hash(picture: &Picture) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    rgb(picture).fold(0xcbf2_9ce4_8422_2325, step)
}

fn replay(config: &Config) -> Outcome {
    let mut said = Ok(());
    play(config, recording()?, |seen| {
        said = say(&format!("shown {} {}", seen.way, times(seen))).and_then(|()| wait_for_a_line());
    })?;
    said
}

/// Medians in microseconds, for ratios: an emulated processor's times mean nothing by themselves.
fn times(seen: &Seen) -> String {
    let median = |times: &[Duration]| {
        let mut times = times.to_vec();
        times.sort_unstable();
        times.get(times.len() / 2).map_or(0, Duration::as_micros)
    };
    format!("frames {} whole {} drawing {}", seen.whole.len(), median(&seen.whole), median(&seen.drawing))
}

fn live(mut config: Config) -> Outcome {
    let folder = std::env::temp_dir().join("dais-probe");
    std::fs::create_dir_all(&folder)?;
    let (mut fifo, source) = Fifo::new(&folder);
    config.touch.push(source);
    let (display, _platform) = display::start(config)?;
    let to = display.sender();
    to.send(ToDisplay::Scene(Scene::Board))?;
    say(&format!("live {}", std::process::id()))?;
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        match line.split_once(' ').unwrap_or((&line, "")) {
            ("draw", place) => {
                let y = place.parse::<i32>()? * 100;
                fifo.play(Script::default().line(0, (100, y), (1800, y + 60)));
                say("drawn")?;
            }
            ("hash", _) => {
                let (reply, answer) = channel();
                // Nobody waits for it any more only if this thread has ended.
                to.send(ToDisplay::Screenshot(Box::new(move |picture| drop(reply.send(picture)))))?;
                say(&format!("hash {:016x}", hash(&answer.recv_timeout(PATIENCE)?)))?;
            }
            ("end", _) => break,
            _ => return Err(format!("{line}: no such word").into()),
        }
    }
    display.shutdown();
    say("ended")
}
