//! A buzzer below the driver: which tones start and end.

use std::path::Path;

use signal::buzzer::Buzzer;
use signal::fake::{Fault, Heard, Sounder};
use signal::{Annunciator, Hertz, Signal, SignalError, State, Volume};

use crate::{IN_VAIN, SOON, until};

const PATH: &str = "/dev/input/event9";
const TONES: u32 = 0b110;
const BELL: u32 = 0b010;

fn buzzer(sounder: &Sounder) -> Annunciator {
    let node = sounder.node();
    Annunciator::start("buzzer", Path::new(PATH), SOON, move || Buzzer::over(Path::new(PATH), node.clone()))
        .unwrap()
}

/// The tones, each once however often it was written.
fn tones(heard: Vec<Heard>) -> Vec<Option<u16>> {
    let mut tones: Vec<_> = heard.into_iter().map(|heard| heard.tone.map(|hertz| hertz.0)).collect();
    tones.dedup();
    tones
}

#[test]
fn refused_falls_and_ends() {
    let sounder = Sounder::new(TONES);
    let buzzer = buzzer(&sounder);
    buzzer.show(Signal::Refused);
    let mut heard = until(sounder.heard(), |heard| heard.tone == Some(Hertz(330)));
    heard.extend(until(sounder.heard(), |heard| heard.tone.is_none()));
    assert_eq!(tones(heard), [None, Some(440), None, Some(330), None]);
}

#[test]
fn a_bell_has_one_pitch() {
    let sounder = Sounder::new(BELL);
    let buzzer = buzzer(&sounder);
    buzzer.show(Signal::LookHere);
    let mut heard = until(sounder.heard(), |heard| heard.tone.is_some());
    heard.extend(until(sounder.heard(), |heard| heard.tone.is_none()));
    assert_eq!(tones(heard), [None, Some(1), None]);
}

#[test]
fn quiet_hours_begin_in_the_middle_of_a_call() {
    let sounder = Sounder::new(TONES);
    let buzzer = buzzer(&sounder);
    buzzer.show(Signal::SeeStaff);
    until(sounder.heard(), |heard| heard.tone == Some(Hertz(660)));
    buzzer.set_volume(Volume::Silent);
    until(sounder.heard(), |heard| heard.tone.is_none());
    buzzer.show(Signal::Paid);
    let written = buzzer.health().written;
    buzzer.wait(IN_VAIN, |health| health.written > written + 20);
    assert_eq!(tones(sounder.heard().try_iter().collect()), [None]);
}

#[test]
fn it_falls_silent_at_its_end() {
    let sounder = Sounder::new(TONES);
    let buzzer = buzzer(&sounder);
    buzzer.show(Signal::SeeStaff);
    until(sounder.heard(), |heard| heard.tone == Some(Hertz(660)));
    drop(buzzer);
    assert_eq!(sounder.heard().try_iter().last().and_then(|heard| heard.tone), None);
}

#[test]
fn plugged_out_torn_and_back() {
    let sounder = Sounder::new(TONES);
    let buzzer = buzzer(&sounder);
    for fault in [Fault::Unplugged, Fault::Torn(0), Fault::Torn(23), Fault::Torn(30)] {
        buzzer.wait(IN_VAIN, |health| health.state == State::Ready);
        sounder.set(fault);
        let missing = buzzer.wait(IN_VAIN, |health| health.state != State::Ready);
        assert!(matches!(missing.state, State::Missing(SignalError::Lost { .. })), "{fault:?} {missing:?}");
        sounder.set(Fault::None);
    }
    assert_eq!(buzzer.wait(IN_VAIN, |health| health.state == State::Ready).state, State::Ready);
}

#[test]
fn what_makes_no_sounds_says_so() {
    let none = SignalError::NoBuzzer { path: PATH.into() };
    let open = |sounder: &Sounder| Buzzer::over(Path::new(PATH), sounder.node()).map(drop);
    assert_eq!(open(&Sounder::new(0)), Err(none.clone()));
    assert_eq!(open(&Sounder::new(1)), Err(none.clone()), "a click alone");
    let keyboard = Sounder::new(TONES);
    keyboard.set(Fault::Other);
    assert_eq!(open(&keyboard), Err(none));
}
