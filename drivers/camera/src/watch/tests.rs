//! Histories of frames, with our own clock.

use super::*;
use crate::code::Symbology;
use crate::fake::{Shot, Symbol};

const WIDTH: usize = 320;
const HEIGHT: usize = 240;
const BASE: Shot =
    Shot { size: (WIDTH, HEIGHT), centre: (160.0, 120.0), module: 5.0, greys: [10, 240, 100], ..Shot::GOOD };

fn qr(text: &str) -> Symbol {
    Symbol::qr(text.as_bytes()).unwrap()
}

fn phone(text: &str) -> Vec<u8> {
    BASE.of(&qr(text), 0)
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
    Sight::Code(Code::new(Symbology::Qr, text.into()))
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
fn several_codes_in_one_view_are_all_told_one_after_another() {
    let at = |x: f32, text: &str| {
        Shot { module: 2.5, centre: (x, 120.0), greys: [10, 240, 240], ..BASE }.of(&qr(text), 0)
    };
    let both: Vec<u8> = at(80.0, "left").into_iter().zip(at(240.0, "right")).map(|(a, b)| a.min(b)).collect();
    let mut told: Vec<_> =
        told([both, desk(), desk()].into_iter()).into_iter().map(|(_, sight)| sight).collect();
    told.sort_by_key(|sight| *sight == code("right"));
    assert_eq!(told, [code("left"), code("right")]);
}

#[test]
fn bars_count_in_the_second_frame() {
    let text = "281234567890123456";
    let bars = Shot { module: 2.0, ..BASE }.of(&Symbol::code_128(text).unwrap(), 0);
    let expected = Sight::Code(Code::new(Symbology::Code128, text.into()));
    assert_eq!(told(std::iter::repeat_n(bars.clone(), 3)), [(100, expected)]);
    assert_eq!(told([bars].into_iter().chain(std::iter::repeat_n(desk(), 3))), []);
}

#[test]
fn a_hard_code_is_read_within_the_cascade() {
    // Bars that lie aslant are read by a turned view alone.
    let text = "281234567890123456";
    let aslant = Shot { module: 1.7, turn: 60.0, ..BASE }.of(&Symbol::code_128(text).unwrap(), 0);
    let desk = std::iter::repeat_n(desk(), 3);
    let told = told(desk.chain(std::iter::repeat_n(aslant, 25)));
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0].1, Sight::Code(Code::new(Symbology::Code128, text.into())));
}

#[test]
fn a_reflection_that_wanders_is_seen_through_by_three_frames() {
    let lamps = [(180.0, 140.0), (162.0, 119.0), (169.0, 133.0)];
    let frames: Vec<Vec<u8>> = (0..)
        .zip(lamps)
        .map(|(n, lamp)| {
            let centre = (160.0 + n as f32 * 2.0, 120.0 - n as f32);
            Shot { centre, glare: Some((lamp, 24.0)), ..BASE }.of(&qr("281234567890123456"), n)
        })
        .collect();
    for frame in &frames {
        let picture = Picture::new(frame, WIDTH, HEIGHT).unwrap();
        assert_eq!(decode::codes(frame, WIDTH, HEIGHT), Ok(vec![]), "none is readable alone");
        assert!(!decode::look(&picture).unwrap().unread.is_empty(), "but its patterns are seen");
    }
    assert_eq!(told(frames.into_iter()), [(200, code("281234567890123456"))]);
}

#[test]
fn a_bright_thing_without_a_code_is_unreadable_after_a_second_and_a_half() {
    let frames = std::iter::repeat_n(desk(), 5).chain(std::iter::repeat_n(blank(), 60));
    let unreadable = || Sight::Unreadable(Why::Unknown);
    assert_eq!(told(frames), [(500 + 1500, unreadable()), (500 + 5500, unreadable())]);
}

#[test]
fn the_reason_is_what_most_frames_show() {
    let still = || BASE.of(&Symbol::qr(&[b'x'; 60]).unwrap(), 0);
    let moving = || Shot { module: 4.0, motion: 14.0, ..BASE }.of(&Symbol::qr(&[b'x'; 60]).unwrap(), 0);
    let held = (0..20).map(|n| if n % 4 == 0 { blank() } else { moving() });
    let frames = std::iter::repeat_n(desk(), 3).chain(held);
    assert_eq!(told(frames), [(300 + 1500, Sight::Unreadable(Why::Blurred))]);
    assert_eq!(told([still()].into_iter()).len(), 1, "which is readable when it stands still");
}

#[test]
fn a_dark_screen_that_is_seen_but_not_read_is_told_too() {
    // Not bright enough to count as held up; the noise decides the data, but its patterns are seen now and then.
    let dim = |seed| {
        Shot { greys: [10, 34, 12], glare: Some(((175.0, 130.0), 28.0)), ..BASE }
            .of(&qr("281234567890123456"), seed)
    };
    let told = told((0..20).map(dim));
    assert!(matches!(told[..], [(1500, Sight::Unreadable(_))]), "{told:?}");
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
