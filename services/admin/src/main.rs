//! dais-admin: a page about this unit for whoever looks after it, served on the local network; `dais-admin enrol` at a
//! desk (`dais-admin --help`).

use std::io::Write;
use std::process::ExitCode;

use admin::Config;
use admin::commands::USAGE;
use anyhow::Context;

/// Where the configuration lies on a device.
const CONFIG: &str = "/etc/dais/admin.toml";

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    // A file may have any name but an option's.
    if words.next().is_some_and(|word| ["--help", "-h", "help"].contains(&word.as_str()))
        || words.any(|word| word == "--help" || word == "-h")
    {
        let told = std::io::stdout().write_all(USAGE.as_bytes());
        return if told.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    }
    daemon::run(|stop| async move {
        let arguments = daemon::Arguments::read(CONFIG)?;
        if let [word, names @ ..] = &arguments.words[..]
            && word == "health"
        {
            let told = admin::health::check(&daemon::connect().await?, names).await?;
            return say(&format!("{}\n", told.join("\n")));
        }
        if !arguments.words.is_empty() {
            return say(&admin::commands::act(&arguments.words)?);
        }
        let parts = daemon::load::<Config>(&arguments.config)?.parts()?;
        if arguments.check {
            return say(&format!("{} is good\n", arguments.config.display()));
        }
        admin::run(daemon::connect().await?, parts, stop).await
    })
}

/// For the one at the keyboard.
fn say(text: &str) -> anyhow::Result<()> {
    std::io::stdout().write_all(text.as_bytes()).context("it could not be written")
}
