//! Which answers prove that a refund is done.

use serde_json::{Value, json};

use super::*;
use crate::channel::ChannelKind;
use crate::till::{AttemptNumber, RefundReason, Way};

fn ours() -> (Attempt, Refund) {
    let number = |text| AttemptNumber::new(text).unwrap();
    let attempt = Attempt {
        number: number("LUNCH00001"),
        channel: ChannelKind::Alipay,
        way: Way::Scanned,
        amount: Money::new(1230, Currency::CNY),
        subject: String::new(),
        opened_at_ms: 0,
        agreement: None,
        instalment: None,
    };
    (attempt, Refund::whole(number("BACK000001"), Money::new(500, Currency::CNY), RefundReason::Asked))
}

fn told(change: impl FnOnce(&mut Value)) -> Refunded {
    let (attempt, refund) = ours();
    let mut node = json!({
        "code": "10000", "out_trade_no": "LUNCH00001", "trade_no": "2026010122001", "out_request_no": "BACK000001",
        "refund_status": "REFUND_SUCCESS", "refund_amount": "5.00", "total_amount": "12.30",
    });
    change(&mut node);
    became(&attempt, &refund, &serde_json::from_value(node).unwrap())
}

#[test]
fn an_answer_to_a_refund_names_the_trade_and_an_amount_or_proves_nothing() {
    let (attempt, refund) = ours();
    let whole = json!({
        "code": "10000", "out_trade_no": "LUNCH00001", "trade_no": "2026010122001", "fund_change": "Y",
        "refund_fee": "5.00",
    });
    let told = |node: &Value| moved(&attempt, &refund, &serde_json::from_value(node.clone()).unwrap());
    assert!(told(&whole));
    for name in ["out_trade_no", "fund_change", "refund_fee"] {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(name);
        assert!(!told(&without), "without {name}");
    }
    for (name, value, proves) in [
        ("refund_fee", "12.30", true),
        ("refund_fee", "4.99", false),
        ("refund_fee", "", false),
        ("refund_fee", "5,00", false),
        ("fund_change", "N", false),
        ("out_trade_no", "LUNCH00002", false),
    ] {
        let mut other = whole.clone();
        other[name] = value.into();
        assert_eq!(told(&other), proves, "{name} {value}");
    }
}

#[test]
fn an_answer_without_an_amount_or_about_something_else_proves_no_refund() {
    assert_eq!(told(|_as_it_is| {}), Refunded::Done);
    let strange = Refunded::Again(Doubt::Unparsable);
    for name in ["refund_amount", "out_request_no", "out_trade_no"] {
        let without = told(|node| {
            node.as_object_mut().unwrap().remove(name);
        });
        assert_eq!(without, strange, "without {name}");
        assert_eq!(told(|node| node[name] = "".into()), strange, "an empty {name}");
    }
    for (name, value) in [
        ("refund_amount", "12.30"),
        ("refund_amount", "4.99"),
        ("refund_amount", "5"),
        ("refund_amount", "5.001"),
        ("refund_amount", "-5.00"),
        ("out_request_no", "BACK000002"),
        ("out_trade_no", "LUNCH00002"),
    ] {
        let said = told(|node| node[name] = value.into());
        // Yuan without decimals are the same money.
        let expected = if value == "5" { Refunded::Done } else { strange };
        assert_eq!(said, expected, "{name} {value}");
    }
}

#[test]
fn an_answer_that_is_only_understood_proves_nothing() {
    let open = Refunded::Again(Doubt::ServerError);
    for (name, value) in
        [("refund_status", ""), ("refund_status", "REFUND_PROCESSING"), ("code", "20000"), ("code", "")]
    {
        assert_eq!(told(|node| node[name] = value.into()), open, "{name} {value}");
    }
}
