//! HID POS scanners, through the kernel's hidraw.

use rustix::fd::AsFd;
use rustix::io::Result;

use super::{Identity, ioctl};
use crate::descriptor::DESCRIPTOR_MAX;

const GET_DESCRIPTOR_SIZE: u8 = 0x01;
const GET_DESCRIPTOR: u8 = 0x02;
const GET_INFO: u8 = 0x03;
const GET_NAME: u8 = 0x04;

/// The report descriptor; an error where this is no HID device.
pub(super) fn descriptor(fd: impl AsFd) -> Result<Vec<u8>> {
    let mut size = [0; 4];
    ioctl::read_hid(&fd, GET_DESCRIPTOR_SIZE, &mut size)?;
    // `struct hidraw_report_descriptor`: the size, and room for the longest.
    let mut buffer = vec![0; 4 + DESCRIPTOR_MAX];
    buffer[..4].copy_from_slice(&size);
    ioctl::read_hid(&fd, GET_DESCRIPTOR, &mut buffer)?;
    let size = usize::try_from(u32::from_ne_bytes(size)).unwrap_or(0).min(DESCRIPTOR_MAX);
    Ok(buffer[4..4 + size].to_vec())
}

/// Who the device says it is.
pub(super) fn identity(fd: impl AsFd) -> Result<Identity> {
    // `struct hidraw_devinfo`: bus, vendor, product.
    let mut info = [0; 8];
    ioctl::read_hid(&fd, GET_INFO, &mut info)?;
    let mut text = [0; 256];
    let length = ioctl::read_hid(&fd, GET_NAME, &mut text)?;
    Ok(Identity {
        name: super::text(&text[..length.min(text.len())]),
        vendor: u16::from_ne_bytes([info[4], info[5]]),
        product: u16::from_ne_bytes([info[6], info[7]]),
    })
}
