//! Commands and replies as a table, then what a card does when it comes, leaves, and is torn away.

use super::*;

/// A host's frame around a command.
fn host(data: &[u8]) -> Vec<u8> {
    let len = data.len() as u8 + 1;
    let sum = data.iter().fold(0xD4u8, |sum, byte| sum.wrapping_add(*byte));
    let mut frame = vec![0x00, 0x00, 0xFF, len, len.wrapping_neg(), 0xD4];
    frame.extend(data);
    frame.extend([sum.wrapping_neg(), 0x00]);
    frame
}

/// Sends a command; the reply's data without ACK and framing, none while the chip waits.
fn ask(chip: &mut Chip, command: &[u8]) -> Option<Vec<u8>> {
    let out = chip.receive(&host(command));
    let rest = out.strip_prefix(&frame::ACK).expect("an ACK at once");
    match rest {
        [] => None,
        [0x00, 0x00, 0xFF, _, _, 0xD5, data @ .., _, 0x00] => Some(data.to_vec()),
        other => Some(other.to_vec()),
    }
}

fn uid() -> Uid {
    Uid::from_hex("04A1B2C3D4E5F6").unwrap()
}

const LIST: [u8; 3] = [0x4A, 0x01, 0x00];
const FEW_RETRIES: [u8; 5] = [0x32, 0x05, 0x00, 0x01, 0x02];

#[test]
fn replies() {
    let mut chip = Chip::default();
    for (command, reply) in [
        (&b"\x00\x00libnfc"[..], &b"\x01\x00libnfc"[..]),
        (&[0x02], &[0x03, 0x32, 0x01, 0x06, 0x07]),
        (&[0x14, 0x01], &[0x15]),
        (&[0x06, 0x63, 0x02, 0x63, 0x03], &[0x07, 0x00, 0x00]),
        (&[0x08, 0x63, 0x02, 0x80], &[0x09]),
        (&[0x12, 0x14], &[0x13]),
        (&FEW_RETRIES, &[0x33]),
        (&LIST, &[0x4B, 0x00]),
        (&[0x4A, 0x01, 0x03, 0x00], &[0x4B, 0x00]),
        (&[0x44, 0x00], &[0x45, 0x27]),
        (&[0x16, 0xF0], &[0x17, 0x00]),
        (&[0x99], &frame::ERROR),
    ] {
        assert_eq!(ask(&mut chip, command).as_deref(), Some(reply), "{command:02x?}");
    }
}

#[test]
fn a_waiting_select_ends_when_a_card_comes() {
    let mut chip = Chip::default();
    assert_eq!(ask(&mut chip, &LIST), None);
    let out = chip.put(uid(), CardKind::Ultralight);
    assert_eq!(out, frame::from_chip(b"\x4B\x01\x01\x00\x44\x00\x07\x04\xA1\xB2\xC3\xD4\xE5\xF6"));
    assert_eq!(chip.receive(&[0x00, 0x00, 0xFF, 0xFF, 0x00, 0x00]), out, "NACK repeats");
}

#[test]
fn a_card_answers_until_it_is_halted_or_taken() {
    let mut chip = Chip::default();
    ask(&mut chip, &FEW_RETRIES);
    ask(&mut chip, &[0x12, 0x14]);
    chip.put(uid(), CardKind::IsoDep);
    let selected = ask(&mut chip, &LIST).unwrap();
    assert!(selected.ends_with(&ATS), "{selected:02x?}");
    assert_eq!(ask(&mut chip, &[0x42, 0xB2]).unwrap(), [0x43, 0x00, 0xA3]);
    assert_eq!(ask(&mut chip, &[0x44, 0x00]).unwrap(), [0x45, 0x00]);
    assert_eq!(ask(&mut chip, &LIST).unwrap(), [0x4B, 0x00], "halted");
    ask(&mut chip, &[0x32, 0x01, 0x00]);
    assert_eq!(ask(&mut chip, &LIST).unwrap()[1], 1, "the field went off and on");
    chip.take();
    assert_eq!(ask(&mut chip, &[0x42, 0xB2]).unwrap(), [0x43, 0x01]);
}

#[test]
fn only_the_wanted_card_answers() {
    let mut chip = Chip::default();
    ask(&mut chip, &FEW_RETRIES);
    chip.put(uid(), CardKind::Classic);
    let tagged = [&LIST[..], &[0x88, 0x04, 0xA1, 0xB2, 0xC3, 0xD4, 0xE5, 0xF6]].concat();
    assert_eq!(ask(&mut chip, &tagged).unwrap()[1], 1);
    let other = [&LIST[..], &[1, 2, 3, 4]].concat();
    assert_eq!(ask(&mut chip, &other).unwrap(), [0x4B, 0x00]);
}

#[test]
fn a_torn_card_answers_the_select_and_nothing_more() {
    for kind in [CardKind::Classic, CardKind::Ultralight, CardKind::IsoDep] {
        let mut chip = Chip::default();
        ask(&mut chip, &FEW_RETRIES);
        chip.tear();
        chip.put(uid(), kind);
        assert_eq!(ask(&mut chip, &LIST).unwrap()[1], 1);
        assert_eq!(ask(&mut chip, &[0x40, 0x01, 0x30, 0x00]).unwrap(), [0x41, 0x01]);
        assert_eq!(ask(&mut chip, &LIST).unwrap(), [0x4B, 0x00]);
        chip.put(uid(), kind);
        assert_eq!(ask(&mut chip, &LIST).unwrap()[1], 1, "only once");
        chip.tear();
        assert_eq!(ask(&mut chip, &LIST).unwrap(), [0x4B, 0x00], "lying, then torn");
    }
}

#[test]
fn poison_and_silence() {
    let mut chip = Chip::default();
    chip.poison();
    assert_eq!(ask(&mut chip, &[0x40, 0x01, 0x30, 0x00]).unwrap(), [0x41, 0x81]);
    assert_eq!(ask(&mut chip, &[0x40, 0x01, 0x30, 0x00]).unwrap(), [0x41, 0x01]);
    chip.mute(1);
    assert!(chip.receive(&host(&[0x02])).is_empty());
    assert_eq!(ask(&mut chip, &[0x02]).unwrap()[0], 0x03);
}

#[test]
fn random_commands_never_panic() {
    let mut seed = 0x9E37_79B9_7F4A_7C15u64;
    let mut next = || {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) as u8
    };
    let mut chip = Chip::default();
    for round in 0..20_000 {
        match next() % 16 {
            0 => drop(chip.put(uid(), CardKind::IsoDep)),
            1 => chip.take(),
            2 => chip.tear(),
            _ => {}
        }
        let command: Vec<u8> =
            (0..next() % 12).map(|i| if i == 0 { next() % 0x60 } else { next() % 0x90 }).collect();
        if !command.is_empty() {
            assert!(chip.receive(&host(&command)).starts_with(&frame::ACK), "round {round}: {command:02x?}");
        }
    }
}
