//! A convolutional network as a list of steps, run at any size of its input.
//!
//! [`super::lower`] makes it from an ONNX graph; a network with anything in it that stands not here is left to tract.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use super::layer::{self, ByChannel, Chain, Convolution, Part, Side, Spread, Window};
use super::resample::Pooling;
use super::simd::{self, Activation, Level};
use super::{attention, resample};
use crate::leave::{Leave, Stopped};

/// One step's work.
#[derive(Clone, Debug)]
pub(crate) enum Layer {
    Convolve(Convolution),
    Chain(Box<Chain>),
    ByChannel(ByChannel),
    Spread(Spread),
    Pool(Pooling, Window),
    /// The whole map's mean.
    Mean,
    /// The first, each channel times the second's; with 1 added to that before, where it says so.
    Scale {
        plus_one: bool,
    },
    Add,
    Multiply,
    /// The first, and the second so many times as large, added.
    AddEnlarged(usize),
    Enlarge(usize),
    /// Twice as large, each pixel between its neighbours.
    Smooth,
    /// Channels become blocks of so many pixels a side.
    Unfold(usize),
    /// Channels of nothing are added up to so many.
    Widen(usize),
    /// The same numbers as pixels of so many channels.
    Refold(usize),
    /// The pixels of all, one after the other.
    Stack,
    /// What is below 0 times its channel's slope.
    Leak(Vec<f32>),
    /// The channels of all, each map so many times as large, one after the other.
    Join(Vec<usize>),
    Activate(Activation),
    /// Over the channels.
    Softmax,
    /// Each pixel's channels less their mean, divided by their deviation, times the scale, and the shift.
    Normalise {
        scale: Vec<f32>,
        shift: Vec<f32>,
        epsilon: f32,
    },
    /// Each pixel looks at all: channels are the queries, keys and values of so many heads.
    Attend {
        heads: usize,
        scale: f32,
    },
}

/// What is done, from which values to which.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) layer: Layer,
    pub(crate) inputs: Vec<usize>,
    pub(crate) output: usize,
    /// The node's name in the file.
    pub(crate) name: String,
}

/// Which side of a map a side of the output is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    Batch,
    Row,
    Column,
    Channel,
}

/// A network's steps.
#[derive(Debug)]
pub(crate) struct Program {
    steps: Vec<Step>,
    channels: usize,
    /// The outputs, and their sides.
    outputs: Vec<(usize, Vec<Axis>)>,
    /// The step after which each value is used no more.
    last_use: Vec<usize>,
    /// Memory of earlier runs, because fresh pages cost as much as a layer. One for each thread that runs.
    spare: Mutex<Vec<Vec<Vec<f32>>>>,
}

/// Sides, outermost first, and numbers.
pub(crate) type Numbers = (Vec<usize>, Vec<f32>);

/// A value while the program runs.
type Slot = Option<(Side, Vec<f32>)>;

impl Program {
    /// Value 0 is the input, of so many channels.
    pub(crate) fn new(steps: Vec<Step>, channels: usize, outputs: Vec<(usize, Vec<Axis>)>) -> Self {
        let made = steps.iter().map(|step| step.output).chain(outputs.iter().map(|(value, _)| *value));
        let mut last_use = vec![0; made.max().unwrap_or(0) + 1];
        for (at, step) in steps.iter().enumerate() {
            step.inputs.iter().for_each(|&value| last_use[value] = at);
        }
        outputs.iter().for_each(|(value, _)| last_use[*value] = steps.len());
        Self { steps, channels, outputs, last_use, spare: Mutex::default() }
    }

    /// Runs it: each output's shape and numbers, which are none where a map became smaller than what should stand on it
    /// or the input has another shape. `watch` sees the time of each step.
    pub(crate) fn run(
        &self,
        shape: &[usize],
        values: &[f32],
        leave: &Leave,
        watch: &mut dyn FnMut(&Step, Side, Duration),
    ) -> Result<Option<Vec<Numbers>>, Stopped> {
        let &[1, channels, rows, columns] = shape else { return Ok(None) };
        if channels != self.channels || rows * columns == 0 || values.len() != channels * rows * columns {
            return Ok(None);
        }
        let mut spare = self.spare().pop().unwrap_or_default();
        let mut slots: Vec<Slot> = vec![None; self.last_use.len()];
        let (side, mut input) = ((rows, columns, channels), take(&mut spare, values.len()));
        layer::interleave(values, side, &mut input);
        slots[0] = Some((side, input));
        for (at, step) in self.steps.iter().enumerate() {
            leave.check()?;
            let started = Instant::now();
            let Some(done) = self.step(at, step, &mut slots, &mut spare) else { return Ok(None) };
            watch(step, done.0, started.elapsed());
            slots[step.output] = Some(done);
            for &value in &step.inputs {
                if self.last_use[value] == at
                    && let Some((_, memory)) = slots[value].take()
                {
                    spare.push(memory);
                }
            }
        }
        let answers = self.outputs.iter().map(|(value, axes)| answer(axes, slots[*value].take()?)).collect();
        self.spare().push(spare);
        Ok(answers)
    }

    fn spare(&self) -> std::sync::MutexGuard<'_, Vec<Vec<Vec<f32>>>> {
        self.spare.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn step(
        &self,
        at: usize,
        step: &Step,
        slots: &mut [Slot],
        spare: &mut Vec<Vec<f32>>,
    ) -> Option<(Side, Vec<f32>)> {
        let level = Level::best();
        match &step.layer {
            Layer::Scale { .. }
            | Layer::Add
            | Layer::Multiply
            | Layer::AddEnlarged(_)
            | Layer::Activate(_)
            | Layer::Softmax
            | Layer::Normalise { .. }
            | Layer::Refold(_)
            | Layer::Leak(_) => {
                let (side, mut to) = self.owned(at, step.inputs[0], slots, spare)?;
                let other = step.inputs.get(1).map(|&value| slots[value].as_ref());
                match (&step.layer, other.flatten()) {
                    (Layer::Scale { plus_one }, Some((_, factors))) if factors.len() == side.2 => {
                        let factors: Vec<f32> =
                            factors.iter().map(|factor| factor + f32::from(u8::from(*plus_one))).collect();
                        simd::scale(level, &mut to, &factors);
                    }
                    (Layer::Add, Some((_, others))) if others.len() == to.len() => {
                        simd::add(level, &mut to, others)
                    }
                    (Layer::Multiply, Some((_, others))) if others.len() == to.len() => {
                        to.iter_mut().zip(others).for_each(|(to, other)| *to *= other);
                    }
                    (&Layer::AddEnlarged(factor), Some((small, others)))
                        if (small.0 * factor, small.1 * factor, small.2) == side =>
                    {
                        resample::enlarge(factor, others, *small, true, &mut to);
                    }
                    (Layer::Activate(activation), _) => simd::activate(level, *activation, &mut to),
                    (Layer::Normalise { scale, shift, epsilon }, _) => {
                        attention::normalise(&mut to, scale, shift, *epsilon);
                    }
                    (Layer::Leak(slopes), _) if slopes.len() == side.2 => simd::leak(level, &mut to, slopes),
                    (&Layer::Refold(channels), _) if to.len().is_multiple_of(channels) => {
                        return Some(((1, to.len() / channels, channels), to));
                    }
                    (Layer::Softmax, _) => {
                        to.chunks_exact_mut(side.2).for_each(|pixel| simd::softmax(level, pixel));
                    }
                    _ => return None,
                }
                Some((side, to))
            }
            Layer::Stack => stack(step, slots, spare),
            _ => self.mapped(step, slots, spare),
        }
    }

    /// The value's memory itself, where nobody needs it afterwards, or a copy.
    fn owned(
        &self,
        at: usize,
        value: usize,
        slots: &mut [Slot],
        spare: &mut Vec<Vec<f32>>,
    ) -> Option<(Side, Vec<f32>)> {
        if self.last_use[value] == at {
            return slots[value].take();
        }
        let (side, values) = slots[value].as_ref()?;
        let mut copy = take(spare, values.len());
        copy.copy_from_slice(values);
        Some((*side, copy))
    }

    /// Steps that make a map of another size.
    fn mapped(&self, step: &Step, slots: &[Slot], spare: &mut Vec<Vec<f32>>) -> Option<(Side, Vec<f32>)> {
        let factors: &[usize] = match &step.layer {
            Layer::Convolve(layer) => &layer.factors,
            Layer::Join(factors) => factors,
            _ => &[1],
        };
        let (maps, plus) = step.inputs.split_at_checked(factors.len())?;
        let part = |(&value, &factor): (&usize, &usize)| {
            let (side, values) = slots[value].as_ref()?;
            Some(Part { values, side: *side, factor })
        };
        let parts: Option<Vec<Part>> = maps.iter().zip(factors).map(part).collect();
        let parts = parts?;
        let plus = match plus.first() {
            Some(&value) => Some(slots[value].as_ref()?.1.as_slice()),
            None => None,
        };
        let (side, from) = (layer::joined(&parts)?, parts.first()?.values);
        let size = size(&step.layer, side)?;
        let mut to = take(spare, size.0 * size.1 * size.2);
        let mut band = spare.pop().unwrap_or_default();
        match &step.layer {
            Layer::Convolve(layer) => layer.run(&parts, side, plus, &mut to, &mut band),
            Layer::Chain(layer) => layer.run(from, side, plus, &mut to, &mut band),
            Layer::ByChannel(layer) => layer.run(from, side, &mut to, &mut band),
            Layer::Pool(pooling, window) => resample::pool(*pooling, *window, from, side, &mut to),
            Layer::Spread(layer) => layer.run(from, side, &mut to, &mut band),
            Layer::Mean => layer::mean(from, side, &mut to),
            Layer::Enlarge(factor) => resample::enlarge(*factor, from, side, false, &mut to),
            Layer::Smooth => resample::smooth(from, side, &mut to),
            Layer::Unfold(block) => resample::unfold(*block, from, side, &mut to),
            Layer::Widen(channels) => resample::widen(from, side, *channels, &mut to),
            Layer::Join(_) => layer::join(&parts, side, &mut to),
            Layer::Attend { heads, scale } => attention::attend(*heads, *scale, from, side.2 / 3, &mut to),
            _ => return None,
        }
        spare.push(band);
        Some((size, to))
    }
}

/// The result's side, for those layers that may change it.
fn size(layer: &Layer, side: Side) -> Option<Side> {
    Some(match layer {
        Layer::Join(_) => side,
        Layer::Convolve(layer) => with(layer.window.over(side)?, layer.packed.columns()),
        Layer::Chain(layer) => with((side.0, side.1), layer.second.packed.columns()),
        Layer::ByChannel(layer) => with(layer.window.over(side)?, side.2),
        Layer::Pool(_, window) => with(window.over(side)?, side.2),
        Layer::Spread(layer) => (side.0 * layer.block.0, side.1 * layer.block.1, layer.channels),
        Layer::Mean => (1, 1, side.2),
        Layer::Attend { heads, .. } if side.2.is_multiple_of(3 * heads) => with((side.0, side.1), side.2 / 3),
        Layer::Enlarge(factor) => (side.0 * factor, side.1 * factor, side.2),
        Layer::Smooth => (side.0 * 2, side.1 * 2, side.2),
        Layer::Unfold(block) if side.2.is_multiple_of(block * block) => {
            (side.0 * block, side.1 * block, side.2 / (block * block))
        }
        Layer::Widen(channels) if *channels >= side.2 => with((side.0, side.1), *channels),
        _ => return None,
    })
}

fn stack(step: &Step, slots: &[Slot], spare: &mut Vec<Vec<f32>>) -> Option<(Side, Vec<f32>)> {
    let mut to = take(spare, 0);
    let mut channels = None;
    for &value in &step.inputs {
        let (side, values) = slots[value].as_ref()?;
        if *channels.get_or_insert(side.2) != side.2 {
            return None;
        }
        to.extend_from_slice(values);
    }
    let channels = channels?;
    Some(((1, to.len() / channels, channels), to))
}

/// An output as the file has it.
fn answer(axes: &[Axis], (side, values): (Side, Vec<f32>)) -> Option<Numbers> {
    let length = |axis: &Axis| match axis {
        Axis::Batch => 1,
        Axis::Row => side.0,
        Axis::Column => side.1,
        Axis::Channel => side.2,
    };
    let shape: Vec<usize> = axes.iter().map(length).collect();
    if shape.iter().product::<usize>() != values.len() {
        return None;
    }
    if side.2 == 1 || axes.last() == Some(&Axis::Channel) {
        return Some((shape, values));
    }
    // Pixels become planes again.
    let planes = (0..side.2).flat_map(|channel| values.iter().skip(channel).step_by(side.2).copied());
    Some((shape, planes.collect()))
}

fn with((rows, columns): (usize, usize), channels: usize) -> Side {
    (rows, columns, channels)
}

/// Memory for so many numbers, of any content: the smallest spare one that holds them.
fn take(spare: &mut Vec<Vec<f32>>, count: usize) -> Vec<f32> {
    let fitting = spare.iter().enumerate().filter(|(_, memory)| memory.capacity() >= count);
    let mut memory = match fitting.min_by_key(|(_, memory)| memory.capacity()).map(|(at, _)| at) {
        Some(at) => spare.swap_remove(at),
        None => Vec::new(),
    };
    memory.resize(count, 0.0);
    memory
}
