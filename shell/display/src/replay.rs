//! Recorded contacts in, framebuffer hash out: the same recording gives the same pixels on every machine.

use crate::config::{Config, DisplayError};
use crate::message::{BoardCommand, Present, Scene};
use crate::picture::Picture;
use crate::stage::{Stage, TILES_A_FRAME};
use board::{Op, PersonId};
use touch::{Frame, PanelPoint};

/// A display without threads, outputs and journal, driven by recorded contacts on a bare board.
pub struct Replay {
    stage: Stage,
    time_us: u64,
    pixels_touched: u64,
}

impl Replay {
    /// Of `config` only the sizes and the font count.
    pub fn new(config: &Config) -> Result<Self, DisplayError> {
        Self::on(config, Vec::new())
    }

    /// On a board that already holds what these ops say, as if a journal had been read.
    pub fn on(config: &Config, kept: Vec<Op>) -> Result<Self, DisplayError> {
        let mut stage = Stage::new(config)?;
        kept.into_iter().for_each(|op| stage.recall(op));
        stage.recalled();
        stage.set_scene(Scene::Board);
        Ok(Self { stage, time_us: 0, pixels_touched: 0 })
    }

    /// Where the people's palettes are.
    pub fn palettes(&mut self, palettes: Vec<(PersonId, PanelPoint)>) {
        self.stage.set_palettes(palettes);
    }

    /// A button pressed at the present time of the recording.
    pub fn command(&mut self, command: BoardCommand) {
        self.stage.command(command, self.time_us);
    }

    pub fn present(&mut self, present: Present) {
        self.stage.present(present);
    }

    /// Plays one frame, after everything that time alone brings about before it.
    pub fn play(&mut self, frame: &Frame) {
        self.pass(frame.time_us);
        self.stage.contacts(frame);
        self.compose();
    }

    /// Draws what has changed; [`Replay::play`] and [`Replay::pass`] have done so already.
    pub fn compose(&mut self) {
        let areas = self.stage.compose(TILES_A_FRAME);
        self.pixels_touched += areas.iter().map(|area| area.pixels().unsigned_abs()).sum::<u64>();
    }

    /// How many pixels have been drawn so far, each as often as it was.
    pub fn pixels_touched(&self) -> u64 {
        self.pixels_touched
    }

    /// The screen as it was drawn last: 0x00RRGGBB, row by row.
    pub fn pixels(&self) -> &[u32] {
        self.stage.pixels()
    }

    /// What the journal would have been given since the last call, in order.
    pub fn take_ops(&mut self) -> Vec<Op> {
        std::mem::take(&mut self.stage.ops)
    }

    /// Lets time pass up to `time_us`.
    pub fn pass(&mut self, time_us: u64) {
        while let Some(at) = self.stage.next_tick_us().filter(|at| *at <= time_us) {
            self.time_us = self.time_us.max(at);
            self.stage.tick(self.time_us);
            self.compose();
        }
        self.time_us = self.time_us.max(time_us);
    }

    /// Draws the whole screen anew, damaged or not.
    pub fn draw_everything(&mut self) {
        self.stage.damage_all();
        self.compose();
    }

    /// The screen as it is now.
    pub fn picture(&mut self) -> Picture {
        self.stage.picture()
    }

    /// A hash of the framebuffer (FNV-1a, 64 bit): for comparing pictures, not for security.
    pub fn hash(&mut self) -> u64 {
        self.compose();
        self.stage.pixels().iter().fold(0xcbf2_9ce4_8422_2325, |hash, pixel| {
            let pixel = u64::from(pixel & 0x00ff_ffff);
            (hash ^ pixel).wrapping_mul(0x0000_0100_0000_01b3)
        })
    }
}
