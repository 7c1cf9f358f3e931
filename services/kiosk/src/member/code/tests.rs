//! RFC 6238's vectors, the window, and codes that are no codes.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use proptest::prelude::*;

use super::{BadCode, Handle, MemberCode, MemberKey, Otp, STEP_MS, totp};

/// RFC 6238, appendix B: time in seconds, hash, 8 digits.
const VECTORS: &str = "
59 Sha1 94287082
59 Sha256 46119246
59 Sha512 90693936
1111111109 Sha1 07081804
1111111109 Sha256 68084774
1111111109 Sha512 25091201
1111111111 Sha1 14050471
1111111111 Sha256 67062674
1111111111 Sha512 99943326
1234567890 Sha1 89005924
1234567890 Sha256 91819424
1234567890 Sha512 93441116
2000000000 Sha1 69279037
2000000000 Sha256 90698825
2000000000 Sha512 38618901
20000000000 Sha1 65353130
20000000000 Sha256 77737706
20000000000 Sha512 47863826
";

#[test]
fn the_vectors_of_rfc_6238() {
    let mut count = 0;
    for line in VECTORS.lines().filter(|line| !line.is_empty()) {
        let [seconds, hash, digits] = line.split(' ').collect::<Vec<_>>().try_into().unwrap();
        // Appendix A: each hash has a seed of its own length.
        let (hash, length) = match hash {
            "Sha1" => (Otp::Sha1, 20),
            "Sha256" => (Otp::Sha256, 32),
            _ => (Otp::Sha512, 64),
        };
        let secret: Vec<u8> = b"1234567890".iter().copied().cycle().take(length).collect();
        let step = seconds.parse::<u64>().unwrap() / 30;
        assert_eq!(format!("{:08}", totp(hash, &secret, step, 8)), digits, "{line}");
        count += 1;
    }
    assert_eq!(count, 18);
}

fn key() -> MemberKey {
    MemberKey::new(&[9; 32]).unwrap()
}

fn handle() -> Handle {
    Handle::new("0123456789AB").unwrap()
}

#[test]
fn a_code_counts_one_step_early_and_one_late() {
    let shown_at = 1_790_000_000_000;
    let code = MemberCode::read(&key().code(&handle(), shown_at)).unwrap();
    let step = shown_at / STEP_MS;
    for (off, counts) in [(-2_i64, false), (-1, true), (0, true), (1, true), (2, false)] {
        let now = shown_at.checked_add_signed(off * STEP_MS as i64).unwrap();
        let expect = if counts { Ok(step) } else { Err(BadCode::NotValidNow) };
        assert_eq!(key().step(&code, now), expect, "{off} steps off");
    }
    let other = MemberKey::new(&[8; 32]).unwrap();
    assert_eq!(other.step(&code, shown_at), Err(BadCode::NotValidNow));
}

#[test]
fn what_is_no_code_is_told_from_one() {
    let good = key().code(&handle(), 0);
    assert!(MemberCode::read(&format!(" {good}\n")).is_ok() && MemberCode::claims(&good));
    for text in [
        "",
        "DM1.",
        "DM1.0123456789AB",
        "DM1.0123456789AB.",
        "DM1.0123456789AB.1234567",
        "DM1.0123456789AB.+1234567",
        "DM1.0123456789AB.123456789",
        "DM1.0123456789A.12345678",
        "DM1.0123456789AI.12345678",
        "DM2.0123456789AB.12345678",
        "280000000000000001",
    ] {
        assert_eq!(MemberCode::read(text), Err(BadCode::NotAMemberCode), "{text}");
    }
    let code = MemberCode::read(&good).unwrap();
    assert_eq!(
        format!("{code:?} {:?} {:?}", code.handle, key()),
        "MemberCode(**) Handle(01..) MemberKey(**)"
    );
}

proptest! {
    #[test]
    fn no_text_panics_and_random_handles_are_handles(text in "(DM1\\.)?[ -~]{0,40}", random in any::<[u8; 12]>()) {
        if let Ok(code) = MemberCode::read(&text) {
            prop_assert!(text.contains(code.handle.as_str()));
        }
        let handle = Handle::from_random(random);
        prop_assert_eq!(Handle::new(handle.as_str()), Ok(handle));
    }
}
