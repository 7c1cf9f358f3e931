//! From an ONNX graph to a [`Program`]: sides of a map keep their meaning while nodes only rename them, additions and
//! multiplications by constants go into the weights before them, activations and residuals into the step before them.

mod attention;
mod draft;
mod operators;

use std::collections::{HashMap, HashSet};

use self::draft::{Draft, Kind, Weights};
use super::graph::{Constant, Graph, Node};
use super::program::{Axis, Layer, Program};
use super::resample::Pooling;
use super::simd::Activation;

/// Why a graph is left to tract.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not known here: {0}")]
pub(super) struct Unknown(String);

type Done = Result<(), Unknown>;

/// A name in the graph that stands for a map.
#[derive(Clone, Debug)]
struct Map {
    value: usize,
    axes: Vec<Axis>,
    /// Nothing but this name uses the value.
    alone: bool,
    /// One pixel at every size of the input.
    pixel: bool,
    /// Zeros around it that are still to be added, as a window's.
    pads: [usize; 4],
    channels: usize,
}

struct Lowering<'a> {
    graph: &'a Graph,
    users: HashMap<&'a str, Vec<usize>>,
    maps: HashMap<&'a str, Map>,
    drafts: Vec<Draft>,
    values: usize,
    /// Names that stand for sizes, not maps; what is made of them follows from the maps.
    sizes: HashSet<&'a str>,
    /// Nodes that an earlier one has taken with it.
    taken: Vec<bool>,
}

/// The program of a graph.
pub(super) fn lower(graph: &Graph) -> Result<Program, Unknown> {
    let mut users: HashMap<&str, Vec<usize>> = HashMap::new();
    for (at, node) in graph.nodes.iter().enumerate() {
        node.inputs.iter().for_each(|name| users.entry(name).or_default().push(at));
    }
    let taken = vec![false; graph.nodes.len()];
    let channels = graph.channels;
    let mut lowering = Lowering {
        graph,
        users,
        maps: HashMap::new(),
        drafts: Vec::new(),
        values: 1,
        sizes: HashSet::new(),
        taken,
    };
    let axes = vec![Axis::Batch, Axis::Channel, Axis::Row, Axis::Column];
    let input = Map { value: 0, axes, alone: false, pixel: false, pads: [0; 4], channels };
    lowering.maps.insert(&graph.input, input);
    for (at, node) in graph.nodes.iter().enumerate() {
        if !lowering.taken[at] {
            lowering
                .node(node)
                .map_err(|Unknown(what)| Unknown(format!("{} ({}): {what}", node.operator, node.name)))?;
        }
    }
    let output = |name: &String| {
        let map = lowering.maps.get(name.as_str()).filter(|map| map.pads == [0; 4])?;
        Some((map.value, map.axes.clone()))
    };
    let outputs: Option<Vec<_>> = graph.outputs.iter().map(output).collect();
    let outputs = outputs.ok_or_else(|| Unknown("an output".to_owned()))?;
    Ok(Program::new(draft::finish(lowering.drafts, &outputs), channels, outputs))
}

fn unknown<T>(what: &str) -> Result<T, Unknown> {
    Err(Unknown(what.to_owned()))
}

impl<'a> Lowering<'a> {
    fn node(&mut self, node: &'a Node) -> Done {
        let about_sizes = node.inputs.iter().any(|name| self.sizes.contains(name.as_str()));
        match node.operator.as_str() {
            "Reshape" => self.reshape(node),
            operator if operator == "Shape" || about_sizes => {
                self.sizes.extend(node.outputs.iter().map(String::as_str));
                Ok(())
            }
            "Identity" | "Dropout" => self.rename(node, |axes| Ok(axes.to_vec())),
            "Squeeze" | "Unsqueeze" | "Transpose" => self.axes(node),
            "Conv" => self.convolution(node),
            "ConvTranspose" => self.spread(node),
            "MatMul" => self.product(node),
            "BatchNormalization" => self.normalisation(node),
            "Add" | "Sub" | "Mul" | "Div" => self.arithmetic(node),
            "Relu" => self.activation(node, Activation::Relu),
            "Clip" => self.clamp(node),
            "PRelu" => self.leak(node),
            "Pad" => self.pad(node),
            "DepthToSpace" => self.unfold(node),
            "Gemm" => self.gemm(node),
            "Sigmoid" => self.gate(node, Activation::Sigmoid, Activation::Swish),
            "HardSigmoid" => {
                let (alpha, beta) = (node.number("alpha", 0.2), node.number("beta", 0.5));
                self.gate(node, Activation::HardSigmoid(alpha, beta), Activation::HardSwish(alpha, beta))
            }
            "ReduceMean" | "GlobalAveragePool" => self.mean(node),
            "MaxPool" => self.pool(node, Pooling::Greatest),
            "AveragePool" => self.pool(node, Pooling::Mean),
            "Resize" | "Upsample" => self.enlarge(node),
            "Concat" => self.join(node),
            "Softmax" => self.softmax(node),
            _ => unknown("this operator"),
        }
    }

    fn map(&self, node: &Node, at: usize) -> Result<Map, Unknown> {
        let name = node.inputs.get(at).map(String::as_str).unwrap_or_default();
        let mut map = self.maps.get(name).ok_or_else(|| Unknown(format!("input {at} is no map")))?.clone();
        if map.pads != [0; 4] && !matches!(node.operator.as_str(), "Conv" | "Pad") {
            return unknown("padding before it");
        }
        map.alone &= self.users.get(name).is_none_or(|users| users.len() == 1)
            && !self.graph.outputs.iter().any(|output| output == name);
        Ok(map)
    }

    fn constant(&self, node: &Node, at: usize) -> Option<&'a Constant> {
        self.graph.constants.get(node.inputs.get(at)?)
    }

    fn wanted(&self, node: &Node, at: usize) -> Result<&'a Constant, Unknown> {
        self.constant(node, at).ok_or_else(|| Unknown(format!("input {at} is no constant")))
    }

    fn name(&mut self, node: &'a Node, map: Map) {
        if let Some(name) = node.outputs.first() {
            self.maps.insert(name, map);
        }
    }

    /// Adds a step; its result is like `like`.
    fn push(&mut self, mut draft: Draft, inputs: &[&Map], name: &str, like: &Map) -> Map {
        draft.inputs = inputs.iter().map(|map| map.value).collect();
        draft.output = self.values;
        draft.name = name.to_owned();
        self.values += 1;
        self.drafts.push(draft);
        Map { value: self.values - 1, alone: true, ..like.clone() }
    }

    /// The step that makes a value, and where it stands.
    fn maker(&mut self, value: usize) -> Option<(usize, &mut Draft)> {
        self.drafts.iter_mut().enumerate().find(|(_, draft)| draft.output == value)
    }

    /// The weights that make a map which nobody else uses, before any activation.
    fn weights(&mut self, map: &Map) -> Option<&mut Weights> {
        let (_, draft) = self.maker(map.value).filter(|_| map.alone)?;
        let plain = !draft.plus;
        draft.weights.as_mut().filter(|weights| plain && weights.activation == Activation::None)
    }

    fn rename(&mut self, node: &'a Node, change: impl Fn(&[Axis]) -> Result<Vec<Axis>, Unknown>) -> Done {
        let map = self.map(node, 0)?;
        let axes = change(&map.axes)?;
        self.name(node, Map { axes, ..map });
        Ok(())
    }

    /// Nodes that leave all numbers where they are.
    fn axes(&mut self, node: &'a Node) -> Done {
        let listed = node.whole_numbers("axes").or_else(|| {
            let numbers = &self.constant(node, 1)?.numbers;
            Some(numbers.iter().map(|&number| number as i64).collect())
        });
        let order = node.sizes("perm");
        self.rename(node, |axes| match node.operator.as_str() {
            "Transpose" => {
                let order = order.clone().ok_or_else(|| Unknown("no order".to_owned()))?;
                order
                    .iter()
                    .map(|&at| axes.get(at).copied().ok_or_else(|| Unknown("order".to_owned())))
                    .collect()
            }
            squeeze => {
                let listed = listed.clone().ok_or_else(|| Unknown("no axes".to_owned()))?;
                let total = axes.len() + if squeeze == "Unsqueeze" { listed.len() } else { 0 };
                let places = places(&listed, total)?;
                draft::squeezed(axes, &places, squeeze == "Unsqueeze")
            }
        })
    }

    fn normalisation(&mut self, node: &'a Node) -> Done {
        let map = self.map(node, 0)?;
        let [scale, bias, mean, variance] = [1, 2, 3, 4].map(|at| self.wanted(node, at));
        let (scale, bias, mean, variance) = (scale?, bias?, mean?, variance?);
        let epsilon = node.number("epsilon", 1e-5);
        let factors: Vec<f32> = scale
            .numbers
            .iter()
            .zip(&variance.numbers)
            .map(|(scale, v)| scale / (v + epsilon).sqrt())
            .collect();
        let shifts: Vec<f32> = bias
            .numbers
            .iter()
            .zip(&mean.numbers)
            .zip(&factors)
            .map(|((bias, mean), factor)| bias - mean * factor)
            .collect();
        self.fold(node, &map, &factors, &shifts)
    }

    /// Makes `x * factor + shift` for each channel part of the weights before it.
    fn fold(&mut self, node: &'a Node, map: &Map, factors: &[f32], shifts: &[f32]) -> Done {
        if self.weights(map).is_some_and(|weights| weights.fold(factors, shifts)) {
            self.name(node, map.clone());
            return Ok(());
        }
        unknown("no weights before it")
    }

    /// Two maps, or a map and a constant.
    fn arithmetic(&mut self, node: &'a Node) -> Done {
        let (at, constant) = match (self.constant(node, 0), self.constant(node, 1)) {
            (None, None) => return self.two_maps(node),
            (None, Some(constant)) => (0, constant),
            (Some(constant), None) if node.operator == "Add" || node.operator == "Mul" => (1, constant),
            _ => return unknown("constants"),
        };
        let map = self.map(node, at)?;
        if self.is_gelu(node, constant) {
            return self.gelu(node);
        }
        let numbers =
            by_channel(&map, constant).ok_or_else(|| Unknown("sides of the constant".to_owned()))?;
        let (ones, zeros) = (vec![1.0; map.channels], vec![0.0; map.channels]);
        match node.operator.as_str() {
            "Add" => self.fold(node, &map, &ones, &numbers),
            "Sub" => self.fold(node, &map, &ones, &numbers.iter().map(|number| -number).collect::<Vec<_>>()),
            "Mul" => self.fold(node, &map, &numbers, &zeros),
            _ => {
                self.fold(node, &map, &numbers.iter().map(|number| 1.0 / number).collect::<Vec<_>>(), &zeros)
            }
        }
    }

    /// Of two maps: a gate, a residual, an enlarged one, or plainly one to one.
    fn two_maps(&mut self, node: &'a Node) -> Done {
        let (a, b) = (self.map(node, 0)?, self.map(node, 1)?);
        let made = match node.operator.as_str() {
            "Mul" if a.pixel != b.pixel => {
                let (map, gate) = if a.pixel { (b, a) } else { (a, b) };
                self.push(Draft::ready(Layer::Scale { plus_one: false }), &[&map, &gate], &node.name, &map)
            }
            "Mul" if a.axes == b.axes => self.push(Draft::ready(Layer::Multiply), &[&a, &b], &node.name, &a),
            "Add" if a.axes == b.axes && a.pixel == b.pixel => self.sum(node, &a, &b),
            _ => return unknown("sides"),
        };
        self.name(node, made);
        Ok(())
    }

    fn sum(&mut self, node: &Node, a: &Map, b: &Map) -> Map {
        for (map, other) in [(b, a), (a, b)] {
            let known = self.maker(other.value).map(|(at, _)| at);
            let Some((at, draft)) = self.maker(map.value).filter(|_| map.alone) else { continue };
            let later = known.is_none_or(|known| known < at);
            match (&mut draft.layer, &draft.weights) {
                (Some(Layer::Scale { plus_one }), _) if !*plus_one && draft.inputs[0] == other.value => {
                    *plus_one = true;
                    return map.clone();
                }
                (&mut Some(Layer::Enlarge(factor)), _) => {
                    let small = Map { value: draft.inputs[0], ..map.clone() };
                    // The step itself is no more: nobody asks for its result.
                    draft.layer = None;
                    let draft = Draft::ready(Layer::AddEnlarged(factor));
                    return self.push(draft, &[other, &small], &node.name, other);
                }
                (_, Some(weights))
                    if later
                        && weights.kind == Kind::Dense
                        && weights.activation == Activation::None
                        && !draft.plus =>
                {
                    draft.inputs.push(other.value);
                    draft.plus = true;
                    return map.clone();
                }
                _ => {}
            }
        }
        self.push(Draft::ready(Layer::Add), &[a, b], &node.name, a)
    }

    fn only_user(&self, node: &Node) -> Option<(usize, &'a Node)> {
        match self.users.get(node.outputs.first()?.as_str())?.as_slice() {
            &[at] => Some((at, &self.graph.nodes[at])),
            _ => None,
        }
    }

    fn activation(&mut self, node: &'a Node, activation: Activation) -> Done {
        let map = self.map(node, 0)?;
        self.activated(node, &map, map.alone, activation);
        Ok(())
    }

    /// A gate alone, or at once what it lets through.
    fn gate(&mut self, node: &'a Node, gate: Activation, through: Activation) -> Done {
        let (map, source) = (self.map(node, 0)?, node.inputs[0].as_str());
        if let Some((at, next)) = self.only_user(node)
            && next.operator == "Mul"
            && next.inputs.iter().any(|name| name == source)
        {
            self.taken[at] = true;
            let alone = self.users.get(source).is_some_and(|users| users.len() == 2);
            self.activated(next, &map, alone, through);
            return Ok(());
        }
        self.activated(node, &map, map.alone, gate);
        Ok(())
    }

    fn activated(&mut self, node: &'a Node, map: &Map, alone: bool, activation: Activation) {
        let made = self.maker(map.value).filter(|_| alone);
        let weights = made.and_then(|(_, draft)| draft.weights.as_mut());
        match weights.filter(|weights| weights.activation == Activation::None) {
            Some(weights) => {
                weights.activation = activation;
                self.name(node, Map { alone: true, ..map.clone() });
            }
            None => {
                let made = self.push(Draft::ready(Layer::Activate(activation)), &[map], &node.name, map);
                self.name(node, made);
            }
        }
    }
}

/// Places among so many, which may be counted from the end.
fn places(listed: &[i64], count: usize) -> Result<Vec<usize>, Unknown> {
    let place = |&at: &i64| {
        usize::try_from(if at < 0 { at + count as i64 } else { at }).ok().filter(|&at| at < count)
    };
    listed.iter().map(|at| place(at).ok_or_else(|| Unknown("axes".to_owned()))).collect()
}

/// One number a channel from a constant that is broadcast over a map.
fn by_channel(map: &Map, constant: &Constant) -> Option<Vec<f32>> {
    if let [number] = constant.numbers[..] {
        return Some(vec![number; map.channels]);
    }
    let channel = map.axes.iter().rev().position(|&axis| axis == Axis::Channel)?;
    let along = constant.sides.iter().rev().nth(channel)?;
    (*along == map.channels && constant.numbers.len() == map.channels).then(|| constant.numbers.clone())
}
