//! What the receiver takes and what it refuses.

use super::*;

#[test]
fn bytes_come_back() {
    let fd = seal(b"ink").unwrap();
    assert_eq!(read(&fd, 3).unwrap(), b"ink");
}

#[test]
fn a_sealed_file_cannot_be_changed() {
    let file = File::from(seal(b"ink").unwrap());
    assert!(file.write_at(b"x", 0).is_err());
    assert!(file.set_len(1).is_err());
}

#[test]
fn an_unsealed_memfd_or_a_plain_file_is_refused() {
    let fd = memfd_create("open", MemfdFlags::ALLOW_SEALING).unwrap();
    assert!(matches!(read(&fd, 10), Err(SealedError::NotSealed)));
    let plain = File::open("/dev/null").unwrap();
    assert!(matches!(read(&plain, 10), Err(SealedError::NotSealed)));
}

#[test]
fn too_large_is_refused_before_reading() {
    let fd = seal(&[0; 11]).unwrap();
    assert!(matches!(read(&fd, 10), Err(SealedError::TooLarge { len: 11, most: 10 })));
}
