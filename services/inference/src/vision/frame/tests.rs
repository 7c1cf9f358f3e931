//! Formats, strides and sides that are taken or refused, and samples with the colours that a person would see.

use super::*;
use crate::vision::Point;

fn square(x: f32, y: f32, side: f32) -> Square {
    Square { centre: Point::new(x, y), side, turn: 0.0 }
}

#[test]
fn bytes_that_do_not_fit_their_sides_are_refused() {
    let new =
        |format, width, height, stride, len: usize| Frame::new(format, width, height, stride, vec![0; len]);
    for (format, len) in [(Format::Grey8, 4 * 10 - 6), (Format::Grey8, 40), (Format::Nv12, 6 * 10 - 6)] {
        assert!(new(format, 4, 4, 10, len).is_ok(), "{format:?} {len}");
    }
    assert!(new(Format::Rgb8, 3, 4, 10, 39).is_ok());
    let wrong = new(Format::Grey8, 4, 4, 10, 41).unwrap_err();
    assert_eq!(wrong, FrameError::Length { found: 41, wanted: 40 });
    assert!(wrong.to_string().contains("41 bytes"));
    assert!(matches!(new(Format::Rgb8, 4, 4, 11, 44), Err(FrameError::Stride { stride: 11, row: 12 })));
    assert!(matches!(new(Format::Rgb8, 4, 4, usize::MAX, 44), Err(FrameError::Stride { .. })));
    for (format, width, height) in
        [(Format::Nv12, 3, 4), (Format::Nv12, 4, 3), (Format::Grey8, 0, 1), (Format::Rgb8, 3841, 1)]
    {
        assert_eq!(Frame::check_sides(format, width, height), Err(FrameError::Side { width, height }));
    }
    assert_eq!(format!("{:?}", new(Format::Grey8, 1, 1, 1, 1).unwrap()), "Frame Grey8 1x1");
}

#[test]
fn the_same_grey_is_the_same_in_every_format() {
    let grey = Frame::new(Format::Grey8, 8, 8, 8, vec![200; 64]).unwrap();
    let rgb = Frame::new(Format::Rgb8, 8, 8, 24, vec![200; 192]).unwrap();
    // Luma 188 in video range is (188 - 16) * 255 / 219 = 200.
    let mut planes = vec![188; 64];
    planes.resize(96, 128);
    let nv12 = Frame::new(Format::Nv12, 8, 8, 8, planes).unwrap();
    for frame in [grey, rgb, nv12] {
        for number in frame.sample(&square(4.0, 4.0, 4.0), 4, 0.0) {
            assert!((number - 200.0 / 255.0).abs() < 0.003, "{frame:?}: {number}");
        }
    }
}

#[test]
fn colours_of_nv12_are_the_standards() {
    // BT.601: pure red is 81, 90, 240.
    let frame = Frame::new(Format::Nv12, 2, 2, 2, vec![81, 81, 81, 81, 90, 240]).unwrap();
    let red = frame.sample(&square(1.0, 1.0, 2.0), 1, 0.0);
    assert!(red[0] > 0.98 && red[1] < 0.02 && red[2] < 0.02, "{red:?}");
}

#[test]
fn a_square_is_cut_turned_and_black_outside() {
    let frame = Frame::new(Format::Grey8, 4, 2, 4, vec![0, 50, 100, 150, 10, 60, 110, 160]).unwrap();
    let plane = |square: &Square, pixels| {
        let mut planes = frame.sample(square, pixels, -1.0);
        planes.truncate(pixels * pixels);
        planes.iter().map(|number| ((number + 1.0) * 127.5).round()).collect::<Vec<f32>>()
    };
    assert_eq!(plane(&square(2.0, 1.0, 2.0), 2), [50.0, 100.0, 60.0, 110.0]);
    // Turned a quarter clockwise, its right is the frame's down.
    let quarter = Square { turn: std::f32::consts::FRAC_PI_2, ..square(2.0, 1.0, 2.0) };
    assert_eq!(plane(&quarter, 2), [100.0, 110.0, 50.0, 60.0]);
    assert_eq!(plane(&square(4.0, 1.0, 2.0), 2), [150.0, 0.0, 160.0, 0.0]);
    // Shrunk, a pixel is the mean of what it covers.
    assert_eq!(plane(&square(1.0, 1.0, 2.0), 1), [30.0]);
}
