//! Whatever happens to a device, once it is mended it shows what was told last.

use std::path::Path;

use proptest::prelude::*;
use signal::buzzer::Buzzer;
use signal::fake::{Fault, Lamps, LedDirectory, Sounder};
use signal::{Annunciator, Signal, State};

use crate::lights::light;
use crate::{IN_VAIN, SOON, until};

#[derive(Clone, Copy, Debug)]
enum Step {
    Show(Signal),
    Unplug,
    Hang,
    Refuse,
    Garble,
    Mend,
}

/// Signals that are neither amber nor sound like those that a test waits for.
fn others() -> impl Strategy<Value = Signal> {
    prop::sample::select(vec![Signal::Off, Signal::Waiting, Signal::Paid, Signal::Refused, Signal::SeeStaff])
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => others().prop_map(Step::Show),
        1 => Just(Step::Unplug),
        1 => Just(Step::Hang),
        1 => Just(Step::Refuse),
        1 => Just(Step::Garble),
        2 => Just(Step::Mend),
    ]
}

/// A light and what is wrong with it.
struct Bench {
    led: LedDirectory,
    is_plugged: bool,
    is_faulty: bool,
}

impl Bench {
    fn take(&mut self, step: Step, light: &Annunciator) {
        match step {
            Step::Show(signal) => light.show(signal),
            Step::Mend => self.mend(),
            _ if !self.is_plugged || self.is_faulty => {}
            Step::Unplug => {
                self.led.unplug().unwrap();
                self.is_plugged = false;
            }
            Step::Hang => {
                self.led.hang().unwrap();
                self.is_faulty = true;
            }
            Step::Refuse => {
                self.led.refuse("multi_intensity").unwrap();
                self.is_faulty = true;
            }
            Step::Garble => {
                self.led.garble("max_brightness", b"\0\xff").unwrap();
                self.is_faulty = true;
            }
        }
    }

    /// Out and in again, as a person would.
    fn mend(&mut self) {
        if self.is_plugged && self.is_faulty {
            self.led.unplug().unwrap();
        }
        if !self.is_plugged || self.is_faulty {
            self.led.plug().unwrap();
        }
        (self.is_plugged, self.is_faulty) = (true, false);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_mended_light_shows_what_was_told_last(steps in prop::collection::vec(step(), 0..12)) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("kiosk");
        let mut bench = Bench {
            led: LedDirectory::new(&path, Lamps::Colours),
            is_plugged: false,
            is_faulty: false,
        };
        let light = light(&path, SOON);
        for step in steps {
            bench.take(step, &light);
        }
        bench.mend();
        light.show(Signal::Busy);
        let amber = |written: &signal::fake::Written| written.line == "255 120 0";
        until(bench.led.written(), amber);
        let after = until(bench.led.written(), |written| written.file == "multi_intensity");
        prop_assert!(after.last().is_some_and(amber), "{:?}", after);
        prop_assert_eq!(light.wait(IN_VAIN, |health| health.state == State::Ready).state, State::Ready);
    }

    #[test]
    fn a_mended_buzzer_ends_silent(faults in prop::collection::vec((0..60_usize, others()), 0..12)) {
        let (path, sounder) = (Path::new("/dev/input/event9"), Sounder::new(0b110));
        let node = sounder.node();
        let buzzer = Annunciator::start("buzzer", path, SOON, move || Buzzer::over(path, node.clone())).unwrap();
        for (torn, signal) in faults {
            sounder.set(if torn > 48 { Fault::Unplugged } else { Fault::Torn(torn) });
            buzzer.show(signal);
        }
        sounder.set(Fault::None);
        buzzer.show(Signal::LookHere);
        until(sounder.heard(), |heard| heard.tone.is_some_and(|hertz| hertz.0 == 880));
        prop_assert_eq!(buzzer.wait(IN_VAIN, |health| health.state == State::Ready).state, State::Ready);
        drop(buzzer);
        prop_assert_eq!(sounder.heard().try_iter().last().and_then(|heard| heard.tone), None);
    }
}
