//! Frames against `protocol.md`, whose codes another implementation of HMAC made; and what is no frame.

use proptest::prelude::*;

use super::*;
use crate::channel::terminal::message::{Answer, Request};

pub(in crate::channel::terminal) const KIOSK: Nonce =
    [0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7, 0xa8, 0xa9, 0xaa, 0xab, 0xac, 0xad, 0xae, 0xaf];

/// Speaker, the frame's first 40 bytes, its JSON.
pub(in crate::channel::terminal) fn examples() -> Vec<(Side, Vec<u8>, &'static str)> {
    let (_, text) = include_str!("../protocol.md").split_once("## Examples").expect("examples");
    let mut lines = text.lines();
    let mut examples = Vec::new();
    while let Some(line) = lines.next() {
        let side = match line.get(..2) {
            Some("K ") => Side::Kiosk,
            Some("T ") => Side::Terminal,
            _text => continue,
        };
        examples.push((side, from_hex(&line[2..]).expect("digits"), lines.next().expect("JSON")));
    }
    examples
}

pub(in crate::channel::terminal) fn key() -> Key {
    Key::new(b"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\n").expect("key")
}

fn session(number: u32) -> SessionId {
    let mut id = [0; 32];
    id[..16].copy_from_slice(&KIOSK);
    if number > 0 {
        id[16..].copy_from_slice(&from_hex("b0b1b2b3b4b5b6b7b8b9babbbcbdbebf").expect("digits"));
    }
    id
}

#[test]
fn every_example_of_the_protocol_is_sealed_and_unsealed_to_the_byte() {
    let examples = examples();
    assert_eq!(examples.len(), 20);
    for (side, head, json) in examples {
        let number = u32::from_be_bytes(head[4..8].try_into().expect("four bytes"));
        let whole = [head.as_slice(), json.as_bytes()].concat();
        assert_eq!(key().seal(side, &session(number), number, json.as_bytes()), Ok(whole.clone()), "{json}");
        let length = rest_length(whole[..4].try_into().expect("four bytes")).expect("length");
        assert_eq!(length, whole.len() - 4);
        assert_eq!(key().unseal(side, &session(number), number, &whole[4..]), Ok(json.as_bytes()));
    }
}

#[test]
fn every_example_of_the_protocol_is_read_and_written_to_the_byte() {
    for (side, _, json) in examples() {
        let written = match side {
            Side::Kiosk => serde_json::from_str::<Request>(json).expect(json).to_json().expect("JSON"),
            Side::Terminal => {
                serde_json::to_vec(&Answer::from_json(json.as_bytes()).expect(json)).expect("JSON")
            }
        };
        assert_eq!(String::from_utf8_lossy(&written), json);
    }
}

#[test]
fn a_frame_fits_only_its_side_session_number_and_key() {
    let frame = key().seal(Side::Terminal, &session(1), 1, b"{}").expect("frame");
    let rest = &frame[4..];
    let other = Key::new(&[b'1'; 64]).expect("key");
    assert_eq!(key().unseal(Side::Terminal, &session(1), 1, rest), Ok(b"{}".as_slice()));
    assert_eq!(key().unseal(Side::Kiosk, &session(1), 1, rest), Err(FrameError::Mac), "sent back");
    assert_eq!(key().unseal(Side::Terminal, &session(0), 1, rest), Err(FrameError::Mac), "another session");
    assert_eq!(key().unseal(Side::Terminal, &session(1), 2, rest), Err(FrameError::Sequence), "replayed");
    assert_eq!(other.unseal(Side::Terminal, &session(1), 1, rest), Err(FrameError::Mac), "another key");
}

#[test]
fn keys_are_64_hexadecimal_digits_and_never_print() {
    for (text, good) in [
        ("0".repeat(64), true),
        (format!(" {}\n", "aF".repeat(32)), true),
        ("0".repeat(62), false),
        ("0".repeat(63), false),
        ("0".repeat(66), false),
        ("g".repeat(64), false),
        ("密".repeat(64), false),
        (String::new(), false),
    ] {
        assert_eq!(Key::new(text.as_bytes()).is_ok(), good, "{text}");
    }
    assert_eq!(format!("{:?}", key()), "Key(**)");
    assert_eq!(Key::new(&[0xff; 64]).err(), Some(BadKey));
}

#[test]
fn lengths_have_bounds() {
    for (length, good) in
        [(0, false), (36, false), (37, true), (32 * 1024, true), (32 * 1024 + 1, false), (u32::MAX, false)]
    {
        assert_eq!(rest_length(length.to_be_bytes()).is_ok(), good, "{length}");
    }
    let long = vec![b' '; REST_BYTES_MAX];
    assert_eq!(key().seal(Side::Kiosk, &session(0), 0, &long), Err(FrameError::Length));
    assert_eq!(key().seal(Side::Kiosk, &session(0), 0, b""), Err(FrameError::Length), "no content");
}

proptest! {
    #[test]
    fn no_bytes_panic_and_none_are_believed(rest in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(key().unseal(Side::Terminal, &session(1), 1, &rest).is_err());
    }

    #[test]
    fn a_changed_bit_is_noticed(json in "[ -~]{1,200}", at in any::<prop::sample::Index>(), bit in 0..8_u32) {
        let mut frame = key().seal(Side::Terminal, &session(1), 1, json.as_bytes()).expect("frame");
        let rest = &mut frame[4..];
        let at = at.index(rest.len());
        rest[at] ^= 1 << bit;
        prop_assert_eq!(key().unseal(Side::Terminal, &session(1), 1, rest), Err(FrameError::Mac));
    }
}
