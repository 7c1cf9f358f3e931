//! Alipay's bill of one day as its two CSV texts: every trade and refund, and the day's sums.
//!
//! Source: opendocs.alipay.com, "交易账单", and published samples: 25 columns, numbers end with a TAB, commas are not
//! quoted, refunds are negative rows with the refund's number in column 22.

use time::Date;

use super::canon::yuan;
use super::gate::SELLER_ID;
use crate::bill::{Kind, Row};
use crate::clock::{Millis, alipay_time};

/// The account that bills name: the seller and the number of its ledger.
pub fn account() -> String {
    format!("{SELLER_ID}0156")
}

/// The columns of the details.
const COLUMNS: &str = "支付宝交易号,商户订单号,业务类型,商品名称,创建时间,完成时间,门店编号,门店名称,操作员,终端号,\
                       对方账户,订单金额（元）,商家实收（元）,支付宝红包（元）,集分宝（元）,支付宝优惠（元）,商家优惠（元）,\
                       券核销金额（元）,券名称,商家红包消费金额（元）,卡消费金额（元）,退款批次号/请求号,服务费（元）,\
                       分润（元）,备注";

/// The details: `made_at` is when the bill was made.
pub fn details(rows: &[Row], day: Date, made_at: Millis) -> String {
    let mut lines = head("明细", day);
    lines.push(COLUMNS.to_owned());
    lines.extend(rows.iter().map(line));
    lines.push(
        "#-----------------------------------------业务明细列表结束------------------------------------"
            .into(),
    );
    let (paid, back) = sums(rows);
    lines.push(format!("#交易合计：{}笔，商家实收共{}元，商家优惠共0.00元", paid.0, yuan(paid.1)));
    lines.push(format!("#退款合计：{}笔，商家实收退款共{}元，商家优惠退款共0.00元", back.0, yuan(back.1)));
    finish(lines, made_at)
}

/// The sums.
pub fn summary(rows: &[Row], day: Date, made_at: Millis) -> String {
    let mut lines = head("汇总", day);
    lines.push(
        "门店编号,门店名称,交易订单总笔数,退款订单总笔数,订单金额（元）,商家实收（元）,支付宝优惠（元）,商家优惠（元）,\
         卡消费金额（元）,服务费（元）,分润（元）,实收净额（元）"
            .to_owned(),
    );
    let (paid, back) = sums(rows);
    let fees: i64 = rows.iter().map(fee).sum();
    let net = paid.1 + back.1;
    lines.push(format!(
        "合计\t,\t,{},{},{},{},0.00,0.00,0.00,{},0.00,{}",
        paid.0,
        back.0,
        yuan(net),
        yuan(net),
        yuan(fees),
        yuan(net + fees)
    ));
    lines.push(
        "#-----------------------------------------业务汇总列表结束------------------------------------"
            .into(),
    );
    finish(lines, made_at)
}

fn head(what: &str, day: Date) -> Vec<String> {
    let chinese =
        |day: Date| format!("[{}年{:02}月{:02}日 00:00:00]", day.year(), u8::from(day.month()), day.day());
    let until = chinese(day.next_day().unwrap_or(day));
    vec![
        format!("#支付宝业务{what}查询"),
        format!("#账号：[{}]", account()),
        format!("#起始日期：{}   终止日期：{until}", chinese(day)),
        format!(
            "#-----------------------------------------业务{what}列表----------------------------------------"
        ),
    ]
}

fn finish(mut lines: Vec<String>, made_at: Millis) -> String {
    let at = alipay_time(made_at);
    let (date, hour) = at.split_once(' ').unwrap_or((&at, ""));
    let mut parts = date.split('-');
    let mut part = || parts.next().unwrap_or_default();
    lines.push(format!("#导出时间：[{}年{}月{}日 {hour}]", part(), part(), part()));
    lines.join("\r\n") + "\r\n"
}

/// Count and fen of payments, count and (negative) fen of what went back.
fn sums(rows: &[Row]) -> ((usize, i64), (usize, i64)) {
    rows.iter().fold(((0, 0), (0, 0)), |(paid, back), row| match row.kind {
        Kind::Payment => ((paid.0 + 1, paid.1 + row.fen), back),
        Kind::Refund | Kind::Reversal => (paid, (back.0 + 1, back.1 - row.fen)),
    })
}

/// Fen as Alipay writes a fee: below 0 where it is taken, half a fen rounded up.
fn fee(row: &Row) -> i64 {
    let size = (row.fee.abs() + 500) / 1000;
    if row.fee > 0 { -size } else { size }
}

fn line(row: &Row) -> String {
    let (kind, fen) = match row.kind {
        Kind::Payment => ("交易", row.fen),
        Kind::Refund | Kind::Reversal => ("退款", -row.fen),
    };
    // What is taken back whole has the number of its trade for a refund number.
    let refund = match row.kind {
        Kind::Payment => String::new(),
        Kind::Refund | Kind::Reversal => row.refund.clone().unwrap_or_else(|| row.out_trade_no.clone()),
    };
    let zero = "0.00";
    [
        format!("{}\t", row.channel_ref),
        format!("{}\t", row.out_trade_no),
        format!("{kind}\t"),
        row.subject.clone(),
        alipay_time(row.made_at),
        alipay_time(row.at),
        "\t".to_owned(),
        "\t".to_owned(),
        "\t".to_owned(),
        "\t".to_owned(),
        "*生(stu***@example.edu)\t".to_owned(),
        yuan(fen),
        yuan(fen),
        zero.to_owned(),
        zero.to_owned(),
        zero.to_owned(),
        zero.to_owned(),
        zero.to_owned(),
        String::new(),
        format!("{zero}\t"),
        zero.to_owned(),
        format!("{refund}\t"),
        yuan(fee(row)),
        zero.to_owned(),
        String::new(),
    ]
    .join(",")
}
