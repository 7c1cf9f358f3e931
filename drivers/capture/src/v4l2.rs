//! The only file that asks the kernel about a video input: is there a signal?
//!
//! Two ways of `linux/videodev2.h`: receivers of HDMI answer `VIDIOC_QUERY_DV_TIMINGS`, others tell it in the status
//! of their input. Most USB adapters do neither and send a picture of their own; of them nothing is known.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::fs::OpenOptions;
use std::os::fd::AsFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use rustix::fs::OFlags;
use rustix::io::Errno;
use rustix::ioctl::{Direction, Ioctl, IoctlOutput, Opcode, ioctl, opcode};

use crate::loss::Loss;

/// `struct v4l2_dv_timings`: a type and a union of 32 words.
const TIMINGS: usize = 132;
/// `struct v4l2_input`, with the padding at its end.
const INPUT: usize = 80;
/// Where its `status` is: after index, name, type, audioset, tuner and the 64 bits of std.
const INPUT_STATUS: usize = 56;
/// `V4L2_IN_ST_NO_POWER`, `_NO_SIGNAL`, `_NO_SYNC`, `_NO_CARRIER`.
const STATUS_NO_SIGNAL: u32 = 0x1 | 0x2 | 0x10000 | 0x40000;
/// `V4L2_IN_ST_NO_H_LOCK`.
const STATUS_NO_LOCK: u32 = 0x100;

const QUERY_TIMINGS: Opcode = opcode::from_components(Direction::Read, b'V', 99, TIMINGS);
const GET_INPUT: Opcode = opcode::from_components(Direction::Read, b'V', 38, size_of::<u32>());
const ENUM_INPUT: Opcode = opcode::from_components(Direction::ReadWrite, b'V', 26, INPUT);

/// An ioctl whose argument is a buffer of exactly the size that its number names.
struct Exchange<const SIZE: usize> {
    opcode: Opcode,
    buffer: Aligned<SIZE>,
}

/// As the kernel's structures are.
#[repr(align(8))]
struct Aligned<const SIZE: usize>([u8; SIZE]);

// SAFETY: the pointer is to `buffer`, which lives for the call, is aligned and may be written; `exchange` is only
// called with a number that names this size, so the kernel never goes past its end.
unsafe impl<const SIZE: usize> Ioctl for Exchange<SIZE> {
    type Output = [u8; SIZE];
    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        self.opcode
    }

    fn as_ptr(&mut self) -> *mut c_void {
        self.buffer.0.as_mut_ptr().cast()
    }

    unsafe fn output_from_ptr(_: IoctlOutput, filled: *mut c_void) -> rustix::io::Result<[u8; SIZE]> {
        // SAFETY: it is the pointer that `as_ptr` gave, to bytes that are whole whatever the kernel wrote.
        Ok(unsafe { filled.cast::<[u8; SIZE]>().read() })
    }
}

fn exchange<const SIZE: usize>(
    fd: impl AsFd,
    opcode: Opcode,
    buffer: [u8; SIZE],
) -> rustix::io::Result<[u8; SIZE]> {
    // SAFETY: see `Exchange`; the numbers used here are those of linux/videodev2.h with this very size.
    unsafe { ioctl(fd, Exchange { opcode, buffer: Aligned(buffer) }) }
}

/// Why no picture can come from a device, as far as it knows; none where it knows nothing or has a signal. May be asked
/// while the device is in use.
pub fn loss_at(path: &Path) -> Option<Loss> {
    let flags = (OFlags::NONBLOCK | OFlags::CLOEXEC).bits().cast_signed();
    let device = match OpenOptions::new().read(true).custom_flags(flags).open(path) {
        Ok(device) => device,
        Err(error) => return of_open(Errno::from_io_error(&error)),
    };
    let timings = exchange(&device, QUERY_TIMINGS, [0; TIMINGS]);
    match timings {
        Ok(_) => None,
        Err(error) => of_timings(error).or_else(|| of_status(status(&device)?)),
    }
}

/// The status of the chosen input.
fn status(device: impl AsFd) -> Option<u32> {
    let index = exchange(&device, GET_INPUT, [0; 4]).ok()?;
    let mut input = [0; INPUT];
    input[..4].copy_from_slice(&index);
    let input = exchange(&device, ENUM_INPUT, input).ok()?;
    let at = |byte: usize| input[INPUT_STATUS + byte];
    Some(u32::from_ne_bytes([at(0), at(1), at(2), at(3)]))
}

fn of_open(error: Option<Errno>) -> Option<Loss> {
    match error? {
        Errno::NOENT | Errno::NODEV | Errno::NXIO => Some(Loss::Unplugged),
        Errno::ACCESS | Errno::PERM => Some(Loss::Forbidden),
        _ => None,
    }
}

fn of_timings(error: Errno) -> Option<Loss> {
    match error {
        Errno::NOLINK => Some(Loss::NoSignal),
        Errno::NOLCK => Some(Loss::Unstable),
        Errno::RANGE => Some(Loss::OutOfRange),
        Errno::NODEV => Some(Loss::Unplugged),
        // No receiver of HDMI, or one whose other input is chosen.
        _ => None,
    }
}

fn of_status(status: u32) -> Option<Loss> {
    match () {
        () if status & STATUS_NO_SIGNAL != 0 => Some(Loss::NoSignal),
        () if status & STATUS_NO_LOCK != 0 => Some(Loss::Unstable),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    //! Numbers of the kernel, and what its answers mean.
    use super::*;

    #[test]
    fn numbers_of_the_ioctls() {
        assert_eq!(QUERY_TIMINGS, 0x8084_5663);
        assert_eq!(GET_INPUT, 0x8004_5626);
        assert_eq!(ENUM_INPUT, 0xc050_561a);
    }

    #[test]
    fn answers() {
        for (error, loss) in [
            (Errno::NOLINK, Some(Loss::NoSignal)),
            (Errno::NOLCK, Some(Loss::Unstable)),
            (Errno::RANGE, Some(Loss::OutOfRange)),
            (Errno::NODATA, None),
            (Errno::NOTTY, None),
        ] {
            assert_eq!(of_timings(error), loss, "{error}");
        }
        for (status, loss) in
            [(0, None), (2, Some(Loss::NoSignal)), (0x100, Some(Loss::Unstable)), (0x10, None)]
        {
            assert_eq!(of_status(status), loss, "{status:x}");
        }
    }

    #[test]
    fn files() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("video0");
        assert_eq!(loss_at(&path), Some(Loss::Unplugged));
        std::fs::write(&path, "").unwrap();
        assert_eq!(loss_at(&path), None, "what is no video device knows nothing");
    }
}
