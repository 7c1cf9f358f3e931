//! `dais-kiosk`: the till as a service, and the office's commands for campus cards and for the books.
//!
//! `dais-kiosk staff hash 07 cashier 5000` reads the member's PIN from standard input, so that it stands in no process
//! list, and prints the line for the credential `kiosk_staff`.

use std::process::ExitCode;

use anyhow::Context;
use kiosk::config::Config;
use kiosk::staff;
use kiosk::{Parts, run, system_clock, system_steady};

mod books;
mod check;
mod office;

/// What there is to ask.
const USAGE: &str = include_str!("usage.txt");
/// Where the configuration lies on a unit.
const CONFIG: &str = "/etc/dais/kiosk.toml";

fn main() -> ExitCode {
    if std::env::args().skip(1).any(|word| word == "--help" || word == "-h" || word == "help") {
        return match office::say(USAGE.trim_end()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error),
        };
    }
    let arguments = match daemon::Arguments::read_with(CONFIG, &books::OPTIONS) {
        Ok(arguments) => arguments,
        Err(error) => return fail(&error),
    };
    let words: Vec<&str> = arguments.words.iter().map(String::as_str).collect();
    if let (false, ["books", words @ ..]) = (arguments.check, words.as_slice()) {
        let ledger = books::ledger(&arguments.options, || daemon::load(&arguments.config));
        return match ledger.and_then(|ledger| books::run(&ledger, words, &arguments.options)) {
            Ok(code) => code,
            Err(error) => fail(&error),
        };
    }
    if let Some(option) = arguments.options.keys().next() {
        return fail(&anyhow::anyhow!("--{option} belongs to books; there are {}", books::COMMANDS));
    }
    let config: Config = match daemon::load(&arguments.config) {
        Ok(config) => config,
        Err(error) => return fail(&error),
    };
    let done = match (arguments.check, words.as_slice()) {
        (true, []) => check::run(&arguments.config, &config).and_then(|said| office::say(&said)),
        (false, []) => return daemon::run(|stop| serve(config, stop)),
        (false, ["staff", "hash", member @ ..]) => hash(member),
        (false, ["campus", words @ ..]) => office::run(&config, words),
        (_, words) => Err(anyhow::anyhow!(
            "{} is not known; there are --check, staff hash, campus and books, and dais-kiosk --help tells of each",
            words.join(" ")
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
    let places = config.places()?;
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
        policy: config.policy()?,
        channels: config.channels()?,
        places,
        menu,
        ledger: config.ledger,
        timing: config.timing,
        staff,
        front,
        reading: config.reconcile.reading(),
        calendar: config.settlement,
        plans: config.split,
        clock,
        steady: system_steady(),
    };
    run(&connection, parts, stop).await
}

/// The line of the credential kiosk_staff for a member, with the PIN on standard input.
fn hash(member: &[&str]) -> anyhow::Result<()> {
    let mut pin = String::new();
    std::io::stdin().read_line(&mut pin).context("the PIN cannot be read from standard input")?;
    office::say(&staff::hash(member, &pin)?)
}
