//! The ioctls of `linux/input.h` and `linux/hidraw.h` that a scanner needs: the only unsafe code of this crate.
//!
//! Each takes a buffer of ours whose length its number names, or a number by value, so two wrappers carry all of them.
#![allow(unsafe_code)]

use std::ffi::c_void;

use rustix::fd::AsFd;
use rustix::io::Result;
use rustix::ioctl::{Direction, Ioctl, IoctlOutput, Opcode, ioctl, opcode};

/// `EVIOC*`.
const INPUT: u8 = b'E';
const INPUT_GRAB: u8 = 0x90;
/// `HIDIOC*`.
const HID: u8 = b'H';

/// An ioctl whose argument is a buffer of exactly the length that its number names.
struct Exchange<'a> {
    opcode: Opcode,
    buffer: &'a mut [u8],
}

// SAFETY: the pointer is to `buffer`, which lives for the call and may be written; `opcode` is only built by
// `exchange` below, with the buffer's own length as its size, so the kernel never writes past its end.
unsafe impl Ioctl for Exchange<'_> {
    type Output = usize;
    const IS_MUTATING: bool = true;

    fn opcode(&self) -> Opcode {
        self.opcode
    }

    fn as_ptr(&mut self) -> *mut c_void {
        self.buffer.as_mut_ptr().cast()
    }

    unsafe fn output_from_ptr(out: IoctlOutput, _: *mut c_void) -> Result<usize> {
        Ok(usize::try_from(out).unwrap_or(0))
    }
}

fn exchange(fd: impl AsFd, direction: Direction, group: u8, number: u8, buffer: &mut [u8]) -> Result<usize> {
    let opcode = opcode::from_components(direction, group, number, buffer.len());
    // SAFETY: see `Exchange`; the numbers used here take a buffer of this length.
    unsafe { ioctl(fd, Exchange { opcode, buffer }) }
}

/// Reads from an input device; answers how many bytes are filled, where the kernel says so.
pub(super) fn read_input(fd: impl AsFd, number: u8, buffer: &mut [u8]) -> Result<usize> {
    exchange(fd, Direction::Read, INPUT, number, buffer)
}

/// Sets something of an input device.
pub(super) fn write_input(fd: impl AsFd, number: u8, value: i32) -> Result<()> {
    exchange(fd, Direction::Write, INPUT, number, &mut value.to_ne_bytes()).map(drop)
}

/// Reads from a HID device.
pub(super) fn read_hid(fd: impl AsFd, number: u8, buffer: &mut [u8]) -> Result<usize> {
    exchange(fd, Direction::Read, HID, number, buffer)
}

/// EVIOCGRAB, whose argument is the number itself.
struct Grab(usize);

// SAFETY: EVIOCGRAB takes its argument by value and touches no memory of ours.
unsafe impl Ioctl for Grab {
    type Output = ();
    const IS_MUTATING: bool = false;

    fn opcode(&self) -> Opcode {
        opcode::write::<i32>(INPUT, INPUT_GRAB)
    }

    fn as_ptr(&mut self) -> *mut c_void {
        std::ptr::without_provenance_mut(self.0)
    }

    unsafe fn output_from_ptr(_: IoctlOutput, _: *mut c_void) -> Result<()> {
        Ok(())
    }
}

/// Takes an input device for ourselves: nobody else hears its events until it is closed.
pub(super) fn grab(fd: impl AsFd) -> Result<()> {
    // SAFETY: see `Grab`.
    unsafe { ioctl(fd, Grab(1)) }
}
