//! Messages as phones and tools write them, cut everywhere; what contradicts itself is none.

use super::*;
use crate::card::aes::hex;

/// A URI record and an external one, as a published library writes them.
const TWO: &str = "910115550077656978696e3a2f2f646c2f627573696e657373540f0e616e64726f69642e636f6d3a706b67636f6d2e74656e\
     63656e742e6d6d";

#[test]
fn records_are_read_and_cut_ones_are_none() {
    let message = hex(TWO).expect("hex");
    let read = records(&message).expect("a message");
    assert_eq!(read.len(), 2);
    assert_eq!(read[0].uri().as_deref(), Some("weixin://dl/business"));
    assert_eq!(
        (read[1].format, read[1].kind, read[1].payload),
        (4, &b"android.com:pkg"[..], &b"com.tencent.mm"[..])
    );
    assert_eq!(words(&message).as_deref(), Some("weixin://dl/business"));
    for cut in 0..message.len() {
        assert_eq!(records(&message[..cut]), None, "after {cut}");
    }
    assert_eq!(records(&[&message[..], &[0]].concat()), None, "something behind the end");
}

#[test]
fn words_of_either_kind() {
    for (message, expected) in [
        ("D1010C5504646169732E6564752E636E", Some("https://dais.edu.cn")),
        ("D1010A5402656E68656C6C6F2031", Some("hello 1")),
        // A long record, and one with a name.
        ("C1010000000A5402656E68656C6C6F2031", Some("hello 1")),
        ("D9010A0154026165656E68656C6C6F20", None),
        ("D9010A015478 02656E68656C6C6F2031", Some("hello 1")),
        ("D101035482FFFE", None),
        ("D1010154 3F", None),
        ("D1010055", None),
        ("D10102553078", None),
        ("D1010355 00FFFE", None),
        ("D0000000", None),
        // In chunks; without its beginning; without its end.
        ("F1010A5402656E68656C6C6F2031", None),
        ("51010A5402656E68656C6C6F2031", None),
        ("91010A5402656E68656C6C6F2031", None),
    ] {
        let bytes = hex(&message.replace(' ', "")).expect("hex");
        assert_eq!(words(&bytes).as_deref(), expected, "{message}");
    }
    let first = hex("9101015500").expect("hex");
    let more = hex("1101015500").expect("hex");
    assert_eq!(records(&[&first[..], &more.repeat(RECORDS_MAX)].concat()), None, "too many");
}

#[test]
fn the_message_is_found_in_a_tags_memory() {
    let memory = |text: &str| hex(text).expect("hex");
    let message = memory("D101015500");
    for (bytes, expected) in [
        ("0305D101015500FE", Found::Message(&message[..])),
        ("0103A00C340305D101015500FE", Found::Message(&message[..])),
        ("000003FF0005D101015500", Found::Message(&message[..])),
        ("0305D1010155", Found::Longer(7)),
        ("0103A00C3403", Found::Longer(9)),
        ("03FF01", Found::Longer(4)),
        ("", Found::Longer(4)),
        ("0300FE", Found::Nothing),
        ("FE", Found::Nothing),
        ("FDFE00", Found::Nothing),
        ("0101010101010101010101010101010101010101010101010101010101", Found::Nothing),
    ] {
        assert_eq!(in_memory(&memory(bytes)), expected, "{bytes}");
    }
}

proptest::proptest! {
    #[test]
    fn random_memory_never_panics_and_asks_for_no_more_than_a_message(
        memory in proptest::collection::vec(0_u8.., 0..200),
    ) {
        match in_memory(&memory) {
            Found::Message(message) => {
                proptest::prop_assert!(message.len() < memory.len());
                let _words = words(message);
            }
            Found::Longer(length) => {
                proptest::prop_assert!(length > memory.len() && length <= memory.len() + 4 + usize::from(u16::MAX));
            }
            Found::Nothing => {}
        }
        let _words = words(&memory);
    }
}
