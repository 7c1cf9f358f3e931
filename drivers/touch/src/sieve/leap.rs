//! Contacts that go faster than any hand: the panel has exchanged two of them, mistaken one place, or called a new
//! contact by an old name.
//!
//! One such place is held back until the next one tells which it was. Without this a line is drawn across the board.

use super::{Report, Tally};
use crate::{Contact, ContactId, PanelPoint, Phase, Quirks, ToolKind};
use std::collections::BTreeMap;

/// A leap is at least this far, whatever the speed: two frames may arrive with almost the same time.
const FAR_UM: i64 = 60_000;
/// Exchanged contacts lie this close to where the other one was.
const EXCHANGED_UM: i64 = 15_000;
/// A place that nothing follows for this long was meant: the contact rests there.
pub(super) const DOUBT_US: u64 = 40_000;
/// A palm's middle leaps when fingers join it.
const PALM_UM: u32 = 22_000;

#[derive(Debug)]
pub(super) struct Leaps {
    quirks: Quirks,
    /// By the panel's name.
    tracks: BTreeMap<ContactId, Track>,
}

#[derive(Debug)]
struct Track {
    /// The name that the world knows.
    known: ContactId,
    last: Report,
    /// The place that is in doubt.
    doubt: Option<Report>,
}

impl Leaps {
    pub(super) fn new(quirks: Quirks) -> Self {
        Self { quirks, tracks: BTreeMap::new() }
    }

    pub(super) fn run(&mut self, reports: Vec<Report>, now_us: u64, tally: &mut Tally) -> Vec<Report> {
        if self.quirks.leap_mm_s == 0 {
            return reports;
        }
        self.exchange(&reports, tally);
        let mut through = Vec::with_capacity(reports.len());
        for report in reports {
            self.take(report, &mut through, tally);
        }
        self.expire(now_us, &mut through, tally);
        through
    }

    pub(super) fn due_us(&self) -> Option<u64> {
        let doubts = self.tracks.values().filter_map(|track| track.doubt);
        doubts.map(|doubt| doubt.time_us.saturating_add(DOUBT_US)).min()
    }

    /// Gives two contacts that leapt into each other's place each other's name.
    fn exchange(&mut self, reports: &[Report], tally: &mut Tally) {
        let leapers: Vec<_> = reports
            .iter()
            .filter_map(|report| {
                let track = self.tracks.get(&report.contact.id)?;
                let leaps = report.contact.phase == Phase::Move && self.leaps(&track.last, report);
                leaps.then_some((report.contact.id, track.last.contact.at, report.contact.at))
            })
            .collect();
        let near = |a: PanelPoint, b: PanelPoint| a.distance_um(b) <= EXCHANGED_UM;
        let mut done = Vec::new();
        for (number, one) in leapers.iter().enumerate() {
            let fits = |other: &&(ContactId, PanelPoint, PanelPoint)| {
                near(one.2, other.1) && near(other.2, one.1) && !done.contains(&other.0)
            };
            if done.contains(&one.0) {
                continue;
            }
            if let Some(other) = leapers.iter().skip(number + 1).find(fits) {
                done.extend([one.0, other.0]);
                if let (Some(a), Some(b)) = (self.tracks.remove(&one.0), self.tracks.remove(&other.0)) {
                    self.tracks.insert(one.0, b);
                    self.tracks.insert(other.0, a);
                    tally.swapped += 1;
                }
            }
        }
    }

    fn take(&mut self, mut report: Report, through: &mut Vec<Report>, tally: &mut Tally) {
        let id = report.contact.id;
        match (report.contact.phase, self.tracks.remove(&id)) {
            (Phase::Down, _) => {
                self.tracks.insert(id, Track { known: id, last: report, doubt: None });
                through.push(report);
            }
            // Of a contact that never began, nothing goes on.
            (_, None) => {}
            (Phase::Move, Some(mut track)) => {
                match track.doubt.take() {
                    Some(doubt) if !self.leaps(&doubt, &report) => {
                        split(&mut track, doubt, through);
                        tally.split += 1;
                    }
                    Some(_) => tally.outliers += 1,
                    None => {}
                }
                if self.leaps(&track.last, &report) {
                    track.doubt = Some(report);
                } else {
                    track.last = report;
                    report.contact.id = track.known;
                    through.push(report);
                }
                self.tracks.insert(id, track);
            }
            (Phase::Up | Phase::Cancel, Some(track)) => {
                let stray = track.doubt.is_some() || self.leaps(&track.last, &report);
                if stray {
                    tally.outliers += 1;
                    report.contact.at = track.last.contact.at;
                }
                report.contact.id = track.known;
                through.push(report);
            }
        }
    }

    fn expire(&mut self, now_us: u64, through: &mut Vec<Report>, tally: &mut Tally) {
        for track in self.tracks.values_mut() {
            let due = |doubt: &mut Report| now_us >= doubt.time_us.saturating_add(DOUBT_US);
            if let Some(doubt) = track.doubt.take_if(due) {
                split(track, doubt, through);
                tally.split += 1;
            }
        }
    }

    fn leaps(&self, from: &Report, to: &Report) -> bool {
        let (a, b) = (&from.contact, &to.contact);
        let palm = |contact: &Contact| {
            contact.tool == ToolKind::Palm || contact.major_um.is_some_and(|major| major > PALM_UM)
        };
        let far_um = a.at.distance_um(b.at);
        if far_um < FAR_UM || palm(a) || palm(b) {
            return false;
        }
        // Micrometres in a microsecond are metres in a second.
        let took_us = i64::try_from(to.time_us.saturating_sub(from.time_us)).unwrap_or(i64::MAX);
        far_um.saturating_mul(1000) > self.quirks.leap_mm_s.saturating_mul(took_us)
    }
}

/// Ends the contact where it was, and begins another where it leapt to.
fn split(track: &mut Track, doubt: Report, through: &mut Vec<Report>) {
    let mut lift = track.last;
    lift.time_us = doubt.time_us;
    (lift.contact.id, lift.contact.phase) = (track.known, Phase::Up);
    track.known = ContactId::fresh();
    let mut begin = doubt;
    (begin.contact.id, begin.contact.phase) = (track.known, Phase::Down);
    track.last = doubt;
    through.extend([lift, begin]);
}
