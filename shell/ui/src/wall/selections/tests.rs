//! Rasters stay within the recogniser's limits, and lines become one text.

use super::*;

#[test]
fn a_raster_is_never_too_wide() {
    for (width, height) in [(3840, 40), (1, 1), (40, 2160), (600, 120), (i32::MAX, 1)] {
        let tall = raster_height(Area::new(0, 0, width, height));
        assert!((1..=RASTER_HEIGHT_MAX).contains(&tall));
        let wide = u64::from(tall) * u64::try_from(width).unwrap() / u64::try_from(height).unwrap();
        assert!(wide <= u64::from(SIDE_MAX) || tall == 1, "{width}x{height} -> {wide}x{tall}");
    }
}

#[test]
fn lines_are_joined_and_blank_ones_left_out() {
    let line = |text: &str| TextLine { x: 0, y: 0, width: 1, height: 1, text: text.into(), confidence: 1.0 };
    assert_eq!(together(&[line(" 你好 "), line("  "), line("world")]), "你好\nworld");
    assert_eq!(together(&[]), "");
}
