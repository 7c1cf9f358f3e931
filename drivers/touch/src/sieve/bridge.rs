//! Joins a contact that vanished for a frame or two: another finger's shadow lay over it.
//!
//! A lift waits a moment. If a contact begins near to where the lifted one would be by then, it is the same one.

use super::{Report, Tally};
use crate::{Contact, ContactId, PanelPoint, Phase, Quirks, ToolKind};
use std::collections::HashMap;

/// Three frames of a slow panel: a contact that moves says so more often.
const SILENCE_US: u64 = 40_000;
/// The fastest hand comes this far while a gap is waited for: 4 m/s.
const TRAVEL_UM: i64 = 100_000;

#[derive(Debug)]
pub(super) struct Bridge {
    quirks: Quirks,
    /// The panel's name of a contact that was joined, and the name that the world knows.
    names: HashMap<ContactId, ContactId>,
    tracks: HashMap<ContactId, Track>,
    /// Lifts that wait.
    gaps: Vec<Gap>,
    /// When which contact went missing, since it was last asked.
    pub(super) missing: Vec<(u64, ContactId)>,
}

/// The last two places of a contact.
#[derive(Clone, Copy, Debug)]
struct Track {
    before: (u64, PanelPoint),
    last: (u64, PanelPoint),
}

#[derive(Debug)]
struct Gap {
    lift: Report,
    track: Track,
}

impl Bridge {
    pub(super) fn new(quirks: Quirks) -> Self {
        Self { quirks, names: HashMap::new(), tracks: HashMap::new(), gaps: Vec::new(), missing: Vec::new() }
    }

    pub(super) fn run(&mut self, reports: Vec<Report>, now_us: u64, tally: &mut Tally) -> Vec<Report> {
        if self.quirks.bridge_us == 0 {
            return reports;
        }
        let mut through = Vec::with_capacity(reports.len());
        // Lifts first: the shadowed contact may go on in a slot that comes before its old one.
        let (lifts, rest): (Vec<_>, Vec<_>) =
            reports.into_iter().partition(|report| report.contact.phase >= Phase::Up);
        let (begun, ended): (Vec<_>, Vec<_>) = lifts
            .into_iter()
            .partition(|lift| rest.iter().any(|report| report.contact.id == lift.contact.id));
        ended.into_iter().for_each(|lift| self.lift(lift, &mut through));
        for report in rest {
            self.goes_on(report, &mut through, tally);
        }
        // Down and up in one go, of contacts that come late.
        begun.into_iter().for_each(|lift| self.lift(lift, &mut through));
        self.expire(now_us, &mut through);
        through
    }

    pub(super) fn due_us(&self) -> Option<u64> {
        self.gaps.iter().map(|gap| gap.lift.time_us.saturating_add(self.quirks.bridge_us)).min()
    }

    fn lift(&mut self, mut report: Report, through: &mut Vec<Report>) {
        let id = report.contact.id;
        report.contact.id = self.names.remove(&id).unwrap_or(id);
        let track = self.tracks.remove(&report.contact.id).map(|track| track.to_lift(&report));
        match track {
            Some(track) if report.contact.phase == Phase::Up && bridges(&report.contact) => {
                self.missing.push((report.time_us, report.contact.id));
                self.gaps.push(Gap { lift: report, track });
            }
            _ => through.push(report),
        }
    }

    fn goes_on(&mut self, mut report: Report, through: &mut Vec<Report>, tally: &mut Tally) {
        let id = report.contact.id;
        if report.contact.phase == Phase::Down
            && let Some(gap) = self.gap_for(&report)
        {
            tally.bridged += 1;
            let known = gap.lift.contact.id;
            self.names.insert(id, known);
            self.tracks.insert(known, gap.track);
            report.contact.phase = Phase::Move;
        }
        report.contact.id = self.names.get(&id).copied().unwrap_or(id);
        let here = (report.time_us, report.contact.at);
        let track = self.tracks.entry(report.contact.id).or_insert(Track { before: here, last: here });
        if here.0 > track.last.0 {
            (track.before, track.last) = (track.last, here);
        }
        through.push(report);
    }

    /// The gap that this contact closes, nearest first.
    fn gap_for(&mut self, report: &Report) -> Option<Gap> {
        let contact = &report.contact;
        let off = |gap: &Gap| {
            let (expected, travel) = gap.track.at(report.time_us);
            let off = expected.distance_um(contact.at);
            // Half of the way is granted too: hands slow down and turn.
            (off <= i64::from(self.quirks.bridge_um) + travel.min(TRAVEL_UM) / 2).then_some(off)
        };
        let fits = |gap: &Gap| {
            let lift = &gap.lift;
            bridges(contact)
                && lift.contact.tool == contact.tool
                && (lift.time_us..=lift.time_us.saturating_add(self.quirks.bridge_us))
                    .contains(&report.time_us)
        };
        let (place, _) = self
            .gaps
            .iter()
            .enumerate()
            .filter(|(_, gap)| fits(gap))
            .filter_map(|(place, gap)| Some((place, off(gap)?)))
            .min_by_key(|(_, off)| *off)?;
        Some(self.gaps.swap_remove(place))
    }

    /// Lifts that have waited long enough were lifts, at their own time.
    fn expire(&mut self, now_us: u64, through: &mut Vec<Report>) {
        let wait_us = self.quirks.bridge_us;
        self.gaps.retain(|gap| {
            let waits = now_us < gap.lift.time_us.saturating_add(wait_us);
            if !waits {
                through.push(gap.lift);
            }
            waits
        });
    }
}

/// Pens have numbers or are exact; only what a shadow can cover is waited for.
fn bridges(contact: &Contact) -> bool {
    matches!(contact.tool, ToolKind::Finger | ToolKind::Palm)
}

impl Track {
    /// A panel says nothing of a contact at rest, so after a silence its speed is none.
    fn to_lift(self, lift: &Report) -> Self {
        let here = (lift.time_us, lift.contact.at);
        let silent = lift.time_us.saturating_sub(self.last.0) > SILENCE_US;
        if silent { Self { before: here, last: here } } else { self }
    }

    /// Where the contact would be at this speed, and how far it would have come.
    fn at(&self, time_us: u64) -> (PanelPoint, i64) {
        let took = i64::try_from(self.last.0.saturating_sub(self.before.0)).unwrap_or(i64::MAX).max(1);
        let since = i64::try_from(time_us.saturating_sub(self.last.0)).unwrap_or(i64::MAX).min(1_000_000);
        let go = |from: i32, to: i32| {
            let way = (i64::from(to) - i64::from(from)).saturating_mul(since) / took;
            i32::try_from(i64::from(to).saturating_add(way)).unwrap_or(to)
        };
        let ((_, from), (_, to)) = (self.before, self.last);
        let there = PanelPoint { x_um: go(from.x_um, to.x_um), y_um: go(from.y_um, to.y_um) };
        (there, there.distance_um(to))
    }
}
