//! Writing an ONNX file: the few messages of `onnx.proto3` that a converted network needs, in a fixed order, so that
//! the same network is always the same bytes. Field numbers are the format's.

/// Version of the file format: the first with everything below.
const IR_VERSION: u64 = 8;
/// Version of the operators: `Resize` and `Pad` take their shapes as inputs from 13 on.
const OPSET: u64 = 13;
/// `TensorProto.DataType`.
const FLOAT: u64 = 1;
const INT64: u64 = 7;
/// `AttributeProto.AttributeType`.
const ATTRIBUTE_INT: u64 = 2;
const ATTRIBUTE_STRING: u64 = 3;
const ATTRIBUTE_INTS: u64 = 7;

/// A protobuf message as it grows.
#[derive(Default)]
struct Message(Vec<u8>);

impl Message {
    fn varint(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    fn number(&mut self, field: u64, number: u64) {
        self.varint(field << 3);
        self.varint(number);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    fn message(&mut self, field: u64, inner: &Self) {
        self.bytes(field, &inner.0);
    }
}

/// What an operator is told beside its inputs.
pub(super) enum Attribute<'a> {
    Int(i64),
    Ints(&'a [i64]),
    Text(&'a str),
}

/// A graph as it grows.
#[derive(Default)]
pub(super) struct Graph {
    nodes: Vec<Message>,
    constants: Vec<Message>,
    inputs: Vec<Message>,
    outputs: Vec<Message>,
}

impl Graph {
    /// A constant of floats.
    pub(super) fn floats(&mut self, name: &str, shape: &[usize], numbers: &[f32]) {
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(name, FLOAT, shape, &raw);
    }

    /// A constant list of whole numbers.
    pub(super) fn ints(&mut self, name: &str, numbers: &[i64]) {
        let raw: Vec<u8> = numbers.iter().flat_map(|number| number.to_le_bytes()).collect();
        self.constant(name, INT64, &[numbers.len()], &raw);
    }

    fn constant(&mut self, name: &str, kind: u64, shape: &[usize], raw: &[u8]) {
        let mut tensor = Message::default();
        for side in shape {
            tensor.number(1, *side as u64);
        }
        tensor.number(2, kind);
        tensor.text(8, name);
        tensor.bytes(9, raw);
        self.constants.push(tensor);
    }

    /// An operator with one output, by whose name it goes too. An empty input is one left out.
    pub(super) fn node(
        &mut self,
        kind: &str,
        inputs: &[&str],
        output: &str,
        attributes: &[(&str, Attribute<'_>)],
    ) {
        let mut node = Message::default();
        for input in inputs {
            node.text(1, input);
        }
        node.text(2, output);
        node.text(3, output);
        node.text(4, kind);
        for (name, value) in attributes {
            node.message(5, &attribute(name, value));
        }
        self.nodes.push(node);
    }

    /// A tensor of floats that the caller gives.
    pub(super) fn input(&mut self, name: &str, shape: &[usize]) {
        self.inputs.push(value(name, shape));
    }

    /// A tensor of floats that the caller gets.
    pub(super) fn output(&mut self, name: &str, shape: &[usize]) {
        self.outputs.push(value(name, shape));
    }

    /// The file.
    pub(super) fn file(&self, name: &str) -> Vec<u8> {
        let mut graph = Message::default();
        for (field, messages) in
            [(1, &self.nodes), (5, &self.constants), (11, &self.inputs), (12, &self.outputs)]
        {
            // The name stands between nodes and constants, in the order of the field numbers.
            if field == 5 {
                graph.text(2, name);
            }
            for message in messages {
                graph.message(field, message);
            }
        }
        let mut operators = Message::default();
        operators.number(2, OPSET);
        let mut model = Message::default();
        model.number(1, IR_VERSION);
        model.text(2, "dais");
        model.message(7, &graph);
        model.message(8, &operators);
        model.0
    }
}

fn attribute(name: &str, value: &Attribute<'_>) -> Message {
    let mut message = Message::default();
    message.text(1, name);
    let kind = match value {
        Attribute::Int(number) => {
            message.number(3, *number as u64);
            ATTRIBUTE_INT
        }
        Attribute::Text(text) => {
            message.text(4, text);
            ATTRIBUTE_STRING
        }
        Attribute::Ints(numbers) => {
            for number in *numbers {
                message.number(8, *number as u64);
            }
            ATTRIBUTE_INTS
        }
    };
    message.number(20, kind);
    message
}

/// `ValueInfoProto` of a float tensor.
fn value(name: &str, shape: &[usize]) -> Message {
    let mut sides = Message::default();
    for side in shape {
        let mut dimension = Message::default();
        dimension.number(1, *side as u64);
        sides.message(1, &dimension);
    }
    let mut tensor = Message::default();
    tensor.number(1, FLOAT);
    tensor.message(2, &sides);
    let mut kind = Message::default();
    kind.message(1, &tensor);
    let mut message = Message::default();
    message.text(1, name);
    message.message(2, &kind);
    message
}
