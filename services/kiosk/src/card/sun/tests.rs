//! NXP's published tap (AN12196), everything that must be refused, and URLs as tags and people write them.

use super::*;

const URL: &str =
    "https://card.example.edu/t?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086";

fn keys() -> SunKeys {
    SunKeys { picc_data: AesKey::new([0; 16]), file: AesKey::new([0; 16]) }
}

#[test]
fn the_published_tap_is_genuine() {
    let message = from_url(URL).expect("a message");
    let tap = open(&keys(), &message).expect("genuine");
    assert_eq!(tap, SunTap { uid: CardUid::from_hex("04DE5F1EACC040").expect("uid"), counter: 61 });
}

#[test]
fn one_changed_bit_or_another_key_is_refused() {
    let (sealed, mac) = {
        let message = from_url(URL).expect("a message");
        let (sealed, mac) = message.reveal();
        (*sealed, *mac)
    };
    for bit in 0..64 {
        let mut changed = mac;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&keys(), &SunMessage::new(sealed, changed)), Err(NotGenuine), "cmac bit {bit}");
    }
    for bit in 0..128 {
        let mut changed = sealed;
        changed[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(open(&keys(), &SunMessage::new(changed, mac)), Err(NotGenuine), "picc_data bit {bit}");
    }
    for other in [
        SunKeys { picc_data: AesKey::new([1; 16]), ..keys() },
        SunKeys { file: AesKey::new([1; 16]), ..keys() },
    ] {
        assert_eq!(open(&other, &SunMessage::new(sealed, mac)), Err(NotGenuine));
    }
}

#[test]
fn urls() {
    let there = "a?x=1&cmac=94eed9ee65337086&picc_data=ef963ff7828658a599f3041510671e88#end";
    assert_eq!(from_url(there), from_url(URL), "order, case, other parameters");
    for (url, why) in [
        ("", "empty"),
        ("https://card.example.edu/t", "no query"),
        ("t?picc_data=EF963FF7828658A599F3041510671E88", "no cmac"),
        ("t?picc_data=EF963FF7828658A599F3041510671E8&cmac=94EED9EE65337086", "short"),
        ("t?picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE6533708Z", "not hex"),
        (
            "t?cmac=94EED9EE65337086&picc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086",
            "doubled",
        ),
        ("t?xpicc_data=EF963FF7828658A599F3041510671E88&cmac=94EED9EE65337086", "another name"),
        ("t?picc_data=\u{5348}\u{9910}&cmac=94EED9EE65337086", "not ASCII"),
    ] {
        assert_eq!(from_url(url), None, "{why}");
    }
    assert_eq!(from_url(&format!("{URL}&x={}", "a".repeat(300))), None, "too long");
}

#[test]
fn files_of_a_tag() {
    let url = URL.strip_prefix("https://").expect("a URL");
    let payload = u8::try_from(url.len() + 1).expect("short");
    let record = [&[0xD1, 0x01, payload, b'U', 0x04], url.as_bytes()].concat();
    let file = [&[0x00, u8::try_from(record.len()).expect("short")], &record[..]].concat();
    assert_eq!(from_ndef(&file), from_url(URL));
    assert_eq!(from_ndef(&[&file[..], &[0; 40]].concat()), from_url(URL), "the file's unused end");
    for cut in 0..file.len() {
        assert_eq!(from_ndef(&file[..cut]), None, "cut after {cut}");
    }
}

proptest::proptest! {
    #[test]
    fn random_files_and_urls_never_panic(file in proptest::collection::vec(0_u8.., 0..300), url in ".{0,300}") {
        let _read = (from_ndef(&file), from_url(&url));
    }
}
