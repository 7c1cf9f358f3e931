//! Each step reads a code it is there for, and keeps sizes right.

use qrcodegen::{QrCode, QrCodeEcc};

use super::*;
use crate::decode::{codes, codes_by};

const WIDTH: usize = 320;
const HEIGHT: usize = 240;

/// Draws a code with a fractional module size by taking 4 x 4 samples a pixel; `dark` and `light` are its two greys.
fn draw(module: f32, dark: u8, light: u8) -> Vec<u8> {
    let code = QrCode::encode_text("281234567890123456", QrCodeEcc::Medium).unwrap();
    let mut gray = Vec::with_capacity(WIDTH * HEIGHT);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let black = (0..16)
                .filter(|sample| {
                    let px = x as f32 + (sample % 4) as f32 / 4.0 - 60.0;
                    let py = y as f32 + (sample / 4) as f32 / 4.0 - 60.0;
                    code.get_module((px / module).floor() as i32, (py / module).floor() as i32)
                })
                .count();
            gray.push((usize::from(light) - black * usize::from(light - dark) / 16) as u8);
        }
    }
    gray
}

fn reads(step: Step, gray: &[u8]) -> bool {
    let codes = codes_by(step, gray, WIDTH, HEIGHT).unwrap_or_default();
    codes.iter().any(|code| code.reveal() == b"281234567890123456")
}

#[test]
fn a_good_code_is_read_by_every_step() {
    for step in Step::ALL.into_iter().filter(|step| *step != Step::Inverted) {
        assert!(reads(step, &draw(6.0, 20, 220)), "{step:?}");
    }
}

#[test]
fn what_each_step_is_there_for() {
    let small = draw(1.6, 20, 220);
    assert!(!plain(&small) && reads(Step::Sharp, &small), "small");
    let inverted: Vec<u8> = draw(5.0, 20, 220).iter().map(|v| 255 - v).collect();
    assert!(!reads(Step::Sharp, &inverted) && reads(Step::Inverted, &inverted), "inverted");
    let faint = draw(5.0, 100, 105);
    assert!(!plain(&faint) && !reads(Step::Near, &faint) && reads(Step::Faint, &faint), "faint");
    let shadowed = shadow(draw(4.0, 40, 220));
    assert!(!plain(&shadowed) && reads(Step::Near, &shadowed), "shadow");
    let noisy = noise(draw(6.0, 60, 180), 100);
    assert!(!plain(&noisy) && reads(Step::Smooth, &noisy), "noise");
}

/// A shadow with a soft edge across the code: one sixth of the light.
fn shadow(mut gray: Vec<u8>) -> Vec<u8> {
    for (at, pixel) in gray.iter_mut().enumerate() {
        let (x, y) = (at % WIDTH, at / WIDTH);
        let dark = (x + y).clamp(190, 220) - 190;
        *pixel = (usize::from(*pixel) * (36 - dark) / 36) as u8;
    }
    gray
}

fn noise(mut gray: Vec<u8>, most: u64) -> Vec<u8> {
    let mut seed = 11u64;
    for pixel in &mut gray {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let noisy = (u64::from(*pixel) + (seed >> 40) % (most * 2 + 1)).saturating_sub(most);
        *pixel = noisy.min(255) as u8;
    }
    gray
}

fn plain(gray: &[u8]) -> bool {
    !codes(gray, WIDTH, HEIGHT).unwrap_or_default().is_empty()
}

#[test]
fn odd_sizes() {
    for (width, height) in [(33, 47), (64, 33), (35, 35)] {
        let gray: Vec<u8> = (0..width * height).map(|i| (i * 7 % 251) as u8).collect();
        for step in Step::ALL {
            let (len, width, height) = match step.prepare(&gray, width, height) {
                Prepared::Gray { pixels, width, height } => (pixels.len(), width, height),
                Prepared::Black { pixels, width, height } => (pixels.len(), width, height),
            };
            assert_eq!(len, width * height, "{step:?}");
        }
    }
}
