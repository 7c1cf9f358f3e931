//! What a gun is taken for, and faults that come with time; the time is the test's own.
use super::*;
use crate::fake::keys::Keys;
use crate::framing::{IDLE, TAIL_WITHIN};

/// A line that was quiet once, and the time.
fn line(manner: Manner, proven: bool) -> (Decoding, Instant) {
    let now = Instant::now();
    let mut decoding = Decoding::new(manner, Suffix::Cr, Vec::new(), proven, now);
    assert_eq!(decoding.idle(now + IDLE), None);
    (decoding, now + IDLE)
}

fn typed(text: &str, pace_ms: u64) -> Vec<u8> {
    Keys::new(Layout::Us, pace_ms * 1000).text(text.as_bytes()).bytes()
}

fn code(bytes: &[u8]) -> Decoded {
    Decoded::Told(Ok(Code::new(bytes.to_vec(), None)))
}

#[test]
fn a_keyboard_is_a_gun_once_it_types_as_no_person_does() {
    let (mut keyboard, mut now) = line(Manner::Keyboard(Layout::Us), false);
    for (text, pace_ms) in [("13800138000\r", 130), ("asd\r", 5)] {
        assert_eq!(keyboard.feed(&typed(text, pace_ms), now), []);
        now += IDLE;
        assert_eq!(keyboard.idle(now), None);
        assert!(!keyboard.is_proven());
    }
    assert_eq!(keyboard.feed(&typed("281234567890123456\r", 6), now), [code(b"281234567890123456")]);
    assert!(keyboard.is_proven());
    assert_eq!(keyboard.feed(&typed("289999\r", 130), now + IDLE), [code(b"289999")], "slow, but a gun's");
}

#[test]
fn a_torn_code_is_dropped_with_what_may_be_its_rest() {
    let (mut gun, mut now) = line(Manner::Serial, true);
    assert_eq!(gun.feed(b"28123", now), []);
    now += IDLE;
    assert_eq!(gun.idle(now), Some(Err(Fault::Torn)));
    now += TAIL_WITHIN / 2;
    assert_eq!(gun.feed(b"281234\r", now), [Decoded::Told(Err(Fault::Torn))]);
    assert_eq!(gun.feed(b"281234\r", now), [code(b"281234")]);
    assert_eq!(gun.feed(b"28123", now), []);
    now += IDLE;
    assert_eq!(gun.idle(now), Some(Err(Fault::Torn)));
    now += TAIL_WITHIN;
    assert_eq!(gun.feed(b"281234\r", now), [code(b"281234")], "too late for a rest");
}
