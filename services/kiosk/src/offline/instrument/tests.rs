//! What can be honoured later is told from what cannot, by name.
#![allow(clippy::arithmetic_side_effects, clippy::as_conversions)]

use super::{Honoured, Instrument, honoured};
use crate::member::{IdentityKind, TokenKey};
use crate::offline::RefusedOffline;
use crate::promotion::Serial;
use crate::till::{Agreed, AgreementNumber, CardUid, PayCode, PurseKind, SunMessage, Tender};

#[test]
fn only_what_can_be_honoured_later_is_taken() {
    let uid = || CardUid::new(&[4, 1, 2, 3]).unwrap();
    let code = |text: &str| Tender::Code(PayCode::new(text).unwrap());
    let wallet = |name| Err(RefusedOffline::WalletCode(name));
    for (tender, expect) in [
        (Tender::Purse(PurseKind::Desfire, uid()), Ok(Honoured::Purse)),
        (Tender::Purse(PurseKind::Epurse, uid()), Err(RefusedOffline::UnsignedCard)),
        (Tender::Purse(PurseKind::Classic, uid()), Err(RefusedOffline::UnsignedCard)),
        (Tender::Sun(SunMessage::new([0; 16], [0; 8])), Ok(Honoured::Member)),
        (code("DV1.AQtv"), Ok(Honoured::Voucher)),
        (code("280000000000000001"), wallet("Alipay")),
        (code("250000000000000001"), wallet("Alipay")),
        (code("300000000000000001"), wallet("Alipay")),
        (code("130000000000000001"), wallet("WeChat Pay")),
        (code("6200000000000000001"), wallet("UnionPay")),
        (code("9"), wallet("this code")),
        (Tender::Card(uid()), Err(RefusedOffline::UnsignedCard)),
        (Tender::BankCard, Err(RefusedOffline::BankCard)),
        (
            Tender::Agreement(Agreed { id: "a".into(), number: AgreementNumber::new("2026").unwrap() }),
            Err(RefusedOffline::Agreement),
        ),
    ] {
        assert_eq!(honoured(&tender), expect, "{tender:?}");
    }
    assert!(RefusedOffline::WalletCode("Alipay").to_string().contains("Alipay cannot be used now"));
}

#[test]
fn no_log_shows_what_is_as_good_as_money() {
    let card = TokenKey::new(&[7; 32]).unwrap().token(IdentityKind::Card, b"1");
    let purse = Instrument::Purse { card, counter: 7, mac: [0xAB; 8] };
    let voucher = Instrument::Voucher { serial: Serial::new([1; 16]), text: "DV1.secret".into() };
    let text = format!("{purse:?} {voucher:?}");
    assert!(
        !text.contains("171") && !text.to_lowercase().contains("ab, ") && !text.contains("secret"),
        "{text}"
    );
}
