//! The kiosk's questions, each answered from the journal; what is asked twice is done once.

use std::io;

use serde_json::{Value, json};
use time::Date;
use time::macros::format_description;

use super::desk::{self, day_of};
use super::journal::Entry;
use super::sale::{Sale, Stage};
use crate::clock::SECOND;
use crate::world::World;

/// Rows on one page of totals.
const PAGE_ROWS: usize = 50;
/// Longest wait for a card that a kiosk may ask for, in seconds.
const WAIT_MAX_S: i64 = 600;
/// The acquirer's fee in ten thousandths: 0.38 %, a usual one for canteens.
const FEE: i64 = 38;
/// 1970-01-01 as a Julian day.
const EPOCH_JULIAN: i64 = 2_440_588;

/// The name of a call, for the fault plan.
pub fn call(question: &Value) -> String {
    question["type"].as_str().unwrap_or_default().to_owned()
}

/// Answers a question.
pub fn answer(world: &mut World, question: &Value) -> Value {
    let answered = desk::expire(world).and_then(|()| match call(question).as_str() {
        "sale" => begin(world, question),
        "status" => status(world, question),
        "cancel" => cancel(world, question),
        "reverse" => reverse(world, question),
        "refund" => refund(world, question),
        "refund_status" => Ok(refund_status(world, question)),
        "totals" => Ok(totals(world, question)),
        _not_ours => Ok(error("refused")),
    });
    answered.unwrap_or_else(|disk| {
        tracing::error!(%disk, "the terminal's journal cannot be written");
        error("trouble")
    })
}

/// An answer that says that nothing was done.
pub fn error(code: &str) -> Value {
    json!({"type": "error", "code": code})
}

fn number<'a>(question: &'a Value, field: &str) -> Option<&'a str> {
    let fits =
        |text: &&str| (6..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric());
    question[field].as_str().filter(fits)
}

fn told(world: &World, number: &str) -> Value {
    let never = || json!({"type": "sale", "number": number, "state": "none"});
    world.terminal.sales.get(number).map_or_else(never, |sale| sale.told(number))
}

fn begin(world: &mut World, question: &Value) -> io::Result<Value> {
    let (Some(number), Some(minor), Some(currency), Some(wait_s)) = (
        number(question, "number"),
        question["amount"].as_i64().filter(|minor| *minor > 0),
        question["currency"].as_str().filter(|code| code.len() == 3),
        question["wait_s"].as_i64().filter(|wait| (1..=WAIT_MAX_S).contains(wait)),
    ) else {
        return Ok(error("refused"));
    };
    if let Some(known) = world.terminal.sales.get(number) {
        let same = known.currency.is_empty() || (known.minor == minor && known.currency == currency);
        return Ok(if same { known.told(number) } else { error("conflict") });
    }
    if world.terminal.under_way().is_some() {
        return Ok(error("busy"));
    }
    let until = world.now() + wait_s * SECOND;
    let entry = Entry::Began { number: number.to_owned(), minor, currency: currency.to_owned(), until };
    desk::write(world, entry)?;
    desk::take_ready(world, number)?;
    Ok(told(world, number))
}

fn status(world: &mut World, question: &Value) -> io::Result<Value> {
    let Some(number) = number(question, "number") else { return Ok(error("refused")) };
    let told = told(world, number);
    if let Some(sale) = world.terminal.sales.get_mut(number).filter(|sale| sale.stage == Stage::Asking) {
        sale.doubts = sale.doubts.saturating_sub(1);
        if sale.doubts == 0 {
            desk::settle(world, number, "declined")?;
        }
    }
    Ok(told)
}

fn cancel(world: &mut World, question: &Value) -> io::Result<Value> {
    let Some(number) = number(question, "number") else { return Ok(error("refused")) };
    let sale = world.terminal.sales.get(number);
    if sale.is_some_and(|sale| matches!(sale.stage, Stage::Waiting | Stage::Pin)) {
        desk::write(world, Entry::Closed { number: number.to_owned() })?;
    }
    Ok(told(world, number))
}

fn reverse(world: &mut World, question: &Value) -> io::Result<Value> {
    let Some(number) = number(question, "number") else { return Ok(error("refused")) };
    if world.terminal.sales.get(number).is_some_and(|sale| sale.stage == Stage::Asking) {
        desk::settle(world, number, "declined")?;
    }
    let today = day_of(world.now());
    let ends = world.terminal.sales.get(number).is_none_or(|sale| match (&sale.stage, &sale.charged) {
        (Stage::Waiting | Stage::Pin, _) => true,
        (Stage::Approved, Some((.., at))) => sale.refunds.is_empty() && day_of(*at) == today,
        _final => false,
    });
    if ends {
        desk::write(world, Entry::Closed { number: number.to_owned() })?;
    }
    Ok(told(world, number))
}

fn refund_told(number: &str, refund: &str, sale: Option<&Sale>, otherwise: &str) -> Value {
    let mut told = json!({"type": "refund", "number": number, "refund_number": refund, "state": otherwise});
    if let Some(back) = sale.and_then(|sale| sale.refunds.get(refund)) {
        told["state"] = json!("done");
        told["amount"] = json!(back.minor);
        told["reference"] = json!(back.reference);
    }
    told
}

fn refund(world: &mut World, question: &Value) -> io::Result<Value> {
    let (Some(number), Some(refund), Some(minor), Some(currency)) = (
        number(question, "number"),
        number(question, "refund_number"),
        question["amount"].as_i64().filter(|minor| *minor > 0),
        question["currency"].as_str(),
    ) else {
        return Ok(error("refused"));
    };
    let used = world.terminal.sales.iter().find_map(|(of, sale)| Some((of, sale.refunds.get(refund)?)));
    if let Some((of, back)) = used {
        let same = of == number && back.minor == minor;
        let sale = world.terminal.sales.get(number);
        return Ok(if same { refund_told(number, refund, sale, "none") } else { error("conflict") });
    }
    let possible = world.terminal.sales.get(number).is_some_and(|sale| {
        let left = sale.minor - sale.refunded();
        sale.stage == Stage::Approved && sale.currency == currency && minor <= left
    });
    if possible {
        let (reference, at) = (desk::reference(world), world.now());
        let (number, refund) = (number.to_owned(), refund.to_owned());
        desk::write(world, Entry::Refunded { number, refund, minor, reference, at })?;
    }
    Ok(refund_told(number, refund, world.terminal.sales.get(number), "refused"))
}

fn refund_status(world: &World, question: &Value) -> Value {
    let (Some(number), Some(refund)) = (number(question, "number"), number(question, "refund_number")) else {
        return error("refused");
    };
    refund_told(number, refund, world.terminal.sales.get(number), "none")
}

fn totals(world: &World, question: &Value) -> Value {
    let format = format_description!("[year]-[month]-[day]");
    let day = question["day"].as_str().and_then(|text| Date::parse(text, format).ok());
    let (Some(day), Some(from)) =
        (day, question["from"].as_u64().and_then(|from| usize::try_from(from).ok()))
    else {
        return error("refused");
    };
    let number_of_day = i64::from(day.to_julian_day()) - EPOCH_JULIAN;
    let state = |word: &str| json!({"type": "totals", "day": question["day"], "state": word});
    if number_of_day >= day_of(world.now()) {
        return state("not_yet");
    }
    let (mut rows, mut payments, mut refunds) = (Vec::new(), 0, 0);
    for (number, sale) in &world.terminal.sales {
        let Some((reference, _, at)) = sale.charged.as_ref().filter(|_| sale.stage == Stage::Approved) else {
            continue;
        };
        let row = |minor: i64, fee: i64, at: i64| {
            json!({"number": number, "reference": reference,
            "amount": minor, "currency": sale.currency, "fee": fee, "at_ms": at})
        };
        if day_of(*at) == number_of_day {
            payments += sale.minor;
            rows.push((*at, row(sale.minor, (sale.minor * FEE + 5_000) / 10_000, *at)));
        }
        for (refund, back) in sale.refunds.iter().filter(|(_, back)| day_of(back.at) == number_of_day) {
            refunds += back.minor;
            let mut row = row(back.minor, 0, back.at);
            row["refund_number"] = json!(refund);
            rows.push((back.at, row));
        }
    }
    if rows.is_empty() {
        return state("none");
    }
    rows.sort_by_key(|(at, _)| *at);
    let mut told = state("ready");
    told["count"] = json!(rows.len());
    told["payments"] = json!(payments);
    told["refunds"] = json!(refunds);
    told["rows"] = rows.into_iter().skip(from).take(PAGE_ROWS).map(|(_, row)| row).collect();
    told
}
