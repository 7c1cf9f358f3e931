//! What answers about a split prove.

use reqwest::StatusCode;
use serde_json::json;

use super::*;
use crate::till::{AttemptNumber, Currency, Money, Share};

fn split() -> Split {
    let share = |party: &str, fen| Share { party: party.to_owned(), amount: Money::new(fen, Currency::CNY) };
    Split {
        number: AttemptNumber::new("SPLIT00001").expect("number"),
        shares: vec![share("1900000110", 200), share("openid", 100)],
    }
}

fn judged(number: &str, state: &str, receivers: &[(&str, i64, &str)]) -> Divided {
    let receivers: Vec<_> = receivers
        .iter()
        .map(|(account, amount, result)| json!({"account": account, "amount": amount, "result": result}))
        .collect();
    let body = json!({"out_order_no": number, "state": state, "receivers": receivers});
    judge(&split(), Ok(Said::Yes(serde_json::from_value(body).expect("answer"))))
}

#[test]
fn a_split_is_done_once_every_share_is_told_as_sent() {
    let (a, b) = (("1900000110", 200, "SUCCESS"), ("openid", 100, "SUCCESS"));
    let own = ("1900000109", 930, "SUCCESS");
    assert_eq!(judged("SPLIT00001", "FINISHED", &[own, b, a]), Divided::Done);
    let unparsable = Divided::Again(Doubt::Unparsable);
    assert_eq!(judged("SPLIT00002", "FINISHED", &[a, b]), unparsable, "another split");
    assert_eq!(judged("SPLIT00001", "FINISHED", &[a]), unparsable, "a share is missing");
    assert_eq!(
        judged("SPLIT00001", "FINISHED", &[a, ("openid", 101, "SUCCESS")]),
        unparsable,
        "another amount"
    );
    assert_eq!(judged("SPLIT00001", "FINISHED", &[a, ("openid", 100, "PENDING")]), unparsable);
    assert_eq!(judged("SPLIT00001", "FINISHED", &[a, ("openid", 100, "CLOSED")]), Divided::Refused);
    assert_eq!(judged("SPLIT00001", "PROCESSING", &[a, b]), Divided::Again(Doubt::ServerError));
}

#[test]
fn refusals_are_final_unless_the_platform_is_busy() {
    for (code, want) in [
        ("INVALID_REQUEST", Divided::Refused),
        ("NOT_ENOUGH", Divided::Refused),
        ("FREQUENCY_LIMITED", Divided::Again(Doubt::ServerError)),
        ("SYSTEM_ERROR", Divided::Again(Doubt::ServerError)),
    ] {
        let said = Said::No { status: StatusCode::BAD_REQUEST, code: code.to_owned() };
        assert_eq!(judge(&split(), Ok(said)), want, "{code}");
    }
    assert_eq!(judge(&split(), Err(Doubt::Timeout)), Divided::Again(Doubt::Timeout));
}
