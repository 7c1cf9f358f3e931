//! What is written is read back; what is torn is named by its line.

use super::*;
use proptest::prelude::*;

const WALL: &str = "N: A wall\nI: 0003 6615 0070 0111\nP: 02 00\nB: 00 0b 00\nB: 01 00 00 00 00 00 00 00 00\n\
                    B: 01 01 # and a comment\nA: 2f 0 9 0 0\nA: 35 -5 32767 0 0 17\n# bye\n";

#[test]
fn a_description_is_read() {
    let wall = description(WALL).unwrap();
    assert_eq!(wall.name, "A wall");
    assert_eq!((wall.identity.bus, wall.identity.vendor, wall.identity.version), (3, 0x6615, 0x111));
    assert_eq!(wall.keys.iter().copied().collect::<Vec<_>>(), [64]);
    assert_eq!(wall.axes[&0x2f], Axis { min: 0, max: 9, resolution: 0 });
    assert_eq!(wall.axes[&0x35], Axis { min: -5, max: 32_767, resolution: 17 });
}

#[test]
fn a_description_survives_writing() {
    let mut wall = description(WALL).unwrap();
    wall.keys.extend([code::BTN_TOUCH, code::BTN_TOOL_PEN]);
    assert_eq!(description(&write_description(&wall)).unwrap(), wall);
}

#[test]
fn a_torn_line_is_named() {
    let text = "E: 0.000001 0003 0035 0361\t# EV_ABS\nE: 0.000001 0003 00";
    let read: Vec<_> = events(text).collect();
    assert_eq!(read[0].as_ref().unwrap(), &InputEvent::new(1, 3, 0x35, 361));
    let error = read[1].as_ref().unwrap_err().to_string();
    assert!(error.contains("line 2"), "{error}");
    assert_eq!(read.len(), 2);
}

#[test]
fn broken_lines_are_errors_not_panics() {
    for line in
        ["I: 3 4", "A: zz 0 1 0 0", "A: 35 0", "A: 35 0 99999999999 0 0", "B: 1 xx", "B:", "B: 01 fff"]
    {
        assert!(description(line).is_err(), "{line}");
    }
    for line in
        ["E:", "E: 1 0 0 0", "E: 1.5 0000 0000 0", "E: 99999999999999.000000 0 0 0", "E: -1.000000 0 0 0"]
    {
        assert!(events(line).all(|event| event.is_err()), "{line}");
    }
}

proptest! {
    #[test]
    fn events_survive_writing(list in proptest::collection::vec((0..1u64 << 40, 0u16..5, any::<u16>(), any::<i32>()), 0..40)) {
        let list: Vec<_> = list.into_iter().map(|(t, k, c, v)| InputEvent::new(t, k, c, v)).collect();
        let read: Result<Vec<_>, _> = events(&write_events(&list)).collect();
        prop_assert_eq!(read.unwrap(), list.clone());
        for event in list {
            prop_assert_eq!(InputEvent::from_bytes(&event.to_bytes()), event);
        }
    }

    #[test]
    fn any_text_is_no_panic(text in "(E: |A: |B: |N: )?[ -~\n]{0,80}") {
        drop(description(&text));
        for event in events(&text) {
            drop(event);
        }
    }
}
