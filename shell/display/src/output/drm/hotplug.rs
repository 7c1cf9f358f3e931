//! The kernel's word that something was plugged into a graphics device, from its own event socket.
//!
//! A message is text in parts, each ended by a zero byte: `change@/devices/...`, then `NAME=value`.

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::{Errno, retry_on_intr};
use rustix::net::netlink::{KOBJECT_UEVENT, SocketAddrNetlink};
use rustix::net::{AddressFamily, RecvFlags, SocketFlags, SocketType, bind, recv, socket_with};

/// The kernel's own messages; group 2 is udev's.
const KERNEL_GROUP: u32 = 1;
/// The kernel's messages are at most this long.
const MESSAGE_BYTES: usize = 2048;
/// Messages read in one go: a dock plugged in makes dozens, and ink must not wait for them.
const MESSAGES: usize = 64;

pub(crate) struct Hotplug(OwnedFd);

impl AsFd for Hotplug {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Hotplug {
    pub(crate) fn listen() -> Result<Self, Errno> {
        let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
        let socket = socket_with(AddressFamily::NETLINK, SocketType::DGRAM, flags, Some(KOBJECT_UEVENT))?;
        bind(&socket, &SocketAddrNetlink::new(0, KERNEL_GROUP))?;
        Ok(Self(socket))
    }

    /// Takes what has come; whether any of it is about a graphics device.
    pub(crate) fn heard(&self) -> bool {
        let mut message = [0; MESSAGE_BYTES];
        let mut heard = false;
        for _ in 0..MESSAGES {
            match retry_on_intr(|| recv(&self.0, &mut message[..], RecvFlags::empty())) {
                Ok((_, length)) => heard |= is_graphics(&message[..length.min(MESSAGE_BYTES)]),
                // More came than the kernel keeps for us: what was lost may have been for us.
                Err(Errno::NOBUFS) => heard = true,
                Err(_) => break,
            }
        }
        heard
    }
}

/// Whether a message of the kernel says that a graphics device came, went, or has other screens now.
pub(crate) fn is_graphics(message: &[u8]) -> bool {
    let has = |wanted: &[u8]| message.split(|byte| *byte == 0).any(|part| part == wanted);
    has(b"SUBSYSTEM=drm") && (has(b"HOTPLUG=1") || has(b"ACTION=add") || has(b"ACTION=remove"))
}
