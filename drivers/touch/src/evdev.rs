//! The only file that speaks to the kernel's evdev: what a device is, and what state it is in.
//!
//! The ioctls are those of `linux/input.h`. Each fills a buffer of our own, so one wrapper carries all of them.
#![allow(unsafe_code)]

pub mod uinput;

use crate::event::code;
use crate::panel::{Axis, Description, Identity, Protocol};
use crate::{InputEvent, Panel, pen};
use rustix::ioctl::{Direction, opcode};
use std::io::{Error, Result};
use std::os::fd::{AsFd, AsRawFd};

/// `EVIOC*` numbers in group 'E'.
const GROUP: u8 = b'E';
const GET_ID: u8 = 0x02;
const GET_NAME: u8 = 0x06;
const GET_UNIQUE: u8 = 0x08;
const GET_PROPERTIES: u8 = 0x09;
const GET_MT_SLOTS: u8 = 0x0a;
const GET_KEY: u8 = 0x18;
const GET_BIT: u8 = 0x20;
const GET_ABS: u8 = 0x40;
const GRAB: u8 = 0x90;
const SET_CLOCK: u8 = 0xa0;
const CLOCK_MONOTONIC: i32 = 1;

/// Bytes that hold one bit for every key (`KEY_MAX` is 0x2ff) and every axis (`ABS_MAX` is 0x3f).
const KEY_BYTES: usize = 96;
const ABS_BYTES: usize = 8;
/// The same for properties (`INPUT_PROP_MAX` is 0x1f).
const PROPERTY_BYTES: usize = 4;

/// An ioctl whose argument is a buffer of exactly the length that its number names; answers what the kernel answers.
///
/// Through the C library, so that a library which stands in for devices can be loaded in front of it.
fn exchange_in(
    group: u8,
    fd: impl AsFd,
    direction: Direction,
    number: u8,
    buffer: &mut [u8],
) -> Result<usize> {
    let opcode = opcode::from_components(direction, group, number, buffer.len());
    // SAFETY: the descriptor is open and borrowed for the call. The numbers used here are those of linux/input.h and
    // linux/uinput.h whose argument is a buffer of the length that is part of the number, so the kernel stays within
    // `buffer`.
    let answer = unsafe { libc::ioctl(fd.as_fd().as_raw_fd(), opcode as libc::Ioctl, buffer.as_mut_ptr()) };
    usize::try_from(answer).map_err(|_| Error::last_os_error())
}

fn exchange(fd: impl AsFd, direction: Direction, number: u8, buffer: &mut [u8]) -> Result<usize> {
    exchange_in(GROUP, fd, direction, number, buffer)
}

fn read(fd: impl AsFd, number: u8, buffer: &mut [u8]) -> Result<usize> {
    exchange(fd, Direction::Read, number, buffer)
}

/// Asks a device what it is.
pub fn describe(fd: impl AsFd) -> Result<Description> {
    let mut description = Description { name: text(&fd, GET_NAME)?, ..Description::default() };
    description.identity = identity(&fd)?;
    // A device without one answers that it does not exist.
    description.serial = text(&fd, GET_UNIQUE).unwrap_or_default();
    let mut properties = [0u8; PROPERTY_BYTES];
    read(&fd, GET_PROPERTIES, &mut properties)?;
    description.properties = set_bits(&properties).collect();
    let mut keys = [0u8; KEY_BYTES];
    read(&fd, GET_BIT + code::EV_KEY as u8, &mut keys)?;
    description.keys = set_bits(&keys).collect();
    let mut axes = [0u8; ABS_BYTES];
    read(&fd, GET_BIT + code::EV_ABS as u8, &mut axes)?;
    for axis in set_bits(&axes) {
        let values = absinfo(&fd, axis)?;
        let [_, min, max, _, _, resolution] = values;
        description.axes.insert(axis, Axis { min, max, resolution });
    }
    Ok(description)
}

/// Takes the device for ourselves, so that no desktop hears the same touches, and has it stamp its events with
/// the monotonic clock if it can.
pub fn claim(fd: impl AsFd) -> Result<()> {
    // A device that cannot choose stamps with the wall clock, and whoever owns the source matches the clocks anyway;
    // one that is gone says so when it is grabbed.
    drop(exchange(&fd, Direction::Write, SET_CLOCK, &mut CLOCK_MONOTONIC.to_ne_bytes()));
    grab(fd)
}

/// `EVIOCGRAB` takes its argument by value.
fn grab(fd: impl AsFd) -> Result<()> {
    let opcode = opcode::write::<i32>(GROUP, GRAB);
    // SAFETY: the descriptor is open and borrowed for the call; no memory is touched.
    let answer = unsafe { libc::ioctl(fd.as_fd().as_raw_fd(), opcode as libc::Ioctl, 1) };
    if answer < 0 { Err(Error::last_os_error()) } else { Ok(()) }
}

/// The device's whole state as one frame of events, to be fed to the decoder after a SYN_DROPPED or at the start.
pub fn state(fd: impl AsFd, panel: &Panel, time_us: u64) -> Result<Vec<InputEvent>> {
    let mut events = Vec::new();
    match panel.protocol() {
        Protocol::Slots(slots) => slots_state(&fd, panel, slots, time_us, &mut events)?,
        Protocol::Pen | Protocol::Single => tip_state(&fd, panel, time_us, &mut events)?,
    }
    events.push(InputEvent::report(time_us));
    Ok(events)
}

/// Every axis that the device has, for every slot; the touch key's lift follows from the tracking ids.
fn slots_state(
    fd: impl AsFd,
    panel: &Panel,
    slots: usize,
    time_us: u64,
    events: &mut Vec<InputEvent>,
) -> Result<()> {
    let mut put = |axis: u16, value: i32| events.push(InputEvent::new(time_us, code::EV_ABS, axis, value));
    for axis in panel.axes().filter(|axis| (code::ABS_MT_TOUCH_MAJOR..=code::ABS_MT_TOOL_Y).contains(axis)) {
        for (slot, value) in (0i32..).zip(mt_slots(&fd, axis, slots)?) {
            put(code::ABS_MT_SLOT, slot);
            put(axis, value);
        }
    }
    put(code::ABS_MT_SLOT, absinfo(&fd, code::ABS_MT_SLOT)?[0]);
    Ok(())
}

fn tip_state(fd: impl AsFd, panel: &Panel, time_us: u64, events: &mut Vec<InputEvent>) -> Result<()> {
    let mut keys = [0u8; KEY_BYTES];
    read(&fd, GET_KEY, &mut keys)?;
    for key in pen::KEYS {
        let down = keys.get(usize::from(key) / 8).is_some_and(|byte| byte >> (key % 8) & 1 == 1);
        events.push(InputEvent::new(time_us, code::EV_KEY, key, i32::from(down)));
    }
    for axis in pen::AXES.into_iter().filter(|axis| panel.axes().any(|own| own == *axis)) {
        events.push(InputEvent::new(time_us, code::EV_ABS, axis, absinfo(&fd, axis)?[0]));
    }
    Ok(())
}

/// A string of the device's, up to its first zero byte.
fn text(fd: impl AsFd, number: u8) -> Result<String> {
    let mut bytes = [0u8; 256];
    let length = read(fd, number, &mut bytes)?.min(bytes.len());
    let said = bytes.get(..length).unwrap_or_default().split(|byte| *byte == 0).next().unwrap_or_default();
    Ok(String::from_utf8_lossy(said).into_owned())
}

/// `struct input_id`: bus, vendor, product, version.
fn identity(fd: impl AsFd) -> Result<Identity> {
    let mut bytes = [0u8; 8];
    read(fd, GET_ID, &mut bytes)?;
    let number = |at: usize| u16::from_ne_bytes([bytes[at], bytes[at + 1]]);
    Ok(Identity { bus: number(0), vendor: number(2), product: number(4), version: number(6) })
}

/// `struct input_absinfo`: value, minimum, maximum, fuzz, flat, resolution.
fn absinfo(fd: impl AsFd, axis: u16) -> Result<[i32; 6]> {
    let mut bytes = [0u8; 24];
    read(fd, GET_ABS + (axis & 0x3f) as u8, &mut bytes)?;
    let mut values = [0; 6];
    for (value, four) in values.iter_mut().zip(numbers(&bytes)) {
        *value = four;
    }
    Ok(values)
}

/// `EVIOCGMTSLOTS`: an axis number in, the axis' value in every slot out.
fn mt_slots(fd: impl AsFd, axis: u16, slots: usize) -> Result<Vec<i32>> {
    let mut bytes = vec![0u8; 4 + 4 * slots];
    bytes[..4].copy_from_slice(&u32::from(axis).to_ne_bytes());
    read(fd, GET_MT_SLOTS, &mut bytes)?;
    Ok(numbers(&bytes[4..]).collect())
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = i32> {
    bytes.chunks_exact(4).map(|four| i32::from_ne_bytes([four[0], four[1], four[2], four[3]]))
}

fn set_bits(bytes: &[u8]) -> impl Iterator<Item = u16> {
    (0u16..)
        .zip(bytes.iter().flat_map(|byte| (0..8).map(move |bit| byte >> bit & 1 == 1)))
        .filter_map(|(number, set)| set.then_some(number))
}

#[cfg(test)]
mod tests;
