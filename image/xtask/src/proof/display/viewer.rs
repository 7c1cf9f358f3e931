//! Somebody who looks at the machine's screen from afar and changes its size, which plugs another screen into the card
//! as far as its driver can tell. As little of the remote framebuffer protocol (RFC 6143) as that takes.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result, bail};

const PATIENCE: Duration = Duration::from_secs(30);
const VERSION: &[u8; 12] = b"RFB 003.008\n";
/// No password: the socket is a file of ours.
const NO_SECRET: u8 = 1;
/// SetDesktopSize, a client's message 251 in the protocol's register.
const SET_DESKTOP_SIZE: u8 = 251;
/// A server's greeting before its name: size, pixel format, length of the name.
const GREETING: usize = 24;

/// Asks for another size of the screen and hangs up.
pub(super) fn resize(socket: &Path, width: u16, height: u16) -> Result<()> {
    let mut stream = UnixStream::connect(socket).context("the machine's screen cannot be looked at")?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut version = [0; 12];
    stream.read_exact(&mut version)?;
    stream.write_all(VERSION)?;
    let kinds = bytes(&mut stream, 1)?[0];
    if !bytes(&mut stream, usize::from(kinds))?.contains(&NO_SECRET) {
        bail!("the machine's screen wants a password");
    }
    stream.write_all(&[NO_SECRET])?;
    if bytes(&mut stream, 4)? != [0; 4] {
        bail!("the machine's screen refuses a viewer");
    }
    // Others may look too.
    stream.write_all(&[1])?;
    let greeting = bytes(&mut stream, GREETING)?;
    let name = greeting.last_chunk().map_or(0, |length| u32::from_be_bytes(*length));
    bytes(&mut stream, usize::try_from(name)?)?;
    // One screen, number 0, from the corner on; sizes twice, big-endian.
    let ([w0, w1], [h0, h1]) = (width.to_be_bytes(), height.to_be_bytes());
    let (head, screen) = ([SET_DESKTOP_SIZE, 0, w0, w1, h0, h1, 1, 0], [0, 0, 0, 0, w0, w1, h0, h1]);
    stream.write_all(&[&head[..], &[0; 4], &screen[..4], &screen[4..], &[0; 4]].concat())?;
    // The answer comes after the size was set.
    bytes(&mut stream, 1)?;
    Ok(())
}

fn bytes(stream: &mut UnixStream, count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    stream.read_exact(&mut bytes).context("the machine's screen fell silent")?;
    Ok(bytes)
}
