//! One operator at a time.

use anyhow::{Context, Result, bail};

use super::{Conversion, Operator, planar};
use crate::assets::onnx::Attribute;

/// Operators by `BuiltinOperator` of the schema.
mod code {
    pub(super) const ADD: i32 = 0;
    pub(super) const CONCATENATION: i32 = 2;
    pub(super) const CONV_2D: i32 = 3;
    pub(super) const DEPTHWISE_CONV_2D: i32 = 4;
    pub(super) const DEPTH_TO_SPACE: i32 = 5;
    pub(super) const FULLY_CONNECTED: i32 = 9;
    pub(super) const LOGISTIC: i32 = 14;
    pub(super) const MAX_POOL_2D: i32 = 17;
    pub(super) const RELU: i32 = 19;
    pub(super) const RESHAPE: i32 = 22;
    pub(super) const RESIZE_BILINEAR: i32 = 23;
    pub(super) const PAD: i32 = 34;
    pub(super) const MEAN: i32 = 40;
    pub(super) const PRELU: i32 = 54;
}

impl Conversion<'_> {
    pub(super) fn operator(&mut self, operator: &Operator<'_>) -> Result<()> {
        match operator.code {
            code::CONV_2D => self.convolution(operator, false),
            code::DEPTHWISE_CONV_2D => self.convolution(operator, true),
            code::ADD => self.add(operator),
            code::RELU => self.plain("Relu", operator),
            code::LOGISTIC => self.plain("Sigmoid", operator),
            code::PRELU => self.prelu(operator),
            code::PAD => self.pad(operator),
            code::MAX_POOL_2D => self.pool(operator),
            code::RESIZE_BILINEAR => self.resize(operator),
            code::DEPTH_TO_SPACE => self.depth_to_space(operator),
            code::RESHAPE => self.reshape(operator),
            code::CONCATENATION => self.concatenation(operator),
            code::MEAN => self.mean(operator),
            code::FULLY_CONNECTED => self.fully_connected(operator),
            other => bail!("operator {other} is not one that is converted"),
        }
    }

    fn plain(&mut self, kind: &str, operator: &Operator<'_>) -> Result<()> {
        let input = self.name(operator.input(0)?);
        self.graph.node(kind, &[input], self.name(operator.output), &[]);
        Ok(())
    }

    /// Writes a node with the activation that TensorFlow fused into it behind it.
    fn activated(
        &mut self,
        kind: &str,
        inputs: &[&str],
        operator: &Operator<'_>,
        activation: u8,
        attributes: &[(&str, Attribute<'_>)],
    ) -> Result<()> {
        let output = self.name(operator.output);
        let before = format!("{output}:before-activation");
        match activation {
            0 => self.graph.node(kind, inputs, output, attributes),
            1 => {
                self.graph.node(kind, inputs, &before, attributes);
                self.graph.node("Relu", &[&before], output, &[]);
            }
            3 => {
                let (least, most) = (self.scalar(0.0), self.scalar(6.0));
                self.graph.node(kind, inputs, &before, attributes);
                self.graph.node("Clip", &[&before, &least, &most], output, &[]);
            }
            other => bail!("activation {other} is not one that is converted"),
        }
        Ok(())
    }

    fn convolution(&mut self, operator: &Operator<'_>, depthwise: bool) -> Result<()> {
        let (input, filter) = (operator.input(0)?, operator.input(1)?);
        let (shape, numbers) = self.floats(filter)?;
        let &[first, rows, columns, last] = shape else { bail!("a filter with {} sides", shape.len()) };
        // A depthwise filter is [1, rows, columns, channels], another [out, rows, columns, in].
        let (shape, numbers) = if depthwise {
            ([last, first, rows, columns], turned(&numbers, [first, rows, columns, last], [3, 0, 1, 2]))
        } else {
            ([first, last, rows, columns], turned(&numbers, [first, rows, columns, last], [0, 3, 1, 2]))
        };
        // Options stand in another order for the two kinds.
        let (activation, dilation) = if depthwise { (4, 5) } else { (3, 4) };
        if (operator.option(dilation, 1)?, operator.option(dilation + 1, 1)?) != (1, 1) {
            bail!("a dilated convolution");
        }
        let channels = self.tensor(input).shape.last().copied().unwrap_or_default();
        let strides = [operator.option(2, 1)?, operator.option(1, 1)?];
        let pads = self.pads(operator, [rows, columns], strides)?;
        let weights = self.weights(filter, &shape, &numbers);
        let mut inputs = vec![self.name(input), weights];
        if let Some(bias) = operator.inputs.get(2).copied().flatten() {
            let (shape, numbers) = self.floats(bias)?;
            inputs.push(self.weights(bias, shape, &numbers));
        }
        let attributes = [
            ("group", Attribute::Int(if depthwise { channels as i64 } else { 1 })),
            ("kernel_shape", Attribute::Ints(&[rows as i64, columns as i64])),
            ("pads", Attribute::Ints(&pads)),
            ("strides", Attribute::Ints(&strides.map(|stride| stride as i64))),
        ];
        self.activated("Conv", &inputs, operator, operator.option_byte(activation)?, &attributes)
    }

    /// TensorFlow's SAME padding (the odd pixel goes behind) or none, as top, left, bottom, right.
    fn pads(&self, operator: &Operator<'_>, window: [usize; 2], strides: [usize; 2]) -> Result<[i64; 4]> {
        if operator.option_byte(0)? == 1 {
            return Ok([0; 4]);
        }
        let &[_, rows, columns, _] = self.tensor(operator.input(0)?).shape.as_slice() else {
            bail!("a window over a tensor that is no picture")
        };
        if strides.contains(&0) {
            bail!("a window that does not move");
        }
        let mut pads = [0; 4];
        for (axis, side) in [rows, columns].into_iter().enumerate() {
            let covered = (side.div_ceil(strides[axis]) - 1) * strides[axis] + window[axis];
            let total = covered.saturating_sub(side);
            pads[axis] = (total / 2) as i64;
            pads[axis + 2] = (total - total / 2) as i64;
        }
        Ok(pads)
    }

    fn add(&mut self, operator: &Operator<'_>) -> Result<()> {
        let (left, right) = (operator.input(0)?, operator.input(1)?);
        if self.tensor(left).shape != self.tensor(right).shape {
            bail!("a sum of tensors of two shapes");
        }
        let inputs = [self.name(left), self.name(right)];
        self.activated("Add", &inputs, operator, operator.option_byte(0)?, &[])
    }

    fn prelu(&mut self, operator: &Operator<'_>) -> Result<()> {
        let slopes = operator.input(1)?;
        let (shape, numbers) = self.floats(slopes)?;
        let &[1, 1, channels] = shape else { bail!("slopes that differ within a channel") };
        let weights = self.weights(slopes, &[channels, 1, 1], &numbers);
        let input = self.name(operator.input(0)?);
        self.graph.node("PRelu", &[input, weights], self.name(operator.output), &[]);
        Ok(())
    }

    fn pad(&mut self, operator: &Operator<'_>) -> Result<()> {
        let around = self.ints(operator.input(1)?)?;
        let &[b0, b1, y0, y1, x0, x1, c0, c1] = around.as_slice() else {
            bail!("a pad of other than 4 sides")
        };
        let pads = [b0, c0, y0, x0, b1, c1, y1, x1].map(i64::from);
        let output = self.name(operator.output);
        let list = self.list(output, &pads);
        let input = self.name(operator.input(0)?);
        self.graph.node("Pad", &[input, &list], output, &[("mode", Attribute::Text("constant"))]);
        Ok(())
    }

    fn pool(&mut self, operator: &Operator<'_>) -> Result<()> {
        let window = [operator.option(4, 1)?, operator.option(3, 1)?];
        let strides = [operator.option(2, 1)?, operator.option(1, 1)?];
        let pads = self.pads(operator, window, strides)?;
        let attributes = [
            ("kernel_shape", Attribute::Ints(&window.map(|side| side as i64))),
            ("pads", Attribute::Ints(&pads)),
            ("strides", Attribute::Ints(&strides.map(|stride| stride as i64))),
        ];
        let input = [self.name(operator.input(0)?)];
        self.activated("MaxPool", &input, operator, operator.option_byte(5)?, &attributes)
    }

    fn resize(&mut self, operator: &Operator<'_>) -> Result<()> {
        if (operator.option_byte(2)?, operator.option_byte(3)?) != (0, 1) {
            bail!("a resize that does not go by the centres of pixels");
        }
        let input = operator.input(0)?;
        let (from, to) = (planar(&self.tensor(input).shape), planar(&self.tensor(operator.output).shape));
        if from.len() != 4 || to.len() != 4 {
            bail!("a resize of a tensor that is no picture");
        }
        let output = self.name(operator.output);
        let scales: Vec<f32> = from.iter().zip(&to).map(|(from, to)| *to as f32 / *from as f32).collect();
        let name = format!("{output}:scales");
        self.graph.floats(&name, &[4], &scales);
        let attributes = [
            ("coordinate_transformation_mode", Attribute::Text("half_pixel")),
            ("mode", Attribute::Text("linear")),
        ];
        self.graph.node("Resize", &[self.name(input), "", &name], output, &attributes);
        Ok(())
    }

    fn depth_to_space(&mut self, operator: &Operator<'_>) -> Result<()> {
        let block = operator.option(0, 0)? as i64;
        // Depth, column, row: the order in which TensorFlow splits channels.
        let attributes = [("blocksize", Attribute::Int(block)), ("mode", Attribute::Text("DCR"))];
        let input = self.name(operator.input(0)?);
        self.graph.node("DepthToSpace", &[input], self.name(operator.output), &attributes);
        Ok(())
    }

    fn reshape(&mut self, operator: &Operator<'_>) -> Result<()> {
        let output = operator.output;
        let shape: Vec<i64> = self.tensor(output).shape.iter().map(|side| *side as i64).collect();
        let input = self.channels_last(operator.input(0)?);
        let name = self.name(output);
        let list = self.list(name, &shape);
        if shape.len() == 4 {
            let turned = format!("{name}:channels-last");
            self.graph.node("Reshape", &[&input, &list], &turned, &[]);
            self.written.insert(turned.clone());
            self.graph.node("Transpose", &[&turned], name, &[("perm", Attribute::Ints(&[0, 3, 1, 2]))]);
        } else {
            self.graph.node("Reshape", &[&input, &list], name, &[]);
        }
        Ok(())
    }

    fn concatenation(&mut self, operator: &Operator<'_>) -> Result<()> {
        let axis = operator.option(0, 0)?;
        let mut names = Vec::new();
        for index in operator.inputs.iter().flatten() {
            names.push(self.name(*index));
        }
        let axis = if self.tensor(operator.output).shape.len() == 4 {
            *[0, 2, 3, 1].get(axis).context("an axis too many")?
        } else {
            axis
        };
        let attributes = [("axis", Attribute::Int(axis as i64))];
        self.activated("Concat", &names, operator, operator.option_byte(1)?, &attributes)
    }

    fn mean(&mut self, operator: &Operator<'_>) -> Result<()> {
        let axes = self.ints(operator.input(1)?)?;
        if axes != [1, 2] {
            bail!("a mean over other than the picture");
        }
        let input = self.name(operator.input(0)?);
        let attributes = [
            ("axes", Attribute::Ints(&[2, 3])),
            ("keepdims", Attribute::Int(i64::from(operator.option_byte(0)?))),
        ];
        self.graph.node("ReduceMean", &[input], self.name(operator.output), &attributes);
        Ok(())
    }

    fn fully_connected(&mut self, operator: &Operator<'_>) -> Result<()> {
        let input = operator.input(0)?;
        if self.tensor(input).shape.len() != 2 {
            bail!("a full connection of other than a row");
        }
        let filter = operator.input(1)?;
        let (shape, numbers) = self.floats(filter)?;
        let mut inputs = vec![self.name(input), self.weights(filter, shape, &numbers)];
        if let Some(bias) = operator.inputs.get(2).copied().flatten() {
            let (shape, numbers) = self.floats(bias)?;
            inputs.push(self.weights(bias, shape, &numbers));
        }
        let attributes = [("transB", Attribute::Int(1))];
        self.activated("Gemm", &inputs, operator, operator.option_byte(0)?, &attributes)
    }
}

/// Numbers of a tensor of `shape` with its sides in another `order`.
fn turned(numbers: &[f32], shape: [usize; 4], order: [usize; 4]) -> Vec<f32> {
    let strides = [shape[1] * shape[2] * shape[3], shape[2] * shape[3], shape[3], 1];
    let mut turned = Vec::with_capacity(numbers.len());
    for a in 0..shape[order[0]] {
        for b in 0..shape[order[1]] {
            for c in 0..shape[order[2]] {
                for d in 0..shape[order[3]] {
                    let steps = [a, b, c, d];
                    turned
                        .push(numbers[(0..4).map(|side| steps[side] * strides[order[side]]).sum::<usize>()]);
                }
            }
        }
    }
    turned
}
