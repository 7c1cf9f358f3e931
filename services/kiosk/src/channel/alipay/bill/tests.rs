//! Tables as Alipay publishes them, by hand: rows with commas, another day's, sums that do not hold.

use proptest::prelude::*;
use time::macros::date;

use super::*;

const DAY: Date = date!(2026 - 01 - 02);
const SELLER: Option<&str> = Some("2088000000000001");

/// A payment as in published samples: `fee` as Alipay writes it, below 0.
fn payment(number: &str, subject: &str, yuan: &str, fee: &str) -> String {
    format!(
        "2026010222001400000000000001\t,{number}\t,交易\t,{subject},2026-01-02 11:59:00,2026-01-02 12:00:05,\t,\t,\t,\
         \t,*生(stu***@example.edu)\t,{yuan},{yuan},0.00,0.00,0.00,0.00,0.00,,0.00\t,0.00,\t,{fee},0.00,"
    )
}

fn refund(number: &str, request: &str, yuan: &str) -> String {
    payment(number, "午餐", &format!("-{yuan}"), "0.01")
        .replace("交易\t", "退款\t")
        .replace(",0.00,\t,0.01", &format!(",0.00,{request}\t,0.01"))
}

fn table(rows: &[String], paid: &str, back: &str) -> String {
    let columns = COLUMNS.join(",");
    let rows = rows.join("\r\n");
    format!(
        "#支付宝业务明细查询\r\n#账号：[20880000000000010156]\r\n\
         #起始日期：[2026年01月02日 00:00:00]   终止日期：[2026年01月03日 00:00:00]\r\n\
         #-----------------------------------------业务明细列表----------------------------------------\r\n\
         {columns}\r\n{rows}\r\n\
         #-----------------------------------------业务明细列表结束------------------------------------\r\n\
         #交易合计：{paid}，商家优惠共0.00元\r\n#退款合计：{back}，商家优惠退款共0.00元\r\n\
         #导出时间：[2026年01月03日 09:13:37]\r\n"
    )
}

const NONE_BACK: &str = "0笔，商家实收退款共0.00元";

#[test]
fn a_published_table_is_read() {
    let rows = [payment("DAIS01", "午餐", "12.30", "-0.07"), refund("DAIS01", "BACK01", "1.50")];
    let text = table(&rows, "1笔，商家实收共12.30元", "1笔，商家实收退款共-1.50元");
    let bill = parse(&text, DAY, SELLER).expect("bill");
    let yuan = |fen| Money::new(fen, Currency::CNY);
    let paid = BillRow {
        kind: RowKind::Payment,
        number: "DAIS01".to_owned(),
        refund: None,
        channel_ref: "2026010222001400000000000001".to_owned(),
        amount: yuan(1230),
        fee: yuan(7),
        at_ms: 1_767_326_405_000,
    };
    let back = BillRow {
        kind: RowKind::Refund,
        refund: Some("BACK01".to_owned()),
        amount: yuan(150),
        fee: yuan(-1),
        ..paid.clone()
    };
    assert_eq!(bill, Bill { channel: ChannelKind::Alipay, day: DAY, rows: vec![paid, back] });
    assert!(parse(&text, DAY, None).is_ok(), "of an account that is not known");
}

#[test]
fn commas_in_texts_do_not_move_the_columns() {
    let subjects =
        ["鱼,肉", ",", "a,b,c,d", "1.00,2026-01-02 11:59:00", "x,2026-01-02 11:59:00,2026-01-02 12:00:05"];
    for subject in subjects {
        let mut row = payment("DAIS01", subject, "12.30", "-0.07");
        for remark in ["", "r,s"] {
            row.push_str(remark);
            let text = table(std::slice::from_ref(&row), "1笔，商家实收共12.30元", NONE_BACK);
            let bill = parse(&text, DAY, SELLER).expect(subject);
            assert_eq!((bill.rows[0].amount.minor(), bill.rows[0].fee.minor()), (1230, 7), "{subject}");
        }
    }
}

#[test]
fn what_does_not_hold_is_not_believed() {
    let right = table(&[payment("DAIS01", "午餐", "12.30", "-0.07")], "1笔，商家实收共12.30元", NONE_BACK);
    assert!(parse(&right, DAY, SELLER).is_ok());
    for (from, to) in [
        ("支付宝业务明细", "支付宝业务汇总"),
        ("[2088000000000001", "[2088000000000002"),
        ("[2026年01月02日", "[2026年01月04日"),
        ("门店编号,门店名称", "门店名称,门店编号"),
        ("12.30,12.30", "12.31,12.31"),
        ("12.30,12.30", "12.30,12.31"),
        ("12.30,12.30", "-12.30,-12.30"),
        ("12.30,12.30", "12.30,12.3x"),
        ("12.30,12.30", "99999999999999999999.00,12.30"),
        ("-0.07", "-0.0.7"),
        ("交易\t", "转账\t"),
        ("交易\t", "退款\t"),
        ("2026-01-02 12:00:05", "2026-13-02 12:00:05"),
        ("DAIS01", ""),
        ("\t,0.00,\t,", "\t,0.00,"),
        ("列表结束", "列表"),
        ("#交易合计：1笔", "#交易合计：2笔"),
        ("实收共12.30元", "实收共12.29元"),
        ("#退款合计", "#退款"),
        ("退款共0.00元", "退款共0.01元"),
    ] {
        let wrong = right.replacen(from, to, 1);
        assert_ne!(wrong, right, "{from} is in the table");
        assert!(matches!(parse(&wrong, DAY, SELLER), Err(NoBill::Broken(_))), "{from} -> {to}");
    }
}

#[test]
fn fees_finer_than_a_fen_are_rounded_half_up() {
    for (text, want) in [
        ("0.07", Some(7)),
        ("-0.0738", Some(-7)),
        ("-0.075", Some(-8)),
        ("0.005", Some(1)),
        ("0.0049", Some(0)),
        ("1", Some(100)),
        ("0.1", Some(10)),
        ("", None),
        ("1.", None),
        ("-", None),
        ("0.0x", None),
        ("1e2", None),
    ] {
        assert_eq!(fine(text), want, "{text}");
    }
}

#[test]
fn what_is_no_archive_of_a_bill_is_told() {
    for bytes in [Vec::new(), b"PK\x03\x04".to_vec(), b"<html>expired</html>".to_vec()] {
        assert!(matches!(unpack(bytes), Err(NoBill::Broken(_))));
    }
}

proptest! {
    #[test]
    fn no_text_panics(text in "\\PC{0,200}") {
        let whole = table(std::slice::from_ref(&text), "1笔，商家实收共1.00元", NONE_BACK);
        prop_assert!(parse(&text, DAY, SELLER).is_err());
        prop_assert!(parse(&whole, DAY, SELLER).is_err() || text.is_empty());
    }

    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        prop_assert!(unpack(bytes).is_err());
    }

    #[test]
    fn a_row_with_a_changed_sign_never_reads_as_more_than_it_was(at in 0_usize..400, sign in "\\PC") {
        let right = payment("DAIS01", "午餐", "12.30", "-0.07");
        let at = right.char_indices().map(|(at, _)| at).nth(at % right.chars().count()).unwrap_or(0);
        let mut row = right.clone();
        row.replace_range(at..at + right[at..].chars().next().map_or(0, char::len_utf8), &sign);
        let text = table(&[row], "1笔，商家实收共12.30元", NONE_BACK);
        if let Ok(bill) = parse(&text, DAY, SELLER) {
            // The received amount is held by the sums; the order's amount is at least that.
            prop_assert!(bill.rows.iter().all(|row| row.amount.minor() >= 1230));
        }
    }
}
