//! dais-sense: the room's camera and microphone as a service on the system bus.

use std::process::ExitCode;

use sense::Config;

/// Where the configuration lies on a device.
const CONFIG: &str = "/etc/dais/sense.toml";

fn main() -> ExitCode {
    daemon::run(|stop| async move {
        let arguments = daemon::Arguments::read(CONFIG)?;
        anyhow::ensure!(arguments.words.is_empty(), "{:?} is not known", arguments.words);
        let parts = daemon::load::<Config>(&arguments.config)?.parts()?;
        if arguments.check {
            return Ok(());
        }
        sense::run(daemon::connect().await?, parts, stop).await
    })
}
