//! What opened notifies say, and to whom. That only the platform's are opened is tested against the sandbox.

use serde_json::{Value, json};

use super::*;
use crate::channel::{PaidProof, Proof, Refunded};
use crate::till::{Currency, Money};

fn said(event: &str, clear: &Value) -> Result<Told, Doubt> {
    read(event, clear.to_string().as_bytes(), "1900000109", "wx1")
}

fn payment() -> Value {
    json!({
        "appid": "wx1", "mchid": "1900000109", "out_trade_no": "A00001", "transaction_id": "42001",
        "trade_state": "SUCCESS", "amount": {"total": 1230, "payer_total": 1030, "currency": "CNY"},
    })
}

fn number(text: &str) -> AttemptNumber {
    AttemptNumber::new(text).expect("number")
}

#[test]
fn a_payment_is_proved_with_its_whole_amount() {
    let proof =
        Proof::Paid(PaidProof { channel_ref: "42001".to_owned(), amount: Money::new(1230, Currency::CNY) });
    assert_eq!(
        said("TRANSACTION.SUCCESS", &payment()),
        Ok(Told::Payment { number: number("A00001"), proof })
    );
}

#[test]
fn somebody_elses_payment_is_refused() {
    for (field, value) in [("mchid", "1900000110"), ("appid", "wx2"), ("trade_state", "NOTPAY")] {
        let mut other = payment();
        other[field] = value.into();
        assert_eq!(said("TRANSACTION.SUCCESS", &other), Err(Doubt::Unparsable), "{field}");
    }
    let mut strange = payment();
    strange["out_trade_no"] = "shop|17".into();
    assert_eq!(said("TRANSACTION.SUCCESS", &strange), Ok(Told::Nothing), "another program's number");
    let mut partial = payment();
    partial["transaction_id"] = "".into();
    assert_eq!(
        said("TRANSACTION.SUCCESS", &partial),
        Ok(Told::Payment { number: number("A00001"), proof: Proof::Unknown(Doubt::Unparsable) })
    );
    for total in [None, Some(0), Some(-1230)] {
        let mut without = payment();
        let amount = without["amount"].as_object_mut().expect("an object");
        match total {
            Some(total) => drop(amount.insert("total".to_owned(), total.into())),
            None => drop(amount.remove("total")),
        }
        assert_eq!(
            said("TRANSACTION.SUCCESS", &without),
            Ok(Told::Payment { number: number("A00001"), proof: Proof::Unknown(Doubt::Unparsable) }),
            "{total:?} is no amount"
        );
    }
    assert_eq!(read("TRANSACTION.SUCCESS", b"{", "1900000109", "wx1"), Err(Doubt::Unparsable));
}

#[test]
fn every_refund_event_is_told() {
    for (event, status, want) in [
        ("REFUND.SUCCESS", "SUCCESS", Refunded::Done),
        ("REFUND.CLOSED", "CLOSED", Refunded::Refused),
        ("REFUND.ABNORMAL", "ABNORMAL", Refunded::Refused),
        ("REFUND.SUCCESS", "PROCESSING", Refunded::Again(Doubt::ServerError)),
    ] {
        let refund = json!({"mchid": "1900000109", "out_refund_no": "R00001", "refund_status": status});
        let told = Told::Refund { number: number("R00001"), refunded: want };
        assert_eq!(said(event, &refund), Ok(told), "{status}");
    }
    let other = json!({"mchid": "1", "out_refund_no": "R00001", "refund_status": "SUCCESS"});
    assert_eq!(said("REFUND.SUCCESS", &other), Err(Doubt::Unparsable));
    assert_eq!(said("COUPON.USE", &json!({})), Ok(Told::Nothing), "an event that no till acts on");
}
