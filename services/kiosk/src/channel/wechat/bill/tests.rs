//! Bills as the platform writes them, bills that must not be believed, and bytes that are no bill.

use proptest::prelude::*;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::date;

use super::*;

const HEADER: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,\
                      应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,\
                      商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
const SUMS_HEADER: &str =
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
/// A payment of 12.30 of which a coupon of the platform's paid 2.00.
const PAYMENT: &str = "`2026-01-02 12:00:01,`wx1,`1900000109,`0,`,`4200000001,`A00001,`openid,`MICROPAY,`SUCCESS,`OTHERS,\
                       `CNY,`10.30,`2.00,`0,`0,`0.00,`0.00,`,`,`宫保鸡丁, \"大份\",`,`0.07380,`0.60%,`12.30,`0.00,`";
const REFUND: &str = "`2026-01-02 13:00:00,`wx1,`1900000109,`0,`,`4200000001,`A00001,`openid,`MICROPAY,`REFUND,`OTHERS,\
                      `CNY,`0.00,`0.00,`5000000001,`R00001,`1.00,`0.00,`ORIGINAL,`SUCCESS,`x,`,`-0.00600,`0.60%,`0.00,\
                      `1.00,`";
const REVERSAL: &str = "`2026-01-02 23:59:59,`wx1,`1900000109,`0,`,`4200000002,`A00002,`openid,`MICROPAY,`REVOKED,\
                        `OTHERS,`CNY,`0.00,`0.00,`5000000002,`0,`3.00,`0.00,`ORIGINAL,`SUCCESS,`x,`,`0.00000,`0.60%,\
                        `0.00,`3.00,`";
const TOTALS: &str = "`3,`10.30,`4.00,`0.00,`0.06780,`12.30,`4.00";

fn text(lines: &[&str]) -> String {
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

fn whole() -> String {
    text(&[HEADER, PAYMENT, REFUND, REVERSAL, SUMS_HEADER, TOTALS])
}

fn parsed(text: &str) -> Result<Bill, NoBill> {
    read(text.as_bytes(), date!(2026 - 01 - 02))
}

fn yuan_of(fen: i64) -> Money {
    Money::new(fen, Currency::CNY)
}

#[test]
fn every_row_of_money_is_told() {
    let bill = parsed(&whole()).expect("bill");
    assert_eq!((bill.channel, bill.day), (ChannelKind::Wechat, date!(2026 - 01 - 02)));
    let at =
        |text: &str| u64::try_from(OffsetDateTime::parse(text, &Rfc3339).expect("time").unix_timestamp());
    let row = |kind, number: &str, refund: Option<&str>, channel_ref: &str, amount, fee, time| BillRow {
        kind,
        number: number.to_owned(),
        refund: refund.map(str::to_owned),
        channel_ref: channel_ref.to_owned(),
        amount: yuan_of(amount),
        fee: yuan_of(fee),
        at_ms: at(time).expect("after 1970") * 1000,
    };
    assert_eq!(
        bill.rows,
        [
            row(RowKind::Payment, "A00001", None, "4200000001", 1230, 7, "2026-01-02T12:00:01+08:00"),
            row(
                RowKind::Refund,
                "A00001",
                Some("R00001"),
                "4200000001",
                100,
                -1,
                "2026-01-02T13:00:00+08:00"
            ),
            row(RowKind::Refund, "A00002", None, "4200000002", 300, 0, "2026-01-02T23:59:59+08:00"),
        ]
    );
}

#[test]
fn columns_are_found_by_name_and_refused_refunds_move_nothing() {
    let more = |line: &str| format!("{line},`new");
    let added = text(&[
        &format!("{HEADER},新列"),
        &more(PAYMENT),
        &more(&REFUND.replace("`SUCCESS", "`FAIL")),
        &more(REVERSAL),
        SUMS_HEADER,
        TOTALS,
    ]);
    assert_eq!(parsed(&added).expect("bill").rows.len(), 2);
    let plain = whole().replace(['\r', '\u{feff}'], "");
    assert_eq!(parsed(&plain).expect("bill").rows.len(), 3, "line ends and mark do not matter");
    let empty = text(&[HEADER, SUMS_HEADER, "`0,`0.00,`0.00,`0.00,`0.00000,`0.00,`0.00"]);
    assert_eq!(parsed(&empty).expect("bill").rows, []);
}

#[test]
fn fees_are_rounded_half_up() {
    for (cell, fen) in [
        ("0.00499", 0),
        ("0.00500", 1),
        ("0.01499", 1),
        ("0.01500", 2),
        ("-0.00500", -1),
        ("-0.00499", 0),
        ("7", 700),
    ] {
        assert_eq!(yuan(cell).and_then(to_fen), Some(yuan_of(fen)), "{cell}");
    }
    for bad in ["", "-", ".5", "1.000000", "1,0", "1e3", "99999999999999999999", "+1", " 1"] {
        assert_eq!(yuan(bad), None, "{bad}");
    }
}

#[test]
fn what_does_not_add_up_is_broken() {
    let replaced = |from: &str, to: &str| {
        let text = whole();
        assert!(text.contains(from), "{from}");
        parsed(&text.replacen(from, to, 1))
    };
    let sums = NoBill::Broken("its sums are not those of its rows");
    for (from, to) in [
        ("`3,`10.30", "`4,`10.30"),
        ("`3,`10.30", "`3,`10.31"),
        ("`4.00,`0.00,`0.06780", "`4.01,`0.00,`0.06780"),
        ("`0.06780", "`0.06781"),
        ("`12.30,`4.00", "`12.31,`4.00"),
        ("`12.30,`4.00", "`12.30,`4.01"),
        ("`12.30,`0.00", "`12.31,`0.00"),
        ("`-0.00600", "`-0.00601"),
    ] {
        assert_eq!(replaced(from, to), Err(sums), "{from} {to}");
    }
    for (from, to, why) in [
        ("`SUCCESS,`OTHERS", "`WEIRD,`OTHERS", "a row cannot be read"),
        ("`CNY", "`USD", "a row cannot be read"),
        ("`A00001", "`", "a row cannot be read"),
        ("2026-01-02 12", "2026-13-02 12", "a row cannot be read"),
        ("`R00001", "`0", "a row cannot be read"),
        ("`0.07380", "`0,07380", "a row's amounts cannot be read"),
        ("`MICROPAY,`SUCCESS", "`SUCCESS", "a row has not the header's columns"),
        ("`MICROPAY,`SUCCESS", "`x,`x,`SUCCESS", "a row has not the header's columns"),
        ("订单总金额", "总金额", "its footer cannot be read"),
        ("`3,`10.30", "`three,`10.30", "its footer cannot be read"),
    ] {
        assert_eq!(replaced(from, to), Err(NoBill::Broken(why)), "{from} {to}");
    }
    let missing = text(&[HEADER, REFUND, REVERSAL, SUMS_HEADER, TOTALS]);
    assert_eq!(parsed(&missing), Err(sums), "a row is missing");
    let cut = text(&[HEADER, PAYMENT]);
    assert_eq!(parsed(&cut), Err(NoBill::Broken("it has no footer")));
    assert_eq!(parsed(""), Err(NoBill::Broken("it is empty")));
    assert_eq!(parsed(&format!("{}more\r\n", whole())), Err(NoBill::Broken("something follows its footer")));
    assert_eq!(read(&[0xFF, 0xFE], date!(2026 - 01 - 02)), Err(NoBill::Broken("it is not UTF-8")));
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..512)) {
        drop(read(&bytes, date!(2026 - 01 - 02)));
    }

    #[test]
    fn no_change_of_a_real_bill_makes_it_panic_or_changes_its_sums(
        at in 0_usize..2000, with in "[-0-9.,`\r\n一]{0,3}", cut in 0_usize..4,
    ) {
        let text = whole();
        let letters: Vec<char> = text.chars().collect();
        let at = at % letters.len();
        let end = (at + cut).min(letters.len());
        let changed: String =
            letters[..at].iter().copied().chain(with.chars()).chain(letters[end..].iter().copied()).collect();
        if let Ok(bill) = parsed(&changed) {
            let sum = |kind| bill.rows.iter().filter(|row| row.kind == kind).map(|row| row.amount.minor()).sum::<i64>();
            let (paid, back) = (sum(RowKind::Payment), sum(RowKind::Refund));
            // One cell alone cannot move money; a status that says "refused" makes a row tell of none.
            prop_assert!(paid == 1230 && [400, 300, 100].contains(&back), "{paid} {back}: {changed}");
        }
    }
}
