//! GStreamer's own monitor, and devices that come and go.

use capture::fake::Input;
use capture::{Change, Kind, Monitor};

use crate::in_vain;

fn until(monitor: &Monitor, fits: impl Fn(&Change) -> bool) {
    while !fits(&monitor.next(in_vain()).expect("no such change")) {}
}

#[test]
fn inputs_come_and_go() {
    let screen = Input::plug(Kind::Video, "a screen", "videotestsrc is-live=true").unwrap();
    let monitor = Monitor::start().unwrap();
    let names = || monitor.inputs().iter().map(|input| input.name().to_owned()).collect::<Vec<_>>();
    assert!(names().contains(&"a screen".to_owned()), "{:?}", names());
    let microphone = Input::plug(Kind::Audio, "a microphone", "audiotestsrc is-live=true").unwrap();
    until(
        &monitor,
        |change| matches!(change, Change::Came(input) if input.name() == "a microphone" && input.kind() == Kind::Audio),
    );
    assert!(names().contains(&"a microphone".to_owned()), "{:?}", names());
    screen.unplug();
    until(&monitor, |change| matches!(change, Change::Left(input) if *input == screen.source().unwrap()));
    assert!(!names().contains(&"a screen".to_owned()), "{:?}", names());
    screen.plug_again();
    until(&monitor, |change| matches!(change, Change::Came(input) if *input == screen.source().unwrap()));
    drop(microphone);
    until(&monitor, |change| matches!(change, Change::Left(input) if input.kind() == Kind::Audio));
}
