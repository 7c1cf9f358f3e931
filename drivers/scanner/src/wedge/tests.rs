//! What guns type, and what no keyboard can have typed.
use super::*;
use crate::fake::keys::{Keys, PACE_US};
use crate::framing::IDLE;

fn told(suffix: Suffix, events: &[InputEvent]) -> (Vec<Result<Vec<u8>, Fault>>, bool) {
    let start = Instant::now();
    let mut wedge = Wedge::new(suffix, Layout::Us, start);
    assert_eq!(wedge.idle(start + IDLE), None);
    let (mut now, mut told, mut gun) = (start + IDLE, Vec::new(), false);
    let mut put = |scan: Result<Scan, Fault>, was_gun| {
        gun |= was_gun;
        told.push(scan.map(|scan| scan.bytes));
    };
    for event in events {
        if let Fed::Told(scan) = wedge.feed(*event, now) {
            put(scan, wedge.was_gun());
        }
    }
    now += IDLE;
    if let Some(scan) = wedge.idle(now) {
        put(scan, wedge.was_gun());
    }
    (told, gun)
}

fn keys() -> Keys {
    Keys::new(Layout::Us, PACE_US)
}

#[track_caller]
fn read(keys: Keys, codes: &[&[u8]]) {
    let codes: Vec<_> = codes.iter().map(|code| Ok(code.to_vec())).collect();
    assert_eq!(told(Suffix::Learnt, &keys.events()).0, codes);
}

#[test]
fn everything_that_can_be_printed() {
    let all: Vec<u8> = (b' '..=b'~').collect();
    read(keys().text(&all).text(b"\r"), &[&all]);
    read(keys().text(b"281234567890123456\r134567\t"), &[b"281234567890123456", b"134567"]);
}

#[test]
fn control_characters_and_alt_numbers() {
    read(keys().text(b"010950110153000310A\x1d17140704\r"), &[b"010950110153000310A\x1d17140704"]);
    read(keys().text(b"a").alt_number(65).alt_number(233).text(b"\r"), &[b"aA\xe9"]);
    // GBK as one number of five digits: zhong.
    read(keys().alt_number(0xd6d0).text(b"\r"), &[&[0xd6, 0xd0]]);
    read(keys().text(b"12").alt_number(13), &[b"12"]);
}

#[test]
fn caps_lock_from_the_gun_itself_and_num_lock() {
    let keys = keys().key(name::KEY_NUMLOCK).key(name::KEY_CAPSLOCK).text(b"aB1").key(name::KEY_CAPSLOCK);
    read(keys.text(b"aB\r"), &[b"Ab1aB"]);
}

#[test]
fn no_suffix() {
    assert_eq!(told(Suffix::None, &keys().text(b"281234").events()).0, [Ok(b"281234".to_vec())]);
    assert_eq!(told(Suffix::Cr, &keys().text(b"281234").events()).0, [Err(Fault::Torn)]);
}

#[test]
fn a_key_that_writes_nothing_spoils_the_code() {
    for key in [0, 1, 14, 59, 103, 240] {
        let events = keys().text(b"12").key(key).text(b"34\r").events();
        assert_eq!(told(Suffix::Cr, &events).0, [Err(Fault::Garbled)], "{key}");
    }
}

#[test]
fn a_held_key_is_a_person_s() {
    let mut events = keys().text(b"12345\r").events();
    let repeat = InputEvent { value: 2, ..events[1] };
    events.insert(2, repeat);
    assert_eq!(told(Suffix::Cr, &events).0, [Err(Fault::Garbled)]);
}

#[test]
fn dropped_events_spoil_the_code_and_the_keys_are_asked_for() {
    let start = Instant::now();
    let mut wedge = Wedge::new(Suffix::Cr, Layout::Us, start);
    assert_eq!(wedge.idle(start + IDLE), None);
    let now = start + IDLE;
    let event = |kind, code, value| InputEvent { time_us: 0, kind, code, value };
    let feed = |wedge: &mut Wedge, events: &[InputEvent]| {
        events.iter().map(|event| wedge.feed(*event, now)).find(|fed| *fed != Fed::Nothing)
    };
    assert_eq!(feed(&mut wedge, &keys().text(b"A").events()), None);
    assert_eq!(feed(&mut wedge, &[event(name::EV_SYN, name::SYN_DROPPED, 0)]), None);
    // The rest of that frame is worth nothing, also an Enter in it.
    assert_eq!(feed(&mut wedge, &[event(name::EV_KEY, name::KEY_ENTER, 1)]), None);
    assert_eq!(feed(&mut wedge, &[event(name::EV_SYN, name::SYN_REPORT, 0)]), Some(Fed::AskKeys));
    wedge.hold(&[name::KEY_LEFTSHIFT]);
    let rest = [event(name::EV_KEY, name::KEY_LEFTSHIFT, 0)];
    assert_eq!(feed(&mut wedge, &rest), None);
    assert_eq!(feed(&mut wedge, &keys().text(b"b\r").events()), Some(Fed::Told(Err(Fault::Lost))));
    let next = Scan { bytes: b"c".to_vec(), symbology: None };
    assert_eq!(feed(&mut wedge, &keys().text(b"c\r").events()), Some(Fed::Told(Ok(next))));
}

#[test]
fn the_pace_tells_a_gun_from_a_person() {
    let typed = |pace_ms: u64| {
        told(Suffix::Learnt, &Keys::new(Layout::Us, pace_ms * 1000).text(b"281234567\r").events()).1
    };
    assert!(typed(4) && typed(40));
    assert!(!typed(90) && !typed(180));
}
