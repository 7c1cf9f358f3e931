//! Every axis of slots and of pens, in our units.

use super::*;
use crate::{Buttons, Hover, PanelPoint, Tilt};

/// Feeds events (kind, code, value) and a report; the frame.
fn frame(decoder: &mut Decoder, events: &[(u16, u16, i32)]) -> Frame {
    for (kind, number, value) in events {
        assert!(matches!(decoder.feed(InputEvent::new(7, *kind, *number, *value)), Fed::Nothing));
    }
    match decoder.feed(InputEvent::report(7)) {
        Fed::Frame(frame) => frame,
        other => panic!("{other:?}"),
    }
}

const ABS: u16 = code::EV_ABS;
const KEY: u16 = code::EV_KEY;

#[test]
fn a_slots_every_axis() {
    let mut decoder = Decoder::new(panel());
    let contact = frame(
        &mut decoder,
        &[
            (ABS, code::ABS_MT_TRACKING_ID, 5),
            (ABS, code::ABS_MT_WIDTH_MAJOR, 40),
            (ABS, code::ABS_MT_WIDTH_MINOR, 20),
            (ABS, code::ABS_MT_ORIENTATION, -2),
            (ABS, code::ABS_MT_BLOB_ID, 3),
            (ABS, code::ABS_MT_TOOL_X, 100),
            (ABS, code::ABS_MT_TOOL_Y, 50),
        ],
    )
    .contacts[0];
    assert_eq!((contact.width_major_um, contact.width_minor_um), (Some(40_000), Some(20_000)));
    assert_eq!((contact.orientation_cdeg, contact.blob), (Some(-4_500), Some(3)));
    assert_eq!(contact.tool_at, Some(PanelPoint { x_um: 10_000, y_um: 5_000 }));
}

#[test]
fn what_the_kernel_does_not_repeat_still_counts() {
    let mut decoder = Decoder::new(panel());
    let palm = [(ABS, code::ABS_MT_TRACKING_ID, 5), (ABS, code::ABS_MT_TOOL_TYPE, code::MT_TOOL_PALM)];
    frame(&mut decoder, &palm);
    frame(&mut decoder, &[(ABS, code::ABS_MT_TOUCH_MAJOR, 60), (ABS, code::ABS_MT_POSITION_X, 9)]);
    frame(&mut decoder, &[(ABS, code::ABS_MT_TRACKING_ID, -1)]);
    let again = frame(&mut decoder, &[(ABS, code::ABS_MT_TRACKING_ID, 6)]).contacts[0];
    assert_eq!((again.phase, again.tool, again.major_um), (Phase::Down, ToolKind::Palm, Some(60_000)));
    assert_eq!(again.at.x_um, 900);
}

#[test]
fn a_pens_every_axis() {
    let mut decoder = Decoder::new(pen_panel());
    let near = frame(
        &mut decoder,
        &[
            (KEY, code::BTN_TOOL_PENCIL, 1),
            (code::EV_MSC, code::MSC_SERIAL, 99),
            (ABS, code::ABS_MISC, 0x802),
            (ABS, code::ABS_DISTANCE, 63),
            (ABS, code::ABS_TILT_X, 74),
            (ABS, code::ABS_TILT_Y, -1000),
            (ABS, code::ABS_Z, -450),
            (KEY, code::BTN_STYLUS2, 1),
        ],
    );
    assert!(near.contacts.is_empty());
    let wanted = Hover {
        near: true,
        at: PanelPoint::default(),
        distance: Some(65_535),
        tilt: Some(Tilt { x_cdeg: 1_000, y_cdeg: -999 }),
        buttons: Buttons::UPPER,
        tool: ToolKind::Pen,
        serial: Some(99),
        tool_id: Some(0x802),
    };
    assert_eq!(near.hovers, [wanted]);
    let down = frame(&mut decoder, &[(KEY, code::BTN_TOUCH, 1), (ABS, code::ABS_PRESSURE, 512)]);
    let pen = down.contacts[0];
    assert_eq!((pen.phase, pen.tilt, pen.twist_cdeg), (Phase::Down, wanted.tilt, Some(27_000)));
    assert_eq!((pen.serial, pen.tool_id, pen.class), (Some(99), Some(0x802), Some(TipClass::PenTip)));
    assert!(pen.buttons.holds(Buttons::UPPER) && !pen.buttons.holds(Buttons::LOWER));
    assert!(!down.hovers[0].near, "it hovers no more");
    let up = frame(&mut decoder, &[(KEY, code::BTN_TOUCH, 0)]);
    assert_eq!((up.contacts[0].phase, up.hovers[0].near), (Phase::Up, true));
    let away = frame(&mut decoder, &[(KEY, code::BTN_TOOL_PENCIL, 0)]);
    assert_eq!((away.contacts.len(), away.hovers[0].near), (0, false));
    assert!(matches!(decoder.feed(InputEvent::report(8)), Fed::Nothing));
}

#[test]
fn another_pen_that_comes_near_has_no_borrowed_number() {
    let mut decoder = Decoder::new(pen_panel());
    frame(&mut decoder, &[(KEY, code::BTN_TOOL_PEN, 1), (code::EV_MSC, code::MSC_SERIAL, 7)]);
    frame(&mut decoder, &[(KEY, code::BTN_TOOL_PEN, 0)]);
    let down = frame(&mut decoder, &[(KEY, code::BTN_TOOL_PEN, 1), (KEY, code::BTN_TOUCH, 1)]);
    assert_eq!(down.contacts[0].serial, None);
}

#[test]
fn a_finger_that_hovers_is_told_of_but_touches_nothing() {
    let mut decoder = Decoder::new(panel());
    let far = frame(&mut decoder, &[(ABS, code::ABS_MT_TRACKING_ID, 1), (ABS, code::ABS_MT_DISTANCE, 1)]);
    assert!(far.contacts.is_empty() && far.hovers[0].near);
    let down = frame(&mut decoder, &[(ABS, code::ABS_MT_DISTANCE, 0)]);
    assert_eq!((down.contacts[0].phase, down.hovers[0].near), (Phase::Down, false));
}

#[test]
fn a_frames_time_is_the_devices_own() {
    let mut decoder = Decoder::new(panel());
    let mut times = Vec::new();
    for (stamp, arrived, x) in [(u32::MAX - 999, 10_000, 1), (7_000, 18_500, 2), (15_000, 26_100, 3)] {
        for (kind, number, value) in [
            (ABS, code::ABS_MT_TRACKING_ID, 1),
            (ABS, code::ABS_MT_POSITION_X, x),
            (code::EV_MSC, code::MSC_TIMESTAMP, stamp.cast_signed()),
        ] {
            decoder.feed(InputEvent::new(arrived, kind, number, value));
        }
        if let Fed::Frame(frame) = decoder.feed(InputEvent::report(arrived)) {
            times.push(frame.time_us);
        }
    }
    // The last microsecond is what was taken for drift.
    assert_eq!(times, [10_000, 18_000, 26_001]);
}
