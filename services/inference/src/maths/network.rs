//! The network that names symbols, as an ONNX file made of a checkpoint's weights: three convolutions, each halved by
//! its maxima, and two full layers; the symbol's size on the page joins before the full layers.
//!
//! After `SymbolCNNWithPrototypes` of the package `mathnote-ocr` (Apache-2.0). Format of the file: `onnx.proto`.

use super::checkpoint::{Checkpoint, Weights};

/// Side of the picture that the network looks at.
pub(super) const SIDE: usize = 32;
/// What the full layer sees of the picture.
const FLAT: usize = 128 * (SIDE / 8) * (SIDE / 8);

/// Bytes of a message in protocol buffers' format.
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

    fn number(mut self, field: u64, number: u64) -> Self {
        self.varint(field << 3);
        self.varint(number);
        self
    }

    fn bytes(mut self, field: u64, bytes: &[u8]) -> Self {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    fn text(self, field: u64, text: &str) -> Self {
        self.bytes(field, text.as_bytes())
    }

    fn part(self, field: u64, part: Message) -> Self {
        self.bytes(field, &part.0)
    }
}

/// A node: what it does, to what, and its whole-number attributes.
fn node(op: &str, inputs: &[&str], output: &str, attributes: &[(&str, &[u64])]) -> Message {
    let mut message = Message::default();
    for input in inputs {
        message = message.text(1, input);
    }
    message = message.text(2, output).text(3, output).text(4, op);
    for (name, numbers) in attributes {
        let attribute = Message::default().text(1, name);
        let attribute = match numbers {
            [one] => attribute.number(3, *one).number(20, 2),
            many => many.iter().fold(attribute, |attribute, one| attribute.number(8, *one)).number(20, 7),
        };
        message = message.part(5, attribute);
    }
    message
}

fn tensor(name: &str, weights: &Weights) -> Message {
    let message =
        weights.shape.iter().fold(Message::default(), |message, side| message.number(1, *side as u64));
    let raw: Vec<u8> = weights.values.iter().flat_map(|value| value.to_le_bytes()).collect();
    message.number(2, 1).text(8, name).bytes(9, &raw)
}

fn value(name: &str, sides: &[usize]) -> Message {
    let shape = sides
        .iter()
        .fold(Message::default(), |shape, side| shape.part(1, Message::default().number(1, *side as u64)));
    let kind = Message::default().part(1, Message::default().number(1, 1).part(2, shape));
    Message::default().text(1, name).part(2, kind)
}

/// The file; `None` where the weights are not this network's.
pub(super) fn onnx(checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let classes = checkpoint.labels.len();
    let expected: [(&str, &[usize]); 10] = [
        ("conv1.weight", &[32, 1, 3, 3]),
        ("conv1.bias", &[32]),
        ("conv2.weight", &[64, 32, 3, 3]),
        ("conv2.bias", &[64]),
        ("conv3.weight", &[128, 64, 3, 3]),
        ("conv3.bias", &[128]),
        ("fc1.weight", &[256, FLAT + 1]),
        ("fc1.bias", &[256]),
        ("fc2.weight", &[classes, 256]),
        ("fc2.bias", &[classes]),
    ];
    let mut graph = Message::default();
    let mut last = "picture".to_owned();
    for layer in 1..=3 {
        let name = |what: &str| format!("{what}{layer}");
        let (weight, bias) = (format!("conv{layer}.weight"), format!("conv{layer}.bias"));
        let attributes: [(&str, &[u64]); 2] = [("kernel_shape", &[3, 3]), ("pads", &[1, 1, 1, 1])];
        graph = graph.part(1, node("Conv", &[&last, &weight, &bias], &name("c"), &attributes));
        graph = graph.part(1, node("Relu", &[&name("c")], &name("r"), &[]));
        let attributes: [(&str, &[u64]); 2] = [("kernel_shape", &[2, 2]), ("strides", &[2, 2])];
        graph = graph.part(1, node("MaxPool", &[&name("r")], &name("p"), &attributes));
        last = name("p");
    }
    graph = graph
        .part(1, node("Flatten", &[&last], "flat", &[("axis", &[1])]))
        .part(1, node("Concat", &["flat", "size"], "seen", &[("axis", &[1])]))
        .part(1, node("Gemm", &["seen", "fc1.weight", "fc1.bias"], "full", &[("transB", &[1])]))
        .part(1, node("Relu", &["full"], "features", &[]))
        .part(1, node("Gemm", &["features", "fc2.weight", "fc2.bias"], "scores", &[("transB", &[1])]))
        .text(2, "symbols");
    for (name, shape) in expected {
        let weights = checkpoint.weights.get(name).filter(|weights| weights.shape == shape)?;
        graph = graph.part(5, tensor(name, weights));
    }
    graph = graph
        .part(11, value("picture", &[1, 1, SIDE, SIDE]))
        .part(11, value("size", &[1, 1]))
        .part(12, value("scores", &[1, classes]));
    let opset = Message::default().text(1, "").number(2, 13);
    Some(Message::default().number(1, 8).part(7, graph).part(8, opset).0)
}
