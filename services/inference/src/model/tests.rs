//! What is not a network is refused by name. Real networks run in `tests/it`.

use super::*;

#[test]
fn other_bytes_are_refused_by_name() {
    for bytes in [&b""[..], b"not a network", &[0x0a, 0xff, 0xff, 0xff, 0x0f], &[0; 64]] {
        let Err(error) = Model::new("net.onnx", bytes, 1) else { panic!("{bytes:?} was taken") };
        assert!(
            matches!(error, ModelError::Unusable { .. }) && error.to_string().contains("net.onnx"),
            "{error}"
        );
    }
}
