//! WeChat Pay's trade bill as a [`Bill`], pure: columns found by their names, rows cut at "`,`", sums held against the
//! footer. Source: pay.weixin.qq.com/doc/v3, "申请交易账单" (ALL: 27 columns), and the platform's sample files.

use std::collections::HashMap;

use time::macros::{format_description, offset};
use time::{Date, PrimitiveDateTime};

use crate::channel::{Bill, BillRow, ChannelKind, NoBill, RowKind};
use crate::till::{Currency, Money};

/// Most rows read: a kiosk's merchant sells far less in a day, and each is kept in memory.
const ROWS_MAX: usize = 200_000;
/// Units of a bill's finest amount (the fee) in a fen: it has five decimals of a yuan.
const PER_FEN: i64 = 1000;
/// Decimals of those units.
const PLACES: usize = 5;
/// What the footer calls the number of rows.
const COUNT: &str = "总交易单数";
/// The columns that the footer sums up, and what it calls each sum.
const SUMS: [(&str, &str); 6] = [
    ("应结订单金额", "应结订单总金额"),
    ("退款金额", "退款总金额"),
    ("充值券退款金额", "充值券退款总金额"),
    ("手续费", "手续费总金额"),
    ("订单金额", "订单总金额"),
    ("申请退款金额", "申请退款总金额"),
];

/// The cells of a line. Each begins with a back-tick, so a comma inside a cell cuts nothing.
fn cells(line: &str) -> impl Iterator<Item = &str> {
    line.strip_prefix('`').unwrap_or(line).split(",`").map(|cell| cell.trim_matches(['\t', ' ']))
}

/// Where each named column is.
fn columns(header: &str) -> HashMap<&str, usize> {
    header.split(',').enumerate().map(|(at, name)| (name.trim_matches(['`', '\t', ' ']), at)).collect()
}

/// Yuan with up to five decimals, in hundred-thousandths.
fn yuan(text: &str) -> Option<i64> {
    let (negative, bare) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, part) = bare.split_once('.').unwrap_or((bare, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(part) || part.len() > PLACES {
        return None;
    }
    let units: i64 = format!("{whole}{part:0<PLACES$}").parse().ok()?;
    Some(if negative { units.checked_neg()? } else { units })
}

/// The nearest fen; a half goes away from zero, so that a fee and its return are equally large.
fn to_fen(units: i64) -> Option<Money> {
    let half = if units < 0 { -(PER_FEN / 2) } else { PER_FEN / 2 };
    Some(Money::new(units.checked_add(half)?.checked_div(PER_FEN)?, Currency::CNY))
}

/// An amount that has no part of a fen.
fn whole_fen(units: i64) -> Option<Money> {
    let fen = units.checked_div(PER_FEN)?;
    (fen.checked_mul(PER_FEN)? == units && fen > 0).then(|| Money::new(fen, Currency::CNY))
}

/// One line by the names of its columns.
struct Row<'a> {
    columns: &'a HashMap<&'a str, usize>,
    cells: Vec<&'a str>,
}

impl<'a> Row<'a> {
    fn cut(columns: &'a HashMap<&'a str, usize>, line: &'a str) -> Option<Self> {
        // One more than there are columns is enough to see that there are too many.
        let cells: Vec<&str> = cells(line).take(columns.len().saturating_add(1)).collect();
        (cells.len() == columns.len()).then_some(Self { columns, cells })
    }

    fn get(&self, name: &str) -> Option<&'a str> {
        self.cells.get(*self.columns.get(name)?).copied()
    }

    /// Empty and `0` are how the platform says that there is none.
    fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|text| !text.is_empty() && *text != "0")
    }

    fn yuan(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            "" => Some(0),
            text => yuan(text),
        }
    }

    fn at_ms(&self) -> Option<u64> {
        let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
        let at = PrimitiveDateTime::parse(self.get("交易时间")?, format).ok()?.assume_offset(offset!(+8));
        u64::try_from(at.unix_timestamp()).ok()?.checked_mul(1000)
    }

    /// What the row tells; `Some(None)` where it tells of no money.
    fn read(&self) -> Option<Option<BillRow>> {
        let state = self.get("交易状态")?;
        let (kind, amount) = match state {
            "SUCCESS" => (RowKind::Payment, whole_fen(self.yuan("订单金额")?)?),
            // A reversal sends back what was paid without a refund number of ours.
            "REFUND" | "REVOKED" => match self.get("退款状态")? {
                // Refused, the money stayed here.
                "FAIL" | "CLOSED" | "CHANGE" => return Some(None),
                _sent => (RowKind::Refund, whole_fen(self.yuan("申请退款金额")?)?),
            },
            _unknown => return None,
        };
        if self.get("货币种类")? != "CNY" {
            return None;
        }
        let refund = match (kind, state) {
            (RowKind::Refund, "REFUND") => Some(self.text("商户退款单号")?.to_owned()),
            _none => None,
        };
        Some(Some(BillRow {
            kind,
            number: self.text("商户订单号")?.to_owned(),
            refund,
            channel_ref: self.text("微信订单号")?.to_owned(),
            amount,
            fee: to_fen(self.yuan("手续费")?)?,
            at_ms: self.at_ms()?,
        }))
    }
}

/// The sums of the rows, as the footer has them.
#[derive(Default)]
struct Sums {
    rows: i64,
    units: [i64; SUMS.len()],
}

impl Sums {
    fn add(&mut self, row: &Row<'_>) -> Option<()> {
        self.rows = self.rows.checked_add(1)?;
        for (sum, (column, _)) in self.units.iter_mut().zip(SUMS) {
            *sum = sum.checked_add(row.yuan(column)?)?;
        }
        Some(())
    }

    /// Whether the footer says the same.
    fn hold(&self, footer: &Row<'_>) -> Option<bool> {
        let count: i64 = footer.get(COUNT)?.parse().ok()?;
        let mut same = count == self.rows;
        for (sum, (_, name)) in self.units.iter().zip(SUMS) {
            same &= yuan(footer.get(name)?)? == *sum;
        }
        Some(same)
    }
}

/// Reads the bill of `day`.
///
/// # Errors
/// [`NoBill::Broken`] with what does not hold.
pub(super) fn read(text: &[u8], day: Date) -> Result<Bill, NoBill> {
    let text = std::str::from_utf8(text).map_err(|_bytes| NoBill::Broken("it is not UTF-8"))?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut lines = text.lines().map(|line| line.trim_end_matches('\r')).filter(|line| !line.is_empty());
    let named = columns(lines.next().ok_or(NoBill::Broken("it is empty"))?);
    let mut rows = Vec::new();
    let mut sums = Sums::default();
    while let Some(line) = lines.next() {
        if !line.starts_with('`') {
            let totals = columns(line);
            let last = lines.next().and_then(|line| Row::cut(&totals, line));
            return match last.as_ref().and_then(|last| sums.hold(last)) {
                Some(true) if lines.next().is_none() => Ok(Bill { channel: ChannelKind::Wechat, day, rows }),
                Some(true) => Err(NoBill::Broken("something follows its footer")),
                Some(false) => Err(NoBill::Broken("its sums are not those of its rows")),
                None => Err(NoBill::Broken("its footer cannot be read")),
            };
        }
        let row = Row::cut(&named, line).ok_or(NoBill::Broken("a row has not the header's columns"))?;
        sums.add(&row).ok_or(NoBill::Broken("a row's amounts cannot be read"))?;
        rows.extend(row.read().ok_or(NoBill::Broken("a row cannot be read"))?);
        if rows.len() > ROWS_MAX {
            return Err(NoBill::Broken("it has more rows than any day"));
        }
    }
    Err(NoBill::Broken("it has no footer"))
}

#[cfg(test)]
mod tests;
