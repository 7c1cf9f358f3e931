//! The only file that speaks to the kernel's evdev: whether a device sounds, and the events that make it.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use rustix::ioctl::{Direction, Ioctl, IoctlOutput, Opcode, ioctl, opcode};

use crate::buzzer::Node;

/// `EVIOCGBIT(EV_SND, 4)` of `linux/input.h`: the bits of the sounds that a device has.
const GET_SOUNDS: Opcode = opcode::from_components(Direction::Read, b'E', 0x20 + 0x12, size_of::<u32>());

/// An open event device.
#[derive(Debug)]
pub struct EventFile {
    file: File,
}

impl EventFile {
    /// Opens one to be written.
    ///
    /// # Errors
    /// It is not there or may not be written.
    pub fn open(path: &Path) -> io::Result<Self> {
        // Not to wait in a file that is no device at all, such as a pipe.
        let flags = (OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed();
        Ok(Self { file: OpenOptions::new().write(true).custom_flags(flags).open(path)? })
    }
}

impl Node for EventFile {
    fn sounds(&self) -> io::Result<u32> {
        // SAFETY: see `GetSounds`.
        Ok(unsafe { ioctl(&self.file, GetSounds { bits: 0 }) }?)
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }
}

/// The ioctl with the number that it fills.
struct GetSounds {
    bits: u32,
}

// SAFETY: the pointer is to `bits`, which lives for the call and may be written; the number of the ioctl names its
// size, so the kernel never writes past its end.
unsafe impl Ioctl for GetSounds {
    type Output = u32;
    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        GET_SOUNDS
    }

    fn as_ptr(&mut self) -> *mut c_void {
        (&raw mut self.bits).cast()
    }

    unsafe fn output_from_ptr(_: IoctlOutput, filled: *mut c_void) -> rustix::io::Result<u32> {
        // SAFETY: it is the pointer that `as_ptr` gave, to a number that is whole whatever the kernel wrote.
        Ok(unsafe { filled.cast::<u32>().read() })
    }
}

#[cfg(test)]
mod tests {
    //! What is no buzzer is told apart by the kernel itself.
    use super::*;
    use crate::buzzer::Buzzer;
    use crate::error::SignalError;

    #[test]
    fn the_number_of_the_ioctl() {
        assert_eq!(GET_SOUNDS, 0x8004_4532);
    }

    #[test]
    fn files_are_no_buzzers() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("event0");
        let open = || Buzzer::open(&path).unwrap_err();
        assert_eq!(open(), SignalError::NotFound { path: path.clone() });
        std::fs::write(&path, "").unwrap();
        assert_eq!(open(), SignalError::NoBuzzer { path: path.clone() });
        let null = Path::new("/dev/null");
        assert_eq!(Buzzer::open(null).unwrap_err(), SignalError::NoBuzzer { path: null.into() });
    }
}
