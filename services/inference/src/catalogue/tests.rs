//! What is listed, and that a wrong byte is refused by name.

use super::*;

const MANIFEST: &str = r#"
# Fields that are not ours are passed over.
[[package]]
name = "p"
registry = "pypi"
version = "4.0.0"
licence = "Apache-2.0"

[[asset]]
package = "p"
file = "deep/inside.onnx"
target = "models/net.onnx"
sha256 = "9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08"

[[asset]]
package = "p"
file = "a.svg"
target = "icons/a.svg"
sha256 = "00"

[[asset]]
package = "p"
file = "a"
target = "models/../../etc/passwd"
sha256 = "00"
"#;

#[test]
fn models_are_those_below_the_folder() {
    let listed = parse(MANIFEST).unwrap();
    let names: Vec<_> = listed.iter().map(|listed| (listed.name.as_str(), listed.version.as_str())).collect();
    assert_eq!(names, [("net.onnx", "4.0.0")]);
    assert!(parse("[[asset]]\npackage = 3").is_err());
}

#[test]
fn only_the_listed_bytes_are_given_out() {
    let listed = parse(MANIFEST).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let files = Files::new(folder.path(), listed);
    let why = || files.bytes("net.onnx").unwrap_err();
    assert!(matches!(why(), FileError::Missing { .. }));
    std::fs::write(folder.path().join("net.onnx"), b"test").unwrap();
    assert_eq!(files.bytes("net.onnx").unwrap(), b"test");
    for wrong in [&b"tesu"[..], b"tes", b"test\n", b""] {
        std::fs::write(folder.path().join("net.onnx"), wrong).unwrap();
        assert!(matches!(why(), FileError::WrongHash { .. }));
        assert!(why().to_string().contains("net.onnx"));
    }
    let unlisted = files.bytes("other.onnx").unwrap_err();
    assert!(matches!(unlisted, FileError::NotListed { .. }) && unlisted.to_string().contains("other.onnx"));
}

#[test]
fn a_missing_and_a_torn_manifest_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("manifest.toml");
    assert!(matches!(read(&path), Err(CatalogueError::Unreadable { .. })));
    std::fs::write(&path, "[[asset").unwrap();
    let error = read(&path).unwrap_err();
    assert!(matches!(error, CatalogueError::Invalid { .. }) && error.to_string().contains("manifest.toml"));
}
