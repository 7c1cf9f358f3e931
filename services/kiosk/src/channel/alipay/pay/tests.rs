//! Which nodes prove a payment.

use serde_json::json;

use super::*;
use crate::till::AttemptNumber;

#[test]
fn an_answer_without_an_amount_proves_no_payment() {
    let attempt = Attempt {
        number: AttemptNumber::new("LUNCH00001").unwrap(),
        channel: crate::channel::ChannelKind::Alipay,
        way: Way::Scanned,
        amount: Money::new(1230, Currency::CNY),
        subject: String::new(),
        opened_at_ms: 0,
        agreement: None,
        instalment: None,
    };
    let whole =
        json!({"code": "10000", "out_trade_no": "LUNCH00001", "trade_no": "T1", "total_amount": "12.30"});
    let told = |node: serde_json::Value| paid(&attempt, serde_json::from_value(node).unwrap());
    let amount = Money::new(1230, Currency::CNY);
    assert_eq!(told(whole.clone()), Proof::Paid(PaidProof { channel_ref: "T1".to_owned(), amount }));
    let strange = Proof::Unknown(Doubt::Unparsable);
    for name in ["total_amount", "trade_no", "out_trade_no"] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        assert_eq!(told(without), strange, "without {name}");
        let mut empty = whole.clone();
        empty[name] = "".into();
        assert_eq!(told(empty), strange, "an empty {name}");
    }
    for amount in ["0.00", "-12.30", "12,30", "12.301", "1e3"] {
        let mut odd = whole.clone();
        odd["total_amount"] = amount.into();
        assert_eq!(told(odd), strange, "{amount}");
    }
}
