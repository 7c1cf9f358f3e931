//! The display thread on a graphics device of its own: no window system, no GPU, two plain buffers.
//!
//! The stage's frame is the copy in cached memory. What changes in it is written, row by row and never read, into the
//! buffer that is being scanned out, or into the other one before a flip, whichever the device does better. The thread
//! sleeps until an input, a flip, a plugged screen or its own timer; no call on the way to the screen waits.
//!
//! A screen that is lost (unplugged, taken by another program, device gone) goes dark; the board goes on in memory, and
//! the screen is lit again as soon as that works.

mod chain;
mod choose;
mod damage;
mod device;
mod fault;
mod hotplug;
mod pace;
mod pictures;
pub mod replay;
mod screen;

pub use fault::DrmError;

use crate::area::Area;
use crate::config::{DisplayError, Scanout, ScreenSize};
use crate::inbox::{Input, Ready, Wake};
use crate::thread::Core;
use device::Card;
use fault::Fault;
use hotplug::Hotplug;
use pace::Pace;
use pictures::Pictures;
use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::fd::{AsFd, OwnedFd};
use rustix::time::{ClockId, clock_gettime};
use screen::{Screen, Way};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::time::Duration;

/// At the start, a boot splash or the console's program may still hold the device for so long.
const START_PATIENCE_US: u64 = 5_000_000;
/// A dark screen is tried again after this, twice as long after each failure, ...
const RETRY_FIRST_US: u64 = 100_000;
/// ... but at least this often: whoever looks at a dark panel waits. There is no last try: a panel may be switched off
/// for the holidays, and the board goes on.
const RETRY_LAST_US: u64 = 2_000_000;
/// A screen that stayed lit for so long was well: the next failure is a new one.
const LIT_WELL_US: u64 = 5_000_000;

/// Whether the screen is still ours is asked after something was shown, and at most this often: where the panel reads
/// our memory, nothing else would say that another program has it.
const LOOK_US: u64 = 500_000;

/// What the screen's own mode and size are.
///
/// # Errors
/// When there is no graphics device with a screen that this user may drive.
pub(crate) fn native(device: Option<&Path>) -> Result<ScreenSize, DrmError> {
    Ok(Card::open(device, None)?.size())
}

/// Runs until the core has been told to stop.
pub(crate) fn run(
    mut core: Core,
    inputs: &Receiver<Input>,
    device: Option<&Path>,
    present: Scanout,
    ready: Ready,
) -> Core {
    let mut seat = match Seat::new(device, present) {
        Ok(seat) => seat,
        Err(error) => return refuse(ready, error, core),
    };
    let mut card = match seat.first(core.size_px()) {
        Ok(card) => card,
        Err(error) => return refuse(ready, DisplayError::Drm(error), core),
    };
    let waker = seat.waker.clone();
    let wake: Wake = Arc::new(move || {
        if let Err(error) = rustix::io::write(&*waker, &1_u64.to_ne_bytes()) {
            tracing::debug!(%error, "the display has more wake-ups than it can count");
        }
    });
    if ready.send(Ok(Some(wake))).is_err() {
        return core;
    }
    drop(ready);
    while !core.stopped() {
        let since = now_us();
        match seat.lit(&card, &mut core, inputs) {
            Ok(()) => card.restore(),
            Err(fault) => seat.faulted(&fault, since),
        }
        // Closed while dark: only so can another program have it.
        drop(card);
        match seat.dark(&mut core, inputs) {
            Some(found) => card = found,
            None => break,
        }
    }
    core
}

fn refuse(ready: Ready, error: DisplayError, core: Core) -> Core {
    if ready.send(Err(error)).is_err() {
        tracing::error!("nobody waits for the screen any more");
    }
    core
}

/// The clock of the kernel's flips.
pub(crate) fn now_us() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    u64::try_from(now.tv_sec).unwrap_or(0) * 1_000_000 + u64::try_from(now.tv_nsec).unwrap_or(0) / 1000
}

/// What stays while screens come and go.
struct Seat<'a> {
    device: Option<&'a Path>,
    present: Scanout,
    /// Written by whoever puts something into the display's queue.
    waker: Arc<OwnedFd>,
    hotplug: Option<Hotplug>,
    /// The driver has refused to flip.
    no_flips: bool,
    retry_us: u64,
}

impl<'a> Seat<'a> {
    fn new(device: Option<&'a Path>, present: Scanout) -> Result<Self, DisplayError> {
        let waker = eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|error| DisplayError::Thread(error.into()))?;
        let hotplug = match Hotplug::listen() {
            Ok(hotplug) => Some(hotplug),
            Err(error) => {
                tracing::warn!(%error, "no word of plugged screens: one that is pulled out is noticed late");
                None
            }
        };
        let waker = Arc::new(waker);
        Ok(Self { device, present, waker, hotplug, no_flips: false, retry_us: RETRY_FIRST_US })
    }

    /// The device, at the start: a person waits for the answer, so only what passes by itself is waited for.
    fn first(&self, size_px: (u32, u32)) -> Result<Card, DrmError> {
        let until = now_us() + START_PATIENCE_US;
        loop {
            match Card::open(self.device, Some(size_px)) {
                Err(DrmError::Taken { .. }) if now_us() < until => {
                    std::thread::sleep(Duration::from_micros(RETRY_FIRST_US));
                }
                other => return other,
            }
        }
    }

    fn faulted(&mut self, fault: &Fault, since_us: u64) {
        if now_us().saturating_sub(since_us) > LIT_WELL_US {
            self.retry_us = RETRY_FIRST_US;
        }
        self.no_flips |= matches!(fault, Fault::NoFlips);
        tracing::warn!(reason = %fault, "the screen is dark; the board goes on and it will be tried again");
    }

    /// Lights the screen and keeps it so. `Ok` when the core was told to stop.
    fn lit(&self, card: &Card, core: &mut Core, inputs: &Receiver<Input>) -> Result<(), Fault> {
        let mut buffers = card.buffers()?;
        let (width, height) = core.size_px();
        let area = Area::new(0, 0, width.cast_signed(), height.cast_signed());
        core.compose();
        let pictures = card.pictures(&mut buffers)?;
        let mut screen = light(card, pictures, area, core.frame(), self.present, self.no_flips)?;
        let (mut looked, mut look) = (now_us(), false);
        while !core.stopped() {
            let now = now_us();
            let flip = screen.next_us().map(|at| Duration::from_micros(at.saturating_sub(now)));
            let check = look.then(|| Duration::from_micros((looked + LOOK_US).saturating_sub(now)));
            let plugged = self.sleep(flip.into_iter().chain(check).chain(core.wait()).min(), Some(card));
            if plugged {
                return Err(card.look_again());
            }
            if let Some(at_us) = card.flipped_us()? {
                screen.flipped(at_us);
            }
            core.drain(inputs);
            core.turn();
            let changed = core.compose();
            let now = now_us();
            look |= !changed.is_empty();
            if look && now.saturating_sub(looked) >= LOOK_US {
                screen.scanout().still_ours()?;
                (looked, look) = (now, false);
            }
            screen.present(&changed, core.frame(), now)?;
        }
        Ok(())
    }

    /// Goes on without a screen until there is one again; `None` when the core was told to stop.
    fn dark(&mut self, core: &mut Core, inputs: &Receiver<Input>) -> Option<Card> {
        let mut try_at = now_us() + self.retry_us;
        let mut said = String::new();
        while !core.stopped() {
            let now = now_us();
            if now >= try_at {
                match Card::open(self.device, Some(core.size_px())) {
                    Ok(card) => {
                        self.retry_us = (self.retry_us * 2).min(RETRY_LAST_US);
                        return Some(card);
                    }
                    Err(error) => {
                        // Said once, not at each try.
                        let word = error.to_string();
                        if word != said {
                            tracing::warn!(reason = word, "the screen is still dark");
                            said = word;
                        }
                    }
                }
                self.retry_us = (self.retry_us * 2).min(RETRY_LAST_US);
                try_at = now + self.retry_us;
            }
            let until = Duration::from_micros(try_at.saturating_sub(now));
            if self.sleep(core.wait().into_iter().chain([until]).min(), None) {
                try_at = try_at.min(now_us() + RETRY_FIRST_US);
            }
            core.drain(inputs);
            core.turn();
            core.compose();
        }
        None
    }

    /// Sleeps until something comes or the time is over; whether something was plugged.
    fn sleep(&self, limit: Option<Duration>, card: Option<&Card>) -> bool {
        let mut waits = [const { None }; 3];
        waits[0] = Some(self.waker.as_fd());
        waits[1] = self.hotplug.as_ref().map(AsFd::as_fd);
        waits[2] = card.map(AsFd::as_fd);
        // A place without anything to wait for waits for the first once more.
        let place = |fd: Option<_>| PollFd::from_borrowed_fd(fd.unwrap_or(self.waker.as_fd()), PollFlags::IN);
        let mut fds = waits.map(place);
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        // An interrupted sleep is a short one.
        if poll(&mut fds, limit.as_ref()).is_err() {
            return false;
        }
        // What woke us lies in the queue by now; the count itself says nothing.
        let mut count = [0; 8];
        if fds[0].revents().contains(PollFlags::IN) && rustix::io::read(&*self.waker, &mut count).is_err() {
            tracing::debug!("woken, and the count was gone");
        }
        self.hotplug.as_ref().is_some_and(Hotplug::heard)
    }
}

/// Switches the screen to the frame, and finds out how the device wants changes.
fn light<'a>(
    card: &Card,
    pictures: Pictures<'a>,
    area: Area,
    frame: &[u32],
    present: Scanout,
    no_flips: bool,
) -> Result<Screen<Pictures<'a>>, Fault> {
    let mut screen = Screen::new(pictures, area, frame, Pace::new(card.period_us()));
    let shown = screen.shown();
    screen.scanout().show(shown)?;
    let way = match (present, screen.scanout().wants_telling(shown)?) {
        (Scanout::Flips, _) if !no_flips => Way::Flips,
        (Scanout::Auto, Some(false)) if !no_flips => Way::Flips,
        (_, told) => Way::Front { tell: told.is_some() },
    };
    screen.set_way(way);
    let damage = screen.scanout().flips_with_damage();
    let (path, driver) = (card.path.display(), &card.driver);
    tracing::info!(%path, driver, ?way, damage, period_us = card.period_us(), "the screen is lit");
    Ok(screen)
}

#[cfg(test)]
mod tests;
