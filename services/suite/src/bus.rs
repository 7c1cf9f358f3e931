//! A private D-Bus daemon that obeys the shipped policy files.
//!
//! On a unit each service is a user of its own; on a development machine all run as one. So the policy files are
//! taken as they are shipped and only the names of those users are replaced by ours: every rule stays in force.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use zbus::Connection;
use zbus::connection::Builder;

use crate::process::{Program, Running};

/// Where the policy files lie in the tree, as they lie on the target.
const POLICY: &str = "image/rootfs/usr/share/dbus-1/system.d";
/// The users of our services on a unit.
const SERVICE_USERS: [&str; 6] =
    ["dais-kiosk", "dais-inference", "dais-sense", "dais-admin", "dais-shell", "dais-staff"];

/// The daemon and where it listens.
#[derive(Debug)]
pub struct Bus {
    running: Option<Running>,
    program: Program,
    socket: PathBuf,
    /// `unix:path=...`, as `DBUS_SYSTEM_BUS_ADDRESS` wants it.
    pub address: String,
}

impl Bus {
    /// Starts the daemon in `dir` under the policy in the source tree `root`.
    pub async fn start(root: &Path, dir: &Path, logs: &Path) -> Result<Self> {
        let config = write_config(root, dir)?;
        let program = Program::new("dbus-daemon", "dbus-daemon").with([
            "--nofork".into(),
            "--print-address=1".into(),
            format!("--config-file={}", config.display()),
        ]);
        let (running, _address) = program.clone().start_and_hear(logs).await?;
        // Without the daemon's own id, which it makes anew at each start, as on a unit.
        let address = format!("unix:path={}", dir.join("bus").display());
        Ok(Self { running: Some(running), program, socket: dir.join("bus"), address })
    }

    /// The bus goes away, as when its daemon crashes.
    pub async fn kill(&mut self) -> Result<()> {
        match self.running.take() {
            Some(running) => running.kill().await.map(drop),
            None => Ok(()),
        }
    }

    /// And comes back where it was.
    pub async fn start_again(&mut self, logs: &Path) -> Result<()> {
        // A killed daemon leaves its socket behind, and a new one does not take it over.
        std::fs::remove_file(&self.socket).context("the old bus socket cannot be removed")?;
        let (running, _address) = self.program.clone().start_and_hear(logs).await?;
        self.running = Some(running);
        Ok(())
    }

    /// A connection of our own.
    pub async fn connect(&self) -> Result<Connection> {
        Builder::address(self.address.as_str()).build().await.context("the private bus cannot be reached")
    }

    /// Ends the daemon.
    pub async fn stop(self) -> Result<()> {
        match self.running {
            Some(running) => running.stop().await,
            None => Ok(()),
        }
    }
}

fn write_config(root: &Path, dir: &Path) -> Result<PathBuf> {
    let policy = dir.join("policy");
    std::fs::create_dir_all(&policy)?;
    let us = rustix::process::getuid().as_raw().to_string();
    let shipped = root.join(POLICY);
    for entry in
        std::fs::read_dir(&shipped).with_context(|| format!("no bus policy in {}", shipped.display()))?
    {
        let path = entry?.path();
        let mut text = std::fs::read_to_string(&path)?;
        for user in SERVICE_USERS {
            text = text.replace(&format!("user=\"{user}\""), &format!("user=\"{us}\""));
        }
        std::fs::write(policy.join(path.file_name().context("no file name")?), text)?;
    }
    let config = dir.join("bus.conf");
    std::fs::write(&config, config_text(&dir.join("bus"), &policy, &us))?;
    Ok(config)
}

/// The default policy is that of dbus's own `system.conf`: own nothing, call nobody but the bus, hear everything
/// that is sent to us, and root may watch what passes. The shipped files then open what each service needs.
fn config_text(socket: &Path, policy: &Path, root: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>system</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <deny own="*"/>
    <deny send_type="method_call"/>
    <allow send_type="signal"/>
    <allow send_requested_reply="true" send_type="method_return"/>
    <allow send_requested_reply="true" send_type="error"/>
    <allow receive_type="method_call"/>
    <allow receive_type="method_return"/>
    <allow receive_type="error"/>
    <allow receive_type="signal"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Properties"/>
  </policy>
  <policy user="{root}">
    <allow send_destination="org.freedesktop.DBus" send_interface="org.freedesktop.DBus.Monitoring"/>
  </policy>
  <includedir>{policy}</includedir>
</busconfig>
"#,
        socket = socket.display(),
        policy = policy.display()
    )
}
