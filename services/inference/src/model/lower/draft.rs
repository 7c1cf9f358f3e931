//! Steps whose weights can still change.

use std::collections::HashMap;

use super::{Unknown, unknown};
use crate::model::enlarged::{self, Enlarged};
use crate::model::graph::Constant;
use crate::model::layer::{ByChannel, Chain, Convolution, Spread, Window};
use crate::model::program::{Axis, Layer, Step};
use crate::model::simd::{Activation, Level, Packed};

/// What the columns of a weight matrix are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Channels of the result; a row for each number under the kernel.
    Dense,
    /// Channels; a row for each place of the kernel.
    ByChannel,
    /// Rows, columns and channels of a block.
    Spread,
}

/// A layer's numbers: a matrix, row after row, and one number a column that is added.
#[derive(Clone, Debug)]
pub(super) struct Weights {
    pub(super) kind: Kind,
    pub(super) window: Window,
    pub(super) matrix: Vec<f32>,
    pub(super) bias: Vec<f32>,
    pub(super) activation: Activation,
}

/// A step.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// In place of a layer that is ready.
    pub(super) weights: Option<Weights>,
    pub(super) layer: Option<Layer>,
    /// Of maps, and last, where `plus` says so, what is added.
    pub(super) inputs: Vec<usize>,
    /// How many times as large each of several maps is.
    pub(super) factors: Vec<usize>,
    /// Channels of each of several maps.
    pub(super) widths: Vec<usize>,
    pub(super) plus: bool,
    pub(super) output: usize,
    pub(super) name: String,
}

impl Draft {
    pub(super) fn ready(layer: Layer) -> Self {
        Self {
            weights: None,
            layer: Some(layer),
            inputs: Vec::new(),
            factors: vec![1],
            widths: Vec::new(),
            plus: false,
            output: 0,
            name: String::new(),
        }
    }

    pub(super) fn weighted(weights: Weights) -> Self {
        Self { weights: Some(weights), layer: None, ..Self::ready(Layer::Mean) }
    }

    /// Whether it is a convolution of single pixels of one map.
    fn is_by_pixel(&self) -> bool {
        self.factors == [1]
            && self.weights.as_ref().is_some_and(|of| of.kind == Kind::Dense && of.window == Window::PIXEL)
    }
}

impl Weights {
    pub(super) fn new(kind: Kind, window: Window, matrix: Vec<f32>, bias: Vec<f32>) -> Self {
        Self { kind, window, matrix, bias, activation: Activation::None }
    }

    /// From the weights of an ONNX `Conv`: channels of the result, of the input, rows, columns.
    pub(super) fn convolution(
        window: Window,
        weights: &Constant,
        bias: Option<&[f32]>,
        group: usize,
        channels: usize,
    ) -> Option<Self> {
        let &[columns, depth, high, wide] = weights.sides.as_slice() else { return None };
        let kind = match group {
            1 if depth == channels => Kind::Dense,
            _ if group == channels && columns == channels && depth == 1 => Kind::ByChannel,
            _ => return None,
        };
        let area = high * wide;
        let mut matrix = Vec::with_capacity(area * depth * columns);
        for place in 0..area {
            for row in 0..depth {
                matrix.extend(
                    (0..columns).map(|column| weights.numbers[(column * depth + row) * area + place]),
                );
            }
        }
        let bias = bias.map_or_else(|| vec![0.0; columns], <[f32]>::to_vec);
        (bias.len() == columns).then(|| Self::new(kind, window, matrix, bias))
    }

    /// Puts the maps that are read into another order: `order` says which stood where.
    pub(super) fn reorder(&mut self, widths: &[usize], order: &[usize]) {
        let (columns, depth) = (self.bias.len(), widths.iter().sum::<usize>());
        let first = |part: usize| widths[..part].iter().sum::<usize>();
        let taps = self.matrix.chunks_exact(depth * columns);
        let part = |tap: &[f32], part: usize| tap[first(part) * columns..][..widths[part] * columns].to_vec();
        self.matrix = taps.flat_map(|tap| order.iter().flat_map(move |&at| part(tap, at))).collect();
    }

    /// From the weights of an ONNX `ConvTranspose`: channels of the input, of the result, rows, columns.
    pub(super) fn spread(
        window: Window,
        weights: &Constant,
        bias: Option<&[f32]>,
        channels: usize,
    ) -> Option<Self> {
        let &[depth, columns, high, wide] = weights.sides.as_slice() else { return None };
        let area = high * wide;
        let bias = bias.map_or_else(|| vec![0.0; columns], <[f32]>::to_vec);
        if depth != channels || bias.len() != columns {
            return None;
        }
        let mut matrix = Vec::with_capacity(depth * columns * area);
        for row in 0..depth {
            for place in 0..area {
                matrix.extend(
                    (0..columns).map(|column| weights.numbers[(row * columns + column) * area + place]),
                );
            }
        }
        Some(Self::new(Kind::Spread, window, matrix, bias.repeat(area)))
    }

    /// Channels of the result.
    pub(super) fn channels(&self) -> usize {
        match self.kind {
            Kind::Dense | Kind::ByChannel => self.bias.len(),
            Kind::Spread => self.bias.len() / (self.window.kernel.0 * self.window.kernel.1),
        }
    }

    /// Makes the result `result * factor + shift` in each channel; false where the lengths do not fit.
    pub(super) fn fold(&mut self, factors: &[f32], shifts: &[f32]) -> bool {
        let (channels, columns) = (self.channels(), self.bias.len());
        if factors.len() != channels || shifts.len() != channels {
            return false;
        }
        for row in self.matrix.chunks_exact_mut(columns) {
            row.iter_mut().enumerate().for_each(|(column, number)| *number *= factors[column % channels]);
        }
        for (column, number) in self.bias.iter_mut().enumerate() {
            *number = *number * factors[column % channels] + shifts[column % channels];
        }
        true
    }

    /// The matrix of some columns, filled up with zeros to `width`.
    fn packed(&self, columns: std::ops::Range<usize>, width: usize) -> Packed {
        let (all, count) = (self.bias.len(), columns.len());
        let number = |row: usize, column: usize| self.matrix[row * all + columns.start + column];
        let bias = |column: usize| self.bias[columns.start + column];
        Packed::new(
            self.matrix.len() / all,
            width,
            |row, column| if column < count { number(row, column) } else { 0.0 },
            |column| if column < count { bias(column) } else { 0.0 },
        )
    }

    fn dense(self, factors: Vec<usize>, widths: &[usize]) -> Convolution {
        let (columns, window, activation) = (self.bias.len(), self.window, self.activation);
        let depth = widths.iter().sum::<usize>();
        let stored = factors.iter().take_while(|&&factor| factor == 1).count();
        let larger = &factors[stored..];
        if window != enlarged::KERNEL
            || stored == 0
            || larger.iter().any(|&factor| factor < 2)
            || larger.is_empty()
        {
            let packed = self.packed(0..columns, columns);
            return Convolution { window, factors, enlarged: Vec::new(), packed, activation };
        }
        let number = |tap: usize, channel: usize, column: usize| {
            self.matrix[(tap * depth + channel) * columns + column]
        };
        let width: usize = widths[..stored].iter().sum();
        let of_stored = |row: usize, column: usize| number(row / width, row % width, column);
        let packed = Packed::new(9 * width, columns, of_stored, |column| self.bias[column]);
        let mut first = width;
        let part = |(&factor, &channels): (&usize, &usize)| {
            let weight = |y: usize, x: usize, channel: usize, column: usize| {
                number(3 * y + x, first + channel, column)
            };
            let part = Enlarged::new(factor, channels, columns, weight);
            first += channels;
            part
        };
        let enlarged = larger.iter().zip(&widths[stored..]).map(part).collect();
        Convolution { window, factors, enlarged, packed, activation }
    }

    fn layer(self, factors: Vec<usize>, widths: &[usize]) -> Layer {
        let (window, activation, columns) = (self.window, self.activation, self.bias.len());
        match self.kind {
            Kind::Dense => Layer::Convolve(self.dense(factors, widths)),
            Kind::ByChannel => {
                Layer::ByChannel(ByChannel { window, weights: self.matrix, bias: self.bias, activation })
            }
            Kind::Spread => {
                let (row, channels) = (columns / window.kernel.0, self.channels());
                let lanes = Level::best_for(columns).lanes();
                let packed = if row < lanes && columns <= lanes {
                    vec![self.packed(0..columns, lanes)]
                } else {
                    (0..window.kernel.0).map(|at| self.packed(at * row..(at + 1) * row, row)).collect()
                };
                Layer::Spread(Spread { block: window.kernel, channels, packed, activation })
            }
        }
    }
}

/// The steps, with their weights packed for this machine.
pub(super) fn finish(drafts: Vec<Draft>, outputs: &[(usize, Vec<Axis>)]) -> Vec<Step> {
    let mut uses: HashMap<usize, usize> = HashMap::new();
    drafts.iter().flat_map(|draft| &draft.inputs).for_each(|&value| *uses.entry(value).or_default() += 1);
    outputs.iter().for_each(|(value, _)| *uses.entry(*value).or_default() += 1);
    let mut steps = Vec::new();
    let mut left = drafts.into_iter().peekable();
    while let Some(mut draft) = left.next() {
        let chained = |next: &Draft| {
            let follows = next.inputs.first() == Some(&draft.output) && uses.get(&draft.output) == Some(&1);
            follows && !draft.plus && draft.is_by_pixel() && next.is_by_pixel()
        };
        let layer = match left.next_if(chained) {
            Some(mut next) => {
                let both = draft.weights.take().zip(next.weights.take());
                (next.inputs[0], draft.inputs) = (draft.inputs[0], next.inputs.clone());
                draft.inputs[0] = next.inputs[0];
                draft.output = next.output;
                both.map(|(first, second)| {
                    Layer::Chain(Box::new(Chain {
                        first: first.dense(vec![1], &[]),
                        second: second.dense(vec![1], &[]),
                    }))
                })
            }
            None => draft
                .layer
                .or_else(|| draft.weights.map(|weights| weights.layer(draft.factors, &draft.widths))),
        };
        if let Some(layer) = layer {
            steps.push(Step { layer, inputs: draft.inputs, output: draft.output, name: draft.name });
        }
    }
    steps
}

/// The axes without those at `places`, or with one that is missing put there.
pub(super) fn squeezed(axes: &[Axis], places: &[usize], add: bool) -> Result<Vec<Axis>, Unknown> {
    if !add {
        let gone = |at: &usize| places.contains(at) && axes[*at] == Axis::Channel;
        if (0..axes.len()).any(|at| gone(&at)) {
            return unknown("without channels");
        }
        return Ok(axes
            .iter()
            .enumerate()
            .filter(|(at, _)| !places.contains(at))
            .map(|(_, &axis)| axis)
            .collect());
    }
    let mut more = axes.to_vec();
    for &place in places {
        let missing = [Axis::Row, Axis::Column, Axis::Batch].into_iter().find(|axis| !more.contains(axis));
        match missing {
            Some(axis) if place <= more.len() => more.insert(place, axis),
            _ => return unknown("a fifth side"),
        }
    }
    Ok(more)
}
