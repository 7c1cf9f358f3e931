//! What a camera sees: faces counted, everybody kept in the picture, raised hands, pages turned by a waved palm.
//!
//! Nobody is recognised: there is no network for it, a face is a box, and its number ends with its track. No frame is
//! kept. The networks are MediaPipe's (Apache-2.0), converted when the assets are fetched: BlazeFace near and far,
//! palm detection and hand landmarks, pose detection and pose landmarks; each is loaded when it is needed first.
//! Their calling convention was read off MediaPipe's published graphs.
//!
//! Measured with the example `vision-accuracy` on seven photographs of groups (28 faces, from an npm package of face
//! networks, not used for anything else here), two cores that were busy with compilers (load 10), a debug build:
//!
//! | frame | faces | found | off | ms |
//! | --- | --- | --- | --- | --- |
//! | each photograph, 1280x720 | 28 | 29 | 1 | 133 to 351 |
//! | each photograph, 3840x2160 | 28 | 28 | 2 | 451 to 983 |
//! | six of them side by side, 1280x720, faces 45 pixels wide | 22 | 19 | | 199 |
//! | twelve, 1280x720, 34 pixels and less | 46 | 18 | | 248 |
//! | 24, 3840x2160, 67 pixels | 93 | 84 | | 406 |
//!
//! A class of more than twenty is therefore counted in 4K, not in 720p. A face box ([`Vision::near_faces`], shrinking
//! the frame included) takes 5.7 ms p50, 21.8 ms p99 there.
//!
//! Unproven: raised hands and waved palms were only tried on drawn people and palms that were moved over a drawn room
//! (`tests/it/vision.rs`), never on a film of somebody; nobody knows yet how often they are missed or seen wrongly. A
//! hand that is held up again later than a second and a half after a page, and then goes back, turns it back.

mod anchors;
mod detector;
mod frame;
mod framing;
mod hand;
mod place;
mod raise;
mod session;
mod tiles;
mod tracker;
mod wave;

pub use anchors::Found;
pub use detector::Pose;
pub use frame::{Format, Frame, FrameError};
pub use hand::Hand;
pub use place::{Point, Rect, Square};
pub use raise::Arm;
pub use session::{Plan, Seen, Session, Sight, Wants};
pub use wave::Turn;

use anchors::Grid;
use detector::{Detector, Network};

use crate::catalogue::Files;
use crate::leave::Leave;
use crate::model::ModelError;
use crate::open::OpenError;

/// Faces up to two metres away.
pub const FACE_NEAR: &str = "blazeface-short.onnx";
/// Faces up to five metres away.
pub const FACE_FAR: &str = "blazeface-full.onnx";
/// Palms.
pub const PALM: &str = "palm-detection-lite.onnx";
/// The joints of a hand.
pub const HAND: &str = "hand-landmark-lite.onnx";
/// Persons.
pub const PERSON: &str = "pose-detection.onnx";
/// The joints of a body.
pub const POSE: &str = "pose-landmark-lite.onnx";
/// All of them.
pub const VISION_MODELS: [&str; 6] = [FACE_NEAR, FACE_FAR, PALM, HAND, PERSON, POSE];

/// Layers and key points of the detectors, from the options of MediaPipe's graphs.
const NEAR_GRID: Grid = Grid { side: 128, layers: &[(8, 2), (16, 6)], points: 6, score_min: 0.5 };
/// See [`NEAR_GRID`].
const FAR_GRID: Grid = Grid { side: 192, layers: &[(4, 1)], points: 6, score_min: 0.6 };
/// See [`NEAR_GRID`].
const PALM_GRID: Grid = Grid { side: 192, layers: &[(8, 2), (16, 6)], points: 7, score_min: 0.5 };
/// See [`NEAR_GRID`].
const PERSON_GRID: Grid = Grid { side: 224, layers: &[(8, 2), (16, 2), (32, 6)], points: 4, score_min: 0.5 };
/// What black is for faces and persons, whose networks want -1 to 1.
const SIGNED: f32 = -1.0;
/// And for palms, hands and poses, whose networks want 0 to 1.
const UNSIGNED: f32 = 0.0;
/// Bodies whose arms are looked at in one frame, surest first: each costs 60 ms.
const BODIES_MAX: usize = 2;

/// The networks.
pub struct Vision {
    near: Detector,
    far: Detector,
    palm: Detector,
    person: Detector,
    hand: Network,
    pose: Network,
}

/// How many people one frame shows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Count {
    /// Faces, surest first.
    pub faces: Vec<Found>,
    /// Persons: faces, and bodies whose face is turned away or hidden.
    pub persons: usize,
}

impl Vision {
    /// Knows where its networks are, and that each file is the listed one.
    pub fn open(files: &Files) -> Result<Self, OpenError> {
        let new = Self {
            near: Detector::new(FACE_NEAR, files, NEAR_GRID, SIGNED),
            far: Detector::new(FACE_FAR, files, FAR_GRID, SIGNED),
            palm: Detector::new(PALM, files, PALM_GRID, UNSIGNED),
            person: Detector::new(PERSON, files, PERSON_GRID, SIGNED),
            hand: Network::new(HAND, files),
            pose: Network::new(POSE, files),
        };
        for detector in [&new.near, &new.far, &new.palm, &new.person] {
            detector.check()?;
        }
        for network in [&new.hand, &new.pose] {
            network.check()?;
        }
        Ok(new)
    }

    /// Makes the quick look ready, number 0; false for any other.
    pub fn prepare(&self, at: usize) -> Result<bool, ModelError> {
        if at == 0 {
            self.near.prepare()?;
        }
        Ok(at == 0)
    }

    /// Near faces in the whole frame: the quick look.
    pub fn near_faces(&self, frame: &Frame, leave: &Leave) -> Result<Vec<Found>, ModelError> {
        self.near.find(frame, &whole(frame), leave)
    }

    /// How many people there are, looked at tile by tile.
    pub fn count(&self, frame: &Frame, leave: &Leave) -> Result<Count, ModelError> {
        let mut found = self.near_faces(frame, leave)?;
        for tile in tiles::tiles(frame.width(), frame.height()) {
            found.extend(self.far_faces(frame, &tile, leave)?);
        }
        let faces = tiles::merged(found);
        let bodies = self.person.find(frame, &whole(frame), leave)?;
        let faceless = bodies.iter().filter(|body| {
            // The detector's own box is the head's.
            let head = body.place.grown(HEAD_MARGIN);
            !faces.iter().any(|face| head.contains(face.place.centre()))
        });
        let persons = faces.len() + faceless.count();
        Ok(Count { faces, persons })
    }

    fn far_faces(&self, frame: &Frame, tile: &Square, leave: &Leave) -> Result<Vec<Found>, ModelError> {
        Ok(tiles::whole(self.far.find(frame, tile, leave)?, tile, frame.width(), frame.height()))
    }

    /// Palms in a square of the frame.
    pub fn palms(&self, frame: &Frame, square: &Square, leave: &Leave) -> Result<Vec<Found>, ModelError> {
        self.palm.find(frame, square, leave)
    }

    /// The joints of the hand of a palm.
    pub fn hand(&self, frame: &Frame, palm: &Found, leave: &Leave) -> Result<Option<Hand>, ModelError> {
        detector::hand(&self.hand, frame, &hand::square_of_palm(palm), leave)
    }

    /// Upper bodies of the surest persons.
    pub fn bodies(&self, frame: &Frame, leave: &Leave) -> Result<Vec<Pose>, ModelError> {
        let mut bodies = Vec::new();
        for person in self.person.find(frame, &whole(frame), leave)?.iter().take(BODIES_MAX) {
            let Some(square) = detector::square_of_person(person) else { continue };
            bodies.extend(detector::pose(&self.pose, frame, &square, leave)?);
        }
        Ok(bodies)
    }

    /// Does what a session planned for a frame.
    pub fn look(&self, frame: &Frame, plan: &Plan, leave: &Leave) -> Result<Seen, ModelError> {
        let mut seen = Seen::default();
        let mut faces = Vec::new();
        if plan.near {
            faces.extend(self.near_faces(frame, leave)?);
        }
        if let Some(tile) = &plan.far {
            faces.extend(self.far_faces(frame, tile, leave)?);
        }
        seen.faces = tiles::merged(faces).into_iter().map(|face| face.place).collect();
        if let Some(square) = &plan.hand {
            seen.hand = detector::hand(&self.hand, frame, square, leave)?;
        }
        if let (None, Some(square)) = (&seen.hand, &plan.palm)
            && let Some(palm) = self.palms(frame, square, leave)?.first()
        {
            seen.hand = self.hand(frame, palm, leave)?;
        }
        for (_, square) in &plan.raise {
            let palms = self.palms(frame, square, leave)?;
            seen.palms.push(palms.iter().map(|palm| palm.place.centre()).collect());
        }
        if plan.bodies {
            seen.bodies = self.bodies(frame, leave)?;
        }
        Ok(seen)
    }
}

/// A person detection's box is their face's; it may sit a little off.
const HEAD_MARGIN: f32 = 1.3;

/// The square around a whole frame.
fn whole(frame: &Frame) -> Square {
    let (right, bottom) = (frame.width() as f32, frame.height() as f32);
    Square::around(&Rect { left: 0.0, top: 0.0, right, bottom })
}
