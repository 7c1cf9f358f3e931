//! This side's frames against the protocol's page, whose codes a third implementation made.

use super::*;

const PAGE: &str = include_str!("../../../../kiosk/src/channel/terminal/protocol.md");
const KEY: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
const TERMINAL: &str = "b0b1b2b3b4b5b6b7b8b9babbbcbdbebf";

#[test]
fn every_example_of_the_protocol_fits_to_the_byte() {
    let mut seal = Seal::new(&from_hex(KEY).unwrap());
    let (_, examples) = PAGE.split_once("## Examples").unwrap();
    let (mut lines, mut seen) = (examples.lines(), 0);
    while let Some(line) = lines.next() {
        let Some((speaker, head)) = line.split_once(' ').filter(|(speaker, _)| ["K", "T"].contains(speaker))
        else {
            continue;
        };
        let json = lines.next().unwrap();
        let frame = [from_hex(head).unwrap().as_slice(), json.as_bytes()].concat();
        let number = u32::from_be_bytes(frame[4..8].try_into().unwrap());
        assert_eq!(length(frame[..4].try_into().unwrap()), Some(frame.len() - 4));
        match (speaker, number) {
            ("K", 0) => seal.greeted(&frame[4..]).unwrap(),
            ("K", _) => assert_eq!(seal.open(number, &frame[4..]), Some(json.as_bytes())),
            _terminal => assert_eq!(seal.frame(number, json.as_bytes(), false), frame, "{json}"),
        }
        if (speaker, number) == ("T", 0) {
            seal.session[16..].copy_from_slice(&from_hex(TERMINAL).unwrap());
        }
        assert!(seal.open(number + 1, &frame[4..]).is_none(), "another number");
        seen += 1;
    }
    assert_eq!(seen, 20);
}
