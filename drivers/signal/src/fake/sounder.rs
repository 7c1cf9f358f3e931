//! A buzzer below the driver: it takes the events that the kernel takes, and records what would be heard.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rustix::io::Errno;

use crate::buzzer::Node;
use crate::event::heard;
use crate::signal::Hertz;

/// What is wrong with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    #[default]
    None,
    /// It is plugged out.
    Unplugged,
    /// A write takes only so many bytes.
    Torn(usize),
    /// It is no input device.
    Other,
}

/// A tone that started or ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// When.
    pub at: Instant,
    /// The tone, none where it ended.
    pub tone: Option<Hertz>,
}

/// The buzzer's other side.
#[derive(Debug)]
pub struct Sounder {
    fault: Arc<Mutex<Fault>>,
    tell: Sender<Heard>,
    heard: Receiver<Heard>,
    bits: u32,
}

impl Sounder {
    /// One with these bits of `EV_SND`.
    pub fn new(bits: u32) -> Self {
        let (tell, heard) = channel();
        Self { fault: Arc::default(), tell, heard, bits }
    }

    /// What is heard, in order.
    pub fn heard(&self) -> &Receiver<Heard> {
        &self.heard
    }

    /// Breaks or mends it.
    pub fn set(&self, fault: Fault) {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner) = fault;
    }

    /// What a program opens.
    pub fn node(&self) -> SounderNode {
        SounderNode { fault: self.fault.clone(), tell: self.tell.clone(), bits: self.bits }
    }
}

/// The opened buzzer.
#[derive(Clone, Debug)]
pub struct SounderNode {
    fault: Arc<Mutex<Fault>>,
    tell: Sender<Heard>,
    bits: u32,
}

impl SounderNode {
    fn fault(&self) -> Fault {
        *self.fault.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Node for SounderNode {
    fn sounds(&self) -> io::Result<u32> {
        match self.fault() {
            Fault::Unplugged => Err(Errno::NODEV.into()),
            Fault::Other => Err(Errno::NOTTY.into()),
            Fault::None | Fault::Torn(_) => Ok(self.bits),
        }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match self.fault() {
            Fault::Unplugged | Fault::Other => return Err(Errno::NODEV.into()),
            Fault::Torn(bytes_taken) => bytes_taken.min(bytes.len()),
            Fault::None => bytes.len(),
        };
        for tone in heard(&bytes[..taken]) {
            // Nobody listens once a test is over.
            if self.tell.send(Heard { at: Instant::now(), tone }).is_err() {
                break;
            }
        }
        Ok(taken)
    }
}
