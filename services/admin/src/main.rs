//! dais-admin: a page about this unit for whoever looks after it, served on the local network; `dais-admin enrol` at a
//! desk.

use std::io::Write;
use std::process::ExitCode;

use admin::Config;
use anyhow::Context;

/// Where the configuration lies on a device.
const CONFIG: &str = "/etc/dais/admin.toml";

fn main() -> ExitCode {
    daemon::run(|stop| async move {
        let arguments = daemon::Arguments::read(CONFIG)?;
        if !arguments.words.is_empty() {
            let said = admin::commands::act(&arguments.words)?;
            return std::io::stdout().write_all(said.as_bytes()).context("it could not be written");
        }
        let parts = daemon::load::<Config>(&arguments.config)?.parts()?;
        if arguments.check {
            return Ok(());
        }
        admin::run(daemon::connect().await?, parts, stop).await
    })
}
