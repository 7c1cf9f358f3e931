//! The self-test says what a technician has to know.

use std::time::Duration;

use capture::fake::Input;
use capture::trial::{self, Failed};
use capture::{Kind, Loss, Size, Source};

const WITHIN: Duration = Duration::from_secs(20);

fn plug(kind: Kind, description: &str) -> (Input, Source) {
    let input = Input::plug(kind, "input", description).unwrap();
    let source = input.source().unwrap();
    (input, source)
}

#[test]
fn a_picture_and_none() {
    let shape = "video/x-raw,width=320,height=240,framerate=30/1";
    let (_bars, source) = plug(Kind::Video, &format!("videotestsrc is-live=true pattern=smpte ! {shape}"));
    let bars = trial::video(source, Size::MOST, WITHIN).unwrap();
    assert!(!bars.facts.is_plain() && bars.facts.contrast > 40, "{:?}", bars.facts);
    assert_eq!((bars.frame.width(), bars.frame.height()), (320, 240));
    let (_black, source) = plug(Kind::Video, &format!("videotestsrc is-live=true pattern=black ! {shape}"));
    let black = trial::video(source, Size::MOST, WITHIN).unwrap();
    assert!(black.facts.is_plain() && black.facts.brightness < 5, "{:?}", black.facts);
}

#[test]
fn a_sound_and_none() {
    let (_tone, source) = plug(Kind::Audio, "audiotestsrc is-live=true wave=pink-noise volume=0.1");
    let tone = trial::audio(source, WITHIN).unwrap();
    assert!(!tone.is_muted() && tone.level.rms_db < -20.0, "{tone:?}");
    let (_off, source) = plug(Kind::Audio, "audiotestsrc is-live=true wave=silence");
    assert!(trial::audio(source, WITHIN).unwrap().is_muted());
}

#[test]
fn what_gives_nothing() {
    const SHORT: Duration = Duration::from_millis(200);
    for kind in [Kind::Video, Kind::Audio] {
        let element =
            if kind == Kind::Video { "videotestsrc is-live=true" } else { "audiotestsrc is-live=true" };
        let failed = |source| match kind {
            Kind::Video => trial::video(source, Size::MOST, SHORT).map(drop).unwrap_err(),
            Kind::Audio => trial::audio(source, SHORT).map(drop).unwrap_err(),
        };
        let (input, source) = plug(kind, element);
        input.stall();
        assert_eq!(failed(source.clone()), Failed::TooSlow(SHORT));
        input.unplug();
        assert_eq!(failed(source), Failed::Lost(Loss::Unplugged));
    }
}
