//! Sound: without gaps, as loud as it is, and again after each loss.

use std::time::Duration;

use capture::fake::Input;
use capture::{CaptureError, Heard, Kind, Level, Loss, Microphone, Sound, Source};

use crate::{SOON, in_vain};

const TONE: &str = "audiotestsrc is-live=true wave=sine freq=1000 volume=0.5 ! audio/x-raw,rate=44100";

fn plugged(description: &str) -> (Input, Microphone) {
    let input = Input::plug(Kind::Audio, "microphone", description).unwrap();
    let microphone = Microphone::with_limits(input.source().unwrap(), SOON).unwrap();
    (input, microphone)
}

fn sound(microphone: &mut Microphone) -> Sound {
    loop {
        match microphone.next(in_vain()).unwrap() {
            Heard::Sound(sound) => return sound,
            Heard::Lost(_) => {}
            Heard::Nothing => panic!("nothing was heard"),
        }
    }
}

fn loss(microphone: &mut Microphone) -> Loss {
    loop {
        match microphone.next(in_vain()).unwrap() {
            Heard::Lost(loss) => return loss,
            Heard::Sound(_) => {}
            Heard::Nothing => panic!("nothing was lost"),
        }
    }
}

#[test]
fn a_tone_at_half_scale_is_six_decibels_down() {
    let (_input, mut microphone) = plugged(TONE);
    let mut samples = Vec::new();
    while samples.len() < 24_000 {
        let sound = sound(&mut microphone);
        assert_eq!(sound.gap, Duration::ZERO);
        samples.extend(sound.samples);
    }
    let level = Level::of(&samples);
    assert!((level.rms_db + 6.02).abs() < 0.1 && (level.peak_db + 6.02).abs() < 0.1, "{level:?}");
    let crossings = samples.windows(2).filter(|two| two[0] < 0 && two[1] >= 0).count();
    let expected = samples.len() / 48;
    assert!(crossings.abs_diff(expected) <= 2, "{crossings} of {expected} waves at 48 kHz");
}

#[test]
fn what_nobody_took_is_a_gap() {
    // As fast as it can, which is faster than anybody listens.
    let (_input, mut microphone) =
        plugged("audiotestsrc wave=silence samplesperbuffer=48000 ! audio/x-raw,rate=48000");
    let (mut gaps, mut end) = (Duration::ZERO, Duration::ZERO);
    while end < Duration::from_secs(100_000) && gaps.is_zero() {
        let sound = sound(&mut microphone);
        gaps += sound.gap;
        end = sound.at + sound.length();
    }
    assert!(!gaps.is_zero());
}

#[test]
fn plugged_out_silent_and_back() {
    let (input, mut microphone) = plugged(TONE);
    sound(&mut microphone);
    input.unplug();
    while loss(&mut microphone) != Loss::Unplugged {}
    input.plug_again();
    assert_eq!(sound(&mut microphone).gap, Duration::ZERO, "a new beginning is no gap");
    input.stall();
    assert_eq!(loss(&mut microphone), Loss::Stalled);
    input.go_on();
    sound(&mut microphone);
    assert_eq!(microphone.health().lost, 2);
}

#[test]
fn sound_never_prints() {
    let (_input, mut microphone) = plugged(TONE);
    let sound = sound(&mut microphone);
    let loud = sound.samples.iter().max().unwrap().to_string();
    assert!(!format!("{sound:?}").contains(&format!("[{loud}")) && format!("{sound:?}").len() < 150);
}

#[test]
fn a_screen_makes_no_sound() {
    let screen = Source::parse("/dev/video0").unwrap();
    assert_eq!(Microphone::open(screen).unwrap_err(), CaptureError::WrongKind("/dev/video0".into()));
}
