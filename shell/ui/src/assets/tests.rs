//! Missing and damaged assets are named.

use super::*;

#[test]
fn a_missing_icon_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = Assets::new(folder.path()).icon("pencil").unwrap_err().to_string();
    assert!(error.contains("icons/pencil.svg") && error.contains("cargo xtask assets"), "{error}");
}

#[test]
fn a_damaged_picture_is_named() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pictures")).unwrap();
    std::fs::write(folder.path().join("pictures/soup.webp"), b"not a picture").unwrap();
    let error = Assets::new(folder.path()).picture("soup.webp").unwrap_err().to_string();
    assert!(error.contains("soup.webp is damaged"), "{error}");
}

#[test]
fn a_picture_outside_the_folder_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("pictures")).unwrap();
    std::fs::write(folder.path().join("secret.webp"), b"x").unwrap();
    let error = Assets::new(folder.path()).picture("../secret.webp").unwrap_err();
    assert!(matches!(error, AssetError::Unreadable(..)), "{error}");
}
