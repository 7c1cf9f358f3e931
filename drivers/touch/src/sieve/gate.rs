//! Holds back a contact's beginning where panels make contacts up: on the crossing of two others, and at the border.
//!
//! Two fingers shade two columns and two rows of an infrared frame, which cross in four places. A contact that begins
//! on such a crossing when one of the two has just come waits. It is a ghost if it vanishes faster than a person can
//! tap, or if to its end it follows the crossing of two fingers that move apart, which no third finger does. Where
//! neither is proven it is real, and comes through late and whole: a ghost can be wiped away, lost ink is lost.

use super::crossing::{Crossing, Seen};
use super::{Report, Tally};
use crate::{ContactId, PanelPoint, Phase, Quirks, ToolKind};
use std::collections::BTreeMap;

/// A ghost ends with the fingers that make it; what lives this much longer is real.
const ORPHAN_US: u64 = 30_000;
/// Ghosts flicker faster than this, and nobody taps so fast.
const TAP_US: u64 = 40_000;
/// At the border: whoever writes along it moves this far ...
const ALONG_UM: i64 = 3_000;
/// The most that one contact is held back, in reports: four seconds at 120 Hz. Then it comes through.
const LONGEST: usize = 512;

#[derive(Debug)]
pub(super) struct Gate {
    quirks: Quirks,
    size_um: (i32, i32),
    /// All contacts that are down, held back or not.
    live: BTreeMap<ContactId, Seen>,
    held: BTreeMap<ContactId, Held>,
}

#[derive(Debug)]
struct Held {
    reports: Vec<Report>,
    why: Why,
    /// So many reports have been looked at.
    looked: usize,
}

#[derive(Debug)]
enum Why {
    Crossing(Crossing),
    Border,
}

impl Gate {
    pub(super) fn new(quirks: Quirks, size_um: (i32, i32)) -> Self {
        Self { quirks, size_um, live: BTreeMap::new(), held: BTreeMap::new() }
    }

    pub(super) fn run(&mut self, reports: Vec<Report>, now_us: u64, tally: &mut Tally) -> Vec<Report> {
        // In one frame all are where they are at once, whatever the order of their slots.
        for Report { contact, .. } in &reports {
            match contact.phase {
                Phase::Down => {}
                Phase::Move => drop(self.live.get_mut(&contact.id).map(|seen| seen.contact = *contact)),
                Phase::Up | Phase::Cancel => drop(self.live.remove(&contact.id)),
            }
        }
        let fresh = self.newcomers(&reports);
        let mut through = Vec::with_capacity(reports.len());
        let mut begun = Vec::new();
        for report in reports {
            let contact = report.contact;
            if contact.phase == Phase::Down {
                begun.push((contact.id, Seen { contact, came_us: report.time_us }));
                if let Some(why) = self.doubt(&report, &fresh) {
                    self.held.insert(contact.id, Held { reports: vec![report], why, looked: 0 });
                    continue;
                }
            } else if contact.phase >= Phase::Up {
                begun.retain(|(id, _)| *id != contact.id);
            }
            match self.held.get_mut(&contact.id) {
                Some(held) => held.reports.push(report),
                None => through.push(report),
            }
        }
        self.live.extend(begun);
        self.judge(now_us, &mut through, tally);
        through
    }

    pub(super) fn due_us(&self) -> Option<u64> {
        self.held.values().filter_map(|held| held.due_us(&self.quirks)).min()
    }

    /// What comes in this frame and is in no doubt of its own: a ghost may come with the second of its fingers.
    fn newcomers(&self, reports: &[Report]) -> Vec<Seen> {
        let down = reports.iter().filter(|report| report.contact.phase == Phase::Down);
        let sure = down.filter(|report| self.doubt(report, &[]).is_none());
        sure.map(|report| Seen { contact: report.contact, came_us: report.time_us }).collect()
    }

    fn doubt(&self, report: &Report, fresh: &[Seen]) -> Option<Why> {
        let contact = &report.contact;
        if contact.tool != ToolKind::Finger {
            return None;
        }
        let Quirks { ghost_us, ghost_um, edge_us, edge_um, .. } = self.quirks;
        let others = self.live.values().chain(fresh).filter(|other| other.contact.id != contact.id);
        let crossing =
            if ghost_us > 0 { Crossing::find(contact, report.time_us, others, ghost_um) } else { None };
        crossing.map(Why::Crossing).or_else(|| {
            let border = edge_us > 0 && border_um(contact.at, self.size_um) < edge_um;
            border.then_some(Why::Border)
        })
    }

    /// Lets through, drops, or goes on holding.
    fn judge(&mut self, now_us: u64, through: &mut Vec<Report>, tally: &mut Tally) {
        let (quirks, size_um, live) = (&self.quirks, self.size_um, &self.live);
        self.held.retain(|_, held| {
            let real = held.is_real(now_us, quirks, size_um, live) || held.reports.len() >= LONGEST;
            let over = held.reports.last().is_none_or(|last| last.contact.phase >= Phase::Up);
            if real {
                tally.late += 1;
                through.append(&mut held.reports);
            } else if over {
                match held.why {
                    Why::Crossing(_) => tally.ghosts += 1,
                    Why::Border => tally.flickers += 1,
                }
            }
            !real && !over
        });
    }
}

impl Held {
    fn is_real(
        &mut self,
        now_us: u64,
        quirks: &Quirks,
        size_um: (i32, i32),
        live: &BTreeMap<ContactId, Seen>,
    ) -> bool {
        let (Some(first), Some(last)) = (self.reports.first(), self.reports.last()) else { return false };
        let over = last.contact.phase >= Phase::Up;
        // What has ended lived to its end, not to now.
        let lived = if over { last.time_us } else { now_us }.saturating_sub(first.time_us);
        let at = last.contact.at;
        // A lift has no place of its own.
        let spoke = !over && std::mem::replace(&mut self.looked, self.reports.len()) < self.reports.len();
        match &mut self.why {
            Why::Border => {
                lived >= quirks.edge_us
                    || border_um(at, size_um) > quirks.edge_um
                    || first.contact.at.distance_um(at) >= ALONG_UM
            }
            Why::Crossing(crossing) => {
                crossing.look(at, spoke, live, quirks.ghost_um);
                if crossing.is_orphaned() {
                    crossing.orphaned_us.get_or_insert(now_us);
                }
                let outlives = |since: u64| !over && now_us.saturating_sub(since) >= ORPHAN_US;
                let flickers = lived < if over { quirks.ghost_us.min(TAP_US) } else { quirks.ghost_us };
                !crossing.explains(first.time_us)
                    || crossing.orphaned_us.is_some_and(outlives)
                    || !flickers && !crossing.is_proven()
                    || over && !crossing.is_followed()
            }
        }
    }

    fn due_us(&self, quirks: &Quirks) -> Option<u64> {
        let began = self.reports.first()?.time_us;
        match &self.why {
            Why::Border => Some(began.saturating_add(quirks.edge_us)),
            Why::Crossing(crossing) => {
                let unproven = (!crossing.is_proven()).then(|| began.saturating_add(quirks.ghost_us));
                let alone = crossing.orphaned_us.map(|since| since.saturating_add(ORPHAN_US));
                unproven.into_iter().chain(alone).min()
            }
        }
    }
}

fn border_um(at: PanelPoint, size_um: (i32, i32)) -> i32 {
    at.x_um.min(at.y_um).min(size_um.0 - at.x_um).min(size_um.1 - at.y_um)
}
