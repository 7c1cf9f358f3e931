//! The service on a bus of its own, and a caller.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use api::inference::{InferenceError, InferenceProxy, ModelState, TextLine};
use api::sealed;
use daemon::{Stop, Trigger};
use inference::{Parts, Probe, Raster};
use tokio::task::JoinHandle;
use zbus::{Connection, Fd};

use crate::strokes::{Hand, written};
use crate::{PATIENCE, assets, models};

/// A dbus-daemon that ends with the test.
pub(crate) struct Bus {
    daemon: Child,
    address: String,
    _folder: tempfile::TempDir,
}

impl Bus {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .args(["--session", "--nofork", "--nopidfile", "--print-address=1"])
            .arg(format!("--address=unix:path={}", folder.path().join("bus").display()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("dbus-daemon is among the packages that `cargo dev` installs");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned(), _folder: folder }
    }

    pub(crate) async fn connect(&self) -> Connection {
        let builder = zbus::connection::Builder::address(self.address.as_str());
        daemon::answering(builder).build().await.unwrap()
    }
}

impl Drop for Bus {
    fn drop(&mut self) {
        self.daemon.kill().unwrap();
        self.daemon.wait().unwrap();
    }
}

/// The service on its own connection, and a caller on another.
pub(crate) struct Served {
    pub(crate) caller: InferenceProxy<'static>,
    trigger: Trigger,
    service: JoinHandle<anyhow::Result<()>>,
    pub(crate) bus: Bus,
}

impl Served {
    pub(crate) async fn start(models: &Path) -> Self {
        Self::with(Parts {
            models: models.to_owned(),
            manifest: assets().join("models/manifest.toml"),
            deadline_max: PATIENCE,
            rest_after: PATIENCE,
            wake_word: true,
            noise: inference::voice::Thresholds::default(),
            probe: Probe::default(),
        })
        .await
    }

    /// The service with something in the place of its engines.
    pub(crate) async fn probed(probe: Probe) -> Self {
        Self::with(Parts {
            models: models(),
            manifest: assets().join("models/manifest.toml"),
            deadline_max: PATIENCE,
            rest_after: PATIENCE,
            wake_word: true,
            noise: inference::voice::Thresholds::default(),
            probe,
        })
        .await
    }

    pub(crate) async fn with(parts: Parts) -> Self {
        let bus = Bus::start();
        let (trigger, stop) = Stop::by_hand();
        let connection = bus.connect().await;
        let caller = bus.connect().await;
        let names = zbus::fdo::DBusProxy::new(&caller).await.unwrap();
        let mut owners =
            names.receive_name_owner_changed_with_args(&[(0, api::INFERENCE.name)]).await.unwrap();
        let service = tokio::spawn(inference::run(connection, parts, stop));
        futures_util::StreamExt::next(&mut owners).await.unwrap();
        Self { caller: InferenceProxy::new(&caller).await.unwrap(), trigger, service, bus }
    }

    /// Waits until the models are no longer merely listed.
    pub(crate) async fn settled(&self) -> Vec<(String, ModelState)> {
        let mut changes = self.caller.receive_models_changed().await;
        loop {
            let models = self.caller.models().await.unwrap();
            if !models.is_empty() {
                return models
                    .into_iter()
                    .map(|model| (model.name, ModelState::from_wire(model.state)))
                    .collect();
            }
            futures_util::StreamExt::next(&mut changes).await.unwrap();
        }
    }

    pub(crate) async fn read(
        &self,
        picture: &Raster,
        deadline_ms: u32,
    ) -> Result<Vec<TextLine>, InferenceError> {
        let fd = sealed::seal(picture.pixels()).unwrap();
        let (width, height) = (picture.width() as u32, picture.height() as u32);
        self.caller.recognize_text(Fd::from(fd), width, height, width, deadline_ms).await
    }

    /// Another caller, on a connection of its own.
    pub(crate) async fn other(&self) -> InferenceProxy<'static> {
        InferenceProxy::new(&self.bus.connect().await).await.unwrap()
    }

    pub(crate) async fn stop(self) {
        self.trigger.fire();
        self.service.await.unwrap().unwrap();
        drop(self.bus);
    }
}

/// Two lines of ink.
pub(crate) fn ink() -> Raster {
    written(&["中文", "12+34=46"], Hand { height: 100.0, pen: 6.0, wobble: 0.0, rise: 0.0 })
}
