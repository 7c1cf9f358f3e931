//! Rows from what is known.
use super::*;
use api::sense::{Part, Trouble};

fn health(device: u32, state: DeviceState) -> DeviceHealth {
    let (zh, en) = ("请装纸".to_owned(), "Put in paper".to_owned());
    DeviceHealth { device, state: state.to_wire(), why: 0, since_ms: 0, ready: 0, lost: 0, zh, en }
}

#[test]
fn the_tills_devices_come_first_and_are_tested_with_a_grant_alone() {
    let mut state = State::default();
    state.seen.devices = vec![health(4, DeviceState::Missing), health(2, DeviceState::Absent)];
    let tested = |state: &State| state.rows().iter().filter(|row| row.can_test).count();
    assert_eq!((state.rows().len(), tested(&state)), (4, 0));
    state.grant = Some(crate::bridge::Hidden("a".to_owned()));
    // What is not there is not tested.
    assert_eq!(tested(&state), 1);
    let row = state.device(state.rows()[0].clone(), Language::En);
    assert_eq!((row.view, row.words.as_str()), (DeviceView::Missing, "Put in paper"));
}

#[test]
fn the_rooms_devices_say_what_is_wrong_with_them() {
    let (zh, en) = ("请插上".to_owned(), "Plug it in".to_owned());
    let sensed = Sensed {
        has_microphone: true,
        troubles: vec![Trouble { part: Part::Hearing.to_wire(), zh, en }],
        ..Sensed::default()
    };
    let [camera, microphone] = of_room(&sensed);
    assert_eq!((camera.view, camera.can_test), (DeviceView::Absent, false));
    assert_eq!((microphone.view, microphone.can_test), (DeviceView::Missing, true));
    assert_eq!(microphone.words.1, "Plug it in");
}

#[test]
fn speeds_are_of_those_that_answered() {
    let latency = |task: &str, counts: &[u64]| Latency { task: task.to_owned(), counts: counts.to_vec() };
    let told = (
        vec![
            latency("text", &[60, 38, 2, 0]),
            latency("idle", &[0, 0, 0, 0]),
            latency("slow", &[0, 0, 0, 1]),
        ],
        vec![1, 10, 100],
    );
    let rows = speeds(&told);
    let said: Vec<_> =
        rows.iter().map(|row| (row.task.as_str(), row.median.as_str(), row.slow.as_str())).collect();
    assert_eq!(said, [("text", "1 ms", "100 ms"), ("slow", "> 100 ms", "> 100 ms")]);
}

#[test]
fn a_service_that_does_not_answer_is_not_here() {
    let told = [("org.dais.Kiosk1".to_owned(), String::new()), ("org.dais.Else9".to_owned(), "1".to_owned())];
    let rows = services(&told, "0.1.0");
    let said: Vec<_> = rows.iter().map(|row| (row.fact, row.here)).collect();
    assert_eq!(said, [(1, false), (ANOTHER, true), (4, true)]);
    assert!(computer(&Computer::default(), Language::En).is_empty());
}
