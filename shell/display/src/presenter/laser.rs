//! Pointers of light: trails that fade, one for each contact, in its person's colour.

use super::{Place, rows};
use crate::area::{Area, Dirty};
use crate::compositor::lay;
use board::PersonId;
use std::collections::{HashMap, HashSet, VecDeque};
use touch::ContactId;

/// How long light stays, in microseconds: a word can be underlined and read before it is gone.
const FADES_US: u64 = 900_000;
/// The light's radius in pixels, and that of its white middle.
const RADIUS_PX: f32 = 9.0;
const MIDDLE_PX: f32 = 3.5;
/// A trail has at most so many places: a panel reports 240 a second, and the oldest fade first.
const MOST_PLACES: usize = 256;
/// Signal colours, seen on light and dark boards; each person has one of their own as far as they go.
const COLOURS: [u32; 5] = [0xff2a2a, 0x2a8cff, 0x18b34a, 0xff8a00, 0xc02ae0];

#[derive(Clone, Copy)]
struct Spot {
    x: f32,
    y: f32,
    t_us: u64,
}

struct Trail {
    colour: u32,
    spots: VecDeque<Spot>,
    /// The contact is still there: its last place does not fade.
    held: bool,
}

#[derive(Default)]
pub(super) struct Laser {
    armed: HashSet<PersonId>,
    trails: HashMap<ContactId, Trail>,
    now_us: u64,
}

/// How much of its light a spot has left.
fn left(spot: &Spot, now_us: u64) -> f32 {
    1.0 - (now_us.saturating_sub(spot.t_us) as f32 / FADES_US as f32).min(1.0)
}

fn around(a: &Spot, b: &Spot) -> Area {
    let reach = RADIUS_PX + 2.0;
    let (x, y) = ((a.x.min(b.x) - reach).floor() as i32, (a.y.min(b.y) - reach).floor() as i32);
    let (right, bottom) = ((a.x.max(b.x) + reach).ceil() as i32, (a.y.max(b.y) + reach).ceil() as i32);
    Area::new(x, y, right - x, bottom - y)
}

impl Trail {
    /// Its straight pieces, a single spot being one too.
    fn pieces(&self) -> impl Iterator<Item = (&Spot, &Spot)> {
        let ends = self.spots.iter().skip(1).chain(self.spots.back());
        self.spots.iter().zip(ends)
    }
}

impl Laser {
    pub(super) fn arm(&mut self, person: PersonId, on: bool) {
        if on {
            self.armed.insert(person);
        } else {
            self.armed.remove(&person);
        }
    }

    pub(super) fn is_armed(&self, person: PersonId) -> bool {
        self.armed.contains(&person)
    }

    pub(super) fn is_lit(&self) -> bool {
        !self.trails.is_empty()
    }

    pub(super) fn go(&mut self, place: &Place, over: bool, dirty: &mut Dirty) {
        let colour = COLOURS[usize::from(place.person.number() - 1) % COLOURS.len()];
        let trail =
            self.trails.entry(place.contact).or_insert(Trail { colour, spots: VecDeque::new(), held: true });
        trail.held = !over;
        let spot = Spot { x: place.x, y: place.y, t_us: place.t_us };
        let last = trail.spots.back().copied().unwrap_or(spot);
        if trail.spots.len() >= MOST_PLACES
            && let Some(first) = trail.spots.pop_front()
            && let Some(next) = trail.spots.front()
        {
            dirty.add(around(&first, next));
        }
        trail.spots.push_back(spot);
        dirty.add(around(&last, &spot));
    }

    /// Fades everything; what changes with it is all that is lit.
    pub(super) fn tick(&mut self, now_us: u64, dirty: &mut Dirty) {
        self.now_us = now_us;
        for trail in self.trails.values_mut() {
            dirty.extend(trail.pieces().map(|(a, b)| around(a, b)));
            if let (true, Some(last)) = (trail.held, trail.spots.back_mut()) {
                last.t_us = now_us;
            }
            // The last place goes last: it is the end of the piece before it.
            while trail.spots.len() > 1 && trail.spots.get(1).is_some_and(|spot| left(spot, now_us) <= 0.0) {
                trail.spots.pop_front();
            }
        }
        self.trails.retain(|_, trail| trail.spots.back().is_some_and(|spot| left(spot, now_us) > 0.0));
    }

    pub(super) fn draw(&self, frame: &mut [u32], stride: usize, area: Area) {
        let mut contacts: Vec<&ContactId> = self.trails.keys().collect();
        contacts.sort_unstable();
        for trail in contacts.into_iter().filter_map(|contact| self.trails.get(contact)) {
            let lit: Vec<_> =
                trail.pieces().filter(|(a, b)| !around(a, b).intersect(area).is_empty()).collect();
            if lit.is_empty() {
                continue;
            }
            let bounds = lit.iter().fold(Area::default(), |all, (a, b)| all.union(around(a, b)));
            rows(frame, stride, area.intersect(bounds), |x, y, row| {
                for (x, pixel) in (x..).zip(row) {
                    let (glow, middle) = self.light(&lit, x as f32 + 0.5, y as f32 + 0.5);
                    if glow > 0 {
                        *pixel = lay(*pixel, ink::premultiply(trail.colour, glow));
                        *pixel = lay(*pixel, ink::premultiply(0x00ff_ffff, middle));
                    }
                }
            });
        }
    }

    /// How strongly a pixel is lit, and how white: of all pieces the strongest, so that joints do not show.
    fn light(&self, pieces: &[(&Spot, &Spot)], x: f32, y: f32) -> (u8, u8) {
        let (mut glow, mut middle) = (0.0_f32, 0.0_f32);
        for (a, b) in pieces {
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let long = dx * dx + dy * dy;
            let t = if long > 0.0 { (((x - a.x) * dx + (y - a.y) * dy) / long).clamp(0.0, 1.0) } else { 0.0 };
            let (ex, ey) = (x - a.x - t * dx, y - a.y - t * dy);
            let away = (ex * ex + ey * ey).sqrt();
            let (from, to) = (left(a, self.now_us), left(b, self.now_us));
            let life = from + (to - from) * t;
            let radius = RADIUS_PX * (0.35 + 0.65 * life);
            let near = (1.0 - away / radius).clamp(0.0, 1.0);
            glow = glow.max((near * 2.0).min(1.0) * life);
            middle = middle.max((MIDDLE_PX * life + 0.5 - away).clamp(0.0, 1.0) * life);
        }
        ((glow * 235.0) as u8, (middle * 230.0) as u8)
    }
}
