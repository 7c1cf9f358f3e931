//! A checkpoint as PyTorch writes it, made here byte by byte, and what is none.

use std::io::Write;

use super::*;

/// A zip of stored parts.
fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for (name, bytes) in parts {
        writer.start_file(*name, stored).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn text(text: &str) -> Vec<u8> {
    let mut bytes = vec![b'X'];
    bytes.extend((text.len() as u32).to_le_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

/// `{"model_state_dict": OrderedDict(fc=tensor of 2 x 2, turned), "label_names": ["a", "b"]}`.
fn table(stride: [u8; 2], name: &str) -> Vec<u8> {
    let mut bytes = b"\x80\x02}q\x00(".to_vec();
    bytes.extend(text("model_state_dict"));
    bytes.extend(b"ccollections\nOrderedDict\nq\x01)R");
    bytes.extend(text("fc"));
    bytes.extend(format!("c{name}\n").replace('.', "\n").replace("torch\n_utils", "torch._utils").bytes());
    bytes.push(b'(');
    bytes.push(b'(');
    bytes.extend(text("storage"));
    bytes.extend(b"ctorch\nFloatStorage\n");
    bytes.extend(text("0"));
    bytes.extend(text("cpu"));
    bytes.extend(b"K\x04tQK\x00K\x02K\x02\x86");
    bytes.extend([b'K', stride[0], b'K', stride[1], b'\x86', b'\x89']);
    bytes.extend(b"ccollections\nOrderedDict\n)RtRs");
    bytes.extend(text("label_names"));
    bytes.extend(b"](");
    bytes.extend(text("a"));
    bytes.extend(text("b"));
    bytes.extend(b"eu.");
    bytes
}

fn numbers() -> Vec<u8> {
    [1.0_f32, 2.0, 3.0, 4.0].iter().flat_map(|number| number.to_le_bytes()).collect()
}

#[test]
fn tensors_and_labels_are_read_in_the_order_of_their_strides() {
    let name = "torch._utils._rebuild_tensor_v2";
    for (stride, values) in [([2, 1], [1.0, 2.0, 3.0, 4.0]), ([1, 2], [1.0, 3.0, 2.0, 4.0])] {
        let file = archive(&[("c/data.pkl", &table(stride, name)), ("c/data/0", &numbers())]);
        let checkpoint = read(&file).unwrap();
        assert_eq!(checkpoint.labels, ["a", "b"]);
        let weights = Weights { shape: vec![2, 2], values: values.to_vec() };
        assert_eq!(checkpoint.weights.get("fc"), Some(&weights));
    }
}

#[test]
fn nothing_else_is_called() {
    let file = archive(&[("c/data.pkl", &table([2, 1], "os.system")), ("c/data/0", &numbers())]);
    assert!(matches!(read(&file), Err(CheckpointError::Table { .. })));
}

#[test]
fn numbers_that_are_not_there_are_told() {
    let name = "torch._utils._rebuild_tensor_v2";
    let file = archive(&[("c/data.pkl", &table([2, 1], name)), ("c/data/0", &numbers()[..8])]);
    assert!(matches!(read(&file), Err(CheckpointError::Shape { name }) if name == "fc"));
    assert!(matches!(read(b"no zip"), Err(CheckpointError::Archive(_))));
    assert!(matches!(read(&archive(&[("c/other", b"")])), Err(CheckpointError::Archive(_))));
}

#[test]
fn a_table_cut_anywhere_is_an_error() {
    let whole = table([2, 1], "torch._utils._rebuild_tensor_v2");
    for length in 0..whole.len() {
        let file = archive(&[("c/data.pkl", &whole[..length]), ("c/data/0", &numbers())]);
        assert!(read(&file).is_err(), "{length} bytes");
    }
}
