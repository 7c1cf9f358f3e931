//! Nonsense of every kind: never a panic, one down and one up for every contact, and none that stays.

use super::*;
use proptest::prelude::*;

/// Down, then moves, then up, for every contact, in that order and once each.
fn lives_are_whole(frames: impl IntoIterator<Item = Frame>) {
    let mut down = std::collections::HashSet::new();
    for contact in frames.into_iter().flat_map(|frame| frame.contacts) {
        match contact.phase {
            Phase::Down => assert!(down.insert(contact.id)),
            Phase::Move => assert!(down.contains(&contact.id)),
            Phase::Up | Phase::Cancel => assert!(down.remove(&contact.id)),
        }
    }
    assert!(down.is_empty(), "contacts left down: {down:?}");
}

fn any_event() -> impl Strategy<Value = InputEvent> {
    let kinds =
        prop_oneof![4 => Just(code::EV_ABS), 3 => Just(code::EV_SYN), 1 => Just(code::EV_KEY), 1 => 0u16..40];
    let codes = prop_oneof![
        6 => 0x2fu16..0x3e,
        4 => Just(code::SYN_REPORT),
        1 => Just(code::SYN_DROPPED),
        2 => Just(code::BTN_TOUCH),
        2 => Just(code::BTN_TOOL_PEN),
        1 => any::<u16>(),
    ];
    let values = prop_oneof![5 => -2i32..6, 1 => any::<i32>()];
    (kinds, codes, values, any::<u64>())
        .prop_map(|(kind, code, value, time)| InputEvent::new(time, kind, code, value))
}

proptest! {
    #[test]
    fn any_events_give_whole_lives(events in proptest::collection::vec(any_event(), 0..300), pen in any::<bool>()) {
        let mut decoder = Decoder::new(if pen { pen_panel() } else { panel() });
        let mut frames = Vec::new();
        for event in events {
            match decoder.feed(event) {
                Fed::Frame(frame) => frames.push(frame),
                Fed::Lost => frames.push(decoder.lift_all(0)),
                Fed::Nothing | Fed::Strange(_) => {}
            }
        }
        frames.push(decoder.lift_all(0));
        lives_are_whole(frames);
    }

    #[test]
    fn all_up_is_all_up(events in proptest::collection::vec(any_event(), 0..300), by_key in any::<bool>()) {
        let mut decoder = Decoder::new(panel());
        let mut frames = Vec::new();
        let all_up = (0..4).flat_map(|slot| {
            [(code::ABS_MT_SLOT, slot), (code::ABS_MT_TRACKING_ID, -1)]
                .map(|(axis, value)| InputEvent::new(0, code::EV_ABS, axis, value))
        });
        let key_up = [InputEvent::new(0, code::EV_KEY, code::BTN_TOUCH, 0)];
        // The first report ends a drop that may be under way.
        let end = [InputEvent::report(0)];
        let up: Vec<_> = if by_key { key_up.to_vec() } else { all_up.collect() };
        for event in events.into_iter().chain(end).chain(up).chain(end) {
            match decoder.feed(event) {
                Fed::Frame(frame) => frames.push(frame),
                Fed::Lost | Fed::Nothing | Fed::Strange(_) => {}
            }
        }
        lives_are_whole(frames);
    }

    #[test]
    fn any_bytes_are_events(bytes in proptest::collection::vec(any::<u8>(), 0..2400)) {
        let mut decoder = Decoder::new(panel());
        let mut frames = Vec::new();
        for bytes in bytes.as_chunks::<{ InputEvent::BYTES }>().0 {
            if let Fed::Frame(frame) = decoder.feed(InputEvent::from_bytes(bytes)) {
                frames.push(frame);
            }
        }
        frames.push(decoder.lift_all(0));
        lives_are_whole(frames);
    }
}
