//! Codes we drew ourselves, bytes that are no text, and a decoder that panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use qrcodegen::{QrCode, QrCodeEcc, QrSegment};

use super::*;

/// A code drawn with `module` pixels a module on a white ground of `width` x `height`, at (`left`, `top`).
fn draw(
    code: &QrCode,
    module: usize,
    (width, height): (usize, usize),
    (left, top): (usize, usize),
) -> Vec<u8> {
    let mut gray = vec![255; width * height];
    let side = code.size() as usize * module;
    for y in 0..side {
        for x in 0..side {
            if code.get_module((x / module) as i32, (y / module) as i32) {
                gray[(top + y) * width + left + x] = 0;
            }
        }
    }
    gray
}

fn of(text: &str) -> QrCode {
    QrCode::encode_text(text, QrCodeEcc::Medium).unwrap()
}

fn revealed(codes: &[Code]) -> Vec<&[u8]> {
    codes.iter().map(Code::reveal).collect()
}

#[test]
fn a_pay_code_is_read() {
    let gray = draw(&of("281234567890123456"), 6, (640, 480), (200, 100));
    let codes = codes(&gray, 640, 480).unwrap();
    assert_eq!(revealed(&codes), [b"281234567890123456"]);
    assert_eq!(format!("{codes:?}"), "[Code(18 bytes)]");
}

#[test]
fn two_codes_and_the_same_code_twice() {
    let mut gray = draw(&of("first"), 5, (800, 400), (40, 100));
    let second = draw(&of("second"), 5, (800, 400), (320, 100));
    let again = draw(&of("first"), 5, (800, 400), (600, 100));
    for (pixel, (a, b)) in gray.iter_mut().zip(second.iter().zip(again)) {
        *pixel = (*pixel).min(*a).min(b);
    }
    let codes = codes(&gray, 800, 400).unwrap();
    let mut texts = revealed(&codes);
    texts.sort_unstable();
    assert_eq!(texts, [&b"first"[..], b"second"]);
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    // GBK for the two characters of "China", then a byte no encoding allows.
    let bytes = [0xD6, 0xD0, 0xB9, 0xFA, 0xFF, 0x00, 0x80];
    let code = QrCode::encode_segments(&[QrSegment::make_bytes(&bytes)], QrCodeEcc::Medium).unwrap();
    let codes = codes(&draw(&code, 6, (400, 400), (80, 80)), 400, 400).unwrap();
    assert_eq!(revealed(&codes), [bytes]);
    assert_eq!(codes[0].reveal_text(), None);
}

#[test]
fn no_code_is_no_error_and_no_picture_is_one() {
    assert_eq!(codes(&vec![255; 640 * 480], 640, 480), Ok(vec![]));
    assert_eq!(codes(&[], 0, 0), Ok(vec![]));
    assert_eq!(codes(&[0; 9], 3, 3), Ok(vec![]));
    assert_eq!(codes(&[0; 9], 100, 100), Err(DecodeError::Short { got: 9, needed: 10_000 }));
    let huge = usize::MAX / 2;
    assert_eq!(codes(&[0; 9], huge, 8), Err(DecodeError::TooLarge { width: huge, height: 8 }));
}

#[test]
fn a_panic_in_the_decoder_is_an_error_and_prints_nothing() {
    let printed = Arc::new(AtomicU32::new(0));
    let (counter, here) = (printed.clone(), std::thread::current().id());
    std::panic::set_hook(quiet(Box::new(move |_| {
        if std::thread::current().id() == here {
            counter.fetch_add(1, Ordering::SeqCst);
        }
    })));
    assert_eq!(caught(|| panic!("frame 0xDEAD")), Err(DecodeError::Decoder));
    assert_eq!(printed.load(Ordering::SeqCst), 0);
    assert_eq!(caught(Vec::new), Ok(vec![]), "and the next picture is read");
    assert!(std::panic::catch_unwind(|| panic!("another part's panic")).is_err());
    assert_eq!(printed.load(Ordering::SeqCst), 1, "still printed");
}

#[test]
fn random_pictures_never_panic() {
    let mut seed = 7u64;
    for round in 0..40 {
        let (width, height) = (33 + round * 5, 40 + round * 3);
        let gray: Vec<u8> = (0..width * height)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                (seed >> 40) as u8
            })
            .collect();
        let read = codes(&gray, width, height);
        assert!(matches!(read, Ok(_) | Err(DecodeError::Decoder)), "{read:?}");
        for step in Step::ALL {
            let read = codes_by(step, &gray, width, height);
            assert!(matches!(read, Ok(_) | Err(DecodeError::Decoder)), "{step:?} {read:?}");
        }
    }
}
