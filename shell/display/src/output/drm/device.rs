//! One graphics device as the kernel shows it: its master's right, a connected screen and its mode, room for two pictures.
//!
//! Formats and calls are those of the kernel's `drm_mode.h`. A buffer's pixels are XRGB8888: 32 bits, little-endian.

use super::choose::{self, Offer};
use super::fault::{DrmError, Fault};
use super::pictures::{Picture, Pictures};
use crate::config::ScreenSize;
use drm::buffer::DrmFourcc;
use drm::control::dumbbuffer::DumbBuffer;
use drm::control::{Device as Control, Event, Mode, ModeFlags, ModeTypeFlags, connector, crtc};
use drm::{Device, DriverCapability};
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// Bits of a pixel, and of its colour.
const BPP: u32 = 32;
const DEPTH: u32 = 24;

pub(super) struct Node(File);

impl AsFd for Node {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Device for Node {}
impl Control for Node {}

/// A device of which we are master, with a screen and the mode it will have.
pub(crate) struct Card {
    pub(super) node: Node,
    pub(crate) path: PathBuf,
    pub(crate) driver: String,
    pub(super) connector: connector::Handle,
    pub(super) crtc: crtc::Handle,
    pub(super) mode: Mode,
    size_mm: Option<(u32, u32)>,
    /// What the screen showed before.
    before: Option<crtc::Info>,
}

impl AsFd for Card {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.node.as_fd()
    }
}

impl Card {
    /// Opens `path`, or the first device with a screen, for a mode of `wanted` pixels or else the screen's own.
    pub(crate) fn open(path: Option<&Path>, wanted: Option<(u32, u32)>) -> Result<Self, DrmError> {
        if let Some(path) = path {
            return Self::open_one(path, wanted);
        }
        let folder = std::fs::read_dir("/dev/dri").map_err(|_| DrmError::NoCard)?;
        let mut cards: Vec<PathBuf> = folder.filter_map(|entry| Some(entry.ok()?.path())).collect();
        cards.retain(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("card")));
        cards.sort();
        let mut first = None;
        for path in cards {
            match Self::open_one(&path, wanted) {
                Ok(card) => return Ok(card),
                Err(error) => first = first.or(Some(error)),
            }
        }
        Err(first.unwrap_or(DrmError::NoCard))
    }

    fn open_one(path: &Path, wanted: Option<(u32, u32)>) -> Result<Self, DrmError> {
        let path = path.to_owned();
        let mut options = File::options();
        // Not blocking: events are read until there are no more.
        options.read(true).write(true).custom_flags(rustix::fs::OFlags::NONBLOCK.bits().cast_signed());
        let node = match options.open(&path) {
            Ok(file) => Node(file),
            Err(source) => return Err(DrmError::Open { path, source }),
        };
        if node.acquire_master_lock().is_err() {
            return Err(DrmError::Taken { path });
        }
        let driver =
            node.get_driver().map(|known| known.name().to_string_lossy().into_owned()).unwrap_or_default();
        if node.get_driver_capability(DriverCapability::DumbBuffer).unwrap_or(0) == 0 {
            return Err(DrmError::NoBuffers { path, driver });
        }
        let refused = |what| {
            let path = path.clone();
            move |source| DrmError::Refused { path, what, source }
        };
        let Some((screen, crtc)) = screen(&node).map_err(refused("list its screens"))? else {
            return Err(DrmError::NoScreen { path });
        };
        let offers: Vec<Offer> = screen.modes().iter().map(offer).collect();
        let Some(at) = choose::best(&offers, wanted) else {
            let wanted = wanted.map_or("any size".to_owned(), |(width, height)| format!("{width}x{height}"));
            return Err(DrmError::NoMode { path, wanted, offered: choose::sizes(&offers) });
        };
        let before = node.get_crtc(crtc).ok();
        let mode = screen.modes()[at];
        Ok(Self {
            node,
            path,
            driver,
            connector: screen.handle(),
            crtc,
            mode,
            size_mm: screen.size(),
            before,
        })
    }

    pub(crate) fn size(&self) -> ScreenSize {
        let um = |mm: u32| i32::try_from(mm.saturating_mul(1000)).unwrap_or(i32::MAX);
        ScreenSize {
            size_px: offer(&self.mode).size,
            size_um: self.size_mm.map(|(width, height)| (um(width), um(height))),
        }
    }

    /// Microseconds from one refresh to the next.
    pub(crate) fn period_us(&self) -> u64 {
        1_000_000_000 / u64::from(offer(&self.mode).refresh_mhz.max(1))
    }

    /// Looks at the screen again, after the kernel said that something was plugged. Both answers are faults: even the
    /// same screen, plugged in again, shows nothing before its mode is set anew.
    pub(crate) fn look_again(&self) -> Fault {
        match self.node.get_connector(self.connector, true) {
            Ok(screen) if screen.state() == connector::State::Connected => Fault::Changed,
            Ok(_) => Fault::Unplugged,
            Err(error) => error.into(),
        }
    }

    /// Room for two pictures; freed when the device is closed.
    pub(crate) fn buffers(&self) -> io::Result<[DumbBuffer; 2]> {
        let (width, height) = offer(&self.mode).size;
        let one = || self.node.create_dumb_buffer((width, height), DrmFourcc::Xrgb8888, BPP);
        Ok([one()?, one()?])
    }

    /// The buffers, made known as pictures and mapped.
    pub(crate) fn pictures<'a>(&'a self, buffers: &'a mut [DumbBuffer; 2]) -> io::Result<Pictures<'a>> {
        let [first, second] = buffers;
        Ok(Pictures::new(self, [self.picture(first)?, self.picture(second)?]))
    }

    fn picture<'a>(&self, buffer: &'a mut DumbBuffer) -> io::Result<Picture<'a>> {
        let fb = self.node.add_framebuffer(buffer, DEPTH, BPP)?;
        let pitch = drm::buffer::Buffer::pitch(buffer) as usize;
        Ok(Picture { fb, pitch, map: self.node.map_dumb_buffer(buffer)? })
    }

    /// When the kernel's last flip showed, if one did since the last call; in microseconds, monotonic.
    pub(crate) fn flipped_us(&self) -> Result<Option<u64>, Fault> {
        let mut at = None;
        loop {
            match self.node.receive_events() {
                Ok(events) => {
                    for event in events {
                        if let Event::PageFlip(flip) = event {
                            at = Some(u64::try_from(flip.duration.as_micros()).unwrap_or(u64::MAX));
                        }
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(at),
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Shows again what was shown before we came. The kernel also does so by itself once nobody has the device open,
    /// but only for its own console.
    pub(crate) fn restore(&self) {
        let Some(before) = &self.before else { return };
        let connectors = if before.mode().is_some() { &[self.connector][..] } else { &[] };
        let fb = before.framebuffer().filter(|_| before.mode().is_some());
        if let Err(error) = self.node.set_crtc(self.crtc, fb, before.position(), connectors, before.mode()) {
            tracing::debug!(%error, "what the screen showed before could not be shown again");
        }
    }
}

fn offer(mode: &Mode) -> Offer {
    let (width, height) = mode.size();
    let total = u64::from(mode.hsync().2) * u64::from(mode.vsync().2);
    // The clock is in kHz; a driver without real timings leaves it empty.
    let exact = (u64::from(mode.clock()) * 1_000_000).checked_div(total).filter(|exact| *exact > 0);
    let refresh_mhz = exact.unwrap_or(u64::from(mode.vrefresh()) * 1000);
    Offer {
        size: (u32::from(width), u32::from(height)),
        refresh_mhz: u32::try_from(refresh_mhz).unwrap_or(u32::MAX),
        preferred: mode.mode_type().contains(ModeTypeFlags::PREFERRED),
        interlaced: mode.flags().contains(ModeFlags::INTERLACE),
    }
}

/// The first connected screen, and what can feed it.
fn screen(node: &Node) -> io::Result<Option<(connector::Info, crtc::Handle)>> {
    let all = node.resource_handles()?;
    for handle in all.connectors() {
        let screen = node.get_connector(*handle, true)?;
        if screen.state() != connector::State::Connected || screen.modes().is_empty() {
            continue;
        }
        // What feeds it now goes on feeding it, if anything does.
        let now = screen.current_encoder().and_then(|encoder| node.get_encoder(encoder).ok()?.crtc());
        let could = screen.encoders().iter().filter_map(|encoder| {
            let encoder = node.get_encoder(*encoder).ok()?;
            all.filter_crtcs(encoder.possible_crtcs()).first().copied()
        });
        if let Some(crtc) = now.into_iter().chain(could).next() {
            return Ok(Some((screen, crtc)));
        }
    }
    Ok(None)
}
