//! Histories of frames, with our own clock.

use qrcodegen::{QrCode, QrCodeEcc};

use super::*;

const WIDTH: usize = 320;
const HEIGHT: usize = 240;

fn phone(text: &str) -> Vec<u8> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).unwrap();
    let mut gray = desk();
    for y in 0..200 {
        for x in 0..200 {
            let (mx, my) = (x as i32 / 5 - 6, y as i32 / 5 - 6);
            gray[(20 + y) * WIDTH + 60 + x] = if code.get_module(mx, my) { 10 } else { 240 };
        }
    }
    gray
}

fn desk() -> Vec<u8> {
    vec![100; WIDTH * HEIGHT]
}

/// A phone whose screen shows no code.
fn blank() -> Vec<u8> {
    let mut gray = desk();
    for y in 20..220 {
        gray[y * WIDTH + 60..][..200].fill(230);
    }
    gray
}

/// Looks at one frame every 100 ms; what was told, and when.
fn told(frames: impl Iterator<Item = Vec<u8>>) -> Vec<(u64, Sight)> {
    let (mut watch, start) = (Watch::new(), Instant::now());
    (0..)
        .zip(frames)
        .map(|(n, gray)| (n * 100, watch.look(&gray, WIDTH, HEIGHT, start + Duration::from_millis(n * 100))))
        .filter(|(_, sight)| *sight != Sight::Nothing)
        .collect()
}

fn code(text: &str) -> Sight {
    Sight::Code(Code::new(text.into()))
}

#[test]
fn the_same_code_once_in_two_seconds() {
    let held = std::iter::repeat_n(phone("281234567890123456"), 25);
    assert_eq!(told(held), [(0, code("281234567890123456")), (2000, code("281234567890123456"))]);
}

#[test]
fn another_code_at_once() {
    let frames = [phone("first"), phone("second"), phone("first"), phone("second")];
    assert_eq!(told(frames.into_iter()), [(0, code("first")), (100, code("second"))]);
}

#[test]
fn a_bright_thing_without_a_code_is_unreadable_after_a_second_and_a_half() {
    let frames = std::iter::repeat_n(desk(), 5).chain(std::iter::repeat_n(blank(), 60));
    assert_eq!(told(frames), [(500 + 1500, Sight::Unreadable), (500 + 5500, Sight::Unreadable)]);
}

#[test]
fn a_bright_thing_that_passes_is_nothing() {
    let pass = || std::iter::repeat_n(blank(), 10).chain(std::iter::repeat_n(desk(), 3));
    assert_eq!(told(std::iter::repeat_n(desk(), 3).chain(pass()).chain(pass())), []);
}

#[test]
fn a_read_code_is_never_unreadable() {
    let held = std::iter::repeat_n(desk(), 3).chain(std::iter::repeat_n(phone("x"), 19));
    assert_eq!(told(held), [(300, code("x"))]);
}

#[test]
fn a_broken_frame_is_nothing() {
    let mut watch = Watch::new();
    assert_eq!(watch.look(&[1, 2, 3], WIDTH, HEIGHT, Instant::now()), Sight::Nothing);
}
