//! The networks as MediaPipe made them: where each looks, in which numbers, and what it gives.

use std::sync::{Arc, Mutex, PoisonError};

use super::anchors::{Found, Grid, one_each};
use super::frame::Frame;
use super::hand::Hand;
use super::place::{Point, Square, turn_of};
use super::raise::Arm;
use crate::catalogue::{FileError, Files};
use crate::leave::Leave;
use crate::model::{Input, Model, ModelError, Output};

/// Each network runs at one shape.
const PLANS_MAX: usize = 1;

/// A network that is loaded when it is needed first: a lesson may never raise a hand.
pub(super) struct Network {
    name: &'static str,
    files: Files,
    model: Mutex<Option<Arc<Model>>>,
}

impl Network {
    pub(super) fn new(name: &'static str, files: &Files) -> Self {
        Self { name, files: files.clone(), model: Mutex::default() }
    }

    /// Whether its file is the listed one.
    pub(super) fn check(&self) -> Result<(), FileError> {
        self.files.bytes(self.name).map(drop)
    }

    /// Loads it, if it is not loaded.
    fn load(&self) -> Result<Arc<Model>, ModelError> {
        // A thread that panicked here left nothing half done.
        let mut model = self.model.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(model) = model.as_ref() {
            return Ok(Arc::clone(model));
        }
        let bytes = self.files.bytes(self.name).map_err(|error| self.unusable(&error))?;
        let new = Arc::new(Model::new(self.name, &bytes, PLANS_MAX)?);
        *model = Some(Arc::clone(&new));
        Ok(new)
    }

    fn unusable(&self, reason: &dyn std::fmt::Display) -> ModelError {
        ModelError::Unusable { name: self.name.to_owned(), reason: reason.to_string() }
    }

    /// Runs it on the planes of a picture; `lengths` are those of the outputs that are used.
    fn run<const N: usize>(
        &self,
        planes: &[f32],
        side: usize,
        lengths: [usize; N],
        leave: &Leave,
    ) -> Result<[Output; N], ModelError> {
        let input = Input { shape: &[1, 3, side, side], values: planes };
        let outputs = self.load()?.run(&[input], leave)?;
        let found: Vec<usize> = outputs.iter().map(|output| output.values.len()).collect();
        let wrong = || self.unusable(&format!("it gave {found:?} numbers where {lengths:?} belong"));
        if found.get(..N) != Some(&lengths) {
            return Err(wrong());
        }
        outputs.into_iter().take(N).collect::<Vec<_>>().try_into().map_err(|_| wrong())
    }
}

/// A network that finds things.
pub(super) struct Detector {
    network: Network,
    grid: Grid,
    centres: Vec<Point>,
    black: f32,
}

impl Detector {
    pub(super) fn new(name: &'static str, files: &Files, grid: Grid, black: f32) -> Self {
        Self { network: Network::new(name, files), centres: grid.centres(), grid, black }
    }

    /// Loads it and makes its plan.
    pub(super) fn prepare(&self) -> Result<(), ModelError> {
        self.network.load()?.prepare(&[&[1, 3, self.grid.side, self.grid.side]])
    }

    /// What it finds in a square of the frame, one each, surest first.
    pub(super) fn find(
        &self,
        frame: &Frame,
        square: &Square,
        leave: &Leave,
    ) -> Result<Vec<Found>, ModelError> {
        leave.check()?;
        let side = self.grid.side;
        let planes = frame.sample(square, side, self.black);
        let anchors = self.grid.anchors();
        let lengths = [anchors * self.grid.numbers(), anchors];
        let [boxes, scores] = self.network.run(&planes, side, lengths, leave)?;
        Ok(one_each(self.grid.found(&self.centres, &boxes.values, &scores.values, square)))
    }

    pub(super) fn check(&self) -> Result<(), FileError> {
        self.network.check()
    }
}

/// Side of the hand network's picture.
const HAND_SIDE: usize = 224;
/// Side of the pose network's picture.
const POSE_SIDE: usize = 256;
/// Joints of its body and points beyond them; five numbers each.
const POSE_NUMBERS: usize = 39 * 5;
/// Of the pose: nose, then shoulder and wrist of the left and right arm.
const NOSE: usize = 0;
/// See [`NOSE`].
const ARMS: [(usize, usize); 2] = [(11, 15), (12, 16)];
/// A person's square from the detector's first two points, hips and a point on the circle around the body.
const POSE_GROWTH: f32 = 1.25;
/// Less sure, there is no hand or person.
const PRESENCE_MIN: f32 = 0.5;

/// A person's upper body.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// The nose.
    pub nose: Point,
    /// Left and right arm.
    pub arms: [Arm; 2],
}

/// The joints of a hand in a square of the frame, if there is one.
pub(super) fn hand(
    network: &Network,
    frame: &Frame,
    square: &Square,
    leave: &Leave,
) -> Result<Option<Hand>, ModelError> {
    let planes = frame.sample(square, HAND_SIDE, 0.0);
    let lengths = [3 * super::hand::JOINTS, 1, 1];
    let [joints, presence, right] = network.run(&planes, HAND_SIDE, lengths, leave)?;
    // `run` has checked that each has its one number.
    let (presence, right) = (presence.values[0], right.values[0]);
    if presence < PRESENCE_MIN || presence.is_nan() {
        return Ok(None);
    }
    Ok(Hand::new(&joints.values, presence, right, square, HAND_SIDE))
}

/// Where a found person's joints are looked for.
pub(super) fn square_of_person(person: &Found) -> Option<Square> {
    let (hips, rim) = (*person.points.first()?, *person.points.get(1)?);
    let side = 2.0 * hips.distance(rim) * POSE_GROWTH;
    Some(Square { centre: hips, side, turn: turn_of(hips, rim) })
}

/// A person's upper body in a square of the frame, if there is one.
pub(super) fn pose(
    network: &Network,
    frame: &Frame,
    square: &Square,
    leave: &Leave,
) -> Result<Option<Pose>, ModelError> {
    let planes = frame.sample(square, POSE_SIDE, 0.0);
    let [numbers, presence] = network.run(&planes, POSE_SIDE, [POSE_NUMBERS, 1], leave)?;
    if presence.values[0] < PRESENCE_MIN || presence.values[0].is_nan() {
        return Ok(None);
    }
    let side = POSE_SIDE as f32;
    let at = |joint: usize| {
        let numbers = &numbers.values[5 * joint..];
        square.to_frame(numbers[0] / side, numbers[1] / side)
    };
    let visibility = |joint: usize| super::anchors::sigmoid(numbers.values[5 * joint + 3]);
    let arm = |(shoulder, wrist)| Arm {
        shoulder: at(shoulder),
        wrist: at(wrist),
        visibility: visibility(shoulder).min(visibility(wrist)),
    };
    Ok(Some(Pose { nose: at(NOSE), arms: ARMS.map(arm) }))
}

#[cfg(test)]
mod tests;
