//! Vouchers made by openssl are read; clones of other merchants, the past and unknown keys are refused by name.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use aws_lc_rs::signature::Ed25519KeyPair;
use proptest::prelude::*;

use super::{Serial, Voucher, VoucherError, Worth};
use crate::promotion::rules::{Issuer, Rules};
use crate::till::{Currency, Money, PayCode};

/// RFC 8032, section 7.1, test 1: the secret key, and its public half in base64url.
const SECRET: [u8; 32] = [
    0x9d, 0x61, 0xb1, 0x9d, 0xef, 0xfd, 0x5a, 0x60, 0xba, 0x84, 0x4a, 0xf4, 0x92, 0xec, 0x2c, 0xc4, 0x44,
    0x49, 0xc5, 0x69, 0x7b, 0x32, 0x69, 0x19, 0x70, 0x3b, 0xac, 0x03, 0x1c, 0xae, 0x7f, 0x60,
];
const PUBLIC: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
/// The bytes as this module's header writes them, signed by `openssl pkeyutl -sign -rawin` with that key.
const MONEY: &str = "DV1.AQtvZmZpY2UtMjAyNgRkYWlzAAECAwQFBgcICQoLDA0ODwAAAABrSdIAAUNOWQAAAAAAAAH0OtFq_lRLvIzaiWMUhcWQMyliestKNQqRL0Tlsqt1T24Z_VZ7DcSjeX_rsTa5jddD_pKYwv-cfrC5pXOrKfD-Aw";
const DISH: &str = "DV1.AQtvZmZpY2UtMjAyNgRkYWlzAAECAwQFBgcICQoLDA0ODwAAAABrSdIAAgN0ZWEAbHbG8j6MrtifKWqzdvzzkK8BMhBzUR0CXI-UQhQXH9a6vdh1li3oof6_xxvuWBr_cFP2Pjf8fn_xk_d7MksP";
const EXPIRES_S: u64 = 1_800_000_000;
const NOW: u64 = 1_790_000_000_000;

fn rules() -> Rules {
    let issuer = |id: &str, key: &str| Issuer { id: id.into(), public_key: key.into() };
    Rules {
        // RFC 8032's test 2 is the other issuer.
        issuers: vec![
            issuer("other", "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"),
            issuer("office-2026", PUBLIC),
        ],
        ..Rules::default()
    }
}

fn voucher(worth: Worth) -> Voucher {
    Voucher {
        serial: Serial::new([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]),
        issuer: "office-2026".into(),
        audience: "dais".into(),
        expires_s: EXPIRES_S,
        worth,
    }
}

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&SECRET).unwrap()
}

#[test]
fn vouchers_that_openssl_signed_are_read_and_ours_are_the_same_bytes() {
    for (text, worth) in
        [(MONEY, Worth::Money(Money::new(500, Currency::CNY))), (DISH, Worth::Dish("tea".into()))]
    {
        assert_eq!(Voucher::read(text, &rules(), NOW), Ok(voucher(worth.clone())));
        assert_eq!(voucher(worth).sign(&key()).unwrap(), text);
        assert!(Voucher::claims(text) && PayCode::new(text).is_ok());
    }
}

#[test]
fn what_does_not_count_is_refused_by_name() {
    let sign = |change: &dyn Fn(&mut Voucher)| {
        let mut voucher = voucher(Worth::Dish("tea".into()));
        change(&mut voucher);
        voucher.sign(&key()).unwrap()
    };
    let read = |text: &str, now| Voucher::read(text, &rules(), now).unwrap_err();
    assert_eq!(
        read(&sign(&|v| v.issuer = "nobody".into()), NOW),
        VoucherError::UnknownIssuer("nobody".into())
    );
    assert_eq!(read(&sign(&|v| v.issuer = "other".into()), NOW), VoucherError::BadSignature);
    assert_eq!(
        read(&sign(&|v| v.audience = "cinema".into()), NOW),
        VoucherError::WrongAudience("cinema".into())
    );
    assert_eq!(read(DISH, EXPIRES_S * 1_000), VoucherError::Expired);
    assert!(Voucher::read(DISH, &rules(), EXPIRES_S * 1_000 - 1).is_ok());
    for text in [
        "",
        "DV1.",
        "DV1.AAAA",
        "DV2.AQ",
        "280000000000000001",
        &DISH[..DISH.len() - 4],
        &format!("{DISH}AAAA"),
    ] {
        let refused = read(text, NOW);
        assert!(
            matches!(refused, VoucherError::NotAVoucher | VoucherError::BadSignature),
            "{text} {refused}"
        );
    }
    let free = voucher(Worth::Money(Money::zero(Currency::CNY)));
    assert_eq!(free.sign(&key()), Err(VoucherError::NotAVoucher));
}

/// The longest voucher still is what a scanner may read.
#[test]
fn the_longest_voucher_is_a_code() {
    let long = Voucher {
        issuer: "i".repeat(16),
        audience: "a".repeat(32),
        worth: Worth::Dish("d".repeat(32)),
        ..voucher(Worth::Dish(String::new()))
    };
    let text = long.sign(&key()).unwrap();
    assert_eq!(text.len(), 235);
    assert!(PayCode::new(&text).is_ok());
}

#[test]
fn a_serial_has_one_text() {
    let serial = voucher(Worth::Dish("tea".into())).serial;
    let text = String::from(serial);
    assert_eq!(text, "000102030405060708090a0b0c0d0e0f");
    assert_eq!(Serial::try_from(text), Ok(serial));
    for text in ["", "00", "+00102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0g"] {
        assert!(Serial::try_from(text.to_owned()).is_err(), "{text}");
    }
}

proptest! {
    /// One changed character makes another voucher of it, and that one nobody signed.
    #[test]
    fn a_changed_character_is_found(at in 4..MONEY.len(), letter in "[A-Za-z0-9_-]") {
        let mut text = MONEY.to_owned();
        text.replace_range(at..=at, &letter);
        prop_assert_eq!(Voucher::read(&text, &rules(), NOW).is_ok(), text == MONEY);
    }

    #[test]
    fn no_text_panics(text in "(DV1\\.)?[ -~]{0,300}", bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        use base64::Engine as _;
        prop_assert!(Voucher::read(&text, &rules(), NOW).is_err());
        let text = format!("DV1.{}", base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes));
        prop_assert!(Voucher::read(&text, &rules(), NOW).is_err());
    }
}
