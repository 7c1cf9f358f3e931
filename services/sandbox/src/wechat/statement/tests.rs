//! The CSV's shape: 27 columns, back-ticks, CRLF, sums.

use super::*;

fn row(kind: Kind, refund: Option<&str>, fen: i64) -> Row {
    Row {
        kind,
        out_trade_no: "B00001".to_owned(),
        channel_ref: "4200000001202601021234567890".to_owned(),
        refund: refund.map(str::to_owned),
        fen,
        total_fen: 1230,
        fee: if kind == Kind::Payment { fen * 6 } else { -fen * 6 },
        subject: "饭,`菜".to_owned(),
        shown: true,
        made_at: 1_767_283_200_000,
        at: 1_767_283_201_000,
    }
}

#[test]
fn a_bill_looks_like_the_published_samples() {
    let rows = [row(Kind::Payment, None, 1230), row(Kind::Refund, Some("R00001"), 100)];
    let text = text(&rows, BillType::All);
    let body = text.strip_prefix('\u{feff}').expect("byte order mark");
    let lines: Vec<&str> = body.split("\r\n").collect();
    assert_eq!(lines.len(), 6, "header, two rows, two footers, the end");
    assert_eq!(lines[0].split(',').count(), 27);
    assert!(!body.replace("\r\n", "").contains(['\r', '\n']));
    assert!(lines[1].starts_with("`2026-01-02 00:00:01,`wxd678efh567hg6787,`1900000109,`0,`,`4200000001"));
    assert!(
        lines[1].ends_with(",`0,`0,`0.00,`0.00,`,`,`饭,`菜,`,`0.07380,`0.60%,`12.30,`0.00,`"),
        "{}",
        lines[1]
    );
    assert!(lines[2].contains(",`REFUND,`OTHERS,`CNY,`0.00,`0.00,`50000"));
    assert!(
        lines[2]
            .ends_with(",`R00001,`1.00,`0.00,`ORIGINAL,`SUCCESS,`饭,`菜,`,`-0.00600,`0.60%,`0.00,`1.00,`")
    );
    assert_eq!(lines[4], "`2,`12.30,`1.00,`0.00,`0.06780,`12.30,`1.00");
}

#[test]
fn success_and_refund_bills_have_their_rows_alone() {
    let rows = [row(Kind::Payment, None, 1230), row(Kind::Refund, Some("R00001"), 100)];
    for (of, columns, count) in [(BillType::Success, 20, 1), (BillType::Refund, 27, 1)] {
        let text = text(&rows, of);
        let lines: Vec<&str> = text.split("\r\n").collect();
        assert_eq!((lines[0].split(',').count(), lines.len() - 4), (columns, count), "{of:?}");
    }
}
