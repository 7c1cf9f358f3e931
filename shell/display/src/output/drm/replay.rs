//! Recorded contacts onto a graphics device, without threads and clocks: the same recording gives the same picture on
//! every machine, so the picture on a real screen can be held against one in memory. Used by proofs, not by the shell.

use super::device::Card;
use super::pictures::Pictures;
use super::screen::Screen;
use super::{DrmError, Fault, light, now_us};
use crate::area::Area;
use crate::config::{Config, DisplayError, Output};
use crate::message::{BoardCommand, Scene};
use crate::stage::Stage;
use board::PersonId;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io;
use std::time::{Duration, Instant};
use touch::{Frame, PanelPoint};

/// No flip takes this long.
const PATIENCE: Duration = Duration::from_secs(2);

/// A recording: what was pressed before it, where the palettes are, and the contacts.
pub struct Recording {
    pub commands: Vec<BoardCommand>,
    pub palettes: Vec<(PersonId, PanelPoint)>,
    pub frames: Vec<Frame>,
}

/// What was seen of one recording.
#[derive(Debug, Default)]
pub struct Seen {
    /// The driver, and how pixels got to the screen.
    pub way: String,
    /// For each frame of contacts: from the contact until it shows, as far as the kernel says so.
    pub whole: Vec<Duration>,
    /// The part of it that went into drawing, before any pixel went to the device.
    pub drawing: Vec<Duration>,
}

/// Plays a recording on a bare board onto the device that `config` names, and calls `look` while the picture stands.
///
/// # Errors
/// When the output is no graphics device, or the device or a size cannot be used.
pub fn play(config: &Config, recording: Recording, look: impl FnOnce(&Seen)) -> Result<(), DisplayError> {
    let Output::Drm { device, present } = &config.output else { return Err(DrmError::NoCard.into()) };
    let card = Card::open(device.as_deref(), Some(config.size_px))?;
    let failed = |fault: Fault| DrmError::Refused {
        path: card.path.clone(),
        what: "show the recording",
        source: io::Error::other(fault),
    };
    let mut stage = Stage::new(config)?;
    stage.set_scene(Scene::Board);
    stage.set_palettes(recording.palettes);
    recording.commands.into_iter().for_each(|command| stage.command(command, 0));
    stage.compose(crate::stage::TILES_A_FRAME);
    let mut buffers = card.buffers().map_err(|error| failed(error.into()))?;
    let pictures = card.pictures(&mut buffers).map_err(|error| failed(error.into()))?;
    let area = stage.screen();
    let mut screen = light(&card, pictures, area, stage.pixels(), *present, false).map_err(failed)?;
    let damage = if screen.scanout().flips_with_damage() { " with damage" } else { "" };
    let way = format!("{} {:?}{damage}", card.driver, screen.way());
    let mut seen = Seen { way, ..Seen::default() };
    let mut player = Player { card: &card, stage, screen };
    for frame in &recording.frames {
        player.play(frame, &mut seen).map_err(failed)?;
    }
    look(&seen);
    drop(player);
    card.restore();
    Ok(())
}

struct Player<'a> {
    card: &'a Card,
    stage: Stage,
    screen: Screen<Pictures<'a>>,
}

impl Player<'_> {
    fn play(&mut self, frame: &Frame, seen: &mut Seen) -> Result<(), Fault> {
        while let Some(at) = self.stage.next_tick_us().filter(|at| *at <= frame.time_us) {
            self.stage.tick(at);
            let changed = self.stage.compose(crate::stage::TILES_A_FRAME);
            self.show(&changed)?;
        }
        let started = Instant::now();
        self.stage.contacts(frame);
        let changed = self.stage.compose(crate::stage::TILES_A_FRAME);
        seen.drawing.push(started.elapsed());
        self.show(&changed)?;
        seen.whole.push(started.elapsed());
        Ok(())
    }

    /// Brings the frame to the screen and waits until it shows.
    fn show(&mut self, changed: &[Area]) -> Result<(), Fault> {
        let until = Instant::now() + PATIENCE;
        self.screen.present(changed, self.stage.pixels(), now_us())?;
        while !self.screen.settled() {
            if Instant::now() > until {
                return Err(Fault::Silent);
            }
            let wait = self.screen.next_us().map_or(0, |at| at.saturating_sub(now_us()));
            let limit = Timespec::try_from(Duration::from_micros(wait)).ok();
            // An interrupted sleep is a short one: the loop goes round again.
            if poll(&mut [PollFd::new(self.card, PollFlags::IN)], limit.as_ref()).is_ok()
                && let Some(at_us) = self.card.flipped_us()?
            {
                self.screen.flipped(at_us);
            }
            self.screen.present(&[], self.stage.pixels(), now_us())?;
        }
        Ok(())
    }
}
