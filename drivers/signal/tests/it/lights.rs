//! A light of the LED class, as a directory whose files are pipes.

use std::path::{Path, PathBuf};
use std::time::Duration;

use signal::fake::{Lamps, LedDirectory, Written};
use signal::led::Light;
use signal::{Annunciator, Limits, Signal, SignalError, State};

use crate::{IN_VAIN, SOON, until};

pub(crate) fn light(path: &Path, limits: Limits) -> Annunciator {
    let from = path.to_owned();
    Annunciator::start("light", path, limits, move || Light::open(&from)).unwrap()
}

fn place() -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("kiosk");
    (dir, path)
}

/// Limits at which nothing is written twice.
const ONCE: Limits = Limits { again_every: Duration::from_secs(3600), ..SOON };

fn is(written: &Written, file: &str, line: &str) -> bool {
    written.file == file && written.line == line
}

fn lines<'a>(written: &'a [Written], file: &str) -> Vec<&'a str> {
    written.iter().filter(|written| written.file == file).map(|written| written.line.as_str()).collect()
}

/// Takes until so many lines came to each of these files, whose order among each other is not known.
fn until_each(led: &LedDirectory, counts: &[(&str, usize)]) -> Vec<Written> {
    let mut taken = Vec::new();
    while counts.iter().any(|(file, count)| lines(&taken, file).len() < *count) {
        taken.push(led.written().recv_timeout(IN_VAIN).expect("a line did not come"));
    }
    taken
}

#[test]
fn a_paid_payment_is_green_with_one_wink_and_stays() {
    let (_dir, path) = place();
    let mut led = LedDirectory::new(&path, Lamps::Colours);
    led.plug().unwrap();
    let light = light(&path, ONCE);
    let dark = until_each(&led, &[("trigger", 1), ("brightness", 1)]);
    assert_eq!((lines(&dark, "trigger"), lines(&dark, "brightness")), (vec!["none"], vec!["0"]));
    light.show(Signal::Paid);
    let seen = until_each(&led, &[("multi_intensity", 3), ("brightness", 5)]);
    assert_eq!(lines(&seen, "multi_intensity"), ["0 255 0"; 3]);
    assert_eq!(lines(&seen, "brightness"), ["255", "0", "255", "0", "255"]);
    drop(light);
    let end = until_each(&led, &[("brightness", 1)]);
    assert_eq!(lines(&end, "brightness"), ["0"], "it goes dark at the end");
}

#[test]
fn a_light_of_one_colour_has_the_rhythm() {
    let (_dir, path) = place();
    let mut led = LedDirectory::new(&path, Lamps::One);
    led.plug().unwrap();
    let light = light(&path, ONCE);
    until(led.written(), |written| is(written, "brightness", "0"));
    light.show(Signal::Refused);
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.extend(until(led.written(), |written| is(written, "brightness", "0")));
    }
    assert_eq!(lines(&seen, "brightness"), ["1", "0", "1", "0", "1", "0", "1", "0"]);
}

#[test]
fn plugged_out_and_in_it_shows_what_is_due() {
    let (_dir, path) = place();
    let mut led = LedDirectory::new(&path, Lamps::Colours);
    let light = light(&path, SOON);
    light.show(Signal::Busy);
    let none = light.wait(IN_VAIN, |health| matches!(health.state, State::Missing(_)));
    assert_eq!(none.state, State::Missing(SignalError::NotFound { path: path.clone() }));
    for times in 1..=3_u64 {
        led.plug().unwrap();
        let lit = until_each(&led, &[("multi_intensity", 1), ("brightness", 1)]);
        assert_eq!((lines(&lit, "multi_intensity")[0], lines(&lit, "brightness")[0]), ("255 120 0", "255"));
        let ready = light.wait(IN_VAIN, |health| health.state == State::Ready);
        assert_eq!((&ready.state, ready.opened, ready.lost), (&State::Ready, times, times - 1));
        led.unplug().unwrap();
        let gone = light.wait(IN_VAIN, |health| health.state != State::Ready);
        assert!(matches!(gone.state, State::Missing(_)), "{gone:?}");
    }
}

#[test]
fn what_somebody_else_wrote_does_not_stay() {
    let (_dir, path) = place();
    let mut led = LedDirectory::new(&path, Lamps::One);
    led.plug().unwrap();
    let light = light(&path, SOON);
    light.show(Signal::Busy);
    until(led.written(), |written| is(written, "brightness", "1"));
    std::fs::write(path.join("brightness"), "7\n").unwrap();
    until(led.written(), |written| is(written, "brightness", "7"));
    until(led.written(), |written| is(written, "brightness", "1"));
}

#[test]
fn a_light_that_hangs_holds_nobody_and_the_newest_wins() {
    let (_dir, path) = place();
    let mut led = LedDirectory::new(&path, Lamps::Colours);
    led.plug().unwrap();
    let light = light(&path, SOON);
    light.wait(IN_VAIN, |health| health.state == State::Ready);
    led.hang().unwrap();
    let hung = light.wait(IN_VAIN, |health| matches!(health.state, State::Missing(_)));
    assert_eq!(hung.state, State::Missing(SignalError::Hung { path: path.clone() }));
    while led.written().try_recv().is_ok() {}
    light.show(Signal::Refused);
    light.show(Signal::SeeStaff);
    light.show(Signal::Paid);
    led.go_on().unwrap();
    let seen = until(led.written(), |written| is(written, "multi_intensity", "0 255 0"));
    assert_eq!(lines(&seen, "multi_intensity"), ["0 255 0"], "what was told before is forgotten");
    light.wait(IN_VAIN, |health| health.state == State::Ready);
}

#[test]
fn a_light_that_hangs_is_left_behind_at_the_end() {
    let (_dir, path) = place();
    let mut led = LedDirectory::new(&path, Lamps::One);
    led.plug().unwrap();
    let light = light(&path, Limits { end_within: Duration::from_millis(20), ..SOON });
    light.wait(IN_VAIN, |health| health.state == State::Ready);
    led.hang().unwrap();
    light.wait(IN_VAIN, |health| matches!(health.state, State::Missing(_)));
    drop(light);
    // Its thread ends once the device lets it.
    led.go_on().unwrap();
    until(led.written(), |written| is(written, "brightness", "0"));
}

#[test]
fn what_is_no_light_says_so() {
    let (_dir, path) = place();
    let no_light = |why| Err(SignalError::NoLight { path: path.clone(), why });
    let opened = || Light::open(&path).map(drop);
    assert_eq!(opened(), Err(SignalError::NotFound { path: path.clone() }));
    std::fs::create_dir(&path).unwrap();
    assert_eq!(opened(), no_light("it has no max_brightness"));
    for max in ["", "many", "0", "-1", "99999999999"] {
        std::fs::write(path.join("max_brightness"), max).unwrap();
        assert_eq!(opened(), no_light("its max_brightness is no number"), "{max}");
    }
    std::fs::write(path.join("max_brightness"), "255\n").unwrap();
    assert_eq!(opened(), Ok(()));
    std::fs::write(path.join("multi_index"), b"\xff ".repeat(9000)).unwrap();
    assert_eq!(opened(), no_light("its multi_index names no colours"));
}
