//! What the shelf promises: what is kept is what is read, and what is not is said so.
use super::{Shelf, ShelfError};
use board::MediaId;

#[test]
fn what_is_kept_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path());
    let bytes = b"a picture, as far as the shelf knows".to_vec();
    let id = MediaId::of(&bytes);
    assert!(matches!(shelf.read(id), Err(ShelfError::Gone)));
    shelf.keep(id, &bytes).unwrap();
    shelf.keep(id, &bytes).unwrap();
    assert_eq!(shelf.read(id).unwrap(), bytes);
    let names: Vec<_> = std::fs::read_dir(folder.path().join("media")).unwrap().collect();
    assert_eq!(names.len(), 1, "no half file is left");
}

#[test]
fn half_a_file_from_a_power_cut_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path());
    let bytes = vec![7; 10_000];
    let id = MediaId::of(&bytes);
    shelf.keep(id, &bytes).unwrap();
    std::fs::write(folder.path().join("media").join(id.to_string()), &bytes[..5_000]).unwrap();
    assert!(matches!(shelf.read(id), Err(ShelfError::Spoilt)));
    shelf.keep(id, &bytes).unwrap();
    assert_eq!(shelf.read(id).unwrap(), bytes);
}

#[test]
fn a_file_that_a_disk_changed_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path());
    let mut bytes = vec![7; 10_000];
    let id = MediaId::of(&bytes);
    shelf.keep(id, &bytes).unwrap();
    bytes[77] ^= 1;
    std::fs::write(folder.path().join("media").join(id.to_string()), &bytes).unwrap();
    assert!(matches!(shelf.read(id), Err(ShelfError::Spoilt)));
}

#[test]
fn a_disk_that_refuses_is_said_so() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("media"), "a file where the folder should be").unwrap();
    let shelf = Shelf::new(folder.path());
    let refused = shelf.keep(MediaId::of(b"x"), b"x");
    assert!(matches!(refused, Err(ShelfError::Disk(_))), "{refused:?}");
}
