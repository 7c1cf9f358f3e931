//! Codes we drew ourselves, bytes that are no text, and a decoder that panics.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use proptest::prelude::*;

use super::*;
use crate::code::Symbology;
use crate::fake::{Shot, Symbol};

const PAY_CODE: &str = "281234567890123456";

fn qr(text: &str) -> Symbol {
    Symbol::qr(text.as_bytes()).unwrap()
}

fn revealed(codes: &[Code]) -> Vec<&[u8]> {
    codes.iter().map(Code::reveal).collect()
}

/// Several codes in one frame of 800 x 480, each at its centre.
fn together(shown: &[(Symbol, (f32, f32))]) -> Vec<u8> {
    let frames = shown.iter().map(|(symbol, centre)| {
        Shot { size: (800, 480), centre: *centre, module: 3.0, greys: [0, 255, 255], ..Shot::GOOD }
            .of(symbol, 0)
    });
    frames.reduce(|a, b| a.into_iter().zip(b).map(|(a, b)| a.min(b)).collect()).unwrap()
}

#[test]
fn each_kind_of_code_is_read_and_says_what_it_is() {
    let isbn = "9787111128069";
    for (symbol, symbology, text) in [
        (qr(PAY_CODE), Symbology::Qr, PAY_CODE),
        (Symbol::code_128(PAY_CODE).unwrap(), Symbology::Code128, PAY_CODE),
        (Symbol::ean_13(isbn).unwrap(), Symbology::Ean, isbn),
    ] {
        let gray = Shot { module: 3.0, ..Shot::GOOD }.of(&symbol, 0);
        assert_eq!(codes(&gray, 640, 480), Ok(vec![Code::new(symbology, text.into())]), "{symbology:?}");
    }
    let code = Code::new(Symbology::Code128, PAY_CODE.into());
    assert_eq!(format!("{code:?}"), "Code(Code128, 18 bytes)");
}

#[test]
fn several_codes_and_the_same_code_twice() {
    let bars = Symbol::code_128("1234").unwrap();
    let shown = [
        (qr("first"), (100.0, 120.0)),
        (qr("second"), (400.0, 120.0)),
        (qr("first"), (700.0, 120.0)),
        (bars, (400.0, 360.0)),
    ];
    let codes = codes(&together(&shown), 800, 480).unwrap();
    let mut texts = revealed(&codes);
    texts.sort_unstable();
    assert_eq!(texts, [&b"1234"[..], b"first", b"second"]);
}

#[test]
fn inverted_mirrored_and_upside_down() {
    let gray = Shot { inverted: true, ..Shot::GOOD }.of(&qr(PAY_CODE), 0);
    assert_eq!(revealed(&codes(&gray, 640, 480).unwrap()), [PAY_CODE.as_bytes()]);
    let mirrored: Vec<u8> =
        Shot::GOOD.of(&qr(PAY_CODE), 0).chunks(640).flat_map(|row| row.iter().rev()).copied().collect();
    assert_eq!(revealed(&codes(&mirrored, 640, 480).unwrap()), [PAY_CODE.as_bytes()]);
    let turned = Shot { turn: 180.0, module: 3.0, ..Shot::GOOD }.of(&Symbol::code_128(PAY_CODE).unwrap(), 0);
    assert_eq!(revealed(&codes(&turned, 640, 480).unwrap()), [PAY_CODE.as_bytes()]);
}

#[test]
fn bytes_that_are_no_text_are_kept() {
    // GBK for the two characters of "China", then a byte no encoding allows.
    let bytes = [0xD6, 0xD0, 0xB9, 0xFA, 0xFF, 0x00, 0x80];
    let codes = codes(&Shot::GOOD.of(&Symbol::qr(&bytes).unwrap(), 0), 640, 480).unwrap();
    assert_eq!(revealed(&codes), [bytes]);
    assert_eq!(codes[0].reveal_text(), None);
}

#[test]
fn a_code_that_is_seen_but_not_read_says_where() {
    let gray = Shot { glare: Some(((325.0, 245.0), 40.0)), ..Shot::GOOD }.of(&qr(PAY_CODE), 0);
    let found = look(&Picture::new(&gray, 640, 480).unwrap()).unwrap();
    assert_eq!(found.codes, []);
    // 21 modules of 6 pixels about the middle.
    let near = |(x, y): (f32, f32), (nx, ny): (f32, f32)| (x - nx).abs() < 8.0 && (y - ny).abs() < 8.0;
    let corners = found.unread.first().unwrap().0;
    assert!(near(corners[0], (257.0, 177.0)) && near(corners[2], (383.0, 303.0)), "{corners:?}");
}

#[test]
fn no_code_is_no_error_and_no_picture_is_one() {
    assert_eq!(codes(&vec![255; 640 * 480], 640, 480), Ok(vec![]));
    assert_eq!(codes(&[], 0, 0), Ok(vec![]));
    assert_eq!(codes(&[0; 9], 3, 3), Ok(vec![]));
    let short = PictureError::Short { got: 9, needed: 10_000 };
    assert_eq!(codes(&[0; 9], 100, 100), Err(short.into()));
    let huge = usize::MAX / 2;
    assert_eq!(codes(&[0; 9], huge, 8), Err(PictureError::TooLarge { width: huge, height: 8 }.into()));
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
    assert_eq!(caught(|| Ok(Found::default())), Ok(Found::default()), "and the next picture is read");
    assert!(std::panic::catch_unwind(|| panic!("another part's panic")).is_err());
    assert_eq!(printed.load(Ordering::SeqCst), 1, "still printed");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    /// Bytes of any kind: noise, and stripes that look a little like codes.
    #[test]
    fn random_pictures_never_panic(
        width in 1usize..150,
        height in 1usize..110,
        seed in any::<u64>(),
        run in 1u64..9,
        step in prop::sample::select(Step::ALL.to_vec()),
    ) {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            state >> 33
        };
        let mut gray = Vec::with_capacity(width * height);
        while gray.len() < width * height {
            let grey = if next() % 2 == 0 { 0 } else { next() as u8 };
            gray.extend(std::iter::repeat_n(grey, (next() % run + 1) as usize));
        }
        let picture = Picture::new(&gray, width, height).unwrap();
        prop_assert!(matches!(look(&picture), Ok(_) | Err(DecodeError::Decoder)));
        let read = look_by(step, &picture);
        prop_assert!(matches!(read, Ok(_) | Err(DecodeError::Decoder)), "{step:?}");
    }

    /// A frame that was torn in the middle of its transfer: rows of two codes, or shifted ones.
    #[test]
    fn a_torn_frame_is_read_right_or_not_at_all(torn in 0usize..240, shift in 0usize..320, second in any::<bool>()) {
        let shot = Shot { size: (320, 240), centre: (160.0, 120.0), module: 5.0, ..Shot::GOOD };
        let mut gray = shot.of(&qr(PAY_CODE), 0);
        let other = shot.of(&qr(if second { "134567890123456789" } else { PAY_CODE }), 0);
        let from = torn * 320;
        for at in from..gray.len() {
            gray[at] = other[(at + shift).min(other.len() - 1)];
        }
        for code in codes(&gray, 320, 240).unwrap() {
            let text = code.reveal_text().unwrap();
            prop_assert!(text == PAY_CODE || (second && text == "134567890123456789"));
        }
    }
}
