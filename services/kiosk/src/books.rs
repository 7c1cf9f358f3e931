//! The books beside a running till, for the office and IT: `dais-kiosk books ...`. It only reads, takes no lock of the
//! till's, and answers of one moment. What it prints is for people and for spreadsheets: columns between tabs, a header
//! first, amounts in the currency's units.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use kiosk::config::Config;
use kiosk::finance::{ChannelDay, business_day, export, parse_day};
use kiosk::ledger::Checked;
use kiosk::ledger::reader::{Moved, ReadError, Reader, read};
use kiosk::system_clock;
use kiosk::till::{Fate, Money, Record};
use time::macros::{format_description, offset};
use time::{Date, Duration, OffsetDateTime};

use crate::office::say;

/// What there is.
pub(crate) const COMMANDS: &str =
    "books trial-balance, journal, days, cases, payments and verify; dais-kiosk --help tells what each takes";
/// Options of these commands.
pub(crate) const OPTIONS: [&str; 5] = ["day", "from", "to", "format", "ledger"];
/// Most days of one journal, and of the closed days that are listed unless told otherwise: a quarter. A day of a busy
/// till is some thousand postings of 200 bytes, which lie in memory until all of them are known to be of one moment.
const QUARTER_DAYS: i64 = 92;
/// Most cases of one look; more than that needs the maker, not a longer list.
const CASES_MAX: u32 = 500;
/// The ledger does not hold, or is none.
const BROKEN: u8 = 1;
/// Nothing can be said of the ledger: it is not there or may not be read.
const UNKNOWN: u8 = 2;

/// Where the ledger lies: named on the command line, or as the configuration says, which may then be absent.
pub(crate) fn ledger(
    options: &BTreeMap<String, String>,
    config: impl FnOnce() -> anyhow::Result<Config>,
) -> anyhow::Result<PathBuf> {
    match options.get("ledger") {
        Some(path) => Ok(path.into()),
        None => Ok(config()?.ledger),
    }
}

/// Does one command.
///
/// # Errors
/// In words for the one at the keyboard.
pub(crate) fn run(
    ledger: &Path,
    words: &[&str],
    options: &BTreeMap<String, String>,
) -> anyhow::Result<ExitCode> {
    let today = business_day(system_clock()());
    let day = |name| day(options, name);
    let text = match *words {
        ["trial-balance"] => {
            allow(options, &["day"])?;
            let day = day("day")?.unwrap_or(today);
            read(ledger, |reader| trial_balance(reader, day))?
        }
        ["journal"] => {
            allow(options, &["from", "to", "format"])?;
            let from = day("from")?.context("say --from DAY")?;
            let to = day("to")?.context("say --to DAY")?;
            let format = options.get("format").map_or("hledger", String::as_str);
            ensure!(from <= to, "--from is after --to");
            ensure!((to - from).whole_days() < QUARTER_DAYS, "ask for {QUARTER_DAYS} days at most");
            read(ledger, |reader| journal(reader, from, to, format))?
        }
        ["days"] => {
            allow(options, &["from", "to"])?;
            let to = day("to")?.unwrap_or(today);
            let quarter = to.checked_sub(Duration::days(QUARTER_DAYS)).unwrap_or(Date::MIN);
            let from = day("from")?.unwrap_or(quarter);
            read(ledger, |reader| days(reader, from, to))?
        }
        ["cases"] => {
            allow(options, &[])?;
            read(ledger, cases)?
        }
        ["payments"] => {
            allow(options, &["day"])?;
            let day = day("day")?.unwrap_or(today);
            read(ledger, |reader| payments(reader, day))?
        }
        ["verify"] => {
            allow(options, &[])?;
            return verify(ledger);
        }
        _ => bail!("there are {COMMANDS}"),
    };
    std::io::stdout().write_all(text.as_bytes()).context("standard output is closed")?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses options that the command does not have: what was meant by them would not be done.
fn allow(options: &BTreeMap<String, String>, known: &[&str]) -> anyhow::Result<()> {
    match options.keys().find(|name| *name != "ledger" && !known.contains(&name.as_str())) {
        Some(stray) => bail!("this command has no --{stray}; there are {COMMANDS}"),
        None => Ok(()),
    }
}

fn day(options: &BTreeMap<String, String>, name: &str) -> anyhow::Result<Option<Date>> {
    let parse = |text: &String| parse_day(text).with_context(|| format!("--{name} is a day like 2026-11-24"));
    options.get(name).map(parse).transpose()
}

fn trial_balance(reader: &Reader, to: Date) -> anyhow::Result<String> {
    let mut text = String::from("account\tkind\tdebit\tcredit\tbalance\tcurrency\n");
    for row in reader.trial_balance(to)? {
        let amount = |minor| Money::new(minor, row.currency).to_decimal();
        let (account, net) = (cell(&row.account), row.net()?.to_decimal());
        let (debit, credit) = (amount(row.debit), amount(row.credit));
        writeln!(text, "{account}\t{:?}\t{debit}\t{credit}\t{net}\t{}", row.kind, row.currency)?;
    }
    Ok(text)
}

fn journal(reader: &Reader, from: Date, to: Date, format: &str) -> anyhow::Result<String> {
    let write = match format {
        "hledger" => export::hledger,
        "beancount" => export::beancount,
        "csv" => export::csv,
        _ => bail!("--format is hledger, beancount or csv"),
    };
    Ok(write(&reader.postings(from, to)?)?)
}

/// One line a closed day, channel and currency; `record` and `chain` pin the ledger to what was closed, so that a print
/// of them proves later that nothing before was changed.
fn days(reader: &Reader, from: Date, to: Date) -> anyhow::Result<String> {
    let mut text = String::from(
        "day\tclosed\tby\trecord\tchain\tcases\tcarried\tchannel\tpayments\tgross\trefunds\trefunded\tfees\tdivided\tnet\t\
         currency\n",
    );
    for close in reader.days(from, to)? {
        let (seq, chain) = &close.head;
        let chain: String = chain.iter().map(|byte| format!("{byte:02x}")).collect();
        let at = moment(i64::try_from(close.at_ms)?)?;
        let carried = if close.carried.is_empty() { "-".to_owned() } else { cell(&close.carried.join(",")) };
        let by = cell(&close.by);
        let front = format!("{}\t{at}\t{by}\t{seq}\t{chain}\t{}\t{carried}", close.day, close.open_cases);
        for row in &close.channels {
            writeln!(text, "{front}\t{}", figures(row)?)?;
        }
        if close.channels.is_empty() {
            writeln!(text, "{front}\t-\t0\t\t0\t\t\t\t\t")?;
        }
    }
    Ok(text)
}

fn figures(row: &ChannelDay) -> anyhow::Result<String> {
    let amount = |minor| Money::new(minor, row.currency).to_decimal();
    Ok(format!(
        "{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}",
        row.channel.name(),
        row.payments,
        amount(row.gross),
        row.refunds,
        amount(row.refunded),
        amount(row.fees),
        amount(row.divided),
        row.net()?.to_decimal(),
        row.currency
    ))
}

fn cases(reader: &Reader) -> anyhow::Result<String> {
    let mut text = String::from("case\tsince\twhy\tpayment\tnumber\tamount\tcurrency\n");
    let cases = reader.cases(CASES_MAX.saturating_add(1))?;
    let shown = usize::try_from(CASES_MAX)?;
    for case in cases.iter().take(shown) {
        let (since, amount) = (moment(case.at_ms)?, case.amount.to_decimal());
        let (payment, number) = (cell(&case.payment), cell(&case.number));
        let currency = case.amount.currency();
        writeln!(text, "{}\t{since}\t{:?}\t{payment}\t{number}\t{amount}\t{currency}", case.seq, case.kind)?;
    }
    if cases.len() > shown {
        writeln!(text, "and more; close some of these first")?;
    }
    Ok(text)
}

fn payments(reader: &Reader, day: Date) -> anyhow::Result<String> {
    let mut text = String::from("record\tat\tpayment\tnumber\twhat\tchannel\tamount\tcurrency\n");
    for moved in reader.moved(day)? {
        if let Some(line) = payment(&moved)? {
            text.push_str(&line);
        }
    }
    Ok(text)
}

/// A line about what moved money with a payer; divisions move it among others and stand in the journal.
fn payment(moved: &Moved) -> anyhow::Result<Option<String>> {
    let (number, what, channel, amount) = match &moved.record {
        Record::Paid { number, channel, amount, fate: Fate::Accepted { .. }, .. } => {
            (number, "paid", channel.name(), *amount)
        }
        Record::Paid { number, channel, amount, fate: Fate::Returned(_), .. } => {
            (number, "paid and goes back", channel.name(), *amount)
        }
        Record::Free { number, off, .. } => (number, "free", "-", Money::zero(off.discounts.currency())),
        Record::RefundAsked { refund, channel, .. } => {
            (&refund.number, "refund asked for", channel.name(), refund.amount)
        }
        Record::Refunded { refund, channel, .. } => {
            (&refund.number, "refunded", channel.name(), refund.amount)
        }
        Record::RefundRefused { refund, channel, .. } => {
            (&refund.number, "refund refused", channel.name(), refund.amount)
        }
        _ => return Ok(None),
    };
    let (at, payment) = (moment(moved.at_ms)?, cell(moved.record.payment().as_str()));
    let (minor, currency) = (amount.to_decimal(), amount.currency());
    Ok(Some(format!("{}\t{at}\t{payment}\t{number}\t{what}\t{channel}\t{minor}\t{currency}\n", moved.seq)))
}

/// Says whether all of the ledger holds, and if not, where it does not and what to do.
fn verify(ledger: &Path) -> anyhow::Result<ExitCode> {
    let (checked, whole) = match read(ledger, |reader| Ok::<_, ReadError>(reader.verify())) {
        Ok(told) => told,
        Err(error @ (ReadError::NotOurs(..) | ReadError::Broken(_))) => (Checked::default(), Err(error)),
        Err(error) => return unread(&error.into()),
    };
    match whole {
        Ok(()) => {
            let last = checked.last_day.map_or(String::new(), |day| format!(", the last of them {day}"));
            say(&format!(
                "the ledger holds: {} records in one chain, all lines add up to zero, {} closed days{last}",
                checked.records, checked.days
            ))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(ReadError::Broken(what)) => {
            say(&format!("the ledger does not hold: {what}"))?;
            say(&place(&checked))?;
            say("what to do:")?;
            say(
                "  1. Stop the till (systemctl stop dais-kiosk). It would not start with this ledger again.",
            )?;
            say("  2. Keep this file and the file -wal beside it as they are; do not repair them by hand.")?;
            say(
                "  3. Look whether the disk is failing (journalctl -k, smartctl) before anything is restored to it.",
            )?;
            say(
                "  4. Check your copies with books verify --ledger COPY, newest first, and restore the first that holds.",
            )?;
            say(
                "  5. Reconcile each day since that copy with the channels' bills: they name what it does not know.",
            )?;
            Ok(ExitCode::from(BROKEN))
        }
        Err(error @ ReadError::NotOurs(..)) => {
            say(&error.to_string())?;
            Ok(ExitCode::from(BROKEN))
        }
        Err(error) => unread(&error.into()),
    }
}

/// It could not be checked, which says nothing about it.
fn unread(error: &anyhow::Error) -> anyhow::Result<ExitCode> {
    say(&format!("not checked: {error:#}"))?;
    Ok(ExitCode::from(UNKNOWN))
}

/// What held, so that it is known where the fault lies.
fn place(checked: &Checked) -> String {
    let records = checked.records;
    if !checked.structure {
        "where: SQLite's own structure; nothing of it was read".to_owned()
    } else if !checked.sums {
        format!("where: after record {records}; all up to it are as they were written")
    } else if !checked.closes {
        let last = checked.last_day.map_or("the first".to_owned(), |day| format!("the one after {day}"));
        format!("where: all {records} records hold; of the closed days {last} does not")
    } else {
        format!("where: all {records} records and closed days hold; what was computed from them does not")
    }
}

/// A moment on the business's clock, GMT+8.
fn moment(at_ms: i64) -> anyhow::Result<String> {
    let at = OffsetDateTime::from_unix_timestamp(at_ms.div_euclid(1000))
        .context("a time in the ledger is none")?;
    let format = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");
    Ok(at.to_offset(offset!(+8)).format(format)?)
}

/// A text as a cell: nothing in it ends the cell or the line, or commands a terminal.
fn cell(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { '?' } else { c }).collect()
}
