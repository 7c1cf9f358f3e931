//! The service on a bus of its own: what callers get, named errors, the documented contract.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use api::inference::{InferenceError, InferenceProxy, ModelState, TextLine};
use api::sealed;
use daemon::{Stop, Trigger};
use inference::{DETECTOR, DICTIONARY, Parts, READER, Raster};
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
    caller: InferenceProxy<'static>,
    trigger: Trigger,
    service: JoinHandle<anyhow::Result<()>>,
    pub(crate) bus: Bus,
}

impl Served {
    pub(crate) async fn start(models: &Path) -> Self {
        let bus = Bus::start();
        let (trigger, stop) = Stop::by_hand();
        let parts = Parts {
            models: models.to_owned(),
            manifest: assets().join("manifest.toml"),
            deadline_max: PATIENCE,
            noise: inference::voice::Thresholds::default(),
        };
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
    async fn settled(&self) -> Vec<(String, ModelState)> {
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

    async fn read(&self, picture: &Raster, deadline_ms: u32) -> Result<Vec<TextLine>, InferenceError> {
        let fd = sealed::seal(picture.pixels()).unwrap();
        let (width, height) = (picture.width() as u32, picture.height() as u32);
        self.caller.recognize_text(Fd::from(fd), width, height, width, deadline_ms).await
    }

    pub(crate) async fn stop(self) {
        self.trigger.fire();
        self.service.await.unwrap().unwrap();
        drop(self.bus);
    }
}

fn ink() -> Raster {
    written(&["中文", "12+34=46"], Hand { height: 100.0, pen: 6.0, wobble: 0.0, rise: 0.0 })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_picture_is_read_over_the_bus() {
    let served = Served::start(&models()).await;
    // Asked at once, while the models are still being loaded: the call waits for them.
    let lines = served.read(&ink(), 0).await.unwrap();
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["中文", "12+34=46"]);
    assert!(lines[0].y < lines[1].y && lines.iter().all(|line| line.width > 0 && line.confidence > 0.5));
    let live = [DETECTOR, READER, DICTIONARY].map(|name| (name.to_owned(), ModelState::Live));
    assert_eq!(served.settled().await, live);
    assert!(served.caller.ready().await.unwrap());
    assert_eq!(served.caller.models().await.unwrap()[0].version, "4.0.0");
    let late = served.read(&ink(), 1).await;
    assert!(matches!(late, Err(InferenceError::DeadlinePassed(_))), "{late:?}");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_picture_is_refused_by_name() {
    let served = Served::start(&models()).await;
    let call = async |fd: std::os::fd::OwnedFd, width, height, stride| {
        served.caller.recognize_text(Fd::from(fd), width, height, stride, 0).await.unwrap_err()
    };
    let plain = || std::fs::File::open(models().join(DICTIONARY)).unwrap().into();
    assert!(matches!(call(plain(), 100, 100, 100).await, InferenceError::NotSealed(_)));
    let bytes = |len: usize| sealed::seal(&vec![255; len]).unwrap();
    assert!(matches!(call(bytes(10_001), 100, 100, 100).await, InferenceError::BadRaster(_)));
    assert!(matches!(call(bytes(10_000), 100, 100, 99).await, InferenceError::BadRaster(_)));
    assert!(matches!(call(bytes(0), 0, 100, 0).await, InferenceError::TooLarge(_)));
    assert!(matches!(call(bytes(0), 3841, 1, 3841).await, InferenceError::TooLarge(_)));
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_model_is_shown_and_the_service_stays() {
    let folder = tempfile::tempdir().unwrap();
    for name in [DETECTOR, READER, DICTIONARY] {
        std::fs::copy(models().join(name), folder.path().join(name)).unwrap();
    }
    let mut bytes = std::fs::read(folder.path().join(READER)).unwrap();
    bytes[1000] ^= 4;
    std::fs::write(folder.path().join(READER), bytes).unwrap();
    let served = Served::start(folder.path()).await;
    let Err(InferenceError::NoModel(text)) = served.read(&ink(), 0).await else { panic!("it was read") };
    assert!(text.contains(READER), "{text}");
    let states = served.settled().await;
    assert_eq!(states[1], (READER.to_owned(), ModelState::WrongHash));
    assert_eq!(states[0].1, ModelState::Listed);
    assert!(!served.caller.ready().await.unwrap());
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn too_many_at_once_are_told_and_the_newest_are_served() {
    let served = Served::start(&models()).await;
    let picture = ink();
    let answers = futures_util::future::join_all((0..24).map(|_| served.read(&picture, 0))).await;
    let busy = answers.iter().filter(|answer| matches!(answer, Err(InferenceError::Busy(_)))).count();
    let read = answers.iter().filter(|answer| answer.as_ref().is_ok_and(|lines| lines.len() == 2)).count();
    assert_eq!(busy + read, 24, "{answers:?}");
    assert!(busy > 0 && read >= 8, "{busy} busy, {read} read");
    served.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_interface_is_the_documented_one() {
    let served = Served::start(&models()).await;
    let connection = served.caller.inner().connection();
    let introspect = zbus::fdo::IntrospectableProxy::builder(connection)
        .destination(api::INFERENCE.name)
        .path(api::INFERENCE.path)
        .build()
        .await
        .unwrap();
    let live = introspect.introspect().await.unwrap();
    let documented = api::xml::canonical(api::xml::INFERENCE, api::INFERENCE.name);
    assert!(documented.is_some());
    assert_eq!(api::xml::canonical(&live, api::INFERENCE.name), documented);
    served.stop().await;
}
