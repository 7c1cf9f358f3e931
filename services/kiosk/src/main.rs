//! `dais-kiosk`: the till as a service, and the office's commands for campus cards.
//!
//! `dais-kiosk campus enrol` and `dais-kiosk campus top-up MINOR_UNITS` read the card's uid from standard input, so
//! that it stands in no process list. So does `dais-kiosk staff hash 07 cashier 5000` with the member's PIN; it prints
//! the line for the credential `kiosk_staff`.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use kiosk::channel::campus::Accounts;
use kiosk::config::{Config, load_menu};
use kiosk::staff;
use kiosk::till::{CardUid, Money};
use kiosk::{Parts, run, system_clock};

/// Where the configuration lies on a unit.
const CONFIG: &str = "/etc/dais/kiosk.toml";

fn main() -> ExitCode {
    let arguments = match daemon::Arguments::read(CONFIG) {
        Ok(arguments) => arguments,
        Err(error) => return fail(&error),
    };
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    let config: Config = match daemon::load(&arguments.config) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    let done = match (arguments.check, words.as_slice()) {
        (true, []) => config.check().map(drop),
        (false, []) => return daemon::run(|stop| serve(config, stop)),
        (false, ["staff", "hash", member @ ..]) => hash(member),
        (false, ["campus", "enrol"]) => enrol(&config),
        (false, ["campus", "top-up", minor]) => top_up(&config, minor),
        _ => Err(anyhow::anyhow!(
            "there are --check, campus enrol, campus top-up MINOR_UNITS, and staff hash NUMBER ROLE [CAP]"
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(&error),
    }
}

fn fail(error: &anyhow::Error) -> ExitCode {
    daemon::start_log();
    tracing::error!("{error:#}");
    ExitCode::FAILURE
}

async fn serve(config: Config, stop: daemon::Stop) -> anyhow::Result<()> {
    let menu = config.check()?;
    let camera = config.camera()?;
    let connection = daemon::connect().await?;
    let clock = system_clock();
    let front = match config.front.clone() {
        Some(front) => {
            let listener = tokio::net::TcpListener::bind(front.listen)
                .await
                .with_context(|| format!("the front cannot listen on {}", front.listen))?;
            Some((front, listener))
        }
        None => None,
    };
    let staff = config.staff(clock())?;
    let parts = Parts {
        channels: config.channels()?,
        camera,
        reader: config.reader,
        menu,
        ledger: config.ledger,
        timing: config.timing,
        staff,
        front,
        reading: config.reconcile.reading(),
        plans: config.split,
        clock,
    };
    run(&connection, parts, stop).await
}

/// The school's accounts and the card on standard input.
fn office(config: &Config) -> anyhow::Result<(Accounts, CardUid)> {
    let campus = config.campus.as_ref().context("the configuration has no [campus] accounts")?;
    let accounts = Accounts::open(&campus.accounts, &daemon::credential("campus_card_key")?)?;
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).context("the card's uid cannot be read from standard input")?;
    Ok((accounts, CardUid::from_hex(&line).context("standard input is no card's uid in hexadecimal")?))
}

fn enrol(config: &Config) -> anyhow::Result<()> {
    let (mut accounts, card) = office(config)?;
    accounts.enrol(&card)?;
    say("enrolled")
}

fn top_up(config: &Config, minor: &str) -> anyhow::Result<()> {
    let minor: i64 = minor.parse().context("an amount is a whole number of minor units")?;
    if minor <= 0 {
        bail!("an amount is above 0");
    }
    let currency = load_menu(&config.menu)?.currency;
    let (mut accounts, card) = office(config)?;
    let number = format!("office-{}", system_clock()());
    let balance = accounts.top_up(&number, &card, Money::new(minor, currency))?;
    say(&format!("balance {balance}"))
}

/// The line of the credential kiosk_staff for a member, with the PIN on standard input.
fn hash(member: &[&str]) -> anyhow::Result<()> {
    let mut pin = String::new();
    std::io::stdin().read_line(&mut pin).context("the PIN cannot be read from standard input")?;
    say(&staff::hash(member, &pin)?)
}

fn say(line: &str) -> anyhow::Result<()> {
    writeln!(std::io::stdout(), "{line}").context("standard output is closed")
}
