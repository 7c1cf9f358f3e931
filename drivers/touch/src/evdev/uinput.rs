//! A device made of a description (`linux/uinput.h`): what is sent to it comes out of a node under `/dev/input`, for
//! every program on the machine. It is unplugged when it is dropped.

use super::Description;
use crate::event::code;
use crate::{InputEvent, TouchError};
use rustix::ioctl::{Direction, opcode};
use std::fs::{File, OpenOptions};
use std::io::{Error, Result, Write};
use std::os::fd::AsRawFd;
use std::path::PathBuf;

/// `UI_*` numbers in group 'U'.
const GROUP: u8 = b'U';
const CREATE: u8 = 1;
const SETUP: u8 = 3;
const ABS_SETUP: u8 = 4;
const GET_SYSNAME: u8 = 44;
const SET_EVBIT: u8 = 100;
const SET_KEYBIT: u8 = 101;
const SET_MSCBIT: u8 = 104;
const SET_PROPBIT: u8 = 110;
/// Bytes of a name with its ending zero (`UINPUT_MAX_NAME_SIZE`).
const NAME: usize = 80;
/// Where the kernel lists what was made.
const MADE: &str = "/sys/devices/virtual/input";

/// An input device of our own.
#[derive(Debug)]
pub struct VirtualDevice(File);

impl VirtualDevice {
    /// Plugs it in. The kernel needs a moment until its node is there.
    pub fn new(description: &Description) -> std::result::Result<Self, TouchError> {
        Self::plug(description).map_err(TouchError::Virtual)
    }

    fn plug(description: &Description) -> Result<Self> {
        let device = Self(OpenOptions::new().write(true).open("/dev/uinput")?);
        for kind in [code::EV_KEY, code::EV_ABS, code::EV_MSC] {
            device.set(SET_EVBIT, kind)?;
        }
        description.properties.iter().try_for_each(|property| device.set(SET_PROPBIT, *property))?;
        description.keys.iter().try_for_each(|key| device.set(SET_KEYBIT, *key))?;
        [code::MSC_SERIAL, code::MSC_TIMESTAMP]
            .into_iter()
            .try_for_each(|msc| device.set(SET_MSCBIT, msc))?;
        for (number, axis) in &description.axes {
            // `struct uinput_abs_setup`: the axis in four bytes, then value, minimum, maximum, fuzz, flat, resolution.
            let words = [i32::from(*number), 0, axis.min, axis.max, 0, 0, axis.resolution];
            let mut bytes = words.map(i32::to_ne_bytes);
            device.exchange(Direction::Write, ABS_SETUP, bytes.as_flattened_mut())?;
        }
        // `struct uinput_setup`: the identity, the name, and how many effects of force it has.
        let identity = description.identity;
        let mut setup = [0u8; 8 + NAME + 4];
        let numbers = [identity.bus, identity.vendor, identity.product, identity.version];
        setup[..8].copy_from_slice(numbers.map(u16::to_ne_bytes).as_flattened());
        for (to, byte) in setup[8..8 + NAME - 1].iter_mut().zip(description.name.bytes()) {
            *to = byte;
        }
        device.exchange(Direction::Write, SETUP, &mut setup)?;
        device.exchange(Direction::None, CREATE, &mut [])?;
        Ok(device)
    }

    /// Its node under `/dev/input`; `None` until the kernel has made it.
    pub fn node(&self) -> Option<PathBuf> {
        let mut name = [0u8; 64];
        let length = self.exchange(Direction::Read, GET_SYSNAME, &mut name).ok()?;
        let name = std::str::from_utf8(name.get(..length)?).ok()?.trim_end_matches('\0');
        let entries = std::fs::read_dir(format!("{MADE}/{name}")).ok()?;
        let mut names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
        let node = PathBuf::from("/dev/input").join(names.find(|name| name.starts_with("event"))?);
        node.exists().then_some(node)
    }

    /// Sends these; the kernel stamps them with its own time.
    pub fn send(&mut self, events: &[InputEvent]) -> std::result::Result<(), TouchError> {
        // A time that could be a true one would be believed; none is.
        let timeless = events.iter().map(|event| InputEvent { time_us: 0, ..*event });
        let bytes: Vec<u8> = timeless.flat_map(InputEvent::to_bytes).collect();
        self.0.write_all(&bytes).map_err(TouchError::Virtual)
    }

    fn set(&self, number: u8, value: u16) -> Result<()> {
        let opcode = opcode::from_components(Direction::Write, GROUP, number, size_of::<i32>());
        // SAFETY: the descriptor is ours and open; these take their argument by value and touch no memory.
        let answer =
            unsafe { libc::ioctl(self.0.as_raw_fd(), opcode as libc::Ioctl, libc::c_int::from(value)) };
        if answer < 0 { Err(Error::last_os_error()) } else { Ok(()) }
    }

    fn exchange(&self, direction: Direction, number: u8, buffer: &mut [u8]) -> Result<usize> {
        super::exchange_in(GROUP, &self.0, direction, number, buffer)
    }
}
