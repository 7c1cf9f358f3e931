//! `dais-touch`: what a technician needs to see of a panel, and what makes one unnecessary: lists panels, shows their
//! contacts, records them and plays recordings, and finds how a panel lies on its screen.

use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use touch::calibration::Session;
use touch::{Frame, Heard, Panel, Placements, Source, SourceSpec, TouchError, Waker, evdev};

const USAGE: &str = "\
dais-touch list                              the panels and pens of this machine
dais-touch show SOURCE [--panel-mm WxH]      every contact, in millimetres
dais-touch record DEVICE                     what it sends, in evemu's text format, on standard output
dais-touch replay RECORDING[,DESC]           a recording as an input device of this machine (needs /dev/uinput); the
                                             device stays until Enter, or, where nobody can type, until it is ended
dais-touch calibrate DEVICE --panel-mm WxH [--into FOLDER]
                                             five touches; how the panel lies, for shell.toml, or kept in FOLDER

SOURCE is a device, a FIFO or a recording, as in the shell's `touch`. End the shell before a panel is opened here.
";

/// Only a frame or the end of the source cut a wait short, so it may be long.
const LISTEN: Duration = Duration::from_secs(3600);
/// The kernel makes a node within milliseconds; a busy machine takes longer.
const NODE: Duration = Duration::from_secs(10);
/// Between two looks whether it has: a person who is asked to open it does not see the difference.
const NODE_LOOK: Duration = Duration::from_millis(10);

fn main() -> ExitCode {
    match read(std::env::args_os().skip(1)).and_then(|asked| act(&asked)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // The driver's own words name their cause already.
            let words = error
                .downcast_ref::<TouchError>()
                .map_or_else(|| format!("{error:#}"), TouchError::to_string);
            // Nobody may be there to read it; the exit code says it too.
            drop(writeln!(std::io::stderr(), "dais-touch: {words}"));
            ExitCode::FAILURE
        }
    }
}

/// What the command line asks for.
struct Asked {
    words: Vec<String>,
    size_um: Option<(i32, i32)>,
    into: Option<PathBuf>,
}

fn read(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Result<Asked> {
    use lexopt::prelude::*;
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut asked = Asked { words: Vec::new(), size_um: None, into: None };
    while let Some(argument) = parser.next()? {
        match argument {
            Value(word) => asked.words.push(word.string()?),
            Long("panel-mm") => asked.size_um = Some(size(&parser.value()?.string()?)?),
            Long("into") => asked.into = Some(PathBuf::from(parser.value()?)),
            Long("help") | Short('h') => asked.words = vec!["help".to_owned()],
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(asked)
}

fn act(asked: &Asked) -> Result<()> {
    let words: Vec<&str> = asked.words.iter().map(String::as_str).collect();
    match words[..] {
        ["list"] => list(),
        ["show", source] => show(&SourceSpec::parse(source)?, asked.size_um),
        ["record", device] => {
            touch::record(&SourceSpec::parse(device)?, &Waker::new()?, std::io::stdout().lock())?;
            Ok(())
        }
        ["replay", recording] => replay(&SourceSpec::parse(recording)?),
        ["calibrate", device] => {
            let size_um = asked.size_um.context("say how large the screen is: --panel-mm WxH")?;
            calibrate(&SourceSpec::parse(device)?, size_um, asked.into.as_deref())
        }
        ["help"] => say(USAGE.trim_end()),
        _ => bail!("what is wanted?\n\n{USAGE}"),
    }
}

fn say(line: &str) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").and_then(|()| out.flush()).context("nobody reads the output")
}

fn list() -> Result<()> {
    let mut nodes: Vec<PathBuf> = Vec::new();
    for entry in std::fs::read_dir("/dev/input").context("this machine has no input devices")? {
        let path = entry?.path();
        if path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("event")) {
            nodes.push(path);
        }
    }
    nodes.sort_by_key(|path| (path.as_os_str().len(), path.clone()));
    for node in nodes {
        let described = std::fs::File::open(&node).and_then(|file| evdev::describe(&file));
        match described {
            // Anything has a size when it is given one: a mouse has no positions, a panel does.
            Ok(about) if Panel::new(&about, Some((1, 1))).is_ok() => {
                say(&format!("{}\t{}\t{}", node.display(), about.key(), about.name))?;
            }
            Ok(_) => {}
            Err(error) => say(&format!("{}\tcannot be opened: {error}", node.display()))?,
        }
    }
    Ok(())
}

fn show(spec: &SourceSpec, size_um: Option<(i32, i32)>) -> Result<()> {
    let mut source = Source::open(spec, size_um, &Placements::default(), Waker::new()?)?;
    say(&format!("# {}, {:?}", source.panel().name(), source.panel().protocol()))?;
    loop {
        match source.next(LISTEN) {
            Heard::Frame(frame) => tell(&frame)?,
            Heard::Nothing => {}
            Heard::Strange(error) => say(&format!("# {error}"))?,
            Heard::Ended(frame, why) => {
                tell(&frame)?;
                return why.map_or(Ok(()), |error| Err(error.into()));
            }
        }
    }
}

/// `seconds phase contact tool x y`, places in millimetres.
fn tell(frame: &Frame) -> Result<()> {
    let mm = |um: i32| format!("{}.{:03}", um / 1000, um % 1000);
    for contact in &frame.contacts {
        say(&format!(
            "{}.{:06} {:?} {} {:?} {} {}",
            frame.time_us / 1_000_000,
            frame.time_us % 1_000_000,
            contact.phase,
            contact.id.0,
            contact.tool,
            mm(contact.at.x_um),
            mm(contact.at.y_um)
        ))?;
    }
    Ok(())
}

fn replay(spec: &SourceSpec) -> Result<()> {
    let played = touch::replay(spec, &Waker::new()?, |device| -> Result<()> {
        let until = Instant::now() + NODE;
        let node = loop {
            match device.node() {
                Some(node) => break node,
                None if Instant::now() > until => bail!("the kernel made no node for the device"),
                None => std::thread::sleep(NODE_LOOK),
            }
        };
        say(&format!("{}: open it, then press Enter here", node.display()))?;
        entered()?;
        Ok(())
    })?;
    say(&format!("{} events; press Enter to take the device away", played.events))?;
    if !entered()? {
        // Nobody types here, so whoever started this ends it; the device goes with it.
        loop {
            std::thread::park();
        }
    }
    Ok(())
}

/// Waits for Enter; false where nobody will press it.
fn entered() -> Result<bool> {
    let read = std::io::stdin().lock().read_line(&mut String::new()).context("the terminal is gone")?;
    Ok(read > 0)
}

fn calibrate(spec: &SourceSpec, size_um: (i32, i32), into: Option<&Path>) -> Result<()> {
    let mut source = Source::open(spec, Some(size_um), &Placements::default(), Waker::new()?)?;
    let key = source.panel().key().to_owned();
    let mut session = Session::new(size_um);
    ask(&session)?;
    while session.mark().is_some() {
        match source.next(LISTEN) {
            Heard::Frame(frame) if session.feed(&frame) => ask(&session)?,
            Heard::Frame(_) | Heard::Nothing => {}
            Heard::Strange(error) => return Err(error.into()),
            Heard::Ended(_, why) => {
                why.map_or(Ok(()), Err)?;
                bail!("the source ended before all marks were touched");
            }
        }
    }
    let found = session.solve()?;
    let numbers = found.placement.matrix.numbers().map(|number| format!("{number:.6}")).join(", ");
    let turn = found.placement.turn.degrees();
    say(&format!("# the worst touch was {} mm off", found.worst_um / 1000))?;
    match into {
        None => say(&format!("panels = [{{ panel = \"{key}\", turn = {turn}, matrix = [{numbers}] }}]")),
        Some(folder) => {
            let text = format!("panel = \"{key}\"\nturn = {turn}\nmatrix = [{numbers}]\n");
            keep(folder, &key, &text).with_context(|| format!("it cannot be kept in {}", folder.display()))
        }
    }
}

/// Tells which mark comes next, by its distance from the picture's left and upper border.
fn ask(session: &Session) -> Result<()> {
    let Some(mark) = session.mark() else { return Ok(()) };
    say(&format!(
        "touch the screen {} mm from the left and {} mm from the top",
        mark.x_um / 1000,
        mark.y_um / 1000
    ))
}

/// Writes a panel's file; a power cut leaves the old one or the new one.
fn keep(folder: &Path, key: &str, text: &str) -> Result<()> {
    std::fs::create_dir_all(folder)?;
    // A serial number may hold anything.
    let name: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let fresh = folder.join(format!("{name}.new"));
    let mut file = std::fs::File::create(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, folder.join(format!("{name}.toml")))?;
    std::fs::File::open(folder)?.sync_all()?;
    Ok(())
}

fn size(text: &str) -> Result<(i32, i32)> {
    let um = |mm: &str| mm.parse::<i32>().ok().filter(|mm| *mm > 0).and_then(|mm| mm.checked_mul(1000));
    let both = text.split_once('x').and_then(|(width, height)| Some((um(width)?, um(height)?)));
    both.with_context(|| format!("--panel-mm wants WIDTHxHEIGHT in millimetres, as 1895x1066, not {text:?}"))
}
