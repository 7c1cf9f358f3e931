//! A recording that is played, recorded and played again.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use touch::{Heard, InputEvent, Placements, Source, SourceSpec, TouchError, Waker, evemu};

use super::hands::{FINGERS, STEPS, Told, listen};
use super::uinput::{at, lifted, panel};
use super::{SCREEN, open};
use crate::until;

/// An emulated machine records a few events a millisecond.
const PATIENCE: Duration = Duration::from_secs(60);

/// A recording is played into a device, recorded there, and is the same.
pub(super) fn recorded() -> Result<String> {
    let mut events = Vec::new();
    for step in 0..STEPS {
        let time_us = 20_000 * step as u64;
        events.extend(at(step, 0).into_iter().map(|event| InputEvent { time_us, ..event }));
    }
    let time_us = 20_000 * STEPS as u64;
    events.extend(lifted().into_iter().map(|event| InputEvent { time_us, ..event }));
    // The kernel says nothing twice: a new panel is at its first slot.
    events.remove(0);
    let path = std::env::temp_dir().join(format!("dais-{}.evemu", std::process::id()));
    let text = evemu::write_description(&panel()) + &evemu::write_events(&events);
    std::fs::write(&path, &text).with_context(|| format!("{}", path.display()))?;
    let spec = SourceSpec { path: path.clone(), desc: None };
    let (to, ready) = channel();
    let all = Waker::new()?;
    let (mut written, listening) = Written::new(events.len(), all.clone());
    let player = std::thread::spawn(move || {
        let played = touch::replay(&spec, &Waker::new()?, |device| -> Result<()> {
            to.send(until("the node", || device.node())?)?;
            listening.recv().context("nobody records")
        })?;
        // The recorder may be slow; it has the tail all the same.
        if all.wait(PATIENCE) { Ok(played.events) } else { bail!("the recorder never had all") }
    });
    let node = SourceSpec { path: ready.recv().context("the player has ended")?, desc: None };
    // The device is unplugged when the player ends; that ends the recorder.
    match touch::record(&node, &Waker::new()?, &mut written) {
        Err(TouchError::Lost(_)) => {}
        other => bail!("{other:?} instead of an unplugged panel"),
    }
    let played = player.join().map_err(|_| anyhow::anyhow!("the player panicked"))??;
    std::fs::remove_file(&path)?;
    let written = String::from_utf8(written.bytes)?;
    let read: Vec<_> = evemu::events(&written).collect::<Result<_, _>>()?;
    let plain = |event: &InputEvent| (event.kind, event.code, event.value);
    let same = read.iter().map(plain).eq(events.iter().map(plain));
    if played != events.len() || !same || evemu::description(&written)? != panel() {
        bail!("{} events were played, {} recorded; or they differ", events.len(), read.len());
    }
    let mut told = Told::default();
    let again = std::env::temp_dir().join(format!("dais-{}-again.evemu", std::process::id()));
    std::fs::write(&again, &written)?;
    let spec = SourceSpec { path: again.clone(), desc: None };
    let mut source = Source::open(&spec, Some(SCREEN), &Placements::default(), Waker::new()?)?;
    listen(&mut source, &mut told, FINGERS)?;
    std::fs::remove_file(&again)?;
    told.check(FINGERS, STEPS)?;
    heard_late(&path, &text, events.len())?;
    Ok(format!("{} events were played, recorded and played again; a late listener heard all", events.len()))
}

/// `dais-touch replay` to a listener who reads nothing before all was sent.
fn heard_late(path: &Path, text: &str, events: usize) -> Result<()> {
    std::fs::write(path, text)?;
    let mut command = Command::new("dais-touch");
    command.arg("replay").arg(path).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut program = command.spawn().context("dais-touch")?;
    let (Some(mut keys), Some(out)) = (program.stdin.take(), program.stdout.take()) else {
        bail!("dais-touch without a terminal")
    };
    let mut lines = BufReader::new(out).lines();
    let mut line = || lines.next().context("dais-touch has ended")?.context("dais-touch is torn");
    let told = line()?;
    let node = told.split(':').next().unwrap_or_default();
    let mut source = open(Path::new(node), &Placements::default())?;
    keys.write_all(b"\n")?;
    let told = line()?;
    if !told.starts_with(&format!("{events} events")) {
        bail!("{told:?} of {events} events");
    }
    let mut heard = Told::default();
    listen(&mut source, &mut heard, FINGERS)?;
    heard.check(FINGERS, STEPS).context("heard late")?;
    keys.write_all(b"\n")?;
    if !program.wait()?.success() {
        bail!("dais-touch failed");
    }
    std::fs::remove_file(path)?;
    match source.next(PATIENCE) {
        Heard::Ended(_, Some(TouchError::Lost(_))) => Ok(()),
        other => bail!("{other:?} when the device was taken away"),
    }
}

/// What a recorder writes. It begins once it has the panel, and has all after so many events.
struct Written {
    bytes: Vec<u8>,
    begun: Option<Sender<()>>,
    wanted: usize,
    all: Waker,
}

impl Written {
    fn new(wanted: usize, all: Waker) -> (Self, Receiver<()>) {
        let (to, begun) = channel();
        (Self { bytes: Vec::new(), begun: Some(to), wanted, all }, begun)
    }

    fn events(&self) -> usize {
        self.bytes.split(|byte| *byte == b'\n').filter(|line| line.starts_with(b"E:")).count()
    }
}

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.bytes.extend(bytes);
        if self.events() == self.wanted {
            self.all.wake().map_err(std::io::Error::other)?;
        }
        match self.begun.take().map(|begun| begun.send(())) {
            Some(Err(error)) => Err(std::io::Error::other(error)),
            _ => Ok(bytes.len()),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
