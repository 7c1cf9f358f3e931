//! Modules' needs, and the guest's archive.

use super::initrd;
use super::kernel::needs;

#[test]
fn a_module_says_what_it_needs() {
    let module = |depends: &str| format!("ELF\0license=GPL\0depends={depends}\0name=x\0").into_bytes();
    assert_eq!(needs(&module("drm,virtio-ring")).unwrap(), ["drm", "virtio_ring"]);
    assert_eq!(needs(&module("")).unwrap(), [""; 0]);
    assert_eq!(needs(b"\0softdepends=drm\0"), None);
    assert_eq!(needs(b"\0depends=cut"), None);
}

#[test]
fn the_archive_is_one_that_cpio_reads() {
    let bytes = initrd::archive(&[("a/b", &b"hello"[..]), ("c", &[])]);
    assert_eq!(bytes.len() % 4, 0);
    let mut rest = &bytes[..];
    let mut names = Vec::new();
    while !rest.is_empty() {
        let number = |at: usize| {
            let digits = std::str::from_utf8(&rest[6 + at * 8..14 + at * 8]).unwrap();
            usize::from_str_radix(digits, 16).unwrap()
        };
        assert_eq!(&rest[..6], b"070701");
        let (length, name) = (number(6), number(11));
        names.push(String::from_utf8(rest[110..110 + name - 1].to_vec()).unwrap());
        rest = &rest[(110 + name).next_multiple_of(4) + length.next_multiple_of(4)..];
    }
    assert_eq!(names, ["a", "a/b", "c", "TRAILER!!!"]);
}
