//! Alipay's bill of one day, pure: a zip of two GBK tables, of which the details are read and checked against their
//! own sums.
//!
//! Source: opendocs.alipay.com, "交易账单", and published samples. The table is no proper CSV: numbers end with a TAB
//! and commas are not quoted, so a subject with a comma makes a row longer.

use std::io::{Cursor, Read};

use encoding_rs::GBK;
use time::macros::format_description;
use time::{Date, PrimitiveDateTime};

use super::call::GMT8;
use crate::channel::{Bill, BillRow, ChannelKind, NoBill, RowKind};
use crate::till::{Currency, Money};

/// Largest table unpacked: half a million rows, far beyond a school's day. A small zip must not fill the memory.
const TABLE_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Most files in the zip; there are two.
const FILES_MAX: usize = 16;
/// Most commas that a row's texts may hold beyond the table's own.
const COMMAS_MAX: usize = 64;
/// The table's columns, as its own header names them.
const COLUMNS: [&str; 25] = [
    "支付宝交易号",
    "商户订单号",
    "业务类型",
    "商品名称",
    "创建时间",
    "完成时间",
    "门店编号",
    "门店名称",
    "操作员",
    "终端号",
    "对方账户",
    "订单金额（元）",
    "商家实收（元）",
    "支付宝红包（元）",
    "集分宝（元）",
    "支付宝优惠（元）",
    "商家优惠（元）",
    "券核销金额（元）",
    "券名称",
    "商家红包消费金额（元）",
    "卡消费金额（元）",
    "退款批次号/请求号",
    "服务费（元）",
    "分润（元）",
    "备注",
];

/// The details out of the zip, as text.
pub(super) fn unpack(zip: Vec<u8>) -> Result<String, NoBill> {
    const NO_ZIP: NoBill = NoBill::Broken("it is no zip archive, or cut off");
    let mut archive = zip::ZipArchive::new(Cursor::new(zip)).map_err(|_bad| NO_ZIP)?;
    if archive.len() > FILES_MAX {
        return Err(NoBill::Broken("the archive holds more files than a bill has"));
    }
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|_bad| NO_ZIP)?;
        // Names are GBK, and nothing in the archive says so.
        let name = GBK.decode_without_bom_handling(file.name_raw()).0.into_owned();
        if !name.contains("明细") || name.contains("汇总") {
            continue;
        }
        let mut bytes = Vec::new();
        file.take(TABLE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_bad| NO_ZIP)?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length > TABLE_BYTES_MAX) {
            return Err(NoBill::Broken("its table is larger than any day's"));
        }
        // A sign of some subject that is no GBK is replaced: what counts is numbers, and those are summed up.
        return Ok(GBK.decode_without_bom_handling(&bytes).0.into_owned());
    }
    Err(NoBill::Broken("the archive holds no table of details"))
}

/// Count and minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    received: i64,
    discount: i64,
}

/// Reads the details of `day`, of the account that begins with `seller` where that is known.
///
/// # Errors
/// [`NoBill::Broken`]: another day's or account's, a row that cannot be read, or sums that do not hold.
pub(super) fn parse(table: &str, day: Date, seller: Option<&str>) -> Result<Bill, NoBill> {
    let mut lines = table.lines().map(str::trim_end).filter(|line| !line.is_empty());
    head(&mut lines, day, seller)?;
    let mut rows = Vec::new();
    let (mut paid, mut back) = (Sum::default(), Sum::default());
    let mut ended = false;
    for line in lines.by_ref() {
        if line.starts_with('#') {
            ended = line.contains("列表结束");
            break;
        }
        let (row, received, discount) = read_row(line)?;
        let sum = if row.kind == RowKind::Payment { &mut paid } else { &mut back };
        let plus =
            |sum: i64, more: i64| sum.checked_add(more).ok_or(NoBill::Broken("its sums are too large"));
        sum.count = sum.count.saturating_add(1);
        sum.received = plus(sum.received, received)?;
        sum.discount = plus(sum.discount, discount)?;
        rows.push(row);
    }
    if !ended {
        return Err(NoBill::Broken("its table does not end"));
    }
    for (name, sum) in [("#交易合计：", paid), ("#退款合计：", back)] {
        let told = lines.next().and_then(|line| footer(line.strip_prefix(name)?));
        if told != Some(sum) {
            return Err(NoBill::Broken("its rows do not add up to its own sums"));
        }
    }
    Ok(Bill { channel: ChannelKind::Alipay, day, rows })
}

/// What stands above the rows: whose, which day, which columns.
fn head<'a>(
    lines: &mut impl Iterator<Item = &'a str>,
    day: Date,
    seller: Option<&str>,
) -> Result<(), NoBill> {
    let date = format!("[{}年{:02}月{:02}日", day.year(), u8::from(day.month()), day.day());
    let (mut titled, mut ours, mut dated) = (false, seller.is_none(), false);
    for line in lines {
        if !line.starts_with('#') {
            if !line.split(',').map(str::trim).eq(COLUMNS) {
                return Err(NoBill::Broken("its columns are not the known 25"));
            }
            let whole = titled && ours && dated;
            return if whole {
                Ok(())
            } else {
                Err(NoBill::Broken("it is another account's, day's or kind's"))
            };
        }
        titled |= line.starts_with("#支付宝业务明细查询");
        let account = line.strip_prefix("#账号：[");
        ours |= account.zip(seller).is_some_and(|(account, seller)| account.starts_with(seller));
        dated |= line.strip_prefix("#起始日期：").is_some_and(|dates| dates.starts_with(&date));
    }
    Err(NoBill::Broken("it has no columns"))
}

/// `3笔，商家实收共36.90元，商家优惠共0.00元`: a count and the two amounts that `共` and `元` enclose.
fn footer(text: &str) -> Option<Sum> {
    let (count, rest) = text.split_once('笔')?;
    let mut amounts = rest.split('共').skip(1).map(|part| minor(part.split_once('元')?.0));
    let (received, discount) = (amounts.next()??, amounts.next()??);
    Some(Sum { count: count.trim().parse().ok()?, received, discount })
}

/// A row with what the merchant received and gave away, in signed minor units.
fn read_row(line: &str) -> Result<(BillRow, i64, i64), NoBill> {
    let cells: Vec<&str> = line.split(',').map(str::trim).collect();
    let extra = cells.len().checked_sub(COLUMNS.len()).filter(|extra| *extra <= COMMAS_MAX);
    let extra = extra.ok_or(NoBill::Broken("a row does not have 25 columns"))?;
    // The subject, the coupon's name and the remark may hold commas; only one way to share them out fits the rest.
    let mut found = None;
    for subject in 0..=extra {
        for coupon in 0..=extra.saturating_sub(subject) {
            let cell = |column: usize| {
                let shift = match column {
                    0..=3 => 0,
                    4..=18 => subject,
                    _after => subject.saturating_add(coupon),
                };
                cells.get(column.saturating_add(shift)).copied().unwrap_or_default()
            };
            if let Some(row) = fitted(cell) {
                if found.as_ref().is_some_and(|before| *before != row) {
                    return Err(NoBill::Broken("a row can be read in two ways"));
                }
                found = Some(row);
            }
        }
    }
    found.ok_or(NoBill::Broken("a row holds no time, amount or number where it must"))
}

/// The row where every column holds what it must.
fn fitted<'a>(cell: impl Fn(usize) -> &'a str) -> Option<(BillRow, i64, i64)> {
    moment(cell(4))?;
    let at_ms = moment(cell(5))?;
    for column in [13, 14, 15, 17, 19, 20, 23] {
        fine(cell(column))?;
    }
    let (order, received, discount) = (minor(cell(11))?, minor(cell(12))?, minor(cell(16))?);
    let fee = fine(cell(22))?.checked_abs()?;
    let (kind, refund, direction) = match cell(2) {
        "交易" => (RowKind::Payment, None, 1),
        "退款" => (RowKind::Refund, Some(cell(21).to_owned()).filter(|number| !number.is_empty()), -1),
        _other => return None,
    };
    let amount = order.checked_mul(direction)?;
    let within = received.checked_mul(direction)?;
    let named = !cell(0).is_empty() && !cell(1).is_empty() && (kind == RowKind::Payment || refund.is_some());
    if amount <= 0 || !(0..=amount).contains(&within) || !named {
        return None;
    }
    let row = BillRow {
        kind,
        number: cell(1).to_owned(),
        refund,
        channel_ref: cell(0).to_owned(),
        amount: Money::new(amount, Currency::CNY),
        fee: Money::new(fee.checked_mul(direction)?, Currency::CNY),
        at_ms,
    };
    Some((row, received, discount))
}

/// `2026-01-02 03:04:05` at GMT+8, as milliseconds since 1970 UTC.
fn moment(text: &str) -> Option<u64> {
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    let at = PrimitiveDateTime::parse(text, format).ok()?.assume_offset(GMT8);
    u64::try_from(at.unix_timestamp()).ok()?.checked_mul(1000)
}

/// Yuan with at most two decimals, as minor units.
fn minor(text: &str) -> Option<i64> {
    Money::from_decimal(text, Currency::CNY).ok().map(|money| money.minor())
}

/// Yuan with any decimals, half a minor unit rounded up (away from zero, so that a fee and its return are alike).
fn fine(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, "0"));
    if part.is_empty() || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (kept, rest) = part.split_at(part.len().min(2));
    let size = minor(&format!("{whole}.{kept}"))?;
    let more = i64::from(rest.bytes().next().is_some_and(|digit| digit >= b'5'));
    if text.starts_with('-') { size.checked_sub(more) } else { size.checked_add(more) }
}

#[cfg(test)]
mod tests;
