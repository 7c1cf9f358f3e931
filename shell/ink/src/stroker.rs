//! One stroke being written: samples in, nodes out, and the predicted tail that ties the ink to the tip.
use crate::{
    predict::Predictor,
    sample::{Node, Sample},
    smooth::{Point, Spring, Wobble},
};

/// What a stroke is written with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Brush {
    pub width_um: u16,
    /// Wider when slow or pressed, narrower when fast: a pen. Otherwise always as wide: a highlighter.
    pub lively: bool,
}

/// A pen's width is between these parts of its nominal width.
const NARROWEST: f32 = 0.6;
const WIDEST: f32 = 1.4;
/// The speed at which a pen writes at its nominal width, and how fast it thins, in um/s.
const NOMINAL_SPEED: f32 = 350_000.0;
const THINNING: f32 = 1_400_000.0;
/// How slowly the width follows speed and pressure, in seconds. Pressure is what the hand means, speed is a guess.
const SPEED_SETTLES_S: f32 = 0.08;
const PRESSURE_SETTLES_S: f32 = 0.02;
/// Nodes closer than this to the last one are left out: a third of a pixel on the largest panel.
const CLOSEST_UM: f32 = 150.0;
/// A tail's node is left out where it strays less than this from a straight line: a twentieth of a pixel.
const STRAIGHT_UM: f32 = 25.0;
/// The catch-up ends this near to the contact, in micrometres.
const ARRIVED_UM: f32 = 100.0;

/// Turns the samples of one contact into the nodes of one stroke.
#[derive(Clone, Debug)]
pub struct Stroker {
    brush: Brush,
    wobble: Wobble,
    spring: Spring,
    predictor: Predictor,
    began_us: u64,
    last_us: u64,
    factor: f32,
    nodes: Vec<Node>,
    tail: Vec<Node>,
}

impl Stroker {
    /// Begins with a dot where the contact went down.
    pub fn new(brush: Brush, first: Sample) -> Stroker {
        let at = Point { x: first.x_um as f32, y: first.y_um as f32 };
        let factor = if brush.lively { first.pressure.map_or(1.0, pressed) } else { 1.0 };
        let mut stroker = Stroker {
            brush,
            wobble: Wobble::new(at, first.t_us),
            spring: Spring::new(at),
            predictor: Predictor::new(at),
            began_us: first.t_us,
            last_us: first.t_us,
            factor,
            nodes: Vec::with_capacity(128),
            tail: Vec::with_capacity(48),
        };
        let radius_um = stroker.radius();
        add(&mut stroker.nodes, at, radius_um, 0, CLOSEST_UM);
        stroker
    }

    /// Takes one sample. Returns the index of the first new node; the capsule to it starts one before.
    pub fn push(&mut self, sample: Sample) -> usize {
        let before = self.nodes.len();
        let raw = Point { x: sample.x_um as f32, y: sample.y_um as f32 };
        let seconds = sample.t_us.saturating_sub(self.last_us) as f32 * 1e-6;
        self.last_us = self.last_us.max(sample.t_us);
        self.predictor.saw(raw, seconds);
        let steady = self.wobble.filter(raw, sample.t_us);
        let mut width = Width { factor: self.factor, pressure: sample.pressure, brush: self.brush };
        let t_ms = self.t_ms();
        let nodes = &mut self.nodes;
        self.spring.follow(steady, seconds, |spring, dt| {
            width.follow(spring.speed(), dt);
            add(nodes, spring.tip, width.radius(), t_ms, CLOSEST_UM);
        });
        self.factor = width.factor;
        before
    }

    /// The ink from the last node to where the tip will be in `ahead_us`: drawn, and taken away with the next
    /// sample. The first node is the stroke's last.
    pub fn tail(&mut self, ahead_us: u32) -> &[Node] {
        self.tail.clear();
        self.tail.extend(self.nodes.last().copied());
        let seconds = ahead_us as f32 * 1e-6;
        let goal = self.predictor.ahead(self.spring.anchor, seconds);
        let mut ghost = self.spring;
        let radius = self.radius();
        let tail = &mut self.tail;
        ghost.follow(goal, seconds, |spring, _| stretch(tail, spring.tip, radius));
        ghost.settle(ARRIVED_UM, |spring, _| stretch(tail, spring.tip, radius));
        // The last one is where the contact will be, however near the one before lies.
        if let [_, .., end] = &mut tail[..] {
            (end.x_um, end.y_um) = (goal.x.round() as i32, goal.y.round() as i32);
        }
        &self.tail
    }

    /// Lets the tip arrive where the contact was lifted. Returns the index of the first new node.
    pub fn finish(&mut self) -> usize {
        let before = self.nodes.len();
        let (radius, t_ms) = (self.radius(), self.t_ms());
        let nodes = &mut self.nodes;
        self.spring.settle(ARRIVED_UM, |spring, _| add(nodes, spring.tip, radius, t_ms, CLOSEST_UM));
        before
    }

    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }

    /// Milliseconds from the stroke's first sample to its last.
    fn t_ms(&self) -> u32 {
        u32::try_from(self.last_us.saturating_sub(self.began_us) / 1000).unwrap_or(u32::MAX)
    }

    fn radius(&self) -> u16 {
        Width { factor: self.factor, pressure: None, brush: self.brush }.radius()
    }
}

/// How wide the pen is just now.
struct Width {
    factor: f32,
    pressure: Option<u16>,
    brush: Brush,
}

impl Width {
    fn follow(&mut self, speed: f32, seconds: f32) {
        if !self.brush.lively {
            return;
        }
        let (goal, settles) = match self.pressure {
            Some(pressure) => (pressed(pressure), PRESSURE_SETTLES_S),
            None => (1.0 - (speed - NOMINAL_SPEED) / THINNING, SPEED_SETTLES_S),
        };
        self.factor += (goal.clamp(NARROWEST, WIDEST) - self.factor) * (seconds / (seconds + settles));
    }

    fn radius(&self) -> u16 {
        (f32::from(self.brush.width_um) * 0.5 * self.factor).clamp(1.0, f32::from(u16::MAX)) as u16
    }
}

/// The part of its nominal width that a pen of this pressure has.
fn pressed(pressure: u16) -> f32 {
    NARROWEST + (WIDEST - NARROWEST) * f32::from(pressure) / f32::from(u16::MAX)
}

/// Adds to a tail. A node in the middle of a straight piece is left out: a tail is drawn anew with every sample,
/// and most of it is straight.
fn stretch(tail: &mut Vec<Node>, at: Point, radius_um: u16) {
    let before = tail.len();
    add(tail, at, radius_um, 0, CLOSEST_UM);
    if let [.., first, middle, last] = tail[..]
        && tail.len() > before
        && first.radius_um == last.radius_um
        && strays(first, middle, last) < STRAIGHT_UM
    {
        tail.swap_remove(before - 1);
    }
}

/// How far the middle one lies from the line through the others, in micrometres.
fn strays(first: Node, middle: Node, last: Node) -> f32 {
    let way = |from: Node, to: Node| ((to.x_um - from.x_um) as f32, (to.y_um - from.y_um) as f32);
    let ((dx, dy), (ex, ey)) = (way(first, last), way(first, middle));
    (dx * ey - dy * ex).abs() / (dx * dx + dy * dy).sqrt().max(1.0)
}

fn add(nodes: &mut Vec<Node>, at: Point, radius_um: u16, t_ms: u32, closest: f32) {
    let node = Node::nearest(f64::from(at.x), f64::from(at.y), f64::from(radius_um), t_ms);
    let far = |last: &Node| {
        let last = Point { x: last.x_um as f32, y: last.y_um as f32 };
        last.distance(Point { x: node.x_um as f32, y: node.y_um as f32 }) >= closest
    };
    if nodes.last().is_none_or(far) {
        nodes.push(node);
    }
}
