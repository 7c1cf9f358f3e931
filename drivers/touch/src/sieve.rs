//! Between the decoder and whoever uses contacts: takes out what the panel made up, and mends what it tore.
//!
//! Pure, one for each panel, by the panel's [`Quirks`]. Six steps in a row: [`gate`] holds back ghosts and flicker at
//! the border, [`bridge`] joins a contact that vanished for a moment, [`leap`] finds contacts that changed places,
//! [`steady`] takes out smear and tremble, [`size`](crate::size) says what a contact is, [`fist`](crate::fist) makes
//! one hand of many fingers. Every rule has a limit in time: what was held back wrongly comes through late and whole,
//! in frames that carry the time at which they were measured. So times are in order for each contact, not for all.

mod bridge;
mod crossing;
mod gate;
mod leap;
mod steady;

use crate::fist::Fists;
use crate::size::Sizer;
use crate::{Contact, Frame, Panel, Quirks};
use bridge::Bridge;
use gate::Gate;
use leap::Leaps;
use steady::Steady;

/// One contact at one moment, with the time of its own.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    pub(crate) time_us: u64,
    pub(crate) contact: Contact,
}

/// How often each rule has acted, since the panel was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Contacts at a crossing that never came through.
    pub ghosts: u64,
    /// Contacts at the border that never came through.
    pub flickers: u64,
    /// Contacts that were held back and came through late.
    pub late: u64,
    /// Gaps in a contact's life that were closed.
    pub bridged: u64,
    /// Pairs of contacts that the panel had exchanged.
    pub swapped: u64,
    /// Single places that no hand could have reached.
    pub outliers: u64,
    /// Contacts that went on elsewhere as another one.
    pub split: u64,
    /// Fingers that were found to be one hand.
    pub fists: u64,
}

/// All steps for one panel.
#[derive(Debug)]
pub struct Sieve {
    quirks: Quirks,
    gate: Gate,
    bridge: Bridge,
    leaps: Leaps,
    steady: Steady,
    sizer: Sizer,
    fists: Fists,
    tally: Tally,
    /// The time of the last frame.
    last_us: Option<u64>,
}

impl Sieve {
    pub fn new(panel: &Panel) -> Self {
        Self::with(panel, Quirks::of(panel))
    }

    /// With other rules than the table's.
    pub fn with(panel: &Panel, quirks: Quirks) -> Self {
        Self {
            quirks,
            gate: Gate::new(quirks, panel.size_um()),
            bridge: Bridge::new(quirks),
            leaps: Leaps::new(quirks),
            steady: Steady::new(quirks, panel.size_um()),
            sizer: Sizer::new(quirks.sizes),
            fists: Fists::default(),
            tally: Tally::default(),
            last_us: None,
        }
    }

    pub fn quirks(&self) -> &Quirks {
        &self.quirks
    }

    pub fn tally(&self) -> Tally {
        self.tally
    }

    /// What a frame of the decoder comes to; hovers pass as they are.
    pub fn feed(&mut self, frame: Frame) -> Vec<Frame> {
        let Frame { time_us, contacts, hovers, .. } = frame;
        // A clock that was set back: no wait could end by it.
        let set_back = self.last_us.filter(|last| time_us < *last);
        let mut frames = set_back.map(|last| self.finish(last)).unwrap_or_default();
        self.last_us = Some(time_us);
        let reports = contacts.into_iter().map(|contact| Report { time_us, contact }).collect();
        frames.extend(self.run(reports, time_us));
        if !hovers.is_empty() {
            match frames.last_mut().filter(|frame| frame.time_us == time_us) {
                Some(last) => last.hovers = hovers,
                None => frames.push(Frame { hovers, ..Frame::new(time_us, Vec::new()) }),
            }
        }
        frames
    }

    /// When [`Sieve::pass`] must be called at the latest, on the clock of the frames.
    pub fn due_us(&self) -> Option<u64> {
        let each = [self.gate.due_us(), self.bridge.due_us(), self.leaps.due_us(), self.fists.due_us()];
        each.into_iter().flatten().min()
    }

    /// Time passes without a frame: what has waited long enough comes through.
    pub fn pass(&mut self, now_us: u64) -> Vec<Frame> {
        self.run(Vec::new(), now_us)
    }

    /// The panel has gone and all its contacts were lifted: nothing is waited for any more.
    pub fn finish(&mut self, now_us: u64) -> Vec<Frame> {
        let Quirks { bridge_us, ghost_us, edge_us, .. } = self.quirks;
        let longest = bridge_us.max(ghost_us).max(edge_us).max(leap::DOUBT_US);
        self.pass(now_us.saturating_add(longest))
    }

    fn run(&mut self, reports: Vec<Report>, now_us: u64) -> Vec<Frame> {
        let reports = self.gate.run(reports, now_us, &mut self.tally);
        let reports = self.bridge.run(reports, now_us, &mut self.tally);
        let mut reports = self.leaps.run(reports, now_us, &mut self.tally);
        for report in &mut reports {
            self.steady.run(report);
            self.sizer.run(report);
        }
        let mut frames = frames(self.fists.run(reports, now_us, &mut self.tally));
        for (time_us, id) in self.bridge.missing.drain(..) {
            match frames.iter_mut().find(|frame| frame.time_us == time_us) {
                Some(frame) => frame.missing.push(id),
                None => frames.push(Frame { missing: vec![id], ..Frame::new(time_us, Vec::new()) }),
            }
        }
        frames.sort_by_key(|frame| frame.time_us);
        frames
    }
}

/// Reports of the same time are one frame; within it their order stays.
fn frames(mut reports: Vec<Report>) -> Vec<Frame> {
    reports.sort_by_key(|report| report.time_us);
    let alike = |a: &Report, b: &Report| a.time_us == b.time_us;
    let frame =
        |some: &[Report]| Frame::new(some[0].time_us, some.iter().map(|report| report.contact).collect());
    reports.chunk_by(alike).map(frame).collect()
}

#[cfg(test)]
mod tests;
