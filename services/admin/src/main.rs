//! dais-admin: a page about this unit for whoever looks after it, served on the local network.

use std::process::ExitCode;

use admin::Config;

/// Where the configuration lies on a device.
const CONFIG: &str = "/etc/dais/admin.toml";

fn main() -> ExitCode {
    daemon::run(|stop| async move {
        let arguments = daemon::Arguments::read(CONFIG)?;
        anyhow::ensure!(arguments.words.is_empty(), "{:?} is not known", arguments.words);
        let parts = daemon::load::<Config>(&arguments.config)?.parts()?;
        if arguments.check {
            return Ok(());
        }
        admin::run(daemon::connect().await?, parts, stop).await
    })
}
