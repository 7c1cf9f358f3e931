//! What is no panel is passed over, and the wait ends as it should. Real panels come and go in `cargo xtask devices`.

use super::*;
use crate::{Axis, code};

#[test]
fn what_is_no_device_is_passed_over_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("event3"), "no device").unwrap();
    std::fs::write(folder.path().join("mouse0"), "not even its name").unwrap();
    let waker = Waker::new().unwrap();
    let mut finder = Finder::of(folder.path(), waker.clone()).unwrap();
    assert_eq!(finder.next(Duration::ZERO).unwrap(), None);
    let known = |finder: &Finder| finder.known.iter().map(|name| name.to_str().unwrap().to_owned()).collect();
    let names: Vec<String> = known(&finder);
    assert_eq!(names, ["event3"]);
    std::fs::remove_file(folder.path().join("event3")).unwrap();
    std::fs::write(folder.path().join("event12"), "another").unwrap();
    assert_eq!(finder.next(Duration::ZERO).unwrap(), None);
    let names: Vec<String> = known(&finder);
    assert_eq!(names, ["event12"]);
    waker.wake().unwrap();
    assert_eq!(finder.next(Duration::from_secs(3600)).unwrap(), None);
    assert!(Finder::of(&folder.path().join("absent"), waker).is_err());
}

#[test]
fn panels_and_pens_on_a_screen_are_told_from_what_lies_on_a_desk() {
    let about = |properties: &[u16], keys: &[u16], axes: &[u16]| Description {
        properties: properties.iter().copied().collect(),
        keys: keys.iter().copied().collect(),
        axes: axes.iter().map(|axis| (*axis, Axis { min: 0, max: 9, resolution: 0 })).collect(),
        ..Description::default()
    };
    let (direct, pointer) = (code::INPUT_PROP_DIRECT, code::INPUT_PROP_POINTER);
    let slots = [code::ABS_MT_SLOT, code::ABS_MT_POSITION_X, code::ABS_MT_POSITION_Y];
    let plane = [code::ABS_X, code::ABS_Y];
    for (is, properties, keys, axes) in [
        (true, &[direct][..], &[code::BTN_TOUCH][..], &slots[..]),
        (true, &[direct], &[code::BTN_TOUCH, code::BTN_TOOL_PEN], &plane),
        // A resistive screen of an old driver.
        (true, &[], &[code::BTN_TOUCH], &plane),
        // A touch pad, a graphics tablet, a mouse that says where it is, as emulators have; a keyboard.
        (false, &[pointer], &[code::BTN_TOUCH, code::BTN_TOOL_FINGER], &slots),
        (false, &[pointer], &[code::BTN_TOUCH, code::BTN_TOOL_PEN], &plane),
        (false, &[], &[0x110], &plane),
        (false, &[direct], &[30], &[]),
    ] {
        assert_eq!(about(properties, keys, axes).is_on_screen(), is, "{properties:?} {keys:?}");
    }
}
