//! Holds back a contact's beginning where panels make contacts up: on the crossing of two others, and at the border.
//!
//! Two fingers shade two columns and two rows of an infrared frame, which cross in four places. A contact that begins
//! on such a crossing waits. It is real if it leaves the crossing, outlives the fingers that would make it, or simply
//! lives long enough while there is no proof; it is a ghost if it vanishes before, or if it follows the crossing of
//! two fingers that move apart, which no third finger does.

use super::{Report, Tally};
use crate::{Contact, ContactId, PanelPoint, Phase, Quirks, ToolKind};
use std::collections::BTreeMap;

/// Fingers of one hand lie closer together than this, and make no ghost that matters.
const APART_UM: i32 = 15_000;
/// The two fingers have moved this far against each other, and the ghost with them: that is proof.
const PROOF_UM: i64 = 10_000;
/// A ghost ends with the fingers that make it; what lives this much longer is real.
const ORPHAN_US: u64 = 30_000;
/// At the border: whoever writes along it moves this far ...
const ALONG_UM: i64 = 3_000;
/// The most that one contact is held back, in reports: four seconds at 120 Hz. Then it comes through.
const LONGEST: usize = 512;

#[derive(Debug)]
pub(super) struct Gate {
    quirks: Quirks,
    size_um: (i32, i32),
    /// Contacts that are through, as last seen.
    live: BTreeMap<ContactId, Contact>,
    held: BTreeMap<ContactId, Held>,
}

#[derive(Debug)]
struct Held {
    reports: Vec<Report>,
    why: Why,
}

#[derive(Debug)]
enum Why {
    Crossing { column: Maker, row: Maker, proven: bool, orphaned_us: Option<u64> },
    Border,
}

/// One of the two fingers of a crossing, and where it was when the crossing appeared.
#[derive(Clone, Copy, Debug)]
struct Maker {
    id: ContactId,
    from: PanelPoint,
}

impl Gate {
    pub(super) fn new(quirks: Quirks, size_um: (i32, i32)) -> Self {
        Self { quirks, size_um, live: BTreeMap::new(), held: BTreeMap::new() }
    }

    pub(super) fn run(&mut self, reports: Vec<Report>, now_us: u64, tally: &mut Tally) -> Vec<Report> {
        let mut through = Vec::with_capacity(reports.len());
        for report in reports {
            let Contact { id, phase, .. } = report.contact;
            if phase == Phase::Down
                && let Some(why) = self.doubt(&report.contact)
            {
                self.held.insert(id, Held { reports: vec![report], why });
                continue;
            }
            if let Some(held) = self.held.get_mut(&id) {
                held.reports.push(report);
                continue;
            }
            match phase {
                Phase::Down | Phase::Move => drop(self.live.insert(id, report.contact)),
                Phase::Up | Phase::Cancel => drop(self.live.remove(&id)),
            }
            through.push(report);
        }
        self.judge(now_us, &mut through, tally);
        through
    }

    pub(super) fn due_us(&self) -> Option<u64> {
        self.held.values().filter_map(|held| held.due_us(&self.quirks)).min()
    }

    fn doubt(&self, contact: &Contact) -> Option<Why> {
        if contact.tool != ToolKind::Finger {
            return None;
        }
        self.crossing(contact).or_else(|| {
            let border = self.quirks.edge_us > 0 && border_um(contact.at, self.size_um) < self.quirks.edge_um;
            border.then_some(Why::Border)
        })
    }

    fn crossing(&self, contact: &Contact) -> Option<Why> {
        if self.quirks.ghost_us == 0 {
            return None;
        }
        let within = self.quirks.ghost_um;
        let makes = |other: &Contact, along: fn(PanelPoint) -> i32, across: fn(PanelPoint) -> i32| {
            // A ghost is no larger than the fingers that make it.
            let smaller = other.major_um.zip(contact.major_um).is_none_or(|(other, own)| own <= other);
            smaller
                && (along(other.at) - along(contact.at)).abs() <= within
                && (across(other.at) - across(contact.at)).abs() > APART_UM
        };
        let find = |along, across| {
            let other = self.live.values().find(|other| makes(other, along, across))?;
            Some(Maker { id: other.id, from: other.at })
        };
        let column = find(|at| at.x_um, |at| at.y_um)?;
        let row = find(|at| at.y_um, |at| at.x_um)?;
        Some(Why::Crossing { column, row, proven: false, orphaned_us: None })
    }

    /// Lets through, drops, or goes on holding.
    fn judge(&mut self, now_us: u64, through: &mut Vec<Report>, tally: &mut Tally) {
        let (quirks, size_um, live) = (&self.quirks, self.size_um, &self.live);
        let mut released = Vec::new();
        self.held.retain(|_, held| {
            let real = held.is_real(now_us, quirks, size_um, live) || held.reports.len() >= LONGEST;
            let over = held.reports.last().is_none_or(|last| last.contact.phase >= Phase::Up);
            if real {
                tally.late += 1;
                released.append(&mut held.reports);
            } else if over {
                match held.why {
                    Why::Crossing { .. } => tally.ghosts += 1,
                    Why::Border => tally.flickers += 1,
                }
            }
            !real && !over
        });
        for report in &released {
            if report.contact.phase < Phase::Up {
                self.live.insert(report.contact.id, report.contact);
            } else {
                self.live.remove(&report.contact.id);
            }
        }
        through.append(&mut released);
    }
}

impl Held {
    fn is_real(
        &mut self,
        now_us: u64,
        quirks: &Quirks,
        size_um: (i32, i32),
        live: &BTreeMap<ContactId, Contact>,
    ) -> bool {
        let (Some(first), Some(last)) = (self.reports.first(), self.reports.last()) else { return false };
        let over = last.contact.phase >= Phase::Up;
        // What has ended lived to its end, not to now.
        let lived = if over { last.time_us } else { now_us }.saturating_sub(first.time_us);
        let at = last.contact.at;
        match &mut self.why {
            Why::Border => {
                lived >= quirks.edge_us
                    || border_um(at, size_um) > quirks.edge_um
                    || first.contact.at.distance_um(at) >= ALONG_UM
            }
            Why::Crossing { column, row, proven, orphaned_us } => {
                let (Some(x_of), Some(y_of)) = (live.get(&column.id), live.get(&row.id)) else {
                    let since = *orphaned_us.get_or_insert(now_us);
                    return !over && now_us.saturating_sub(since) >= ORPHAN_US;
                };
                let off = (x_of.at.x_um - at.x_um).abs().max((y_of.at.y_um - at.y_um).abs());
                *proven |= column.against(x_of.at, row, y_of.at) >= PROOF_UM;
                // The crossing moves in steps of a beam, so what follows it may be one step behind.
                off > quirks.ghost_um * 2 || (!*proven && lived >= quirks.ghost_us)
            }
        }
    }

    fn due_us(&self, quirks: &Quirks) -> Option<u64> {
        let began = self.reports.first()?.time_us;
        match &self.why {
            Why::Border => Some(began.saturating_add(quirks.edge_us)),
            Why::Crossing { orphaned_us: Some(since), .. } => Some(since.saturating_add(ORPHAN_US)),
            Why::Crossing { proven: true, .. } => None,
            Why::Crossing { .. } => Some(began.saturating_add(quirks.ghost_us)),
        }
    }
}

impl Maker {
    /// How far this finger and another have moved against each other.
    fn against(&self, now: PanelPoint, other: &Self, other_now: PanelPoint) -> i64 {
        let moved = |from: PanelPoint, to: PanelPoint| PanelPoint {
            x_um: to.x_um - from.x_um,
            y_um: to.y_um - from.y_um,
        };
        moved(self.from, now).distance_um(moved(other.from, other_now))
    }
}

fn border_um(at: PanelPoint, size_um: (i32, i32)) -> i32 {
    at.x_um.min(at.y_um).min(size_um.0 - at.x_um).min(size_um.1 - at.y_um)
}
