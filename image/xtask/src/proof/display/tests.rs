//! What the proof reads and writes: modules' needs, the guest's archive, pictures.

use super::initrd;
use super::kernel::needs;
use super::picture::Picture;

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

#[test]
fn pictures_are_compared_pixel_by_pixel() {
    let picture = |body: &[u8]| Picture::parse(&[&b"P6\n2 1\n255\n"[..], body].concat());
    let one = picture(&[1, 2, 3, 4, 5, 6]).unwrap();
    assert!(one.must_equal(&one.clone()).is_ok() && !one.is_all([1, 2, 3]));
    assert!(picture(&[7, 8, 9, 7, 8, 9]).unwrap().is_all([7, 8, 9]));
    let error = picture(&[1, 2, 3, 4, 5, 7]).unwrap().must_equal(&one).unwrap_err().to_string();
    assert!(error.contains("1 pixels differ, the first at 1, 0: [4, 5, 7] instead of [4, 5, 6]"), "{error}");
    for wrong in [&b"P6\n2 1\n255\n12345"[..], b"P5\n2 1\n255\n123456", b"P6\n2 1\n", b"P6\n-1 1\n255\n"] {
        assert!(Picture::parse(wrong).is_err());
    }
    // FNV-1a's own check value.
    assert_eq!(Picture::parse(b"P6\n0 0\n255\n").unwrap().hash(), 0xcbf2_9ce4_8422_2325);
}
