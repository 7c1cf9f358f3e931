//! The page that tells how the unit is.

use std::fs;
use std::process::Output;

use anyhow::Result;
use api::admin::{FirstStep, SetupProxy};

use crate::{Suite, free_port, programs};

impl Suite {
    /// Starts the page that tells how the unit is, for this machine alone, on a port that nobody has.
    pub async fn start_admin(&mut self) -> Result<()> {
        let dir = self.parts.state.join("admin");
        fs::create_dir_all(&dir)?;
        let config = dir.join("admin.toml");
        let listen = format!("127.0.0.1:{}", free_port()?);
        // A service of a unit finds its folder as it is; ours may be given from where we stand.
        let logs = fs::canonicalize(self.logs())?;
        fs::write(&config, format!("listen = {listen:?}\nlog = {logs:?}\nstate = {dir:?}\n"))?;
        let program = self
            .service("dais-admin", programs()?.join("dais-admin"))
            .with(["--config".into(), config.into_os_string()]);
        self.admin = Some(self.until_owned(program, api::ADMIN.name).await?);
        if !self.parts.first_start {
            // This unit was set up: its shell begins with the first screen.
            SetupProxy::new(&self.connection).await?.reach(FirstStep::Ended.to_wire()).await?;
        }
        Ok(())
    }

    /// Asks these services for their work, as systemd does before a new version counts as good.
    ///
    /// # Errors
    /// The program cannot be run.
    pub async fn health(&self, names: &[&str]) -> Result<Output> {
        let mut program = tokio::process::Command::new(programs()?.join("dais-admin"));
        program.arg("health").args(names).env("DBUS_SYSTEM_BUS_ADDRESS", &self.bus.address);
        Ok(program.output().await?)
    }
}
