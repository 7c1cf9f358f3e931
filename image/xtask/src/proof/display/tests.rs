//! What the proof reads: pictures.

use super::picture::Picture;

#[test]
fn pictures_are_compared_pixel_by_pixel() {
    let picture = |body: &[u8]| Picture::parse(&[&b"P6\n2 1\n255\n"[..], body].concat());
    let one = picture(&[1, 2, 3, 4, 5, 6]).unwrap();
    assert!(one.must_equal(&one.clone()).is_ok() && !one.is_all([1, 2, 3]));
    assert!(picture(&[7, 8, 9, 7, 8, 9]).unwrap().is_all([7, 8, 9]));
    assert_eq!((one.colours(), picture(&[7, 8, 9, 7, 8, 9]).unwrap().colours()), (2, 1));
    let other = picture(&[1, 2, 3, 0, 0, 0]).unwrap();
    assert_eq!((one.changed(&other, 0..=1, 0..=0), one.changed(&other, 0..=0, 0..=0)), (1, 0));
    let error = picture(&[1, 2, 3, 4, 5, 7]).unwrap().must_equal(&one).unwrap_err().to_string();
    assert!(error.contains("1 pixels differ, the first at 1, 0: [4, 5, 7] instead of [4, 5, 6]"), "{error}");
    for wrong in [&b"P6\n2 1\n255\n12345"[..], b"P5\n2 1\n255\n123456", b"P6\n2 1\n", b"P6\n-1 1\n255\n"] {
        assert!(Picture::parse(wrong).is_err());
    }
    // FNV-1a's own check value.
    assert_eq!(Picture::parse(b"P6\n0 0\n255\n").unwrap().hash(), 0xcbf2_9ce4_8422_2325);
}
