//! Good and bad artefacts, and every way in which bytes go wrong on their way.
use super::*;
use proptest::prelude::*;

const WHOLE: &str = r#"
schema = 1
school = "第三中学"
room = "3B-104"
unit = "3B-104-panel"
serial = "PF3X1"
expires = 2099-12-31
time_zone = "Asia/Shanghai"
language = "zh"
role = "panel"
proxy = "http://proxy.school.example:3128"
timetable = """
[[lesson]]
days = ["mon"]
"""

[network.wifi]
ssid = "school"
password = "correct horse"

[network.wired.eap]
identity = "3b-104"
ca = "school-ca"
certificate = "unit.crt"
key = "unit.key"

[roles]
staff = ["01 manager pbkdf2-sha256 600000 c2FsdA== aGFzaA=="]
service_pin = "pbkdf2-sha256 600000 c2FsdA== aGFzaA=="
"#;
const LEAST: &str = "schema = 1\nschool = \"s\"\nunit = \"u\"\n";

fn key() -> SchoolKey {
    SchoolKey::make().unwrap()
}

#[test]
fn what_was_signed_is_read_and_says_who_signed_it() {
    let key = key();
    for text in [WHOLE, LEAST, LEAST.trim_end()] {
        let artefact = make(&key, text).unwrap();
        let signed = read(&artefact).unwrap();
        assert_eq!(Fingerprint::of(&signed.key), key.fingerprint());
        assert_eq!(read(&format!("{artefact}\n\n")).unwrap(), signed, "a trailing line does no harm");
        // It is still TOML for whoever looks at it.
        assert!(artefact.parse::<toml::Table>().is_ok());
    }
    let whole = read(&make(&key, WHOLE).unwrap()).unwrap().enrolment;
    assert_eq!((whole.school.as_str(), whole.unit.as_str()), ("第三中学", "3B-104-panel"));
    assert_eq!((whole.language, whole.role), (Some(Language::Zh), Some(Role::Panel)));
    assert_eq!(whole.network.wired.unwrap().eap.key, "unit.key");
    let same = SchoolKey::read(&key.text().unwrap()).unwrap();
    assert_eq!(same.fingerprint(), key.fingerprint());
}

#[test]
fn what_makes_no_sense_is_told_by_its_name() {
    let with = |line: &str| format!("{LEAST}{line}\n");
    let twice = "01 manager pbkdf2-sha256 600000 c2FsdA== aGFzaA==";
    let table: [(String, &str); 21] = [
        (with(&format!("[roles]\nstaff = [{twice:?}, {twice:?}]")), "once"),
        (with("[roles]\nstaff = [\"1 manager pbkdf2-sha256 600000 c2FsdA== aGFzaA==\"]"), "roles.staff: "),
        (with("serial = \"\""), "serial: "),
        (with("expires = 2026-12-31T10:00:00Z"), "expires: "),
        (with("expires = 10:00:00"), "expires: "),
        ("schema = 1\nschool = \" \"\nunit = \"u\"".into(), "school: "),
        (format!("schema = 1\nschool = \"s\"\nunit = \"{}\"", "u".repeat(65)), "unit: "),
        (with("room = \"a\\nb\""), "room: "),
        (with("time_zone = \"../etc/passwd\""), "time_zone: "),
        (with("proxy = \"http://user:pass@proxy:1\""), "proxy: "),
        (with("proxy = \"proxy:3128\""), "proxy: "),
        (with("timetable = \"= nonsense\""), "timetable: "),
        (with("[network.wifi]\nssid = \"\""), "network.wifi.ssid: "),
        (with("[network.wifi]\nssid = \"a\"\npassword = \"short\""), "network.wifi.password: "),
        (
            with("[network.wired.eap]\nidentity=\"a\"\nca=\"../x\"\ncertificate=\"c\"\nkey=\"k\""),
            "network.wired.eap: ",
        ),
        (with("[roles]\nservice_pin = \"260514\""), "roles.service_pin: "),
        (with("[roles]\nstaff = [\"01 manager 260514\"]"), "roles.staff: "),
        (with("colour = \"red\""), "line 4 "),
        (with("language = \"fr\""), "line 4 "),
        ("schema = 2\nschool = 1\nnew = true".into(), "schema 2"),
        ("school = \"s\"\nunit = \"u\"".into(), "line 1 "),
    ];
    for (text, told) in table {
        let error = make(&key(), &text).unwrap_err().to_string();
        assert!(error.contains(told), "{text}: {error}");
        assert!(!error.contains("short") && !error.contains("260514"), "a secret is repeated: {error}");
    }
    let long = with(&format!("timetable = \"\"\"\n{}\"\"\"", "# \n".repeat(60_000)));
    assert_eq!(make(&key(), &long), Err(EnrolError::TooLong));
}

#[test]
fn what_was_not_signed_or_changed_since_is_refused() {
    let artefact = make(&key(), WHOLE).unwrap();
    let changed = artefact.replace("3B-104-panel", "3B-105-panel");
    assert_eq!(read(&changed), Err(EnrolError::BadSignature));
    for text in ["", WHOLE, LEAST, "# key: AAAA\n# signature: AAAA\n", "# signature: "] {
        assert_eq!(read(text), Err(EnrolError::NotSigned), "{text}");
    }
    // Another's key line over somebody's text.
    let other = make(&key(), WHOLE).unwrap();
    let line =
        |text: &str, start: &str| text.lines().find(|line| line.starts_with(start)).unwrap().to_owned();
    let mixed = artefact.replace(&line(&artefact, "# key"), &line(&other, "# key"));
    assert_eq!(read(&mixed), Err(EnrolError::BadSignature));
}

#[test]
fn the_first_key_is_pinned_and_another_is_told_apart() {
    let (one, two) = ([1; KEY_BYTES], [2; KEY_BYTES]);
    assert_eq!(trust(None, &one), Trust::First);
    assert_eq!(trust(Some(&one), &one), Trust::Pinned);
    assert_eq!(trust(Some(&one), &two), Trust::Another { pinned: Fingerprint::of(&one) });
    // SHA-256 of 32 zero bytes begins 66687aad f862bd77 6c8fc18b 8e9f8e20 (as sha256sum says).
    assert_eq!(Fingerprint::of(&[0; 32]).text(), "6668 7AAD F862 BD77 6C8F C18B 8E9F 8E20");
}

#[test]
fn no_secret_is_printed() {
    let signed = read(&make(&key(), WHOLE).unwrap()).unwrap();
    let printed = format!("{signed:?} {:?}", key());
    for secret in ["correct horse", "aGFzaA==", "c2FsdA=="] {
        assert!(!printed.contains(secret), "{printed}");
    }
}

proptest! {
    #[test]
    fn one_changed_byte_is_found(at in 0_usize..600, to in any::<u8>()) {
        let artefact = make(&key(), WHOLE).unwrap();
        let mut bytes = artefact.clone().into_bytes();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != to && at + 1 < bytes.len());
        bytes[at] = to;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(read(&text).is_err());
        }
    }

    #[test]
    fn nonsense_is_refused_and_nothing_else(text in ".{0,300}") {
        prop_assert!(read(&text).is_err());
        if let Err(error) = make(&key(), &text) {
            prop_assert!(!error.to_string().is_empty());
        }
    }
}
