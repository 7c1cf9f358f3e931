//! Each step reads a code it is there for, which the plain look and the steps before it do not.

use super::*;
use crate::decode::{look, look_by};
use crate::fake::{Shot, Symbol};

const PAY_CODE: &str = "281234567890123456";
const SIZE: (usize, usize) = (320, 240);
const BASE: Shot = Shot { size: SIZE, centre: (160.0, 120.0), module: 5.0, ..Shot::GOOD };

/// How many of these frames, each with noise of its own, are read.
fn reads(step: Option<Step>, frames: &[Vec<u8>]) -> usize {
    let read = |gray: &&Vec<u8>| {
        let picture = Picture::new(gray, SIZE.0, SIZE.1).unwrap();
        let codes = match step {
            Some(step) => look_by(step, &picture).unwrap_or_default(),
            None => look(&picture).unwrap().codes,
        };
        codes.iter().any(|code| code.reveal() == PAY_CODE.as_bytes())
    };
    frames.iter().filter(read).count()
}

fn frames(shot: Shot, symbol: &Symbol) -> Vec<Vec<u8>> {
    (0..12)
        .map(|seed| {
            let off = seed as f32 * 0.37;
            Shot { centre: (shot.centre.0 + off, shot.centre.1 + off * 0.7), ..shot }.of(symbol, seed)
        })
        .collect()
}

fn qr() -> Symbol {
    Symbol::qr(PAY_CODE.as_bytes()).unwrap()
}

#[test]
fn a_good_code_is_read_by_every_step() {
    let good = frames(BASE, &qr());
    for step in Step::ALL.into_iter().filter(|step| !matches!(step, Step::Turned(_))) {
        assert_eq!(reads(Some(step), &good), good.len(), "{step:?}");
    }
}

#[test]
fn what_each_step_is_there_for() {
    let (qr, bars) = (qr(), Symbol::code_128(PAY_CODE).unwrap());
    for (step, shot, symbol) in [
        (Step::Double, Shot { module: 1.4, noise: 6.0, ..BASE }, &qr),
        (Step::Double, Shot { module: 2.0, noise: 40.0, ..BASE }, &bars),
        (Step::Sharp, Shot { module: 4.0, blur: 2.2, ..BASE }, &qr),
        (Step::Wide, Shot { tilt: 65.0, ..BASE }, &qr),
        (Step::High, Shot { tilt: 65.0, turn: 90.0, ..BASE }, &qr),
        (Step::Second, Shot { tilt: 65.0, turn: 90.0, ..BASE }, &qr),
        (Step::Stretched, Shot { greys: [100, 108, 100], noise: 1.0, ..BASE }, &qr),
        (Step::Stretched, Shot { greys: [2, 18, 0], noise: 1.0, ..BASE }, &qr),
        (Step::Median, Shot { noise: 80.0, ..BASE }, &qr),
        (Step::Turned(68), Shot { turn: 20.0, module: 1.8, ..BASE }, &bars),
        (Step::Turned(45), Shot { turn: 45.0, module: 1.8, ..BASE }, &bars),
        (Step::Turned(22), Shot { turn: 70.0, module: 1.8, ..BASE }, &bars),
    ] {
        let frames = frames(shot, symbol);
        let plain = reads(None, &frames);
        let by_step = reads(Some(step), &frames);
        println!("{step:?}: {by_step} where the plain look reads {plain}");
        assert!(by_step >= plain + 5, "{step:?}");
    }
}

#[test]
fn any_size() {
    for (width, height) in [(0, 0), (1, 1), (2, 3), (33, 47), (64, 33), (35, 35)] {
        let gray: Vec<u8> = (0..width * height).map(|at| (at * 7 % 251) as u8).collect();
        for step in Step::ALL {
            let made = step.make(&Picture::new(&gray, width, height).unwrap());
            assert_eq!(made.gray().len(), made.width() * made.height(), "{step:?}");
        }
    }
}

#[test]
fn a_large_picture_makes_no_larger_one_than_is_worth_its_time() {
    let gray = vec![255; 3000 * 1000];
    let made = Step::Double.make(&Picture::new(&gray, 3000, 1000).unwrap());
    assert!(made.width() * made.height() <= PIXELS_MADE_MAX as usize);
    assert!((made.width() as f32 / made.height() as f32 - 3.0).abs() < 0.01);
}
