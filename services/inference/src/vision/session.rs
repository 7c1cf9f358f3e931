//! What one camera shows over time: which networks look at which frame, and what their answers mean together. Pure:
//! the time is the frames' own.

use std::time::Duration;

use super::detector::Pose;
use super::framing::Framing;
use super::hand::Hand;
use super::place::{Point, Rect, Square};
use super::raise::{Raises, arm_is_up, palm_is_up};
use super::tiles::tiles;
use super::tracker::{Look, Track, Tracker};
use super::wave::{Turn, Wave};

/// Faces are looked for this often: people do not move far in between, and a look costs 8 to 40 ms.
const FACES_EVERY: Duration = Duration::from_millis(200);
/// Faces that the near network surely finds, in parts of its square's side.
const NEAR_SIDES: (f32, f32) = (0.12, 0.7);
/// Those that the far network does, a tile's overlap with its neighbour at most.
const FAR_SIDES: (f32, f32) = (0.06, 0.25);
/// A hand is looked for this often while there is none; a followed hand is seen in every frame.
const PALM_EVERY: Duration = Duration::from_millis(150);
/// Raised hands are looked for this often,
const RAISE_EVERY: Duration = Duration::from_millis(300);
/// around so many faces at a time,
const RAISE_FACES: usize = 2;
/// and by whole bodies this often.
const POSE_EVERY: Duration = Duration::from_millis(1000);
/// While a hand is followed that may turn a page, all else is looked for this much more seldom: a stroke is over after
/// half a second, and a frame that waits for the other networks is lost to it.
const MEANWHILE: u32 = 4;
/// A hand is looked for so many face widths around a face: an arm's length.
const REACH: f32 = 7.0;
/// A nose lies in its own face's box, grown by this.
const NOSE_MARGIN: f32 = 1.4;

/// What a session's owner wants to know.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants {
    /// Faces.
    pub faces: bool,
    /// The part of the frame that shows everybody.
    pub view: bool,
    /// Raised hands.
    pub raised: bool,
    /// Pages turned by a palm.
    pub pages: bool,
}

/// What the networks look at in one frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Near faces in the whole frame.
    pub near: bool,
    /// Far faces in one part of it.
    pub far: Option<Square>,
    /// The hand that is followed is looked for here.
    pub hand: Option<Square>,
    /// Palms are looked for here, if no hand is followed or it is lost.
    pub palm: Option<Square>,
    /// Raised palms are looked for around these faces, by their tracks' numbers.
    pub raise: Vec<(u32, Square)>,
    /// Whole bodies are looked for.
    pub bodies: bool,
}

impl Plan {
    /// How many runs of networks it takes.
    pub fn looks(&self) -> usize {
        let single = [self.near, self.far.is_some(), self.hand.is_some(), self.palm.is_some(), self.bodies];
        single.into_iter().filter(|look| *look).count() + self.raise.len()
    }
}

/// What they saw.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Seen {
    /// Faces.
    pub faces: Vec<Rect>,
    /// The followed or found hand.
    pub hand: Option<Hand>,
    /// Palms around each face of the plan, in its order.
    pub palms: Vec<Vec<Point>>,
    /// Bodies.
    pub bodies: Vec<Pose>,
}

/// What the session's owner is told after a frame.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sight {
    /// All faces that are there, in or out of this very frame's networks.
    pub faces: Vec<Rect>,
    /// The part of the frame that shows everybody.
    pub view: Rect,
    /// The faces of those who raise a hand.
    pub raised: Vec<Rect>,
    /// A page was turned.
    pub turn: Option<Turn>,
}

/// One camera's state.
pub struct Session {
    wants: Wants,
    width: usize,
    height: usize,
    tiles: Vec<Square>,
    tile: usize,
    faces: Tracker,
    framing: Framing,
    raises: Raises,
    raise_from: u32,
    // Whose arm was up at the last look at bodies: a look that finds no palm does not gainsay it.
    armed: Vec<u32>,
    wave: Wave,
    hand: Option<Square>,
    palm_from: usize,
    looked: Looked,
}

/// When each was last looked for.
#[derive(Clone, Copy, Debug, Default)]
struct Looked {
    faces: Option<Duration>,
    palm: Option<Duration>,
    raise: Option<Duration>,
    bodies: Option<Duration>,
}

/// Whether it is time again; if so it is noted.
fn due(last: &mut Option<Duration>, now: Duration, every: Duration) -> bool {
    let due = last.is_none_or(|last| now.saturating_sub(last) >= every);
    if due {
        *last = Some(now);
    }
    due
}

impl Session {
    /// For frames of these sides.
    pub fn new(wants: Wants, width: usize, height: usize) -> Self {
        Self {
            wants,
            width,
            height,
            tiles: tiles(width, height),
            tile: 0,
            faces: Tracker::default(),
            framing: Framing::new(width, height),
            raises: Raises::default(),
            raise_from: 0,
            armed: Vec::new(),
            wave: Wave::default(),
            hand: None,
            palm_from: 0,
            looked: Looked::default(),
        }
    }

    /// Whether a frame of these sides belongs to it.
    pub fn fits(&self, width: usize, height: usize) -> bool {
        (self.width, self.height) == (width, height)
    }

    /// What the networks should look at in the frame at `now`.
    pub fn plan(&mut self, now: Duration) -> Plan {
        let wants = self.wants;
        let mut plan = Plan::default();
        let people = wants.faces || wants.view || wants.raised;
        let followed = wants.pages && self.hand.is_some();
        let every = |pause: Duration| if followed { pause * MEANWHILE } else { pause };
        if people && due(&mut self.looked.faces, now, every(FACES_EVERY)) {
            plan.near = true;
            plan.far = self.tiles.get(self.tile).copied();
            self.tile = (self.tile + 1) % self.tiles.len();
        }
        if wants.pages {
            plan.hand = self.hand;
            if due(&mut self.looked.palm, now, PALM_EVERY) {
                plan.palm = Some(self.palm_square());
            }
        }
        if wants.raised && due(&mut self.looked.raise, now, every(RAISE_EVERY)) {
            plan.raise = self.raise_squares();
            plan.bodies = due(&mut self.looked.bodies, now, every(POSE_EVERY));
        }
        plan
    }

    /// The whole frame and the surroundings of each face by turns.
    fn palm_square(&mut self) -> Square {
        let faces: Vec<&Track> = self.faces.tracks().collect();
        let at = self.palm_from % (faces.len() + 1);
        self.palm_from = self.palm_from.wrapping_add(1);
        match faces.get(at) {
            Some(face) => reach(&face.place),
            None => self.whole(),
        }
    }

    fn whole(&self) -> Square {
        let (right, bottom) = (self.width as f32, self.height as f32);
        Square::around(&Rect { left: 0.0, top: 0.0, right, bottom })
    }

    /// Those whose hand was up, then the next ones round.
    fn raise_squares(&mut self) -> Vec<(u32, Square)> {
        let pending: Vec<u32> = self.raises.pending().collect();
        let from = self.raise_from;
        let mut faces: Vec<&Track> = self.faces.tracks().collect();
        faces.sort_by_key(|face| (!pending.contains(&face.number), face.number < from, face.number));
        let next: Vec<(u32, Square)> =
            faces.iter().take(RAISE_FACES).map(|face| (face.number, reach(&face.place))).collect();
        if let Some((last, _)) = next.iter().rfind(|(number, _)| !pending.contains(number)) {
            self.raise_from = last.wrapping_add(1);
        }
        next
    }

    /// What the answers to `plan` mean.
    pub fn take(&mut self, now: Duration, plan: &Plan, seen: &Seen) -> Sight {
        if plan.near || plan.far.is_some() {
            let whole = self.whole();
            let near = plan.near.then(|| look(&whole, NEAR_SIDES));
            let far = plan.far.as_ref().map(|tile| look(tile, FAR_SIDES));
            let looks: Vec<Look> = near.into_iter().chain(far).collect();
            self.faces.step(now, &seen.faces, &looks);
        }
        let looks = self.looks(plan, seen);
        self.raises.step(now, &looks);
        let mut sight =
            Sight { faces: self.faces.tracks().map(|face| face.place).collect(), ..Sight::default() };
        sight.view = self.framing.step(now, &sight.faces);
        let raised: Vec<u32> = self.raises.raised().collect();
        sight.raised =
            self.faces.tracks().filter(|face| raised.contains(&face.number)).map(|face| face.place).collect();
        if self.wants.pages {
            sight.turn = self.wave.step(now, seen.hand.as_ref());
            self.hand = seen.hand.as_ref().map(Hand::square);
        }
        sight
    }

    /// Whose hand is up, of those that were looked at.
    fn looks(&mut self, plan: &Plan, seen: &Seen) -> Vec<(u32, bool)> {
        let faces: Vec<&Track> = self.faces.tracks().collect();
        if plan.bodies {
            let up = seen.bodies.iter().filter(|body| arm_is_up(&body.arms));
            let own =
                |body: &Pose| faces.iter().find(|face| face.place.grown(NOSE_MARGIN).contains(body.nose));
            self.armed = up.filter_map(|body| own(body).map(|face| face.number)).collect();
        }
        let mut looks = Vec::new();
        for ((number, _), palms) in plan.raise.iter().zip(&seen.palms) {
            let face = faces.iter().find(|face| face.number == *number);
            let up = face.is_some_and(|face| palms.iter().any(|palm| palm_is_up(&face.place, *palm)));
            if up || !self.armed.contains(number) {
                looks.push((*number, up));
            }
        }
        if plan.bodies {
            looks.extend(self.armed.iter().map(|number| (*number, true)));
        }
        looks
    }
}

/// What a network that finds faces of these sides, in parts of its square, looks at.
fn look(square: &Square, sides: (f32, f32)) -> Look {
    let place = Rect::around(square.centre, square.side, square.side);
    Look { place, least: sides.0 * square.side, most: sides.1 * square.side }
}

/// An arm's length around a face, somewhat above it.
fn reach(face: &Rect) -> Square {
    let side = REACH * face.width().max(face.height());
    Square { side, ..Square::around(face).shifted(0.0, -0.3) }
}

#[cfg(test)]
mod tests;
