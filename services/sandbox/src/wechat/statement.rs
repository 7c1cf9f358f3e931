//! WeChat Pay's trade bill of one day as its CSV text, and where it lies.
//!
//! Source: pay.weixin.qq.com/doc/v3, "申请交易账单", and published samples: UTF-8 with a byte order mark, CRLF, the
//! header bare, every cell behind a back-tick, two lines of sums. ALL has 27 columns, SUCCESS 20, REFUND all of ALL.

use std::io::Write;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::json;

use super::answer::Refusal;
use super::calls::Outcome;
use super::gate::{APPID, Asked, MCHID};
use crate::bill::{self, Kind, Row};
use crate::clock::{Millis, alipay_time};
use crate::trade::Channel;
use crate::world::World;

/// Columns of a payment, in ALL and in SUCCESS.
const PAYMENT: &str = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,\
                       应结订单金额,代金券金额";
/// Columns of money sent back.
const BACK: &str = "微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态";
/// Columns at the end of ALL.
const REST: &str = "商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注";
/// The same in SUCCESS.
const REST_OF_SUCCESS: &str = "商品名称,商户数据包,手续费,费率,订单金额,费率备注";
/// What the last line sums up.
const SUMS: &str =
    "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额";
/// What the platform calls its fee.
const RATE: &str = "0.60%";

/// Which rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BillType {
    /// All.
    All,
    /// Payments.
    Success,
    /// Money sent back.
    Refund,
}

impl BillType {
    /// As `bill_type` names it; ALL where it is not named.
    pub fn parse(text: Option<&str>) -> Option<Self> {
        match text {
            None | Some("ALL") => Some(Self::All),
            Some("SUCCESS") => Some(Self::Success),
            Some("REFUND") => Some(Self::Refund),
            Some(_other) => None,
        }
    }

    fn has(self, kind: Kind) -> bool {
        match self {
            Self::All => true,
            Self::Success => kind == Kind::Payment,
            Self::Refund => kind != Kind::Payment,
        }
    }
}

/// Fen as yuan.
fn yuan(fen: i64) -> String {
    let sign = if fen < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", fen.abs() / 100, fen.abs() % 100)
}

/// Thousandths of a fen as yuan with five decimals.
fn fee(units: i64) -> String {
    let sign = if units < 0 { "-" } else { "" };
    format!("{sign}{}.{:05}", units.abs() / 100_000, units.abs() % 100_000)
}

/// The bill as text.
pub fn text(rows: &[Row], of: BillType) -> String {
    let rows: Vec<&Row> = rows.iter().filter(|row| of.has(row.kind)).collect();
    let header = match of {
        BillType::Success => format!("{PAYMENT},{REST_OF_SUCCESS}"),
        _with_refunds => format!("{PAYMENT},{BACK},{REST}"),
    };
    let mut lines = vec![header];
    lines.extend(rows.iter().map(|row| cells(row, of)).map(ticked));
    let sum = |of: fn(&Row) -> i64| rows.iter().map(|row| of(row)).sum::<i64>();
    lines.push(SUMS.to_owned());
    lines.push(ticked(vec![
        rows.len().to_string(),
        yuan(sum(paid)),
        yuan(sum(back)),
        "0.00".to_owned(),
        fee(sum(|row| row.fee)),
        yuan(sum(paid)),
        yuan(sum(back)),
    ]));
    format!("\u{feff}{}\r\n", lines.join("\r\n"))
}

fn ticked(cells: Vec<String>) -> String {
    cells.iter().map(|cell| format!("`{cell}")).collect::<Vec<_>>().join(",")
}

fn paid(row: &Row) -> i64 {
    if row.kind == Kind::Payment { row.fen } else { 0 }
}

fn back(row: &Row) -> i64 {
    if row.kind == Kind::Payment { 0 } else { row.fen }
}

fn cells(row: &Row, of: BillType) -> Vec<String> {
    let state = match row.kind {
        Kind::Payment => "SUCCESS",
        Kind::Refund => "REFUND",
        Kind::Reversal => "REVOKED",
    };
    let how = if row.shown { "NATIVE" } else { "MICROPAY" };
    let mut cells: Vec<String> = [
        &alipay_time(row.at),
        APPID,
        MCHID,
        "0",
        "",
        &row.channel_ref,
        &row.out_trade_no,
        "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
        how,
        state,
        "OTHERS",
        "CNY",
        &yuan(paid(row)),
        "0.00",
    ]
    .map(str::to_owned)
    .into();
    let went_back = row.kind != Kind::Payment;
    let words = |there: &str| if went_back { there.to_owned() } else { String::new() };
    if of != BillType::Success {
        let id = row.channel_ref.get(5..).unwrap_or_default();
        cells.push(if went_back { format!("50000{id}") } else { "0".to_owned() });
        cells.push(row.refund.clone().unwrap_or_else(|| "0".to_owned()));
        cells.extend([yuan(back(row)), "0.00".to_owned(), words("ORIGINAL"), words("SUCCESS")]);
    }
    cells.extend([row.subject.clone(), String::new(), fee(row.fee), RATE.to_owned(), yuan(paid(row))]);
    if of != BillType::Success {
        cells.push(yuan(back(row)));
    }
    cells.push(String::new());
    cells
}

/// The same, packed.
pub fn packed(text: &str) -> std::io::Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(text.as_bytes())?;
    packer.finish()
}

/// The day's text; `None` before ten of the next day, and where nothing happened that day.
pub fn of_day(world: &World, day: time::Date, of: BillType) -> Option<String> {
    let rows = bill::ready(world, Channel::Wechat, day)?;
    rows.iter().any(|row| of.has(row.kind)).then(|| text(&rows, of))
}

/// Tells where a day's bill lies.
pub(super) fn ask(world: &mut World, asked: &Asked) -> Outcome {
    let day = asked.query("bill_date").and_then(bill::date);
    let day = day.ok_or_else(|| Refusal::parameter("bill_date: yyyy-MM-dd"))?;
    let of = BillType::parse(asked.query("bill_type"));
    let of = of.ok_or_else(|| Refusal::parameter("bill_type: ALL, SUCCESS or REFUND"))?;
    let zipped = match asked.query("tar_type") {
        None | Some("") => false,
        Some("GZIP") => true,
        Some(_other) => return Err(Refusal::parameter("tar_type: GZIP, or none")),
    };
    let text = of_day(world, day, of).ok_or_else(|| {
        let words = "no bill: it is made at 10:00 of the next day (GMT+8), and none for a day without trades";
        Refusal::new(400, "NO_STATEMENT_EXIST", words)
    })?;
    let hash: String = digest(&SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let file = if zipped { packed(&text) } else { Ok(text.into_bytes()) };
    let file = file.map_err(|_never| super::calls::unknown())?;
    let token = world.chance.text(b"abcdefghijklmnopqrstuvwxyz0123456789", 40);
    let until = world.now() + LINK_LIFE;
    world.wechat.keep(token.clone(), until, file);
    let host = asked.header("host").unwrap_or("127.0.0.1");
    let url = format!("http://{host}/v3/billdownload/file?token={token}");
    Ok((200, json!({"hash_type": "SHA1", "hash_value": hash, "download_url": url}).to_string()))
}

/// How long a link holds.
const LINK_LIFE: Millis = 5 * crate::clock::MINUTE;

#[cfg(test)]
mod tests;
