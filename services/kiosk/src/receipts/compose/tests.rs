//! What stands on a receipt, and what must not.
use super::*;
use crate::promotion::{Discount, Priced};
use crate::till::{Dish, Line as OrderLine, Notice, Order, PaymentId, Phase};

fn menu() -> Menu {
    let dish = |sku: &str, zh: &str, en: &str, price| Dish {
        sku: sku.into(),
        zh: zh.into(),
        en: en.into(),
        price,
        picture: "1f375.webp".into(),
        ..Dish::default()
    };
    Menu {
        currency: Currency::CNY,
        categories: Vec::new(),
        dishes: vec![dish("tea", "茶", "Tea", 300), dish("noodles", "面", "Noodles", 1800)],
    }
}

fn view(priced: Option<Priced>) -> View {
    let line = |sku: &str, quantity, unit_price| OrderLine { sku: sku.into(), quantity, unit_price };
    let order = Order {
        lines: vec![line("tea", 2, 300), line("soup", 1, 500)],
        total: Money::new(1000, Currency::CNY),
        subject: "茶等3件".into(),
        priced,
        member: None,
        campaign: None,
        instalment: None,
        session: None,
    };
    View {
        id: PaymentId::new("a/b&c").unwrap(),
        phase: Phase::Paid,
        order,
        codes: Vec::new(),
        paid_by: Some(ChannelKind::Campus),
        pickup: 7,
        notice: Notice::None,
        refunds: Vec::new(),
        paid_ms: 1_795_926_665_000,
        quoted: None,
        paid_number: None,
    }
}

fn slip(view: View) -> Slip {
    Slip { view, left: Some(Money::new(1_250, Currency::CNY)) }
}

#[test]
fn a_receipt_says_what_was_sold_and_how_it_was_paid() {
    let config = ReceiptConfig { link: Some("https://x.example/o/".into()), ..ReceiptConfig::default() };
    let off = Discount {
        source: Source::Coupon("W1".into()),
        amount: Money::new(100, Currency::CNY),
        shares: vec![100, 0],
    };
    let priced = Priced {
        gross: Money::new(1100, Currency::CNY),
        discounts: vec![off],
        total: Money::new(1000, Currency::CNY),
        lines: Vec::new(),
    };
    let receipt = receipt(&slip(view(Some(priced))), &menu(), &config);
    let lines: Vec<_> = receipt
        .lines
        .iter()
        .map(|line| (line.name.zh.as_str(), line.quantity, line.amount.as_str()))
        .collect();
    assert_eq!(lines, [("茶", 2, "¥6.00"), ("soup", 1, "¥5.00")]);
    assert_eq!(receipt.offers, [(Words::new("优惠券", "Coupon"), "-¥1.00".to_owned())]);
    assert_eq!((receipt.total.as_str(), receipt.pickup.as_deref()), ("¥10.00", Some("007")));
    assert_eq!(receipt.paid_by, Words::new("校园卡", "Campus card"));
    assert_eq!(receipt.time, "2026-11-29 12:31:05");
    assert_eq!(receipt.link.as_deref(), Some("https://x.example/o/a%2Fb%26c"));
    assert!(!receipt.copy);
    assert_eq!((receipt.left.as_deref(), receipt.returned.len()), (Some("¥12.50"), 0));
}

#[test]
fn a_payment_of_an_older_ledger_has_no_time() {
    let view = View { paid_ms: 0, ..view(None) };
    let receipt = receipt(&slip(view), &menu(), &ReceiptConfig::default());
    assert_eq!(receipt.time, "");
    assert!(!receipt.rows().iter().any(|row| format!("{row:?}").contains("时间")));
}
