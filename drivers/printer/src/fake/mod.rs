//! An emulated printer behind a real TCP port or a real terminal, with a strict parser: what it does not know is a
//! failure. It can be torn from its cable at any byte, garble, dawdle, fall silent, run out of paper, be opened.

pub mod command;
pub mod control;
mod head;
pub mod machine;
mod port;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use rustix::event::Timespec;

use crate::fonts::Fonts;
use machine::{Health, Machine, Sheet};
pub use port::Plug;
use port::Port;

/// How often the thread looks whether the world changed around it.
const LOOK: Timespec = Timespec { tv_sec: 0, tv_nsec: 5_000_000 };

/// What goes wrong on the cable, each once; counted in bytes since this was set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    /// The cable is pulled after so many bytes from the host.
    pub cut_in: Option<usize>,
    /// The cable is pulled after so many bytes to the host.
    pub cut_out: Option<usize>,
    /// This byte from the host is changed by these bits.
    pub garble_in: Option<(usize, u8)>,
    /// This byte to the host is changed by these bits.
    pub garble_out: Option<(usize, u8)>,
    /// The power fails with the cable.
    pub power: bool,
    /// Answers dribble out a byte at a time.
    pub dribble: bool,
    /// The paper ends after so many rows of dots.
    pub paper: Option<usize>,
}

struct World {
    machine: Machine,
    faults: Faults,
    heard: usize,
    said: usize,
    plugged: bool,
    /// Switched off and on: whoever was connected is not any more.
    renewed: bool,
    /// Where pictures of its sheets go, and how many are there.
    folder: Option<PathBuf>,
    kept: usize,
    /// Not sent yet.
    answers: Vec<u8>,
}

/// An emulated printer in a thread of this process. Dropping it ends the thread and pulls its plug.
pub struct Fake {
    world: Arc<Mutex<World>>,
    address: Option<SocketAddr>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Fake {
    /// Switches one on with paper so many dots wide. It can be reached when this returns.
    ///
    /// # Errors
    /// Where the port cannot be made.
    pub fn start(plug: &Plug, width: u16, fonts: Option<Arc<Fonts>>) -> io::Result<Self> {
        let port = Port::open(plug)?;
        let address = port.address();
        // Plugged in again it is where it was.
        let plug = address.map_or_else(|| plug.clone(), Plug::Network);
        let world = Arc::new(Mutex::new(World {
            machine: Machine::new(width, fonts),
            faults: Faults::default(),
            heard: 0,
            said: 0,
            plugged: true,
            renewed: false,
            folder: None,
            kept: 0,
            answers: Vec::new(),
        }));
        let stop = Arc::new(AtomicBool::new(false));
        let (its, ends) = (world.clone(), stop.clone());
        let work = move || serve(&its, &ends, &plug, Some(port));
        let thread = std::thread::Builder::new().name("escpos".into()).spawn(work)?;
        Ok(Self { world, address, stop, thread: Some(thread) })
    }

    /// Its address on the network.
    pub fn address(&self) -> Option<SocketAddr> {
        self.address
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a picture of each sheet from now on, `receipt-001.png` and so on, in this folder.
    pub fn keep_pictures(&self, folder: &Path) {
        self.world().folder = Some(folder.to_owned());
    }

    /// Sets what goes wrong from now on.
    pub fn set_faults(&self, faults: Faults) {
        let mut world = self.world();
        (world.heard, world.said) = (0, 0);
        world.faults = faults;
        if let Some(paper) = faults.paper {
            let told = world.machine.change(|health| health.paper = paper);
            world.answers.extend(told);
        }
    }

    /// Changes how it is: paper, cover, drawer.
    pub fn change(&self, how: impl FnOnce(&mut Health)) {
        let mut world = self.world();
        let told = world.machine.change(how);
        world.answers.extend(told);
    }

    /// How it is.
    pub fn health(&self) -> Health {
        self.world().machine.health()
    }

    /// Pulls its cable, or plugs it in again; with `power` it was switched off in between.
    pub fn plug(&self, plugged: bool, power: bool) {
        let mut world = self.world();
        world.plugged = plugged;
        world.answers.clear();
        if power {
            world.machine.power_cycle();
            world.renewed = true;
        }
    }

    /// Whether its cable is in.
    pub fn is_plugged(&self) -> bool {
        self.world().plugged
    }

    /// Pieces of paper that came out.
    pub fn sheets(&self) -> Vec<Sheet> {
        self.world().machine.sheets().to_vec()
    }

    /// What is printed and still in the printer.
    pub fn unfinished(&self) -> Sheet {
        self.world().machine.unfinished().clone()
    }

    /// How often the drawer was kicked.
    pub fn kicks(&self) -> usize {
        self.world().machine.kicks()
    }

    /// Why it stopped for good: bytes that are no command it knows.
    pub fn failure(&self) -> Option<String> {
        self.world().machine.failure().map(str::to_owned)
    }
}

impl Drop for Fake {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if self.thread.take().map(JoinHandle::join).is_some_and(|joined| joined.is_err()) {
            tracing::error!("the emulated printer panicked");
        }
    }
}

fn serve(world: &Mutex<World>, stop: &AtomicBool, plug: &Plug, mut port: Option<Port>) {
    while !stop.load(Ordering::Relaxed) {
        let room = {
            let mut world = world.lock().unwrap_or_else(PoisonError::into_inner);
            if std::mem::take(&mut world.renewed) {
                port = None;
            }
            match (&mut port, world.plugged) {
                (Some(_), false) => port = None,
                (None, true) => match Port::open(plug) {
                    Ok(fresh) => port = Some(fresh),
                    Err(error) => tracing::debug!(%error, "the emulated printer cannot be plugged in yet"),
                },
                (Some(open), true) => {
                    if !world.turn(open) {
                        world.plugged = false;
                        world.answers.clear();
                        port = None;
                    }
                }
                (None, false) => {}
            }
            world.machine.room()
        };
        let waited = match &port {
            Some(port) => port.wait(room > 0, LOOK),
            None => {
                std::thread::park_timeout(std::time::Duration::from_millis(5));
                Ok(())
            }
        };
        if let Err(error) = waited {
            tracing::warn!(%error, "the emulated printer failed");
            return;
        }
    }
}

impl World {
    /// Hears, works, says; false where the cable is pulled.
    fn turn(&mut self, port: &mut Port) -> bool {
        let mut bytes = match port.read(self.machine.room()) {
            Ok(bytes) => bytes,
            Err(error) => {
                tracing::debug!(%error, "the emulated printer's port");
                Vec::new()
            }
        };
        if let Some((at, bits)) = self.faults.garble_in
            && let Some(byte) = at.checked_sub(self.heard).and_then(|at| bytes.get_mut(at))
        {
            *byte ^= bits;
        }
        let cut_in = self.faults.cut_in.is_some_and(|cut| self.heard + bytes.len() >= cut);
        if let (true, Some(cut)) = (cut_in, self.faults.cut_in) {
            bytes.truncate(cut.saturating_sub(self.heard));
        }
        self.heard += bytes.len();
        let answers = self.machine.receive(&bytes);
        self.answers.extend(answers);
        self.keep();
        if cut_in || !self.say(port) {
            if std::mem::take(&mut self.faults).power {
                self.machine.power_cycle();
            }
            return false;
        }
        true
    }

    fn keep(&mut self) {
        let Some(folder) = &self.folder else { return };
        for sheet in self.machine.sheets().iter().skip(self.kept) {
            self.kept += 1;
            let path = folder.join(format!("receipt-{:03}.png", self.kept));
            match control::save(sheet, &path) {
                Ok(()) => tracing::info!(path = %path.display(), "printed"),
                Err(error) => tracing::warn!(%error, "a sheet's picture cannot be kept"),
            }
        }
    }

    fn say(&mut self, port: &mut Port) -> bool {
        let count = if self.faults.dribble { self.answers.len().min(1) } else { self.answers.len() };
        let mut bytes: Vec<u8> = self.answers.drain(..count).collect();
        if let Some((at, bits)) = self.faults.garble_out
            && let Some(byte) = at.checked_sub(self.said).and_then(|at| bytes.get_mut(at))
        {
            *byte ^= bits;
        }
        let cut = self.faults.cut_out.filter(|cut| self.said + bytes.len() >= *cut);
        if let Some(cut) = cut {
            bytes.truncate(cut.saturating_sub(self.said));
        }
        self.said += bytes.len();
        if !bytes.is_empty() {
            port.write(&bytes);
        }
        cut.is_none()
    }
}
