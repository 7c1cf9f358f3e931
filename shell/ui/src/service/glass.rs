//! What touches the glass, for the draw test: each contact with a number, its size, how often it is reported, and where
//! it has been. Pure.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write;

use display::Felt;

/// Reports are counted over so long.
const SECOND_US: u64 = 1_000_000;
/// Lines that are kept: what a person draws before they wipe it.
const TRAILS_MAX: usize = 80;
/// Points of a line; one that is longer loses its beginning's detail by half.
const POINTS_MAX: usize = 1_200;
/// Points closer than this are one, in pixels.
const STEP_PX: f32 = 3.0;
/// How long pictures took, for the last so many reports.
const TOOK_MAX: usize = 4_000;

/// One contact.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct OnGlass {
    /// From 1; that of one that lifted is given again.
    pub number: usize,
    pub at: (f32, f32),
    pub wide_um: Option<u32>,
    pub high_um: Option<u32>,
    reports: VecDeque<u64>,
    trail: usize,
}

impl OnGlass {
    /// Reports in the last second.
    pub fn rate(&self) -> usize {
        self.reports.len()
    }
}

/// A line.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// The number of the contact that drew it.
    pub number: usize,
    points: Vec<(f32, f32)>,
    /// As an SVG path.
    pub commands: String,
}

/// All of it.
#[derive(Clone, Debug, Default)]
pub struct Glass {
    contacts: BTreeMap<u64, OnGlass>,
    trails: VecDeque<Trail>,
    /// Trails that were dropped, so that numbers of the others stay.
    dropped: usize,
    moments: VecDeque<u64>,
    took: VecDeque<u32>,
    most: usize,
}

impl Glass {
    /// What the panel felt, and how long its reports took to be drawn.
    pub fn feel(&mut self, felt: &[Felt], drawn_us: &[u32]) {
        for felt in felt {
            self.one(felt);
        }
        self.most = self.most.max(self.contacts.len());
        self.took.extend(drawn_us);
        let too_many = self.took.len().saturating_sub(TOOK_MAX);
        self.took.drain(..too_many);
    }

    fn one(&mut self, felt: &Felt) {
        if self.moments.back().is_none_or(|last| felt.time_us > *last) {
            self.moments.push_back(felt.time_us);
        }
        forget(&mut self.moments, felt.time_us);
        if !self.contacts.contains_key(&felt.contact) {
            if felt.lifts {
                return;
            }
            self.begin(felt.contact);
        }
        let Some(contact) = self.contacts.get_mut(&felt.contact) else { return };
        contact.at = felt.at;
        contact.wide_um = felt.wide_um.or(contact.wide_um);
        contact.high_um = felt.high_um.or(contact.high_um).or(contact.wide_um);
        contact.reports.push_back(felt.time_us);
        forget(&mut contact.reports, felt.time_us);
        if let Some(trail) = contact.trail.checked_sub(self.dropped).and_then(|at| self.trails.get_mut(at)) {
            trail.go_to(felt.at);
        }
        if felt.lifts {
            self.contacts.remove(&felt.contact);
        }
    }

    fn begin(&mut self, id: u64) {
        let taken = |number: &usize| self.contacts.values().any(|contact| contact.number == *number);
        let number = (1..).find(|number| !taken(number)).unwrap_or(1);
        if self.trails.len() == TRAILS_MAX {
            self.trails.pop_front();
            self.dropped += 1;
        }
        self.trails.push_back(Trail { number, ..Trail::default() });
        let trail = self.dropped + self.trails.len() - 1;
        self.contacts.insert(id, OnGlass { number, trail, ..OnGlass::default() });
    }

    /// Wipes the lines; who touches goes on.
    pub fn clear(&mut self) {
        self.dropped += self.trails.len();
        self.trails.clear();
        self.most = self.contacts.len();
        for contact in self.contacts.values_mut() {
            self.trails.push_back(Trail { number: contact.number, ..Trail::default() });
            contact.trail = self.dropped + self.trails.len() - 1;
        }
    }

    /// The contacts that are down, in the order in which they came.
    pub fn contacts(&self) -> impl Iterator<Item = &OnGlass> {
        self.contacts.values()
    }

    /// The lines, oldest first.
    pub fn trails(&self) -> impl Iterator<Item = &Trail> {
        self.trails.iter()
    }

    /// Reports of the panel in the second before its last one.
    pub fn rate(&self) -> usize {
        self.moments.len()
    }

    /// Most contacts at once.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Half, and 99 of 100, of the reports were drawn within so many microseconds; none before the first.
    pub fn took_us(&self) -> Option<(u32, u32)> {
        let mut took: Vec<u32> = self.took.iter().copied().collect();
        took.sort_unstable();
        let at = |part: usize| took.get((took.len().checked_sub(1)?) * part / 100).copied();
        Some((at(50)?, at(99)?))
    }
}

impl Trail {
    fn go_to(&mut self, (x, y): (f32, f32)) {
        let near = |(last_x, last_y): &(f32, f32)| (x - last_x).hypot(y - last_y) < STEP_PX;
        if self.points.last().is_some_and(near) {
            return;
        }
        self.points.push((x, y));
        if self.points.len() < POINTS_MAX {
            return add(&mut self.commands, self.points.len(), (x, y));
        }
        // Half as many points show the same line.
        self.points = self.points.iter().copied().step_by(2).collect();
        self.commands.clear();
        for (at, point) in self.points.iter().enumerate() {
            add(&mut self.commands, at + 1, *point);
        }
    }
}

fn add(commands: &mut String, number: usize, (x, y): (f32, f32)) {
    let letter = if number == 1 { 'M' } else { 'L' };
    // A String takes everything.
    write!(commands, "{letter} {x:.0} {y:.0} ").unwrap_or_default();
}

/// Leaves those of the last second.
fn forget(moments: &mut VecDeque<u64>, now_us: u64) {
    while moments.front().is_some_and(|first| now_us.saturating_sub(*first) >= SECOND_US) {
        moments.pop_front();
    }
}

#[cfg(test)]
mod tests;
