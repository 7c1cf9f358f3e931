//! A small network written here: what becomes of each of its parts, and torn files that never panic.

use super::to_onnx;
use crate::assets::scrub;

/// A flatbuffer's value.
#[derive(Clone)]
enum Value {
    Byte(u8),
    Int(i32),
    Table(Vec<(usize, Value)>),
    Bytes(Vec<u8>),
    Shorts(Vec<u16>),
    Ints(Vec<i32>),
    Tables(Vec<Value>),
}
use Value::{Byte, Bytes, Int, Ints, Shorts, Table, Tables};

fn put(out: &mut Vec<u8>, value: &Value) -> usize {
    let align = |out: &mut Vec<u8>| out.resize(out.len().next_multiple_of(4), 0);
    align(out);
    match value {
        Table(fields) => {
            let slots = fields.iter().map(|(index, _)| index + 1).max().unwrap_or(0);
            let list = out.len();
            out.extend(u16::try_from(4 + 2 * slots).unwrap().to_le_bytes());
            out.extend(u16::try_from(4 + 4 * fields.len()).unwrap().to_le_bytes());
            for slot in 0..slots {
                let at = fields.iter().position(|(index, _)| *index == slot).map_or(0, |at| 4 + 4 * at);
                out.extend(u16::try_from(at).unwrap().to_le_bytes());
            }
            align(out);
            let table = out.len();
            out.extend(i32::try_from(table - list).unwrap().to_le_bytes());
            for (_, field) in fields {
                match field {
                    Byte(byte) => out.extend([*byte, 0, 0, 0]),
                    Int(number) => out.extend(number.to_le_bytes()),
                    _ => out.extend([0; 4]),
                }
            }
            for (at, (_, field)) in fields.iter().enumerate() {
                if !matches!(field, Byte(_) | Int(_)) {
                    let place = table + 4 + 4 * at;
                    let child = put(out, field);
                    out[place..place + 4]
                        .copy_from_slice(&u32::try_from(child - place).unwrap().to_le_bytes());
                }
            }
            return table;
        }
        Tables(tables) => {
            let start = out.len();
            out.extend(u32::try_from(tables.len()).unwrap().to_le_bytes());
            out.resize(out.len() + 4 * tables.len(), 0);
            for (at, table) in tables.iter().enumerate() {
                let place = start + 4 + 4 * at;
                let child = put(out, table);
                out[place..place + 4].copy_from_slice(&u32::try_from(child - place).unwrap().to_le_bytes());
            }
            return start;
        }
        _ => {}
    }
    let start = out.len();
    let (len, bytes): (usize, Vec<u8>) = match value {
        Bytes(bytes) => (bytes.len(), bytes.clone()),
        Shorts(numbers) => (numbers.len(), numbers.iter().flat_map(|number| number.to_le_bytes()).collect()),
        Ints(numbers) => (numbers.len(), numbers.iter().flat_map(|number| number.to_le_bytes()).collect()),
        _ => unreachable!("a table or a number"),
    };
    out.extend(u32::try_from(len).unwrap().to_le_bytes());
    out.extend(bytes);
    start
}

fn tensor(name: &str, shape: &[i32], kind: u8, buffer: i32) -> Vec<(usize, Value)> {
    vec![(0, Ints(shape.to_vec())), (1, Byte(kind)), (2, Int(buffer)), (3, Bytes(name.into()))]
}

fn operator(code: i32, inputs: &[i32], output: i32, options: Vec<(usize, Value)>) -> Value {
    Table(vec![(0, Int(code)), (1, Ints(inputs.to_vec())), (2, Ints(vec![output])), (4, Table(options))])
}

/// A 4x4 grey picture through a 2x2 convolution of stride 2 with half-precision, sparse weights, and two outputs of
/// which one is its sigmoid. `wrong` takes the place of the sigmoid's code.
fn network(wrong: i32) -> Vec<u8> {
    // Two filters [2, 2, 2, 1], of whose rows 0 and 3 the second, 1.0 2.0, and third, 0.5 0.25, numbers are written.
    let dense = |size| Table(vec![(1, Int(size))]);
    let sparse = Table(vec![
        (0, Byte(1)),
        (2, Byte(3)),
        (3, Table(vec![(0, Bytes(vec![0, 1, 1, 1, 2]))])),
        (4, Byte(2)),
        (5, Table(vec![(0, Shorts(vec![0, 1]))])),
    ]);
    let sparsity =
        Table(vec![(0, Ints(vec![0, 1, 2, 3])), (2, Tables(vec![dense(2), dense(2), sparse, dense(1)]))]);
    let mut filter = tensor("packed", &[2, 2, 2, 1], 1, 1);
    filter.push((6, sparsity));
    let half = |numbers: [u16; 2]| Bytes(numbers.iter().flat_map(|number| number.to_le_bytes()).collect());
    let tensors = vec![
        Table(tensor("picture", &[1, 4, 4, 1], 0, 0)),
        Table(filter),
        Table(tensor("thin", &[2, 2, 2, 1], 1, 0)),
        Table(tensor("filter", &[2, 2, 2, 1], 0, 0)),
        Table(tensor("map", &[1, 2, 2, 2], 0, 0)),
        Table(tensor("likely", &[1, 2, 2, 2], 0, 0)),
    ];
    let stride = vec![(0, Byte(0)), (1, Int(2)), (2, Int(2)), (3, Byte(1))];
    let graph = Table(vec![
        (0, Tables(tensors)),
        (1, Ints(vec![0])),
        (2, Ints(vec![4, 5])),
        (
            3,
            Tables(vec![
                operator(0, &[1], 2, vec![]),
                operator(1, &[2], 3, vec![]),
                operator(2, &[0, 3, -1], 4, stride),
                operator(3, &[4], 5, vec![]),
            ]),
        ),
    ]);
    let codes = [124, 6, 3, wrong].map(|code| Table(vec![(3, Int(code))]));
    let model = Table(vec![
        (1, Tables(codes.to_vec())),
        (2, Tables(vec![graph])),
        // 1.0 and -0.5 as halves.
        (4, Tables(vec![Table(vec![]), Table(vec![(0, half([0x3c00, 0xb800]))])])),
    ]);
    let mut file = vec![0; 8];
    let root = put(&mut file, &model);
    file[..4].copy_from_slice(&u32::try_from(root).unwrap().to_le_bytes());
    file[4..8].copy_from_slice(b"TFL3");
    file
}

const LOGISTIC: i32 = 14;

fn holds(file: &[u8], part: &[u8]) -> bool {
    file.windows(part.len()).any(|window| window == part)
}

#[test]
fn weights_are_spread_widened_and_turned() {
    let onnx = to_onnx(&network(LOGISTIC), &[]).unwrap();
    // [out, in, rows, columns]: 1 is the first of the first filter's first row, -0.5 the last of the second's last.
    let weights: Vec<u8> = [1.0_f32, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.5]
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    assert!(holds(&onnx, &weights));
    for word in ["Conv", "Relu", "Sigmoid", "picture", "map:channels-last", "likely:channels-last"] {
        assert!(holds(&onnx, word.as_bytes()), "{word}");
    }
    assert!(!holds(&onnx, b"thin") && !holds(&onnx, b"packed"));
    assert_eq!(onnx, to_onnx(&network(LOGISTIC), &[]).unwrap());
}

#[test]
fn what_no_wanted_output_needs_is_left_out() {
    let onnx = to_onnx(&network(LOGISTIC), &["map".to_owned()]).unwrap();
    assert!(holds(&onnx, b"Conv") && !holds(&onnx, b"Sigmoid"));
    let error = to_onnx(&network(LOGISTIC), &["mpa".to_owned()]).unwrap_err();
    assert!(format!("{error:#}").contains("`mpa`"), "{error:#}");
}

#[test]
fn an_unknown_operator_is_refused_by_number_unless_nothing_needs_it() {
    let error = to_onnx(&network(99), &[]).unwrap_err();
    assert!(format!("{error:#}").contains("`likely`: operator 99"), "{error:#}");
    to_onnx(&network(99), &["map".to_owned()]).unwrap();
}

#[test]
fn torn_and_flipped_files_are_errors_and_never_panic() {
    let whole = network(LOGISTIC);
    for end in 0..whole.len() {
        assert!(to_onnx(&whole[..end], &[]).is_err() || end + 4 > whole.len(), "{end}");
    }
    for at in 0..whole.len() {
        for bit in 0..8 {
            let mut flipped = whole.clone();
            flipped[at] ^= 1 << bit;
            // A flipped weight is still a network: only the hash tells.
            drop(to_onnx(&flipped, &[]));
        }
    }
}

#[test]
fn subnormal_weights_become_zero_and_nothing_else_changes() {
    let mut graph = crate::assets::onnx::Graph::default();
    graph.floats("weights", &[5], &[1.0e-40, -3.0e-39, f32::MIN_POSITIVE, -0.0, 7.5]);
    graph.ints("list", &[1, 2]);
    graph.node("Relu", &["weights"], "out", &[]);
    graph.output("out", &[5]);
    let before = graph.file("test");
    let mut after = before.clone();
    assert_eq!(scrub::scrub(&mut after).unwrap(), 2);
    let changed: Vec<usize> = (0..before.len()).filter(|at| before[*at] != after[*at]).collect();
    let first = before.windows(4).position(|four| four == 1.0e-40_f32.to_le_bytes()).unwrap();
    assert!(changed.iter().all(|at| (first..first + 8).contains(at)), "{changed:?}");
    assert_eq!(after[first..first + 8], [0; 8]);
    assert_eq!(scrub::scrub(&mut after).unwrap(), 0);
    for end in 0..before.len() {
        drop(scrub::scrub(&mut before[..end].to_vec()));
    }
    assert!(scrub::scrub(&mut b"no network".to_vec()).is_err());
}
