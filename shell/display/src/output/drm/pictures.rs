//! The two buffers of a graphics device: pixels written into them, and the calls that bring them to the screen.

use super::device::{Card, Node};
use super::fault::Fault;
use super::screen::Scanout;
use crate::area::Area;
use drm::control::dumbbuffer::DumbMapping;
use drm::control::{
    AtomicCommitFlags, ClipRect, Device as Control, PageFlipFlags, PlaneType, crtc, framebuffer, plane,
    property,
};
use drm::{ClientCapability, Device};
use rustix::io::Errno;
use std::io;
use std::os::fd::AsFd;
use std::sync::atomic::{Ordering, fence};
use std::time::{Duration, Instant};

/// Rectangles in one call: the kernel refuses more.
const CALL_CLIPS: usize = super::damage::CLIPS_MAX;
/// A driver whose call for changed areas returns within this does not wait for the refresh in it.
const TELL_QUICK: Duration = Duration::from_millis(4);
/// Calls that are timed; the quickest counts, as a busy machine only makes them slower.
const TELL_TRIES: usize = 3;

/// What an atomic flip sets.
#[derive(Clone, Copy)]
struct Primary {
    plane: plane::Handle,
    fb_id: property::Handle,
    damage: property::Handle,
}

/// One buffer, as the kernel knows it and as we write it.
pub(super) struct Picture<'a> {
    pub(super) fb: framebuffer::Handle,
    /// Bytes from one row to the next.
    pub(super) pitch: usize,
    pub(super) map: DumbMapping<'a>,
}

/// Two buffers that the device can show.
pub(crate) struct Pictures<'a> {
    card: &'a Card,
    pictures: [Picture<'a>; 2],
    /// Pixels of a row.
    width: usize,
    clips: [ClipRect; CALL_CLIPS],
    primary: Option<Primary>,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(card: &'a Card, pictures: [Picture<'a>; 2]) -> Self {
        let width = usize::from(card.mode.size().0);
        Self { card, pictures, width, clips: [ClipRect::default(); CALL_CLIPS], primary: None }
    }

    /// Switches the screen to one of the buffers.
    pub(crate) fn show(&mut self, slot: usize) -> Result<(), Fault> {
        let Card { node, crtc, connector, mode, .. } = self.card;
        node.set_crtc(*crtc, Some(self.pictures[slot].fb), (0, 0), &[*connector], Some(*mode))?;
        self.primary = primary(node, *crtc);
        Ok(())
    }

    /// Whether the screen still shows one of our buffers: a program that took it, and a console that was switched to and
    /// back, leave something else. Needs no master's right.
    pub(crate) fn still_ours(&self) -> Result<(), Fault> {
        let shown = self.card.node.get_crtc(self.card.crtc)?.framebuffer();
        if shown.is_some_and(|shown| self.pictures.iter().any(|picture| picture.fb == shown)) {
            Ok(())
        } else {
            Err(Fault::Taken)
        }
    }

    /// Whether flips name what has changed.
    pub(crate) fn flips_with_damage(&self) -> bool {
        self.primary.is_some()
    }

    /// Whether the driver wants to be told of changes in the shown buffer: `None` if it reads the buffer itself;
    /// otherwise whether telling it is quick.
    pub(crate) fn wants_telling(&mut self, slot: usize) -> Result<Option<bool>, Fault> {
        let one = [Area::new(0, 0, 1, 1)];
        let mut quick = false;
        for _ in 0..TELL_TRIES {
            let started = Instant::now();
            match self.dirty(slot, &one) {
                Ok(()) => quick |= started.elapsed() < TELL_QUICK,
                Err(error) if unsupported(&error) => return Ok(None),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Some(quick))
    }

    fn dirty(&mut self, slot: usize, areas: &[Area]) -> io::Result<()> {
        for areas in areas.chunks(CALL_CLIPS) {
            for (clip, area) in self.clips.iter_mut().zip(areas) {
                *clip = clip_rect(area);
            }
            self.card.node.dirty_framebuffer(self.pictures[slot].fb, &self.clips[..areas.len()])?;
        }
        Ok(())
    }

    fn flip_with_damage(&mut self, primary: Primary, slot: usize, areas: &[Area]) -> io::Result<()> {
        let mut rects = [0_u8; CALL_CLIPS * RECT_BYTES];
        // More rectangles than fit are left out together: then all of the buffer counts as new.
        let known = if areas.len() <= CALL_CLIPS { areas } else { &[] };
        for (bytes, area) in rects.as_chunks_mut::<RECT_BYTES>().0.iter_mut().zip(known) {
            *bytes = rect_bytes(area);
        }
        let fd = self.card.node.as_fd();
        let blob = match known.len() {
            0 => None,
            count => Some(drm_ffi::mode::create_property_blob(fd, &mut rects[..count * RECT_BYTES])?.blob_id),
        };
        let flags = AtomicCommitFlags::PAGE_FLIP_EVENT | AtomicCommitFlags::NONBLOCK;
        let committed = drm_ffi::mode::atomic_commit(
            fd,
            flags.bits(),
            &mut [u32::from(primary.plane)],
            &mut [2],
            &mut [u32::from(primary.fb_id), u32::from(primary.damage)],
            &mut [u64::from(u32::from(self.pictures[slot].fb)), u64::from(blob.unwrap_or(0))],
        );
        if let Some(blob) = blob {
            // The commit holds it as long as it needs it.
            drm_ffi::mode::destroy_property_blob(fd, blob)?;
        }
        committed
    }
}

/// A `struct drm_mode_rect`: four 32-bit numbers, in the machine's own order.
const RECT_BYTES: usize = 16;

fn rect_bytes(area: &Area) -> [u8; RECT_BYTES] {
    let mut bytes = [0; RECT_BYTES];
    let corners = [area.x, area.y, area.right(), area.bottom()];
    for (to, corner) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(corners) {
        *to = corner.to_ne_bytes();
    }
    bytes
}

fn clip_rect(area: &Area) -> ClipRect {
    // A screen's sides are at most 16,384 pixels.
    let side = |px: i32| u16::try_from(px.max(0)).unwrap_or(u16::MAX);
    ClipRect::new(side(area.x), side(area.y), side(area.right()), side(area.bottom()))
}

fn unsupported(error: &io::Error) -> bool {
    matches!(Errno::from_io_error(error), Some(Errno::NOSYS | Errno::OPNOTSUPP | Errno::NOTTY))
}

/// The plane that shows our buffers, if the driver takes whole states at once and can be told what has changed in them.
fn primary(node: &Node, crtc: crtc::Handle) -> Option<Primary> {
    node.set_client_capability(ClientCapability::UniversalPlanes, true).ok()?;
    node.set_client_capability(ClientCapability::Atomic, true).ok()?;
    for plane in node.plane_handles().ok()? {
        if node.get_plane(plane).ok()?.crtc() != Some(crtc) {
            continue;
        }
        let (mut kind, mut fb_id, mut damage) = (None, None, None);
        for (handle, value) in node.get_properties(plane).ok()? {
            match node.get_property(handle).ok()?.name().to_bytes() {
                b"type" => kind = Some(value),
                b"FB_ID" => fb_id = Some(handle),
                b"FB_DAMAGE_CLIPS" => damage = Some(handle),
                _ => {}
            }
        }
        if let (Some(fb_id), Some(damage)) = (fb_id, damage)
            && kind == Some(PlaneType::Primary as u64)
        {
            return Some(Primary { plane, fb_id, damage });
        }
    }
    None
}

impl Scanout for Pictures<'_> {
    fn write(&mut self, slot: usize, area: Area, frame: &[u32]) {
        let Picture { map, pitch, .. } = &mut self.pictures[slot];
        let (x, columns) = (area.x.max(0) as usize, area.width.max(0) as usize);
        for y in area.y.max(0) as usize..area.bottom().max(0) as usize {
            let (from, to) = (y * self.width + x, y * *pitch + x * 4);
            let row = frame.get(from..from + columns);
            if let (Some(row), Some(bytes)) = (row, map.get_mut(to..to + columns * 4)) {
                // Written once, from left to right, and never read: the memory may be uncached.
                for (pixel, colour) in bytes.as_chunks_mut::<4>().0.iter_mut().zip(row) {
                    *pixel = colour.to_le_bytes();
                }
            }
        }
        // Empties the processor's write-combining buffers: the device reads past its caches.
        fence(Ordering::SeqCst);
    }

    fn tell(&mut self, slot: usize, areas: &[Area]) -> Result<(), Fault> {
        Ok(self.dirty(slot, areas)?)
    }

    fn flip(&mut self, slot: usize, areas: &[Area]) -> Result<(), Fault> {
        if let Some(primary) = self.primary {
            match self.flip_with_damage(primary, slot, areas) {
                // A driver that refuses its own property: the old call is left.
                Err(error) if error.kind() == io::ErrorKind::InvalidInput => self.primary = None,
                other => return Ok(other?),
            }
        }
        let flipped =
            self.card.node.page_flip(self.card.crtc, self.pictures[slot].fb, PageFlipFlags::EVENT, None);
        match flipped {
            Err(error) if unsupported(&error) || error.kind() == io::ErrorKind::InvalidInput => {
                Err(Fault::NoFlips)
            }
            other => Ok(other?),
        }
    }
}
