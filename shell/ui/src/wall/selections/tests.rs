//! Rasters stay within the recogniser's limits.

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
