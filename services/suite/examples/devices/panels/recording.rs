//! A recording that is played, recorded and played again.

use std::io::Write;
use std::sync::mpsc::{Receiver, Sender, channel};

use anyhow::{Context, Result, bail};
use touch::{InputEvent, Placements, Source, SourceSpec, TouchError, Waker, evemu};

use super::SCREEN;
use super::hands::{FINGERS, STEPS, Told, listen};
use super::uinput::{at, lifted, panel};
use crate::until;

/// A time in a recording that is never reached: ten hours.
const LATE_US: u64 = 36_000_000_000;

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
    // The kernel forgets what was not read when a device goes, so the player has something left to wait for until the
    // recorder has it all.
    let late = InputEvent { time_us: LATE_US, ..InputEvent::report(0) };
    let text = evemu::write_description(&panel()) + &evemu::write_events(&[&events[..], &[late]].concat());
    std::fs::write(&path, &text).with_context(|| format!("{}", path.display()))?;
    let spec = SourceSpec { path: path.clone(), desc: None };
    let (to, ready) = channel();
    let all = Waker::new()?;
    let (mut written, listening) = Written::new(events.len(), all.clone());
    let player = std::thread::spawn(move || {
        touch::replay(&spec, &all, |device| -> Result<()> {
            to.send(until("the node", || device.node())?)?;
            listening.recv().context("nobody records")
        })
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
    Ok(format!("{} events were played, recorded and played again", events.len()))
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
