//! Tables of events and the contacts that must come out; and nonsense, which must not panic.

use super::*;
use crate::panel::{Axis, Description};
use crate::{Contact, Phase, TipClass, ToolKind};

mod axes;
mod lives;

fn panel() -> Panel {
    let mut about = Description { name: "test wall".into(), ..Description::default() };
    for (axis, max, resolution) in [
        (code::ABS_MT_SLOT, 3, 0),
        (code::ABS_MT_TRACKING_ID, 65_535, 0),
        (code::ABS_MT_POSITION_X, 1000, 10),
        (code::ABS_MT_POSITION_Y, 500, 10),
        (code::ABS_MT_TOUCH_MAJOR, 255, 1),
        (code::ABS_MT_TOUCH_MINOR, 255, 1),
        (code::ABS_MT_PRESSURE, 255, 0),
        (code::ABS_MT_TOOL_TYPE, 2, 0),
        (code::ABS_MT_DISTANCE, 1, 0),
        (code::ABS_MT_WIDTH_MAJOR, 255, 1),
        (code::ABS_MT_WIDTH_MINOR, 255, 1),
        (code::ABS_MT_ORIENTATION, 4, 0),
        (code::ABS_MT_BLOB_ID, 9, 0),
        (code::ABS_MT_TOOL_X, 1000, 10),
        (code::ABS_MT_TOOL_Y, 500, 10),
    ] {
        about.axes.insert(axis, Axis { min: 0, max, resolution });
    }
    Panel::new(&about, None).unwrap()
}

fn pen_panel() -> Panel {
    let mut about = Description { name: "test pen".into(), ..Description::default() };
    about.keys.extend([code::BTN_TOOL_PEN, code::BTN_TOOL_RUBBER, code::BTN_TOUCH]);
    for (axis, max) in [(code::ABS_X, 1000), (code::ABS_Y, 1000), (code::ABS_PRESSURE, 1023)] {
        about.axes.insert(axis, Axis { min: 0, max, resolution: 10 });
    }
    for (axis, min, max, resolution) in [
        (code::ABS_Z, -900, 899, 0),
        (code::ABS_DISTANCE, 0, 63, 0),
        (code::ABS_TILT_X, 0, 127, 0),
        (code::ABS_TILT_Y, -9000, 9000, 5730),
        (code::ABS_MISC, 0, 0, 0),
    ] {
        about.axes.insert(axis, Axis { min, max, resolution });
    }
    Panel::new(&about, None).unwrap()
}

/// One event a word: `slot=1 id=7 x=10`, `|` ends a frame. Contacts come back as `Down Finger 1000,2000`.
fn run(decoder: &mut Decoder, script: &str) -> Vec<String> {
    let mut said = Vec::new();
    let mut time = 0;
    for word in script.split_whitespace() {
        let event = match word.split_once('=') {
            None => {
                time += 1000;
                let number = if word == "DROP" { code::SYN_DROPPED } else { code::SYN_REPORT };
                InputEvent::new(time, code::EV_SYN, number, 0)
            }
            Some((name, value)) => {
                let (kind, number) = match name {
                    "slot" => (code::EV_ABS, code::ABS_MT_SLOT),
                    "id" => (code::EV_ABS, code::ABS_MT_TRACKING_ID),
                    "x" => (code::EV_ABS, code::ABS_MT_POSITION_X),
                    "y" => (code::EV_ABS, code::ABS_MT_POSITION_Y),
                    "major" => (code::EV_ABS, code::ABS_MT_TOUCH_MAJOR),
                    "minor" => (code::EV_ABS, code::ABS_MT_TOUCH_MINOR),
                    "force" => (code::EV_ABS, code::ABS_MT_PRESSURE),
                    "tool" => (code::EV_ABS, code::ABS_MT_TOOL_TYPE),
                    "far" => (code::EV_ABS, code::ABS_MT_DISTANCE),
                    "key" => (code::EV_KEY, code::BTN_TOUCH),
                    "px" => (code::EV_ABS, code::ABS_X),
                    "py" => (code::EV_ABS, code::ABS_Y),
                    "pforce" => (code::EV_ABS, code::ABS_PRESSURE),
                    "pen" => (code::EV_KEY, code::BTN_TOOL_PEN),
                    "rubber" => (code::EV_KEY, code::BTN_TOOL_RUBBER),
                    "touch" => (code::EV_KEY, code::BTN_TOUCH),
                    "serial" => (code::EV_MSC, code::MSC_SERIAL),
                    other => panic!("no such event: {other}"),
                };
                InputEvent::new(time, kind, number, value.parse().unwrap())
            }
        };
        match decoder.feed(event) {
            Fed::Nothing => {}
            Fed::Frame(frame) => said.extend(frame.contacts.iter().map(show)),
            Fed::Lost => said.push("lost".into()),
            Fed::Strange(error) => said.push(error.to_string().split(',').next().unwrap().into()),
        }
    }
    said
}

fn show(contact: &Contact) -> String {
    let Contact { phase, tool, at, .. } = contact;
    format!("{phase:?} {tool:?} {},{}", at.x_um, at.y_um)
}

#[test]
fn two_fingers_in_two_slots() {
    let mut decoder = Decoder::new(panel());
    let said =
        run(&mut decoder, "id=1 x=10 y=20 slot=1 id=2 x=30 y=40 | x=31 | slot=0 id=-1 | slot=1 id=-1 |");
    let wanted = [
        "Down Finger 1000,2000",
        "Down Finger 3000,4000",
        "Move Finger 3100,4000",
        "Up Finger 1000,2000",
        "Up Finger 3100,4000",
    ];
    assert_eq!(said, wanted);
}

#[test]
fn a_contact_keeps_its_name_and_no_two_share_one() {
    let mut decoder = Decoder::new(panel());
    let mut ids = Vec::new();
    for (kind, value) in
        [(code::ABS_MT_TRACKING_ID, 5), (code::ABS_MT_POSITION_X, 9), (code::ABS_MT_TRACKING_ID, 6)]
    {
        let mut events = vec![InputEvent::new(1, code::EV_ABS, kind, value), InputEvent::report(1)];
        for event in events.drain(..) {
            if let Fed::Frame(frame) = decoder.feed(event) {
                ids.extend(frame.contacts.iter().map(|contact| (contact.phase, contact.id)));
            }
        }
    }
    let phases: Vec<_> = ids.iter().map(|(phase, _)| *phase).collect();
    assert_eq!(phases, [Phase::Down, Phase::Move, Phase::Up, Phase::Down]);
    assert_eq!(ids[0].1, ids[1].1);
    assert_eq!(ids[0].1, ids[2].1);
    assert_ne!(ids[0].1, ids[3].1);
}

#[test]
fn a_replaced_tracking_id_ends_one_contact_and_begins_another() {
    let mut decoder = Decoder::new(panel());
    let said = run(&mut decoder, "id=1 x=10 y=10 | id=2 x=50 |");
    assert_eq!(said, ["Down Finger 1000,1000", "Up Finger 5000,1000", "Down Finger 5000,1000"]);
}

#[test]
fn down_and_up_within_one_frame_is_no_contact() {
    let mut decoder = Decoder::new(panel());
    assert!(run(&mut decoder, "id=1 x=10 y=10 id=-1 |").is_empty());
}

#[test]
fn size_pressure_and_tool_are_in_our_units() {
    let mut decoder = Decoder::new(panel());
    let mut contacts = Vec::new();
    for event in [
        (code::ABS_MT_TRACKING_ID, 1),
        (code::ABS_MT_TOUCH_MAJOR, 30),
        (code::ABS_MT_TOUCH_MINOR, 12),
        (code::ABS_MT_PRESSURE, 255),
        (code::ABS_MT_TOOL_TYPE, code::MT_TOOL_PALM),
    ] {
        assert!(matches!(decoder.feed(InputEvent::new(0, code::EV_ABS, event.0, event.1)), Fed::Nothing));
    }
    if let Fed::Frame(frame) = decoder.feed(InputEvent::report(0)) {
        contacts = frame.contacts;
    }
    let contact = contacts[0];
    assert_eq!((contact.major_um, contact.minor_um), (Some(30_000), Some(12_000)));
    assert_eq!((contact.pressure, contact.tool), (Some(65_535), ToolKind::Palm));
}

#[test]
fn a_hovering_finger_does_not_touch() {
    let mut decoder = Decoder::new(panel());
    let said = run(&mut decoder, "id=1 x=10 y=10 far=1 | x=20 | far=0 | far=1 | id=-1 |");
    assert_eq!(said, ["Down Finger 2000,1000", "Up Finger 2000,1000"]);
}

#[test]
fn a_slot_that_does_not_exist_is_named_and_its_events_belong_to_nobody() {
    let mut decoder = Decoder::new(panel());
    let said = run(&mut decoder, "id=1 x=10 y=10 | slot=9 x=99 id=-1 | slot=-4 y=7 | slot=0 x=11 |");
    let wanted = [
        "Down Finger 1000,1000",
        "the touch panel names contact slot 9",
        "the touch panel names contact slot -4",
        "Move Finger 1100,1000",
    ];
    assert_eq!(said, wanted);
}

#[test]
fn a_touch_key_that_goes_up_ends_what_was_forgotten() {
    let mut decoder = Decoder::new(panel());
    let said = run(&mut decoder, "id=1 x=10 y=10 slot=1 id=2 x=20 y=20 key=1 | slot=0 id=-1 key=0 | x=11 |");
    assert_eq!(said[2..], ["Up Finger 1000,1000", "Up Finger 2000,2000"]);
}

#[test]
fn dropped_events_are_not_believed() {
    let mut decoder = Decoder::new(panel());
    let said = run(&mut decoder, "id=1 x=10 y=10 | DROP x=99 slot=2 id=8 | x=12 |");
    // The frame with the drop says "lost"; slot 2 was never selected, so x=12 is still slot 0's.
    assert_eq!(said, ["Down Finger 1000,1000", "lost", "Move Finger 1200,1000"]);
    let frame = decoder.lift_all(5);
    assert_eq!(frame.contacts.iter().map(show).collect::<Vec<_>>(), ["Up Finger 1200,1000"]);
    assert!(decoder.lift_all(6).contacts.is_empty());
}

#[test]
fn the_devices_state_repairs_a_drop() {
    let mut decoder = Decoder::new(panel());
    run(&mut decoder, "id=1 x=10 y=10 slot=1 id=2 x=20 y=20 |");
    // Slot 0 lifted and slot 1 became another contact while nobody heard.
    let said = run(&mut decoder, "DROP | slot=0 id=-1 slot=1 id=3 slot=0 x=10 slot=1 x=70 slot=1 |");
    assert_eq!(said, ["lost", "Up Finger 1000,1000", "Up Finger 7000,2000", "Down Finger 7000,2000"]);
}

#[test]
fn a_pen_must_be_near_and_press() {
    let mut decoder = Decoder::new(pen_panel());
    let said = run(
        &mut decoder,
        "px=10 py=10 touch=1 | pen=1 serial=77 px=20 | px=30 pforce=512 | touch=0 | px=40 | pen=0 |",
    );
    assert_eq!(said, ["Down Pen 2000,1000", "Move Pen 3000,1000", "Up Pen 3000,1000"]);
}

#[test]
fn the_other_end_of_the_pen_erases_and_its_number_is_known() {
    let mut decoder = Decoder::new(pen_panel());
    let mut seen = Vec::new();
    for (kind, number, value) in [
        (code::EV_KEY, code::BTN_TOOL_RUBBER, 1),
        (code::EV_MSC, code::MSC_SERIAL, -2),
        (code::EV_ABS, code::ABS_PRESSURE, 1023),
        (code::EV_KEY, code::BTN_TOUCH, 1),
    ] {
        assert!(matches!(decoder.feed(InputEvent::new(0, kind, number, value)), Fed::Nothing));
    }
    if let Fed::Frame(frame) = decoder.feed(InputEvent::report(0)) {
        seen = frame.contacts;
    }
    assert_eq!((seen[0].tool, seen[0].serial), (ToolKind::Eraser, Some(u32::MAX - 1)));
    assert_eq!(seen[0].pressure, Some(u16::MAX));
}
