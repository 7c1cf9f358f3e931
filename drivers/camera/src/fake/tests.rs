//! The faults are what they say.

use super::*;

fn frame(shot: Shot) -> Vec<u8> {
    shot.of(&Symbol::qr(b"281234567890123456").unwrap(), 5)
}

#[test]
fn modules_lie_where_the_shot_says() {
    let symbol = Symbol::qr(b"x").unwrap();
    assert_eq!((symbol.width(), symbol.height()), (21, 21));
    let gray = Shot { centre: (100.5 * 6.0, 40.5 * 6.0), ..Shot::GOOD }.of(&symbol, 0);
    for y in 0..21 {
        for x in 0..21 {
            let (left, top) = ((90 + x) * 6, (30 + y) * 6);
            let dark = if symbol.is_dark(x, y) { 20 } else { 220 };
            if left < 634 {
                assert_eq!(gray[(top + 3) * 640 + left + 3], dark, "module {x} {y}");
            }
        }
    }
    assert_eq!(gray[0], 90);
}

#[test]
fn bars_are_as_long_as_their_standard_says() {
    // Start, nine pairs of digits, check and stop: 12 x 11 modules and a last bar of two.
    assert_eq!(Symbol::code_128("281234567890123456").unwrap().width(), 134);
    assert_eq!(Symbol::ean_13("9787111128069").unwrap().width(), 95);
    assert!(matches!(Symbol::ean_13("no digits"), Err(SymbolError::Text(_))));
    assert_eq!(Symbol::qr(&[b'x'; 3000]), Err(SymbolError::TooLong(3000)));
}

#[test]
fn noise_has_its_deviation_and_its_seed() {
    let shot = Shot { noise: 12.0, greys: [128; 3], ..Shot::GOOD };
    let gray = frame(shot);
    let mean = gray.iter().map(|grey| f32::from(*grey)).sum::<f32>() / gray.len() as f32;
    let square = gray.iter().map(|grey| (f32::from(*grey) - mean).powi(2)).sum::<f32>() / gray.len() as f32;
    assert!((mean - 128.0).abs() < 0.2 && (square.sqrt() - 12.0).abs() < 0.2, "{mean} {}", square.sqrt());
    assert_eq!(gray, frame(shot));
    assert_ne!(gray, shot.of(&Symbol::qr(b"281234567890123456").unwrap(), 6));
}

#[test]
fn blur_and_motion_widen_an_edge() {
    let edge = |shot: Shot| {
        let gray = frame(Shot { greys: [200, 200, 0], ..shot });
        gray[240 * 640..241 * 640].iter().filter(|grey| (5..195).contains(*grey)).count()
    };
    assert_eq!(edge(Shot::GOOD), 0);
    // Two edges in the row; a Gaussian passes from 2.5 to 97.5 % in four deviations.
    assert!(
        (14..=18).contains(&edge(Shot { blur: 2.0, ..Shot::GOOD })),
        "{}",
        edge(Shot { blur: 2.0, ..Shot::GOOD })
    );
    assert!((16..=20).contains(&edge(Shot { motion: 10.0, ..Shot::GOOD })));
}

#[test]
fn a_tilted_screen_is_narrower_and_a_reflection_white() {
    let wide = |tilt: f32| {
        let gray = frame(Shot { tilt, greys: [200, 200, 0], ..Shot::GOOD });
        gray[240 * 640..241 * 640].iter().filter(|grey| **grey > 100).count() as f32
    };
    assert!((wide(60.0) / wide(0.0) - 0.5).abs() < 0.05, "{} of {}", wide(60.0), wide(0.0));
    let gray = frame(Shot { glare: Some(((300.0, 200.0), 40.0)), ..Shot::GOOD });
    assert_eq!(gray[200 * 640 + 300], 255);
    assert_eq!(gray[200 * 640 + 345], frame(Shot::GOOD)[200 * 640 + 345]);
}
