//! A uid keeps its bytes, refuses strange lengths, and never prints.

use super::*;

#[test]
fn lengths_of_iso_14443() {
    for len in 0..=12 {
        let bytes: Vec<u8> = (1..=len as u8).collect();
        match Uid::new(&bytes) {
            Ok(uid) => {
                assert!([4, 7, 10].contains(&len));
                assert_eq!(uid.reveal(), bytes);
            }
            Err(e) => {
                assert!(![4, 7, 10].contains(&len));
                assert_eq!(e, UidError::Length(len));
            }
        }
    }
}

#[test]
fn hex_in_and_out() {
    let uid = Uid::from_hex("04:a1 b2-C3d4E5f6").unwrap();
    assert_eq!(uid.reveal_hex(), "04A1B2C3D4E5F6");
    assert_eq!(Uid::from_hex("04a1b2c"), Err(UidError::NotHex));
    assert_eq!(Uid::from_hex("zza1b2c3"), Err(UidError::NotHex));
    assert_eq!(Uid::from_hex("0\u{e9}a1b2c3"), Err(UidError::NotHex));
    assert_eq!(Uid::from_hex(""), Err(UidError::Length(0)));
}

#[test]
fn no_byte_of_a_uid_prints() {
    let uid = Uid::new(&[0xDE, 0xAD, 0xBE, 0xEF]).unwrap();
    let tap = Tap::Card(Card { uid, kind: CardKind::Classic });
    let printed = format!("{tap:?} {tap:#?} {uid:?}");
    for part in ["DE", "AD", "BE", "EF", "dead", "222", "173", "190", "239"] {
        assert!(!printed.contains(part), "{part} in {printed}");
    }
    assert_eq!(format!("{uid:?}"), "Uid(4 bytes)");
}

#[test]
fn a_phone_makes_its_number_up() {
    assert!(Uid::new(&[8, 1, 2, 3]).unwrap().is_random());
    assert!(!Uid::new(&[4, 1, 2, 3]).unwrap().is_random());
    assert!(!Uid::new(&[8, 1, 2, 3, 4, 5, 6]).unwrap().is_random());
}

#[test]
fn families_by_sak() {
    use CardKind::*;
    for (sak, kind) in [
        (0x00, Ultralight),
        (0x08, Classic),
        (0x09, Classic),
        (0x18, Classic),
        (0x88, Classic),
        (0x20, IsoDep),
        (0x28, IsoDep),
        (0x60, IsoDep),
        (0x04, Other),
    ] {
        assert_eq!(CardKind::from_sak(sak), kind, "SAK {sak:02x}");
    }
}
