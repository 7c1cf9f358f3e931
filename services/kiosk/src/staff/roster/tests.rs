//! PINs hashed by Python's hashlib, lines that are none, and PINs that are too easy.

use super::*;

/// `hashlib.pbkdf2_hmac("sha256", pin, bytes(range(16)), 600000)` of 271828 (07) and 314159 (01).
pub(in crate::staff) const ROSTER: &str = "\
# The canteen's staff.
07 cashier 5000 pbkdf2-sha256 600000 AAECAwQFBgcICQoLDA0ODw== WxXYqeSgkGGQcnwheWBRipZD04JnqiM0iSDxcj4yr4s=

01 manager pbkdf2-sha256 600000 AAECAwQFBgcICQoLDA0ODw== ZsvPZAoCFN/cNt7/G9MjWg5WQmNQrrIzaLuaBmAMPxY=  # since March
";

#[test]
fn a_pin_is_recognised_with_its_own_number_alone() {
    let roster = Roster::parse(ROSTER.as_bytes()).expect("roster");
    let who = |typed: &str| roster.recognise(typed).map(|who| (who.id.to_string(), who.role));
    assert_eq!(who("07271828"), Some(("07".to_owned(), Role::Cashier { cap: 5000 })));
    assert_eq!(who("01314159"), Some(("01".to_owned(), Role::Manager)));
    for wrong in [
        "01271828",
        "07314159",
        "02271828",
        "07271829",
        "0727182",
        "072718281",
        "07",
        "271828",
        "",
        "7271828",
        "07 271828",
        "07271828 ",
        "07２７１８２８",
        "七七271828",
    ] {
        assert_eq!(who(wrong), None, "{wrong}");
    }
    assert_eq!(format!("{roster:?}"), "Roster(2 members)");
}

#[test]
fn a_made_line_is_read_again() {
    let line = hash(&["42", "auditor"], "975310\n").expect("line");
    assert!(line.starts_with("42 auditor pbkdf2-sha256 600000 ") && !line.contains("975310"), "{line}");
    let roster = Roster::parse(line.as_bytes()).expect("roster");
    assert_eq!(roster.recognise("42975310").map(|who| who.role), Some(Role::Auditor));
    assert_ne!(hash(&["42", "auditor"], "975310"), Ok(line), "a salt of its own");
}

#[test]
fn easy_pins_and_strange_members_are_refused() {
    for pin in
        ["", "12345", "1234567890123", "000000", "123456", "987654", "12345a", "１２３４５７", "abcdef"]
    {
        assert_eq!(hash(&["42", "auditor"], pin), Err(RosterError::WeakPin), "{pin}");
    }
    for words in [
        &["42"][..],
        &["4", "manager"],
        &["42", "king"],
        &["42", "cashier"],
        &["42", "cashier", "-1"],
        &["42", "cashier", "12.30"],
        &["42", "manager", "5000"],
        &[],
    ] {
        assert_eq!(hash(words, "975310"), Err(RosterError::NotAMember), "{words:?}");
    }
}

#[test]
fn a_bad_line_is_named_and_not_repeated() {
    let good = ROSTER.lines().nth(1).expect("line");
    for (text, error) in [
        (good.replace("600000", "599999"), RosterError::Strength(1)),
        (good.replace("600000", "6000001"), RosterError::Strength(1)),
        (good.replace("AAECAwQFBgcICQoLDA0ODw==", "AAEC"), RosterError::Strength(1)),
        (good.replace("600000", "many"), RosterError::Line(1)),
        (good.replace("pbkdf2-sha256", "md5"), RosterError::Line(1)),
        (format!("# one\n\n{good} more"), RosterError::Line(3)),
        (good.replace("cashier 5000", "cashier"), RosterError::Line(1)),
        (format!("{good}\n{good}"), RosterError::Twice(2)),
        ("07".to_owned(), RosterError::Line(1)),
    ] {
        let refused = Roster::parse(text.as_bytes()).expect_err(&text);
        assert_eq!(refused, error, "{text}");
        assert!(!refused.to_string().contains("AAEC"), "{refused}");
    }
    assert_eq!(Roster::parse(&[0xff]).map(drop), Err(RosterError::NotARoster));
    assert!(Roster::parse(b"").expect("nobody").recognise("07271828").is_none());
}
