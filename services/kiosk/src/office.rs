//! The office's commands for campus cards: `dais-kiosk campus ...`. A card's uid comes by standard input, so that it
//! stands in no process list.

use std::io::{Read, Write};
use std::path::Path;

use anyhow::{Context, bail, ensure};
use kiosk::channel::campus::{Accounts, Limits, deny, settlement};
use kiosk::config::{Config, load_menu};
use kiosk::finance::parse_day;
use kiosk::system_clock;
use kiosk::till::{CardUid, Money};
use time::OffsetDateTime;

/// What there is.
pub(crate) const COMMANDS: &str = "campus enrol, top-up, balance, statement, block, unblock, report-lost, rebind, limits, \
    loaded, tag, deny-list, unproved, settle and settlement; dais-kiosk --help tells what each takes";
/// Lines of a statement on the screen.
const STATEMENT_LINES: u32 = 30;

/// Does one command.
///
/// # Errors
/// In words for the one at the keyboard.
pub(crate) fn run(config: &Config, words: &[&str]) -> anyhow::Result<()> {
    match *words {
        ["enrol"] => say(&format!("account {}", open(config)?.enrol(&card()?)?)),
        ["top-up", minor] => top_up(config, minor, &format!("office-{}", system_clock()())),
        // A number of the cash desk's or of an order: the same one again moves nothing.
        ["top-up", minor, number] => top_up(config, minor, &format!("office-{number}")),
        ["balance"] => {
            let currency = load_menu(&config.menu)?.currency;
            say(&format!("balance {}", open(config)?.balance(&card()?, currency)?))
        }
        ["statement"] => statement(config),
        ["block"] => open(config)?.block(&card()?, true).map_err(Into::into),
        ["unblock"] => open(config)?.block(&card()?, false).map_err(Into::into),
        ["report-lost"] => open(config)?.report_lost(&card()?).map_err(Into::into),
        ["rebind"] => {
            let lost = card()?;
            open(config)?.rebind(&lost, &card()?).map_err(Into::into)
        }
        ["loaded", minor, number] => loaded(config, minor, &format!("loaded-{number}")),
        ["limits", "default"] => open(config)?.set_limits(&card()?, None).map_err(Into::into),
        ["limits", once, day, pin_free] => {
            let own =
                Limits { once_max: amount(once)?, day_max: amount(day)?, pin_free_max: amount(pin_free)? };
            open(config)?.set_limits(&card()?, Some(own)).map_err(Into::into)
        }
        ["tag"] => say(&open(config)?.tag_of(&card()?)),
        ["deny-list", file] => deny_list(config, Path::new(file)),
        ["settlement", day] => settle_day(config, day),
        ["unproved"] => unproved(config),
        ["settle", number, "debited"] => open(config)?.purse_settle(number, true).map_err(Into::into),
        ["settle", number, "untouched"] => open(config)?.purse_settle(number, false).map_err(Into::into),
        _ => bail!("there are {COMMANDS}"),
    }
}

/// The school's accounts.
fn open(config: &Config) -> anyhow::Result<Accounts> {
    let campus = config.campus.as_ref().context("the configuration has no [campus] accounts")?;
    Ok(Accounts::open(&campus.accounts, &daemon::credential("campus_card_key")?)?)
}

/// The next card on standard input.
fn card() -> anyhow::Result<CardUid> {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the card's uid cannot be read from standard input")?;
    CardUid::from_hex(&line).context("standard input is no card's uid in hexadecimal")
}

fn amount(minor: &str) -> anyhow::Result<i64> {
    let minor = minor.parse().context("an amount is a whole number of minor units")?;
    ensure!(minor >= 0, "an amount is not below 0");
    Ok(minor)
}

fn top_up(config: &Config, minor: &str, number: &str) -> anyhow::Result<()> {
    let minor = amount(minor)?;
    ensure!(minor > 0, "an amount is above 0");
    let currency = load_menu(&config.menu)?.currency;
    let balance = open(config)?.top_up(number, &card()?, Money::new(minor, currency))?;
    say(&format!("balance {balance}"))
}

/// What the card office wrote onto a purse that is believed no more than the accounts know.
fn loaded(config: &Config, minor: &str, number: &str) -> anyhow::Result<()> {
    let minor = amount(minor)?;
    ensure!(minor > 0, "an amount is above 0");
    let currency = load_menu(&config.menu)?.currency;
    let held = open(config)?.purse_loaded(number, &card()?, Money::new(minor, currency))?;
    say(&format!("purse {held}"))
}

fn statement(config: &Config) -> anyhow::Result<()> {
    for line in open(config)?.statement(&card()?, STATEMENT_LINES)? {
        let place = if line.in_purse { "purse" } else { "account" };
        say(&format!("{}\t{place}\t{}\t{}\t{}", line.at_ms, line.kind, line.amount, line.number))?;
    }
    Ok(())
}

fn deny_list(config: &Config, file: &Path) -> anyhow::Result<()> {
    let mut text = Vec::new();
    let limit = u64::try_from(deny::LIST_LEN_MAX)?.saturating_add(1);
    let list = std::fs::File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    list.take(limit).read_to_end(&mut text).with_context(|| format!("{} cannot be read", file.display()))?;
    let key = daemon::credential("campus_deny_pub").ok();
    if key.is_none() {
        say("the credential campus_deny_pub is not there: the list's signature is not checked")?;
    }
    let list = deny::read(&text, key.as_deref())?;
    open(config)?.deny(&list)?;
    say(&format!("version {}, {} cards", list.version, list.tags.len()))
}

/// A day's settlement file, on standard output.
fn settle_day(config: &Config, day: &str) -> anyhow::Result<()> {
    let day = parse_day(day).context("a day is like 2026-11-24")?;
    let day = (day - OffsetDateTime::UNIX_EPOCH.date()).whole_days();
    let debits = open(config)?.settlement(day)?;
    let text = settlement::file(day, &debits);
    std::io::stdout().write_all(text.as_bytes()).context("standard output is closed")
}

fn unproved(config: &Config) -> anyhow::Result<()> {
    for debit in open(config)?.unproved()? {
        let state = if debit.given_up { "taken back" } else { "open" };
        say(&format!("{}\t{}\t{state}", debit.number, debit.amount))?;
    }
    Ok(())
}

/// A line for the one at the keyboard.
///
/// # Errors
/// Where nobody reads any more.
pub(crate) fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output is closed")
}
