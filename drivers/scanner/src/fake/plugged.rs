//! A bay into which emulated guns are plugged: a socket each, in place of the kernel's device.

use std::io;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};

use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::net::{AddressFamily, SocketFlags, SocketType, socketpair};

use super::reports::DESCRIPTOR;
use crate::decoding::Manner;
use crate::error::Missing;
use crate::framing::Suffix;
use crate::hidpos;
use crate::keymap::Layout;
use crate::scanner::{Bay, Opened};

/// How an emulated gun presents itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// A keyboard that is known to be a gun.
    Keyboard,
    /// A keyboard like any other.
    AnyKeyboard,
    /// A HID POS scanner.
    HidPos,
    /// A serial port.
    Serial,
}

/// The bay's other side: where guns are plugged in.
#[derive(Debug)]
pub struct Socket {
    opened: Sender<Opened>,
    claimed: Receiver<()>,
    count: usize,
}

/// A gun that is plugged in. Dropping it unplugs it.
#[derive(Debug)]
pub struct Plugged(OwnedFd);

/// An empty bay, and its other side.
pub fn bay() -> (Socket, Box<dyn Bay>) {
    let (send, opened) = channel();
    let (claim, claimed) = channel();
    (Socket { opened: send, claimed, count: 0 }, Box::new(FakeBay { opened, claim }))
}

impl Socket {
    /// Plugs a gun in; the driver finds it when it next looks.
    ///
    /// # Errors
    /// Where no socket can be made.
    pub fn plug(&mut self, sort: Sort, suffix: Suffix) -> io::Result<Plugged> {
        let kind = if sort == Sort::HidPos { SocketType::SEQPACKET } else { SocketType::STREAM };
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let (gun, fd) = socketpair(AddressFamily::UNIX, kind, flags, None)?;
        let manner = match sort {
            Sort::Keyboard | Sort::AnyKeyboard => Manner::Keyboard(Layout::Us),
            Sort::Serial => Manner::Serial,
            Sort::HidPos => {
                let layout = hidpos::Layout::find(DESCRIPTOR);
                Manner::HidPos(
                    layout.ok_or_else(|| io::Error::other("the emulated gun's descriptor is none"))?,
                )
            }
        };
        self.count += 1;
        let place = PathBuf::from(format!("gun{}", self.count));
        let proven = sort != Sort::AnyKeyboard;
        let opened = Opened { place, fd, manner, suffix, prefix: Vec::new(), proven };
        self.opened.send(opened).map_err(|_| io::Error::other("the scanner is gone"))?;
        Ok(Plugged(gun))
    }

    /// How many keyboards were taken since this was last asked.
    pub fn claims(&self) -> usize {
        self.claimed.try_iter().count()
    }
}

impl Plugged {
    /// Sends bytes: characters, records of key events, or one report.
    ///
    /// # Errors
    /// Where the driver has closed the device.
    pub fn send(&self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            bytes = &bytes[rustix::io::write(&self.0, bytes)?..];
        }
        Ok(())
    }
}

struct FakeBay {
    opened: Receiver<Opened>,
    claim: Sender<()>,
}

impl Bay for FakeBay {
    fn open(&mut self, _held: &[PathBuf]) -> Result<Vec<Opened>, Missing> {
        match self.opened.try_recv() {
            Ok(opened) => Ok(vec![opened]),
            Err(TryRecvError::Empty | TryRecvError::Disconnected) => Err(Missing::Unplugged),
        }
    }

    fn claim(&mut self, _line: BorrowedFd<'_>) -> Result<(), Missing> {
        self.claim.send(()).map_err(|_| Missing::Unplugged)
    }

    fn keys_down(&mut self, _line: BorrowedFd<'_>) -> Vec<u16> {
        Vec::new()
    }
}
