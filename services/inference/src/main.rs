//! dais-inference: offline recognition as a service on the system bus.

use std::process::ExitCode;

use inference::Config;

/// Where the configuration lies on a device.
const CONFIG: &str = "/etc/dais/inference.toml";

fn main() -> ExitCode {
    // The default hook writes the message too, and that may hold what somebody wrote or said.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(place, "panicked");
    }));
    daemon::run(|stop| async move {
        let arguments = daemon::Arguments::read(CONFIG)?;
        anyhow::ensure!(arguments.words.is_empty(), "{:?} is not known", arguments.words);
        let parts = daemon::load::<Config>(&arguments.config)?.parts()?;
        if arguments.check {
            return Ok(());
        }
        inference::run(daemon::connect().await?, parts, stop).await
    })
}
