//! An ONNX graph as plain nodes and constants, from the protobuf that tract reads.

use std::collections::HashMap;

use tract_onnx::pb::tensor_shape_proto::dimension::Value as Dimension;
use tract_onnx::pb::type_proto::Value;
use tract_onnx::pb::{AttributeProto, ModelProto, NodeProto, TensorProto, ValueInfoProto};

/// ONNX's number for 32-bit floating point and for 64-bit whole numbers.
const FLOAT: i32 = 1;
const INT64: i32 = 7;

/// A network's nodes in an order in which they can be computed.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
    pub(super) constants: HashMap<String, Constant>,
    pub(super) input: String,
    /// The input's second side; the first is the batch.
    pub(super) channels: usize,
    pub(super) outputs: Vec<String>,
}

/// Numbers that stand in the file.
#[derive(Clone, Debug)]
pub(super) struct Constant {
    pub(super) sides: Vec<usize>,
    pub(super) numbers: Vec<f32>,
}

/// One operator.
pub(super) struct Node {
    pub(super) operator: String,
    pub(super) name: String,
    pub(super) inputs: Vec<String>,
    pub(super) outputs: Vec<String>,
    attributes: Vec<AttributeProto>,
}

impl Graph {
    /// The graph of a network with one input; `None` where it has more, or stands in several files.
    pub(super) fn read(model: &ModelProto) -> Option<Self> {
        let graph = model.graph.as_ref()?;
        let mut constants = HashMap::new();
        for tensor in &graph.initializer {
            if let Some(constant) = constant(tensor) {
                constants.insert(tensor.name.clone(), constant);
            }
        }
        // Old files list their constants among the inputs.
        let mut inputs = graph
            .input
            .iter()
            .filter(|input| !graph.initializer.iter().any(|tensor| tensor.name == input.name));
        let input = inputs.next()?;
        let channels = channels(input)?;
        if inputs.next().is_some() {
            return None;
        }
        let outputs = graph.output.iter().map(|output| output.name.clone()).collect();
        let (stored, nodes): (Vec<_>, Vec<_>) =
            graph.node.iter().partition(|node| node.op_type == "Constant");
        for node in stored {
            let tensor = node.attribute.iter().find_map(|attribute| attribute.t.as_ref());
            if let (Some(name), Some(constant)) = (node.output.first(), tensor.and_then(constant)) {
                constants.insert(name.clone(), constant);
            }
        }
        let nodes = nodes.into_iter().cloned().map(Node::from).collect();
        Some(Self { nodes, constants, input: input.name.clone(), channels, outputs })
    }
}

impl From<NodeProto> for Node {
    fn from(node: NodeProto) -> Self {
        Self {
            operator: node.op_type,
            name: node.name,
            inputs: node.input,
            outputs: node.output,
            attributes: node.attribute,
        }
    }
}

impl Node {
    fn attribute(&self, name: &str) -> Option<&AttributeProto> {
        self.attributes.iter().find(|attribute| attribute.name == name)
    }

    /// A list of whole numbers.
    pub(super) fn sizes(&self, name: &str) -> Option<Vec<usize>> {
        self.attribute(name)?.ints.iter().map(|&number| usize::try_from(number).ok()).collect()
    }

    /// The same, which may count from the end.
    pub(super) fn whole_numbers(&self, name: &str) -> Option<Vec<i64>> {
        Some(self.attribute(name)?.ints.clone())
    }

    /// One whole number.
    pub(super) fn whole(&self, name: &str, otherwise: i64) -> i64 {
        self.attribute(name).map_or(otherwise, |attribute| attribute.i)
    }

    /// One number.
    pub(super) fn number(&self, name: &str, otherwise: f32) -> f32 {
        self.attribute(name).map_or(otherwise, |attribute| attribute.f)
    }

    /// One word.
    pub(super) fn word(&self, name: &str) -> Option<&str> {
        std::str::from_utf8(&self.attribute(name)?.s).ok()
    }
}

/// The second of an input's four sides, where the file says it.
fn channels(input: &ValueInfoProto) -> Option<usize> {
    let Some(Value::TensorType(tensor)) = &input.r#type.as_ref()?.value else { return None };
    let [_, channels, _, _] = tensor.shape.as_ref()?.dim.as_slice() else { return None };
    match channels.value {
        Some(Dimension::DimValue(channels)) => {
            usize::try_from(channels).ok().filter(|&channels| channels > 0)
        }
        _ => None,
    }
}

/// The numbers of a tensor; whole ones become floating point, in which every size here is exact.
fn constant(tensor: &TensorProto) -> Option<Constant> {
    let sides: Option<Vec<usize>> = tensor.dims.iter().map(|&side| usize::try_from(side).ok()).collect();
    let sides = sides?;
    let raw = &tensor.raw_data;
    let numbers: Vec<f32> = match tensor.data_type {
        FLOAT if raw.is_empty() => tensor.float_data.clone(),
        FLOAT => raw.as_chunks().0.iter().map(|&four| f32::from_le_bytes(four)).collect(),
        INT64 if raw.is_empty() => tensor.int64_data.iter().map(|&number| number as f32).collect(),
        INT64 => raw.as_chunks().0.iter().map(|&eight| i64::from_le_bytes(eight) as f32).collect(),
        _ => return None,
    };
    (sides.iter().product::<usize>() == numbers.len()).then_some(Constant { sides, numbers })
}
