//! TensorFlow Lite into ONNX: the operators of MediaPipe's small networks, checked one by one; another operator is
//! refused by number.
//!
//! TensorFlow keeps channels last, ONNX second. Every four-sided tensor here is channels-second from the input on
//! (planar pictures), and is turned round only where its order shows: before a reshape and at an output. Operators
//! that no wanted output needs are left out.

mod operators;

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};

use super::onnx::{Attribute, Graph};
use super::tflite::{Network, Operator, Tensor};

/// `BuiltinOperator` of the schema.
const DENSIFY: i32 = 124;
const DEQUANTIZE: i32 = 6;
/// A weight is made dense and then wide; more is a ring.
const WIDENINGS_MAX: usize = 2;

/// A conversion under way.
struct Conversion<'a> {
    network: &'a Network<'a>,
    graph: Graph,
    /// Constants that the graph has already.
    written: BTreeSet<String>,
}

/// The ONNX file of a TensorFlow Lite file, with only `outputs` (all, where the list is empty).
pub(super) fn to_onnx(file: &[u8], outputs: &[String]) -> Result<Vec<u8>> {
    let network = Network::read(file).context("not a TensorFlow Lite file that can be converted")?;
    let wanted = wanted(&network, outputs)?;
    let live = live(&network, &wanted);
    let mut conversion = Conversion { network: &network, graph: Graph::default(), written: BTreeSet::new() };
    for index in &network.inputs {
        let tensor = &network.tensors[*index];
        conversion.graph.input(&tensor.name, &planar(&tensor.shape));
    }
    for operator in &network.operators {
        if live.contains(&operator.output) && !conversion.is_constant(operator.output) {
            let name = &network.tensors[operator.output].name;
            conversion.operator(operator).with_context(|| format!("operator for `{name}`"))?;
        }
    }
    for index in wanted {
        conversion.output(index)?;
    }
    Ok(conversion.graph.file("converted"))
}

fn wanted(network: &Network<'_>, outputs: &[String]) -> Result<Vec<usize>> {
    if outputs.is_empty() {
        return Ok(network.outputs.clone());
    }
    let find = |name: &String| {
        let found = network.outputs.iter().find(|index| network.tensors[**index].name == *name);
        found.copied().with_context(|| format!("it has no output `{name}`"))
    };
    outputs.iter().map(find).collect()
}

/// Every tensor that the wanted ones are made from.
fn live(network: &Network<'_>, wanted: &[usize]) -> BTreeSet<usize> {
    let mut live: BTreeSet<usize> = wanted.iter().copied().collect();
    // A file lists operators in the order in which they run.
    for operator in network.operators.iter().rev() {
        if live.contains(&operator.output) {
            live.extend(operator.inputs.iter().flatten());
        }
    }
    live
}

/// Channels second.
fn planar(shape: &[usize]) -> Vec<usize> {
    match shape {
        [batch, rows, columns, channels] => vec![*batch, *channels, *rows, *columns],
        other => other.to_vec(),
    }
}

impl<'a> Conversion<'a> {
    fn tensor(&self, index: usize) -> &'a Tensor<'a> {
        &self.network.tensors[index]
    }

    fn name(&self, index: usize) -> &'a str {
        &self.tensor(index).name
    }

    /// Whether a tensor's numbers are known, in the file itself or through widening.
    fn is_constant(&self, index: usize) -> bool {
        self.constant(index).is_some()
    }

    fn constant(&self, index: usize) -> Option<&'a Tensor<'a>> {
        let mut index = index;
        for _ in 0..=WIDENINGS_MAX {
            let tensor = self.tensor(index);
            if tensor.is_constant() {
                return Some(tensor);
            }
            let from = self.network.operators.iter().find(|operator| operator.output == index)?;
            if !matches!(from.code, DENSIFY | DEQUANTIZE) {
                return None;
            }
            index = from.input(0).ok()?;
        }
        None
    }

    /// A constant's shape and numbers.
    fn floats(&self, index: usize) -> Result<(&'a [usize], Vec<f32>)> {
        let tensor =
            self.constant(index).with_context(|| format!("`{}` is no constant", self.name(index)))?;
        Ok((&tensor.shape, tensor.floats()?))
    }

    fn ints(&self, index: usize) -> Result<Vec<i32>> {
        self.tensor(index).ints()
    }

    /// Writes a constant once under the tensor's name and gives that name.
    fn weights(&mut self, index: usize, shape: &[usize], numbers: &[f32]) -> &'a str {
        let name = self.name(index);
        if self.written.insert(name.to_owned()) {
            self.graph.floats(name, shape, numbers);
        }
        name
    }

    /// A list of integers under a name of ours.
    fn list(&mut self, name: &str, numbers: &[i64]) -> String {
        let name = format!("{name}:list");
        if self.written.insert(name.clone()) {
            self.graph.ints(&name, numbers);
        }
        name
    }

    /// One float under a name of ours, shared by all who need it.
    fn scalar(&mut self, number: f32) -> String {
        let name = format!("scalar:{number}");
        if self.written.insert(name.clone()) {
            self.graph.floats(&name, &[], &[number]);
        }
        name
    }

    /// Turns a four-sided tensor back to channels last; others stay as they are.
    fn channels_last(&mut self, index: usize) -> String {
        let name = self.name(index);
        if self.tensor(index).shape.len() != 4 {
            return name.to_owned();
        }
        let turned = format!("{name}:channels-last");
        if self.written.insert(turned.clone()) {
            let order = [("perm", Attribute::Ints(&[0, 2, 3, 1]))];
            self.graph.node("Transpose", &[name], &turned, &order);
        }
        turned
    }

    fn output(&mut self, index: usize) -> Result<()> {
        if self.is_constant(index) {
            bail!("output `{}` is a constant", self.name(index));
        }
        let name = self.channels_last(index);
        self.graph.output(&name, &self.tensor(index).shape);
        Ok(())
    }
}

#[cfg(test)]
mod tests;
