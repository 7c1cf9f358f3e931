//! Codes, times at GMT+8, and descriptions.

use super::*;

#[test]
fn codes_mean_what_the_appendix_says_and_no_more() {
    let declined = Verdict::Refused(Refusal::Declined);
    for (codes, want) in [
        (&["00", "A6"][..], Verdict::Ok),
        (&["05"], Verdict::Processing),
        (&["34"], Verdict::NoSuch),
        (&["03", "04", "06", "12", "37", "42", "45", "99", "", "0", "000", "B7", "ok"], Verdict::Unknown),
        (&["64"], Verdict::Refused(Refusal::InsufficientFunds)),
        (&["61"], Verdict::Refused(Refusal::CodeDead)),
        (&["69"], Verdict::Refused(Refusal::Closed)),
        (&["01", "10", "11", "13", "30", "31", "32", "33", "35", "36", "39", "60", "65"], declined),
    ] {
        for code in codes {
            assert_eq!(verdict(code), want, "{code}");
        }
    }
}

#[test]
fn times_are_beijings() {
    // 2026-01-01T19:04:05Z, as `date -u -d @1767294245` prints it.
    assert_eq!(txn_time(1_767_294_245_678).as_deref(), Some("20260102030405"));
    assert_eq!(of_seconds(0).as_deref(), Some("19700101080000"));
    assert_eq!(seconds("20260102030405"), Some(1_767_294_245));
    assert_eq!(expiry(1_767_294_245_678, 5), Some(1_767_294_545));
    assert_eq!(txn_time(u64::MAX), None);
    assert_eq!(expiry(u64::MAX, 5), None);
    for text in
        ["", "2026010203040", "20261302030405", "20260102250405", "20260102030405Z", "+20260102030405"]
    {
        assert_eq!(seconds(text), None, "{text}");
    }
}

#[test]
fn descriptions_hold_nothing_that_separates_fields() {
    assert_eq!(description("宫保鸡丁 / Kung Pao & more = 100%"), "宫保鸡丁 / Kung Pao ＆ more ＝ 100%");
    assert_eq!(description("{a}[b]\"'\n"), "（a）（b）   ");
    assert_eq!(description(&"餐".repeat(100)).chars().count(), 32);
}
